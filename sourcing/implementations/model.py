"""The fitted model: a conditional logit over the repositories that come into question for one paper and "none of them".

``P(c) = exp(s_c) / (exp(s_none) + Σ exp(s_j))`` with ``s_c = w·x_c + r_c`` (McFadden, "Conditional logit
analysis of qualitative choice behavior", 1973): a repository is sure only when it fits *and* no other fits as
well. ``x`` are the features of :mod:`sourcing.implementations.features`; ``r`` is the log-likelihood ratio of
what the README says, counted on pairs of papers and READMEs and kept within ±5, since rows to fit it are few.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log

from sourcing.implementations.features import FEATURES
from sourcing.implementations.readme import ReadmeLevel

FORMAT = 1
_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class LinkModel:
    """Fitted parameters.

    ``weights`` go with :data:`FEATURES`; ``none`` is the score of "none of them"; a repository is answered from
    ``threshold`` on. ``rarity`` weighs words of titles. ``readme`` counts, for each level, official and other
    repositories. ``stated`` is the share of stated addresses that were official, by cue.
    """

    weights: tuple[float, ...]
    none: float
    threshold: float
    rarity: Mapping[str, float]
    readme: Mapping[str, tuple[float, float]]
    stated: Mapping[str, float]

    def score(self, values: Sequence[float], level: ReadmeLevel) -> float:
        """Log-odds up to a constant that all repositories of a paper share."""
        return sum(w * x for w, x in zip(self.weights, values, strict=True)) + self.readme_weight(level)

    def readme_weight(self, level: ReadmeLevel) -> float:
        """Log-likelihood ratio of a README's level, from counts with one half added to each."""
        if level is ReadmeLevel.TITLE_CITED:
            level = ReadmeLevel.TITLE_ON_TOP
        if level is ReadmeLevel.LISTED:  # never counted: nobody's list is anybody's code
            return -_LIMIT
        if level is ReadmeLevel.ABSENT or level not in self.readme:
            return 0.0
        own = sum(pair[0] for pair in self.readme.values()) + 0.5 * len(self.readme)
        others = sum(pair[1] for pair in self.readme.values()) + 0.5 * len(self.readme)
        yes, no = self.readme[level]
        return max(-_LIMIT, min(_LIMIT, log(((yes + 0.5) / own) / ((no + 0.5) / others))))

    def probabilities(self, scores: Sequence[float]) -> tuple[float, ...]:
        """Share each repository's probability; what is left is "none of them"."""
        top = max((*scores, self.none))
        weights = [exp(score - top) for score in scores]
        total = sum(weights) + exp(self.none - top)
        return tuple(weight / total for weight in weights)


def from_json(text: str) -> LinkModel:
    """Read a model; :class:`ValueError` where format or features are not this programme's."""
    kept = json.loads(text)
    if kept.get("format") != FORMAT or tuple(kept["features"]) != FEATURES:
        raise ValueError("the link model was fitted for other features: run the calibrate command again")
    return LinkModel(
        weights=tuple(kept["features"].values()),
        none=kept["none"],
        threshold=kept["threshold"],
        rarity=kept["rarity"],
        readme={level: (yes, no) for level, (yes, no) in kept["readme"].items()},
        stated=kept["stated"],
    )


def to_json(model: LinkModel) -> str:
    """Write a model so that a person can read it."""
    kept = {
        "format": FORMAT,
        "features": {name: round(weight, 4) for name, weight in zip(FEATURES, model.weights, strict=True)},
        "none": round(model.none, 4),
        "threshold": round(model.threshold, 4),
        "readme": {level: list(pair) for level, pair in model.readme.items()},
        "stated": {cue: round(share, 4) for cue, share in model.stated.items()},
        "rarity": {word: round(weight, 3) for word, weight in sorted(model.rarity.items())},
    }
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def shipped_model() -> LinkModel:
    """The model that comes with the programme."""
    return from_json((files("sourcing.implementations") / "model.json").read_text(encoding="utf-8"))
