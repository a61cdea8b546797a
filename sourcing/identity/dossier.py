"""What is known about one supposed person: the union of what their mentions say, as sets that compare fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from sourcing.identity.mention import UNIQUE

Ids = frozenset[int]
NOTHING: Ids = frozenset()
NO_LINKS: frozenset[str] = frozenset()


@dataclass(slots=True)
class Dossier:
    """A supposed person. ``key`` is their first mention in the fixed order, ``members`` all of them.

    ``aliases`` says that names which do not resemble each other are known to be theirs: an identifier proved it, or a
    place on a paper is printed with both. Two dossiers that
    are not ``fresh`` were compared on an earlier night.
    """

    key: int
    members: tuple[int, ...]
    forms: tuple[int, ...]
    papers: Ids
    coauthors: Ids
    words: Ids
    units: Ids
    domains: Ids
    unit_words: Ids
    fields: Ids
    first_year: int
    last_year: int
    links: frozenset[str] = field(default=frozenset())
    aliases: bool = False
    fresh: bool = True


class Seen(NamedTuple):
    """What one mention says, as numbers. ``coauthors`` are all people on the paper, ``me`` is who of them it is."""

    forms: tuple[int, ...]
    papers: Ids
    words: Ids
    coauthors: Ids
    me: int
    units: Ids
    unit_words: Ids
    domains: Ids
    fields: Ids
    year: int


def gathered(numbers: Sequence[int], seen: Sequence[Seen], *, fresh: bool) -> Dossier:
    """The dossier of mentions without links that are known to be one person's, as :func:`unite_all` gives it; a
    dossier for each of them would cost more than all comparing. ``numbers`` go up."""
    forms, papers, words, coauthors, me, units, unit_words, domains, fields, years = zip(*seen, strict=True)
    own = set(me)
    if len(own) == 1:
        others = NOTHING.union(*set(coauthors)) - own
    else:  # a name that is somebody else's on another paper stays
        others = NOTHING.union(*[each - {one} for each, one in zip(coauthors, me, strict=True)])
    known = [year for year in years if year]
    return Dossier(
        key=numbers[0],
        members=tuple(numbers),
        forms=tuple(sorted(set().union(*set(forms)))),
        papers=NOTHING.union(*papers),
        coauthors=others,
        words=NOTHING.union(*words),
        units=NOTHING.union(*set(units)),
        domains=NOTHING.union(*set(domains)),
        unit_words=NOTHING.union(*set(unit_words)),
        fields=NOTHING.union(*set(fields)),
        first_year=min(known, default=0),
        last_year=max(known, default=0),
        fresh=fresh,
    )


def united(one: Dossier, other: Dossier) -> Dossier:
    """The dossier of both as one person."""
    low, high = (one, other) if one.key < other.key else (other, one)
    if not one.first_year or not other.first_year:
        first, last = one.first_year or other.first_year, one.last_year or other.last_year
    else:
        first, last = min(one.first_year, other.first_year), max(one.last_year, other.last_year)
    return Dossier(
        key=low.key,
        members=low.members + high.members,
        forms=one.forms if one.forms == other.forms else tuple(sorted({*one.forms, *other.forms})),
        papers=one.papers | other.papers,
        coauthors=_both(one.coauthors, other.coauthors),
        words=_both(one.words, other.words),
        units=_both(one.units, other.units),
        domains=_both(one.domains, other.domains),
        unit_words=_both(one.unit_words, other.unit_words),
        fields=one.fields if one.fields == other.fields else one.fields | other.fields,
        first_year=first,
        last_year=last,
        links=one.links | other.links if one.links or other.links else NO_LINKS,
        aliases=one.aliases or other.aliases,
        fresh=one.fresh or other.fresh,
    )


def _both(one: Ids, other: Ids) -> Ids:
    """The union, without a new set where one of them says nothing: organisations mostly do."""
    if not other:
        return one
    return one | other if one else other


def unite_all(parts: Iterable[Dossier]) -> Dossier:
    """The dossier of all ``parts`` (at least one) as one person."""
    whole: list[Dossier] = sorted(parts, key=lambda one: one.key)
    if len(whole) == 1:
        return whole[0]
    if len(whole) == 2:
        return united(*whole)
    first, last = 0, 0
    years = [one.first_year for one in whole if one.first_year]
    if years:
        first, last = min(years), max(one.last_year for one in whole)
    return Dossier(
        key=whole[0].key,
        members=tuple(chain.from_iterable([one.members for one in whole])),
        forms=tuple(sorted(set().union(*[one.forms for one in whole]))),
        papers=NOTHING.union(*[one.papers for one in whole]),
        coauthors=NOTHING.union(*[one.coauthors for one in whole]),
        words=NOTHING.union(*[one.words for one in whole]),
        units=NOTHING.union(*[one.units for one in whole if one.units]),
        domains=NOTHING.union(*[one.domains for one in whole if one.domains]),
        unit_words=NOTHING.union(*[one.unit_words for one in whole if one.unit_words]),
        fields=NOTHING.union(*{one.fields for one in whole}),
        first_year=first,
        last_year=last,
        links=NO_LINKS.union(*[one.links for one in whole if one.links]),
        aliases=any(one.aliases for one in whole),
        fresh=any(one.fresh for one in whole),
    )


def compatible_links(one: Dossier, other: Dossier) -> bool:
    """Whether no identifier that a person has one of (an ORCID) differs."""
    if not one.links or not other.links:
        return True
    for kind in UNIQUE:
        mine = {link for link in one.links if link.startswith(f"{kind}:")}
        theirs = {link for link in other.links if link.startswith(f"{kind}:")}
        if mine and theirs and mine != theirs:
            return False
    return True
