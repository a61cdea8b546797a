"""From read rows to the store: matched first, so that a dry run says what a real one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import standing
from db.records import Achievement, Page, PersonRecord
from db.schema import AchievementRow, Person, ProfileMatch, RecordRow, TagEvent
from db.store import save_page
from db.store.profiles import attach_profile, new_person, save_questions
from db.store.runs import save_source_progress
from db.suppression import Suppressor
from sourcing.people.matching import Match, Matched, match_people

Numbered = tuple[int, PersonRecord | Achievement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file to bring in.

    ``keep_unknown`` says whether rows about nobody we know are stored; ``make_people`` whether they become people.
    """

    source: str
    file: str
    terms: str
    rows: Sequence[Numbered]
    keep_unknown: bool
    make_people: bool
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one row: ``known``, ``review``, ``new``, ``kept`` (of nobody we know) or ``nobody`` (left)."""

    line: int
    name: str
    what: str
    record: PersonRecord | Achievement
    matches: tuple[Match, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do."""

    fates: list[Fate] = field(default_factory=list)
    withheld: int = 0
    questions: int = 0
    stored: int = 0

    def count(self, what: str) -> int:
        """How many rows met a fate."""
        return sum(1 for one in self.fates if one.what == what)


def plan_import(session: Session, wanted: Import, suppressor: Suppressor) -> Outcome:
    """What would happen to each row. Reads only."""
    outcome = Outcome()
    rows = [(line, record) for line, record in wanted.rows if suppressor.redact(record) is not None]
    outcome.withheld = len(wanted.rows) - len(rows)
    decided = _decided(session, wanted.source)
    for (line, record), matched in zip(
        rows, match_people(session, [record for _, record in rows]), strict=True
    ):
        what, matches = _fate(matched, decided.get(record.source_key), wanted)
        name = record.name if isinstance(record, PersonRecord) else record.person_name
        outcome.fates.append(Fate(line, name, what, record, matches))
    return outcome


def run_import(
    session: Session,
    wanted: Import,
    suppressor: Suppressor,
    *,
    now: datetime,
    by: str,
    run_id: int | None = None,
) -> Outcome:
    """Bring the rows in. Reading the same file again changes nothing but the time of reading."""
    outcome = plan_import(session, wanted, suppressor)
    kept = [one for one in outcome.fates if one.what != "nobody"]
    saved = save_page(
        session,
        Page(
            source=wanted.source,
            url=f"file:{wanted.file}",
            fetched_at=now,
            terms=wanted.terms,
            records=tuple(one.record for one in kept),
        ),
        suppressor=suppressor,
        run_id=run_id,
    )
    outcome.stored = saved.new + saved.changed
    for fate in kept:
        _settle(session, fate, wanted, outcome, now=now, by=by)
    if run_id is not None:
        save_source_progress(session, run_id, wanted.source, now=now, status="done")
    session.commit()
    return outcome


def _fate(matched: Matched, decided: _Decided | None, wanted: Import) -> tuple[str, tuple[Match, ...]]:
    if decided is not None and decided.person_id is not None:
        return "known", (Match(decided.person_id, ()),)
    if matched.certain is not None:
        return "known", (matched.certain,)
    refused = decided.refused if decided is not None else frozenset()
    maybe = tuple(one for one in matched.maybe if one.person_id not in refused)
    if maybe:
        return "review", maybe
    if wanted.make_people:
        return "new", ()
    return ("kept" if wanted.keep_unknown else "nobody"), ()


def _settle(
    session: Session, fate: Fate, wanted: Import, outcome: Outcome, *, now: datetime, by: str
) -> None:
    if isinstance(fate.record, Achievement):
        _settle_achievement(session, fate, outcome, now=now)
        return
    row = session.scalars(
        select(RecordRow).where(
            RecordRow.source == fate.record.source, RecordRow.source_key == fate.record.source_key
        )
    ).one()
    person: Person | None = None
    if fate.what == "known":
        person = standing(session, session.get_one(Person, fate.matches[0].person_id))
        reason = "; ".join(one.text for one in fate.matches[0].evidence) or "known from before"
        attach_profile(session, row, person, reason=reason)
    elif fate.what == "new":
        person = new_person(session, row, at=now)
    elif fate.what == "review":
        outcome.questions += save_questions(
            session, [(one.person_id, one.evidence) for one in fate.matches], at=now, record_id=row.id
        )
    if person is not None:
        _tag(session, person.id, wanted.tags, now=now, by=by)


def _settle_achievement(session: Session, fate: Fate, outcome: Outcome, *, now: datetime) -> None:
    row = session.scalars(
        select(AchievementRow).where(
            AchievementRow.source == fate.record.source, AchievementRow.source_key == fate.record.source_key
        )
    ).one()
    if fate.what == "known":
        row.person_id = standing(session, session.get_one(Person, fate.matches[0].person_id)).id
    elif fate.what == "review":
        outcome.questions += save_questions(
            session, [(one.person_id, one.evidence) for one in fate.matches], at=now, achievement_id=row.id
        )


def _tag(session: Session, person_id: int, tags: Sequence[str], *, now: datetime, by: str) -> None:
    for tag in tags:
        last = session.scalar(
            select(TagEvent.added)
            .where(TagEvent.person_id == person_id, TagEvent.tag == tag)
            .order_by(TagEvent.id.desc())
            .limit(1)
        )
        # A tag that somebody took off stays off.
        if last is None:
            session.add(TagEvent(person_id=person_id, tag=tag, added=True, at=now, by=by))


@dataclass(slots=True)
class _Decided:
    person_id: int | None = None
    refused: frozenset[int] = frozenset()


def _decided(session: Session, source: str) -> dict[str, _Decided]:
    """By source key: whose a stored record or achievement is, and whom it was said not to be."""
    found: dict[str, _Decided] = {}
    for table in (RecordRow, AchievementRow):
        for key, person_id in session.execute(
            select(table.source_key, table.person_id).where(
                table.source == source, table.person_id.is_not(None)
            )
        ):
            found[key] = _Decided(person_id)
    for table, column in (
        (RecordRow, ProfileMatch.record_id),
        (AchievementRow, ProfileMatch.achievement_id),
    ):
        for key, person_id in session.execute(
            select(table.source_key, ProfileMatch.person_id)
            .join(ProfileMatch, column == table.id)
            .where(table.source == source, ProfileMatch.decision == "different")
        ):
            one = found.setdefault(key, _Decided())
            one.refused |= {person_id}
    return found
