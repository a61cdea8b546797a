"""How well the code score agrees with people's labels on repositories."""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from db.records import AssessmentStatus
from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, read_path
from sourcing.evaluate.metrics import auroc, bootstrap, spearman

WORKERS = 2


@dataclass(frozen=True, slots=True)
class LabelledRepository:
    """One row: a work tree or bare git repository, and what people said of it."""

    path: Path
    label: float
    kind: str = ""
    revision: str | None = None


def read_labels(data: Path) -> list[LabelledRepository]:
    """Rows of a CSV with ``path,label`` and optional ``rev, kind``; paths are relative to the file's folder.

    Raises:
        KeyError: a column is missing.
        ValueError: a label is no number, or there is no row.
    """
    rows = []
    with data.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.append(
                LabelledRepository(
                    path=(data.parent / row["path"]).absolute(),
                    label=float(row["label"]),
                    kind=(row.get("kind") or "").strip(),
                    revision=(row.get("rev") or "").strip() or None,
                )
            )
    if not rows:
        raise ValueError("no rows")
    return rows


def score_repository(row: LabelledRepository, scorer: CodeQualityScorer) -> float | None:
    """The score of one row; ``None`` where there was not enough to judge, or nothing could be read.

    The folder's name is kept from the scorer, since some hosts of snapshots put the owner's into it.
    """
    try:
        tree = read_path(row.path, row.revision)
    except CheckoutError:
        return None
    found = scorer.assess("snapshot", tree)
    return found.score if found.status is AssessmentStatus.SCORED else None


def evaluate(data: Path) -> dict[str, object]:
    """Score every row of ``data`` and measure the agreement; rows without a score are counted apart.

    Labels 0/1 give AUROC, other numbers Spearman's ρ, each with a bootstrapped 95 % interval; where rows
    carry a ``kind``, the same within each kind.
    """
    rows = read_labels(data)
    scorer = CodeQualityScorer.load()
    began = time.perf_counter()
    scores: list[float | None] = Parallel(n_jobs=WORKERS)(
        delayed(score_repository)(row, scorer) for row in rows
    )
    seconds = time.perf_counter() - began
    result = _agreement(rows, scores)
    kinds = sorted({row.kind for row in rows} - {""})
    if kinds:
        result["by_kind"] = {
            kind: _agreement(
                [row for row in rows if row.kind == kind],
                [score for row, score in zip(rows, scores, strict=True) if row.kind == kind],
            )
            for kind in kinds
        }
    result["seconds"] = round(seconds, 2)
    result["repos_per_second"] = round(len(rows) / seconds, 2)
    return result


def _agreement(rows: Sequence[LabelledRepository], scores: Sequence[float | None]) -> dict[str, object]:
    pairs = [(row.label, score) for row, score in zip(rows, scores, strict=True) if score is not None]
    labels, found = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    binary = {row.label for row in rows} <= {0.0, 1.0}
    figure = auroc if binary else spearman
    name = figure.__name__
    low, high = bootstrap(figure, found, labels)
    return {
        "n": len(rows),
        name: figure(found, labels),
        f"{name}_low": low,
        f"{name}_high": high,
        "insufficient": len(rows) - len(pairs),
    }
