"""The resolve stage: new authorships are given to persons, never on a name alone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Authorship, Paper, Person, PersonName
from db.store.upsert import batches, upsert
from sourcing.app import App
from sourcing.identity.evidence import Mention, resolve_block
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles
from sourcing.runs import OpenRun, stage


class Row(NamedTuple):
    """An authorship with what stands beside it; ``person`` is a public id, where known."""

    authorship: Authorship
    paper: str
    title: str
    published: datetime | None
    person: str | None


def resolve_stage(app: App, run: OpenRun) -> None:
    """Give every pending authorship to a person, by what stands beside the name; commits name by name."""
    with stage(app, run, "resolve") as counts, app.session() as session:
        keys = session.scalars(
            select(Authorship.name_key)
            .where(Authorship.person_id.is_(None))
            .distinct()
            .order_by(Authorship.name_key)
        ).all()
        counts["authorships"] = counts["new_people"] = 0
        for some in batches(keys):
            for rows in _by_name(session, some).values():
                given, made = _resolve_name(session, rows, app)
                counts["authorships"] += given
                counts["new_people"] += made
            session.commit()
        counts["profiles"] = attach_profiles(session, now=app.now()).profiles
        counts["people_described"] = describe_people(session, now=app.now())
        session.commit()


def _by_name(session: Session, keys: Sequence[str]) -> dict[str, list[Row]]:
    """Every authorship under these names, with its paper and its person, in an order that no run changes."""
    query = (
        select(Authorship, Paper.public_id, Paper.title, Paper.published, Person.public_id)
        .join(Paper, Paper.id == Authorship.paper_id)
        .outerjoin(Person, Person.id == Authorship.person_id)
        .where(Authorship.name_key.in_(keys))
        .order_by(Authorship.name_key, Paper.public_id, Authorship.position)
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for authorship, paper, title, published, person in session.execute(query):
        found[authorship.name_key].append(Row(authorship, paper, title, published, person))
    return found


def _resolve_name(session: Session, rows: Sequence[Row], app: App) -> tuple[int, int]:
    together: dict[int, list[str]] = defaultdict(list)
    papers = [row.authorship.paper_id for row in rows]
    for some in batches(papers):
        for paper_id, name in session.execute(
            select(Authorship.paper_id, Authorship.name).where(Authorship.paper_id.in_(some))
        ):
            together[paper_id].append(name)
    mentions = {
        f"{row.paper}/{row.authorship.position}": Mention(
            id=f"{row.paper}/{row.authorship.position}",
            paper_id=row.paper,
            name=row.authorship.name,
            title=row.title,
            year=row.published.year if row.published else None,
            coauthors=tuple(together[row.authorship.paper_id]),
            affiliation="; ".join(row.authorship.affiliations) or None,
            identifiers=frozenset((kind, value) for kind, value in row.authorship.identifiers),
            person=row.person,
        )
        for row in rows
    }
    clusters = resolve_block(list(mentions.values()))
    people: dict[str, Person] = {}
    given = made = 0
    for row, mention_id in zip(rows, mentions, strict=True):
        if row.person is not None:
            continue
        cluster = clusters[mention_id]
        person = people.get(cluster) or session.scalar(select(Person).where(Person.public_id == cluster))
        if person is None:
            person = _new_person(session, row.authorship, app)
            made += 1
        people[cluster] = person
        row.authorship.person_id = person.id
        person.last_seen = app.now()
        printed = {"person_id": person.id, "name": row.authorship.name, "name_key": row.authorship.name_key}
        upsert(session, PersonName, [printed], key=("person_id", "name"), update=())
        given += 1
    return given, made


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
