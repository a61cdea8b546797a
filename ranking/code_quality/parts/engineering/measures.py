"""The measures of engineering, put together."""

from __future__ import annotations

from ranking.code_quality.parts.engineering.automation import automation
from ranking.code_quality.parts.engineering.packaging import packaging
from ranking.code_quality.parts.engineering.project import project
from ranking.code_quality.parts.engineering.structure import structure
from ranking.code_quality.parts.engineering.testing import testing
from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.reading import Reading


def engineering(reading: Reading) -> list[Measure]:
    """The measures of this part."""
    upkeep = (testing(reading), automation(reading), packaging(reading))
    return [*(m for measures in upkeep for m in measures), project(reading, *upkeep), *structure(reading)]
