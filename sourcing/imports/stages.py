"""An export coming back edited: stages, tags, notes and verdicts that somebody filled in.

``candidate_id`` is the key. Read back are ``stage``, ``tags`` (separated by commas), ``note``, ``verdict`` and
``unsubscribed``; every other column is left alone and named. A row whose person was merged goes to the survivor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.candidates import FIRST_STAGE, stages, tags
from db.queries.find import NotFound, find_person
from db.queries.lineage import survivors
from db.schema import Note, Person, Verdict
from sourcing.recruiter import save_note, save_stage, save_tag
from sourcing.stages import UnknownStage, checked_stage

COLUMNS = ("candidate_id", "stage", "tags", "note", "verdict", "unsubscribed")
VERDICTS = ("yes", "maybe", "no")
YES = frozenset({"1", "true", "yes", "y", "x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one row would change: ``kind`` is ``stage``, ``tag``, ``note``, ``verdict`` or ``unsubscribed``."""

    person: Person
    kind: str
    value: str
    was: str = ""


@dataclass(slots=True)
class StagesRead:
    """What a file asks for. ``conflicts`` are rows that cannot be followed, each with why; ``ignored`` are columns."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    ignored: tuple[str, ...] = ()


def read_stages(session: Session, header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> StagesRead:
    """Compare a file with what is recorded; changes nothing. Raises ``KeyError`` without a ``candidate_id`` column."""
    if "candidate_id" not in header:
        raise KeyError("candidate_id")
    found = StagesRead(ignored=tuple(name for name in header if name not in COLUMNS))
    merged = survivors(session)
    asked: dict[tuple[int, str], str] = {}
    for number, row in enumerate(rows, start=2):
        try:
            person = find_person(session, row.get("candidate_id", ""))
        except NotFound:
            found.conflicts.append(f"row {number}: nobody here is {row.get('candidate_id') or '(empty)'}")
            continue
        for change in _changes(session, person, row, number, found, merged):
            key = (person.id, change.kind)
            if change.kind in ("stage", "verdict") and asked.setdefault(key, change.value) != change.value:
                found.conflicts.append(
                    f"row {number}: {person.public_id} has {change.kind} {change.value!r} here and "
                    f"{asked[key]!r} above; the first is kept"
                )
            elif change not in found.changes:
                found.changes.append(change)
    return found


def save_stages(session: Session, changes: Sequence[Change], *, by: str, now: datetime) -> list[Person]:
    """Record changes (the caller commits). Gives the people who unsubscribed: they are to be forgotten."""
    leaving = []
    for one in changes:
        if one.kind == "stage":
            save_stage(session, [one.person], one.value, why="imported", by=by, now=now)
        elif one.kind == "tag":
            save_tag(session, [one.person], one.value, added=True, by=by, now=now)
        elif one.kind == "note":
            save_note(session, one.person, one.value, by=by, now=now)
        elif one.kind == "verdict":
            session.add(Verdict(person_id=one.person.id, role=None, verdict=one.value, at=now, by=by))
        else:
            leaving.append(one.person)
    session.flush()
    return leaving


def _changes(
    session: Session,
    person: Person,
    row: Mapping[str, str],
    number: int,
    found: StagesRead,
    merged: Mapping[int, int],
) -> list[Change]:
    changes: list[Change] = []
    if row.get("unsubscribed", "").strip().casefold() in YES:
        return [Change(person=person, kind="unsubscribed", value="yes")]
    if word := row.get("stage", "").strip():
        was = stages(session, [person.id], merged).get(person.id, FIRST_STAGE)
        try:
            stage = checked_stage(word)
        except UnknownStage as error:
            found.conflicts.append(f"row {number}: {error}")
        else:
            if stage != was:
                changes.append(Change(person=person, kind="stage", value=stage, was=was))
    borne = tags(session, [person.id], merged).get(person.id, ())
    for tag in (one.strip() for one in row.get("tags", "").split(",")):
        if tag and tag not in borne:
            changes.append(Change(person=person, kind="tag", value=tag))
    if note := row.get("note", "").strip():
        known = session.scalars(select(Note.text).where(Note.person_id == person.id)).all()
        if note not in known:
            changes.append(Change(person=person, kind="note", value=note))
    if verdict := row.get("verdict", "").strip().casefold():
        newest = select(Verdict.verdict).where(Verdict.person_id == person.id).order_by(Verdict.id.desc())
        if verdict not in VERDICTS:
            found.conflicts.append(f"row {number}: verdict {verdict!r} is none of {', '.join(VERDICTS)}")
        elif session.scalar(newest.limit(1)) != verdict:
            changes.append(Change(person=person, kind="verdict", value=verdict))
    return changes
