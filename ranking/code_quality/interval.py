"""How sure a score is: the range that a refit could have put it in, wider where little could be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.reading import Reading


def interval(replicas: Sequence[float], score: float, doubt: float) -> tuple[float, float]:
    """A 90 % interval of the refitted scores, at least ±4 points wide, stretched by ``doubt``."""
    last = len(replicas) - 1
    below = max(4.0, score - replicas[round(0.05 * last)]) if replicas else 15.0
    above = max(4.0, replicas[round(0.95 * last)] - score) if replicas else 15.0
    return max(0.0, score - below * (1 + doubt)), min(100.0, score + above * (1 + doubt))


def doubt_of(reading: Reading, measured: Mapping[str, list[Measure]]) -> float:
    """How much wider the interval gets: other languages, little code, files left unread, no history."""
    doubt = 0.5 * (1 - reading.python_share)
    doubt += 0.5 * max(0.0, 1 - reading.code_lines / 500)
    half_read = len(reading.aside) + len(reading.unparsed)
    doubt += 0.5 if reading.tree.partial else min(0.5, half_read / max(1, len(list(reading.every()))))
    return doubt + (0.0 if any(one.value is not None for one in measured["process"]) else 0.3)
