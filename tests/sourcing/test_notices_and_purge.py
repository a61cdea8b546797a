"""People are told in time, or go; the log says what was done and no longer to whom."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.candidates import load_candidates
from db.schema import AuditEvent, Authorship, NoticeRow, Person, RecordRow
from db.suppression import Suppressor
from sourcing.export import PRESETS
from sourcing.privacy.notices import BadTemplate, notices, render_notice, save_sent, schedule_notices
from sourcing.privacy.purge import expired, purge
from sourcing.privacy.traces import forget_old_answers
from sourcing.recruiter import save_note, save_stage
from sourcing.settings.model import PrivacySettings

KEY = Suppressor(b"k" * 32)
SETTINGS = PrivacySettings(controller="Fjord Recruiting, Pier 1, hello@fjord.example")
COLLECTED = NOW - timedelta(days=2)  # when invented people are first seen


@pytest.fixture
def invented(session: Session) -> Invented:
    return Invented(session)


def after(days: float) -> datetime:
    return COLLECTED + timedelta(days=days)


def scheduled(session: Session, days: int = 30) -> dict[str, datetime]:
    schedule_notices(session, days=days)
    return {one.full_name: one.due_at for one in notices(session)}


def test_a_notice_is_due_a_month_after_collection_or_at_first_contact(
    session: Session, invented: Invented
) -> None:
    ada, bo, coauthor = (invented.person(name) for name in ("Ada Quill", "Bo Renn", "Cy Only-Printed"))
    invented.paper(ada, coauthor)
    invented.ranked(ada, bo)
    assert scheduled(session) == {"Ada Quill": after(30), "Bo Renn": after(30)}
    assert schedule_notices(session, days=30) == 0
    invented.stage(bo, "contacted", at=NOW, by="somebody else")
    invented.stage(bo, "replied", at=NOW + timedelta(days=1))
    assert scheduled(session) == {"Ada Quill": after(30), "Bo Renn": NOW}
    assert scheduled(session, days=10)["Ada Quill"] == after(10)
    first, _ = notices(session)
    assert (first.full_name, first.is_overdue(NOW + timedelta(minutes=1))) == ("Bo Renn", True)


def test_a_co_author_is_told_once_they_lead_a_paper(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    invented.paper(invented.person("Bo Renn"), ada)
    scheduled(session)
    invented.paper(ada, first_seen=after(40))
    invented.ranked(ada)
    assert scheduled(session)["Ada Quill"] == after(70)


def test_the_csv_names_the_date_until_the_notice_went_out(session: Session, invented: Invented) -> None:
    ada, twin = (
        invented.person("Ada Quill"),
        invented.person("A. Quill", first_seen=COLLECTED - timedelta(days=5)),
    )
    invented.ranked(ada, twin)
    scheduled(session)
    twin.merged_into = ada.id
    session.flush()
    row = PRESETS["generic"].row

    def due() -> str:
        return row(load_candidates(session, ROLE, [ada.id], now=NOW)[0])["notice_due"]

    assert due() == f"{after(25):%Y-%m-%d}"
    assert [one.due_at for one in notices(session)] == [after(25)]
    save_sent(session, [ada], channel="e-mail", by="robin", now=NOW)
    assert due() == ""
    (one,) = notices(session)
    assert (one.sent_at, one.channel, one.is_overdue(after(90))) == (NOW, "e-mail", False)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.by, event.subject) == ("notice", "robin", ada.public_id)


def test_the_letter_says_what_the_law_asks_for(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill", affiliation="Quill Lab", email="ada@quill.example")
    paper = invented.paper(ada)
    invented.ranked(ada)
    scheduled(session)
    (notice,) = notices(session)
    letter = render_notice(session, notice, SETTINGS, base=Path())
    for said in (
        "Dear Ada Quill", "Fjord Recruiting", "article 6 (1) (f)", "1 of your papers", "your institution", paper.url,
        "CC0 (metadata)", "Until 17 November 2028", "article 15", "article 17", "article 21",
        "data protection authority", ada.public_id,
    ):  # fmt: skip
        assert said in letter, said
    assert max(map(len, letter.splitlines())) <= 120


def test_the_letter_writes_days_and_sentences_as_people_do(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill", first_seen=datetime(2026, 11, 3, tzinfo=UTC))
    invented.paper(
        ada, first_seen=datetime(2026, 11, 3, tzinfo=UTC), last_seen=datetime(2026, 11, 4, tzinfo=UTC)
    )
    invented.ranked(ada)
    scheduled(session)
    (notice,) = notices(session)
    letter = render_notice(session, notice, replace(SETTINGS, purpose="Finding people."), base=Path())
    for said in ("about you on 3 November 2026.", "Until 2 November 2028 (730 days)", "  Finding people.\n"):
        assert said in letter
    assert re.findall(r"\b0\d [A-Z]|\.\.", letter) == []


def test_the_users_own_letter_wins_and_a_broken_one_is_named(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    invented.ranked(invented.person("Ada Quill"))
    scheduled(session)
    (notice,) = notices(session)
    (tmp_path / "own.j2").write_text("Liebe(r) {{ name }}, bis {{ due_at.strftime('%d.%m.%Y') }}.", "utf-8")
    own = replace(SETTINGS, notice_template="own.j2")
    assert (
        render_notice(session, notice, own, base=tmp_path)
        == f"Liebe(r) Ada Quill, bis {after(30):%d.%m.%Y}.\n"
    )
    for broken in ("{{ nam }}", "{% for %}", "{{ name.__class__.__mro__ }}"):
        (tmp_path / "own.j2").write_text(broken, "utf-8")
        with pytest.raises(BadTemplate, match=r"own\.j2"):
            render_notice(session, notice, own, base=tmp_path)
    with pytest.raises(BadTemplate, match=r"gone\.j2"):
        render_notice(session, notice, replace(SETTINGS, notice_template="gone.j2"), base=tmp_path)


def reasons(session: Session, now: datetime, retention_days: int = 730) -> dict[str, str]:
    return {one.full_name: one.reason for one in expired(session, retention_days=retention_days, now=now)}


def test_who_was_not_told_in_time_expires(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    scheduled(session)
    save_sent(session, [bo], channel=None, by="robin", now=NOW)
    assert reasons(session, after(29)) == {}
    assert reasons(session, after(31)) == {"Ada Quill": "not informed"}


def test_retention_counts_from_the_last_time_somebody_dealt_with_them(
    session: Session, invented: Invented
) -> None:
    old, dealt_with, new_paper = (
        invented.person(name, last_seen=COLLECTED) for name in ("Old", "Dealt With", "New Paper")
    )
    save_note(session, dealt_with, "rang", by="robin", now=after(80))
    new_paper.last_seen = after(90)
    session.flush()
    assert reasons(session, after(101), retention_days=100) == {"Old": "retention"}
    assert reasons(session, after(181), retention_days=100) == {"Old": "retention", "Dealt With": "retention"}
    assert old.public_id


def test_a_purge_takes_everything_of_theirs_and_nothing_of_a_namesake(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    gone, namesake = invented.person("Min Quorum", affiliation="Gone Lab"), invented.person("Min Quorum")
    kept = invented.person("Bo Renn", headline="Works with Min Quorum")
    theirs, other = invented.paper(gone, kept), invented.paper(namesake, abstract="Thanks to Min Quorum.")
    invented.identifier(gone, "github", "minquorum99")
    invented.repository("github.com/minquorum99/net", theirs, owner=gone)
    invented.ranked(gone, namesake, kept)
    save_stage(session, [gone], "shortlisted", why=None, by="robin", now=NOW)
    scheduled(session)
    save_sent(session, [namesake, kept], channel=None, by="robin", now=NOW)
    session.commit()
    late = expired(session, retention_days=730, now=after(40))
    done = purge(session, late, KEY, by="robin", now=after(40))
    assert done.people == 1
    names = [(row.paper_id, row.name) for row in session.scalars(select(Authorship).order_by(Authorship.id))]
    assert names == [(theirs.id, "Bo Renn"), (other.id, "Min Quorum")]
    assert session.get(Person, namesake.id) is not None
    assert session.scalars(select(NoticeRow.person_id)).all() == [namesake.id, kept.id]
    payloads = {row.paper_id: row.payload for row in session.scalars(select(RecordRow))}
    assert [one["name"] for one in payloads[theirs.id]["authors"]] == ["Bo Renn"]
    session.close()
    left = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*")).lower()
    assert b"gone lab" not in left
    assert b"minquorum99" not in left
    assert gone.public_id.encode() not in left
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [one.action for one in events] == ["stage", "notice", "notice", "purge"]
    assert str(events[0].subject).startswith("purged-")
    assert events[0].subject == events[-1].subject
    assert events[-1].details == {"reason": "not informed", "since": f"{after(30):%Y-%m-%d}"}


def test_a_name_that_nobody_else_bears_goes_from_running_text_too(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    gone = invented.person("Zelda Quorumsdottir")
    invented.person("Bo Renn", headline="Works with ZELDA  QUORUMSDOTTIR")
    invented.ranked(gone)
    scheduled(session)
    session.commit()
    purge(session, expired(session, retention_days=730, now=after(40)), KEY, by="robin", now=after(40))
    session.close()
    assert b"quorumsdottir" not in b"".join(path.read_bytes() for path in tmp_path.glob("test.db*")).lower()


def test_answers_older_than_what_may_be_kept_go(tmp_path: Path) -> None:
    import os

    old, new = tmp_path / "a" / "response_body", tmp_path / "b" / "response_body"
    for path, at in ((old, after(0)), (new, after(50))):
        path.parent.mkdir()
        path.write_bytes(b"x")
        os.utime(path, (at.timestamp(), at.timestamp()))
    assert forget_old_answers(tmp_path, before=after(10)) == 1
    assert (old.exists(), new.exists()) == (False, True)
