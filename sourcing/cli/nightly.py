"""``nightly`` and its phases one by one: ``crawl``, ``resolve``, ``assess``, ``rank``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sourcing.cli.options import MOST

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.runs import OpenRun

SINCE = typer.Option(
    "--since", formats=["%Y-%m-%d"], metavar="DATE", help="Read from this date on (2026-01-31)."
)
LIMIT = typer.Option(
    "--limit", min=0, max=1000 * MOST, help="At most so many items per source; 0 = no limit."
)


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (nightly, crawl, resolve, assess, rank):
        app.command()(verb)


def nightly(
    context: typer.Context,
    since: Annotated[datetime | None, SINCE] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; repeatable.")
    ] = None,
    limit: Annotated[int, LIMIT] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked of whom; ask nothing.")
    ] = False,
    mail: Annotated[
        bool, typer.Option("--mail", help="Send the digest to the addresses in your settings.")
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log as one JSON object a line, for machines (stderr).")
    ] = False,
) -> None:
    """Crawl, resolve, find implementations, assess, rank, and deliver what is new.

    Safe to run twice, to kill and to resume.

    Example: sourcing nightly --source arxiv --limit 200
    """
    from sourcing.cli.opening import opened
    from sourcing.nightly import NightPlan, run_night
    from sourcing.sources import check_names

    day = since.date() if since else None
    if log_json:
        context.find_root().obj.log_json = True
    check_names(source or ())  # before there is a run to fail
    with opened(context) as app:
        if mail:
            _check_mail(app)
        if dry_run:
            _say_plan(app, source or [], since, limit, whole_night=True)
            return
        run = run_night(app, NightPlan(sources=source or [], since=day, limit=limit, mail=mail))
        _finish(app, run)


def crawl(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Sources; none means all that are enabled.")
    ] = None,
    since: Annotated[datetime | None, SINCE] = None,
    limit: Annotated[int, LIMIT] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked of whom; ask nothing.")
    ] = False,
) -> None:
    """Fetch what is new from the named sources, and nothing else.

    Example: sourcing crawl arxiv_oai --since 2024-01-01
    """
    from sourcing.cli.opening import opened
    from sourcing.runs import recorded_run
    from sourcing.sources import check_names
    from sourcing.sources import crawl as crawl_sources

    check_names(names or ())  # before there is a run to fail
    with opened(context) as app:
        if dry_run:
            _say_plan(app, names or [], since, limit, whole_night=False)
            return
        with recorded_run(app, "crawl", {"sources": names or []}) as run:
            crawl_sources(app, run, names or [], since=since.date() if since else None, limit=limit)
        _finish(app, run)


def resolve(
    context: typer.Context,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Decide anew about everybody. What you merged and split stays so."),
    ] = False,
) -> None:
    """Decide who is who among new authorships, and which repositories belong to new papers.

    Example: sourcing resolve --rebuild
    """
    from sourcing.cli.opening import opened
    from sourcing.identity.phase import resolve_phase
    from sourcing.implementations.phase import implementations_phase
    from sourcing.runs import recorded_run

    with opened(context) as app:
        with recorded_run(app, "resolve", {}) as run:
            resolve_phase(app, run, rebuild=rebuild)
            implementations_phase(app, run)
        _finish(app, run)


def assess(context: typer.Context) -> None:
    """Score new papers and repositories.

    Example: sourcing assess
    """
    from sourcing.assess import assess as assess_pending
    from sourcing.cli.opening import opened
    from sourcing.runs import recorded_run

    with opened(context) as app:
        with recorded_run(app, "assess", {}) as run:
            assess_pending(app, run)
        _finish(app, run)


def rank(context: typer.Context) -> None:
    """Rank every candidate for every role.

    Example: sourcing rank
    """
    from sourcing.cli.opening import opened
    from sourcing.rank import rank_phase
    from sourcing.runs import recorded_run

    with opened(context) as app:
        with recorded_run(app, "rank", {}) as run:
            rank_phase(app, run)
        _finish(app, run)


def _check_mail(app: App) -> None:
    """A night of hours must not end in a missing password."""
    import os

    from sourcing.mail import check_mail

    check_mail(app.settings.mail, os.environ)


def _say_plan(app: App, names: list[str], since: datetime | None, limit: int, *, whole_night: bool) -> None:
    from sourcing.dry_run import plan_requests

    day = since.date() if since else None
    for line in plan_requests(app, names, since=day, limit=limit, whole_night=whole_night):
        typer.echo(line)


def _finish(app: App, run: OpenRun) -> None:
    for source, said in run.failed.items():
        app.say(f"source {source} failed: {said}", source=source, error=said)
    raise typer.Exit(run.exit_code)
