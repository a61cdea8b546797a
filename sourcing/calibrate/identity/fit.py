"""Points and thresholds from labelled mentions.

Logistic regression with bounds (nothing that speaks for a pair may count against it) under label noise: a share of
the labels is taken to be wrong, since profiles are claimed twice and curators miss namesakes. The likelihood is that of
Magder & Hughes (1997, doi:10.1093/oxfordjournals.aje.a009251): P(label) = e0 + (1 − e0 − e1) · P(same).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sourcing.calibrate.identity.pairs import Pairs, pairs_of
from sourcing.calibrate.identity.stock import name_stock
from sourcing.evaluate.identity import figures, without_affiliation
from sourcing.evaluate.rows import read_rows
from sourcing.identity.families import family_digest, family_of
from sourcing.identity.rarity import NameStock, load_stock
from sourcing.identity.resolver import resolve
from sourcing.identity.rows import mentions_from_rows
from sourcing.identity.scorecard import FEATURES, FORMAT, N_PLAIN, Scorecard, scorecard_from

CORPORA = ("openreview", "acl")
# Points that may only count against a pair; all others but the base may only count for it.
_AGAINST = frozenset(
    {"rarity", "rarity_3", "rarity_1", "rarity_0", "other_organisation", "moved", "years", "many_papers",
     "many_coauthors"}
)  # fmt: skip
_PENALTY = 1 / 3.0
# Wrong labels: (one person under two labels, two people under one), by corpus; and across forms of a name in ACL, which
# takes names to be one person's unless a curator said otherwise.
_NOISE = {"openreview": (0.02, 0.001), "acl": (0.02, 0.003)}
_NOISE_ACROSS_FORMS = 0.2
# ACL takes mentions of one name to be one person's unless a curator said otherwise: its pairs of the same name would
# teach that namesakes are rare. It teaches what other forms of a name are worth.
_NAMES_ALONE = frozenset({"acl"})
_CORPUS_WEIGHT = {"openreview": 2.0, "acl": 1.0}
# What the threshold is to reach on the families of the fit.
_HARD_PRECISION, _HARD_PRECISION_BLIND = 0.95, 0.90
_SURE = tuple(round(0.1 * step, 1) for step in range(41))
# How far a point (natural-log odds) may move when the fit is repeated on another machine.
MOST_CHANGE = 0.02
# Below this probability two persons are not worth a recruiter's time.
_MAYBE = 0.2

Rows = list[dict[str, Any]]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled rows of one corpus, parted by family name."""

    name: str
    fitted: Rows
    unseen: Rows


