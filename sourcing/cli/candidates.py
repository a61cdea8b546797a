"""``shortlist`` and ``export``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.kinds import Unseen
from sourcing.cli.options import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from db.queries.candidates import Candidate
    from db.queries.shortlist import ShortlistFilter
    from sourcing.app import App
    from sourcing.failure import Failure


# Areas and tags that are named where another one was asked for.
MOST_NAMED = 30


# What lets people into an export who are left out of it for a reason.
TAKES_IN = {"contacted before": "--contacted", "exported before": "--again"}


class Sector(StrEnum):
    """Where somebody works, as far as it is known."""

    ACADEMIA = "academia"
    INDUSTRY = "industry"
    UNKNOWN = "unknown"


class Sheet(StrEnum):
    """Whose import sheet an export is."""

    GENERIC = "generic"
    EXCEL = "excel"
    GREENHOUSE = "greenhouse"
    GEM = "gem"
    LEVER = "lever"
    HUBSPOT = "hubspot"
    LINKEDIN = "linkedin"


def roles(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Roles of the settings, for the shell to complete; none where the settings cannot be read."""
    from sourcing.cli.opening import read_settings
    from sourcing.settings import SettingsError

    try:
        known = read_settings(context).roles
    except SettingsError:
        return []
    return [(name, role.title) for name, role in known.items() if name.startswith(incomplete)]


def stages(incomplete: str) -> list[str]:
    """Stages, for the shell to complete."""
    from sourcing.stages import STAGES

    return [one for one in STAGES if one.startswith(incomplete)]


