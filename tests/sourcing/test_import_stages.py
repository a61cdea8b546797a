"""A CSV that left the house comes back edited."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from db.queries.candidates import load_candidates
from db.queries.spoken_for import ever_at
from db.schema import Person, StageEvent, Verdict
from db.suppression import Suppressor
from sourcing.app import App, open_app
from sourcing.cli import app as command_line
from sourcing.export import PRESETS, Allowed, choose, save_export
from sourcing.failure import ExitCode, Failure
from sourcing.imports.stages import Change, StagesRead, read_stages, save_stages
from sourcing.settings import load_settings
from sourcing.stages import CONTACTED

HEADER = ["candidate_id", "stage", "tags", "note", "verdict", "contacted_at", "unsubscribed", "score"]
NOBODY = Suppressor(b"k" * 32)


@pytest.fixture
def invented(session: Session) -> Invented:
    return Invented(session)


def read(session: Session, *rows: dict[str, str], overwrite: bool = False) -> StagesRead:
    return read_stages(session, HEADER, rows, now=NOW, overwrite=overwrite)


def test_an_edited_export_changes_only_what_was_edited_and_only_once(
    session: Session, invented: Invented
) -> None:
    ada, old, bo = (invented.person(name) for name in ("Ada Quill", "A. Quill", "Bo Renn"))
    invented.ranked(ada, bo)
    old.merged_into = ada.id
    session.flush()
    edited = {
        "candidate_id": old.public_id,
        "stage": "Contacted",
        "tags": "remote",
        "note": "wrote",
        "verdict": "yes",
    }
    rows = (edited, {"candidate_id": bo.public_id, "stage": "new"})
    found = read(session, *rows)
    assert found.conflicts == []
    assert {(one.person.id, one.kind) for one in found.changes} == {
        (ada.id, kind) for kind in ("stage", "tags", "note", "verdict")
    }
    assert save_stages(session, found.changes, by="robin", now=NOW) == []
    (one,) = load_candidates(session, ROLE, [ada.id], now=NOW)
    assert (one.stage, one.tags) == ("contacted", ("remote",))
    assert read(session, *rows).changes == []


def test_a_long_file_is_not_compared_with_itself(
    session: Session, invented: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def equal(one: Change, other: object) -> bool:
        nonlocal compared
        compared += 1
        return one is other

    monkeypatch.setattr(Change, "__eq__", equal)
    people = [invented.person(f"Ada Quill {letter}{other}") for letter in "ABCDEFG" for other in "HIJKL"]
    found = read(session, *({"candidate_id": one.public_id, "note": "wrote"} for one in people))
    assert len(found.changes) == len(people)
    assert compared < len(people)


def test_columns_that_no_export_has_are_named(session: Session) -> None:
    header = ["Candidate ID", "Stage", "salary", "score", "mood"]
    assert read_stages(session, header, [], now=NOW).ignored == ("salary", "mood")


def test_rows_that_cannot_be_followed_are_listed(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    found = read(
        session,
        {"candidate_id": "p-nobody", "stage": "contacted"},
        {"candidate_id": " ", "stage": "contacted"},
        {"candidate_id": ada.public_id, "stage": "contcted"},
        {"candidate_id": ada.public_id, "stage": "replied", "contacted_at": "11/12/2026"},
        {"candidate_id": ada.public_id, "stage": "hired", "verdict": "perhaps", "contacted_at": "2099-01-01"},
    )
    assert [one.value for one in found.changes] == ["replied"]
    said = "\n".join(found.conflicts)
    assert len(found.conflicts) == 7
    for words in ("nobody here is p-nobody", "row 3: has no candidate_id",
                  "did you mean 'contacted'", "write it as 2026-01-31", "'perhaps'",
                  "lies in the future", "'hired' here and 'replied' above"):  # fmt: skip
        assert words in said


def test_a_contact_counts_from_its_own_day_and_comes_before_the_reply(
    session: Session, invented: Invented
) -> None:
    ada = invented.person("Ada Quill")
    found = read(session, {"candidate_id": ada.public_id, "stage": "replied", "contacted_at": "2026-11-12"})
    save_stages(session, found.changes, by="robin", now=NOW)
    events = session.scalars(select(StageEvent).order_by(StageEvent.id)).all()
    assert [one.stage for one in events] == ["contacted", "replied"]
    assert events[0].at == datetime(2026, 11, 12, 12, tzinfo=UTC)
    assert ever_at(session, CONTACTED) == {ada.id}
    again = read(session, {"candidate_id": ada.public_id, "contacted_at": "2026-11-14T09:00:00+01:00"})
    assert again.changes == []
    assert "contacted on 2026-11-12 already" in again.conflicts[0]


def test_an_untouched_cell_undoes_nothing_and_two_edits_are_a_conflict(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    exported = NOW - timedelta(days=3)
    people = load_candidates(session, ROLE, [ada.id, bo.id], now=exported)
    save_export(session, people, PRESETS["generic"], tmp_path / "a.csv", role=ROLE, by="robin", now=exported)
    for one in (ada, bo):
        invented.stage(one, "replied", at=NOW - timedelta(days=1), by="kim")
    found = read(
        session,
        {"candidate_id": ada.public_id, "stage": "new"},
        {"candidate_id": bo.public_id, "stage": "rejected"},
    )
    assert found.changes == []
    assert "is 'replied' since 2026-11-19 (kim)" in found.conflicts[0]
    taken = read(session, {"candidate_id": bo.public_id, "stage": "rejected"}, overwrite=True)
    assert [(one.was, one.value) for one in taken.changes] == [("replied", "rejected")]


def test_a_verdict_is_for_the_role_of_the_row(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    rows = [
        {"candidate_id": ada.public_id, "role": role, "verdict": verdict}
        for role, verdict in (("ml-researcher", "yes"), ("mlops", "no"))
    ]
    found = read_stages(session, ["candidate_id", "role", "verdict"], rows, now=NOW)
    assert found.conflicts == []
    save_stages(session, found.changes, by="robin", now=NOW)
    read_again = read_stages(session, ["candidate_id", "role", "verdict"], rows, now=NOW, roles=["mlops"])
    assert [one.role for one in read_again.changes] == []
    assert read_again.conflicts == [
        f"row 2: {ada.public_id}: there is no role 'ml-researcher'; there are: mlops"
    ]
    kept = {(one.role, one.verdict) for one in session.scalars(select(Verdict))}
    assert kept == {("ml-researcher", "yes"), ("mlops", "no")}
    assert read_stages(session, ["candidate_id", "role", "verdict"], rows, now=NOW).changes == []


@pytest.mark.parametrize(
    ("cell", "leaves"), [("yes", True), ("2026-11-12", True), ("x", True), ("no", False), ("0", False)]
)
def test_an_unsubscribe_is_handed_on_in_whatever_words(
    session: Session, invented: Invented, cell: str, leaves: bool
) -> None:
    ada = invented.person("Ada Quill")
    found = read(session, {"candidate_id": ada.public_id, "unsubscribed": cell, "stage": "hired"})
    people = save_stages(session, found.changes, by="robin", now=NOW)
    assert [one.public_id for one in people] == ([ada.public_id] if leaves else [])


def test_whoever_was_contacted_by_anyone_stays_out_of_the_next_export(
    session: Session, invented: Invented
) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    found = read(session, {"candidate_id": ada.public_id, "contacted_at": "2026-11-12"})
    save_stages(session, found.changes, by="somebody else", now=NOW)
    choice = choose(session, [ada.id, bo.id], Allowed(), NOBODY)
    assert choice.chosen == [bo.id]
    assert choice.left_out == {"contacted before": 1}


def test_a_file_without_ids_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        read_stages(session, ["name"], [], now=NOW)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text(
        f'[database]\nurl = "sqlite:///sourcing.db"\n[crawl]\ncache_dir = "{tmp_path}/cache"\n', "utf-8"
    )
    opened = open_app(load_settings(settings, environ={}))
    yield opened
    opened.close()


def test_excels_unicode_text_is_read_and_an_empty_file_is_said(app: App, tmp_path: Path) -> None:
    with app.session() as session:
        invented = Invented(session)
        ada = invented.person("Ada Quill")
        invented.ranked(ada)
        who = ada.public_id
        session.commit()
    file = tmp_path / "back.txt"
    file.write_bytes(f"candidate_id\tfull_name\tstage\r\n{who}\tQuill, Ada\treplied\r\n".encode("utf-16"))
    words = ["-c", str(app.settings.path), "import", "stages", str(file)]
    assert CliRunner().invoke(command_line, words).exit_code == 0
    with app.session() as session:
        assert [one.stage for one in session.scalars(select(StageEvent))] == ["replied"]
    file.write_bytes(b"\n")
    with pytest.raises(Failure, match=r"back\.txt: is empty$") as failure:
        CliRunner().invoke(command_line, words, catch_exceptions=False)
    assert failure.value.code is ExitCode.USAGE


def test_the_verb_shows_first_then_does_and_forgets_who_unsubscribed(app: App, tmp_path: Path) -> None:
    with app.session() as session:
        invented = Invented(session)
        ada, zelda = invented.person("Ada Quill"), invented.person("Zelda Quorumsdottir")
        ids = (ada.public_id, zelda.public_id)
        invented.ranked(ada, zelda)
        session.commit()
    file = tmp_path / "back.csv"
    with file.open("w", encoding="cp1252", newline="") as opened:
        rows = csv.writer(opened, delimiter=";")
        rows.writerow(["candidate_id", "stage", "note", "unsubscribed", "mood"])
        rows.writerow([ids[0], "replied", "très bien", "", "sunny"])
        rows.writerow([ids[1], "", "", "yes", ""])
    words = ["-c", str(app.settings.path), "import", "stages", str(file)]
    seen = CliRunner().invoke(command_line, [*words, "--dry-run"])
    assert seen.exit_code == 0, seen.output
    assert f"{ids[0]}  Ada Quill  stage: new → replied" in seen.stdout
    assert "columns left alone: mood" in seen.stderr
    assert "2 rows read: 3 changes to 2 people; nothing was changed" in seen.stderr
    with app.session() as session:
        assert session.scalars(select(StageEvent)).all() == []
    done = CliRunner().invoke(command_line, words)
    assert done.exit_code == 0, done.output
    assert "1 unsubscribed: forgotten" in done.stderr
    with app.session() as session:
        assert [one.full_name for one in session.scalars(select(Person))] == ["Ada Quill"]
        assert app.suppressor().matches(["Z. Quorumsdottir"], [])
    assert (
        b"quorumsdottir" not in b"".join(path.read_bytes() for path in tmp_path.glob("sourcing.db*")).lower()
    )


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\ncandidate_id;stage\n{};contacted\n",
        '\ufeff"sep=,"\r\ncandidate_id,stage\r\n{},contacted\r\n',
        "candidate_id;note, for me;stage\n{};;contacted\n",
        ';;\n\ncandidate_id;"yes, no, maybe";stage\n{};;contacted\n',
        ",candidate_id,stage\n1,{},contacted\n",
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_what_spreadsheets_make_of_it_is_read_also_from_an_archive(
    app: App, tmp_path: Path, text: str, zipped: bool
) -> None:
    with app.session() as session:
        person = Invented(session).person("Ada Quill").public_id
        session.commit()
    file = tmp_path / "back.csv"
    file.write_text(text.format(person), "utf-8", newline="")
    if zipped:
        file = tmp_path / "back.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.write(tmp_path / "back.csv", "my folder/back.csv")
    said = CliRunner().invoke(command_line, ["-c", str(app.settings.path), "import", "stages", str(file)])
    assert said.exit_code == 0, said.exception
    assert "stage: new → contacted" in said.stdout


def test_who_is_contacted_by_file_must_be_told_as_by_hand(app: App, tmp_path: Path) -> None:
    with app.session() as session:
        invented = Invented(session)
        ada, bo, cy = (invented.person(name) for name in ("Ada Quill", "Bo Renn", "Cy Mora"))
        invented.ranked(ada, bo, cy)
        ids = [one.public_id for one in (ada, bo, cy)]
        session.commit()
    file = tmp_path / "back.csv"
    file.write_text(
        f"candidate_id,stage,contacted_at\n{ids[0]},contacted,\n{ids[1]},,2025-11-02\n{ids[2]},shortlisted,\n",
        "utf-8",
    )
    words = ["-c", str(app.settings.path), "import", "stages", str(file)]
    said = CliRunner().invoke(command_line, words).stderr
    assert f"that data about them is kept: sourcing notices {ids[1]} {ids[0]} --text" in said
    assert ids[2] not in said


def test_many_who_must_be_told_are_counted_and_not_listed(app: App, tmp_path: Path) -> None:
    with app.session() as session:
        invented = Invented(session)
        people = [invented.person(f"Ada Quill {name}") for name in "ABCDEF"]
        invented.ranked(*people)
        rows = "".join(f"{one.public_id},contacted\n" for one in people)
        session.commit()
    file = tmp_path / "back.csv"
    file.write_text(f"candidate_id,stage\n{rows}", "utf-8")
    said = (
        CliRunner().invoke(command_line, ["-c", str(app.settings.path), "import", "stages", str(file)]).stderr
    )
    assert "6 people must be told now that data about them is kept: sourcing notices --overdue --text" in said
    assert "p-000001" not in said


def test_who_unsubscribes_goes_out_of_the_files_before_the_tables(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the tables know what to look for in files: stopped in between, a second try finds them there."""
    with app.session() as session:
        who = Invented(session).person("Zelda Quorumsdottir").public_id
        session.commit()
    file = tmp_path / "back.csv"
    file.write_text(f"candidate_id,unsubscribed\n{who},yes\n", "utf-8")
    words = ["-c", str(app.settings.path), "import", "stages", str(file)]

    def stopped(*of: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("sourcing.privacy.traces.forget_person_files", stopped)
        assert CliRunner().invoke(command_line, words).exit_code != 0
    with app.session() as session:
        assert session.scalar(select(Person.id).where(Person.public_id == who)) is not None
    assert "1 unsubscribed: forgotten" in CliRunner().invoke(command_line, words).stderr
    with app.session() as session:
        assert session.scalar(select(Person.id).where(Person.public_id == who)) is None
