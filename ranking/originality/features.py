"""From a paper's text to one row of numbers: terms, pieces of words, and style.

Columns are, in this order: terms (words and pairs of neighbouring words), pieces (four letters in a row inside a
content word), style features, and their squares (a text can have too little and too much of a thing). Terms and pieces
are TF-IDF with sublinear counts, each group of unit length; style is standardised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer
from sklearn.preprocessing import normalize

from ranking.originality.style import NAMES, style_matrix
from ranking.originality.text import PaperText, words

Floats = npt.NDArray[np.float32]

PIECE = 4
# Brings a row of standardised style features to about the unit length that the other groups have.
STYLE_SCALE = 1 / 9
SQUARE_SCALE = 0.7 / 9
STYLE_LIMIT = 3.0
# Words that every abstract is made of, beside English stop words.
_SCAFFOLD = ENGLISH_STOP_WORDS | {"we", "our", "us", "et", "al", "eg", "ie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleScale:
    """How style features are standardised: cut off at ``low`` and ``high``, then mean and deviation, all by column.

    ``square_mean`` and ``square_deviation`` do the same for the squares of the standardised features.
    """

    low: Floats
    high: Floats
    mean: Floats
    deviation: Floats
    square_mean: Floats
    square_deviation: Floats

    @classmethod
    def of(cls, measured: npt.NDArray[np.float64]) -> StyleScale:
        """Learn the scale from measured texts, one row each."""
        low, high = np.quantile(measured, [0.01, 0.99], axis=0)
        cut = np.clip(measured, low, high)
        mean, deviation = cut.mean(axis=0), _positive(cut.std(axis=0))
        squares = ((cut - mean) / deviation) ** 2
        return cls(
            **{
                name: np.asarray(values, dtype=np.float32)
                for name, values in {
                    "low": low, "high": high, "mean": mean, "deviation": deviation,
                    "square_mean": squares.mean(axis=0), "square_deviation": _positive(squares.std(axis=0)),
                }.items()
            }
        )  # fmt: skip

    def apply(self, measured: npt.NDArray[np.float64]) -> Floats:
        """Standardise measured texts: features and then squares, two columns for each of ``NAMES``."""
        plain = (np.clip(measured, self.low, self.high) - self.mean) / self.deviation
        squares = np.clip((plain**2 - self.square_mean) / self.square_deviation, -STYLE_LIMIT, STYLE_LIMIT)
        return np.asarray(np.hstack([plain * STYLE_SCALE, squares * SQUARE_SCALE]), dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class FeatureSpace:
    """The columns: which terms and pieces, their inverse document frequencies, and the scale of style."""

    terms: tuple[str, ...]
    term_idf: Floats
    pieces: tuple[str, ...]
    piece_idf: Floats
    style: StyleScale

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.terms) + len(self.pieces) + 2 * len(NAMES)

    def known_share(self, text: str) -> float:
        """Share of a text's words, 0..1, that are terms or that every English text is made of.

        A hyphenated word is known if all of its parts are.
        """
        found = words(text)
        return sum(self._knows(word) for word in found) / max(1, len(found))

    def _knows(self, word: str) -> bool:
        return word in self._known_words or (
            "-" in word and all(len(part) < 2 or part in self._known_words for part in word.split("-"))
        )

    @cached_property
    def _known_words(self) -> frozenset[str]:
        return frozenset(_SCAFFOLD) | {term for term in self.terms if " " not in term}

    def vectors(self, papers: Sequence[PaperText]) -> sparse.csr_array:
        """One row for each paper."""
        if not papers:
            return sparse.csr_array((0, self.width), dtype=np.float32)
        texts = [paper.text for paper in papers]
        terms, pieces = self._counters
        return stack(
            weigh(terms.transform(texts), self.term_idf),
            weigh(pieces.transform([" ".join(paper.content) for paper in papers]), self.piece_idf),
            self.style.apply(
                style_matrix([paper.title for paper in papers], [paper.abstract for paper in papers])
            ),
        )

    @cached_property
    def _counters(self) -> tuple[CountVectorizer, CountVectorizer]:
        return term_counter(vocabulary=self.terms), piece_counter(vocabulary=self.pieces)


def term_counter(**options: object) -> CountVectorizer:
    """Counts words and pairs of neighbouring words."""
    return CountVectorizer(ngram_range=(1, 2), dtype=np.float32, **options)


def piece_counter(**options: object) -> CountVectorizer:
    """Counts runs of four letters inside the words of :attr:`PaperText.content`, blanks at both ends included."""
    return CountVectorizer(analyzer="char_wb", ngram_range=(PIECE, PIECE), dtype=np.float32, **options)


def says_something(term: str) -> bool:
    """Whether a term holds more than stop words; the others tell fluency from the work, and are not used."""
    return not all(word in _SCAFFOLD for word in term.split())


def weigh(counts: sparse.spmatrix, idf: Floats) -> sparse.csr_array:
    """Turn counts into TF-IDF rows of unit length: (1 + ln count) x idf (as scikit-learn's ``sublinear_tf``)."""
    weighed = sparse.csr_array(counts, dtype=np.float32, copy=True)
    weighed.data = (1 + np.log(weighed.data)) * idf[weighed.indices]
    return sparse.csr_array(normalize(weighed, copy=False))


def inverse_frequency(papers: int, containing: npt.NDArray[np.int64]) -> Floats:
    """ln((1 + papers) / (1 + papers containing the term)) + 1, as scikit-learn's ``smooth_idf``."""
    return np.asarray(np.log((1 + papers) / (1 + containing)) + 1, dtype=np.float32)


def stack(terms: sparse.csr_array, pieces: sparse.csr_array, style: Floats) -> sparse.csr_array:
    """Put the three groups side by side."""
    return sparse.csr_array(
        sparse.hstack([terms, pieces, sparse.csr_array(style)], format="csr", dtype=np.float32)
    )


def _positive(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(values > 0, values, 1.0)
