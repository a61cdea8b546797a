"""What is said to somebody who wrote something wrong, the code that a script gets, and duties that are said in time."""

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from invented_people import NOW, Invented
from rich.cells import cell_len
from sqlalchemy import select

from db.engine import new_session, open_database
from db.records import Axis
from db.schema import NoticeRow, Person
from sourcing.cli import main, write_what_the_terminal_can_show


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sourcing.toml").write_text('[database]\nurl = "sqlite:///sourcing.db"\n', "utf-8")
    engine = open_database(f"sqlite:///{tmp_path / 'sourcing.db'}")
    with new_session(engine) as session:
        invented = Invented(session)
        ada, bo = invented.person("Ada Quill"), invented.person("Łukasz Ńowak")
        invented.ranked(ada, bo)
        for one, hours in ((ada, 20), (bo, 24 * 29 - 2)):
            due = NOW + timedelta(hours=hours)
            session.add(NoticeRow(person_id=one.id, collected_at=due - timedelta(days=30), due_at=due))
        session.commit()
    engine.dispose()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(words), clock=lambda: NOW)
    return int(str(end.value.code))


HUGE = "99999999999999999999"


@pytest.mark.parametrize(
    "words",
    [
        ["shortlist", "--top", HUGE],
        ["shortlist", "--page", HUGE],
        ["shortlist", "--max-years", HUGE],
        ["export", "--top", HUGE],
        ["notices", "--within", HUGE],
        ["audit", "--top", HUGE],
        ["duplicates", "--top", HUGE],
        ["search", "kernels", "--top", HUGE],
        ["nightly", "--limit", HUGE],
    ],
)
def test_a_number_beyond_all_measure_is_one_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert (
        f"it must be at most 1000000{'000' if 'nightly' in words else ''}; see: sourcing {words[0]} --help"
        in said
    )


def test_the_largest_numbers_that_are_taken_work(capsys: pytest.CaptureFixture[str]) -> None:
    most = "1000000"
    assert run("shortlist", "--top", most, "--page", most, "--max-years", most) == 0
    assert run("notices", "--within", most) == 0
    assert "Ada Quill" in capsys.readouterr().out


def test_days_to_a_duty_are_days_of_the_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    """At four in the morning of the 20th, what is due on the 19th of next month is due in 29 days, also at two."""
    run("notices")
    said = capsys.readouterr().out
    assert "2026-11-21  in 1 day " in said
    assert "2026-12-19  in 29 days " in said
    run("notices", "--within", "0", "--json")
    assert json.loads(capsys.readouterr().out) == []
    run("notices", "--within", "1", "--json")
    assert [one["full_name"] for one in json.loads(capsys.readouterr().out)] == ["Ada Quill"]


def test_a_first_contact_says_who_must_be_told_now(capsys: pytest.CaptureFixture[str]) -> None:
    run("stage", "Ada Quill", "shortlisted")
    assert "must be told" not in capsys.readouterr().err
    run("stage", "Ada Quill", "p-000002", "contacted")
    said = " ".join(capsys.readouterr().err.split())
    assert "must be told now" in said
    assert "sourcing notices p-000001 p-000002 --text" in said
    run("notices", "--sent", "p-000001", "p-000002")
    capsys.readouterr()
    run("stage", "Ada Quill", "replied")
    assert "must be told" not in capsys.readouterr().err


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_pipe_without_all_letters_gets_the_others(
    encoding: str, errors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(body, encoding, errors))
    assert run("shortlist") == 0
    sys.stdout.flush()
    assert "ukasz" in body.getvalue().decode(encoding)
    body.truncate(0)
    body.seek(0)
    assert run("shortlist", "--json") == 0
    sys.stdout.flush()
    assert json.loads(body.getvalue().decode(encoding))[1]["full_name"] == "Łukasz Ńowak"


