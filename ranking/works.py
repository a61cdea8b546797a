"""What the ranking speaks of: candidates, their works, and the role they are ranked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from db.kinds import Axis
from ranking.pull import Pull

# Decisions by which a venue took a paper; whatever else it decided is no reason to speak of it.
ACCEPTED = {"oral": "an oral", "spotlight": "a spotlight", "poster": "a poster", "accept": "accepted"}


@dataclass(frozen=True, slots=True)
class Score:
    """A percentile with its interval, 0..100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something a candidate did: a paper as first author, or an implementation.

    ``scores`` holds what was measured; ``gone_since`` is when the repository's host was first found to have nothing
    there any more; ``share`` is the candidate's share of the repository's commits (0..1);
    ``words`` are those of its title and abstract that any role's topics use (see :mod:`ranking.topics`), and
    ``title_words`` those of the title among them; ``areas`` are the categories it is listed in, the primary one
    first; ``pull`` is what the recruiter's likes say of a first author's paper.
    """

    title: str
    url: str
    scores: Mapping[Axis, Score]
    paper_row: int | None = None
    repository_row: int | None = None
    repository: str | None = None
    gone_since: datetime | None = None
    own_repository: bool = True
    share: float | None = None
    words: frozenset[str] = frozenset()
    title_words: frozenset[str] = frozenset()
    published: datetime | None = None
    venue: str | None = None
    decision: str | None = None
    awards: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    pull: Pull | None = None

    @property
    def standing(self) -> str | None:
        """How a venue took the paper, such as "an oral at ICLR 2026"; ``None`` where none did or none is known."""
        if self.decision is None or self.venue is None:
            return self.venue if self.decision is None else None
        taken = ACCEPTED.get(self.decision)
        return f"{taken} at {self.venue}" if taken else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person and all their works."""

    person_row: int
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a position needs. Weights are relative; a minimum bar is a percentile.

    ``rarity`` says how much a word of a topic tells (see :func:`ranking.topics.rarities`); words that are not in it
    tell as much as the rarest of their topic.
    """

    name: str
    topics: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    weights: Mapping[Axis, float] = field(default_factory=dict)
    minimum: Mapping[Axis, float] = field(default_factory=dict)
    rarity: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate's place for a role. ``excluded`` says what keeps them out, ``unknown_bars`` which were not seen.

    ``lift`` is how many points of ``score`` come from the recruiter's likes (negative: dislikes).
    """

    person_row: int
    score: float
    low: float
    high: float
    axes: Mapping[Axis, Score]
    why: str
    lift: float = 0.0
    excluded: str | None = None
    unknown_bars: tuple[Axis, ...] = ()
    best: Work | None = None
    code: Work | None = None
