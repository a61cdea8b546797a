"""How well the code score agrees with people's labels on repositories."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, read_path
from sourcing.evaluate.metrics import auroc, bootstrap, spearman

WORKERS = 2


@dataclass(frozen=True, slots=True)
class LabelledRepository:
    """One row: a work tree or bare git repository, and what people said of it.

    ``line`` and ``named`` are where the row stands in its file and what it calls the repository.
    """

    path: Path
    label: float
    kind: str = ""
    revision: str | None = None
    line: int = 0
    named: str = ""


def read_labels(data: Path) -> list[LabelledRepository]:
    """Rows of a CSV with ``path,label`` and optional ``rev, kind``; paths are relative to the file's folder.

    Raises:
        KeyError: a column is missing.
        ValueError: a label is no number, a path is empty, or there is no row.
    """
    rows = []
    with data.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                label = float(row["label"])
            except (TypeError, ValueError) as error:
                raise ValueError(f"row {line}: label {row['label']!r} is no number") from error
            named = (row["path"] or "").strip()
            if not named:  # it would be the folder of the file itself
                raise ValueError(f"row {line}: path is empty")
            rows.append(
                LabelledRepository(
                    path=(data.parent / named).absolute(),
                    label=label,
                    kind=(row.get("kind") or "").strip(),
                    revision=(row.get("rev") or "").strip() or None,
                    line=line,
                    named=named,
                )
            )
    if not rows:
        raise ValueError("no rows")
    return rows


@dataclass(frozen=True, slots=True)
class Scored:
    """What the scorer said of one row. ``score`` is ``None`` where there was not enough to judge.

    ``unreadable`` says why the repository could not be read, and is empty where it was.
    """

    row: LabelledRepository
    score: float | None
    parts: Mapping[str, float | None]
    unreadable: str = ""


def score_repository(row: LabelledRepository, scorer: CodeQualityScorer) -> Scored:
    """Score one row.

    The folder's name is kept from the scorer, since snapshots often carry the owner's in it.
    """
    try:
        tree = read_path(row.path, row.revision)
    except CheckoutError as error:
        return Scored(row, None, {}, unreadable=error.why)
    found = scorer.assess("snapshot", tree)
    return Scored(row, found.score, {part.name: part.score for part in found.parts})


def evaluate(data: Path) -> dict[str, object]:
    """Score every row of ``data`` and measure the agreement.

    Labels 0/1 give AUROC, other numbers Spearman's ρ, each with a bootstrapped 95 % interval, over all rows of
    that sort and, where rows carry a ``kind``, within each kind; ``parts`` is the same figure for each
    sub-score. Rows without a score are left out of the figures and counted: ``insufficient`` where there was
    too little code, ``unreadable`` where the repository could not be read; ``unreadable_rows`` names those, with
    the reason. A README that the shipped wording was fitted on is held against a fit that did not see it.
    """
    rows = read_labels(data)
    scorer = CodeQualityScorer.load(judges_fitted=True)
    began = time.perf_counter()
    scored: list[Scored] = Parallel(n_jobs=WORKERS)(delayed(score_repository)(row, scorer) for row in rows)
    seconds = time.perf_counter() - began
    by_kind: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        by_kind[one.row.kind].append(one)
    binary = [one for of_kind in by_kind.values() if is_binary(of_kind) for one in of_kind]
    numeric = [one for of_kind in by_kind.values() if not is_binary(of_kind) for one in of_kind]
    result: dict[str, object] = {"n": len(rows)}
    of_own_sort = {"n", "insufficient"} | ({"parts"} if binary and numeric else set())
    for some in (binary, numeric):
        if some:
            result |= {name: value for name, value in agreement(some).items() if name not in of_own_sort}
    if set(by_kind) != {""}:
        result["by_kind"] = {kind: agreement(of_kind) for kind, of_kind in sorted(by_kind.items())}
    result["insufficient"] = sum(one.score is None and not one.unreadable for one in scored)
    unread = [one for one in scored if one.unreadable]
    result["unreadable"] = len(unread)
    if unread:
        result["unreadable_rows"] = [
            {"row": one.row.line, "path": one.row.named, "reason": one.unreadable} for one in unread
        ]
    result["seconds"] = round(seconds, 2)
    result["repos_per_second"] = round(len(rows) / seconds, 2)
    return result


def is_binary(rows: Sequence[Scored]) -> bool:
    """Whether all labels are 0 or 1."""
    return {one.row.label for one in rows} <= {0.0, 1.0}


def agreement(rows: Sequence[Scored]) -> dict[str, object]:
    """AUROC or Spearman's ρ of the scores, and of each sub-score, with ``labels``."""
    figure = auroc if is_binary(rows) else spearman
    name = figure.__name__
    known = [(one.score, one.row.label) for one in rows if one.score is not None]
    scores, labels = np.array([k[0] for k in known]), np.array([k[1] for k in known])
    low, high = bootstrap(figure, scores, labels)
    parts = {}
    for part in sorted({part for one in rows for part in one.parts}):
        pairs = [(one.parts[part], one.row.label) for one in rows if one.parts.get(part) is not None]
        parts[part] = figure(np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]))
    return {
        "n": len(rows),
        name: figure(scores, labels),
        f"{name}_low": low,
        f"{name}_high": high,
        "insufficient": len(rows) - len(known),
        "parts": parts,
    }
