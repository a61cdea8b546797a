"""What identity reads: mentions of authors, profiles that own identifiers, and decisions made by hand."""

from __future__ import annotations

from dataclasses import dataclass

# Identifiers of which one person has one, or whose owner alone can name the others: sharing one is proof.
# GitHub logins, home pages and machine-made author ids are left out: labs share them, and machines guess.
PROOF = frozenset({"orcid", "openreview", "email", "arxiv_author", "scholar"})
# Of these a person has exactly one, so two different ones are two people.
UNIQUE = frozenset({"orcid"})


# Nobody changes a mention, but a night makes a hundred thousand, and each field of a frozen one is set by a call.
@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Mention:
    """A name printed on a paper, with what that paper says about its bearer.

    ``mention_id`` is unique; ``paper_id`` + ``position`` (from 1) say where it stands. ``given`` and ``family`` are the
    source's own parts. ``variants`` are other printings of the name in the same place. ``fields`` are venue series or
    subject classes. ``links`` are identifiers as ``kind:value``, such as ``orcid:0000-0001-5000-0007``.
    """

    mention_id: str
    paper_id: str
    title: str
    name: str
    position: int = 0
    n_authors: int = 0
    coauthors: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    year: int | None = None
    affiliations: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    given: str | None = None
    family: str | None = None
    variants: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A page that one person keeps about themself: the identifiers on it belong together."""

    profile_id: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """Decisions made by hand, by mention: each group of ``merged`` is one person; no pair of ``split`` is."""

    merged: tuple[tuple[str, ...], ...] = ()
    split: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One reason for or against two mentions being one person; ``points`` add up, in natural-log odds."""

    kind: str
    text: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Two persons who may be one. ``one`` and ``other`` are a mention of each; ``probability`` is 0..1."""

    one: str
    other: str
    probability: float
    points: tuple[Point, ...]
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Who is who: mentions of one person share a number in ``persons``; ``doubts`` lists who may be the same."""

    persons: dict[str, int]
    doubts: tuple[Doubt, ...] = ()
