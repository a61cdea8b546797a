"""The language that all floors speak.

Every record is frozen: a parser makes it, a pipeline carries it (a :class:`Page` is the Scrapy item), the
store keeps it, a scorer reads it. Dates are aware UTC datetimes, scores lie in 0..100, probabilities in
0..1. Unknown is ``None`` or an empty tuple, never 0 and never an empty string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from db.kinds import LANGUAGE_NOT_READ as LANGUAGE_NOT_READ
from db.kinds import AssessmentStatus as AssessmentStatus
from db.kinds import Axis as Axis
from db.kinds import IdentifierKind as IdentifierKind
from db.kinds import ImplementationKind as ImplementationKind
from db.kinds import RepositoryStatus as RepositoryStatus
from db.kinds import SubjectKind as SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier of a person, in its normal form (see :mod:`db.keys`)."""

    kind: IdentifierKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A name as one source prints it on one paper. ``position`` counts from 1."""

    name: str
    position: int
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    joint_first: bool = False
    affiliations: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reviewer's scores on the venue's own scale, never the reviewer's name or text."""

    rating: float | None = None
    rating_scale: tuple[float, float] | None = None
    novelty: float | None = None
    novelty_scale: tuple[float, float] | None = None
    execution: float | None = None
    execution_scale: tuple[float, float] | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord:
    """One paper as one source carries it.

    ``source`` + ``source_key`` identify the record (``arxiv`` + ``2406.01234``; ``pmlr`` +
    ``v202/smith23a``); ``url`` is the page a person can open. ``code_urls`` and ``page_urls`` are links that
    the source keeps in a field of their own; links inside ``abstract`` and ``comment`` are found later.
    ``decision`` is one of ``oral``, ``spotlight``, ``poster``, ``accept``, ``reject``, ``withdrawn`` or
    ``None`` (unknown).
    """

    source: str
    source_key: str
    url: str
    title: str
    authors: tuple[Author, ...] = ()
    abstract: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    version: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    openreview_id: str | None = None
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    comment: str | None = None
    journal_ref: str | None = None
    licence: str | None = None
    venue: str | None = None
    venue_year: int | None = None
    decision: str | None = None
    awards: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    code_urls: tuple[str, ...] = ()
    page_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedRecord:
    """A source says that one of its records is withdrawn (OAI-PMH ``status="deleted"``)."""

    source: str
    source_key: str
    url: str
    deleted: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryRecord:
    """A code repository as its host describes it; ``key`` is ``github.com/owner/name`` in lower case.

    ``redirected_from`` holds earlier keys that now lead here. ``owner_is_person`` is ``None`` where the host
    does not say. ``gone_since``: when its host was first found to have nothing there (any more), which no host
    says itself; ``was_read``: whether its code was ever read. Stars are kept for orientation and never scored. Of the
    newest hundred issues, ``issues_outside`` were opened by people who neither own the repository nor work on it, the
    oldest of them at ``issues_since``; ``issues_answered`` of those were closed or commented on.
    """

    source: str
    key: str
    url: str
    status: RepositoryStatus = RepositoryStatus.LIVE
    status_reason: str | None = None
    gone_since: datetime | None = None
    was_read: bool = False
    owner: str | None = None
    owner_is_person: bool | None = None
    name: str | None = None
    description: str | None = None
    homepage: str | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None
    licence: str | None = None
    default_branch: str | None = None
    is_fork: bool | None = None
    parent_key: str | None = None
    archived: bool | None = None
    size_kb: int | None = None
    stars: int | None = None
    forks: int | None = None
    open_issues: int | None = None
    has_issues: bool | None = None
    issues_outside: int | None = None
    issues_answered: int | None = None
    issues_since: datetime | None = None
    issues_etag: str | None = None
    created: datetime | None = None
    pushed: datetime | None = None
    redirected_from: tuple[str, ...] = ()
    readme: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person as one profile page, identifier registry or imported file describes them.

    ``email`` is set only where its owner published it as a contact, with ``email_url`` naming the page.
    ``affiliations`` are current first. ``country`` is an ISO 3166 alpha-2 code.
    """

    source: str
    source_key: str
    url: str
    name: str
    given: str | None = None
    family: str | None = None
    other_names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    affiliations: tuple[str, ...] = ()
    country: str | None = None
    homepage: str | None = None
    email: str | None = None
    email_url: str | None = None
    headline: str | None = None
    keywords: tuple[str, ...] = ()
    work_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """Something a person did that is no paper and no repository: a Kaggle rank, a survey post.

    ``kind`` is one of ``kaggle``, ``post``, ``award``, ``release``. ``rung`` names the step of the ladder it
    is evidence for: ``interest``, ``software``, ``breadth``, ``finished``, ``creativity``.
    """

    source: str
    source_key: str
    url: str
    kind: str
    rung: str
    title: str
    person_name: str
    identifiers: tuple[Identifier, ...] = ()
    summary: str | None = None
    place: int | None = None
    entrants: int | None = None
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationLink:
    """A statement that a repository implements a paper. ``probability`` lies in 0..1."""

    paper_id: str
    repository_key: str
    kind: ImplementationKind
    probability: float
    evidence: tuple[Evidence, ...]
    subdirectory: str | None = None
    code_promised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing a person can check.

    ``text`` is a sentence fragment a person would write. ``url`` opens it; ``location`` is ``path:line``
    inside a repository at the assessed commit; ``weight`` is how far it moved the score, in points.
    """

    text: str
    kind: str = ""
    url: str | None = None
    location: str | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component of a score. ``score`` is 0..100 or ``None`` where it could not be measured."""

    name: str
    score: float | None
    weight: float | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One score of one subject on one axis.

    ``score``, ``low`` and ``high`` are 0..100, all ``None`` when ``status`` is insufficient evidence; then
    ``reason`` says why. ``scorer`` + ``scorer_version`` + ``input_hash`` make a stale score known as stale.
    ``validated_on`` says in one sentence what the score was checked against and how well it did.
    ``name_difference`` is by how many points score, interval or a part moved at most when the same was read under
    other names, changed at ``name_places`` places; ``None``: that was not tried.
    """

    subject_kind: SubjectKind
    subject_id: str
    axis: Axis
    scorer: str
    scorer_version: str
    status: AssessmentStatus = AssessmentStatus.SCORED
    score: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    parts: tuple[Part, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    input_hash: str | None = None
    validated_on: str | None = None
    name_difference: float | None = None
    name_places: int | None = None


Record = PaperRecord | DeletedRecord | RepositoryRecord | PersonRecord | Achievement


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a source has been read: ``scope`` is a category, set or venue; ``value`` is its own."""

    source: str
    scope: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a pure parser made of one answer.

    ``warnings`` counts what was not understood, by a short stable name such as ``unknown field: foo``.
    ``next_token`` is the source's own way to its next page; ``total`` is the count it claims, if any.
    """

    records: tuple[Record, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    next_token: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched answer on its way into the store: all of it is committed in one transaction, or nothing.

    This is the Scrapy item. ``terms`` names the terms under which the source's data may be used.
    ``confirmed`` are keys of repositories whose host said that nothing has changed since (HTTP 304).
    """

    source: str
    url: str
    fetched_at: datetime
    terms: str
    records: tuple[Record, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    cursor: Cursor | None = None
    confirmed: tuple[str, ...] = ()


class ParseError(ValueError):
    """An answer that cannot be used at all: a required field is missing, or it is not the format.

    The message always names the URL.
    """

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.url = url
        self.problem = problem
