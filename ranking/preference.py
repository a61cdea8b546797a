"""Papers like those the recruiter likes: a linear model over the corpus index, and the reason in words.

Ridge regression: liked papers are 1, disliked ones -1, a sample of the corpus 0, on the word weights that neighbours
are found by. Only title and abstract are looked at, so no name and no institution can move anything.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import Ridge

from ranking.originality.corpus import CorpusIndex
from ranking.originality.text import PaperText
from ranking.pull import LEAST_LIKES, Pull

VERSION = "1"
# Papers of the corpus that stand for "neither": more change the answer little and cost time.
BACKGROUND = 2000
PENALTY = 0.1
# A paper moves from the nearest tenth of the corpus on, and with full strength within the nearest thousandth.
NEAR, NEAREST = 0.1, 0.001
# And only if a reader can see why: so alike (cosine of word weights) to a judged paper, by so many words at least.
LEAST_ALIKE, LEAST_WORDS = 0.1, 2
SHARED_WORDS = 3
Values = npt.NDArray[np.float64]


class TooFewLikesError(ValueError):
    """Fewer liked papers than :data:`LEAST_LIKES`; the message says how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class PreferenceModel:
    """A fitted preference; refit it when likes or corpus change (under 2 s at 100,000 papers).

    ``values`` are the model's answers for all papers of the corpus, in its order: no unit, higher is nearer.
    """

    corpus: CorpusIndex
    liked: tuple[PaperText, ...]
    disliked: tuple[PaperText, ...]
    values: Values

    @classmethod
    def fit(
        cls, liked: Sequence[PaperText], disliked: Sequence[PaperText], corpus: CorpusIndex, *, seed: int = 0
    ) -> PreferenceModel:
        """Learn from liked and disliked papers, which need not be in the corpus.

        ``seed`` draws the background sample. Raises :class:`TooFewLikesError`.
        """
        if len(liked) < LEAST_LIKES:
            raise TooFewLikesError(f"{len(liked)} liked papers, {LEAST_LIKES} are needed")
        judged = [*liked, *disliked]
        matrix = corpus.matrix()
        background = _background(corpus, exclude={paper.id for paper in judged}, seed=seed)
        if not background:
            return cls(corpus, tuple(liked), tuple(disliked), np.zeros(len(corpus)))
        rows = sparse.vstack([corpus.vectors(judged), matrix[background]], format="csr")
        targets = np.repeat([1.0, -1.0, 0.0], [len(liked), len(disliked), len(background)])
        # A dislike weighs as much as a like; the background as much as all likes together.
        weights = np.repeat([1.0, len(liked) / len(background)], [len(judged), len(background)])
        fitted = Ridge(alpha=PENALTY, solver="sparse_cg", tol=1e-6).fit(
            sparse.csr_matrix(rows), targets, sample_weight=weights
        )
        values = np.asarray(matrix @ fitted.coef_ + fitted.intercept_, dtype=np.float64)
        return cls(corpus, tuple(liked), tuple(disliked), values)

    def nearest(self, count: int) -> list[str]:
        """Ids of the ``count`` papers of the corpus that come nearest to the likes, best first.

        Judged papers are left out; ties go to the smaller id.
        """
        ids, judged = self.corpus.ids, self._judged_rows()
        best = [row for row in np.argsort(-self.values, kind="stable").tolist() if row not in judged][:count]
        return [ids[row] for row in sorted(best, key=lambda row: (-self.values[row], ids[row]))]

    def pulls(self) -> dict[str, Pull]:
        """Every paper that is pulled up or down, by id: the judged papers with full strength, and those near them."""
        found = {
            **self._near(self.liked, up=True),
            **(self._near(self.disliked, up=False) if self.disliked else {}),
        }
        for papers, strength in ((self.disliked, -1.0), (self.liked, 1.0)):
            found.update((paper.id, Pull(strength=strength, title=paper.title)) for paper in papers)
        return found

    def _near(self, judged: Sequence[PaperText], *, up: bool) -> dict[str, Pull]:
        strengths = self._strengths(up=up)
        rows = np.flatnonzero(strengths)
        if not len(rows):
            return {}
        matrix = self.corpus.matrix()[rows]
        models = self.corpus.vectors(judged)
        alike = np.asarray((matrix @ models.T).toarray())
        others = self.disliked if up else self.liked
        against = (
            np.asarray((matrix @ self.corpus.vectors(others).T).toarray()).max(axis=1) if others else 0.0
        )
        # A paper is near a judged one only if it is alike to it, and more so than to any of the opposite kind.
        near = np.flatnonzero((alike.max(axis=1) >= LEAST_ALIKE) & (alike.max(axis=1) >= against))
        places = np.argmax(alike[near].round(6), axis=1)
        common = sparse.csr_array(matrix[near].multiply(models[places]))
        ids, signed = self.corpus.ids, strengths[rows[near]] * (1 if up else -1)
        return {
            ids[rows[row]]: Pull(
                strength=round(float(signed[at]), 4),
                title=judged[places[at]].title,
                words=self._words(common, at),
            )
            for at, row in enumerate(near.tolist())
            if common.indptr[at + 1] - common.indptr[at] >= LEAST_WORDS
        }

    def _strengths(self, *, up: bool) -> Values:
        """Strength 0..1 of every row of the corpus, 0 for judged ones: by its rank among all that were not judged."""
        values = self.values if up else -self.values
        free = np.ones(len(values), dtype=np.bool_)
        free[list(self._judged_rows())] = False
        others = np.flatnonzero(free)
        strengths = np.zeros(len(values))
        if not len(others) or np.ptp(values[others]) == 0:
            return strengths
        order = others[np.argsort(-values[others], kind="stable")]
        shares = (np.arange(len(order)) + 0.5) / len(order)
        strengths[order] = np.clip(np.log(NEAR / shares) / np.log(NEAR / NEAREST), 0, 1)
        return strengths

    def _judged_rows(self) -> set[int]:
        return set(self.corpus.rows_of([paper.id for paper in (*self.liked, *self.disliked)]))

    def _words(self, common: sparse.csr_array, row: int) -> tuple[str, ...]:
        span = slice(common.indptr[row], common.indptr[row + 1])
        weights = zip(common.indices[span].tolist(), common.data[span].round(6).tolist(), strict=True)
        best = sorted(weights, key=lambda one: (-one[1], self.corpus.word(one[0])))[:SHARED_WORDS]
        return tuple(self.corpus.word(column) for column, _ in best)


def _background(corpus: CorpusIndex, *, exclude: set[str], seed: int) -> list[int]:
    """Papers for "neither", drawn by a hash of their ids, so that a grown corpus keeps most of them."""
    ids = corpus.ids
    if len(ids) <= BACKGROUND:
        chosen = range(len(ids))
    else:
        keys = np.fromiter((zlib.crc32(each.encode(), seed) for each in ids), dtype=np.int64, count=len(ids))
        chosen = np.argpartition(keys, BACKGROUND)[:BACKGROUND].tolist()
    return sorted(row for row in chosen if ids[row] not in exclude)
