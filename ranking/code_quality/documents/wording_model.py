"""How READMEs are worded: like those of artifacts whose results reviewers could reproduce, or not.

A linear model over the tf-idf of their words (Salton & Buckley 1988, doi:10.1016/0306-4573(88)90021-0) tells artifacts
that got a badge for reproduced results from those that were only available. Shipped as ``wording.json``;
``python -m sourcing.calibrate code`` makes it again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ranking.code_quality.documents.wording import Wording

FORMAT = 1
FOLDS = 5
# From so many words on, a text of which so few are known is in another language: it says nothing either way.
_ENOUGH_WORDS, _LEAST_KNOWN = 100, 0.08
# A standard deviation from the middle is worth .77 or .23.
_STEEPNESS = 1.2


@dataclass(frozen=True, slots=True)
class WordingFit:
    """One fit: points by word. ``middle`` and ``deviation`` are of what it gives labelled artifacts."""

    idf: Mapping[str, float]
    weights: Mapping[str, float]
    intercept: float
    middle: float
    deviation: float

    def value(self, wording: Wording) -> float | None:
        """0..1, .5 in the middle of labelled artifacts; 0 without a README, ``None`` in another language."""
        if not wording.words:
            return 0.0
        if wording.words >= _ENOUGH_WORDS and sum(wording.counts.values()) < _LEAST_KNOWN * wording.words:
            return None
        said = self.intercept + sum(self._points(wording).values())
        return 1 / (1 + math.exp(-_STEEPNESS * (said - self.middle) / self.deviation))

    def telling(self, wording: Wording, *, speaking_for: bool, most: int = 3) -> list[str]:
        """The words that speak most for it, or against it, strongest first."""
        sign = 1 if speaking_for else -1
        points = {word: sign * value for word, value in self._points(wording).items() if sign * value > 0}
        return sorted(points, key=lambda word: (-points[word], word))[:most]

    def _points(self, wording: Wording) -> dict[str, float]:
        vector = tf_idf(wording.counts, self.idf)
        return {word: value * self.weights.get(word, 0.0) for word, value in vector.items()}


@dataclass(frozen=True, slots=True)
class WordingModel:
    """``whole`` is fitted on all labelled READMEs, ``folds`` on four fifths each; ``seen`` are digests of all."""

    whole: WordingFit
    folds: tuple[WordingFit, ...]
    seen: frozenset[str]

    def unseen(self, wording: Wording) -> WordingFit:
        """A fit that did not see this text: what is to be asked where rows of the fit are judged."""
        return self.folds[fold_of(wording.digest)] if wording.digest in self.seen else self.whole

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WordingModel:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: another format.
        """
        if data.get("format") != FORMAT:
            raise ValueError(f"wording format {data.get('format')}, not {FORMAT}")
        words = data["words"]
        idf = {word: row[0] for word, row in words.items()}
        fits = [
            WordingFit(
                idf,
                {word: row[column] for word, row in words.items()},
                intercept,
                data["middle"],
                data["deviation"],
            )
            for column, intercept in enumerate(data["intercepts"], start=1)
        ]
        return cls(fits[0], tuple(fits[1:]), frozenset(data["seen"]))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON: a row for each word, of its idf, its weight in all, and its weights in the folds."""
        fits = [self.whole, *self.folds]
        return {
            "format": FORMAT,
            "middle": self.whole.middle,
            "deviation": self.whole.deviation,
            "intercepts": [fit.intercept for fit in fits],
            "words": {
                word: [idf, *(fit.weights.get(word, 0.0) for fit in fits)]
                for word, idf in sorted(self.whole.idf.items())
            },
            "seen": sorted(self.seen),
        }


def fold_of(digest: str) -> int:
    """The fold, 0..4, whose fit does not see the text."""
    return int(digest[:8], 16) % FOLDS


def tf_idf(counts: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    """(1 + ln tf) · idf of each word, of length 1 over all."""
    raw = {word: (1 + math.log(count)) * idf[word] for word, count in counts.items() if word in idf}
    length = math.sqrt(sum(value * value for value in raw.values()))
    return {word: value / length for word, value in raw.items()} if length else {}


@cache
def shipped_wording() -> WordingModel:
    """The model that comes with the package."""
    text = resources.files("ranking.code_quality.documents").joinpath("wording.json").read_text("utf-8")
    return WordingModel.from_json(json.loads(text))
