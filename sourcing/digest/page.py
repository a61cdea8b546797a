"""The digest as HTML: cards with score bars and intervals, and three plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import jinja2
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.candidates import Candidate
from db.records import Axis, SubjectKind
from db.schema import AssessmentRow
from sourcing.digest.news import News
from sourcing.digest.plots import harvests, intervals, topics

# How much of the evidence on each axis a card shows, in this order.
MOST_EVIDENCE = {Axis.ORIGINALITY: 6, Axis.IMPORTANCE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A score from ``low`` to ``high`` on a scale of 0..100."""

    name: str
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One role's part of the digest."""

    role: str
    title: str
    news: Sequence[News]
    ranked: int


def render(session: Session, sections: Sequence[Section], *, now: datetime) -> str:
    """One HTML document. Loads nothing from anywhere; every text in it is escaped."""
    template = _environment().get_template("digest.html.j2")
    return template.render(
        sections=sections,
        now=now,
        bars=bars,
        intervals=intervals,
        topics=topics,
        harvests=harvests(session, now=now),
        phrases=lambda one: _phrases(session, one),
        validated=_validated(session),
    )


def bars(one: Candidate) -> list[Bar]:
    """The axes that there is evidence on, in their usual order."""
    return [
        Bar(name=str(axis).replace("_", " "), score=found.score, low=found.low, high=found.high)
        for axis in Axis
        if (found := one.axes.get(str(axis))) is not None
    ]


def _phrases(session: Session, one: Candidate) -> list[Mapping[str, object]]:
    """What a person can check about the best paper: the evidence of its originality and of its importance."""
    if one.best_paper_id is None:
        return []
    rows = session.execute(
        select(AssessmentRow.axis, AssessmentRow.evidence).where(
            AssessmentRow.subject_kind == str(SubjectKind.PAPER),
            AssessmentRow.subject_id == one.best_paper_id,
            AssessmentRow.axis.in_(MOST_EVIDENCE),
        )
    )
    found = {axis: evidence[: MOST_EVIDENCE[Axis(axis)]] for axis, evidence in rows}
    return [item for axis in MOST_EVIDENCE for item in found.get(str(axis), ())]


def _validated(session: Session) -> list[str]:
    """How each score was validated, once each."""
    return list(
        session.scalars(
            select(AssessmentRow.validated_on)
            .where(AssessmentRow.validated_on.is_not(None))
            .distinct()
            .order_by(AssessmentRow.validated_on)
        )
    )


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("sourcing.digest", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
