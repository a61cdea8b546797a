"""Whom every author list has dropped goes, unless a recruiter has dealt with them; then they stay and say so."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from invented_night import NOW, author, paper, person_of, save
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.find import NotFound, find_person
from db.queries.search import search
from db.queries.show import show
from db.records import Identifier, IdentifierKind, PersonRecord
from db.schema import (
    DigestEntry,
    ExportBatch,
    ExportedPerson,
    IdentityLock,
    Note,
    NoticeRow,
    Person,
    StageEvent,
    TagEvent,
    Verdict,
)
from sourcing.app import App, open_app
from sourcing.identity.hand import Decision, merge
from sourcing.identity.phase import resolve_phase
from sourcing.runs import OpenRun
from sourcing.settings import load_settings
from sourcing.show_view import subject_lines
from sourcing.terminal import Screen

ANN, CY = "Ann Jones", "Cy Dunnmore"
ORCID = "0000-0001-5000-0007"


def staged(person: Person) -> list[object]:
    return [StageEvent(person_id=person.id, stage="contacted", at=NOW, by="rita")]


def noted(person: Person) -> list[object]:
    return [Note(person_id=person.id, text="met at a fair", at=NOW, by="rita")]


def tagged(person: Person) -> list[object]:
    return [TagEvent(person_id=person.id, tag="fair", added=True, at=NOW, by="rita")]


def judged(person: Person) -> list[object]:
    return [Verdict(person_id=person.id, verdict="no", at=NOW, by="rita")]


def told(person: Person) -> list[object]:
    return [NoticeRow(person_id=person.id, collected_at=NOW, due_at=NOW, sent_at=NOW)]


def exported(person: Person) -> list[object]:
    batch = ExportBatch(id=1, preset="generic", path="x.csv", rows=1, at=NOW, by="rita")
    return [batch, ExportedPerson(batch_id=1, person_id=person.id)]


def shown(person: Person) -> list[object]:
    return [DigestEntry(role="ml-researcher", person_id=person.id, evidence={}, at=NOW)]


def locked(person: Person) -> list[object]:
    subjects = {"people": [person.public_id], "left": [], "right": []}
    return [IdentityLock(kind="apart", subjects=subjects, at=NOW, by="rita")]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text('[database]\nurl = "sqlite:///sourcing.db"\n', "utf-8")
    opened = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    yield opened
    opened.close()


@pytest.fixture
def session(app: App) -> Iterator[Session]:
    with app.session() as opened:
        save(opened, paper(2, ANN, CY))
        resolve_phase(app, OpenRun(1))
        yield opened


def names(session: Session) -> set[str]:
    session.expire_all()
    return set(session.scalars(select(Person.full_name)))


def dropped(app: App, session: Session) -> None:
    """A night on which the paper is printed without Ann."""
    session.commit()
    save(session, paper(2, CY), days=1)
    resolve_phase(app, OpenRun(2))
    session.expire_all()


def test_whom_nobody_touched_goes_and_is_the_same_person_should_they_come_back(
    app: App, session: Session
) -> None:
    was = person_of(session, 2).public_id
    dropped(app, session)
    assert names(session) == {CY}
    assert search(session, "Jones", limit=9) == []
    with pytest.raises(NotFound):
        find_person(session, was)
    save(session, paper(2, ANN, CY), days=2)
    resolve_phase(app, OpenRun(3))
    assert person_of(session, 2).public_id == was


@pytest.mark.parametrize("touch", [staged, noted, tagged, judged, told, exported, shown, locked])
def test_whom_a_recruiter_dealt_with_stays_and_says_so(
    app: App, session: Session, touch: Callable[[Person], list[object]]
) -> None:
    ann = person_of(session, 2)
    for one in touch(ann):
        session.add(one)
        session.flush()
    dropped(app, session)
    assert names(session) == {ANN, CY}
    page = subject_lines(show(session, find_person(session, ann.public_id)), now=NOW, on=Screen(100, 50))
    assert any("no paper of theirs is known" in line for line in page)


def test_who_is_in_a_list_that_was_brought_in_stays(app: App, session: Session) -> None:
    page = PersonRecord(
        source="list:fair",
        source_key=ANN,
        url="file:fair.csv",
        name=ANN,
        identifiers=(Identifier(kind=IdentifierKind.ORCID, value=ORCID),),
    )
    save(session, paper(2, author(ANN, 1, orcid=ORCID), author(CY, 2)), page)
    resolve_phase(app, OpenRun(2))
    dropped(app, session)
    assert ANN in names(session)


def test_what_was_merged_into_somebody_goes_and_stays_with_them(app: App, session: Session) -> None:
    save(session, paper(3, "Ann Q. Jonesy", title="Another study, of ropes"))
    resolve_phase(app, OpenRun(2))
    ann, other = person_of(session, 2), person_of(session, 3)
    assert ann.id != other.id
    merge(session, ann, other, Decision(by="rita", at=NOW + timedelta(hours=1)))
    session.delete(session.scalars(select(IdentityLock)).one())
    session.commit()
    save(session, paper(3, "Di Lund", title="Another study, of ropes"), days=1)
    dropped(app, session)
    assert names(session) == {CY, "Di Lund"}
