"""What was published before: an index of papers by their words, grown night by night.

A paper is only ever compared with papers of strictly earlier days, word weights are those shipped with the scorer,
and a paper that is already known is not added again; so papers that arrive later never change an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ranking.originality import corpus_state
from ranking.originality.model import shipped_model
from ranking.originality.text import PaperText, WordWeights

# What is called new: how many papers must have come before, how many words of a paper are looked at, and how many
# joint papers chance would have given before their absence is worth a word.
LEAST_EARLIER = 200
TELLING_WORDS = 14
LEAST_EXPECTED = 0.05
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An earlier paper. ``similarity`` is the cosine of word weights, 0..1.

    ``shared`` are the words that make them alike, most telling first; ``own`` the words of the asking paper that
    the neighbour lacks; ``theirs`` the other way round.
    """

    id: str
    title: str
    day: date
    similarity: float
    shared: tuple[str, ...]
    own: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToCorpus:
    """What no paper of an earlier day had: ``words``, and pairs of known words that never came together.

    A pair is ``(word, word, papers with the first, papers with the second)``, and chance would have brought it together
    before; the pair whose words weigh most in the paper comes first, so that "significant" with anything comes last.
    """

    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str, int, int], ...] = ()


class _Postings(NamedTuple):
    """The matrix by words: those of column c are ``rows[bounds[c]:bounds[c + 1]]`` with their ``values``."""

    bounds: list[int]
    rows: npt.NDArray[np.int32]
    values: npt.NDArray[np.float32]


