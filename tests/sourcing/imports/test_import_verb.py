"""``sourcing import`` at the keyboard: what it says, what it stores, what it leaves alone."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from db.engine import new_session, open_database
from db.keys.names import name_key
from db.schema import (
    AchievementRow,
    AuditEvent,
    Person,
    PersonIdentifier,
    PersonName,
    ProfileMatch,
    RecordRow,
    Run,
    Suppression,
    TagEvent,
)
from db.suppression import Suppressor
from sourcing.app import suppression_key
from sourcing.cli import app
from sourcing.failure import ExitCode, Failure
from sourcing.imports.registry import check_rows, file_source
from sourcing.people.matching import match_people
from sourcing.settings import load_settings

NOW = datetime(2026, 11, 2, tzinfo=UTC)
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "imports"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCING_DATABASE_URL", f"sqlite:///{tmp_path / 'sourcing.db'}")
    monkeypatch.setenv("SOURCING_USER", "rita")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{home / 'sourcing.db'}")
    with new_session(engine) as session:
        yield session
    engine.dispose()


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["import", *words], catch_exceptions=False)


def known(session: Session, name: str, *identifiers: tuple[str, str], affiliation: str | None = None) -> int:
    person = Person(
        public_id=f"p-{name_key(name).replace(' ', '')}",
        full_name=name,
        name_key=name_key(name),
        affiliation=affiliation,
        origins={},
        first_seen=NOW,
        last_seen=NOW,
    )
    session.add(person)
    session.flush()
    session.add(PersonName(person_id=person.id, name=name, name_key=name_key(name)))
    for kind, value in identifiers:
        session.add(
            PersonIdentifier(
                person_id=person.id,
                kind=kind,
                value=value,
                confidence="confirmed",
                source="test",
                fetched_at=NOW,
            )
        )
    session.commit()
    return person.id


def test_connections_are_matched_for_review_and_strangers_are_not_stored(store: Session) -> None:
    solberg = known(store, "Ingrid Solberg", affiliation="Fjord Institute of Technology")
    zhao = known(store, "Min Zhao", ("linkedin", "https://www.linkedin.com/in/min-zhao-sample"))
    result = run("linkedin", str(FIXTURES / "Connections.csv"))
    assert result.exit_code == 0
    assert "3 rows read (utf-8); 1 left out" in result.stdout
    assert "1 of known people" in result.stdout
    assert "Ingrid Solberg may be p-ingridsolberg" in result.stdout
    assert "the same name; the same affiliation" in result.stdout
    assert "Connections.csv: line 8: has no name" in result.stderr
    records = {row.source_key: row.person_id for row in store.scalars(select(RecordRow))}
    assert records == {"ingrid-solberg-sample": None, "min-zhao-sample": zhao}
    question = store.scalars(select(ProfileMatch)).one()
    assert (question.person_id, question.decision) == (solberg, None)
    assert "example.org" not in json.dumps([row.payload for row in store.scalars(select(RecordRow))])


def test_a_decision_attaches_and_holds_for_the_next_import(store: Session) -> None:
    solberg = known(store, "Ingrid Solberg")
    other = known(store, "Min Zhao")
    run("linkedin", str(FIXTURES / "Connections.csv"))
    listed = json.loads(run("review", "--json").stdout)
    number = {one["person"]: str(one["number"]) for one in listed}
    assert (
        run("review", "--accept", number["p-ingridsolberg"], "--reject", number["p-minzhao"]).exit_code == 0
    )
    urls = select(PersonIdentifier.value).where(PersonIdentifier.person_id == solberg)
    assert store.scalars(urls).all() == ["https://www.linkedin.com/in/ingrid-solberg-sample"]
    again = run("linkedin", str(FIXTURES / "Connections.csv"))
    assert "1 of known people" in again.stdout
    assert "2 of nobody known, not kept" in again.stdout
    assert json.loads(run("review", "--json").stdout) == []
    decided = store.scalars(select(ProfileMatch).where(ProfileMatch.person_id == other)).one()
    assert (decided.decision, decided.by) == ("different", "rita")
    with pytest.raises(Failure, match="no open question"):
        run("review", "--accept", number["p-minzhao"])


def test_a_dry_run_says_the_same_and_changes_nothing(store: Session) -> None:
    known(store, "Ingrid Solberg", ("github", "isolberg"))
    arguments = ("people", str(FIXTURES / "career_fair.csv"), "--name", "Career fair")
    dry = json.loads(run(*arguments, "--dry-run", "--json").stdout)
    assert store.scalars(select(RecordRow)).all() == []
    assert store.scalars(select(Run)).all() == []
    real = json.loads(run(*arguments, "--json").stdout)
    assert {**dry, "dry_run": False} == real
    assert real["counts"] == {"known": 1, "review": 0, "new": 2, "kept": 0, "nobody": 0}
    assert [one["line"] for one in real["bad_rows"]] == [7, 8]


def test_a_list_makes_people_once_and_tags_them(store: Session) -> None:
    namesake = known(store, "Min Zhao")
    arguments = ("people", str(FIXTURES / "career_fair.csv"), "--tag", "campus", "--terms", "fair 2026")
    for _ in range(2):
        assert run(*arguments).exit_code == 0
    names = store.scalars(select(Person.full_name).order_by(Person.full_name)).all()
    assert names == ["Ingrid Solberg", "Jörg Früh", "Min Zhao"]  # the second Min Zhao waits for review
    assert [one.tag for one in store.scalars(select(TagEvent))] == ["campus", "campus"]
    assert set(store.scalars(select(RecordRow.terms))) == {"fair 2026"}
    question = store.scalars(select(ProfileMatch)).one()
    assert question.person_id == namesake
    run("review", "--reject", str(question.id))
    run(*arguments)
    store.rollback()
    assert store.scalars(select(Person.full_name).where(Person.name_key == name_key("Min Zhao"))).all() == [
        "Min Zhao",
        "Min Zhao",
    ]


def test_two_orcids_are_two_people(store: Session) -> None:
    known(store, "Min Zhao", ("orcid", "0000-0001-5109-3700"))
    found = json.loads(run("people", str(FIXTURES / "career_fair.csv"), "--json").stdout)
    assert found["counts"]["review"] == 0
    assert found["counts"]["new"] == 3


def test_kaggle_results_go_to_the_bearer_of_the_kaggle_name(store: Session) -> None:
    solberg = known(store, "Ingrid Solberg", ("kaggle", "isolberg-k"))
    baptiste = known(store, "Kwame Baptiste")
    result = run("kaggle", str(FIXTURES / "meta_kaggle"))
    assert result.exit_code == 0
    owners = {row.person_name: row.person_id for row in store.scalars(select(AchievementRow))}
    assert owners == {"Ingrid Solberg": solberg, "Kwame Baptiste": None}
    question = store.scalars(select(ProfileMatch)).one()
    assert question.person_id == baptiste
    assert "Teams.csv: has 4 cells" in result.stderr
    run("review", "--accept", str(question.id))
    store.rollback()
    assert set(store.scalars(select(AchievementRow.person_id))) == {solberg, baptiste}
    names = select(PersonIdentifier.value).where(PersonIdentifier.person_id == baptiste)
    assert store.scalars(names).all() == ["kbaptiste"]


def test_people_who_asked_to_be_left_alone_stay_out(store: Session, home: Path) -> None:
    key = suppression_key(
        load_settings(None, text="", environ={"SOURCING_DATABASE_URL": f"sqlite:///{home}/sourcing.db"})
    )
    out = Suppressor(key)
    store.add(Suppression(key_hash=out.hash_of("name", name_key("Jörg Früh")), at=NOW))
    store.commit()
    result = run("people", str(FIXTURES / "career_fair.csv"))
    assert "1 withheld" in result.stdout
    assert "Jörg Früh" not in store.scalars(select(Person.full_name)).all()


def test_one_address_without_its_page_is_one(home: Path) -> None:
    (home / "fair.csv").write_text("Name;E-Mail\nJürgen Größe;j@x.example\n", "cp1252")
    said = run("people", "fair.csv", "--dry-run")
    assert "1 e-mail address left out: no column email_url" in said.stdout + said.stderr


def test_a_file_without_known_columns_is_one_sentence(home: Path) -> None:
    (home / "odd.csv").write_text("colour,size\nred,1\n")
    with pytest.raises(Failure, match="no header with columns that are known"):
        run("people", "odd.csv")


def test_a_mapping_that_names_no_column_is_wrong_usage(home: Path) -> None:
    (home / "odd.csv").write_text("name,size\nAda,1\n")
    with pytest.raises(Failure, match="no such column") as failure:
        run("people", "odd.csv", "--map", "country=land")
    assert failure.value.code == 2


def test_a_file_without_a_row_fails_and_one_with_far_too_many_is_kept_out_whole(home: Path) -> None:
    (home / "empty.csv").write_text("name,school\n")
    with pytest.raises(Failure, match=r"empty\.csv: holds no row"):
        run("people", "empty.csv")
    (home / "bad.csv").write_text("name,school\n0041 79,Fjord\n")
    with pytest.raises(Failure, match=r"bad\.csv: no row could be read"):
        run("people", "bad.csv")
    with pytest.raises(Failure, match="30,001 rows; a file of this kind holds 30,000 at most"):
        check_rows(file_source("linkedin"), "Connections.csv", rows=30_001, left_out=0)


def test_a_printed_leaderboard_says_that_it_names_nobody(home: Path) -> None:
    result = run("kaggle", str(FIXTURES / "kaggle_printed.csv"), "--competition", "gap-prize")
    assert result.exit_code == 0
    assert "2 teams without members' names: download the CSV to get them" in result.stderr


@pytest.mark.parametrize("verb", ["people", "linkedin"])
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_an_edited_export_is_told_its_own_verb(
    store: Session, home: Path, verb: str, dry_run: list[str]
) -> None:
    known(store, "Ada Quill")
    store.commit()
    own = home / "my list.csv"
    own.write_text(
        "candidate_id,full_name,affiliation,stage,note\np-adaquill,Ada Quill,,contacted,Wrote on Monday.\n",
        "utf-8",
    )
    with pytest.raises(Failure) as refused:
        run(verb, str(own), *dry_run)
    assert refused.value.code == ExitCode.USAGE
    assert f"sourcing import stages '{own}'" in str(refused.value)
    assert store.scalars(select(ProfileMatch)).all() == []
    assert store.scalars(select(RecordRow)).all() == []
    back = run("stages", str(own))
    assert back.exit_code == 0
    assert "stage: new → contacted" in back.stdout


def test_programs_are_told_whom_a_row_may_be_by_the_lasting_id(store: Session, home: Path) -> None:
    known(store, "Somebody Else")
    known(store, "Ada Quill")
    (home / "agency.csv").write_text("Name\nAda Quill\n", "utf-8")
    told = json.loads(run("people", "agency.csv", "--json").stdout)
    assert [one["person"] for one in told["review"][0]["candidates"]] == ["p-adaquill"]


def test_another_programs_candidate_ids_are_no_list_of_ours(store: Session, home: Path) -> None:
    known(store, "Ada Quill")
    store.commit()
    (home / "agency.csv").write_text("Candidate ID,Name\n4711,Bo Renn\n", "utf-8")
    told = run("people", "agency.csv")
    assert told.exit_code == 0
    assert "1 of new people" in told.stdout
    assert "import stages" not in told.stderr


@pytest.mark.parametrize("width", [45, 80])
def test_what_an_import_says_keeps_to_the_window(
    store: Session, home: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    known(store, "Ada Quill-Featherstonehaugh", affiliation="Fjord Institute of Technology")
    (home / "agency.csv").write_text(
        "Name,Company\nAda Quill-Featherstonehaugh,Fjord Institute of Technology\n", "utf-8"
    )
    (home / "back.csv").write_text(
        "candidate_id,note\np-adaquillfeatherstonehaugh,Prefers to be written to in Norwegian.\n", "utf-8"
    )
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (["people", "agency.csv"], ["review"], ["stages", "back.csv", "--dry-run"]):
        told = run(*words).stdout
        assert "Quill-Featherstonehaugh" in told
        assert max(map(len, told.splitlines())) <= width


def test_an_import_and_a_colleague_who_writes_meanwhile_do_not_disturb_each_other(
    store: Session, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(store, "Ada Quill")
    (home / "fair.csv").write_text("name\nBo Renn\n", "utf-8")
    refused = []

    def while_a_colleague_writes(session: Session, records: Sequence[Any]) -> Any:
        with closing(sqlite3.connect(home / "sourcing.db", timeout=0)) as colleague, colleague:
            try:
                colleague.execute("UPDATE person SET headline = 'wrote back'")
            except sqlite3.OperationalError as error:  # they would have waited
                refused.append(str(error))
        return match_people(session, records)

    monkeypatch.setattr("sourcing.imports.save.match_people", while_a_colleague_writes)
    result = run("people", str(home / "fair.csv"))
    assert result.exit_code == 0
    assert refused == ["database is locked"]
    assert set(store.scalars(select(Person.full_name))) == {"Ada Quill", "Bo Renn"}


@pytest.mark.parametrize("at", ["_decided", "_settle"])
def test_an_import_that_fails_says_why_and_ends_its_run(
    store: Session, home: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "fair.csv").write_text("name\nBo Renn\n", "utf-8")

    def full(session: Session, *rest: Any, **more: Any) -> None:
        session.add(AuditEvent(at=NOW, by="rita", action="import", details={}))
        session.flush()
        raise Failure("no space left")

    monkeypatch.setattr(f"sourcing.imports.save.{at}", full)
    with pytest.raises(Failure, match="no space left"):
        run("people", str(home / "fair.csv"))
    assert [(one.status, one.message) for one in store.scalars(select(Run))] == [("failed", "no space left")]
