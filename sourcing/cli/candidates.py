"""``shortlist`` and ``export``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from db.queries.shortlist import Candidate
    from sourcing.app import App

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

    from db.queries.shortlist import ShortlistFilter
    from db.queries.shortlist import shortlist as find
    from sourcing.cli.opening import opened, print_json
    from sourcing.shortlist_view import as_json as to_json
    from sourcing.shortlist_view import print_shortlist

    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        wanted = ShortlistFilter(
            role=name,
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
    role: Annotated[str | None, ROLE] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: candidates-ROLE-DATE.csv here.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", "-n", min=1, help="How many at most.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also people who were exported before.")] = False,
    contacted: Annotated[bool, typer.Option("--contacted", help="Also people who were contacted.")] = False,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Also people whose identity is undecided.")
    ] = False,
) -> None:
    """Write a CSV for outreach, and remember who was in it.

    Example: sourcing export --role ml-researcher -o outreach.csv
    """
    from db.queries.shortlist import ShortlistFilter
    from db.queries.shortlist import shortlist as find
    from sourcing.cli.opening import opened
    from sourcing.export import Allowed, choose, save_export

    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        now = app.now()
        found = find(session, ShortlistFilter(role=name, top=None), now=now)
        allowed = Allowed(exported=again, contacted=contacted, undecided=undecided)
        chosen, left = choose(session, found, allowed)
        chosen = chosen[:top] if top else chosen
        path = output or Path(f"candidates-{name}-{now:%Y-%m-%d}.csv")
        save_export(session, chosen, path, role=name, by=app.user, now=now)
        typer.echo(path)
        app.say(f"{len(chosen)} candidates for {name} written to {path}")
        for reason, count in left.counts.items():
            app.say(f"{count} left out: {reason}")


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
