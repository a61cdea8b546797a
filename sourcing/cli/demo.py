"""``demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sourcing.cli.options import MOST


def register(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(demo)


def demo(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            help="Folder for everything. An earlier demo in it is replaced, unless something else is there or you "
            "changed its settings.",
        ),
    ] = Path("demo-out"),
    nights: Annotated[
        int, typer.Option("--nights", min=1, max=7, help="How many nights to run, up to 7.")
    ] = 2,
    top: Annotated[
        int, typer.Option("--top", "-n", min=1, max=MOST, help="How many candidates to show.")
    ] = 10,
) -> None:
    """Try everything on an invented world: papers, people and code, served on this machine only.

    Runs the nightly job for two nights, prints the shortlist and where the CSV and the digest are. Asks nobody on the
    network.

    Example: sourcing demo --nights 3
    """
    from sourcing.demo.run import run_demo

    raise typer.Exit(run_demo(out.resolve(), nights=nights, top=top))
