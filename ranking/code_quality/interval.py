"""How sure a score is: where a refit could have put it, how far other files of the same project could move it, and
what is not known; wider where it was read coarsely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, sqrt

from ranking.code_quality.model import CodeQualityModel
from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.reading import Reading

_REFITTED = 4.0  # points, at least
# Nine in ten scores of some files of a project lie this close to what other files of it score on the average, up to so
# many lines of code (docs/decisions says how it was measured); of more it is the less, as of any mean.
_OTHER_FILES, _FEW_LINES = 9.0, 1000


def interval(replicas: Sequence[float], score: float, spread: float, doubt: float) -> tuple[float, float]:
    """A 90 % interval: of the refitted scores, at least ±4 points, and of what else moves it by ``spread`` points,
    stretched by ``doubt``."""
    last = len(replicas) - 1
    below = max(_REFITTED, score - replicas[round(0.05 * last)]) if replicas else 15.0
    above = max(_REFITTED, replicas[round(0.95 * last)] - score) if replicas else 15.0
    below, above = (hypot(one, spread) * (1 + doubt) for one in (below, above))
    return max(0.0, score - below), min(100.0, score + above)


def spread_of(reading: Reading, measured: Mapping[str, list[Measure]], model: CodeQualityModel) -> float:
    """By how many points other code would move it in nine of ten cases, and a part that is unknown, were it known."""
    few = _OTHER_FILES * sqrt(min(1.0, _FEW_LINES / reading.code_lines))
    unknown = (part for part, measures in measured.items() if all(one.value is None for one in measures))
    return hypot(few, *map(model.reach, unknown))


def doubt_of(reading: Reading) -> float:
    """How much wider the interval gets: other languages, code left unread or read by lines only."""
    half_read = len(reading.hidden) + len(reading.unparsed)
    unread = 0.5 if reading.tree.partial else min(0.5, half_read / max(1, len(list(reading.every()))))
    return 0.5 * (1 - reading.python_share) + unread
