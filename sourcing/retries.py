"""How many pages of strangers a night asks for, and when again for one that did not come."""

from __future__ import annotations

from datetime import datetime, timedelta

MOST_PER_NIGHT = 500
# After how long it is asked again for what did not come; then it is given up until the record that names it changes.
PAUSES = (timedelta(days=1), timedelta(days=2), timedelta(days=4))
# Where so many were asked for and none came, whoever was asked or this machine's network is away; nothing is given up
# for such a night.
NO_ACCIDENT = 5


def next_try(now: datetime, tries: int) -> datetime | None:
    """When to ask again after so many times in vain; ``None``: no more."""
    return now + PAUSES[tries - 1] if 0 < tries <= len(PAUSES) else None
