"""How many of a reading list's other papers come up near a few liked ones.

Nobody's real reading list is public, so the papers of one narrow arXiv category stand in for one: that is a list of
what one community reads, not of what one person likes, and its papers are less alike.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from ranking.originality.corpus import CorpusIndex, shipped_weights
from ranking.originality.text import PaperText
from ranking.preference import PreferenceModel
from sourcing.evaluate.metrics import bootstrap
from sourcing.evaluate.rows import read_rows

# A list is a category with so many papers; of each, so many draws of so many likes.
LEAST, MOST = 40, 400
LIKES = (3, 5, 10, 20)
DRAWS = 4
TOP = 50


def evaluate(data: Path) -> dict[str, object]:
    """Like a few papers of one category, ask for the 50 nearest, and count how many of its others are among them.

    Rows are arXiv records: ``id``, ``title``, ``summary`` or ``abstract``, ``categories``, ``listed`` or ``date``.
    ``recall_at_50`` is the mean over lists of the share of their other papers found, ``of_reachable`` the same where at
    most 50 can be found, ``mean_of_likes_of_reachable`` that of the papers nearest to the mean of the likes instead of
    the fitted model's; ``chance`` is what 50 papers drawn blindly would reach. Intervals are bootstraps over
    categories. Half of the categories (by hash) were looked at while the model was chosen; the other half is
    ``not_looked_at``, and the figure to quote. Raises ``ValueError`` if no category is narrow enough.
    """
    began = perf_counter()
    papers, categories = _read(data)
    corpus = CorpusIndex("evaluate", shipped_weights())
    corpus.add(papers.values())
    built = perf_counter()
    lists = {name: sorted(ids) for name, ids in sorted(categories.items()) if LEAST <= len(ids) <= MOST}
    if not lists:
        raise ValueError(f"no category has {LEAST} to {MOST} papers")
    found: dict[str, object] = {"n": len(papers), "reading_lists": len(lists)}
    for half, wanted in (("not_looked_at", 1), ("looked_at", 0)):
        names = [name for name in lists if _half(name) == wanted]
        if names:
            found[half] = {
                "categories": len(names),
                **{f"likes_{count}": _recall(corpus, papers, [lists[one] for one in names], count) for count in LIKES},
            }  # fmt: skip
    found["seconds"] = round(perf_counter() - began, 3)
    found["seconds_to_index"] = round(built - began, 3)
    return found


def _recall(
    corpus: CorpusIndex, papers: dict[str, PaperText], lists: Sequence[Sequence[str]], count: int
) -> dict[str, float | None]:
    recalls, reachable, means, chances, fits = [], [], [], [], []
    for ids in lists:
        of_all, of_reachable, of_mean = [], [], []
        for draw in range(DRAWS):
            liked = sorted(ids, key=lambda each: zlib.crc32(f"{draw} {each}".encode()))[:count]
            began = perf_counter()
            nearest = PreferenceModel.fit([papers[each] for each in liked], [], corpus).nearest(TOP)
            fits.append(perf_counter() - began)
            others = set(ids) - set(liked)
            hits = len(others & set(nearest))
            of_all.append(hits / len(others))
            of_reachable.append(hits / min(TOP, len(others)))
            of_mean.append(len(others & _nearest_mean(corpus, liked)) / min(TOP, len(others)))
        recalls.append(float(np.mean(of_all)))
        reachable.append(float(np.mean(of_reachable)))
        means.append(float(np.mean(of_mean)))
        chances.append(TOP / (len(corpus) - count))
    low, high = bootstrap(_mean, recalls)
    return {
        "recall_at_50": _mean(recalls),
        "recall_low": low,
        "recall_high": high,
        "of_reachable": _mean(reachable),
        "mean_of_likes_of_reachable": _mean(means),
        "chance": _mean(chances),
        "seconds_to_fit": round(_mean(fits), 4),
    }


def _nearest_mean(corpus: CorpusIndex, liked: Sequence[str]) -> set[str]:
    """The papers nearest to the mean of the liked ones, for comparison."""
    matrix, rows = corpus.matrix(), corpus.rows_of(liked)
    values = np.asarray(matrix @ np.asarray(matrix[rows].mean(axis=0)).ravel())
    values[rows] = -1
    ids = corpus.ids
    return {ids[row] for row in np.argsort(-values, kind="stable")[:TOP].tolist()}


def _half(category: str) -> int:
    return hashlib.sha1(category.encode(), usedforsecurity=False).digest()[0] % 2


def _mean(values: Any) -> float:
    return float(np.mean(values))


def _read(data: Path) -> tuple[dict[str, PaperText], dict[str, list[str]]]:
    papers: dict[str, PaperText] = {}
    categories: dict[str, list[str]] = defaultdict(list)
    for row in read_rows(data):
        day = datetime.fromisoformat(str(row.get("listed") or row["date"])).replace(tzinfo=UTC)
        text = row.get("summary") or row.get("abstract") or ""
        paper = PaperText(id=str(row["id"]), title=row["title"], abstract=text, published=day)
        if paper.id in papers:
            continue
        papers[paper.id] = paper
        for category in row["categories"]:
            categories[category].append(paper.id)
    return papers, categories
