"""Points and thresholds from labelled mentions.

Logistic regression with bounds (nothing that speaks for a pair may count against it) under label noise: a share of
the labels is taken to be wrong, since profiles are claimed twice and curators miss namesakes. The likelihood is that of
Magder & Hughes (1997, doi:10.1093/oxfordjournals.aje.a009251): P(label) = e0 + (1 − e0 − e1) · P(same).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sourcing.calibrate.identity.pairs import Pairs, pairs_of
from sourcing.calibrate.identity.stock import name_stock
from sourcing.evaluate.identity import b_cubed, figures, hard_mentions, judged_by_halves, without_affiliation
from sourcing.evaluate.rows import read_rows
from sourcing.identity.families import family_digest, half_of
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import NameStock, load_stock
from sourcing.identity.resolver import not_collecting, resolve
from sourcing.identity.rows import mentions_from_rows
from sourcing.identity.scorecard import FEATURES, FORMAT, N_PLAIN, Scorecard, scorecard_from

CORPORA = ("openreview", "acl")
# Points that may only count against a pair; all others but the base may only count for it.
AGAINST = frozenset(
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
# How often pairs are sampled: one sample moved hard precision by .002.
_DRAWS = 5
# What the threshold is to reach on the families of the fit.
_HARD_PRECISION, _HARD_PRECISION_BLIND = 0.95, 0.90
# At the least three to one: where evidence is asked for whatever the score, rows so precise no longer bound it.
_SURE = tuple(round(0.1 * step, 1) for step in range(11, 41))
# How far a point (natural-log odds) may move when the fit is repeated on another machine.
MOST_CHANGE = 0.02
# Below this probability it is likelier that they are two: a question would keep both from export for nothing.
_MAYBE = 0.5

Rows = list[dict[str, Any]]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled rows of one corpus."""

    name: str
    rows: Rows

    def within(self, half: int) -> Corpus:
        """The rows of families of this half."""
        return Corpus(self.name, [row for row in self.rows if half_of(str(row["name"])) == half])


@dataclass(frozen=True, slots=True)
class Fitted:
    """What ships: the scorecard of all families, and of either half of them one that is judged on the other."""

    card: Scorecard
    halves: tuple[Scorecard, Scorecard]


