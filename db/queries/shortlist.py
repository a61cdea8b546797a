"""Candidates ranked for a role, with everything that a list, a CSV or a card shows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from db.records import Axis, IdentifierKind
from db.schema import (
    Authorship,
    DigestEntry,
    ExportedPerson,
    MaybeSame,
    NoticeRow,
    Paper,
    Person,
    PersonIdentifier,
    Ranking,
    Repository,
    StageEvent,
    TagEvent,
)
from db.store.upsert import batches

FIRST_STAGE = "new"


@dataclass(frozen=True, slots=True)
class AxisScore:
    """A score on one axis with its interval, 0..100."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row of a shortlist. Unknown is ``None``."""

    row_id: int
    candidate_id: str
    full_name: str
    given: str | None
    family: str | None
    role: str
    rank: int | None
    score: float | None
    low: float | None
    high: float | None
    axes: Mapping[str, AxisScore]
    why: str
    unknown_bars: tuple[str, ...]
    first_author_papers: int
    best_paper_id: str | None
    best_paper_title: str | None
    best_paper_url: str | None
    best_paper_date: datetime | None
    venue: str | None
    decision: str | None
    area: str | None
    repository_url: str | None
    affiliation: str | None
    sector: str | None
    country: str | None
    years_active: int | None
    homepage: str | None
    email: str | None
    email_url: str | None
    identifiers: Mapping[str, str]
    stage: str
    tags: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    notice_due: datetime | None

    def axis(self, axis: Axis) -> float | None:
        """The score on one axis, or ``None`` without evidence."""
        found = self.axes.get(str(axis))
        return found.score if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistFilter:
    """What to show. ``None`` asks for nothing; the word ``unknown`` in ``sector`` asks for those not known."""

    role: str
    new: bool = False
    since: datetime | None = None
    area: str | None = None
    min_code: float | None = None
    min_originality: float | None = None
    sector: str | None = None
    max_years: int | None = None
    countries: Sequence[str] = ()
    stage: str | None = None
    top: int | None = 20
    person_ids: Sequence[int] | None = None
    excluded: bool = False


