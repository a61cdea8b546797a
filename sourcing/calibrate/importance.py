"""Count topics over the years and learn which of them last; check it on years after those of the fit."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression, QuantileRegressor

from ranking.importance.history import (
    COMMON,
    FEATURES,
    LONGEST_TOPIC,
    Floats,
    Outlook,
    TopicHistory,
    dump_history,
    mean_lasting,
    needs_in,
    parse_history,
    topic_features,
    topic_tokens,
    topics_in,
)
from ranking.originality.text import PaperText
from sourcing.evaluate.metrics import auroc, bootstrap, coverage, percentiles, spearman
from sourcing.evaluate.rows import paper_of, read_rows

Values = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

# A topic is what at least so many authors gave as a keyword, and is not named in every seventh paper of most years.
LEAST_KEYWORDS, MOST_SHARE = 4, 0.15
# "Still there": at least this part of its share, against the median topic, three years on.
HELD = 0.8
HORIZON = 3
LEVEL = 0.8
PENALTY = 1.0
# A crowd, a burst and unrest may only speak against a topic, age, need and breadth only for it; and burst, age and the
# number of problems that need it always say at least so much (per standard deviation, in log-odds). Left free, the fit
# of so few topics puts nearly all on breadth and calls some trends lasting.
LEAST_SAID = 0.15
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "share": (None, 0.0),
    "growth": (None, -LEAST_SAID),
    "decline": (None, 0.0),
    "unrest": (None, -LEAST_SAID / 2),
    "age": (LEAST_SAID, None),
    "need": (0.0, None),
    "needed_by": (LEAST_SAID, None),
    "breadth": (0.0, None),
}
FREE: dict[str, tuple[float | None, float | None]] = dict.fromkeys(FEATURES, (None, None))
FOLDS = 5
# Fitted on what the earlier years became, checked on the later ones; the paper scale is learnt from the year between.
FIT_YEARS, SCALE_YEARS, TEST_YEARS = (2018, 2020), (2021,), (2022,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Topics counted by year, and which paper names which topics."""

    topics: tuple[str, ...]
    years: tuple[int, ...]
    totals: Values
    papers: Values
    needs: Values
    breadth: Values
    needed_by: Values
    keywords: Values
    names: sparse.csr_array
    paper_years: Places

    @property
    def log_shares(self) -> Values:
        """As :attr:`TopicHistory.log_shares`."""
        return np.asarray(np.log((self.papers + 0.5) / (self.totals + 1.0)))

    def features(self, year: int) -> Values:
        """Topic features at the end of a year."""
        return topic_features(
            self.log_shares, self.papers.astype(np.float32), self.needs.astype(np.float32),
            self.breadth.astype(np.float32), self.needed_by.astype(np.float32), self.years.index(year),
        )  # fmt: skip

    def outcome(self, year: int) -> tuple[Places, npt.NDArray[np.bool_], Values]:
        """Topics to judge, whether each held its share, and the log change against the median topic.

        Which topics are judged depends on that year and those before it alone: what became a topic later, or was
        common enough only later, would have been picked because it lasted.
        """
        now, later = self.years.index(year), self.years.index(year + HORIZON)
        known = self.keywords[:, : now + 1].sum(axis=1) >= LEAST_KEYWORDS
        judged = np.flatnonzero(known & (self.papers[:, now] >= COMMON))
        change = (self.log_shares[:, later] - self.log_shares[:, now])[judged]
        change = change - np.median(change)
        return judged, np.asarray(change > np.log(HELD), dtype=np.bool_), change


