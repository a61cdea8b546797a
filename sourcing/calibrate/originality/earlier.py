"""A paper against the rows of earlier years: how near they are, what is new, and which problem meets which method."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ranking.originality.text import content_words
from sourcing.calibrate.originality.labels import Labelled
from sourcing.calibrate.originality.table import CountTable, Rows, space_of, vectors

Values = npt.NDArray[np.float64]

NEIGHBOURS = 20
# "METHOD for PROBLEM", "PROBLEM via METHOD": what parts a title in two.
_PARTS = re.compile(r"\b(?:for|via|with|using|by|through|from|in)\b|:", re.IGNORECASE)


def against_earlier(labels: Labelled, table: CountTable, blend: Values) -> npt.NDArray[np.float32]:
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
    return _within_years(labels, made)


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


def problem_and_method(labels: Labelled, table: CountTable) -> npt.NDArray[np.float32]:
    """Pairs of words from the two sides of a title ("METHOD for PROBLEM"), against papers of earlier years.

    Columns: share of pairs of known words that no earlier paper held together, and the mean surprise of the pairs,
    ln(expected / found together); both 0 for titles of one part, standardised within the year.
    """
    places = {term: place for place, term in enumerate(table.terms.tolist()) if " " not in term}
    holding = sparse.csc_array(table.term_counts.astype(bool))
    made = np.zeros((len(labels), 2))
    postings: dict[int, Rows] = {}

    def earlier(column: int, year: int) -> Rows:
        if column not in postings:
            postings[column] = holding.indices[holding.indptr[column] : holding.indptr[column + 1]]
        found = postings[column]
        return found[labels.years[found] < year]

    for row, paper in enumerate(labels.papers):
        parts = [
            {places[word] for word in content_words(part) if word in places}
            for part in _PARTS.split(paper.title)
        ]
        if len(parts) < 2:
            continue
        year = int(labels.years[row])
        before = int((labels.years < year).sum())
        sides = [
            [(column, earlier(column, year)) for column in sorted(side)]
            for side in (parts[0], set().union(*parts[1:]) - parts[0])
        ]
        surprises = [
            np.log((len(one) * len(other) / before + 0.5) / (len(np.intersect1d(one, other)) + 0.5))
            for _, one in sides[0]
            for _, other in sides[1]
            if len(one) and len(other)
        ]
        unseen = [surprise > np.log(1.0) for surprise in surprises]
        if surprises:
            made[row] = np.mean(unseen), np.mean(surprises)
    return _within_years(labels, made)


def _within_years(labels: Labelled, made: Values) -> npt.NDArray[np.float32]:
    for year in np.unique(labels.years):
        rows = np.flatnonzero(labels.years == year)
        spread = made[rows].std(axis=0)
        made[rows] = (made[rows] - made[rows].mean(axis=0)) / np.where(spread > 0, spread, 1)
    return np.asarray(np.clip(made, -3, 3) / 3, dtype=np.float32)