@dataclass(slots=True)
class LeftOut:
    """How many people stayed out of an export, by reason."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str) -> None:
        """Count one more."""
        self.counts[reason] = self.counts.get(reason, 0) + 1


def shortlist(session: Session, wanted: ShortlistFilter, *, now: datetime) -> list[Candidate]:
    """The candidates of a role, best first."""
    query = _ranked(wanted, now.year).order_by(Ranking.rank.is_(None), Ranking.rank, Person.public_id)
    if wanted.top is not None:
        query = query.limit(wanted.top)
    rows = session.execute(query).all()
    about = _About(session, [row.Person.id for row in rows])
    return [_candidate(row, about, now.year) for row in rows]


def count_ranked(session: Session, role: str) -> tuple[int, int]:
    """How many people are ranked for a role, and how many missed one of its bars."""
    ranked, excluded = session.execute(
        select(func.count(Ranking.rank), func.count(Ranking.excluded)).where(Ranking.role == role)
    ).one()
    return ranked, excluded


def undecided(session: Session) -> set[int]:
    """Row ids of people who may be the same as somebody else, as long as nobody has decided."""
    pairs = session.execute(
        select(MaybeSame.person_id, MaybeSame.other_id).where(MaybeSame.decision.is_(None))
    )
    return {row_id for pair in pairs for row_id in pair}


def already_exported(session: Session) -> set[int]:
    """Row ids of people who were in an exported file."""
    return set(session.scalars(select(ExportedPerson.person_id).distinct()))


def stages(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """The stage each person has reached; those without a decision are left out."""
    found: dict[int, str] = {}
    for ids in batches(person_ids):
        for person_id, stage in session.execute(
            select(StageEvent.person_id, StageEvent.stage)
            .where(StageEvent.person_id.in_(ids))
            .order_by(StageEvent.id)
        ):
            found[person_id] = stage
    return found


def _ranked(wanted: ShortlistFilter, year: int) -> Any:
    query = (
        select(Ranking, Person, Paper, Repository.url.label("repository_url"))
        .join(Person, Person.id == Ranking.person_id)
        .outerjoin(Paper, Paper.id == Ranking.best_paper_id)
        .outerjoin(Repository, Repository.id == Ranking.repository_id)
        .where(Ranking.role == wanted.role, Person.merged_into.is_(None))
    )
    if not wanted.excluded:
        query = query.where(Ranking.excluded.is_(None))
    if wanted.person_ids is not None:
        query = query.where(Person.id.in_(wanted.person_ids))
    if wanted.new:
        shown = exists().where(DigestEntry.person_id == Person.id, DigestEntry.role == wanted.role)
        query = query.where(~shown)
    if wanted.since is not None:
        query = query.where(Person.first_seen >= wanted.since)
    if wanted.area is not None:
        query = query.where(_works_in(wanted.area))
    for axis, least in ((Axis.CODE_QUALITY, wanted.min_code), (Axis.ORIGINALITY, wanted.min_originality)):
        if least is not None:
            query = query.where(Ranking.axes[str(axis)]["score"].as_float() >= least)
    if wanted.sector is not None:
        unknown = wanted.sector == "unknown"
        query = query.where(
            Person.sector.is_(None) if unknown else Person.sector.in_([wanted.sector, "both"])
        )
    if wanted.countries:
        query = query.where(Person.country.in_([country.upper() for country in wanted.countries]))
    if wanted.max_years is not None:
        # Somebody whose first year is not known may be a junior as well as anybody.
        recent = Person.first_paper_year > year - wanted.max_years
        query = query.where(or_(Person.first_paper_year.is_(None), recent))
    if wanted.stage is not None:
        newest = (
            select(StageEvent.stage)
            .where(StageEvent.person_id == Person.id)
            .order_by(StageEvent.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = query.where(func.coalesce(newest, FIRST_STAGE) == wanted.stage)
    return query


def _works_in(area: str) -> Any:
    """A category (``cs.LG``), a whole archive (``cs``), or a word of a title."""
    theirs = and_(Authorship.person_id == Person.id, Authorship.is_first, Authorship.paper_id == Paper.id)
    inner = or_(
        func.lower(Paper.primary_category) == area.lower(),
        func.lower(Paper.primary_category).startswith(f"{area.lower()}.", autoescape=True),
        func.lower(Paper.title).contains(area.lower(), autoescape=True),
    )
    return exists(select(1).select_from(Authorship).join(Paper, theirs).where(inner).correlate(Person))


class _About:
    """What is loaded for all rows of a list at once."""

    def __init__(self, session: Session, ids: list[int]) -> None:
        self.papers: dict[int, int] = {}
        self.identifiers: dict[int, dict[str, str]] = defaultdict(dict)
        self.tags: dict[int, dict[str, bool]] = defaultdict(dict)
        self.notices: dict[int, datetime] = {}
        self.stages = stages(session, ids)
        for some in batches(ids):
            for person_id, count in session.execute(
                select(Authorship.person_id, func.count())
                .where(Authorship.person_id.in_(some), Authorship.is_first)
                .group_by(Authorship.person_id)
            ):
                self.papers[person_id or 0] = count
            for one in session.scalars(
                select(PersonIdentifier)
                .where(PersonIdentifier.person_id.in_(some), PersonIdentifier.confidence == "confirmed")
                .order_by(PersonIdentifier.value.desc())
            ):
                self.identifiers[one.person_id][one.kind] = one.value
            for person_id, tag, added in session.execute(
                select(TagEvent.person_id, TagEvent.tag, TagEvent.added)
                .where(TagEvent.person_id.in_(some))
                .order_by(TagEvent.id)
            ):
                self.tags[person_id][tag] = added
            for person_id, due in session.execute(
                select(NoticeRow.person_id, NoticeRow.due_at).where(
                    NoticeRow.person_id.in_(some), NoticeRow.sent_at.is_(None)
                )
            ):
                self.notices[person_id] = due


def _candidate(row: Any, about: _About, year: int) -> Candidate:
    ranking, person, paper = row.Ranking, row.Person, row.Paper
    return Candidate(
        row_id=person.id,
        candidate_id=person.public_id,
        full_name=person.full_name,
        given=person.given,
        family=person.family,
        role=ranking.role,
        rank=ranking.rank,
        score=ranking.score,
        low=ranking.low,
        high=ranking.high,
        axes={name: AxisScore(one["score"], one["low"], one["high"]) for name, one in ranking.axes.items()},
        why=ranking.why,
        unknown_bars=tuple(ranking.unknown_bars),
        first_author_papers=about.papers.get(person.id, 0),
        best_paper_id=paper.public_id if paper else None,
        best_paper_title=paper.title if paper else None,
        best_paper_url=paper.url if paper else None,
        best_paper_date=paper.published if paper else None,
        venue=paper.venue if paper else None,
        decision=paper.decision if paper else None,
        area=paper.primary_category if paper else None,
        repository_url=row.repository_url,
        affiliation=person.affiliation,
        sector=person.sector,
        country=person.country,
        years_active=year - person.first_paper_year + 1 if person.first_paper_year else None,
        homepage=person.homepage or about.identifiers[person.id].get(IdentifierKind.HOMEPAGE),
        email=person.email,
        email_url=person.email_url,
        identifiers=dict(about.identifiers[person.id]),
        stage=about.stages.get(person.id, FIRST_STAGE),
        tags=tuple(sorted(tag for tag, added in about.tags[person.id].items() if added)),
        first_seen=person.first_seen,
        last_seen=person.last_seen,
        notice_due=about.notices.get(person.id),
    )
