"""``shortlist`` and ``export``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from db.queries.candidates import Candidate
    from sourcing.app import App


class Sheet(StrEnum):
    """Whose import sheet an export is."""

    GENERIC = "generic"
    EXCEL = "excel"
    GREENHOUSE = "greenhouse"
    GEM = "gem"
    LEVER = "lever"
    HUBSPOT = "hubspot"
    LINKEDIN = "linkedin"


ROLE = typer.Option("--role", "-r", help="Role from the settings (default: ml-researcher).")


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(shortlist)
    app.command()(export)


def shortlist(
    context: typer.Context,
    role: Annotated[str | None, ROLE] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Only people no digest has shown for this role.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Only people first seen since then."),
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="Category (cs.LG), archive (cs), or word of a title.")
    ] = None,
    min_code: Annotated[float | None, typer.Option("--min-code", help="Least code quality, 0-100.")] = None,
    min_originality: Annotated[
        float | None, typer.Option("--min-originality", help="Least originality, 0-100.")
    ] = None,
    sector: Annotated[str | None, typer.Option("--sector", help="academia, industry or unknown.")] = None,
    max_years: Annotated[
        int | None, typer.Option("--max-years", min=1, help="At most so many years since the first paper.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Only people at this stage, such as new.")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="No names, institutions, countries or dates.")
    ] = False,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="How many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the candidates of a role, best first.

    Example: sourcing shortlist --role ml-engineer --min-code 60 --top 10
    """
    from datetime import UTC

    from db.queries.shortlist import shortlist as find
    from sourcing.cli.opening import opened, print_json
    from sourcing.role_filters import filter_of
    from sourcing.shortlist_view import as_json as to_json
    from sourcing.shortlist_view import print_shortlist

    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        wanted = filter_of(
            name,
            app.settings.roles[name],
            new=new,
            since=since.replace(tzinfo=UTC) if since else None,
            area=area,
            min_code=min_code,
            min_originality=min_originality,
            sector=sector,
            max_years=max_years,
            stage=stage,
            top=top,
        )
        found = find(session, wanted, now=app.now())
        if as_json:
            print_json([to_json(one, blind=blind) for one in found])
            return
        print_shortlist(found, app.settings.roles[name].title or name, blind=blind)
        say_nobody(app, found, name)


def export(
    context: typer.Context,
    preset: Annotated[Sheet, typer.Option("--preset", help="Whose import sheet to write.")] = Sheet.GENERIC,
    role: Annotated[str | None, ROLE] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: PRESET-ROLE-DATE.csv here.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", "-n", min=1, help="How many at most.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Only people at this stage.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only people with this tag.")] = None,
    fill: Annotated[
        list[str] | None,
        typer.Option(
            "--fill", metavar="COLUMN=VALUE", help="One value for all rows, such as a job; repeatable."
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also people who were exported before.")] = False,
    contacted: Annotated[bool, typer.Option("--contacted", help="Also people who were contacted.")] = False,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Also people whose identity is undecided.")
    ] = False,
) -> None:
    """Write a CSV for outreach, and remember who was in it.

    People who asked to be left alone are never in it; people who were contacted or exported before, or whose
    identity is undecided, only if you ask. Files are split where the importer has a limit.

    Example: sourcing export --role ml-researcher -o outreach.csv
    """
    from db.queries.candidates import load_candidates
    from db.queries.shortlist import shortlist_ids
    from sourcing.cli.opening import opened
    from sourcing.export import PRESETS, Allowed, choose, save_export, unused
    from sourcing.failure import ExitCode, Failure
    from sourcing.privacy.notices import schedule_notices
    from sourcing.role_filters import filter_of

    fixed = dict(_column_and_value(one) for one in fill or ())
    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        sheet = PRESETS[preset.value]
        if unknown := [column for column in fixed if column not in sheet.columns]:
            raise Failure(
                f"--fill {unknown[0]}: {sheet.name} has no such column; it has: {', '.join(sheet.columns)}",
                ExitCode.USAGE,
            )
        now = app.now()
        schedule_notices(session, days=app.settings.privacy.notice_days)
        everybody = shortlist_ids(
            session, filter_of(name, app.settings.roles[name], stage=stage, tag=tag, top=None), now=now
        )
        allowed = Allowed(exported=again, contacted=contacted, undecided=undecided)
        choice = choose(session, everybody, allowed, app.suppressor(), top=top)
        found = load_candidates(session, name, choice.chosen, now=now)
        # A second list of one day holds other people: it never takes the place of the first.
        path = output or unused(Path(f"{sheet.name}-{name}-{now:%Y-%m-%d}.csv"))
        files = save_export(session, found, sheet, path, role=name, by=app.user, now=now, fixed=fixed)
        for file in files:
            typer.echo(file)
        app.say(f"{len(found)} of {len(everybody)} candidates for {name} written")
        for reason, count in choice.left_out.items():
            app.say(f"{count} left out: {reason}")
        if choice.further:
            app.say(f"{choice.further} more than --top {top} asks for")
        for remark in sheet.remarks(found) if found else ():
            app.say(remark)


def _column_and_value(given: str) -> tuple[str, str]:
    from sourcing.failure import ExitCode, Failure

    column, equals, value = given.partition("=")
    if not equals or not column.strip():
        raise Failure(f"--fill {given}: write it as COLUMN=VALUE", ExitCode.USAGE)
    return column.strip(), value.strip()


def checked_role(app: App, role: str | None) -> str:
    """A role that the settings know. Raises a usage failure that names the nearest."""
    from difflib import get_close_matches

    from sourcing.failure import ExitCode, Failure
    from sourcing.settings import DEFAULT_ROLE

    name = role or DEFAULT_ROLE
    if name not in app.settings.roles:
        near = get_close_matches(name, app.settings.roles, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(app.settings.roles)}"
        raise Failure(f"no role {name!r} in the settings{hint}", ExitCode.USAGE)
    return name


def say_nobody(app: App, found: list[Candidate], role: str) -> None:
    """An empty list says why it is empty."""
    if found:
        return
    from db.queries.shortlist import count_ranked

    with app.session() as session:
        ranked, excluded = count_ranked(session, role)
    if not ranked and not excluded:
        app.say(f"nobody has been ranked for {role} yet; run: sourcing nightly")
    elif not ranked:
        app.say(f"all {excluded} candidates miss a minimum bar of {role}; see [roles.{role}] minimum")
    else:
        app.say(f"none of the {ranked} candidates for {role} passes these filters")