def calibrate(data: Path, out: Path | None) -> dict[str, Any]:
    """Fit on one half of the families of ``data/identity/{openreview,acl}.jsonl.gz``. Deterministic.

    Name counts come from ``data/arxiv/corpus-2025.jsonl.gz``. Writes both files into the package; ``out`` names another
    place for the scorecard, the counts are then left alone. Gives the figures on the other half.
    """
    counts = name_stock(data / "arxiv" / "corpus-2025.jsonl.gz")
    stock = load_stock(counts)
    corpora = _corpora(data)
    card = fit(corpora, stock)
    room = files("sourcing.identity")
    path = out or Path(str(room / "scorecard.json"))
    path.write_text(to_json(card, corpora), encoding="utf-8")
    if out is None:
        Path(str(room / "names.json.gz")).write_bytes(counts)
    return {"written": str(path), "sure": card.sure, "unseen": _measure(corpora, stock, card)}


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships; writes nothing, and does not look at the other half.

    ``reproduced`` is whether counts, families and the choice of the threshold are those that ship, and no point of the
    scorecard moved by more than :data:`MOST_CHANGE`.
    """
    room = files("sourcing.identity")
    counts = name_stock(data / "arxiv" / "corpus-2025.jsonl.gz")
    corpora = _corpora(data)
    now = json.loads(to_json(fit(corpora, load_stock(counts)), corpora))
    shipped = json.loads((room / "scorecard.json").read_text(encoding="utf-8"))
    same_counts = gzip.decompress(counts) == gzip.decompress((room / "names.json.gz").read_bytes())
    change = max(abs(now["weights"][name] - shipped["weights"].get(name, np.inf)) for name in now["weights"])
    same = all(now[name] == shipped[name] for name in ("format", "sure", "families"))
    return {
        "same_counts": same_counts,
        "same_threshold_and_families": same,
        "largest_change": round(float(change), 3),
        "tolerance": MOST_CHANGE,
        "reproduced": same_counts and same and change <= MOST_CHANGE,
    }


def report(data: Path) -> dict[str, Any]:
    """Figures on the families that the fit never saw, with what ships."""
    from sourcing.identity.rarity import shipped_stock
    from sourcing.identity.scorecard import shipped_scorecard

    return {"unseen": _measure(_corpora(data), shipped_stock(), shipped_scorecard())}


def fit(corpora: Sequence[Corpus], stock: NameStock) -> Scorecard:
    """Points, then calibration of the probability, then the threshold that reaches the precision asked for."""
    pairs = {
        corpus.name: pairs_of(
            mentions_from_rows(corpus.fitted),
            {str(row["mention_id"]): row["person_id"] for row in corpus.fitted},
            stock,
        )
        for corpus in corpora
    }
    weights = fit_points(pairs)
    slope, offset = _platt(pairs["openreview"], weights)
    maybe = (float(np.log(_MAYBE / (1 - _MAYBE))) - offset) / slope
    card = scorecard_from([round(float(one), 3) for one in weights], 0.0, maybe, slope, offset)
    return replace(card, sure=_least_sure(corpora, stock, card))


def fit_points(pairs: Mapping[str, Pairs]) -> Vector:
    """The points, in the order of ``FEATURES``."""
    values = np.vstack([one.values for one in pairs.values()])
    same = np.concatenate([one.same for one in pairs.values()])
    weight, miss, false = [], [], []
    for name, one in pairs.items():
        across = one.values[:, N_PLAIN:].sum(axis=1) > 0
        told = across | (name not in _NAMES_ALONE)
        weight.append(one.weight * told * _CORPUS_WEIGHT[name])
        miss.append(np.where(across & (name == "acl"), _NOISE_ACROSS_FORMS, _NOISE[name][0]))
        false.append(np.full(len(one.same), _NOISE[name][1]))
    return _maximise(values, same, np.concatenate(weight), np.concatenate(miss), np.concatenate(false))


def _maximise(values: Vector, same: Vector, weight: Vector, miss: Vector, false: Vector) -> Vector:
    def loss(points: Vector) -> tuple[float, Vector]:
        chance = 1 / (1 + np.exp(-np.clip(values @ points, -30, 30)))
        said = np.clip(false + (1 - miss - false) * chance, 1e-9, 1 - 1e-9)
        total = -(weight * (same * np.log(said) + (1 - same) * np.log(1 - said))).sum()
        slope = weight * ((said - same) / (said * (1 - said))) * (1 - miss - false) * chance * (1 - chance)
        gradient = values.T @ slope
        gradient[1:] += _PENALTY * points[1:]
        return float(total + 0.5 * _PENALTY * (points[1:] ** 2).sum()), gradient

    bounds = [
        (None, None)
        if name == "base"
        else (None, 0)
        if name in _AGAINST or name.startswith("name_")
        else (0, None)
        for name in FEATURES
    ]
    found = minimize(
        loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000}
    )
    return np.asarray(found.x, dtype=float)


def _platt(pairs: Pairs, points: Vector) -> tuple[float, float]:
    """Slope and offset that turn points into a probability (Platt 1999).

    On OpenReview's pairs, whose labels are people's own. Namesakes are sampled more often than they meet, so the
    probability errs on the side of doubt.
    """
    scores = np.clip(pairs.values @ points, -30, 30)

    def loss(line: Vector) -> float:
        margin = (line[0] * scores + line[1]) * (2 * pairs.same - 1)
        return float((pairs.weight * np.logaddexp(0, -margin)).sum())

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-3})
    return round(float(found.x[0]), 4), round(float(found.x[1]), 4)


def _least_sure(corpora: Sequence[Corpus], stock: NameStock, card: Scorecard) -> float:
    """The least threshold at which the hard names of the fit reach the precision asked for, with and without places."""
    rows = next(corpus.fitted for corpus in corpora if corpus.name == "openreview")
    for sure in _SURE:
        tried = replace(card, sure=sure)
        seen = _figures(rows, stock, tried)["hard"]["b3_precision"]
        blind = _figures(without_affiliation(rows), stock, tried)["hard"]["b3_precision"]
        if seen >= _HARD_PRECISION and blind >= _HARD_PRECISION_BLIND:
            return sure
    return _SURE[-1]


def _measure(corpora: Sequence[Corpus], stock: NameStock, card: Scorecard) -> dict[str, Any]:
    found: dict[str, Any] = {corpus.name: _figures(corpus.unseen, stock, card) for corpus in corpora}
    blind = without_affiliation(next(one.unseen for one in corpora if one.name == "openreview"))
    found["openreview_without_affiliation"] = _figures(blind, stock, card)
    return found


def _figures(rows: Rows, stock: NameStock, card: Scorecard) -> Any:
    resolution = resolve(mentions_from_rows(rows), stock=stock, card=card, doubts=False)
    found = [resolution.persons[str(row["mention_id"])] for row in rows]
    truth: list[Hashable] = [row["person_id"] for row in rows]
    return figures(rows, found, truth)


def _corpora(data: Path) -> list[Corpus]:
    found = []
    for name in CORPORA:
        rows = read_rows(data / "identity" / f"{name}.jsonl.gz")
        fitted = [is_fitted(str(row["name"])) for row in rows]
        found.append(
            Corpus(
                name,
                [row for row, seen in zip(rows, fitted, strict=True) if seen],
                [row for row, seen in zip(rows, fitted, strict=True) if not seen],
            )
        )
    return found


def is_fitted(name: str) -> bool:
    """Whether mentions of this family name belong to the half that the fit sees."""
    return (
        int(hashlib.sha1(f"identity:{family_of(name)}".encode(), usedforsecurity=False).hexdigest()[:8], 16)
        / 2**32
        < 0.5
    )


def to_json(card: Scorecard, corpora: Sequence[Corpus]) -> str:
    """What ships: points, thresholds, and short digests of the families of the fit."""
    points = [*card.weights, *card.relations.values()]
    families = sorted({family_digest(str(row["name"])) for corpus in corpora for row in corpus.fitted})
    return json.dumps(
        {
            "format": FORMAT,
            "weights": dict(zip(FEATURES, points, strict=True)),
            "sure": card.sure,
            "maybe": round(card.maybe, 4),
            "slope": card.slope,
            "offset": card.offset,
            "families": "".join(families),
        },
        indent=1,
    )
