"""Which author of a paper is which, when its author list is printed anew: another order, a fuller name, one more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import parse_printed


class Printed(NamedTuple):
    """A name in a place of an author list, with its key."""

    name: str
    key: str


def places_now(before: Mapping[int, Printed], after: Mapping[int, Printed]) -> dict[int, tuple[int, bool]]:
    """For each place that still has its author: the place now, and whether the names agree.

    An author is found by the name, then by a related name (in the same place first, elsewhere where one alone is
    related), then by the place, where the given name is the same or only the script changed, or by the family name and
    one letter. Who is found in no such way is off the paper. No two are given one place.

    >>> before = {1: Printed("Ann Jones", "ann jones"), 2: Printed("Cy Dunn", "cy dunn")}
    >>> places_now(before, {1: Printed("Cy Dunn", "cy dunn"), 2: Printed("A. Jones", "a jones")})
    {2: (1, True), 1: (2, True)}
    """
    found: dict[int, tuple[int, bool]] = {}
    left, free = dict(before), dict(after)

    def take(place: int, now: int, *, related: bool) -> None:
        found[place] = now, related
        del left[place], free[now]

    for place, one in before.items():
        if place in free and free[place].key == one.key:
            take(place, place, related=True)
    for place, now in _only_pairs(left, free, _same_key):
        take(place, now, related=True)
    for place in sorted(left.keys() & free.keys()):
        if _related(left[place], free[place]):
            take(place, place, related=True)
    for place, now in _only_pairs(left, free, _related):
        take(place, now, related=True)
    for place in sorted(left.keys() & free.keys()):
        if _same_given(left[place], free[place]):
            take(place, place, related=False)
    for place, now in _only_pairs(left, free, _same_family_and_letter):
        take(place, now, related=False)
    # Of a list that is as long as before and otherwise stands as it stood, one name is written in other letters now.
    if before.keys() == after.keys() and len(left) == 1 < len(before) and left.keys() == free.keys():
        (place,) = left
        if parse_printed(left[place].name).native != parse_printed(free[place].name).native:
            take(place, place, related=False)
    return found


def _only_pairs(
    left: Mapping[int, Printed],
    free: Mapping[int, Printed],
    related: Callable[[Printed, Printed], bool],
) -> list[tuple[int, int]]:
    """Pairs of which neither side is related to anybody else, among names that share a word: of a thousand authors
    not everybody is compared with everybody."""
    bearing: dict[str, set[int]] = defaultdict(set)
    for now, other in free.items():
        for word in other.key.split():
            bearing[word].add(now)
    pairs = [
        (place, now)
        for place, one in left.items()
        for now in sorted(set().union(*(bearing.get(word, ()) for word in one.key.split() if len(word) > 1)))
        if related(one, free[now])
    ]
    lefts, frees = Counter(place for place, _ in pairs), Counter(now for _, now in pairs)
    return [(place, now) for place, now in pairs if lefts[place] == 1 == frees[now]]


def _same_key(one: Printed, other: Printed) -> bool:
    return one.key == other.key


def _related(one: Printed, other: Printed) -> bool:
    return relate_names(parse_printed(one.name), parse_printed(other.name)) is not NameRelation.DIFFERENT


def _same_family_and_letter(one: Printed, other: Printed) -> bool:
    """Cy Dunn and Cyrus Dunn: too unlike for a name that could be anywhere, not for one paper."""
    first, second = parse_printed(one.name), parse_printed(other.name)
    families = first.family_parts[-1:], second.family_parts[-1:]
    return (
        families[0] == families[1]
        and first.given_parts[:1] != () != second.given_parts[:1]
        and (first.given_parts[0][0] == second.given_parts[0][0])
    )


def _same_given(one: Printed, other: Printed) -> bool:
    """Whether both bear one given name that is more than initials: a family name changes when people marry."""
    words = [
        {word for word in parse_printed(each.name).given_parts if len(word) > 1} for each in (one, other)
    ]
    return not words[0].isdisjoint(words[1])
