"""Reviewers' labels of all venues as one table, brought to one scale per venue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, rankdata

from db.keys.papers import title_key
from ranking.originality.text import PaperText
from sourcing.evaluate.rows import HIGHLIGHTS, paper_of, read_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Papers with what reviewers said; all arrays are aligned. ``nan`` is unknown.

    ``novelty``, ``rating`` and ``contribution`` are reviewers' means by their rank within each venue, as normal scores;
    the ``raw_`` ones are as the reviewers gave them. ``highlighted`` is 1 for orals and spotlights.
    """

    papers: tuple[PaperText, ...]
    keys: npt.NDArray[np.str_]
    venues: npt.NDArray[np.str_]
    years: npt.NDArray[np.int64]
    novelty: Floats
    rating: Floats
    contribution: Floats
    raw_novelty: Floats
    raw_rating: Floats
    raw_contribution: Floats
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
    raw = {name: _means(rows, name) for name in ("novelty_scores", "ratings", "contribution_scores")}
    ranked = {name: within(venues, values, normal_scores) for name, values in raw.items()}
    return Labelled(
        papers=tuple(paper_of(row) for row in rows),
        keys=np.asarray([title_key(row["title"]) for row in rows]),
        venues=venues,
        years=np.asarray([int(row["year"]) for row in rows]),
        novelty=ranked["novelty_scores"],
        rating=ranked["ratings"],
        contribution=ranked["contribution_scores"],
        raw_novelty=raw["novelty_scores"],
        raw_rating=raw["ratings"],
        raw_contribution=raw["contribution_scores"],
        reviews=tuple(tuple(row.get("novelty_scores") or ()) for row in rows),
        highlighted=np.asarray([float(row.get("decision") in HIGHLIGHTS) for row in rows]),
    )


def rows_of(labels: Labelled, venue: str) -> npt.NDArray[np.int64]:
    """Places of a venue's rows that have novelty scores."""
    return np.flatnonzero((labels.venues == venue) & np.isfinite(labels.raw_novelty))


def _means(rows: Sequence[dict[str, Any]], name: str) -> Floats:
    return np.asarray([float(np.mean(row[name])) if row.get(name) else np.nan for row in rows])


def within(venues: npt.NDArray[np.str_], values: Floats, scale: Callable[[Floats], Floats]) -> Floats:
    """Apply ``scale`` to the known values of each venue apart; a venue where all are equal says nothing: ``nan``."""
    made = np.full(len(values), np.nan)
    for venue in np.unique(venues):
        rows = np.flatnonzero((venues == venue) & np.isfinite(values))
        if len(rows) and np.ptp(values[rows]) > 0:
            made[rows] = scale(values[rows])
    return made


def standardised(values: Floats) -> Floats:
    """Mean 0 and deviation 1."""
    return np.asarray((values - values.mean()) / values.std())


def normal_scores(values: Floats) -> Floats:
    """The normal quantile of each value's rank, deviation 1: one far-off mean counts no more than its place."""
    placed = norm.ppf((rankdata(values) - 0.5) / len(values))
    return np.asarray(placed / placed.std())