def count_topics(papers: Sequence[PaperText], keywords: Sequence[Sequence[str]]) -> Counted:
    """Count authors' keywords as topics over titles and abstracts, by year."""
    given = [_given(row) for row in keywords]
    possible = {topic: place for place, topic in enumerate(_keyword_topics(given))}
    named = [topics_in(paper.text, possible) for paper in papers]
    paper_years = np.asarray([paper.year or 0 for paper in papers])
    years = tuple(int(year) for year in np.unique(paper_years))
    yearly = _by_year(_incidence(named, possible), paper_years, years)
    common = np.asarray((yearly >= COMMON).any(axis=1))
    said_by_all = np.asarray(np.median(yearly / _totals(paper_years, years), axis=1) > MOST_SHARE)
    topics = [topic for topic, place in possible.items() if common[place] and not said_by_all[place]]
    places = {topic: place for place, topic in enumerate(topics)}
    names = _incidence([found & places.keys() for found in named], places)
    needs = _incidence([needs_in(paper, places) for paper in papers], places)
    so_far = [np.flatnonzero(paper_years <= year) for year in years]
    return Counted(
        topics=tuple(topics),
        years=years,
        totals=_totals(paper_years, years),
        papers=_by_year(names, paper_years, years),
        needs=_by_year(needs, paper_years, years),
        breadth=np.stack([_breadth(names[rows]) for rows in so_far], axis=1),
        needed_by=np.stack([_needed_by(needs[rows], names[rows]) for rows in so_far], axis=1),
        keywords=_by_year(_incidence([found & places.keys() for found in given], places), paper_years, years),
        names=names,
        paper_years=paper_years,
    )


def fit_outlook(
    counted: Counted,
    years: Sequence[int],
    *,
    without: Places | None = None,
    bounds: Mapping[str, tuple[float | None, float | None]] = BOUNDS,
) -> Outlook:
    """Learn from topics of ``years`` which of them held their share three years later: penalised logistic regression.

    ``without`` are topics to leave out, ``bounds`` what each standardised weight may be.
    """
    features, held = [], []
    for year in years:
        judged, kept, _ = counted.outcome(year)
        chosen = np.ones(len(judged), dtype=np.bool_) if without is None else ~np.isin(judged, without)
        features.append(counted.features(year)[judged[chosen]])
        held.append(kept[chosen])
    z, y = np.vstack(features), np.concatenate(held).astype(np.float64)

    def loss(weights: Values) -> tuple[float, Values]:
        odds = z @ weights[1:] + weights[0]
        residual = 1 / (1 + np.exp(-odds)) - y
        value = np.logaddexp(0, odds).sum() - y @ odds + PENALTY / 2 * weights[1:] @ weights[1:]
        return float(value), np.concatenate([[residual.sum()], z.T @ residual + PENALTY * weights[1:]])

    allowed = [(None, None), *(bounds[name] for name in FEATURES)]
    start = np.zeros(1 + len(FEATURES))
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=allowed, options={"ftol": 1e-13, "gtol": 1e-9}
    )
    # Rounded far above the last bits, in which builds of BLAS differ: so the same rows give the same bytes.
    return Outlook(
        weights=found.x[1:].round(3).astype(np.float32),
        intercept=round(float(found.x[0]), 3),
    )


def lasting(counted: Counted, outlook: Outlook, year: int) -> Values:
    """Probability that each topic lasts, seen from the end of ``year``."""
    odds = counted.features(year) @ outlook.weights + outlook.intercept
    return np.asarray(1 / (1 + np.exp(-odds)))


def papers_of(counted: Counted, outlook: Outlook, year: int) -> tuple[Values, Values]:
    """For each paper of ``year`` with two judged topics: predicted mean, and the weighted share that did hold."""
    judged, held, _ = counted.outcome(year)
    probabilities = lasting(counted, outlook, year)
    kept = np.zeros(len(counted.topics))
    kept[judged] = held
    shares = counted.log_shares[:, counted.years.index(year)]
    predicted, happened = [], []
    allowed = set(judged.tolist())
    for row in np.flatnonzero(counted.paper_years == year):
        span = counted.names.indices[counted.names.indptr[row] : counted.names.indptr[row + 1]]
        topics = [int(topic) for topic in span if int(topic) in allowed]
        if len(topics) >= 2:
            predicted.append(mean_lasting(topics, probabilities, shares))
            happened.append(mean_lasting(topics, kept, shares))
    return np.asarray(predicted), np.asarray(happened)


def report(data: Path) -> dict[str, Any]:
    """Fit on the earlier years only; give how well the later ones were foreseen."""
    return _report(_counted(data))


