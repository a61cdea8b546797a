"""Fit the model that links papers to repositories (``sourcing/implementations/model.json``)."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sourcing.evaluate.implementations import agreement, answer
from sourcing.implementations.cues import NOT_THEIRS, Cue
from sourcing.implementations.features import FEATURES, compare
from sourcing.implementations.model import LinkModel, shipped_model, to_json
from sourcing.implementations.readme import ReadmeLevel, facts_of, readme_level
from sourcing.implementations.rows import Row, read_rows
from sourcing.implementations.statements import read_statements
from sourcing.implementations.titles import split_words

# Precision asked for in cross-validation; above the aim of .90, since other rows will differ.
TARGET_PRECISION = 0.925
# How far a fitted number (log-odds, or a probability) may move when the fit is repeated on another machine.
MOST_CHANGE = 0.02
_FOLDS = 5
_PENALTY = 3.0
_RARE, _COMMON = 20, 0.15

Vector = NDArray[np.float64]


def calibrate(data: Path, out: Path | None) -> dict[str, Any]:
    """Fit on all rows of ``data/implementations/dev.jsonl.gz``; write to ``out`` or into the package.

    Word rarities come from the titles of ``data/arxiv/corpus-2025.jsonl.gz``. Counts of what READMEs say come
    from ``data/implementations/readmes.jsonl.gz`` (rows of the same form) where it exists, else from the model
    as shipped. Deterministic.
    """
    table = _table(data)
    model = table.fit(range(len(table.rows)))
    out = out or Path(str(files("sourcing.implementations") / "model.json"))
    out.write_text(to_json(model), encoding="utf-8")
    return {"rows": len(table.rows), "threshold": model.threshold, "written": str(out)}


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships; writes nothing, and prints no accuracy.

    ``reproduced`` is whether counts and rarities are those that ship and no fitted number (a weight, the threshold, a
    share) moved by more than :data:`MOST_CHANGE`.
    """
    table = _table(data)
    now = json.loads(to_json(table.fit(range(len(table.rows)))))
    shipped = json.loads((files("sourcing.implementations") / "model.json").read_text(encoding="utf-8"))
    same = all(now[name] == shipped[name] for name in ("format", "readme", "rarity"))
    pairs = [(now[name], shipped[name]) for name in ("none", "threshold")]
    for name in ("features", "stated"):
        same = same and now[name].keys() == shipped[name].keys()
        pairs += [(now[name][one], shipped[name].get(one, np.inf)) for one in now[name]]
    change = max(abs(one - other) for one, other in pairs)
    return {
        "same_counts": same,
        "largest_change": round(float(change), 4),
        "tolerance": MOST_CHANGE,
        "reproduced": same and change <= MOST_CHANGE,
    }


def report(data: Path) -> dict[str, Any]:
    """Agreement on rows that the fit never saw.

    ``held_out``: fitted on one half of the rows, asked on the other (halves by the SHA-1 of the paper's id).
    ``cross_validated``: five folds of all rows. Thresholds and counts are chosen inside the fitting part.
    """
    table = _table(data)
    first = [i for i, row in enumerate(table.rows) if _fraction(row.id) < 0.5]
    second = [i for i, row in enumerate(table.rows) if _fraction(row.id) >= 0.5]
    folds = _folds(table.rows, range(len(table.rows)))
    return {
        "rows": len(table.rows),
        "held_out": _figures(table, [(table.fit(first), second)]),
        "cross_validated": _figures(table, [(table.fit(fitting), testing) for fitting, testing in folds]),
    }


def _table(data: Path) -> _Table:
    rows = list(read_rows(data / "implementations" / "dev.jsonl.gz"))
    extra = data / "implementations" / "readmes.jsonl.gz"
    readme = count_readmes(read_rows(extra)) if extra.is_file() else dict(shipped_model().readme)
    return _Table(rows, word_rarity(_titles(data / "arxiv" / "corpus-2025.jsonl.gz")), readme)


