"""Somebody who asks to be forgotten is gone: from every table, file and later crawl."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.search import search
from db.records import Author, Page, PaperRecord
from db.schema import AuditEvent, Authorship, DigestEntry, Person, RecordRow, Suppression
from db.store import save_page
from db.suppression import Suppressor
from sourcing.privacy.access import everything_about
from sourcing.privacy.forget import forget
from sourcing.privacy.traces import forget_files
from sourcing.recruiter import save_note, save_stage, save_tag

KEY = Suppressor(b"k" * 32)
PAPER = PaperRecord(
    source="arxiv", source_key="2611.90001", arxiv_id="2611.90001", url="https://arxiv.example/abs/2611.90001",
    title="A Quiet Paper", abstract="Thanks to Zelda Quorumsdottir for all.", published=NOW,
    authors=(Author(name="Zelda Quorumsdottir", position=1), Author(name="Bo Renn", position=2)),
)  # fmt: skip


@pytest.fixture
def zelda(session: Session) -> Person:
    """Somebody with a trace in every corner: papers, forms of the name, history, digests, decisions."""
    invented = Invented(session)
    zelda = invented.person("Zelda Quorumsdottir", affiliation="Quorum Lab")
    twin = invented.person("Z. Quorumsdottir")
    twin.merged_into = zelda.id
    save_page(session, page(PAPER), suppressor=KEY)
    session.query(Authorship).filter_by(name="Zelda Quorumsdottir").update({"person_id": zelda.id})
    invented.paper(twin)
    invented.identifier(zelda, "github", "zeldaquorum")
    invented.ranked(zelda)
    save_stage(session, [zelda], "contacted", why="Zelda Quorumsdottir asked", by="robin", now=NOW)
    save_tag(session, [zelda], "remote", added=True, by="robin", now=NOW)
    save_note(session, zelda, "Zelda Quorumsdottir likes tea", by="robin", now=NOW)
    session.add(DigestEntry(role=ROLE, person_id=zelda.id, evidence={"said": "Zelda Quorumsdottir"}, at=NOW))
    invented.person("Bo Renn", headline="Works with Zelda Quorumsdottir")
    session.commit()
    return zelda


def page(*records: PaperRecord) -> Page:
    return Page(source="arxiv", url="https://arxiv.example", fetched_at=NOW, terms="CC0", records=records)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("test.db*"))).lower()


def test_nothing_of_the_name_is_left_in_the_file(session: Session, zelda: Person, tmp_path: Path) -> None:
    assert b"quorumsdottir" in bytes_of(tmp_path)
    done = forget(session, zelda, KEY, by="robin", now=NOW)
    session.close()
    assert done.people == 2
    left = bytes_of(tmp_path)
    for word in (b"quorumsdottir", b"zelda", b"zeldaquorum", zelda.public_id.encode()):
        assert word not in left, word
    assert b"a quiet paper" in left


def test_a_later_crawl_does_not_bring_them_back(session: Session, zelda: Person, tmp_path: Path) -> None:
    forget(session, zelda, KEY, by="robin", now=NOW)
    suppressor = Suppressor(KEY.key, frozenset(session.scalars(select(Suppression.key_hash))))
    before = [(row.payload_hash, row.changed_at) for row in session.scalars(select(RecordRow))]
    shorter = replace(
        PAPER, abstract="We thank nobody.", source_key="2611.90002", arxiv_id="2611.90002",
        title="A Second Quiet Paper", authors=(Author(name="QUORUMSDOTTIR, Zelda", position=1),),
    )  # fmt: skip
    save_page(session, page(shorter), suppressor=suppressor)
    assert len(before) + 1 == len(session.scalars(select(RecordRow)).all())
    assert b"quorumsdottir" not in bytes_of(tmp_path)
    assert [row.name for row in session.scalars(select(Authorship))] == ["Bo Renn"]


def test_the_others_stay_and_the_search_forgets(session: Session, zelda: Person) -> None:
    forget(session, zelda, KEY, by="robin", now=NOW)
    assert search(session, "quorumsdottir") == []
    assert [hit.title for hit in search(session, "renn")] == ["Bo Renn"]
    assert [(one.name, one.position) for one in session.scalars(select(Authorship))] == [("Bo Renn", 2)]


def test_the_log_keeps_what_was_done_but_not_to_whom(session: Session, zelda: Person) -> None:
    forget(session, zelda, KEY, by="robin", now=NOW)
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [one.action for one in events] == ["stage", "forget"]
    assert {one.subject for one in events} == {events[0].subject}
    assert str(events[0].subject).startswith("forgotten-")


def test_somebody_who_shares_a_short_form_stays(session: Session, zelda: Person) -> None:
    other = Invented(session).person("Zora Quorumsdottir", public_id="p-zora")
    forget(session, zelda, KEY, by="robin", now=NOW)
    assert session.get(Person, other.id) is not None


def test_files_that_name_somebody_go_and_others_stay(tmp_path: Path) -> None:
    named, packed, other = tmp_path / "a.html", tmp_path / "deep" / "b.gz", tmp_path / "c.csv"
    packed.parent.mkdir()
    named.write_text("<p>ZELDA quorumsdottir")
    packed.write_bytes(gzip.compress(b"... Zelda Quorumsdottir ..."))
    other.write_text("Bo Renn")
    (tmp_path / "link").symlink_to(other)
    assert set(forget_files(tmp_path, ["Zelda Quorumsdottir"])) == {named, packed}
    assert other.exists()


def test_a_person_can_read_everything_about_them(session: Session, zelda: Person) -> None:
    told = json.loads(json.dumps(everything_about(session, zelda), default=str))
    assert told["sources"][0]["terms"] == "CC0"
    assert told["maybe_about_you"] == told["decisions_about_who_you_are"] == []
    assert told["sources"][0]["as_received"]["title"] == "A Quiet Paper"
    assert [one["said"] for one in told["history"]] == ["stage contacted", "tag +remote",
                                                       "note: Zelda Quorumsdottir likes tea"]  # fmt: skip
    assert told["shown_in_digests"][0]["role"] == ROLE
    assert told["merged_entries"][0]["id"].startswith("p-")
