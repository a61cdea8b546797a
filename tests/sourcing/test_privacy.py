"""Somebody who asks to be forgotten is gone: from every table, file and later crawl."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import JSON, Boolean, String, select
from sqlalchemy.orm import Session

from db.queries.search import search
from db.records import (
    Author,
    Axis,
    Identifier,
    IdentifierKind,
    Page,
    PaperRecord,
    PersonRecord,
    RepositoryRecord,
)  # fmt: skip
from db.schema import (
    AssessmentRow,
    AuditEvent,
    Authorship,
    DigestEntry,
    ExportBatch,
    Note,
    Person,
    RecordRow,
    Repository,
    Suppression,
    Table,
)
from db.schema.types import UtcDateTime
from db.store import save_page
from db.suppression import Suppressor
from sourcing.privacy.access import everything_about
from sourcing.privacy.forget import forget
from sourcing.privacy.traces import forget_files, forget_suppressed_answers
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


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Ana Núñez", ("Ana Nunez", "ANA NÚÑEZ", "Nuñez, Ana", "Ana Núñez")),
        ("Ela Ölçü", ("Ela Olcu", "ELA ÖLÇÜ")),
        ("王伟明", ("王伟明",)),
    ],
)
def test_running_text_loses_a_name_however_its_accents_are_printed(
    session: Session, name: str, printed: tuple[str, ...]
) -> None:
    invented = Invented(session)
    person, witness = invented.person(name), invented.person("Bo Renn")
    for form in printed:
        save_note(session, witness, f"talked to {form} about tides", by="robin", now=NOW)
    witness.headline = f"Works with {printed[0]}"
    session.add(
        DigestEntry(role=ROLE, person_id=witness.id, evidence={"said": f"with {printed[-1]}"}, at=NOW)
    )
    session.commit()
    forget(session, person, KEY, by="robin", now=NOW)
    left = [
        *session.scalars(select(Note.text)),
        witness.headline or "",
        str(session.scalar(select(DigestEntry.evidence))),
    ]
    assert len(left) == len(printed) + 2
    assert all("[removed]" in one for one in left), left


def test_text_that_was_made_to_take_long_is_read_in_a_moment() -> None:
    """READMEs are a stranger's: what looks for somebody in them must not be sent round in circles."""
    out = Suppressor(KEY.key, frozenset({"0" * 64}))
    for text in (
        "a" * 60_000,
        "a." * 30_000,
        "~a" + "1" * 20_000 + "_",
        "a@" + "a-" * 20_000,
        "a@a" + ".a" * 20_000,
    ):
        assert not out.names_anybody_in(text)


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


ORCID = "0000-0001-5000-0007"


def forgotten_zelda(session: Session, zelda: Person) -> Suppressor:
    """The list of people to leave alone after somebody with an ORCID iD, a login and a homepage was forgotten."""
    invented = Invented(session)
    invented.identifier(zelda, "orcid", ORCID)
    invented.identifier(zelda, "homepage", "https://zelda.example/")
    zelda.email, zelda.email_url = "zq@zelda.example", "https://zelda.example/"
    session.commit()
    forget(session, zelda, KEY, by="robin", now=NOW)
    return Suppressor(KEY.key, frozenset(session.scalars(select(Suppression.key_hash))))


@pytest.mark.parametrize(
    "name",
    [
        "Zelda Quorumsdottir",
        "QUORUMSDOTTIR, Zelda",
        "Quorumsdóttir, Zelda",
        "Z. Quorumsdottir",
        "Dr. Zelda QUORUMSDOTTIR",
        "Zelda Maria Quorumsdottir",
        "Quorumsdottir, Zelda M.",
    ],
)
def test_no_form_of_the_name_comes_back(session: Session, zelda: Person, name: str) -> None:
    out = forgotten_zelda(session, zelda)
    record = replace(PAPER, authors=(Author(name=name, position=1), Author(name="Bo Renn", position=2)))
    kept = out.redact(record)
    assert isinstance(kept, PaperRecord)
    assert [one.name for one in kept.authors] == ["Bo Renn"]
    profile = PersonRecord(source="list", source_key="1", url="x", name=name)
    assert out.redact(profile) is None