def _report(counted: Counted) -> dict[str, Any]:
    found: dict[str, Any] = {
        "topics": len(counted.topics),
        "held": f"at least {HELD} of its share of papers {HORIZON} years on, measured against the median topic",
        "fitted_on_topics_of": list(FIT_YEARS),
    }
    outlook = fit_outlook(counted, FIT_YEARS)
    for year in (*SCALE_YEARS, *TEST_YEARS):
        judged, held, change = counted.outcome(year)
        features = counted.features(year)[judged]
        own = lasting(counted, outlook, year)[judged]
        others = _from_other_topics(counted, year)[judged]
        free = lasting(counted, fit_outlook(counted, FIT_YEARS, bounds=FREE), year)[judged]
        before = lasting(counted, fit_outlook(counted, FIT_YEARS[:1]), year)[judged]
        predicted, happened = papers_of(counted, outlook, year)
        found[f"{year} seen from {year + HORIZON}"] = {
            "topics": len(judged),
            "share_held": float(held.mean()),
            "fitted_on_other_topics_and_years": _agreement(others, held),
            "fitted_on_other_years": _agreement(own, held),
            f"fitted_on_{FIT_YEARS[0]}_alone": {"auroc": auroc(before, held)},
            "weights_left_free": {"auroc": auroc(free, held)},
            "one_feature_alone": {
                name: auroc(features[:, place], held) for place, name in enumerate(FEATURES)
            },
            "spearman_with_change": spearman(others, change),
            "trends": _trends(features, others, held),
            "papers": len(predicted),
            "papers_spearman": spearman(predicted, happened),
            "papers_spearman_interval": bootstrap(spearman, predicted, happened),
        }
    found["papers_interval_coverage"] = _coverage(counted, outlook)
    found["papers_interval_level"] = LEVEL
    return found


def _agreement(probabilities: Values, held: npt.NDArray[np.bool_]) -> dict[str, float | None]:
    low, high = bootstrap(auroc, probabilities, held)
    return {"auroc": auroc(probabilities, held), "auroc_low": low, "auroc_high": high}


def _from_other_topics(counted: Counted, year: int) -> Values:
    """Probabilities by fits that saw neither the year nor the topic."""
    found = np.full(len(counted.topics), np.nan)
    folds = np.asarray([zlib.crc32(topic.encode()) % FOLDS for topic in counted.topics])
    for fold in range(FOLDS):
        inside = np.flatnonzero(folds == fold)
        found[inside] = lasting(counted, fit_outlook(counted, FIT_YEARS, without=inside), year)[inside]
    return found


def _trends(features: Values, probabilities: Values, held: npt.NDArray[np.bool_]) -> dict[str, float]:
    """The tenth of topics that grew most: how often they held, and how often that was expected, beside all others."""
    growth = features[:, FEATURES.index("growth")]
    trend = np.asarray(growth >= np.quantile(growth, 0.9), dtype=np.bool_)
    return {
        "trends_held": float(held[trend].mean()),
        "others_held": float(held[~trend].mean()),
        "trends_expected": float(probabilities[trend].mean()),
        "others_expected": float(probabilities[~trend].mean()),
    }


