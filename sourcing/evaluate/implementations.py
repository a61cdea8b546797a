"""How often the repository that is called official is the one that independent lists name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from db.records import ImplementationKind
from sourcing.implementations.links import find_links
from sourcing.implementations.model import LinkModel
from sourcing.implementations.rows import Row, read_rows


def evaluate(data: Path, *, model: LinkModel | None = None) -> dict[str, object]:
    """Answer each row with the surest official link, or with none, and compare with its label.

    Precision is over rows that were answered, recall over rows that have an official repository (an answer
    where there is none costs precision only); both 0..1, ``None`` where undefined. URLs are compared in lower
    case without ``.git``. Figures under ``stated`` and ``unstated`` are over rows of that ``kind``. Raises
    ``ValueError`` where there is no row.
    """
    rows = list(read_rows(data))
    if not rows:
        raise ValueError("no rows")
    started = perf_counter()
    answers = [answer(row, model) for row in rows]
    seconds = perf_counter() - started
    pairs = list(zip(rows, answers, strict=True))
    result: dict[str, object] = dict(agreement(pairs))
    for kind in ("stated", "unstated"):
        result[kind] = agreement((row, given) for row, given in pairs if row.kind == kind)
    result["seconds"] = round(seconds, 3)
    return result


def answer(row: Row, model: LinkModel | None = None) -> str | None:
    """The key of the repository that the programme calls official, or ``None``."""
    official = (
        link.repository_key
        for link in find_links(row.paper, row.repositories, model=model)
        if link.kind is ImplementationKind.OFFICIAL
    )
    return next(official, None)


def agreement(pairs: Iterable[tuple[Row, str | None]]) -> dict[str, float | int | None]:
    """``n``, ``precision``, ``recall`` and ``f1`` of answers against labels."""
    count: Counter[str] = Counter()
    for row, given in pairs:
        count["n"] += 1
        count["answered"] += given is not None
        count["official"] += row.official is not None
        count["right"] += given is not None and given == row.official
    precision = count["right"] / count["answered"] if count["answered"] else None
    recall = count["right"] / count["official"] if count["official"] else None
    both = (precision or 0.0) + (recall or 0.0)
    f1 = 2 * (precision or 0.0) * (recall or 0.0) / both if both else None
    return {"n": count["n"], "precision": precision, "recall": recall, "f1": f1}
