"""The fitted numbers of the scorer: how much each measure counts, and how repositories usually do.

Shipped as ``model.json`` beside this file; ``python -m sourcing.calibrate code`` makes it again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean and standard deviation of a quantity over the reference repositories."""

    mean: float
    deviation: float

    def percentile(self, value: float) -> float:
        """The share of reference repositories below ``value``, 0..100, under a normal curve."""
        return 50.0 * (1.0 + math.erf((value - self.mean) / (self.deviation * math.sqrt(2.0))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeQualityModel:
    """``weights`` maps ``part/facet`` to a weight ≥ 0; together they sum to 1.

    ``typical`` holds each facet's mean over the reference, which stands in where a facet is unknown.
    ``replicas`` are weights refitted on resampled repositories, from which the interval comes. ``spreads`` maps
    ``whole`` and each part to its spread over all reference repositories; ``groups`` does so for each group of
    one kind and size that has enough members.
    """

    version: str
    weights: Mapping[str, float]
    typical: Mapping[str, float]
    replicas: tuple[Mapping[str, float], ...]
    spreads: Mapping[str, Spread]
    groups: Mapping[str, Mapping[str, Spread]]
    validated_on: str

    def value(
        self, facets: Mapping[str, float], *, part: str = "", weights: Mapping[str, float] | None = None
    ) -> float:
        """The weighted mean of ``facets`` (of one ``part``, if given), 0..1; unknown ones count as typical."""
        chosen = {
            name: weight
            for name, weight in (self.weights if weights is None else weights).items()
            if name.startswith(f"{part}/" if part else "")
        }
        total = sum(chosen.values())
        if not total:
            return 0.5
        return sum(w * facets.get(name, self.typical.get(name, 0.5)) for name, w in chosen.items()) / total

    @property
    def slope(self) -> float:
        """Points of the score for a unit of :meth:`value` at the middle of the scale, on a normal curve."""
        return 100 / (math.sqrt(2 * math.pi) * self.spreads["whole"].deviation)

    def reach(self, part: str) -> float:
        """By how many points ``part`` moves nine of ten repositories at most from where it leaves the usual one."""
        weight = sum(weight for name, weight in self.weights.items() if name.startswith(f"{part}/"))
        return 1.645 * self.slope * weight * self.spreads[part].deviation

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CodeQualityModel:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: another format.
        """
        if data.get("format") != FORMAT:
            raise ValueError(f"model format {data.get('format')}, not {FORMAT}")

        def spreads(raw: Mapping[str, list[float]]) -> dict[str, Spread]:
            return {name: Spread(mean=mean, deviation=deviation) for name, (mean, deviation) in raw.items()}

        return cls(
            version=data["version"],
            weights=data["weights"],
            typical=data["typical"],
            replicas=tuple(data["replicas"]),
            spreads=spreads(data["spreads"]),
            groups={name: spreads(group) for name, group in data["groups"].items()},
            validated_on=data["validated_on"],
        )

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""

        def plain(spreads: Mapping[str, Spread]) -> dict[str, list[float]]:
            return {name: [spread.mean, spread.deviation] for name, spread in spreads.items()}

        return {
            "format": FORMAT,
            "version": self.version,
            "weights": dict(self.weights),
            "typical": dict(self.typical),
            "replicas": [dict(replica) for replica in self.replicas],
            "spreads": plain(self.spreads),
            "groups": {name: plain(group) for name, group in self.groups.items()},
            "validated_on": self.validated_on,
        }


@cache
def shipped_model() -> CodeQualityModel:
    """The model that comes with the package."""
    text = resources.files("ranking.code_quality").joinpath("model.json").read_text("utf-8")
    return CodeQualityModel.from_json(json.loads(text))