@pytest.mark.parametrize(
    ("forgotten", "printed"),
    [
        ("Xiao-Ming Quillwang", ["Xiaoming Quillwang", "XiaoMing Quillwang", "Quillwang Xiao-Ming"]),
        ("Xiaoming Quillwang", ["Xiao-Ming Quillwang", "Quillwang Xiaoming", "X.-M. Quillwang", "XM Quillwang"]),
        ("María José Ferrándiz", ["Mariajose Ferrandiz", "MJ Ferrandiz", "Ferrándiz María José"]),
        ("María José Ferrándiz", ["María José Ferrándiz Olmo", "María J. Ferrándiz-Olmo"]),
        ("María José Ferrándiz-Olmo", ["María José Ferrándiz", "Maria Olmo"]),
        ("Jürgen Müllerstein", ["Juergen Muellerstein", "J. Muellerstein"]),
        ("Juergen Muellerstein", ["Jürgen Müllerstein", "J. Müllerstein"]),
        ("Laurens van der Maatz", ["Laurens Maatz", "L. Maatz"]),
        ("Laurens Maatz", ["Laurens van der Maatz"]),
        ("Mohamed El-Sayedi", ["Mohamed Elsayedi", "Mohamed Sayedi"]),
        ("Mohamed Elsayedi", ["Mohamed El-Sayedi"]),
        ("Michael Quillman", ["Mike Quillman"]),
        ("Mike Quillman", ["Michael Quillman", "Mick Quillman"]),
        ("JP Quillfeather", ["J. P. Quillfeather", "Quillfeather JP"]),
        ("Jean-Pierre Quillfeather", ["JP Quillfeather"]),
        ("Takumi Satoh", ["Takumi Sato", "Satō Takumi"]),
        ("Takumi Sato", ["Takumi Satoh", "T. Satou"]),
        ("Quillkrishnan S", ["S. Quillkrishnan"]),
        ("S. Quillkrishnan", ["Quillkrishnan S"]),
    ],
)  # fmt: skip
def test_no_other_writing_of_the_name_comes_back(
    session: Session, forgotten: str, printed: list[str]
) -> None:
    person = Invented(session).person(forgotten)
    session.commit()
    forget(session, person, KEY, by="robin", now=NOW)
    out = Suppressor(KEY.key, frozenset(session.scalars(select(Suppression.key_hash))))
    record = replace(
        PAPER, authors=tuple(Author(name=name, position=at) for at, name in enumerate(printed, 1))
    )
    kept = out.redact(record)
    assert isinstance(kept, PaperRecord)
    assert [one.name for one in kept.authors] == []


def test_a_like_name_of_somebody_else_is_kept(session: Session) -> None:
    for name in ("Xiao-Ming Quillwang", "María José Ferrándiz-Olmo", "Michael Quillman", "Ada Renn"):
        forget(session, Invented(session).person(name), KEY, by="robin", now=NOW)
    out = Suppressor(KEY.key, frozenset(session.scalars(select(Suppression.key_hash))))
    for name in (
        "M. Ferrándiz",
        "José Olmo",
        "Michelle Quillman",
        "Ming Quillwang",
        "Ada Renn Voss",
    ):
        assert not out.matches([name], []), name


def test_who_only_shares_the_initial_or_the_family_name_is_kept(session: Session, zelda: Person) -> None:
    out = forgotten_zelda(session, zelda)
    for name in ("Zora Quorumsdottir", "Zora M. Quorumsdottir", "Maria Zelda Quorumsdottir", "Zelda Renn"):
        assert not out.matches([name], []), name
    assert out.strike("With Zora Maria Quorumsdottir") == "With Zora Maria Quorumsdottir"
    assert out.strike("With Zelda Maria Quorumsdottir, too") == "With [removed], too"


@pytest.mark.parametrize(
    ("kind", "value"), [("orcid", ORCID), ("github", "ZeldaQuorum"), ("homepage", "https://zelda.example/")]
)
def test_no_identifier_comes_back_under_another_name(
    session: Session, zelda: Person, kind: str, value: str
) -> None:
    out = forgotten_zelda(session, zelda)
    held = (Identifier(kind=IdentifierKind(kind), value=value),)
    assert (
        out.redact(PersonRecord(source="x", source_key="1", url="x", name="Else", identifiers=held)) is None
    )
    paper = replace(PAPER, authors=(Author(name="Somebody Else", position=1, identifiers=held),))
    kept = out.redact(paper)
    assert isinstance(kept, PaperRecord)
    assert kept.authors == ()


