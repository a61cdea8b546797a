"""What the imports have in common: a file, how to read it, and what is said of one that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

FILE = typer.Argument(exists=True, dir_okay=False, readable=True, help="The file (CSV, TSV, or its ZIP).")
MAP = typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field; repeatable.")
ENCODING = typer.Option("--encoding", help="The file's encoding, where it is guessed wrong.")
DRY_RUN = typer.Option("--dry-run", help="Say what would happen; change nothing.")
AS_JSON = typer.Option("--json", help="Print JSON.")


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a file that cannot be read, or a mapping that names nothing, into one sentence."""
    from db.records import ParseError
    from sourcing.failure import ExitCode, Failure
    from sourcing.imports.columns import UnknownMapping

    try:
        yield
    except (UnknownMapping, ParseError) as error:
        raise Failure(str(error), ExitCode.USAGE) from error


def read_map(pairs: list[str] | None) -> dict[str, str]:
    """What ``--map`` says."""
    from sourcing.imports.columns import read_mapping

    return read_mapping(pairs or ())
