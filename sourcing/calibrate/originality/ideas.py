"""What each idea adds, one at a time, on rows the fit never saw; the table of the model card is made from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from sourcing.calibrate.originality.fit import Predictor, Recipe, design, predictor, target, with_era
from sourcing.calibrate.originality.labels import Labelled
from sourcing.calibrate.originality.table import CountTable, Rows, space_of, vectors

Values = npt.NDArray[np.float64]

TOPICS = 40
PAIRS = 30_000
NEIGHBOURS = 20
SEED = 0
DECISION_SHARE = 0.5


def ideas(labels: Labelled, table: CountTable) -> Iterator[tuple[str, Predictor]]:
    """Each idea as something that fits and predicts: the ladder up to the shipped recipe, then what was left out."""
    shipped = Recipe()
    plain = replace(shipped, groups=("terms",), drift=False, narrow_share=0.0, direct_weight=1.0)
    ladder = {
        "words and pairs of words": plain,
        "+ pieces of words": replace(plain, groups=("terms", "pieces")),
        "+ style": replace(plain, groups=("terms", "pieces", "style")),
        "+ squares of style": replace(plain, groups=shipped.groups),
        "+ drift with time": replace(plain, groups=shipped.groups, drift=True),
        "+ novelty counts 3 x a rating": replace(shipped, narrow_share=0.0),
        "+ second ridge on novelty alone (shipped)": shipped,
    }
    for name, recipe in ladder.items():
        yield name, predictor(labels, table, recipe)
    yield "style alone", predictor(labels, table, replace(shipped, groups=("style", "squares")))
    blend = target(labels, shipped)
    yield (
        "shipped, ratings alone as labels",
        predictor(labels, table, replace(shipped, narrow_share=0.0), wanted=labels.rating),
    )
    yield (
        "shipped, decisions in the blend",
        predictor(labels, table, shipped, wanted=_with_decisions(labels, blend)),
    )
    yield (
        "shipped, halo removed (rating regressed out)",
        predictor(labels, table, shipped, wanted=_without_halo(labels, blend)),
    )
    topics = _topics(labels, table)
    yield (
        "shipped, topic-normalised target",
        predictor(labels, table, shipped, wanted=_within(blend, labels.venues, topics)),
    )
    yield "pairwise ranking within venue and topic", _pairwise(labels, table, shipped, blend, topics)
    earlier = _against_earlier(labels, table, blend)
    groups = {
        "nearest earlier papers and density": [0, 1, 2],
        "share of new terms and of new combinations": [3, 4],
        "growth of its terms": [5],
        "ratings of its nearest earlier papers": [6],
    }
    for name, columns in groups.items():
        yield f"shipped + {name}", predictor(labels, table, shipped, extra=earlier[:, columns])
    for name, column in (
        ("distance to nearest earlier paper alone", 0),
        ("relative neighbour density alone", 2),
    ):
        sign = -1.0 if column == 0 else 1.0
        yield name, _constant(sign * earlier[:, column].astype(np.float64))


def _constant(values: Values) -> Predictor:
    def run(known: Rows, asked: Rows) -> Values:
        return values[asked]

    return run


def _with_decisions(labels: Labelled, blend: Values) -> Values:
    """Orals and spotlights, standardised within the venue, join the blend; venues with nothing else get a label."""
    made = np.full(len(labels), np.nan)
    for venue in np.unique(labels.venues):
        rows = np.flatnonzero(labels.venues == venue)
        hits = labels.highlighted[rows]
        if hits.std() > 0:
            made[rows] = (hits - hits.mean()) / hits.std()
    known = np.isfinite(blend)
    return np.where(known, np.nan_to_num(blend) * (1 - DECISION_SHARE), 0) + np.where(
        known, DECISION_SHARE * np.nan_to_num(made), made
    )


def _without_halo(labels: Labelled, blend: Values) -> Values:
    """Novelty and contribution with the paper's rating regressed out within its venue; others keep the blend."""
    made = blend.copy()
    for direct in (labels.novelty, labels.contribution):
        for venue in np.unique(labels.venues):
            rows = np.flatnonzero((labels.venues == venue) & np.isfinite(direct) & np.isfinite(labels.rating))
            if len(rows):
                slope = float(np.mean(direct[rows] * labels.rating[rows]))
                left = direct[rows] - slope * labels.rating[rows]
                made[rows] = left / left.std()
    return made


def _topics(labels: Labelled, table: CountTable) -> npt.NDArray[np.int64]:
    """Topics without labels: clusters of papers by their words."""
    columns = space_of(table, np.arange(len(labels)))
    x = vectors(table, columns, np.arange(len(labels)))[:, : len(columns.terms)]
    reduced = normalize(TruncatedSVD(50, random_state=SEED).fit_transform(x))
    return np.asarray(
        MiniBatchKMeans(TOPICS, random_state=SEED, n_init=3).fit_predict(reduced), dtype=np.int64
    )