def _scale(counted: Counted, outlook: Outlook, years: Sequence[int]) -> tuple[Values, Values, Values, Values]:
    pairs = [papers_of(counted, outlook, year) for year in years]
    predicted = np.concatenate([pair[0] for pair in pairs])
    observed = np.concatenate([percentiles(pair[1]) for pair in pairs])
    at = np.linspace(predicted.min(), predicted.max(), 33)
    x = predicted[:, None]
    expected = LinearRegression().fit(x, observed).predict(at[:, None])
    low, high = (
        QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(x, observed).predict(at[:, None])
        for quantile in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    clipped = [np.clip(line, 1, 99).round(2) for line in (expected, low, high)]
    return at.round(4), clipped[0], np.minimum(clipped[0], clipped[1]), np.maximum(clipped[0], clipped[2])


def _coverage(counted: Counted, outlook: Outlook) -> float | None:
    at, _, low, high = _scale(counted, outlook, SCALE_YEARS)
    predicted, happened = papers_of(counted, outlook, TEST_YEARS[0])
    return coverage(percentiles(happened), np.interp(predicted, at, low), np.interp(predicted, at, high))


def calibrate(data: Path, out: Path | None = None) -> dict[str, Any]:
    """Fit on every year whose outcome is known and write ``history.npz``; gives :func:`report`'s figures too.

    The figures come from fits that stop before the years they are tested on. Nothing is random: the same rows give the
    same bytes.
    """
    counted = _counted(data)
    measured = _report(counted)
    every = (*FIT_YEARS, *SCALE_YEARS, *TEST_YEARS)
    outlook = fit_outlook(counted, every)
    at, expected, low, high = _scale(counted, outlook, (*SCALE_YEARS, *TEST_YEARS))
    tested = measured[f"{TEST_YEARS[0]} seen from {TEST_YEARS[0] + HORIZON}"]
    figure = tested["fitted_on_other_topics_and_years"]
    history = TopicHistory(
        topics=counted.topics,
        years=counted.years,
        outlook=outlook,
        level=LEVEL,
        validated_on=f"whether {tested['topics']} topics of {TEST_YEARS[0]} still held their share of conference "
        f"papers in {TEST_YEARS[0] + HORIZON}, foreseen by fits on other topics and earlier years: AUROC "
        f"{figure['auroc']:.2f} ({figure['auroc_low']:.2f}–{figure['auroc_high']:.2f}; .5 is chance)",
        totals=_single(counted.totals),
        papers=_single(counted.papers),
        needs=_single(counted.needs),
        breadth=_single(counted.breadth),
        needed_by=_single(counted.needed_by),
        at=_single(at),
        expected=_single(expected),
        low=_single(low),
        high=_single(high),
    )
    body = dump_history(history)
    shipped = Path(str(resources.files("ranking.importance").joinpath("history.npz")))
    same = shipped.exists() and shipped.read_bytes() == body
    (out or shipped).write_bytes(body)
    weights = {name: round(float(weight), 3) for name, weight in zip(FEATURES, outlook.weights, strict=True)}
    return {
        "version": parse_history(body).version,
        "bytes": len(body),
        "same_bytes": same,
        "weights": weights,
        **measured,
    }


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships, byte for byte (``reproduced``); writes nothing that ships."""
    with TemporaryDirectory() as folder:
        found = calibrate(data, Path(folder) / "history.npz")
    return {**found, "reproduced": found["same_bytes"]}


def _single(values: Values) -> Floats:
    return np.asarray(values, dtype=np.float32)


def _counted(data: Path) -> Counted:
    paths = sorted((data / "originality").glob("*.jsonl*"))
    if not paths:
        raise FileNotFoundError(f"no labelled rows in {data / 'originality'}")
    rows = [row for path in paths for row in read_rows(path)]
    return count_topics([paper_of(row) for row in rows], [row.get("keywords") or [] for row in rows])


def _given(keywords: Sequence[str]) -> set[str]:
    """The keywords of one paper as topics; some venues join them with commas or semicolons."""
    return {" ".join(topic_tokens(each)) for field in keywords for each in re.split("[;,]", field)}


def _keyword_topics(given: Sequence[set[str]]) -> list[str]:
    times = Counter(topic for found in given for topic in found)
    return sorted(
        topic
        for topic, given_times in times.items()
        if given_times >= LEAST_KEYWORDS and len(topic) > 2 and 1 <= len(topic.split()) <= LONGEST_TOPIC
    )


def _incidence(named: Sequence[set[str]], places: dict[str, int]) -> sparse.csr_array:
    columns = [sorted(places[topic] for topic in found) for found in named]
    bounds = np.cumsum([0, *(len(row) for row in columns)])
    flat = np.asarray([column for row in columns for column in row], dtype=np.int64)
    return sparse.csr_array((np.ones(len(flat)), flat, bounds), shape=(len(named), len(places)))


def _totals(paper_years: Places, years: Sequence[int]) -> Values:
    return np.asarray([float((paper_years == year).sum()) for year in years])


def _by_year(incidence: sparse.csr_array, paper_years: Places, years: Sequence[int]) -> Values:
    rows = [np.asarray(incidence[np.flatnonzero(paper_years == year)].sum(axis=0)).ravel() for year in years]
    return np.stack(rows, axis=1)


def _needed_by(needs: sparse.csr_array, names: sparse.csr_array) -> Values:
    """How many other topics the papers name that name a topic as a need."""
    beside = (needs.T @ names).toarray() > 0
    np.fill_diagonal(beside, False)
    return np.asarray(beside.sum(axis=1), dtype=np.float64)


def _breadth(names: sparse.csr_array) -> Values:
    """Entropy in nats of the topics that each topic was named beside."""
    beside = (names.T @ names).toarray()
    np.fill_diagonal(beside, 0)
    shares = beside / np.maximum(beside.sum(axis=1, keepdims=True), 1)
    return np.asarray(-(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1))
