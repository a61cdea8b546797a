"""The resolve stage: new authorships are given to persons, never on a name alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Authorship, Paper, Person, PersonName
from db.store.upsert import upsert
from sourcing.app import App
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles
from sourcing.runs import OpenRun, stage


def resolve_stage(app: App, run: OpenRun) -> None:
    """Give every pending authorship to a person of the same name who shares a co-author, else to a new one."""
    with stage(app, run, "resolve") as counts, app.session() as session:
        pending = session.scalars(
            select(Authorship)
            .join(Paper, Paper.id == Authorship.paper_id)
            .where(Authorship.person_id.is_(None))
            .order_by(Paper.public_id, Authorship.position)
        ).all()
        made = 0
        for mention in pending:
            person = _known(session, mention)
            if person is None:
                person = _new_person(session, mention, app)
                made += 1
            mention.person_id = person.id
            person.last_seen = app.now()
            names = [
                {"person_id": person.id, "name": mention.name, "name_key": mention.name_key},
            ]
            upsert(session, PersonName, names, key=("person_id", "name"), update=())
            session.flush()
        session.commit()
        counts["authorships"], counts["new_people"] = len(pending), made
        counts["profiles"] = attach_profiles(session, now=app.now()).profiles
        counts["people_described"] = describe_people(session, now=app.now())
        session.commit()


def _known(session: Session, mention: Authorship) -> Person | None:
    wanted = _coauthors(session, [mention.paper_id], mention.name_key)
    for person in session.scalars(
        select(Person)
        .where(Person.name_key == mention.name_key, Person.merged_into.is_(None))
        .order_by(Person.id)
    ):
        papers = session.scalars(select(Authorship.paper_id).where(Authorship.person_id == person.id)).all()
        if mention.paper_id not in papers and wanted & _coauthors(session, papers, mention.name_key):
            return person
    return None


def _coauthors(session: Session, papers: Iterable[int], but: str) -> set[str]:
    return set(
        session.scalars(
            select(Authorship.name_key).where(
                Authorship.paper_id.in_(list(papers)), Authorship.name_key != but
            )
        )
    )


def _new_person(session: Session, mention: Authorship, app: App) -> Person:
    # Sources arrive in no fixed order, so row numbers differ from one run to the next; public ids do not.
    paper = session.get_one(Paper, mention.paper_id).public_id
    digest = hashlib.sha256(f"{paper}/{mention.position}/{mention.name}".encode()).hexdigest()
    person = Person(
        public_id=f"p-{digest[:10]}",
        full_name=mention.name,
        given=mention.given,
        family=mention.family,
        name_key=mention.name_key,
        origins=dict(mention.origins),
        first_seen=app.now(),
        last_seen=app.now(),
    )
    session.add(person)
    session.flush()
    return person
