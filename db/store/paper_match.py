"""Which records are one work. Pure: a set of records goes in, its cut into papers comes out, whatever their order.

Two records are linked by an arXiv id, a DOI, an OpenReview id, by title with authors, or — where the title changed
between preprint and proceedings — by authors with a similar abstract or title. Some pairs can never be one work:
different arXiv ids, different OpenReview ids, two entries of one source; what a person has said stands above all.
Links are followed from the strongest to the weakest, and a link that would bring such a pair together is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import combinations
from typing import Protocol

from rapidfuzz import fuzz

from db.keys.names import name_key
from db.keys.papers import normalise_doi, title_key
from db.records import PaperRecord

Key = tuple[str, str]
Pair = frozenset[Key]

# Below this many characters a title key ("introduction", "0") is shared by unrelated works too often to match
# on, whoever the authors are.
MIN_TITLE_KEY = 12

# How alike two texts must be; see docs/decisions/2026-11-23-one-paper-many-records.md for what they were read off.
SAME_ABSTRACT = 0.5
LIKE_ABSTRACT = 0.2
MIN_SHINGLES = 30
SAME_TITLE_WORDS = 90.0
SAME_TITLE_LETTERS = 75.0
SHARED_AUTHORS = 0.75
MAX_YEARS_APART = 3
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SYSTEM = re.compile(r"^\s*([A-Za-z][\w-]{3,20})\s*:")
# Words that stand before a colon without being the name of anything.
_NO_SYSTEM = frozenset(
    ["position", "towards", "toward", "beyond", "survey", "revisiting", "rethinking", "benchmarking"]
)


class Strength(IntEnum):
    """How two records are linked; the smaller the surer."""

    SAID = 0
    ARXIV = 1
    OPENREVIEW = 2
    DOI = 3
    TITLE = 4
    TEXT = 5
    BEFORE = 6


@dataclass(frozen=True, slots=True)
class Link:
    """Why two records are one work. ``likeness`` (0..1) orders links of one strength."""

    strength: Strength
    likeness: float
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with what it is compared by."""

    record: PaperRecord
    doi: str | None
    title: str
    names: frozenset[str]
    first: str | None

    @property
    def key(self) -> Key:
        """Source and the source's own key."""
        return self.record.source, self.record.source_key

    @property
    def keys(self) -> tuple[Key]:
        """Its key, as one of a work's."""
        return (self.key,)

    @property
    def arxiv_id(self) -> str | None:
        """The record's own."""
        return self.record.arxiv_id

    @property
    def openreview_id(self) -> str | None:
        """The record's own."""
        return self.record.openreview_id


class Part(Protocol):
    """A record, or what the records of one work come to: by what it can be told from another work."""

    @property
    def arxiv_id(self) -> str | None:
        """The arXiv id, without version."""

    @property
    def openreview_id(self) -> str | None:
        """The OpenReview id."""

    @property
    def keys(self) -> Collection[Key]:
        """Source and the source's own key, of each record."""


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one work, and for each but the first why it belongs."""

    entries: tuple[Entry, ...]
    why: Mapping[Key, str]


def public_id_of(record: PaperRecord) -> str:
    """The id a paper is given when it is first seen: its arXiv id, else its first source's own id."""
    if record.arxiv_id is not None:
        return f"arXiv:{record.arxiv_id}"
    return f"{record.source}:{record.source_key}"


def entry_of(record: PaperRecord) -> Entry:
    """A record made ready to be compared."""
    keys = [name_key(one.name) for one in sorted(record.authors, key=lambda one: one.position)]
    return Entry(
        record=record,
        doi=normalise_doi(record.doi) if record.doi else None,
        title=title_key(record.title),
        names=frozenset(key for key in keys if key),
        first=next((key for key in keys if key), None),
    )


def handles_of(entry: Entry) -> dict[str, str | None]:
    """The columns of the ``record`` table by which a paper's record is found again."""
    return {"title_key": entry.title or None, "first_author_key": entry.first, "doi": entry.doi}


def contradict(one: Part, other: Part) -> bool:
    """Whether two cannot be one work: their arXiv or OpenReview ids differ, or one source carries them as two entries.

    An equal arXiv id is stronger than every doubt.
    """
    if one.arxiv_id and other.arxiv_id:
        return one.arxiv_id != other.arxiv_id
    if one.openreview_id and other.openreview_id and one.openreview_id != other.openreview_id:
        return True
    return any(
        source == another and key != another_key
        for source, key in one.keys
        for another, another_key in other.keys
    )


def link(one: Entry, other: Entry) -> Link | None:
    """Why two records are one work, or ``None``."""
    mine, theirs = one.record, other.record
    if mine.arxiv_id and mine.arxiv_id == theirs.arxiv_id:
        return Link(Strength.ARXIV, 1.0, f"both carry arXiv:{mine.arxiv_id}")
    if _other_arxiv(one, other):
        return None
    if mine.openreview_id and mine.openreview_id == theirs.openreview_id:
        return Link(Strength.OPENREVIEW, 1.0, f"both carry OpenReview's {mine.openreview_id}")
    if contradict(one, other):
        return None
    if one.doi and one.doi == other.doi:
        return Link(Strength.DOI, 1.0, f"both carry the DOI {one.doi}")
    shared = len(one.names & other.names)
    fewer, more = sorted((len(one.names), len(other.names)))
    if one.title == other.title and len(one.title) >= MIN_TITLE_KEY and shared and 2 * shared >= fewer:
        return Link(Strength.TITLE, shared / more, f"the same title and {shared} of {more} authors")
    return _link_by_text(one, other, shared, more)


