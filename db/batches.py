"""Cutting long lists into pieces that one statement can bind, and reading what they ask for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")

_LISTED = select(func.json_each(bindparam("some")).table_valued("value").c.value)
# SQLite before 3.32 allows 999 variables in one statement; well below that for every list we bind.
BATCH = 500


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut ``values`` into lists of at most ``size``."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def rows_of(
    session: Session, query: Select[*tuple[Any, ...]], column: Any, wanted: Iterable[int | str]
) -> Iterator[Any]:
    """The rows of ``query`` of which ``column`` is one of ``wanted``, piece by piece in their order.

    For where they are ten thousands: to make a statement anew around each list, and to bind its numbers one by one,
    takes longer than to run it. SQLite takes a list as one text.
    """
    session.flush()
    connection = session.connection()
    listed = connection.dialect.name == "sqlite"
    some_of = query.where(column.in_(_LISTED if listed else bindparam("some", expanding=True)))
    for some in batches(sorted(wanted)):
        yield from connection.execute(some_of, {"some": json.dumps(some) if listed else some}).all()
