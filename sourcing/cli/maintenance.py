"""``init``, ``status``, ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(init)
    app.command()(status)
    app.command()(doctor)


def init(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it.")] = Path(
        "sourcing.toml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a settings file in which every key is explained.

    Example: sourcing init
    """
    from sourcing.export.output import checked_output
    from sourcing.failure import ExitCode, Failure
    from sourcing.settings.template import settings_template

    file = checked_output(output)
    if file.exists() and not force:
        raise Failure(f"{output} is there already; --force overwrites it", ExitCode.USAGE)
    file.write_text(settings_template(), "utf-8")
    typer.echo(output)
    typer.echo("Next: set [crawl] contact in it, then run: sourcing doctor", err=True)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the last runs, what each source gave, how fresh it is, and what failed.

    Example: sourcing status --json
    """
    from shutil import get_terminal_size

    from sourcing.cli.opening import opened, print_json
    from sourcing.lock import is_running
    from sourcing.status import read_status
    from sourcing.status_view import status_lines

    with opened(context) as app, app.session() as session:
        running = is_running(app.settings.database.url)
        found = read_status(session, now=app.now(), running=running)
    if as_json:
        print_json(found.as_json())
        return
    for line in status_lines(found, width=get_terminal_size().columns):
        typer.echo(line)


def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Leave the upstreams alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, database, git, tokens and upstreams; say what to do about each fault.

    Example: sourcing doctor --offline
    """
    from sourcing.cli.opening import print_json, read_settings
    from sourcing.doctor import examine
    from sourcing.failure import ExitCode

    findings = list(examine(read_settings(context), ask_upstreams=not offline))
    if as_json:
        print_json([{"check": one.check, "ok": one.ok, "said": one.said} for one in findings])
    else:
        for one in findings:
            mark = {True: "ok  ", False: "FAIL", None: "note"}[one.ok]
            typer.echo(f"{mark}  {one.check:<12} {one.said}")
    if any(one.ok is False for one in findings):
        raise typer.Exit(ExitCode.FAILED)