def _link_by_text(one: Entry, other: Entry, shared: int, more: int) -> Link | None:
    """A changed title: nearly the same authors, led by the same one, and the same abstract or nearly the same title."""
    if not shared or one.first != other.first or shared < SHARED_AUTHORS * more:
        return None
    if _NUMBER.findall(one.record.title) != _NUMBER.findall(other.record.title) or _years_apart(one, other):
        return None  # "… task 2019" and "… task 2020" are two works, however alike
    authors = f"{shared} of {more} authors"
    mine, theirs = _shingles(one.record.abstract), _shingles(other.record.abstract)
    alike: float | None = None
    if min(len(mine), len(theirs)) >= MIN_SHINGLES:
        alike = len(mine & theirs) / min(len(mine), len(theirs))
        if alike >= SAME_ABSTRACT:
            why = f"another title, but {authors} and {alike:.0%} of the abstract's word triples"
            return Link(Strength.TEXT, alike, why)
        if alike < LIKE_ABSTRACT:
            return None
    if more < 2 or shared < more:
        return None
    first, second = one.record.title.casefold(), other.record.title.casefold()
    words, letters = fuzz.token_set_ratio(first, second), fuzz.ratio(first, second)
    if words >= SAME_TITLE_WORDS and letters >= SAME_TITLE_LETTERS:
        return Link(Strength.TEXT, letters / 200, f"nearly the same title ({letters:.0f} %) and {authors}")
    name = _system(one.record.title)
    if name is not None and name == _system(other.record.title):
        return Link(Strength.TEXT, letters / 200, f"the same name before the colon and {authors}")
    return None


def _years_apart(one: Entry, other: Entry) -> bool:
    years = [
        found.published.year if found.published else found.venue_year for found in (one.record, other.record)
    ]
    return years[0] is not None and years[1] is not None and abs(years[0] - years[1]) > MAX_YEARS_APART


@lru_cache(maxsize=4096)
def _shingles(text: str | None) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall((text or "")[:10_000].casefold())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _system(title: str) -> str | None:
    found = _SYSTEM.match(title)
    name = found[1].casefold() if found else None
    return None if name is None or name in _NO_SYSTEM else name


def partition(
    entries: Iterable[Entry],
    *,
    same: Collection[Pair] = (),
    different: Collection[Pair] = (),
    before: Collection[Pair] = (),
) -> list[Group]:
    """Cut records into works; the result does not depend on their order.

    ``same`` and ``different`` are pairs that a person has decided on. ``before`` are pairs that were one work before
    one of them changed: they stay so as long as nothing speaks against it.
    """
    by_key = {one.key: one for one in entries}
    links: list[tuple[Strength, float, tuple[Key, Key], str]] = []
    for mine, theirs in combinations(sorted(by_key), 2):
        pair = frozenset((mine, theirs))
        found = link(by_key[mine], by_key[theirs])
        if pair in same:
            found = Link(Strength.SAID, 1.0, "somebody said that they are one")
        elif found is None and pair in before:
            found = Link(Strength.BEFORE, 0.0, "was one work before its text changed")
        if found is not None and pair not in different:
            links.append((found.strength, -found.likeness, (mine, theirs), found.why))
    cluster = {key: {key} for key in by_key}
    why: dict[Key, str] = {}
    for strength, _, (mine, theirs), reason in sorted(links):
        left, right = cluster[mine], cluster[theirs]
        if left is right or _barred(left, right, by_key, same, different, strength):
            continue
        # The reason goes with the record that comes later in the fixed order, so that it reads the same each time.
        why.setdefault(theirs if theirs not in why else mine, reason)
        left |= right
        for key in right:
            cluster[key] = left
    groups = {min(keys): keys for keys in cluster.values()}
    return [
        Group(
            tuple(by_key[key] for key in sorted(keys)),
            {key: why[key] for key in sorted(keys) if key in why},
        )
        for _, keys in sorted(groups.items())
    ]


def _barred(
    left: Collection[Key],
    right: Collection[Key],
    by_key: Mapping[Key, Entry],
    same: Collection[Pair],
    different: Collection[Pair],
    strength: Strength,
) -> bool:
    """Whether two clusters hold a pair that cannot be one work. What a person said outweighs every doubt."""
    for mine in left:
        for theirs in right:
            pair = frozenset((mine, theirs))
            if pair in different:
                return True
            if strength == Strength.SAID or pair in same:
                continue
            # One work may have stood at a workshop and a conference, under two OpenReview ids and one arXiv id.
            doubt = contradict if strength > Strength.OPENREVIEW else _other_arxiv
            if doubt(by_key[mine], by_key[theirs]):
                return True
    return False


def _other_arxiv(one: Entry, other: Entry) -> bool:
    mine, theirs = one.record.arxiv_id, other.record.arxiv_id
    return mine is not None and theirs is not None and mine != theirs
