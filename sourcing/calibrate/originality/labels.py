"""Reviewers' labels of all venues as one table, brought to one scale per venue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from db.keys.papers import title_key
from ranking.originality.text import PaperText
from sourcing.evaluate.rows import HIGHLIGHTS, paper_of, read_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Papers with what reviewers said; all arrays are aligned. ``nan`` is unknown.

    ``novelty``, ``rating`` and ``contribution`` are reviewers' means, standardised within each venue; ``raw_novelty``
    is as the reviewers gave it. ``highlighted`` is 1 for orals and spotlights.
    """

    papers: tuple[PaperText, ...]
    keys: npt.NDArray[np.str_]
    venues: npt.NDArray[np.str_]
    years: npt.NDArray[np.int64]
    novelty: Floats
    rating: Floats
    contribution: Floats
    raw_novelty: Floats
    reviews: tuple[tuple[float, ...], ...]
    highlighted: Floats

    def __len__(self) -> int:
        return len(self.papers)


def read_labelled(data: Path) -> Labelled:
    """Read every ``originality/*.jsonl.gz`` (or ``.jsonl``) below ``data``, in the order of their names.

    Raises ``FileNotFoundError`` if there is none.
    """
    folder = data / "originality"
    paths = sorted([*folder.glob("*.jsonl.gz"), *folder.glob("*.jsonl")])
    if not paths:
        raise FileNotFoundError(f"no labelled rows in {folder}")
    rows = [row for path in paths for row in read_rows(path)]
    venues = np.asarray([str(row["venue"]) for row in rows])
    within = _standardised_by(venues)
    raw = _means(rows, "novelty_scores")
    return Labelled(
        papers=tuple(paper_of(row) for row in rows),
        keys=np.asarray([title_key(row["title"]) for row in rows]),
        venues=venues,
        years=np.asarray([int(row["year"]) for row in rows]),
        novelty=within(raw),
        rating=within(_means(rows, "ratings")),
        contribution=within(_means(rows, "contribution_scores")),
        raw_novelty=raw,
        reviews=tuple(tuple(row.get("novelty_scores") or ()) for row in rows),
        highlighted=np.asarray([float(row.get("decision") in HIGHLIGHTS) for row in rows]),
    )


def rows_of(labels: Labelled, venue: str) -> npt.NDArray[np.int64]:
    """Places of a venue's rows that have novelty scores."""
    return np.flatnonzero((labels.venues == venue) & np.isfinite(labels.raw_novelty))


def _means(rows: Sequence[dict[str, Any]], name: str) -> Floats:
    return np.asarray([float(np.mean(row[name])) if row.get(name) else np.nan for row in rows])


def _standardised_by(venues: npt.NDArray[np.str_]) -> Callable[[Floats], Floats]:
    def standardise(values: Floats) -> Floats:
        made = np.full(len(values), np.nan)
        for venue in np.unique(venues):
            rows = np.flatnonzero((venues == venue) & np.isfinite(values))
            if len(rows) and values[rows].std() > 0:
                made[rows] = (values[rows] - values[rows].mean()) / values[rows].std()
        return made

    return standardise