def test_texts_and_links_of_a_later_crawl_are_without_them(session: Session, zelda: Person) -> None:
    out = forgotten_zelda(session, zelda)
    kept = out.redact(
        replace(
            PAPER,
            abstract="Thanks to Prof. Zelda Quorumsdottir. Code: https://github.com/zeldaquorum/net/tree/main. See "
            f"also https://github.com/bo/net, {ORCID}, zq@zelda.example and zelda.example/talks.",
            comment="With Quorumsdottir, Z. and the Zelda dataset",
            code_urls=("https://github.com/ZeldaQuorum/net", "https://github.com/bo/net"),
            page_urls=("https://zeldaquorum.github.io/net", "https://bo.example"),
        )
    )
    assert isinstance(kept, PaperRecord)
    assert kept.abstract == (
        "Thanks to [removed]. Code: [removed]. See also https://github.com/bo/net, [removed], [removed] and [removed]."
    )
    assert kept.comment == "With [removed] and the Zelda dataset"
    assert kept.code_urls == ("https://github.com/bo/net",)
    assert kept.page_urls == ("https://bo.example",)
    theirs = RepositoryRecord(
        source="github", key="github.com/zeldaquorum/net", url="https://github.com/ZeldaQuorum/net"
    )
    assert out.redact(theirs) is None
    other = replace(
        theirs, key="github.com/bo/net", url="https://github.com/bo/net", readme="By Zelda Quorumsdottir."
    )
    kept_repository = out.redact(other)
    assert isinstance(kept_repository, RepositoryRecord)
    assert kept_repository.readme == "By [removed]."


def test_what_lies_under_their_login_goes_with_them(session: Session, zelda: Person, tmp_path: Path) -> None:
    invented = Invented(session)
    paper = invented.paper(zelda)
    theirs = invented.repository("github.com/zquorumsdottir/net", paper)  # nobody has confirmed this login
    for host in ("gitlab.com", "huggingface.co"):
        invented.repository(f"{host}/zquorumsdottir/net", paper)
    invented.identifier(zelda, "homepage", "https://github.com/")  # a mistake on somebody's page
    kept = invented.repository("github.com/lab/net", paper)
    for subject in (theirs.key, f"{theirs.key}/tree/head/tides", kept.key):
        invented.score("repository", subject, Axis.CODE_QUALITY, 70.0)
    session.commit()
    forget(session, zelda, KEY, by="robin", now=NOW)
    assert session.scalars(select(Repository.key)).all() == [kept.key]
    scored = select(AssessmentRow.subject_id).where(AssessmentRow.subject_kind == "repository")
    assert session.scalars(scored).all() == [kept.key]
    out = Suppressor(KEY.key, frozenset(session.scalars(select(Suppression.key_hash))))
    for url in ("https://gitlab.com/ZQuorumsdottir/other", "https://huggingface.co/zquorumsdottir/model"):
        assert out.owns(url)
    for url in ("https://gitlab.com/lab/net", "https://github.com/lab/net"):
        assert not out.owns(url)
    session.close()
    assert b"zquorumsdottir" not in bytes_of(tmp_path)


def test_cached_answers_that_name_them_go_after_a_later_crawl_too(
    session: Session, zelda: Person, tmp_path: Path
) -> None:
    out = forgotten_zelda(session, zelda)
    texts = {
        "atom": "<author><name>Zelda Quorumsdottir</name></author>",
        "oai": "<keyname>Quorumsdottir</keyname>\n  <forenames>Zelda</forenames>",
        "json": '{"first": "Zelda", "last": "Quorumsd\\u00f3ttir", "orcid": null}',
        "other": "<author><name>Bo Renn</name></author> about the Zelda dataset",
    }
    for name, text in texts.items():
        folder = tmp_path / "cache" / name
        folder.mkdir(parents=True)
        (folder / "response_body").write_bytes(
            gzip.compress(text.encode()) if name == "oai" else text.encode()
        )
        (folder / "meta").write_text("{}")
    (tmp_path / "cache" / "packed").mkdir()
    (tmp_path / "cache" / "packed" / "response_body").write_bytes(b"\x8b\x01 opaque")
    (tmp_path / "cache" / "packed" / "response_headers").write_bytes(b"Content-Encoding: br\r\n")
    earlier = datetime.fromtimestamp(0, UTC)
    assert forget_suppressed_answers(tmp_path / "cache", out, since=earlier) == 4
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["other"]
    assert forget_suppressed_answers(tmp_path / "cache", KEY, since=earlier) == 0


def test_the_others_stay_and_the_search_forgets(session: Session, zelda: Person) -> None:
    forget(session, zelda, KEY, by="robin", now=NOW)
    assert search(session, "quorumsdottir") == []
    assert [hit.title for hit in search(session, "renn")] == ["Bo Renn"]
    assert [(one.name, one.position) for one in session.scalars(select(Authorship))] == [("Bo Renn", 2)]


def test_the_log_keeps_what_was_done_but_not_to_whom(session: Session, zelda: Person) -> None:
    forget(session, zelda, KEY, by="robin", now=NOW)
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [one.action for one in events] == ["stage", "tag", "note", "forget"]
    assert {one.subject for one in events} == {events[0].subject}
    assert str(events[0].subject).startswith("forgotten-")


def test_somebody_who_shares_a_short_form_stays(session: Session, zelda: Person) -> None:
    other = Invented(session).person("Zora Quorumsdottir", public_id="p-zora")
    forget(session, zelda, KEY, by="robin", now=NOW)
    assert session.get(Person, other.id) is not None