ROLE = typer.Option(
    "--role",
    "-r",
    help="Role of the settings (default: the first there, else ml-researcher).",
    autocompletion=roles,
)


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
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="DATE", help="Only people first seen since then."
        ),
    ] = None,
    area: Annotated[
        str | None,
        typer.Option("--area", help="Category (cs.LG), archive (cs), words of a title, or unknown."),
    ] = None,
    min_code: Annotated[
        float | None, typer.Option("--min-code", min=0, max=100, help="Least code quality, 0-100.")
    ] = None,
    min_originality: Annotated[
        float | None, typer.Option("--min-originality", min=0, max=100, help="Least originality, 0-100.")
    ] = None,
    sector: Annotated[
        Sector | None, typer.Option("--sector", help="Where they work; unknown is a value of its own.")
    ] = None,
    max_years: Annotated[
        int | None,
        typer.Option(
            "--max-years",
            min=1,
            max=MOST,
            help="First paper in the last so many calendar years; 1 is this one.",
        ),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", help="Only people at this stage, such as new.", autocompletion=stages),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only people with this tag.")] = None,
    unknown: Annotated[
        Unseen | None,
        typer.Option(
            "--unknown",
            help="What the filters on scores, sector and years do with people of whom that is not known "
            "(default: drop).",
        ),
    ] = None,
    blind: Annotated[
        bool,
        typer.Option("--blind", help="No names, institutions, countries or dates; looking later is logged."),
    ] = False,
    top: Annotated[int, typer.Option("--top", "-n", min=1, max=MOST, help="How many.")] = 20,
    page: Annotated[int, typer.Option("--page", "-p", min=1, max=MOST, help="Which page of so many.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the candidates of a role, best first.

    Under each: the five rungs of the ladder, what to know beside the score, and why they stand here. Juniors, people
    from adjacent fields and from outside academia are in the list, and marked.

    Example: sourcing shortlist --role ml-engineer --min-code 60 --top 10

    Example: sourcing shortlist --new --sector unknown --blind
    """
    from datetime import UTC

    from db.queries.candidates import reaches_back
    from db.queries.shortlist import count_passing
    from db.queries.shortlist import shortlist as find
    from sourcing.blind import looked_at_blind, save_blind, save_revealed
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.ladder import load_ladders
    from sourcing.role_filters import filter_of
    from sourcing.role_remarks import remarks_on
    from sourcing.shortlist_view import as_json as to_json
    from sourcing.shortlist_view import shortlist_lines
    from sourcing.terminal import print_lines, screen

    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        settings = app.settings.roles[name]
        at = _checked_stage(stage)
        _check_area(session, area)
        _check_tag(session, tag)
        # One more than is shown: whether there is another page.
        wanted = filter_of(
            name,
            settings,
            new=new,
            since=since.replace(tzinfo=UTC) if since else None,
            area=area,
            min_code=min_code,
            min_originality=min_originality,
            sector=None if sector is None else sector.value,
            max_years=max_years,
            stage=at,
            tag=tag,
            unknown=unknown,
            top=top + 1,
            skip=top * (page - 1),
        )
        if unknown is not None and not wanted.on_values:
            raise Failure(
                "--unknown says what a filter does; give one: --sector, --max-years, --min-code or --min-originality",
                ExitCode.USAGE,
            )
        found = find(session, wanted, now=app.now())
        more, found = len(found) > top, found[:top]
        ladders = load_ladders(session, [one.row_id for one in found], name, settings)
        seen = [one.candidate_id for one in found]
        revealed = [] if blind else looked_at_blind(session, seen, by=app.user)
        session.commit()  # reading ends here, so that what is written next can wait for its turn
        if blind and app.can_write("that you looked blind is not logged"):
            save_blind(session, seen, by=app.user, now=app.now())
        elif revealed and app.can_write("that people whom you looked at blind are named now is not logged"):
            save_revealed(session, revealed, "shortlist", by=app.user, now=app.now())
            app.say(f"{len(revealed)} of them you have looked at blind: that they are named now is logged")
        session.commit()
        if as_json:
            print_json([to_json(one, ladders[one.row_id], blind=blind) for one in found])
            return
        skipped = top * (page - 1)
        of = count_passing(session, wanted, now=app.now()) if more else skipped + len(found)
        on = screen()
        lines = shortlist_lines(
            found, settings.title or name, ladders=ladders, on=on, blind=blind, skipped=skipped, of=of
        )
        print_lines(lines, on)
        for said in remarks_on(name, settings, found):
            app.say(said)
        if wanted.max_years is not None and not reaches_back(session, app.now().year):
            app.say(
                "few papers here are older than two years: years are counted from the first one known here"
            )
        if more:
            app.say(f"there are more: add --page {page + 1}")
        if found and (left_out := max(0, _count_unknown(app, wanted) - of)):
            app.say(
                f"{left_out:,} more left out, of whom what a filter asks is not known: add --unknown keep"
            )
        say_nobody(app, found, name, page, wanted)


def export(
    context: typer.Context,
    preset: Annotated[Sheet, typer.Option("--preset", help="Whose import sheet to write.")] = Sheet.GENERIC,
    role: Annotated[str | None, ROLE] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Default: PRESET-ROLE-DATE.csv here; - is standard output."),
    ] = None,
    top: Annotated[int | None, typer.Option("--top", "-n", min=1, max=MOST, help="How many at most.")] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Only people at this stage.", autocompletion=stages)
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only people with this tag.")] = None,
    fill: Annotated[
        list[str] | None,
        typer.Option(
            "--fill",
            metavar="COLUMN=VALUE",
            help="One value for all rows, such as a job or a custom field; repeatable.",
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
    from sourcing.export import PRESETS, STDOUT, Allowed, checked_output, choose, save_export, unused
    from sourcing.failure import ExitCode, Failure
    from sourcing.privacy.notices import schedule_notices
    from sourcing.role_filters import filter_of

    fixed = dict(_column_and_value(one) for one in fill or ())
    if output not in (None, STDOUT):
        checked_output(output)
    with opened(context) as app, app.session(writing=True) as session:
        name = checked_role(app, role)
        at = _checked_stage(stage)
        _check_tag(session, tag)
        sheet = PRESETS[preset.value]
        if unknown := [column for column in fixed if column not in sheet.columns and not sheet.custom]:
            raise Failure(
                f"--fill {unknown[0]}: {sheet.name} has no such column; it has: {', '.join(sheet.columns)}",
                ExitCode.USAGE,
            )
        now = app.now()
        schedule_notices(session, days=app.settings.privacy.notice_days)
        everybody = shortlist_ids(
            session, filter_of(name, app.settings.roles[name], stage=at, tag=tag, top=None), now=now
        )
        allowed = Allowed(exported=again, contacted=contacted, undecided=undecided)
        choice = choose(session, everybody, allowed, app.suppressor(), top=top)
        for reason, count in choice.left_out.items():
            option = TAKES_IN.get(reason)
            app.say(f"{count} left out: {reason}{f' ({option} takes them in)' if option else ''}")
        if not choice.chosen:
            if everybody:
                app.say(f"0 of {len(everybody)} candidates for {name}: no file is written")
            else:
                say_nobody(app, [], name, 1)
            return
        found = load_candidates(session, name, choice.chosen, now=now)
        # A second list of one day holds other people: it never takes the place of the first.
        path = output or unused(Path(f"{sheet.name}-{name}-{now:%Y-%m-%d}.csv"))
        files = save_export(session, found, sheet, path, role=name, by=app.user, now=now, fixed=fixed)
        for file in files:
            typer.echo(file)
        app.say(f"{len(found)} of {len(everybody)} candidates for {name} written")
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
    """A role that the settings know, by default the first they name; else a usage failure that names the nearest."""
    from difflib import get_close_matches

    from sourcing.failure import ExitCode, Failure

    name = role or app.settings.open_roles[0]
    if name not in app.settings.roles:
        near = get_close_matches(name, app.settings.roles, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(app.settings.roles)}"
        raise Failure(f"no role {name!r} in the settings{hint}", ExitCode.USAGE)
    return name


def _checked_stage(stage: str | None) -> str | None:
    from sourcing.failure import ExitCode, Failure
    from sourcing.stages import UnknownStage, checked_stage

    try:
        return None if stage is None else checked_stage(stage)
    except UnknownStage as error:
        raise Failure(str(error), ExitCode.USAGE) from error


def _check_area(session: Session, area: str | None) -> None:
    """A category that no paper is in is a slip of the pen; words of a title may occur in none."""
    from db.queries.shortlist import UNKNOWN, categories

    if area is None or "." not in area or " " in area or area == UNKNOWN:
        return
    known = categories(session)
    if known and not any(one.casefold() == area.casefold() for one in known):
        raise _no_such("area", area, known)


def _check_tag(session: Session, tag: str | None) -> None:
    from db.queries.shortlist import tags_in_use

    if tag is not None and tag not in (known := tags_in_use(session)):
        raise _no_such("tag", tag, known)


def _no_such(what: str, word: str, known: Sequence[str]) -> Failure:
    from difflib import get_close_matches

    from sourcing.failure import ExitCode, Failure

    folded = {one.casefold(): one for one in known}
    near = get_close_matches(word.casefold(), folded, n=1)
    hint = f"did you mean {folded[near[0]]!r}? " if near else ""
    named = ", ".join(known[:MOST_NAMED]) + (
        "" if len(known) <= MOST_NAMED else f" and {len(known) - MOST_NAMED} more"
    )
    there = f"{'T' if near else 't'}here are: {named}" if known else "nobody has any yet"
    return Failure(f"no {what} {word!r}; {hint}{there}", ExitCode.USAGE)


def say_nobody(
    app: App, found: list[Candidate], role: str, page: int, wanted: ShortlistFilter | None = None
) -> None:
    """An empty list says why it is empty, and how many are left out only because nothing is known."""
    if found:
        return
    from db.queries.shortlist import count_ranked

    with app.session() as session:
        ranked, excluded = count_ranked(session, role)
    if not ranked and not excluded:
        app.say(
            f"nobody has been ranked for {role} yet; run: sourcing nightly, or sourcing rank after a new role"
        )
    elif not ranked:
        app.say(f"all {excluded} candidates miss a minimum bar of {role}; see [roles.{role}] minimum")
    elif page > 1:
        app.say(f"page {page} is empty: there are not so many candidates")
    else:
        app.say(f"none of the {ranked:,} candidates for {role} passes these filters")
        if wanted is not None and (unknown := _count_unknown(app, wanted)):
            app.say(f"{unknown:,} would if they were let pass where that is not known: add --unknown keep")


def _count_unknown(app: App, wanted: ShortlistFilter) -> int:
    """How many more would pass a filter that lets pass whose value is not known."""
    from dataclasses import replace

    from db.queries.shortlist import Unseen, count_passing

    if not wanted.on_values or wanted.unknown is not Unseen.DROP:
        return 0
    with app.session() as session:
        return count_passing(session, replace(wanted, unknown=Unseen.KEEP), now=app.now())
