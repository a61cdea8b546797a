"""Who stands where for a role: filters that a database answers fast, however many people there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, column, exists, func, literal, or_, select, text
from sqlalchemy.orm import Session

from db.kinds import Unseen as Unseen
from db.queries.candidates import FIRST_STAGE, Candidate, load_candidates
from db.queries.lineage import survivor
from db.queries.query_language import words_of
from db.schema import (
    Authorship,
    Paper,
    Person,
    Ranking,
    StageEvent,
    TagEvent,
)

UNKNOWN = "unknown"

# With more papers than this in an area it is quicker to walk down the ranking until enough people were found than to
# collect everybody who works there.
WIDE_AREA = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistFilter:
    """What to show. ``None`` asks for nothing; scores are 0..100.

    ``sector`` takes ``academia``, ``industry`` or ``unknown``. ``area`` is a category (``cs.LG``), an archive (``cs``)
    or words of a title. ``unknown`` says what the filters on scores, sector, years and country do with people of whom
    that is not known. ``top`` of ``None`` means all; ``skip`` is for paging.
    """

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
    tag: str | None = None
    unknown: Unseen = Unseen.DROP
    top: int | None = 20
    skip: int = 0

    @property
    def on_values(self) -> bool:
        """Whether any filter looks at a value that may be unknown."""
        return bool(
            self.countries
            or self.sector
            or any(one is not None for one in (self.min_code, self.min_originality, self.max_years))
        )


def shortlist(session: Session, wanted: ShortlistFilter, *, now: datetime) -> list[Candidate]:
    """The candidates of a role, best first."""
    return load_candidates(session, wanted.role, shortlist_ids(session, wanted, now=now), now=now)


def shortlist_ids(session: Session, wanted: ShortlistFilter, *, now: datetime) -> list[int]:
    """Row ids of the candidates of a role, best first."""
    query = _passing(session, wanted, now.year).order_by(Ranking.rank).offset(wanted.skip)
    if wanted.top is not None:
        query = query.limit(wanted.top)
    return list(session.scalars(query))


def count_passing(session: Session, wanted: ShortlistFilter, *, now: datetime) -> int:
    """How many people pass a filter, whatever ``top`` and ``skip`` say."""
    return (
        session.scalar(select(func.count()).select_from(_passing(session, wanted, now.year).subquery())) or 0
    )


def count_ranked(session: Session, role: str) -> tuple[int, int]:
    """How many people are ranked for a role, and how many missed one of its bars."""
    ranked, excluded = session.execute(
        select(func.count(Ranking.rank), func.count(Ranking.excluded)).where(Ranking.role == role)
    ).one()
    return ranked, excluded


def _passing(session: Session, wanted: ShortlistFilter, year: int) -> Any:
    query = (
        select(Ranking.person_id)
        .join(Person, Person.id == Ranking.person_id)
        .where(Ranking.role == wanted.role, Ranking.rank.is_not(None), Person.merged_into.is_(None))
    )
    if wanted.new:
        # Mapped only when it is asked for: see db.schema.
        from db.schema import DigestEntry

        shown = select(survivor(DigestEntry.person_id)).where(DigestEntry.role == wanted.role)
        query = query.where(Ranking.person_id.not_in(shown))
    if wanted.since is not None:
        query = query.where(Person.first_seen >= wanted.since)
    if wanted.area is not None:
        query = query.where(_works_in(session, wanted.area))
    if wanted.stage is not None:
        query = query.where(_at_stage(wanted.stage))
    if wanted.tag is not None:
        query = query.where(_tagged(wanted.tag))
    for known, holds in _value_filters(wanted, year):
        match wanted.unknown:
            case Unseen.DROP:
                query = query.where(and_(known, holds))
            case Unseen.KEEP:
                query = query.where(or_(~known, holds))
            case Unseen.ONLY:
                query = query.where(~known)
    if wanted.sector == UNKNOWN:
        query = query.where(Person.sector.is_(None))
    return query


def _value_filters(
    wanted: ShortlistFilter, year: int
) -> list[tuple[ColumnElement[bool], ColumnElement[bool]]]:
    """For each filter on a value: whether the value is known, and whether it passes."""
    found: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    for score, least in (
        (Ranking.code_quality, wanted.min_code),
        (Ranking.originality, wanted.min_originality),
    ):
        if least is not None:
            found.append((score.is_not(None), score >= least))
    if wanted.sector not in (None, UNKNOWN):
        found.append((Person.sector.is_not(None), Person.sector.in_([wanted.sector, "both"])))
    if wanted.countries:
        upper = [country.upper() for country in wanted.countries]
        found.append((Person.country.is_not(None), Person.country.in_(upper)))
    if wanted.max_years is not None:
        first = Person.first_paper_year
        found.append((first.is_not(None), first > year - wanted.max_years))
    return found


def _at_stage(stage: str) -> ColumnElement[bool]:
    whose = survivor(StageEvent.person_id)
    newest = select(func.max(StageEvent.id)).group_by(whose)
    at = select(whose).where(StageEvent.id.in_(newest))
    if stage == FIRST_STAGE:
        return Ranking.person_id.not_in(at.where(StageEvent.stage != FIRST_STAGE))
    return Ranking.person_id.in_(at.where(StageEvent.stage == stage))


def _tagged(tag: str) -> ColumnElement[bool]:
    whose = survivor(TagEvent.person_id)
    newest = select(func.max(TagEvent.id)).where(TagEvent.tag == tag).group_by(whose)
    return Ranking.person_id.in_(select(whose).where(TagEvent.id.in_(newest), TagEvent.added))


def _works_in(session: Session, area: str) -> ColumnElement[bool]:
    """First author of a paper in the area: a category, an archive, else words of a title. Unknown is whose papers are
    in no category, all of them."""
    if area == UNKNOWN:
        return ~_first_author_of(Paper.primary_category.is_not(None))
    low = area.casefold()
    named = [
        one for one in categories(session) if one.casefold() == low or one.casefold().startswith(f"{low}.")
    ]
    inside = Paper.primary_category.in_(named) if named else _title_has(session, area)
    few = select(literal(1)).select_from(Paper).where(inside).limit(WIDE_AREA + 1).subquery()
    if (session.scalar(select(func.count()).select_from(few)) or 0) > WIDE_AREA:
        return _first_author_of(inside)
    return Ranking.person_id.in_(
        select(Authorship.person_id)
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Authorship.is_first, Authorship.person_id.is_not(None), inside)
    )


def _first_author_of(inside: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(1)
        .select_from(Authorship)
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Authorship.person_id == Ranking.person_id, Authorship.is_first, inside)
        .correlate(Ranking)
    )


def tags_in_use(session: Session) -> list[str]:
    """Every tag that was ever put on somebody, in alphabetical order."""
    return list(session.scalars(select(TagEvent.tag).where(TagEvent.added).distinct().order_by(TagEvent.tag)))


def categories(session: Session) -> list[str]:
    """Every primary category, by leaping along its index: a DISTINCT would read all of it."""
    rows = session.execute(
        text(
            "WITH RECURSIVE leap(name) AS (SELECT min(primary_category) FROM paper UNION ALL SELECT "
            "(SELECT min(primary_category) FROM paper WHERE primary_category > leap.name) FROM leap "
            "WHERE leap.name IS NOT NULL) SELECT name FROM leap WHERE name IS NOT NULL"
        )
    )
    return [row.name for row in rows]


def _title_has(session: Session, area: str) -> ColumnElement[bool]:
    words = words_of(area)
    if session.get_bind().dialect.name != "sqlite" or not words:
        return func.lower(Paper.title).contains(area.lower(), autoescape=True)
    # Beginnings of words, all of them, in the title: "graph" finds "Graphs" as well.
    match = " ".join(f'"{word}" *' for word in words)
    matching = text("SELECT rowid FROM paper_fts WHERE paper_fts MATCH :area_query")
    found = matching.bindparams(area_query=f"{{title}} : ({match})").columns(column("rowid", Integer))
    return Paper.id.in_(found.scalar_subquery())
