"""From a command line to an open application. Imports heavy rooms only when called."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.settings import Settings


@dataclass(slots=True)
class Invocation:
    """What was said before the verb; and the database, once it is known, for what is told when something goes wrong."""

    config: Path | None = None
    clock: Callable[[], datetime] | None = None
    log_json: bool = False
    database_url: str = "sqlite://"


def read_settings(context: typer.Context) -> Settings:
    """The settings that this invocation asks for."""
    from sourcing.settings import find_settings, load_settings

    invocation: Invocation = context.find_root().obj or Invocation()
    path = find_settings(invocation.config, environ=os.environ, cwd=Path.cwd())
    return load_settings(path)


@contextmanager
def opened(context: typer.Context) -> Iterator[App]:
    """The application for one verb; closed at the end whatever happens."""
    from sourcing.app import open_app, system_clock

    invocation: Invocation = context.find_root().obj or Invocation()
    settings = read_settings(context)
    invocation.database_url = settings.database.url
    app = open_app(settings, clock=invocation.clock or system_clock)
    app.log_json = invocation.log_json
    try:
        yield app
    finally:
        app.close()


def print_json(value: object) -> None:
    """Print a result for programs: one JSON document on stdout."""
    import json
    import sys

    # Programs get every letter, also through a pipe that has only some: JSON can write all of them in ASCII.
    all_letters = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    json.dump(value, sys.stdout, ensure_ascii=not all_letters, indent=2, default=str)
    sys.stdout.write("\n")
