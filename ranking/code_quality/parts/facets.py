"""What the four sub-scores are made of: part → facet → measures.

A facet's value is the mean of those of its measures that could be measured. Its ``prior`` weight says how
much it should count before people's labels are looked at, and the fit stays near it. The priors are round numbers
set by hand (docs/decisions says how): half a point for each of the five questions of the ML code completeness
checklist, one for whether the code is kept like a project, less for what tells repositories apart less well. A fit
of them, or of the questions, gave nothing on rows that it had not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ranking.code_quality.parts.measure import Measure


@dataclass(frozen=True, slots=True)
class Facet:
    """One aspect of a part. ``prior`` is relative to the other facets; the names are those of measures."""

    prior: float
    measures: tuple[str, ...]


FACETS: Mapping[str, Mapping[str, Facet]] = {
    "completeness": {
        "training": Facet(0.50, ("readme train", "training script", "commands for training")),
        "evaluation": Facet(
            0.50,
            (
                "evaluation command",
                "evaluation heading",
                "evaluation mentions",
                "evaluation script",
                "results made again",
            ),
        ),
        "weights": Facet(0.50, ("weights",)),
        "results": Facet(0.50, ("readme results", "result table", "words for results")),
        "dependencies": Facet(0.50, ("dependencies",)),
        "instructions": Facet(
            0.20, ("shell lines", "shell lines of guides", "code blocks", "readme headings")
        ),
        "wording": Facet(0.20, ("wording",)),
        "reproduction": Facet(
            0.20,
            (
                "results in the readme",
                "results in guides",
                "downloads",
                "result scripts",
                "experiment folders",
                "durations",
            ),
        ),
        "readme": Facet(
            0.05,
            (
                "readme length",
                "readme install",
                "readme usage",
                "readme structure",
                "readme reproduce",
                "readme data",
                "readme hardware",
                "readme expected",
                "container",
                "commands that exist",
                "code promised",
            ),
        ),
        "licence": Facet(0.02, ("licence",)),
    },
    "engineering": {
        "project": Facet(1.00, ("kept like a project",)),
        "configuration": Facet(0.60, ("settings outside the code", "uses logging", "seeds set")),
        "structure": Facet(
            0.40,
            ("code in modules", "code in functions", "runs on import", "packages", "typical file length"),
        ),
        "tests": Facet(0.05, ("tests", "test lines", "tested modules")),
        "automation": Facet(0.05, ("continuous integration", "lint settings")),
        "release": Facet(0.05, ("packaging", "documentation", "change log", "contributing guide", "badges")),
        "typing": Facet(0.05, ("typing",)),
    },
    "hygiene": {
        "docstrings": Facet(0.08, ("docstrings", "class docstrings", "module docstrings", "comments")),
        "correctness": Facet(
            0.10,
            (
                "bare except",
                "swallowed exception",
                "mutable default",
                "star import",
                "runs text as code",
                "comparison to singleton",
                "identity of a literal",
                "left-over debugger",
                "global state",
                "parses",
            ),
        ),
        "portability": Facet(
            0.08, ("hard-coded path", "changes the import path", "device fixed in code", "secrets")
        ),
        "shape": Facet(0.04, ("long functions", "nesting", "branching", "arguments", "file length")),
        "duplication": Facet(0.03, ("duplication",)),
        "tidiness": Facet(
            0.15, ("commented-out code", "left-over files", "gitignore", "open ends", "prints")
        ),
        "notebooks": Facet(0.03, ("notebook prose", "notebook order", "notebook errors")),
    },
    "process": {
        "activity": Facet(0.30, ("commits", "active weeks")),
        "messages": Facet(0.30, ("messages", "not uploaded by hand", "explained commits")),
        "releases": Facet(0.15, ("releases",)),
    },
}
PARTS = tuple(FACETS)
FACET_OF: Mapping[str, tuple[str, str]] = {
    measure: (part, name)
    for part, facets in FACETS.items()
    for name, facet in facets.items()
    for measure in facet.measures
}


def facet_values(measured: Mapping[str, Iterable[Measure]]) -> dict[str, float]:
    """Values of all facets that could be measured, by ``part/facet``, each in 0..1."""
    found: dict[str, list[float]] = {}
    for part, measures in measured.items():
        for measure in measures:
            place = FACET_OF.get(measure.name)
            if place is not None and place[0] == part and measure.value is not None:
                found.setdefault("/".join(place), []).append(measure.value)
    return {name: sum(values) / len(values) for name, values in found.items()}
