"""Cutting long lists into pieces that one statement can bind, and reading what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam
from sqlalchemy.orm import Session

T = TypeVar("T")

# SQLite before 3.32 allows 999 variables in one statement; well below that for every list we bind.
BATCH = 500


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut ``values`` into lists of at most ``size``."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def rows_of(
    asked: Session | Connection, query: Select[*tuple[Any, ...]], column: Any, wanted: Iterable[Any]
) -> Iterator[Any]:
    """The rows of ``query`` of which ``column`` is one of ``wanted`` (in order and each once), piece by piece.

    One statement serves all pieces: to make one anew around each takes about as long as to run it.
    """
    some_of = query.where(column.in_(bindparam("some", expanding=True)))
    for some in batches(sorted(wanted)):
        yield from asked.execute(some_of, {"some": some}).all()
