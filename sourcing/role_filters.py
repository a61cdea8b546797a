"""The filters that a role carries in the settings, as the shortlist asks them."""

from __future__ import annotations

from typing import Any

from db.queries.shortlist import ShortlistFilter, Unseen
from sourcing.settings import RoleSettings

# The keys of [roles.NAME] filters are the names of the shortlist's own filters.
FILTER_NAMES = ("sector", "max_years", "countries", "area", "min_originality", "min_code")


def filter_of(name: str, role: RoleSettings, **asked: Any) -> ShortlistFilter:
    """What the settings ask for a role, where ``asked`` (the command line) says nothing else.

    A role's own filters keep people of whom the value is unknown; ones that are asked for by hand leave them out unless
    ``unknown`` says otherwise.
    """
    top = asked.pop("top", 20)
    given = {key: value for key, value in asked.items() if value is not None}
    own = {key: role.filters[key] for key in FILTER_NAMES if key in role.filters and key not in given}
    by_hand = any(key in given for key in FILTER_NAMES)
    unknown = given.pop("unknown", Unseen.DROP if by_hand else Unseen.KEEP)
    return ShortlistFilter(role=name, unknown=unknown, top=top, **own, **given)