def calibrate(data: Path, out: Path | None) -> dict[str, Any]:
    """Fit on all families of ``data/identity/{openreview,acl}.jsonl.gz``, and on either half. Deterministic.

    Name counts come from ``data/arxiv/corpus-2025.jsonl.gz``. Writes both files into the package; ``out`` names another
    place for the scorecard, the counts are then left alone. Gives the figures of the halves, each asked of the other.
    """
    counts = name_stock(data / "arxiv" / "corpus-2025.jsonl.gz")
    stock = load_stock(counts)
    corpora = _corpora(data)
    fitted = fit(corpora, stock)
    room = files("sourcing.identity")
    path = out or Path(str(room / "scorecard.json"))
    path.write_text(to_json(fitted, corpora), encoding="utf-8")
    if out is None:
        Path(str(room / "names.json.gz")).write_bytes(counts)
    return {"written": str(path), "sure": fitted.card.sure, "unseen": _measure(corpora, stock, fitted.halves)}


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships; writes nothing, and prints no accuracy.

    ``reproduced`` is whether counts, families and the choice of the thresholds are those that ship, and no point of a
    scorecard moved by more than :data:`MOST_CHANGE`.
    """
    room = files("sourcing.identity")
    counts = name_stock(data / "arxiv" / "corpus-2025.jsonl.gz")
    corpora = _corpora(data)
    now = json.loads(to_json(fit(corpora, load_stock(counts)), corpora))
    shipped = json.loads((room / "scorecard.json").read_text(encoding="utf-8"))
    same_counts = gzip.decompress(counts) == gzip.decompress((room / "names.json.gz").read_bytes())
    cards = list(zip([now, *now["halves"]], [shipped, *shipped["halves"]], strict=True))
    change = max(
        abs(one["weights"][name] - other["weights"].get(name, np.inf))
        for one, other in cards
        for name in one["weights"]
    )
    same = all(now[name] == shipped[name] for name in ("format", "families")) and all(
        one["sure"] == other["sure"] for one, other in cards
    )
    return {
        "same_counts": same_counts,
        "same_threshold_and_families": same,
        "largest_change": round(float(change), 3),
        "tolerance": MOST_CHANGE,
        "reproduced": same_counts and same and change <= MOST_CHANGE,
    }


def report(data: Path) -> dict[str, Any]:
    """Figures of what ships, each half of the families judged by the scorecard that was fitted on the other."""
    from sourcing.identity.rarity import shipped_stock
    from sourcing.identity.scorecard import half_scorecards

    return {"unseen": _measure(_corpora(data), shipped_stock(), half_scorecards())}


def fit(corpora: Sequence[Corpus], stock: NameStock) -> Fitted:
    """A scorecard of all families, and in the same way one of each half: what a half is worth on the other says what
    the whole is worth on families that nobody has seen."""
    pairs = {
        corpus.name: pairs_of(
            mentions_from_rows(corpus.rows),
            {str(row["mention_id"]): row["person_id"] for row in corpus.rows},
            stock,
            draws=_DRAWS,
        )
        for corpus in corpora
    }
    one, other = (
        _fit_scorecard(
            {name: some.within(half) for name, some in pairs.items()},
            [corpus.within(half) for corpus in corpora],
            stock,
        )
        for half in (0, 1)
    )
    whole = _fit_scorecard(pairs, corpora, stock)
    unseen = _least_sure_unseen(_openreview(corpora), stock, (one, other), whole.sure)
    # The threshold is what is least certain, and a wrong merge costs more than a missed one: the most cautious counts.
    return Fitted(replace(whole, sure=max(unseen, one.sure, other.sure)), (one, other))


def _fit_scorecard(pairs: Mapping[str, Pairs], corpora: Sequence[Corpus], stock: NameStock) -> Scorecard:
    """Points, then calibration of the probability, then the threshold that reaches the precision asked for."""
    points = fit_points(pairs)
    slope, offset = _platt(pairs["openreview"], points)
    maybe = (float(np.log(_MAYBE / (1 - _MAYBE))) - offset) / slope
    card = scorecard_from([round(float(one), 3) for one in points], 0.0, maybe, slope, offset)
    return replace(card, sure=_least_sure(_openreview(corpora), stock, card))


def _openreview(corpora: Sequence[Corpus]) -> Rows:
    return next(corpus.rows for corpus in corpora if corpus.name == "openreview")


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
        if name in AGAINST or name.startswith("name_")
        else (0, None)
        for name in FEATURES
    ]
    # To the end: stopped at the usual tolerance, points that trade with each other are still .04 away, and differ by as
    # much when sums are only taken in another order.
    exact = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-14, "gtol": 1e-6}
    found = minimize(
        loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options=exact
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


def _least_sure(rows: Rows, stock: NameStock, card: Scorecard) -> float:
    """The least threshold at which the hard names of the fit reach the precision asked for, with and without places.

    On the rows of the fit: so few points do not bend to so many pairs (asked of the other half, precision is the same),
    and thresholds chosen on fewer rows would be those of worse points.
    """
    truth: list[Hashable] = [row["person_id"] for row in rows]
    hard = hard_mentions([str(row["name"]) for row in rows], truth)
    seen, blind = mentions_from_rows(rows), mentions_from_rows(without_affiliation(rows))

    def reaches(wanted: float, mentions: Sequence[Mention], sure: float) -> bool:
        with not_collecting():
            persons = resolve(mentions, stock=stock, card=replace(card, sure=sure), doubts=False).persons
        precision, _ = b_cubed([persons[str(row["mention_id"])] for row in rows], truth, hard)
        return precision is not None and precision >= wanted

    return _first_sure(
        lambda sure: reaches(_HARD_PRECISION, seen, sure) and reaches(_HARD_PRECISION_BLIND, blind, sure)
    )


def _least_sure_unseen(
    rows: Rows, stock: NameStock, halves: tuple[Scorecard, Scorecard], least: float
) -> float:
    """The least threshold, from ``least`` on, at which halves that judge each other reach the precision asked for.

    So what ships is not less sure than rows which a fit has not seen allow. The halves keep thresholds of their own:
    they are there to be judged.
    """

    def reaches(wanted: float, some: Rows, sure: float) -> bool:
        one, other = (replace(card, sure=sure) for card in halves)
        judged, persons, labels = judged_by_halves(some, (one, other), stock=stock)
        precision, _ = b_cubed(persons, labels, hard_mentions([str(row["name"]) for row in judged], labels))
        return precision is not None and precision >= wanted

    blind = without_affiliation(rows)
    return _first_sure(
        lambda sure: reaches(_HARD_PRECISION, rows, sure) and reaches(_HARD_PRECISION_BLIND, blind, sure),
        least,
    )


def _first_sure(is_enough: Callable[[float], bool], least: float = _SURE[0]) -> float:
    """The first threshold from ``least`` on that is enough; the last one if none is."""
    return next((sure for sure in _SURE if sure >= least and is_enough(sure)), _SURE[-1])


def _measure(
    corpora: Sequence[Corpus], stock: NameStock, halves: tuple[Scorecard, Scorecard]
) -> dict[str, Any]:
    rows = {corpus.name: corpus.rows for corpus in corpora}
    rows["openreview_without_affiliation"] = without_affiliation(rows["openreview"])
    return {name: figures(*judged_by_halves(some, halves, stock=stock)) for name, some in rows.items()}


def _corpora(data: Path) -> list[Corpus]:
    return [Corpus(name, read_rows(data / "identity" / f"{name}.jsonl.gz")) for name in CORPORA]


def to_json(fitted: Fitted, corpora: Sequence[Corpus]) -> str:
    """What ships: points and thresholds, those of the halves, and short digests of the families of the fit."""
    families = sorted({family_digest(str(row["name"])) for corpus in corpora for row in corpus.rows})
    return json.dumps(
        {
            "format": FORMAT,
            **_as_json(fitted.card),
            "halves": [_as_json(half) for half in fitted.halves],
            "families": "".join(families),
        },
        indent=1,
    )


def _as_json(card: Scorecard) -> dict[str, Any]:
    return {
        "weights": dict(zip(FEATURES, [*card.weights, *card.relations.values()], strict=True)),
        "sure": card.sure,
        "maybe": round(card.maybe, 4),
        "slope": card.slope,
        "offset": card.offset,
    }