def test_an_entry_under_a_longer_form_of_the_name_goes_too(
    session: Session, zelda: Person, tmp_path: Path
) -> None:
    invented = Invented(session, first=500)
    longer = invented.person("Zelda Maria Quorumsdottir", public_id="p-longer")
    invented.paper(longer)
    forget(session, zelda, KEY, by="robin", now=NOW)
    session.close()
    assert b"quorumsdottir" not in bytes_of(tmp_path)


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
    for action, details in (
        ("mail", {"to": ["kim@agency.example"], "people": [zelda.public_id]}),
        ("mail", {"to": ["kim@agency.example"], "people": ["p-else"]}),
        ("digest", {"files": ["/somewhere/digest.html"], "people": [zelda.public_id]}),
    ):
        session.add(AuditEvent(at=NOW, by="robin", action=action, details=details))
    session.flush()
    told = json.loads(json.dumps(everything_about(session, zelda), default=str))
    assert "undescribed" not in told["fields"]  # our own bookkeeping says nothing about anybody
    assert told["sources"][0]["terms"] == "CC0"
    assert told["maybe_about_you"] == told["decisions_about_who_you_are"] == []
    assert told["sources"][0]["as_received"]["title"] == "A Quiet Paper"
    assert [one["said"] for one in told["history"]] == [
        "stage contacted: Zelda Quorumsdottir asked", "tag +remote", "note: Zelda Quorumsdottir likes tea",
    ]  # fmt: skip
    assert told["shown_in_digests"][0]["role"] == ROLE
    assert [(one["to"], one["files"]) for one in told["digests_that_went_out"]] == [
        (["kim@agency.example"], None), (None, ["/somewhere/digest.html"]),
    ]  # fmt: skip
    assert told["merged_entries"][0]["id"].startswith("p-")


def test_no_table_that_speaks_of_somebody_is_left_out_of_the_answer(session: Session, zelda: Person) -> None:
    """A mark of its own in every text of one more row of every table that points at the person is in the answer."""
    invented = Invented(session, first=500)
    other = invented.person("Bo Renn")
    code = invented.repository("github.com/zeldaquorum/net")
    marks = {"m-code"}
    record = {"kind": "repository", "source": "github", "source_key": "x", "url": "u", "terms": "t",
              "payload": {"mark": "m-code"}, "payload_hash": "x", "deleted": False, "first_seen": NOW,
              "fetched_at": NOW, "changed_at": NOW, "repository_id": code.id}  # fmt: skip
    session.add(RecordRow(**record))
    for table in Table.metadata.sorted_tables:
        for link in (one for one in table.columns if one.references(Person.__table__.c.id)):
            if link.name == "merged_into" or table.name == "record":
                continue
            marks |= add_marked(invented, table, link.name, zelda, other, code)
    told = json.dumps(everything_about(session, zelda), default=str)
    assert len(marks) > 40
    assert sorted(mark for mark in marks if mark not in told) == []


def add_marked(
    invented: Invented, table: Any, link: str, own: Person, other: Person, code: Repository
) -> set[str]:
    """Add a row of a table that belongs to ``own``, with marks in whatever is text; gives the marks."""
    name = f"m-{table.name}-{link}"
    session, paper = invented.session, invented.paper(other, title=name)
    batch = ExportBatch(
        preset=f"{name}-preset", role=f"{name}-role", path=f"{name}-path", rows=1, at=NOW, by=name
    )
    session.add(batch)
    session.flush()
    targets = {"person": other.id, "paper": paper.id, "repository": code.id, "export_batch": batch.id}
    values: dict[str, Any] = {}
    for column in table.columns:
        mark = f"{name}-{column.name}"
        points_at = next((key.column.table.name for key in column.foreign_keys), None)
        if column.name == link:
            values[column.name] = own.id
        elif points_at is not None:
            values[column.name] = targets.get(points_at)
        elif column.primary_key:
            continue
        elif isinstance(column.type, String):
            values[column.name] = mark
        elif isinstance(column.type, JSON):
            values[column.name] = {mark: 1.0} if column.name in ("axes", "origins") else [mark]
        else:
            plain = {UtcDateTime: NOW, Boolean: True}
            values[column.name] = plain.get(type(column.type), 77)
    if table.name == "digest_entry":
        values["evidence"] = {f"{name}-evidence": 1}
    session.execute(table.insert().values(values))
    told_by_another_name = ("name_key", "input_hash", "origins", "decision")
    held = {key for key, one in values.items() if key not in told_by_another_name and name in str(one)}
    return {f"{name}-{key}" for key in held} | (
        {f"{name}-path"} if table.name == "exported_person" else set()
    )