def _within(values: Values, venues: npt.NDArray[np.str_], topics: npt.NDArray[np.int64]) -> Values:
    """Take the mean of each venue's topic out; groups under five rows keep their venue's mean."""
    made = values.copy()
    for venue in np.unique(venues):
        for topic in np.unique(topics):
            rows = np.flatnonzero((venues == venue) & (topics == topic) & np.isfinite(values))
            if len(rows) >= 5:
                made[rows] = values[rows] - values[rows].mean()
    return made


def _pairwise(
    labels: Labelled, table: CountTable, recipe: Recipe, blend: Values, topics: npt.NDArray[np.int64]
) -> Predictor:
    """Logistic regression on differences of pairs from one venue and topic (RankSVM's reduction, Joachims 2002)."""

    def run(known: Rows, asked: Rows) -> Values:
        known = known[np.isfinite(blend[known])]
        columns = space_of(table, known)
        x = with_era(design(table, columns, known, recipe), labels.years[known], drift=recipe.drift)
        random = np.random.default_rng(SEED)
        order = np.lexsort((random.random(len(known)), topics[known], labels.venues[known]))
        step = random.integers(1, 8, (max(1, PAIRS // len(order)) + 1, len(order)))
        left = np.tile(np.arange(len(order)), len(step))
        right = np.minimum(left + step.ravel(), len(order) - 1)
        left, right = order[left], order[right]
        same = (labels.venues[known[left]] == labels.venues[known[right]]) & (
            topics[known[left]] == topics[known[right]]
        )
        gap = blend[known[left]] - blend[known[right]]
        kept = np.flatnonzero(same & (np.abs(gap) > 0.3))[:PAIRS]
        fitted = LogisticRegression(C=1.0, fit_intercept=False, max_iter=200).fit(
            sparse.csr_matrix(x[left[kept]] - x[right[kept]]), gap[kept] > 0
        )
        wanted = with_era(design(table, columns, asked, recipe), labels.years[asked], drift=recipe.drift)
        return np.asarray(wanted @ fitted.coef_[0])

    return run


def _against_earlier(labels: Labelled, table: CountTable, blend: Values) -> npt.NDArray[np.float32]:
    """Each row against all rows of earlier years, standardised within its year and scaled like a style feature.

    Columns: similarity of the nearest paper, mean of the nearest five, density around it relative to its neighbours'
    (arXiv 2503.01508), share of unseen terms, share of unseen pairs of words, mean growth of its terms, similarity-
    weighted labels of its neighbours.
    """
    columns = space_of(table, np.arange(len(labels)))
    x = vectors(table, columns, np.arange(len(labels)))[:, : len(columns.terms)]
    single = np.asarray([" " not in term for term in table.terms])
    seen = table.term_counts.astype(bool).astype(np.float32)
    made = np.zeros((len(labels), 7))
    for year in np.unique(labels.years)[1:]:
        before, now = np.flatnonzero(labels.years < year), np.flatnonzero(labels.years == year)
        made[now, :3], made[now, 6] = _neighbourhood(labels, x, blend, now, before)
        unseen = np.asarray(seen[before].sum(axis=0)).ravel() == 0
        for place, kind in ((3, single), (4, ~single)):
            total = np.asarray(seen[now] @ kind.astype(np.float32))
            made[now, place] = np.asarray(seen[now] @ (unseen & kind).astype(np.float32)) / np.maximum(
                total, 1
            )
        last = labels.years[before].max()
        recent, older = before[labels.years[before] == last], before[labels.years[before] < last]
        if len(older):
            shares = [
                (np.asarray(seen[rows].sum(axis=0)).ravel() + 1) / (len(rows) + 2) for rows in (recent, older)
            ]
            total = np.asarray(seen[now].sum(axis=1)).ravel()
            made[now, 5] = np.asarray(seen[now] @ np.log(shares[0] / shares[1])) / np.maximum(total, 1)
    for year in np.unique(labels.years):
        rows = np.flatnonzero(labels.years == year)
        spread = made[rows].std(axis=0)
        made[rows] = (made[rows] - made[rows].mean(axis=0)) / np.where(spread > 0, spread, 1)
    return np.asarray(np.clip(made, -3, 3) / 3, dtype=np.float32)


def _neighbourhood(
    labels: Labelled, x: sparse.csr_array, blend: Values, now: Rows, before: Rows
) -> tuple[Values, Values]:
    shapes, rated = np.zeros((len(now), 3)), np.zeros(len(now))
    turned = x[before].T.tocsr()
    for start in range(0, len(now), 256):
        block = now[start : start + 256]
        similar = np.asarray((x[block] @ turned).toarray())
        nearest = np.argsort(-similar, axis=1)[:, :NEIGHBOURS]
        for offset, row in enumerate(block):
            near = before[nearest[offset]]
            value = similar[offset, nearest[offset]]
            among = np.asarray((x[near[:10]] @ x[near[:10]].T).toarray())
            around = (among.sum() - np.trace(among)) / max(1, among.size - len(among))
            shapes[start + offset] = value[0], value[:5].mean(), value[:10].mean() / max(around, 1e-3)
            usable = np.isfinite(blend[near]) & (labels.keys[near] != labels.keys[row])
            rated[start + offset] = (blend[near[usable]] @ value[usable]) / (value[usable].sum() + 0.5)
    return shapes, rated
