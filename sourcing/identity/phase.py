"""The resolve phase: new authorships are given to persons, never on a name alone."""

from __future__ import annotations

from sqlalchemy import select

from db.schema import Person
from db.store.undescribed import undescribed
from db.store.unknown_people import drop_unknown_people
from sourcing.app import App
from sourcing.identity.locks import without_effect
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.people import Outcome
from sourcing.people.describe import describe_people
from sourcing.people.detaching import let_own_pages_go
from sourcing.people.profiles import attach_profiles
from sourcing.runs import OpenRun, phase


def resolve_phase(app: App, run: OpenRun, *, rebuild: bool = False) -> None:
    """Give every pending authorship to a person, by what stands beside the name; in one transaction, so that a run
    that is stopped and begun again gives the same. ``rebuild`` clusters everything anew: locks hold, ids stay."""
    with phase(app, run, "resolve") as counts, app.session(writing=True) as session:
        first = session.scalar(select(Person.id).limit(1)) is None
        outcome = (resolve_everything if rebuild else resolve_pending)(session, now=app.now())
        counts["authorships"] = outcome.given
        counts["new_people"] = len(outcome.made)
        counts["merged_people"] = len(outcome.redirected)
        counts["maybe_the_same"] = outcome.unsure
        if lost := without_effect(session):
            counts["decisions_without_effect"] = len(lost)
            for said in lost:
                app.say(said)
        people = None if first or rebuild else changed_people(outcome)
        let_own_pages_go(session, outcome.shrunk)
        counts["profiles"] = attach_profiles(session, now=app.now(), person_ids=people).profiles
        if people is not None:
            people |= undescribed(session)
        counts["people_described"] = describe_people(
            session, now=app.now(), person_ids=None if people is None else sorted(people)
        )
        if gone := drop_unknown_people(session, people):
            counts["people_gone"] = gone
        session.commit()


def changed_people(outcome: Outcome) -> set[int]:
    """People who were given mentions or lost some, or whose papers and profiles may say something else than they did
    when they were described."""
    return outcome.touched | set(outcome.redirected) | outcome.marked
