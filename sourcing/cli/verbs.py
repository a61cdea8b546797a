"""Which module holds which verb, so that a verb is run without building all the others.

Typer reads the signature of every verb that it is given: for all of ours it takes as long as asking the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from sourcing.cli.opening import Invocation
from sourcing.cli.options import make_verbs
from sourcing.cli.overview import Overview, flow_help

MODULES = {
    "maintenance": ("init", "status", "doctor"),
    "nightly": ("nightly", "crawl", "resolve", "assess", "rank"),
    "candidates": ("shortlist", "export"),
    "recruiting": ("stage", "tag", "note", "digest"),
    "preferring": ("like", "dislike", "likes"),
    "privacy": ("forget", "access"),
    "duties": ("notices", "purge"),
    "auditing": ("audit",),
    "looking": ("show", "search"),
    "identity": ("merge", "split", "duplicates"),
    "imports": ("import",),
    "evaluate": ("evaluate",),
    "demo": ("demo",),
}


def command_line(modules: Sequence[str] = tuple(MODULES)) -> typer.Typer:
    """The command line with the verbs of these modules: by default with all."""
    app = typer.Typer(
        name="sourcing",
        cls=Overview,
        help="Find research talent: first authors and implementations of new papers, scored for originality and "
        "code quality, with the evidence.",
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog="Exit codes: 0 done · 1 failed · 2 wrong usage or settings · 3 done, but a source failed · "
        "4 another run holds the lock.",
    )
    app.callback()(before_the_verb)
    for module in modules:
        import_module(f"sourcing.cli.{module}").register(app)
    make_verbs(app)
    flow_help(app)
    return app


def modules_for(words: Sequence[str]) -> tuple[str, ...]:
    """The modules needed for these words of a command line: one where they name a verb, all where they do not.

    >>> modules_for(["--config", "mine.toml", "shortlist", "--top", "5"])
    ('candidates',)
    >>> len(modules_for(["--help"])) == len(MODULES)
    True
    """
    left = list(words)
    while left:
        word = left.pop(0)
        if word in ("--config", "-c"):
            del left[:1]
        elif not word.startswith(("--config=", "--log-json")):
            return next(((module,) for module, verbs in MODULES.items() if word in verbs), tuple(MODULES))
    return tuple(MODULES)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"sourcing {version('sourcing')}")
        raise typer.Exit


def before_the_verb(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Settings file (default: ./sourcing.toml, else your config folder)."
        ),
    ] = None,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log as one JSON object a line, for machines (stderr).")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Remember what was said before the verb."""
    del version  # said and done when it is read
    invocation = context.obj = context.obj or Invocation()
    invocation.config, invocation.log_json = config, log_json