class CorpusIndex:
    """All papers seen so far, for finding what came before a paper.

    In memory about 1 kB a paper. Not safe for two writers: the caller holds the run's lock.
    """

    def __init__(self, version: str, weights: WordWeights) -> None:
        self.version = version
        self.discarded: str | None = None
        self._weights = weights
        self._rows: dict[str, int] = {}
        self._titles: list[str] = []
        self._days = np.empty(0, dtype=np.int32)
        self._columns: dict[str, int] = {}
        self._words: list[str] = []
        self._blocks: list[sparse.csr_array] = []
        self._inverted: _Postings | None = None
        self._saved = corpus_state.SavedState()

    @classmethod
    def open(cls, directory: Path, version: str, weights: WordWeights | None = None) -> CorpusIndex:
        """Read the index kept in ``directory``, or start an empty one.

        State of another scorer version or format, or that cannot be read, is not used: the index starts empty,
        ``discarded`` says why, and the caller adds its papers again. Nothing is written before
        :meth:`save_state`.
        """
        index = cls(version, weights or shipped_weights())
        try:
            segments, index._saved = corpus_state.load(directory, version)
            for segment in segments:
                index._append(segment)
        except corpus_state.UnusableStateError as error:
            index = cls(version, weights or shipped_weights())
            index.discarded = str(error)
        return index

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, paper_id: object) -> bool:
        return paper_id in self._rows

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Give those of ``ids`` that have not been added, in order."""
        return [each for each in ids if each not in self._rows]

    @property
    def ids(self) -> list[str]:
        """Ids of all papers, in the order in which they came; rows of :meth:`matrix`."""
        return list(self._rows)

    def matrix(self) -> sparse.csr_array:
        """Papers x words: word weights of unit length."""
        return self._matrix() if self._blocks else sparse.csr_array((0, 0), dtype=np.float32)

    def title(self, paper_id: str) -> str:
        """The title that a paper was added with. Raises ``KeyError`` for an unknown paper."""
        return self._titles[self._rows[paper_id]]

    def rows_of(self, ids: Iterable[str]) -> list[int]:
        """Rows of those ids that are known, in order."""
        return [self._rows[each] for each in ids if each in self._rows]

    def word(self, column: int) -> str:
        """The word of one column of :meth:`matrix`."""
        return self._words[column]

    def words_of(self, row: int) -> dict[str, float]:
        """Words of one paper with their weights."""
        matrix = self._matrix()
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        return {
            self._words[column]: float(value)
            for column, value in zip(matrix.indices[span], matrix.data[span], strict=True)
        }

    def vectors(self, papers: Sequence[PaperText]) -> sparse.csr_array:
        """Papers x words, as :meth:`matrix`, for papers that need not be in the index; unknown words are left out."""
        return self._rows_for([self._vector(paper) for paper in papers])

    def add(self, papers: Iterable[PaperText]) -> int:
        """Add papers; gives how many were new.

        A paper whose id is known keeps its first text and day. A paper without a day cannot be earlier than
        anything and is left out.
        """
        ids: list[str] = []
        titles: list[str] = []
        days: list[int] = []
        new_words: list[str] = []
        data: list[float] = []
        columns: list[int] = []
        bounds = [0]
        first = len(self._rows)
        seen: set[str] = set()
        for paper in papers:
            day = paper.day
            if day is None or paper.id in self._rows or paper.id in seen:
                continue
            seen.add(paper.id)
            for word, value in self._vector(paper).items():
                column = self._columns.get(word)
                if column is None:
                    column = self._columns[word] = len(self._columns)
                    new_words.append(word)
                columns.append(column)
                data.append(value)
            bounds.append(len(columns))
            ids.append(paper.id)
            titles.append(paper.title)
            days.append((day - _EPOCH).days)
        if not ids:
            return 0
        segment = corpus_state.Segment(
            ids=ids,
            titles=titles,
            days=np.asarray(days, dtype=np.int32),
            words=new_words,
            bounds=np.asarray(bounds, dtype=np.int64),
            columns=np.asarray(columns, dtype=np.int32),
            values=np.asarray(data, dtype=np.float32),
        )
        self._append(segment)
        self._saved.pending.append(segment)
        assert len(self._rows) == first + len(ids)  # noqa: S101 - an id twice would shift every later row
        return len(ids)

    def save_state(self, directory: Path) -> None:
        """Write what was added since the last save; atomic, so a stop at any moment keeps the state before."""
        corpus_state.save_segments(directory, self.version, self._saved)

    def nearest_earlier(self, papers: Sequence[PaperText], *, count: int = 3) -> list[list[Neighbour]]:
        """Find, for each paper, the most similar papers of strictly earlier days, most similar first.

        Ties go to the smaller id. A paper without a day, and one with nothing earlier that shares a word, gets
        an empty list; a paper never finds itself.
        """
        return self._nearest(papers, count)

    def new_to_corpus(self, paper: PaperText, *, count: int = 3) -> NewToCorpus:
        """Find what is new in a paper against all papers of strictly earlier days.

        Only words that the paper uses at least twice are looked at, so that a slip of the pen is no discovery. With
        fewer than :data:`LEAST_EARLIER` earlier papers nearly everything would be new, and nothing is said.
        """
        day = paper.day
        if day is None or not self._rows:
            return NewToCorpus()
        before = self._days < (day - _EPOCH).days
        total = int(before.sum())
        if total < LEAST_EARLIER:
            return NewToCorpus()
        used = Counter(paper.content)
        vector = self._vector(paper)
        telling = sorted(
            (word for word in vector if used[word] > 1), key=lambda word: (-round(vector[word], 6), word)
        )[:TELLING_WORDS]
        known = [word for word in telling if word in self._columns]
        together = self._together(known, before)
        papers = {word: int(together[place, place]) for place, word in enumerate(known)}
        pairs = [
            (one, other, papers[one], papers[other])
            for place, one in enumerate(known)
            for beside, other in enumerate(known[:place])
            if together[place, beside] == 0
            and papers[one] * papers[other] >= total * LEAST_EXPECTED
            and not _same_stem(one, other)
        ]
        # Six digits, as among neighbours: how weights were summed must not decide between equals.
        pairs.sort(key=lambda pair: (-round(vector[pair[0]] * vector[pair[1]], 6), pair))
        return NewToCorpus(
            words=tuple(word for word in telling if papers.get(word, 0) == 0)[:count],
            pairs=tuple(pairs[:count]),
        )

    def _together(self, known: Sequence[str], among: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """How many of the papers ``among`` hold both words of each pair; the diagonal counts single words.

        Each paper is a pattern of bits, one for each word: counting patterns is cheaper than a product of postings.
        """
        patterns = np.zeros(len(among), dtype=np.uint32)
        for place, word in enumerate(known):
            patterns[self._posting(word)[0]] |= np.uint32(1 << place)
        found, counts = np.unique(patterns[among & (patterns > 0)], return_counts=True)
        bits = (found[:, None] >> np.arange(len(known), dtype=np.uint32)) & 1
        return np.asarray(bits.T.astype(np.int64) @ (bits * counts[:, None]))

    def papers_between(self, first: date, last: date) -> int:
        """How many papers lie between two days, ``last`` not included."""
        return int(self._between(first, last).sum())

    def papers_naming(self, needed: Sequence[str], first: date, last: date) -> int:
        """How many papers between two days (``last`` not included) hold every one of the words, or its plural in s.

        Stop words and words that are too common to be kept are not looked for; 0 if none of them is left.
        """
        holding = self._between(first, last)
        wanted = [word for word in needed if self._weights.of(word) > 0]
        for word in wanted:
            found = np.zeros(len(self._rows), dtype=np.bool_)
            for form in (word, f"{word}s"):
                if form in self._columns:
                    found[self._posting(form)[0]] = True
            holding &= found
        return int(holding.sum()) if wanted else 0

    def _between(self, first: date, last: date) -> npt.NDArray[np.bool_]:
        return np.asarray((self._days >= (first - _EPOCH).days) & (self._days < (last - _EPOCH).days))

    def _nearest(self, papers: Sequence[PaperText], count: int) -> list[list[Neighbour]]:
        if not self._rows:
            return [[] for _ in papers]
        ids = list(self._rows)
        answers: list[list[Neighbour]] = []
        for paper in papers:
            day = paper.day
            if day is None:
                answers.append([])
                continue
            vector = self._vector(paper)
            row = self._similarities(vector)
            row[self._days >= (day - _EPOCH).days] = 0
            row[self._rows.get(paper.id, [])] = 0
            near = np.flatnonzero(row > max(_kth_largest(row, count), 0) - 1e-6)
            near = near[row[near] > 0]
            # Six digits: the order in which weights are summed must not decide between equals.
            ranked = sorted(near, key=lambda place: (-round(float(row[place]), 6), ids[place]))[:count]
            answers.append(
                [self._neighbour(ids[place], int(place), float(row[place]), vector) for place in ranked]
            )
        return answers

    def _similarities(self, vector: Mapping[str, float]) -> npt.NDArray[np.float32]:
        row = np.zeros(len(self._rows), dtype=np.float32)
        for word, value in vector.items():
            if word in self._columns:
                holding, values = self._posting(word)
                row[holding] += np.float32(value) * values
        return row

    def _posting(self, word: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Rows that hold a known word, and its weight in each."""
        bounds, rows, values = self._postings()
        column = self._columns[word]
        span = slice(bounds[column], bounds[column + 1])
        return rows[span], values[span]

    def _rows_for(self, vectors: Sequence[Mapping[str, float]]) -> sparse.csr_array:
        bounds, columns, data = [0], [], []
        for vector in vectors:
            for word, value in vector.items():
                if (column := self._columns.get(word)) is not None:
                    columns.append(column)
                    data.append(value)
            bounds.append(len(columns))
        shape = (len(vectors), len(self._columns))
        return sparse.csr_array((np.asarray(data, dtype=np.float32), columns, bounds), shape=shape)

    def _postings(self) -> _Postings:
        if self._inverted is None:
            turned = self._matrix().tocsc()
            # A list: one bound at a time is read from it far more quickly than from an array.
            self._inverted = _Postings(turned.indptr.tolist(), turned.indices, turned.data)
        return self._inverted

    def _matrix(self) -> sparse.csr_array:
        width = len(self._columns)
        if len(self._blocks) > 1 or self._blocks[0].shape[1] != width:
            for block in self._blocks:
                block.resize(block.shape[0], width)
            self._blocks = [sparse.vstack(self._blocks, format="csr")]
        return self._blocks[0]

    def _neighbour(
        self, paper_id: str, row: int, similarity: float, vector: Mapping[str, float]
    ) -> Neighbour:
        theirs = self.words_of(row)
        both = {word: value * theirs[word] for word, value in vector.items() if word in theirs}
        return Neighbour(
            id=paper_id,
            title=self._titles[row],
            day=_EPOCH + timedelta(days=int(self._days[row])),
            similarity=min(1.0, round(similarity, 4)),
            shared=_heaviest(both),
            own=_heaviest({word: value for word, value in vector.items() if word not in theirs}),
            theirs=_heaviest({word: value for word, value in theirs.items() if word not in vector}),
        )

    def _vector(self, paper: PaperText) -> dict[str, float]:
        counts = Counter(paper.content)
        raw = {
            word: (1 + float(np.log(times))) * weight
            for word, times in counts.items()
            if (weight := self._weights.of(word)) > 0
        }
        norm = float(np.sqrt(sum(value * value for value in raw.values())))
        return {word: value / norm for word, value in raw.items()}

    def _append(self, segment: corpus_state.Segment) -> None:
        first = len(self._rows)
        self._rows.update((paper_id, first + place) for place, paper_id in enumerate(segment.ids))
        self._titles.extend(segment.titles)
        self._days = np.concatenate([self._days, segment.days])
        for word in segment.words:
            self._columns.setdefault(word, len(self._columns))
        self._words.extend(segment.words)
        shape = (len(segment.ids), len(self._words))
        self._blocks.append(sparse.csr_array((segment.values, segment.columns, segment.bounds), shape=shape))
        self._inverted = None


def shipped_weights() -> WordWeights:
    """Word weights of the shipped scorer (see ``python -m sourcing.calibrate originality``)."""
    return shipped_model().word_weights()


def _kth_largest(row: npt.NDArray[Any], count: int) -> float:
    if count >= len(row):
        return 0.0
    return float(np.partition(row, len(row) - count)[len(row) - count])


def _heaviest(weights: Mapping[str, float], count: int = 5) -> tuple[str, ...]:
    return tuple(sorted(weights, key=lambda word: (-round(weights[word], 6), word))[:count])


def _same_stem(one: str, other: str) -> bool:
    return one[:5] == other[:5]
