"""What each idea adds, one at a time, on rows the fit never saw: the ladder up to what ships, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import normalize

from ranking.originality.features import inverse_frequency, says_something, term_counter, weigh
from ranking.originality.model import eras
from sourcing.calibrate.originality.earlier import against_earlier, problem_and_method
from sourcing.calibrate.originality.fit import (
    GROUPS,
    MEANINGS,
    Recipe,
    Split,
    blended,
    target,
    two_ridges,
    widened,
)
from sourcing.calibrate.originality.labels import Labelled, standardised, within
from sourcing.calibrate.originality.table import Columns, CountTable, Rows, space_of, vectors

Values = npt.NDArray[np.float64]
Extra: TypeAlias = npt.NDArray[np.float32] | sparse.csr_array

TOPICS = 40
PAIRS = 15_000
SEED = 0
DECISION_SHARE = 0.5
HEAD_PENALTY = 40.0
# Enough for ranks to the third digit, in half the steps.
ROUGH = 1.5e-3
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_DEED = re.compile(r"\b(?:we|our|this paper|this work)\b", re.IGNORECASE)


# Fits on each split's known rows and predicts what it asks, split by split.
Run = Callable[[Sequence[Split]], list[Values]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Something that fits and predicts; ``step`` says whether it is on the ladder up to what ships."""

    name: str
    run: Run
    step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Fits of all splits at once, in one feature space; words are counted over all rows, labels never are."""

    labels: Labelled
    columns: Columns
    x: sparse.csr_array

    def linear(self, recipe: Recipe, wanted: Values | None = None, extra: Extra | None = None) -> Run:
        """The recipe; ``wanted`` replaces its target and ``extra`` adds columns, both for all rows."""
        wanted = target(self.labels, recipe) if wanted is None else wanted
        x = self.x if extra is None else sparse.hstack([self.x, sparse.csr_array(extra)], format="csr")

        def run(splits: Sequence[Split]) -> list[Values]:
            wide, _ = widened(sparse.csr_array(x), self.columns, recipe)
            rows = np.flatnonzero(np.isfinite(wanted))
            weights = np.stack([np.isin(rows, split.known) for split in splits], axis=1).astype(np.float64)
            coefficients, _ = two_ridges(
                self.labels, wide[rows], rows, wanted[rows], weights, recipe, tolerance=ROUGH
            )
            return [
                self.drifting(wide, split.asked, coefficients[:, place]) for place, split in enumerate(splits)
            ]

        return run

    def drifting(self, x: sparse.csr_array, asked: Rows, coefficients: Values) -> Values:
        """Predictions of coefficients whose second half drifts with the year."""
        base, drift = np.split(coefficients, 2)
        era = eras(self.labels.years[asked].tolist())
        return np.asarray(x[asked] @ base + era * (x[asked] @ drift))


def ideas(labels: Labelled, table: CountTable) -> Iterator[Idea]:
    """Each rung of the ladder adds to the one before; each other idea changes one thing of what ships."""
    everything = np.arange(len(labels))
    columns = space_of(table, everything)
    trial = Trial(labels=labels, columns=columns, x=vectors(table, columns, everything))
    yield from _ladder(trial)
    shipped = Recipe()
    yield Idea(
        name="style alone", run=trial.linear(replace(shipped, groups=("style", "squares"), meanings=0.0))
    )
    blend = target(labels, shipped)
    topics = _topics(trial)
    for name, wanted in (
        ("ratings alone as labels", labels.rating),
        ("orals and spotlights in the blend (multi-task with decisions)", _with_decisions(labels, blend)),
        ("halo removed (rating regressed out)", _without_halo(labels, blend)),
        ("target normalised by topic", _within_topics(blend, labels.venues, topics)),
    ):
        recipe = replace(shipped, narrow_share=0.0) if wanted is labels.rating else shipped
        yield Idea(name=name, run=trial.linear(recipe, wanted))
    pairwise = _pairwise(trial, shipped, blend, topics)
    yield Idea(name="pairwise ranking within venue and topic instead", run=pairwise)
    yield Idea(name="stacked by task: novelty, contribution, rating, highlights", run=_stacked(trial))
    yield Idea(name="+ half a ridge on orals and spotlights that does not drift", run=_with_head(trial))
    meanings = _meanings(trial)
    earlier = against_earlier(labels, table, blend)
    extras: dict[str, Extra] = {
        "+ similarity and density of nearest earlier papers": earlier[:, [0, 1, 2]],
        "+ share of new terms and new combinations": earlier[:, [3, 4]],
        "+ growth of its terms": earlier[:, [5]],
        "+ labels of its nearest earlier papers": earlier[:, [6]],
        "+ problem–method pairs: unseen, surprising": problem_and_method(labels, table),
        "+ words of “we” sentences as columns of their own": _deeds(labels),
        "+ LSA vectors of unit length": meanings,
        "+ year-aware LSA vectors: less the mean of the years before": _since_before(labels, meanings),
        "+ articles, prepositions, fluency (never used)": _fluency(table),
    }
    for name, extra in extras.items():
        yield Idea(name=name, run=trial.linear(shipped, extra=extra))
    yield Idea(name="distance to the nearest earlier paper alone", run=_constant(-earlier[:, 0]))
    yield Idea(
        name="relative density of nearest papers alone (arXiv 2503.01508)", run=_constant(earlier[:, 2])
    )


def _ladder(trial: Trial) -> Iterator[Idea]:
    shipped, labels = Recipe(), trial.labels
    raw = [
        within(labels.venues, values, standardised)
        for values in (labels.raw_novelty, labels.raw_contribution, labels.raw_rating)
    ]
    words = replace(
        shipped, groups=("terms",), drift=False, narrow_share=0.0, direct_weight=1.0, levels=False,
        piece_weight=1.0, meanings=0.0,
    )  # fmt: skip
    first = replace(shipped, levels=False, piece_weight=1.0, meanings=0.0)
    alike, direct = (blended(raw, weight) for weight in (1.0, shipped.direct_weight))
    for name, recipe, wanted in (
        ("words and pairs of words, ridge", words, alike),
        ("+ pieces of words", replace(words, groups=GROUPS[:2]), alike),
        ("+ style: claims, hedges, theory, shape of the text", replace(words, groups=GROUPS[:3]), alike),
        ("+ squares of style", replace(words, groups=GROUPS), alike),
        ("+ coefficients that drift with the year", replace(words, groups=GROUPS, drift=True), alike),
        ("+ novelty and contribution count 3 × a rating", replace(first, narrow_share=0.0), direct),
        ("+ second ridge on novelty alone", first, direct),
        ("+ each venue has a level of its own", replace(first, levels=True), direct),
        ("+ labels by rank", replace(first, levels=True), None),
        ("+ latent directions of the words (LSA), lighter pieces: what ships", shipped, None),
    ):
        yield Idea(name=name, run=trial.linear(recipe, wanted), step=True)


def _constant(values: npt.NDArray[np.float32]) -> Run:
    return lambda splits: [np.asarray(values[split.asked], dtype=np.float64) for split in splits]


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


def _topics(trial: Trial) -> npt.NDArray[np.int64]:
    """Topics without labels: clusters of papers by their words."""
    found = MiniBatchKMeans(TOPICS, random_state=SEED, n_init=3).fit_predict(_meanings(trial)[:, :50])
    return np.asarray(found, dtype=np.int64)


def _within_topics(values: Values, venues: npt.NDArray[np.str_], topics: npt.NDArray[np.int64]) -> Values:
    """Take the mean of each venue's topic out; groups under five rows keep their venue's mean."""
    made = values.copy()
    for venue in np.unique(venues):
        for topic in np.unique(topics):
            rows = np.flatnonzero((venues == venue) & (topics == topic) & np.isfinite(values))
            if len(rows) >= 5:
                made[rows] = values[rows] - values[rows].mean()
    return made


def _pairwise(trial: Trial, recipe: Recipe, blend: Values, topics: npt.NDArray[np.int64]) -> Run:
    """Logistic regression on differences of pairs from one venue and topic (RankSVM's reduction, Joachims 2002)."""
    labels = trial.labels

    def run(splits: Sequence[Split]) -> list[Values]:
        plain, _ = widened(trial.x, trial.columns, recipe)
        era = eras(labels.years.tolist()).astype(np.float32)
        x = sparse.csr_array(sparse.hstack([plain, sparse.diags_array(era) @ plain], format="csr"))
        return [trial.drifting(plain, split.asked, fitted(x, split.known)) for split in splits]

    def fitted(x: sparse.csr_array, known: Rows) -> Values:
        known = known[np.isfinite(blend[known])]
        random = np.random.default_rng(SEED)
        order = known[np.lexsort((random.random(len(known)), topics[known], labels.venues[known]))]
        left = np.tile(np.arange(len(order)), PAIRS // len(order) + 2)
        right = np.minimum(left + random.integers(1, 8, len(left)), len(order) - 1)
        left, right = order[left], order[right]
        gap = blend[left] - blend[right]
        same = (labels.venues[left] == labels.venues[right]) & (topics[left] == topics[right])
        kept = np.flatnonzero(same & (np.abs(gap) > 0.3))[:PAIRS]
        learned = LogisticRegression(C=1.0, fit_intercept=False, max_iter=60, tol=1e-3).fit(
            sparse.csr_matrix(x[left[kept]] - x[right[kept]]), gap[kept] > 0
        )
        return np.asarray(learned.coef_[0], dtype=np.float64)

    return run


def _stacked(trial: Trial) -> Run:
    """One ridge for each kind of label, weighed by least squares on novelty that their fits had not seen (2 folds)."""
    labels = trial.labels
    alone = replace(Recipe(), narrow_share=0.0, novelty_rows=1.0)
    highlights = within(labels.venues, labels.highlighted, standardised)
    tasks = [
        trial.linear(alone, wanted)
        for wanted in (labels.novelty, labels.contribution, labels.rating, highlights)
    ]

    def run(splits: Sequence[Split]) -> list[Values]:
        inner: list[Split] = []
        for split in splits:
            novel = split.known[np.isfinite(labels.novelty[split.known])]
            for half in (novel[::2], novel[1::2]):
                inner.append(Split(known=np.setdiff1d(split.known, half), asked=half))
        found = [each([*inner, *splits]) for each in tasks]
        stacked: list[Values] = []
        for place in range(len(splits)):
            both = (2 * place, 2 * place + 1)
            seen = np.stack([np.concatenate([task[at] for at in both]) for task in found], axis=1)
            truth = np.concatenate([labels.novelty[inner[at].asked] for at in both])
            weights = LinearRegression(positive=True).fit(seen, truth).coef_
            stacked.append(np.stack([task[len(inner) + place] for task in found], axis=1) @ weights)
        return stacked

    return run


def _with_head(trial: Trial) -> Run:
    """What ships and, half as heavy, a ridge on orals and spotlights alone; both at deviation 1."""
    shipped = Recipe()
    alone = replace(shipped, penalty=HEAD_PENALTY, narrow_share=0.0, novelty_rows=1.0, drift=False)
    highlights = within(trial.labels.venues, trial.labels.highlighted, standardised)
    body, head = trial.linear(shipped), trial.linear(alone, highlights)

    def run(splits: Sequence[Split]) -> list[Values]:
        return [
            standardised(one) + DECISION_SHARE * standardised(other)
            for one, other in zip(body(splits), head(splits), strict=True)
        ]

    return run


def _meanings(trial: Trial) -> npt.NDArray[np.float32]:
    """Latent semantic analysis of the words, unit length."""
    x = trial.x[:, : len(trial.columns.terms)]
    size = min(MEANINGS, x.shape[1] - 1)
    return np.asarray(
        normalize(TruncatedSVD(size, random_state=SEED, n_iter=2).fit_transform(x)), dtype=np.float32
    )


def _since_before(labels: Labelled, meanings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Where a paper stands from the middle of all earlier years' papers; the first year is left where it is."""
    made = meanings.copy()
    for year in np.unique(labels.years)[1:]:
        made[labels.years == year] -= meanings[labels.years < year].mean(axis=0)
    return made


def _deeds(labels: Labelled) -> sparse.csr_array:
    """Words and pairs of the sentences in which authors say what they did."""
    texts = [
        " . ".join(each for each in _SENTENCE.split(paper.abstract) if _DEED.search(each)) or "nothing"
        for paper in labels.papers
    ]
    counter = term_counter(min_df=5)
    counts = sparse.csr_array(counter.fit_transform(texts))
    return _weighed(
        counts[:, np.flatnonzero([says_something(term) for term in counter.get_feature_names_out()])]
    )


def _fluency(table: CountTable) -> sparse.csr_array:
    """Words and pairs that hold nothing but stop words: they tell where somebody learnt English, so are never used."""
    return _weighed(table.term_counts[:, np.flatnonzero([not says_something(term) for term in table.terms])])


def _weighed(counts: sparse.csr_array) -> sparse.csr_array:
    return weigh(
        counts, inverse_frequency(counts.shape[0], np.bincount(counts.indices, minlength=counts.shape[1]))
    )
