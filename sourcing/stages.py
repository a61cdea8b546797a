"""Where a candidate can stand with the recruiter."""

from __future__ import annotations

from difflib import get_close_matches

from db.queries.candidates import FIRST_STAGE

# In the usual order. ``unsubscribed`` is no stage: it makes a person suppressed.
STAGES = (
    FIRST_STAGE, "shortlisted", "contacted", "replied", "interviewing", "offer", "hired", "rejected", "declined",
)  # fmt: skip

# From these on, a further first message would be the second.
CONTACTED = frozenset({"contacted", "replied", "interviewing", "offer", "hired", "rejected", "declined"})


class UnknownStage(ValueError):  # noqa: N818 (what it is)
    """A word that is no stage; the message names the nearest."""


def checked_stage(word: str) -> str:
    """The stage that ``word`` names, whatever its case. Raises :class:`UnknownStage`."""
    stage = word.strip().casefold()
    if stage in STAGES:
        return stage
    near = get_close_matches(stage, STAGES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise UnknownStage(f"no stage {word!r}{hint} Stages are: {', '.join(STAGES)}")
