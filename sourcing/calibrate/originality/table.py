"""All rows counted once, so that each fold can have a feature space of its own training rows without reading again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ranking.originality.features import (
    FeatureSpace,
    StyleScale,
    inverse_frequency,
    piece_counter,
    says_something,
    stack,
    term_counter,
    weigh,
)
from ranking.originality.style import style_matrix
from ranking.originality.text import PaperText

LEAST_PAPERS = 5
LEAST_PAPERS_PIECE = 30
MOST_TERMS = 40_000

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """Counts of every term and piece, and raw style, for every row."""

    terms: npt.NDArray[np.object_]
    term_counts: sparse.csr_array
    pieces: npt.NDArray[np.object_]
    piece_counts: sparse.csr_array
    style: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A feature space together with the places of its terms and pieces in the table."""

    space: FeatureSpace
    terms: Rows
    pieces: Rows


def count(papers: Sequence[PaperText]) -> CountTable:
    """Count all rows. A term in fewer than the least number of papers cannot be in any space and is left out."""
    texts = [paper.text for paper in papers]
    terms, pieces = term_counter(min_df=LEAST_PAPERS), piece_counter(min_df=LEAST_PAPERS_PIECE)
    term_counts = sparse.csr_array(terms.fit_transform(texts))
    piece_counts = sparse.csr_array(pieces.fit_transform([" ".join(paper.content) for paper in papers]))
    return CountTable(
        terms=terms.get_feature_names_out(),
        term_counts=term_counts,
        pieces=pieces.get_feature_names_out(),
        piece_counts=piece_counts,
        style=style_matrix([paper.title for paper in papers], [paper.abstract for paper in papers]),
    )


def space_of(table: CountTable, rows: Rows) -> Columns:
    """The feature space that ``rows`` alone would give: no word of any other row decides anything."""
    term_papers = _containing(table.term_counts, rows)
    piece_papers = _containing(table.piece_counts, rows)
    wanted = np.asarray([says_something(term) for term in table.terms]) & (term_papers >= LEAST_PAPERS)
    terms = np.flatnonzero(wanted)
    if len(terms) > MOST_TERMS:
        # The most frequent ones; a stable sort makes ties fall in alphabetical order.
        terms = np.sort(terms[np.argsort(-term_papers[terms], kind="stable")[:MOST_TERMS]])
    pieces = np.flatnonzero(piece_papers >= LEAST_PAPERS_PIECE)
    space = FeatureSpace(
        terms=tuple(table.terms[terms].tolist()),
        term_idf=inverse_frequency(len(rows), term_papers[terms]),
        pieces=tuple(table.pieces[pieces].tolist()),
        piece_idf=inverse_frequency(len(rows), piece_papers[pieces]),
        style=StyleScale.of(table.style[rows]),
    )
    return Columns(space=space, terms=terms, pieces=pieces)


def vectors(table: CountTable, columns: Columns, rows: Rows) -> sparse.csr_array:
    """Rows of the table in a feature space: the same numbers as ``columns.space.vectors`` of their papers."""
    return stack(
        weigh(table.term_counts[rows][:, columns.terms], columns.space.term_idf),
        weigh(table.piece_counts[rows][:, columns.pieces], columns.space.piece_idf),
        columns.space.style.apply(table.style[rows]),
    )


def _containing(counts: sparse.csr_array, rows: Rows) -> npt.NDArray[np.int64]:
    return np.bincount(counts[rows].indices, minlength=counts.shape[1])
