"""The measures of hygiene, put together."""

from __future__ import annotations

from ranking.code_quality.parts.hygiene.docstrings import docstrings
from ranking.code_quality.parts.hygiene.duplication import duplication
from ranking.code_quality.parts.hygiene.findings import findings
from ranking.code_quality.parts.hygiene.leftovers import leftovers
from ranking.code_quality.parts.hygiene.notebooks import notebooks
from ranking.code_quality.parts.hygiene.secrets import secrets
from ranking.code_quality.parts.hygiene.shape import shape
from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.reading import Reading


def hygiene(reading: Reading) -> list[Measure]:
    """The measures of this part."""
    return [
        *docstrings(reading),
        *findings(reading),
        secrets(reading),
        *shape(reading),
        *duplication(reading),
        *leftovers(reading),
        *notebooks(reading),
    ]
