"""What to say beside a shortlist about its role: odd weights, and settings that changed since the ranking."""

from __future__ import annotations

from collections.abc import Sequence

from db.kinds import Axis
from db.queries.candidates import Candidate
from ranking.ranker import combine, counted_weights
from ranking.role_check import weights_remark
from ranking.works import Score
from sourcing.settings import RoleSettings
from sourcing.works import role_of


def remarks_on(name: str, settings: RoleSettings, found: Sequence[Candidate]) -> list[str]:
    """Sentences about a role whose candidates are shown."""
    role = role_of(name, settings)
    odd = weights_remark(role.weights)
    said = [] if odd is None else [f"[roles.{name}] {odd}"]
    if any(_ranked_otherwise(one, settings, name) for one in found):
        said.append(f"[roles.{name}] has changed since its candidates were ranked; run: sourcing rank")
    return said


def _ranked_otherwise(one: Candidate, settings: RoleSettings, name: str) -> bool:
    """Whether the weights and bars of today would give another score, or keep the candidate out."""
    role = role_of(name, settings)
    axes = {Axis(axis): Score(found.score, found.low, found.high) for axis, found in one.axes.items()}
    if any(axis in axes and axes[axis].high < bar for axis, bar in role.minimum.items()):
        return True
    if (Axis.FIT in axes) != bool(role.topics):
        return True
    score, _, _ = combine(axes, counted_weights(role))
    expected = min(100.0, max(0.0, score + one.lift))
    return one.score is not None and abs(one.score - expected) > 0.01
