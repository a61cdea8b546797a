"""The resolve stage: new authorships are given to persons, never on a name alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Authorship, Paper, Person, RecordRow, Run
from sourcing.app import App
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.people import Outcome
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles
from sourcing.runs import OpenRun, stage

_DONE = "resolve.authorships"


def resolve_stage(app: App, run: OpenRun, *, rebuild: bool = False) -> None:
    """Give every pending authorship to a person, by what stands beside the name; in one transaction, so that a run
    that is stopped and begun again gives the same. ``rebuild`` clusters everything anew: locks hold, ids stay."""
    with stage(app, run, "resolve") as counts, app.session(writing=True) as session:
        since = _last_resolved(session)
        outcome = (resolve_everything if rebuild else resolve_pending)(session, now=app.now())
        counts["authorships"] = outcome.given
        counts["new_people"] = len(outcome.made)
        counts["merged_people"] = len(outcome.redirected)
        counts["maybe_the_same"] = outcome.unsure
        people = None if since is None or rebuild else changed_people(session, outcome, since)
        counts["profiles"] = attach_profiles(session, now=app.now(), person_ids=people).profiles
        if people is not None:
            people |= _with_profiles(session)
        counts["people_described"] = describe_people(
            session, now=app.now(), person_ids=None if people is None else sorted(people)
        )
        session.commit()


def changed_people(session: Session, outcome: Outcome, since: datetime) -> set[int]:
    """People whose mentions, or the papers that carry them, may say something else than at ``since``."""
    found = outcome.touched | set(outcome.redirected)
    found.update(
        person_id
        for person_id in session.scalars(
            select(Authorship.person_id)
            .join(Paper, Paper.id == Authorship.paper_id)
            .where(Paper.last_seen >= since, Authorship.person_id.is_not(None))
        )
        if person_id is not None
    )
    return found


def _with_profiles(session: Session) -> set[int]:
    return {
        person_id
        for person_id in session.scalars(
            select(RecordRow.person_id)
            .join(Person, Person.id == RecordRow.person_id)
            .where(RecordRow.kind == "person", Person.merged_into.is_(None))
        )
        if person_id is not None
    }


def _last_resolved(session: Session) -> datetime | None:
    """When the last run began that resolved and ended; whatever was seen from then on is looked at again."""
    for run in session.scalars(select(Run).where(Run.finished_at.is_not(None)).order_by(Run.id.desc())):
        if _DONE in run.counts:
            return run.started_at
    return None