def test_what_stands_for_no_letter_is_only_where_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages keep the escapes that Python writes for such letters: they lose nothing."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), "ascii"),
        io.TextIOWrapper(io.BytesIO(), "ascii", "backslashreplace"),
    )
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    write_what_the_terminal_can_show()
    assert (out.errors, err.errors) == ("replace", "backslashreplace")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["import"], 2, "sourcing: a word is missing after import; see: sourcing import --help\n"),
        (["duplicates", "--different", "p-x"], 2, "2 arguments; see: sourcing duplicates --help\n"),
        (["--config", ".", "status"], 2, "name the settings file in it, such as sourcing.toml"),
        (
            ["import", "kaggle", "."],
            2,
            "there is no Teams.csv; a folder holds Meta Kaggle: Competitions.csv, ",
        ),
        (["import", "kaggle", "odd.csv", "--competition", "x"], 2, "A leaderboard has Rank, TeamId"),
        (["import", "people", "odd.csv"], 2, "Name columns with --map"),
        (["import", "linkedin", "empty.csv"], 2, "empty.csv: no header; the file is empty"),
        (["import", "people", "header.csv"], 2, "header.csv: holds no row"),
        (["import", "kaggle", "empty.csv", "--competition", "x"], 2, "the file is empty"),
        (["import", "stages", "empty.csv"], 2, "empty.csv: is empty"),
        (["evaluate", "implementations", "--data", "empty.csv"], 2, "no rows"),
        (["evaluate", "implementations", "--data", "."], 2, ".: is no file"),
    ],
)
def test_wrong_words_and_files_end_with_2_and_advice_that_can_be_followed(
    folder: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.csv").write_text("colour,weight\nred,3\n", "utf-8")
    (folder / "empty.csv").write_text("", "utf-8")
    (folder / "header.csv").write_text("full name,affiliation\n", "utf-8")
    assert run(*words) == code
    assert said in capsys.readouterr().err


def test_a_database_that_cannot_be_meant_is_a_wrong_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCING_DATABASE_URL", "mysql://x/y")
    assert run("status") == 2
    assert "mysql is not supported" in capsys.readouterr().err


def said_by(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(*words) == code
    both = capsys.readouterr()
    return both.out + both.err


def test_what_was_not_so_is_not_said_to_have_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Ada Quill: was not tagged remote" in said_by(capsys, "tag", "Ada Quill", "remote", "--remove")
    assert "Ada Quill: tagged remote" in said_by(capsys, "tag", "Ada Quill", "remote")
    assert "Ada Quill: already tagged remote" in said_by(capsys, "tag", "Ada Quill", "remote")
    assert "Ada Quill: no longer tagged remote" in said_by(capsys, "tag", "Ada Quill", "remote", "--remove")


def test_one_person_cannot_be_merged_with_herself(capsys: pytest.CaptureFixture[str]) -> None:
    said = said_by(capsys, "merge", "Ada Quill", "Ada Quill", code=1)
    assert "Ada Quill is Ada Quill (p-000001) already; name two people" in said


def test_a_digest_about_nobody_is_not_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = said_by(capsys, "digest", "--role", "mlops")
    assert "nobody has been ranked for mlops yet" in said
    assert "no page is written" in said
    assert list(folder.glob("*.html")) == []


def test_files_of_another_kind_are_sent_where_they_belong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said_by(capsys, "export", "-o", "mine.csv")
    said = said_by(capsys, "import", "people", "mine.csv", "--dry-run", code=2)
    assert "mine.csv is a list that sourcing wrote" in said
    assert "sourcing import stages mine.csv" in said
    said = said_by(capsys, "import", "feeds", "mine.csv", code=2)
    assert "mine.csv: no RSS or Atom feed" in said
    assert "unknown" not in said


def test_an_answer_to_a_question_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "list.csv").write_text("full name,affiliation\nAda Quill,Quay Lab\nŁukasz Ńowak,\n", "utf-8")
    said_by(capsys, "import", "people", "list.csv")
    assert "Ada Quill" in said_by(capsys, "import", "review")
    said = said_by(capsys, "import", "review", "--accept", "1", "--reject", "2")
    assert "1: list:list: Ada Quill, Quay Lab is p-000001 Ada Quill" in said
    assert "2: list:list: Łukasz Ńowak is not p-000002 Łukasz Ńowak" in said
    assert "nothing to review" in said


def test_lists_fit_a_narrow_window(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        everything = {str(axis): 100.0 for axis in Axis}
        invented, people = Invented(session, first=50), session.scalars(select(Person)).all()
        invented.ranked(*people, role="ml-engineer", axes=everything)
        liked = invented.paper(*people, title="Long Tides for Short Gradients in Quiet Kernels").public_id
        session.commit()
    engine.dispose()
    monkeypatch.setenv("COLUMNS", "45")
    run("stage", "p-000001", "p-000002", "shortlisted")
    capsys.readouterr()
    lists = [["notices"], ["audit"], ["show", "Ada Quill"], ["status"], ["like", liked], ["likes"]]
    for words in lists:
        assert run(*words) == 0
        said = capsys.readouterr().out
        wide = [line for line in said.splitlines() if cell_len(line) > 45]
        assert wide == []
        assert "…" not in said
    run("notices")
    assert "2026-11-21 in 1 day: p-000001 Ada Quill," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "where", "said"),
    [
        (["search", "tides"], "db.queries.search.search", "stopped."),
        (["export"], "sourcing.export.save_export", "stopped. Everything that was committed is kept."),
        (["rank"], "sourcing.rank.rank_phase",
         "stopped. Everything that was committed is kept; the next run goes on from there."),
    ],
)  # fmt: skip
def test_ctrl_c_promises_to_go_on_only_where_a_run_does(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    where: str,
    said: str,
) -> None:
    def stopped(*of: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, stopped)
    assert run(*words) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"sourcing: {said}"
