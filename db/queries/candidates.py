"""Candidates of a role with everything that a list, a CSV or a card shows of them, loaded for all rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.kinds import KEPT_APART, Axis, IdentifierKind
from db.queries.judged_code import judged_code
from db.queries.lineage import survivors, with_merged
from db.queries.living_code import living_code
from db.schema import (
    Authorship,
    NoticeRow,
    Paper,
    Person,
    PersonIdentifier,
    Ranking,
    Repository,
    StageEvent,
    TagEvent,
)

FIRST_STAGE = "new"

# Whose first paper came out in one of the last so many calendar years, this one included, is early in their career
# (it is at most so many years ago, whatever its month), and is shown as such.
JUNIOR_YEARS = 2
# Only papers can tell who is early: so many of them, as a share, have to be older than that. In a database that begins
# with this year everybody's first paper came out this year.
LEAST_OLDER = 0.25

# Below this fit the works lie beside the role's topics: an adjacent field.
ADJACENT_FIT = 34.0


@dataclass(frozen=True, slots=True)
class AxisScore:
    """A score on one axis with its interval, 0..100."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One person as ranked for one role. Unknown is ``None``; scores are 0..100; ``notice_due`` is empty once sent.

    ``lift`` is how many points of ``score`` come from the papers that the recruiter likes; ``years_active`` counts
    calendar years from the first known paper's to this one, both included; ``junior`` is whether that is early in a
    career, where the database reaches back far enough to tell. ``repository_score`` is the code's own (that of the
    folder, where the paper links one), where ``axes`` hold what it counts for the person. ``repository_key`` is the
    code that was judged; ``repository_url`` can be opened: other code of theirs, or none, once that is gone.
    """

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
    lift: float
    axes: Mapping[str, AxisScore]
    why: str
    excluded: str | None
    unknown_bars: tuple[str, ...]
    first_author_papers: int
    best_paper_row: int | None
    best_paper_id: str | None
    best_paper_title: str | None
    best_paper_url: str | None
    best_paper_date: datetime | None
    venue: str | None
    decision: str | None
    area: str | None
    repository_key: str | None
    repository_url: str | None
    repository_gone_since: datetime | None
    repository_score: float | None
    affiliation: str | None
    sector: str | None
    country: str | None
    first_paper_year: int | None
    years_active: int | None
    junior: bool
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

    @property
    def marks(self) -> tuple[str, ...]:
        """What a reader should know beside the score; none of it moves the score."""
        said = {
            "junior": self.junior,
            "industry": self.sector == "industry",
        }
        return (*(name for name, holds in said.items() if holds), *self.blind_marks)

    @property
    def blind_marks(self) -> tuple[str, ...]:
        """Those of the marks that tell neither where somebody works nor how long."""
        fit = self.axis(Axis.FIT)
        adjacent = ["adjacent field"] if fit is not None and fit < ADJACENT_FIT else []
        return (*adjacent, *(f"{axis.replace('_', ' ')} unknown" for axis in self.unknown_bars))


_COLUMNS = (
    Ranking.role, Ranking.rank, Ranking.score, Ranking.low, Ranking.high, Ranking.lift, Ranking.axes, Ranking.why,
    Ranking.excluded, Ranking.unknown_bars,
    Person.id.label("row_id"), Person.public_id.label("candidate_id"), Person.full_name, Person.given, Person.family,
    Person.affiliation, Person.sector, Person.country, Person.first_paper_year, Person.homepage, Person.email,
    Person.email_url, Person.first_seen, Person.last_seen,
    Paper.id.label("best_paper_row"), Paper.public_id.label("best_paper_id"), Paper.title.label("best_paper_title"),
    Paper.url.label("best_paper_url"), Paper.published.label("best_paper_date"), Paper.venue, Paper.decision,
    Paper.primary_category.label("area"),
    Repository.key.label("repository_key"), Repository.url.label("repository_url"),
    Repository.gone_since.label("repository_gone_since"),
)  # fmt: skip


def load_candidates(
    session: Session, role: str, person_ids: Sequence[int], *, now: datetime
) -> list[Candidate]:
    """The people of ``person_ids`` (row ids) in that order; those without a place for the role are left out."""
    found: dict[int, Candidate] = {}
    merged = survivors(session)
    early = reaches_back(session, now.year)
    for ids in batches(person_ids):
        rows = session.execute(
            select(*_COLUMNS)
            .select_from(Ranking)
            .join(Person, Person.id == Ranking.person_id)
            .outerjoin(Paper, Paper.id == Ranking.best_paper_id)
            .outerjoin(Repository, Repository.id == Ranking.repository_id)
            .where(Ranking.role == role, Ranking.person_id.in_(ids))
        ).all()
        about = _About(session, ids, merged, rows)
        found.update((row.row_id, _candidate(row, about, now.year, early=early)) for row in rows)
    return [found[person_id] for person_id in person_ids if person_id in found]


def stages(session: Session, person_ids: Iterable[int], merged: Mapping[int, int]) -> dict[int, str]:
    """The stage each person has reached; those about whom nothing was decided are left out.

    ``merged`` is what :func:`db.queries.lineage.survivors` gives.
    """
    events: list[tuple[int, int, str]] = []
    speaks_of = with_merged(person_ids, merged)
    for ids in batches(speaks_of):
        for row in session.execute(
            select(StageEvent.id, StageEvent.person_id, StageEvent.stage).where(StageEvent.person_id.in_(ids))
        ):
            events.append((row.id, speaks_of[row.person_id], row.stage))
    return {person_id: stage for _, person_id, stage in sorted(events)}


def tags(
    session: Session, person_ids: Iterable[int], merged: Mapping[int, int]
) -> dict[int, tuple[str, ...]]:
    """The tags each person bears now, in alphabetical order."""
    events: list[tuple[int, int, str, bool]] = []
    speaks_of = with_merged(person_ids, merged)
    for ids in batches(speaks_of):
        for row in session.execute(
            select(TagEvent.id, TagEvent.person_id, TagEvent.tag, TagEvent.added).where(
                TagEvent.person_id.in_(ids)
            )
        ):
            events.append((row.id, speaks_of[row.person_id], row.tag, row.added))
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for _, person_id, tag, added in sorted(events):
        found[person_id][tag] = added
    return {
        person_id: tuple(sorted(tag for tag, added in one.items() if added))
        for person_id, one in found.items()
    }


class _About:
    """What is loaded for a batch of people at once."""

    def __init__(
        self, session: Session, ids: Sequence[int], merged: Mapping[int, int], rows: Sequence[Any]
    ) -> None:
        self.stages = stages(session, ids, merged)
        self.tags = tags(session, ids, merged)
        self.papers = {
            row.person_id: row.papers
            for row in session.execute(
                select(Authorship.person_id, func.count().label("papers"))
                .join(Paper, Paper.id == Authorship.paper_id)
                .where(Authorship.person_id.in_(ids), Authorship.is_first, Paper.merged_into.is_(None))
                .group_by(Authorship.person_id)
            )
        }
        self.identifiers: dict[int, dict[str, str]] = defaultdict(dict)
        for person_id, kind, value in session.execute(
            select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value)
            .where(
                PersonIdentifier.person_id.in_(ids),
                PersonIdentifier.confidence == "confirmed",
                PersonIdentifier.source.not_in(KEPT_APART),
            )
            .order_by(PersonIdentifier.value.desc())
        ):
            self.identifiers[person_id][kind] = value
        self.notices = _open_notices(session, ids, merged)
        gone = {row.row_id: row.best_paper_row for row in rows if row.repository_gone_since is not None}
        self.living_code = living_code(session, gone, merged)
        repositories = {row.row_id: row.repository_key for row in rows if row.repository_key}
        self.code = judged_code(session, repositories)


def _open_notices(
    session: Session, person_ids: Sequence[int], merged: Mapping[int, int]
) -> dict[int, datetime]:
    """By when people must be told, the earliest date of their merged entries; without those who were told."""
    due: dict[int, datetime] = {}
    told: set[int] = set()
    speaks_of = with_merged(person_ids, merged)
    for ids in batches(speaks_of):
        for row in session.execute(
            select(NoticeRow.person_id, NoticeRow.due_at, NoticeRow.sent_at).where(
                NoticeRow.person_id.in_(ids)
            )
        ):
            person_id = speaks_of[row.person_id]
            due[person_id] = min(row.due_at, due.get(person_id, row.due_at))
            if row.sent_at is not None:
                told.add(person_id)
    return {person_id: at for person_id, at in due.items() if person_id not in told}


def reaches_back(session: Session, year: int) -> bool:
    """Whether enough papers are older than a junior's first one could be to tell in ``year`` who is junior."""
    # Entries that were merged count along: without looking at them an index answers, and each list asks.
    dated = select(func.count(Paper.published))
    first_day = datetime(year - JUNIOR_YEARS + 1, 1, 1, tzinfo=UTC)
    known = session.scalar(dated) or 0
    older = session.scalar(dated.where(Paper.published < first_day)) or 0
    return older > 0 and older >= LEAST_OLDER * known


def _candidate(row: Any, about: _About, year: int, *, early: bool) -> Candidate:
    values = dict(row._mapping)
    first_year = row.first_paper_year
    years_active = None if first_year is None else max(1, year - first_year + 1)
    identifiers, code = about.identifiers.get(row.row_id, {}), about.code.get(row.row_id)
    values |= {
        "axes": {name: AxisScore(one["score"], one["low"], one["high"]) for name, one in row.axes.items()},
        "unknown_bars": tuple(row.unknown_bars),
        "repository_url": (
            row.repository_url if row.repository_gone_since is None else about.living_code.get(row.row_id)
        ),
        "repository_score": None if code is None else code.score,
        "first_author_papers": about.papers.get(row.row_id, 0),
        "years_active": years_active,
        "junior": early and years_active is not None and years_active <= JUNIOR_YEARS,
        "homepage": row.homepage or identifiers.get(IdentifierKind.HOMEPAGE),
        "identifiers": dict(identifiers),
        "stage": about.stages.get(row.row_id, FIRST_STAGE),
        "tags": about.tags.get(row.row_id, ()),
        "notice_due": about.notices.get(row.row_id),
    }
    return Candidate(**values)
