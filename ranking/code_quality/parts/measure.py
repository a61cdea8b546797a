"""One thing that was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from db.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``value`` lies in 0..1, 1 is good; ``None`` where it does not apply or could not be measured.

    ``evidence`` is what a reviewer would say about it, with its place; empty where there is nothing to say.
    """

    name: str
    value: float | None
    evidence: tuple[Evidence, ...] = ()


def saturating(count: float, half: float) -> float:
    """0 at 0, .5 at ``half``, towards 1: the tenth of a kind adds less than the second."""
    return count / (count + half) if count > 0 else 0.0


def decaying(rate: float, half: float) -> float:
    """1 at 0, .5 at ``half``, towards 0."""
    return half / (half + max(0.0, rate))


def ramp(value: float, low: float, high: float) -> float:
    """0 up to ``low``, 1 from ``high``, straight between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def log_ramp(value: float, low: float, high: float) -> float:
    """:func:`ramp` on a logarithmic scale; ``low`` is positive."""
    return ramp(math.log(max(value, low)), math.log(low), math.log(high))


def listed(names: Sequence[str]) -> str:
    """The names as a sentence has them.

    >>> listed(["tests", "automation", "releases"])
    'tests, automation and releases'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def note(text: str, path: str | None = None, line: int | None = None) -> tuple[Evidence, ...]:
    """One piece of evidence at ``path:line``. A notebook has cells in place of lines, and they are named in words."""
    if path is not None and line is not None and path.lower().endswith(".ipynb"):
        return (Evidence(text=f"{text}, see cell {line}", kind="code", location=path),)
    location = None if path is None else path if line is None else f"{path}:{line}"
    return (Evidence(text=text, kind="code", location=location),)
