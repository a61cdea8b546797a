"""How each score was validated, as the scorers that ship say it themselves.

Read from what ships and not from stored scores: after a refit, what was stored before says what was true before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from db.records import Axis
from ranking.code_quality.model import shipped_model
from ranking.execution import VALIDATED_ON as EXECUTION
from ranking.importance.history import shipped_history
from ranking.originality.model import shipped_validation

# How near a work is to a role's topics is counted, not foreseen.
FIT = "not a prediction: how much of the role's topics is found in titles and abstracts"


@cache
def validations() -> Mapping[Axis, str]:
    """One sentence for each axis: against what it was checked and how well it did."""
    return {
        Axis.ORIGINALITY: shipped_validation(),
        Axis.CODE_QUALITY: shipped_model().validated_on,
        Axis.IMPORTANCE: shipped_history().validated_on,
        Axis.EXECUTION: EXECUTION,
        Axis.FIT: FIT,
    }
