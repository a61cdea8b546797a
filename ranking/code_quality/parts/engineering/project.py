"""Whether it is kept like a project that others build on."""

from __future__ import annotations

from statistics import fmean as mean

from ranking.code_quality.parts.engineering.automation import automation
from ranking.code_quality.parts.engineering.packaging import packaging
from ranking.code_quality.parts.engineering.testing import testing
from ranking.code_quality.parts.measure import Measure, listed, note, ramp, saturating
from ranking.code_quality.reading import Reading


def kept_like_a_project(reading: Reading) -> float:
    """How far it is kept like a project that others build on, 0..1, by form alone."""
    return project(reading, testing(reading), automation(reading), packaging(reading)).value or 0.0


def project(reading: Reading, *upkeep: list[Measure]) -> Measure:
    """Whether tests, automation, packaging and releases come together, as they do where code is kept up.

    Any one of them alone says little (a setup.py that nobody uses), so it starts above the lowest quarter and is
    full well before all are perfect.
    """
    commits = reading.tree.commits
    aspects = [mean([m.value for m in measures if m.value is not None]) for measures in upkeep]
    aspects.append(saturating(len(commits.releases), 2) if commits else 0.0)
    value = ramp(mean(aspects), 0.15, 0.5)
    called = ["tests", "automation", "packaging", *(["releases"] if commits else [])]
    there = [name for name, aspect in zip(called, aspects, strict=False) if aspect >= 0.3]
    said = ""
    if value >= 0.5 and there:
        said = f"kept like a project: it has {listed(there)}"
    elif value < 0.2:
        # What is packaged may still come without anything for those who use it.
        packaged = any(m.name == "packaging" and m.value == 1 for measures in upkeep for m in measures)
        lacking = {"packaging": "documentation"} if packaged else {}
        wanting = listed([lacking.get(name, name) for name in called if name not in there])
        but = (
            f"{listed(there)}, but little or nothing of {wanting}"
            if there
            else f"little or nothing of {wanting}"
        )
        said = f"not kept like a project: it has {but}"
    return Measure(name="kept like a project", value=value, evidence=note(said) if said else ())