def word_rarity(titles: Iterable[str]) -> dict[str, float]:
    """Weight of each word that at least 20 titles use: 1 for rare, 0.15 for the commonest (scaled idf)."""
    used: Counter[str] = Counter()
    total = 0
    for title in titles:
        total += 1
        used.update(set(split_words(title)))
    scale = log(total / _RARE) if total > _RARE else 1.0
    return {
        word: max(_COMMON, min(1.0, log(total / count) / scale))
        for word, count in used.items()
        if count >= _RARE
    }


def count_readmes(rows: Iterable[Row]) -> dict[str, tuple[float, float]]:
    """How often the README of an official repository, and of another, speaks so of the paper.

    Other repositories of the official's owner are the hard cases; all others together weigh as much as those.
    """
    own: Counter[ReadmeLevel] = Counter()
    near: Counter[ReadmeLevel] = Counter()
    far: Counter[ReadmeLevel] = Counter()
    for row in rows:
        for one in row.repositories:
            level = readme_level(row.paper, facts_of(one))
            if level is ReadmeLevel.ABSENT:
                continue
            if level is ReadmeLevel.TITLE_CITED:  # too rare to be counted alone; it says the same
                level = ReadmeLevel.TITLE_ON_TOP
            same = row.official is not None and row.official.split("/")[:2] == one.key.split("/")[:2]
            (own if one.key == row.official else near if same else far)[level] += 1
    scale = min(1.0, near.total() / far.total()) if far and near else 1.0
    uncounted = (ReadmeLevel.ABSENT, ReadmeLevel.TITLE_CITED, ReadmeLevel.LISTED)
    levels = [level for level in ReadmeLevel if level not in uncounted]
    return {str(level): (float(own[level]), round(near[level] + scale * far[level], 3)) for level in levels}


@dataclass(slots=True)
class _Arrays:
    """Rows padded to the same number of repositories: features, README offsets, which exist, which is right."""

    values: Vector
    offset: Vector
    exists: NDArray[np.bool_]
    right: NDArray[np.int64]


