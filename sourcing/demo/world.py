"""What a sample world is made of. Everything in one is invented; nothing here knows a wire format.

A world says what *is*, and when it became visible; :mod:`sourcing.demo.sources` says how each host prints it.
The one that ``make demo`` shows is :func:`sourcing.demo.sample.sample_world`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who really stands behind the names of a world; tests compare what was resolved with ``key``.

    ``names`` are the forms under which the person publishes, the usual one first, each as
    ``Forenames|Surname``. ``survey`` is the title of a post that maps an area, in the feed of the homepage.
    ``suppressed`` marks the one who asked not to be listed; who is not ``established`` has no paper before the
    first night.
    """

    key: str
    names: tuple[str, ...]
    affiliation: str
    country: str | None = None
    orcid: str | None = None
    openreview: str | None = None
    github: str | None = None
    homepage: str | None = None
    email: str | None = None
    survey: str | None = None
    suppressed: bool = False
    established: bool = True
    note: str = ""

    @property
    def name(self) -> str:
        """The usual name as printed, such as ``Ingrid Solberg``."""
        return printed(self.names[0])


def printed(name: str) -> str:
    """``Forenames|Surname`` as it is printed on a paper."""
    return " ".join(part for part in name.split("|") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One name on one paper, as ``Forenames|Surname`` (``|Collaboration`` where there is no forename)."""

    name: str
    person: str | None = None
    affiliation: str | None = None
    joint_first: bool = False

    @property
    def forenames(self) -> str:
        """Given names, perhaps initials, perhaps empty."""
        return self.name.rpartition("|")[0]

    @property
    def surname(self) -> str:
        """Family name."""
        return self.name.rpartition("|")[2]

    @property
    def printed(self) -> str:
        """The name as printed."""
        return printed(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One arXiv version: ``announced`` is when it becomes visible, always after ``submitted``."""

    submitted: datetime
    announced: datetime
    size_kb: int = 812


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper on arXiv. ``background`` ones are older than the first night.

    ``withdrawn`` is when arXiv began to list the record as deleted. ``repository`` is the official one, as
    its host knows it now, for tests to compare with; ``huggingface`` papers have a page there.
    """

    arxiv_id: str
    title: str
    abstract: str
    authors: tuple[Author, ...]
    categories: tuple[str, ...]
    versions: tuple[Version, ...]
    comment: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    licence: str = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    background: bool = False
    withdrawn: datetime | None = None
    repository: str | None = None
    huggingface: bool = False

    @property
    def submitted(self) -> datetime:
        """When version 1 was submitted."""
        return self.versions[0].submitted

    def version_at(self, now: datetime) -> int:
        """Number of the newest version announced by ``now``; 0 where there is none yet."""
        return sum(version.announced <= now for version in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A paper at a venue: ``arxiv_id`` where it is on arXiv too, perhaps under another title.

    ``decision`` is in the venue's own words. A review is (rating, soundness, presentation, contribution,
    confidence). ``volume`` is PMLR's.
    """

    venue: str
    year: int
    number: int
    title: str
    abstract: str
    authors: tuple[Author, ...]
    decision: str
    arxiv_id: str | None = None
    openreview_id: str | None = None
    area: str | None = None
    keywords: tuple[str, ...] = ()
    award: str | None = None
    volume: int | None = None
    section: str | None = None
    software: str | None = None
    reviews: tuple[tuple[int, int, int, int, int], ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it appeared."""
        return self.decision.lower().startswith("accept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue or a pull request; ``by`` says who opened it in GitHub's words (``NONE``, ``OWNER`` …)."""

    opened: datetime
    by: str = "NONE"
    closed: datetime | None = None
    comments: int = 0
    pull_request: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository on a code host. ``history`` is a stream for ``git fast-import``, or empty.

    ``status`` is ``live``, ``missing`` (404) or ``blocked`` (451). ``former_names`` (``owner/name``) lead
    here by 301. What was committed after the world's clock is not served yet.
    """

    full_name: str
    host: str = "github.com"
    history: bytes = b""
    owner_is_person: bool = True
    description: str | None = None
    homepage: str | None = None
    topics: tuple[str, ...] = ()
    language: str | None = "Python"
    licence: str | None = None
    stars: int = 0
    forks: int = 0
    open_issues: int = 0
    has_issues: bool = True
    issues: tuple[Issue, ...] = ()
    created: datetime | None = None
    default_branch: str = "main"
    archived: bool = False
    fork_of: str | None = None
    status: str = "live"
    former_names: tuple[str, ...] = ()
    releases: tuple[tuple[str, str, datetime], ...] = ()

    @property
    def owner(self) -> str:
        """Login of the account that holds it."""
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        """Name within the account."""
        return self.full_name.partition("/")[2]


class PaperAt(NamedTuple):
    """A paper as arXiv shows it at some time: ``version`` counts from 1, dates are submission dates."""

    paper: Paper
    version: int
    published: datetime
    updated: datetime
    datestamp: datetime


@dataclass(frozen=True)
class World:
    """A whole world. ``nights`` are the times at which the nightly job runs, in order."""

    papers: tuple[Paper, ...] = ()
    publications: tuple[Publication, ...] = ()
    people: tuple[Person, ...] = ()
    repositories: tuple[Repository, ...] = ()
    nights: tuple[datetime, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def paper_by_id(self) -> Mapping[str, Paper]:
        """Papers by arXiv id without version."""
        return {paper.arxiv_id: paper for paper in self.papers}

    @cached_property
    def person_by_key(self) -> Mapping[str, Person]:
        """People by their key in this world."""
        return {person.key: person for person in self.people}

    @cached_property
    def repository_by_name(self) -> Mapping[str, Repository]:
        """Repositories by lower-case ``owner/name``, former names included."""
        found = {name.lower(): repo for repo in self.repositories for name in repo.former_names}
        return found | {repo.full_name.lower(): repo for repo in self.repositories}

    def published(self, venue: str, year: int | None = None) -> list[Publication]:
        """What was submitted to ``venue`` (in ``year``), in order of number."""
        return [p for p in self.publications if p.venue == venue and year in (None, p.year)]

    def papers_at(self, now: datetime) -> list[PaperAt]:
        """Papers announced by ``now``, in order of submission."""
        found = []
        for paper in self._by_submission:
            if version := paper.version_at(now):
                current = paper.versions[version - 1]
                stamp = current.announced
                if paper.withdrawn and paper.withdrawn <= now:
                    stamp = paper.withdrawn
                found.append(PaperAt(paper, version, paper.submitted, current.submitted, stamp))
        return found

    def new_papers(self, night: int) -> list[Paper]:
        """Papers whose first version was announced between the night before and ``night`` (from 1)."""
        end = self.nights[night - 1]
        start = self.nights[night - 2] if night > 1 else end - timedelta(days=1)
        return [
            paper
            for paper in self._by_submission
            if start < paper.versions[0].announced <= end and not paper.background
        ]

    @cached_property
    def _by_submission(self) -> Sequence[Paper]:
        return sorted(self.papers, key=lambda paper: (paper.submitted, paper.arxiv_id))


# arXiv closes its submission day at 14:00 US Eastern time and announces Sunday to Thursday at 20:00
# (https://info.arxiv.org/help/availability.html): in winter 19:00 and 01:00 UTC.
_DEADLINE_HOUR = 19
_ANNOUNCEMENT_HOUR = 1


def announcement(submitted: datetime) -> datetime:
    """When arXiv announces what was submitted at ``submitted`` (UTC, winter time, no holidays)."""
    day = submitted.replace(hour=0, minute=0, second=0, microsecond=0)
    if submitted.hour >= _DEADLINE_HOUR:
        day += timedelta(days=1)
    while day.weekday() >= 5:  # nothing closes on Saturday and Sunday
        day += timedelta(days=1)
    out = day + timedelta(days=1, hours=_ANNOUNCEMENT_HOUR)
    if out.weekday() == 5:  # Friday's papers wait for Sunday evening
        out += timedelta(days=2)
    return out


def versions(*submitted: datetime) -> tuple[Version, ...]:
    """Versions submitted at these times, each announced when arXiv would have done so."""
    return tuple(Version(submitted=at, announced=announcement(at)) for at in submitted)
