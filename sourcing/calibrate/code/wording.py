"""How READMEs of reproduced artifacts are worded: a ridge regression on badges.

Each class counts the same, however many it has. Beside the fit on all READMEs there is one for each fifth of them that
did not see it, so that the rows of the fit can be scored as if they were new.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from ranking.code_quality.documents.wording import Wording
from ranking.code_quality.documents.wording_model import FOLDS, WordingFit, WordingModel, fold_of, tf_idf

# Rows of this kind tell reproduced artifacts (1) from such as are only available (0).
KIND = "artifact"
RIDGE = 1.0
# Fewer READMEs of either label teach nothing about words.
LEAST_OF_EACH = 20

Vector = NDArray[np.float64]


def fit_wording(labelled: Sequence[tuple[Wording, float]]) -> WordingModel | None:
    """A model of READMEs with labels 0 or 1, each text once; ``None`` if there are too few of either label."""
    rows = list({text.digest: (text, label) for text, label in labelled if text.words}.values())
    labels = np.array([label for _, label in rows], dtype=np.float64)
    if min((labels == 0).sum(), (labels == 1).sum()) < LEAST_OF_EACH:
        return None
    texts = [text for text, _ in rows]
    idf = _idf(texts)
    words = sorted(idf)
    vectors = np.array([_vector(text, idf, words) for text in texts])
    folds = np.array([fold_of(text.digest) for text in texts])
    weights, intercept = _ridge(vectors, labels)
    fits = [_ridge(vectors[folds != fold], labels[folds != fold]) for fold in range(FOLDS)]
    unseen = np.array(
        [vector @ fits[fold][0] + fits[fold][1] for vector, fold in zip(vectors, folds, strict=True)]
    )

    def fit(weights: Vector, intercept: float) -> WordingFit:
        return WordingFit(
            idf,
            {word: round(float(weight), 4) for word, weight in zip(words, weights, strict=True)},
            round(intercept, 4),
            round(float(unseen.mean()), 4),
            round(float(unseen.std()), 4),
        )

    return WordingModel(
        fit(weights, intercept),
        tuple(fit(*each) for each in fits),
        frozenset(text.digest for text in texts),
    )


def _idf(texts: Sequence[Wording]) -> dict[str, float]:
    """ln((1 + n) / (1 + df)) + 1 of each word that occurs (scikit-learn's smoothed form)."""
    having = Counter(word for text in texts for word in text.counts)
    return {word: round(math.log((1 + len(texts)) / (1 + count)) + 1, 4) for word, count in having.items()}


def _vector(text: Wording, idf: Mapping[str, float], words: Sequence[str]) -> list[float]:
    values = tf_idf(text.counts, idf)
    return [values.get(word, 0.0) for word in words]


def _ridge(vectors: Vector, labels: Vector) -> tuple[Vector, float]:
    ones = labels.mean()
    shares = np.where(labels == 1, 0.5 / ones, 0.5 / (1 - ones))
    found = Ridge(alpha=RIDGE).fit(vectors, labels, sample_weight=shares)
    return np.asarray(found.coef_, dtype=np.float64), float(found.intercept_)
