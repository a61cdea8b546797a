"""The phrases and habits of a text that moved its score, in points."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from db.records import Evidence
from ranking.originality.features import PIECE
from ranking.originality.model import OriginalityModel
from ranking.originality.style import DESCRIPTIONS, NAMES
from ranking.originality.text import PaperText

PHRASES = 3
HABITS = 2


def moving_phrases(
    model: OriginalityModel, paper: PaperText, vector: sparse.csr_array, era: float, slope: float
) -> tuple[Evidence, ...]:
    """Name what moved the score most, up and down: words and pairs of words, then habits of style.

    ``vector`` is the paper's row of the feature space, ``slope`` the points for one unit of the prediction. What a
    piece of a word contributed is given to the words it occurs in, so all contributions of the text are shared out.
    """
    moved = vector.data * (model.base[vector.indices] + era * model.drift[vector.indices]) * slope
    columns = vector.indices
    n_terms, n_pieces = len(model.space.terms), len(model.space.pieces)
    phrases: dict[str, float] = defaultdict(float)
    of_terms = columns < n_terms
    for column, points in zip(columns[of_terms].tolist(), moved[of_terms].tolist(), strict=True):
        phrases[model.space.terms[column]] += points
    within = (columns >= n_terms) & (columns < n_terms + n_pieces)
    pieces = {
        model.space.pieces[column - n_terms]: points
        for column, points in zip(columns[within].tolist(), moved[within].tolist(), strict=True)
    }
    for word, points in _by_word(paper.content, pieces).items():
        phrases[word] += points
    habits: dict[str, float] = defaultdict(float)
    first = n_terms + n_pieces
    for column, points in zip(columns[columns >= first], moved[columns >= first], strict=True):
        habits[NAMES[(column - first) % len(NAMES)]] += float(points)
    high = _sides(model, vector, first)
    return (
        *(
            Evidence(text=f"“{phrase}” {_direction(points)}", kind="phrase", weight=round(points, 2))
            for phrase, points in _extremes(phrases, PHRASES)
        ),
        *(
            Evidence(
                text=f"{'more' if high[name] else 'less'} than usual: {DESCRIPTIONS[name]} {_direction(points)}",
                kind="style",
                weight=round(points, 2),
            )
            for name, points in _extremes(habits, HABITS)
        ),
    )


def _sides(model: OriginalityModel, vector: sparse.csr_array, first: int) -> dict[str, bool]:
    """Whether each style feature lies above its mean."""
    dense = np.zeros(len(NAMES))
    plain = (vector.indices >= first) & (vector.indices < first + len(NAMES))
    dense[vector.indices[plain] - first] = vector.data[plain]
    return {name: bool(value > 0) for name, value in zip(NAMES, dense, strict=True)}


def _by_word(words: Sequence[str], pieces: dict[str, float]) -> dict[str, float]:
    occurs: Counter[str] = Counter()
    inside: dict[str, list[str]] = {}
    for word in words:
        if word not in inside:
            padded = f" {word} "
            inside[word] = [padded[at : at + PIECE] for at in range(max(1, len(padded) - PIECE + 1))]
        occurs.update(inside[word])
    shares: dict[str, float] = defaultdict(float)
    for word in words:
        for piece in inside[word]:
            if piece in pieces:
                shares[word] += pieces[piece] / occurs[piece]
    return shares


def _extremes(points: dict[str, float], count: int) -> list[tuple[str, float]]:
    ranked = sorted(points.items(), key=lambda each: (-each[1], each[0]))
    up = [each for each in ranked[:count] if each[1] >= 0.01]
    down = [each for each in ranked[::-1][:count] if each[1] <= -0.01]
    return up + down


def _direction(points: float) -> str:
    return "raises it" if points > 0 else "lowers it"
