"""What runs and the database count, in words: one of it, and more."""

from __future__ import annotations

_DOUBT = ("pair who may be one person", "pairs who may be one person")
# Those of which an s at the end does not make more.
_NAMES = {
    "answers_forgotten": ("answer forgotten", "answers forgotten"),
    "decisions_without_effect": ("decision without effect", "decisions without effect"),
    "maybe_same": _DOUBT,
    "maybe_the_same": _DOUBT,
    "mention": ("mention", "mentions"),
    "merged_people": ("merged person", "merged people"),
    "new_people": ("new person", "new people"),
    "people": ("person", "people"),
    "people_described": ("person described", "people described"),
    "people_gone": ("person gone", "people gone"),
    "places_changed": ("place changed", "places changed"),
    "repositories": ("repository", "repositories"),
    "suppressed_keys": ("key of people to leave alone", "keys of people to leave alone"),
}


def in_words(name: str, count: int) -> str:
    """A count with what it counts.

    >>> in_words("people_described", 1), in_words("new_notices", 1), in_words("papers", 1200)
    ('1 person described', '1 new notice', '1,200 papers')
    """
    many = name.replace("_", " ")
    return f"{count:,} {_NAMES.get(name, (many.removesuffix('s'), many))[count != 1]}"
