"""An export coming back edited: stages, tags, notes and verdicts that somebody filled in.

``candidate_id`` is the key. Read back are ``stage``, ``tags`` (separated by commas; only added, never taken off),
``note``, ``verdict`` (for the ``role`` of the row), ``contacted_at`` and ``unsubscribed``; others are left alone.
A row whose person was merged goes to the survivor. What a row says is compared with what was recorded when the person
was last exported, so that a cell which nobody edited undoes nothing, and two people's edits are told as a conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.candidates import FIRST_STAGE, tags
from db.queries.find import NotFound, find_person
from db.queries.lineage import survivors, with_merged
from db.schema import ExportBatch, ExportedPerson, Note, Person, StageEvent, Verdict
from sourcing.export.generic import COLUMNS as EXPORTED
from sourcing.recruiter import save_note, save_stage, save_tag, save_verdict
from sourcing.stages import CONTACTED, UnknownStage, checked_stage

READ = ("stage", "tags", "note", "verdict", "contacted_at", "unsubscribed")
VERDICTS = ("yes", "maybe", "no")
# An unsubscribe that is overlooked is the graver mistake: whatever does not say no says yes.
NOT_UNSUBSCRIBED = frozenset({"", "0", "false", "no", "n", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one row would change: ``kind`` is one of :data:`READ`; a verdict has a ``role``, a contact ``at``."""

    person: Person
    kind: str
    value: str
    was: str = ""
    role: str | None = None
    at: datetime | None = None

    @property
    def is_contact(self) -> bool:
        """Whether it says that the person was written to."""
        return self.kind == "contacted_at" or (self.kind == "stage" and self.value in CONTACTED)


@dataclass(slots=True)
class StagesRead:
    """What a file asks for. ``conflicts`` are cells and rows that cannot be followed, each with why.

    ``ignored`` are columns that no export of ours has; ``rows`` is how many rows were read.
    """

    changes: list[Change] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    rows: int = 0