class _Table:
    """The rows with their features, computed once."""

    def __init__(
        self, rows: Sequence[Row], rarity: Mapping[str, float], readme: Mapping[str, tuple[float, float]]
    ) -> None:
        self.rows = rows
        self.empty = LinkModel(
            weights=(0.0,) * len(FEATURES), none=0.0, threshold=0.5, rarity=rarity, readme=readme, stated={}
        )
        self.statements = [read_statements(row.paper) for row in rows]
        self.searched = {
            i
            for i, said in enumerate(self.statements)
            if all(one.why_not_theirs is not None for one in said.repositories)
        }
        self.arrays = self._arrays()

    def _arrays(self) -> _Arrays:
        width = max((len(row.repositories) for row in self.rows), default=1)
        shape = (len(self.rows), width)
        arrays = _Arrays(
            np.zeros((*shape, len(FEATURES))), np.zeros(shape), np.zeros(shape, dtype=bool),
            np.full(len(self.rows), -1, dtype=np.int64),
        )  # fmt: skip
        for i in self.searched:
            row = self.rows[i]
            for j, one in enumerate(row.repositories):
                arrays.values[i, j] = compare(row.paper, one, self.empty.rarity).values
                arrays.offset[i, j] = self.empty.readme_weight(readme_level(row.paper, facts_of(one)))
                arrays.exists[i, j] = True
                if one.key == row.official:
                    arrays.right[i] = j
        return arrays

    def fit(self, chosen: Sequence[int]) -> LinkModel:
        """A model of the chosen rows; its threshold is chosen by cross-validation among them."""
        answers: list[tuple[float, bool]] = []
        for fitting, testing in _folds(self.rows, chosen):
            inner = self._fit_weights(fitting)
            answers += self._answers(inner, testing)
        return replace(
            self._fit_weights(chosen), threshold=choose_threshold(answers), stated=self._stated(chosen)
        )

    def _fit_weights(self, chosen: Sequence[int]) -> LinkModel:
        use = np.array([i for i in chosen if i in self.searched], dtype=np.int64)
        data = self.arrays
        exists = data.exists[use]
        spread = data.values[use][exists].std(axis=0)
        spread[spread < 1e-9] = 1.0
        scaled = data.values[use] / spread
        offset, right = data.offset[use], data.right[use]
        at = np.arange(len(use))

        def loss(point: Vector) -> tuple[float, Vector]:
            weights, none = point[:-1], point[-1]
            scores = np.where(exists, scaled @ weights + offset, -np.inf)
            scores = np.concatenate([scores, np.full((len(use), 1), none)], axis=1)
            scores -= scores.max(axis=1, keepdims=True)
            shares = np.exp(scores)
            shares /= shares.sum(axis=1, keepdims=True)
            truth = np.where(right >= 0, right, shares.shape[1] - 1)
            value = -np.log(shares[at, truth] + 1e-300).sum() + _PENALTY * weights @ weights
            shares[at, truth] -= 1.0
            gradient = np.einsum("ij,ijk->k", shares[:, :-1], scaled) + 2 * _PENALTY * weights
            return float(value), np.append(gradient, shares[:, -1].sum())

        # To the end: sums over sets of words differ in the last bit from process to process, and a search that stops
        # early stops elsewhere.
        found = minimize(
            loss,
            np.zeros(len(FEATURES) + 1),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-7},
        ).x
        return replace(self.empty, weights=tuple(map(float, found[:-1] / spread)), none=float(found[-1]))

    def _answers(self, model: LinkModel, chosen: Iterable[int]) -> list[tuple[float, bool]]:
        """Probability of each row's best repository and whether that is the official one."""
        answers = []
        for i in chosen:
            exists = self.arrays.exists[i]
            if i not in self.searched or not exists.any():
                continue
            scores = self.arrays.values[i][exists] @ np.array(model.weights) + self.arrays.offset[i][exists]
            shares = model.probabilities([float(score) for score in scores])
            best = int(np.argmax(shares))
            answers.append((shares[best], best == self.arrays.right[i]))
        return answers

    def _stated(self, chosen: Iterable[int]) -> dict[str, float]:
        """Share of first-named repositories that were official, by cue; one right and one wrong are added.

        Cues seen fewer than 20 times take the share of all.
        """
        seen: Counter[Cue] = Counter()
        right: Counter[Cue] = Counter()
        for i in chosen:
            said = self.statements[i].repositories
            first = next((one for one in said if one.why_not_theirs is None), None)
            if first is not None:
                seen[first.cue] += 1
                right[first.cue] += first.address.key == self.rows[i].official
        overall = (right.total() + 1) / (seen.total() + 2)
        return {
            str(cue): (right[cue] + 1) / (seen[cue] + 2) if seen[cue] >= 20 else overall
            for cue in Cue
            if cue not in NOT_THEIRS
        }


def choose_threshold(answers: Iterable[tuple[float, bool]]) -> float:
    """The lowest probability from which on answers are right :data:`TARGET_PRECISION` of the time.

    1 (never answer) where no probability reaches it.
    """
    chosen, right = 1.0, 0
    for count, (probability, is_right) in enumerate(sorted(answers, reverse=True), start=1):
        right += is_right
        if right / count >= TARGET_PRECISION:
            chosen = probability
    return chosen


def _figures(table: _Table, parts: Sequence[tuple[LinkModel, Sequence[int]]]) -> dict[str, object]:
    pairs = [(table.rows[i], answer(table.rows[i], model)) for model, testing in parts for i in testing]
    return {
        kind: agreement((row, given) for row, given in pairs if row.kind == kind)
        for kind in ("stated", "unstated")
    }


def _folds(rows: Sequence[Row], chosen: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    fold = {i: int(_fraction("fold:" + rows[i].id) * _FOLDS) for i in chosen}
    return [([i for i in chosen if fold[i] != k], [i for i in chosen if fold[i] == k]) for k in range(_FOLDS)]


def _fraction(text: str) -> float:
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 2**32


def _titles(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["title"]