@dataclass(slots=True)
class _Row:
    """A row with the person it is about and what is recorded of them."""

    number: int
    cells: Mapping[str, str]
    person: Person
    own: list[int]

    def cell(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    @property
    def who(self) -> str:
        return f"row {self.number}: {self.person.public_id}"


def read_stages(
    session: Session,
    header: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    *,
    now: datetime,
    roles: Collection[str] | None = None,
    overwrite: bool = False,
) -> StagesRead:
    """Compare a file with what is recorded; changes nothing. Raises ``KeyError`` without a ``candidate_id`` column.

    A verdict for a role that is none of ``roles`` cannot be followed. ``overwrite`` takes the file's stage where
    somebody else has recorded another one since the export.
    """
    names = {name: name.strip().casefold().replace(" ", "_") for name in header}
    if "candidate_id" not in names.values():
        raise KeyError("candidate_id")
    found = StagesRead(
        ignored=tuple(name for name, key in names.items() if key not in (*READ, *EXPORTED)), rows=len(rows)
    )
    merged = survivors(session)
    asked: dict[tuple[int, str, str | None], str] = {}
    changes: dict[Change, None] = {}
    for number, cells in enumerate(rows, start=2):
        named = {names[name]: cell for name, cell in cells.items() if name in names}
        word = named.get("candidate_id", "").strip()
        if not word:
            found.conflicts.append(
                f"row {number}: has no candidate_id; somebody new comes in by a list: sourcing import people"
            )
            continue
        try:
            person = find_person(session, word)
        except NotFound:
            found.conflicts.append(f"row {number}: nobody here is {word}")
            continue
        row = _Row(number, named, person, list(with_merged([person.id], merged)))
        for change in _changes(session, row, merged, found, now=now, roles=roles, overwrite=overwrite):
            key = (person.id, change.kind, change.role)
            first = asked.setdefault(key, change.value)
            if change.kind in ("stage", "verdict", "contacted_at") and first != change.value:
                found.conflicts.append(
                    f"{row.who} has {change.kind} {change.value!r} here and {first!r} above; the first is kept"
                )
            else:
                changes[change] = None
    found.changes = list(changes)
    return found


def save_stages(session: Session, changes: Sequence[Change], *, by: str, now: datetime) -> list[Person]:
    """Record changes (the caller commits). Gives the people who unsubscribed: they are to be forgotten."""
    leaving = []
    for one in changes:
        if one.kind == "contacted_at":
            save_stage(session, [one.person], "contacted", why="imported", by=by, now=one.at or now)
        elif one.kind == "stage":
            save_stage(session, [one.person], one.value, why="imported", by=by, now=now)
        elif one.kind == "tags":
            save_tag(session, [one.person], one.value, added=True, by=by, now=now)
        elif one.kind == "note":
            save_note(session, one.person, one.value, by=by, now=now)
        elif one.kind == "verdict":
            save_verdict(session, one.person, one.value, role=one.role, by=by, now=now)
        else:
            leaving.append(one.person)
    session.flush()
    return leaving


def _changes(
    session: Session,
    row: _Row,
    merged: Mapping[int, int],
    found: StagesRead,
    *,
    now: datetime,
    roles: Collection[str] | None,
    overwrite: bool,
) -> list[Change]:
    """What a row asks for, in the order in which it is to be recorded: a contact comes before what followed it."""
    if row.cell("unsubscribed").casefold() not in NOT_UNSUBSCRIBED:
        return [Change(person=row.person, kind="unsubscribed", value="yes")]
    return [
        *_contact(session, row, found, now),
        *_stage(session, row, found, overwrite=overwrite),
        *_tags(session, row, merged),
        *_note(session, row),
        *_verdict(session, row, found, roles),
    ]


def _contact(session: Session, row: _Row, found: StagesRead, now: datetime) -> list[Change]:
    said = row.cell("contacted_at")
    if not said:
        return []
    at = _moment(said)
    if at is None:
        found.conflicts.append(f"{row.who}: contacted_at {said!r} is no date; write it as 2026-01-31")
        return []
    if at > now:
        found.conflicts.append(f"{row.who}: contacted_at {said} lies in the future")
        return []
    before = session.scalar(
        select(func.min(StageEvent.at)).where(
            StageEvent.person_id.in_(row.own), StageEvent.stage.in_(CONTACTED)
        )
    )
    if before is None:
        return [Change(person=row.person, kind="contacted_at", value=f"{at:%Y-%m-%d}", at=at)]
    if before.date() != at.date():
        found.conflicts.append(
            f"{row.who} was contacted on {before:%Y-%m-%d} already, here on {at:%Y-%m-%d}; the first is kept"
        )
    return []


def _moment(said: str) -> datetime | None:
    """A date or a moment in ISO 8601; without a zone it is UTC, without a time noon, so that every zone has the day."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    if at.time() == time() and len(said) <= len("2026-01-31"):
        at = at.replace(hour=12)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _stage(session: Session, row: _Row, found: StagesRead, *, overwrite: bool) -> list[Change]:
    word = row.cell("stage")
    if not word:
        return []
    try:
        stage = checked_stage(word)
    except UnknownStage as error:
        found.conflicts.append(f"{row.who}: {error}")
        return []
    history = session.execute(
        select(StageEvent.stage, StageEvent.at, StageEvent.by)
        .where(StageEvent.person_id.in_(row.own))
        .order_by(StageEvent.id)
    ).all()
    was = history[-1].stage if history else FIRST_STAGE
    exported_at = _last_exported(session, row.own)
    if exported_at is None:
        # Whoever fills in a sheet moves people on; a stage of "new" is what an untouched row says.
        then, moved_on = FIRST_STAGE, False
    else:
        earlier = [one.stage for one in history if one.at <= exported_at]
        then = earlier[-1] if earlier else FIRST_STAGE
        moved_on = was != then
    if stage in (was, then):
        return []
    if moved_on and not overwrite:
        last = history[-1]
        found.conflicts.append(
            f"{row.who} is {was!r} since {last.at:%Y-%m-%d} ({last.by}), which is after the export, and {stage!r} in "
            "the file; nothing is changed (--overwrite takes the file's)"
        )
        return []
    return [Change(person=row.person, kind="stage", value=stage, was=was)]


def _last_exported(session: Session, own: Sequence[int]) -> datetime | None:
    return session.scalar(
        select(func.max(ExportBatch.at))
        .join(ExportedPerson, ExportedPerson.batch_id == ExportBatch.id)
        .where(ExportedPerson.person_id.in_(own))
    )


def _tags(session: Session, row: _Row, merged: Mapping[int, int]) -> list[Change]:
    borne = tags(session, [row.person.id], merged).get(row.person.id, ())
    said = dict.fromkeys(one.strip() for one in row.cell("tags").split(","))
    return [Change(person=row.person, kind="tags", value=tag) for tag in said if tag and tag not in borne]


def _note(session: Session, row: _Row) -> list[Change]:
    note = row.cell("note")
    known = select(Note.id).where(Note.person_id.in_(row.own), Note.text == note).limit(1)
    if not note or session.scalar(known) is not None:
        return []
    return [Change(person=row.person, kind="note", value=note)]


def _verdict(session: Session, row: _Row, found: StagesRead, roles: Collection[str] | None) -> list[Change]:
    verdict, role = row.cell("verdict").casefold(), row.cell("role") or None
    if not verdict:
        return []
    if verdict not in VERDICTS:
        found.conflicts.append(f"{row.who}: verdict {verdict!r} is none of {', '.join(VERDICTS)}")
        return []
    if role is not None and roles is not None and role not in roles:
        found.conflicts.append(f"{row.who}: there is no role {role!r}; there are: {', '.join(roles)}")
        return []
    newest = (
        select(Verdict.verdict)
        .where(Verdict.person_id.in_(row.own), Verdict.role == role if role else Verdict.role.is_(None))
        .order_by(Verdict.id.desc())
        .limit(1)
    )
    was = session.scalar(newest)
    if was == verdict:
        return []
    return [Change(person=row.person, kind="verdict", value=verdict, was=was or "", role=role)]
