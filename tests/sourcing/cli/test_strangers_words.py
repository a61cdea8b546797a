"""Names and titles are printed as strangers wrote them: nothing of them is taken for markup or steers a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_people import NOW, Invented
from rich.cells import cell_len
from typer.testing import CliRunner

from db.engine import new_session, open_database
from sourcing.cli import app

NAME = "Ada [Ed.] Quill"
TITLE = "[Re] Tides\x1b[2J in the Loss"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a database of two people who may be one and have to be informed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sourcing.toml").write_text('[database]\nurl = "sqlite:///sourcing.db"\n', "utf-8")
    engine = open_database(f"sqlite:///{tmp_path / 'sourcing.db'}")
    with new_session(engine) as session:
        invented = Invented(session)
        people = [invented.person(NAME, first_seen=NOW) for _ in range(2)]
        invented.paper(people[0], title=TITLE)
        for title in ("Ropes", "Ice"):
            invented.paper(people[1], title=title)
        invented.maybe_same(*people)
        invented.ranked(*people)
        session.commit()
    engine.dispose()
    return tmp_path


def said(*words: str) -> str:
    answer = CliRunner().invoke(app, list(words), env={"COLUMNS": "120", "NO_COLOR": "1"})
    assert answer.exit_code == 0, answer.output
    assert "\x1b[2J" not in answer.stdout
    return " ".join(answer.stdout.split())


@pytest.mark.usefixtures("folder")
def test_who_may_be_the_same_is_printed_whole() -> None:
    told = said("duplicates")
    assert told.count(f"{NAME}") == 4
    assert "1 paper: [Re] Tides [2J in the Loss" in told
    assert "2 papers: " in told


@pytest.mark.usefixtures("folder")
def test_one_paper_is_one() -> None:
    answer = CliRunner().invoke(app, ["split", "p-000002", "arXiv:2611.00004"])
    assert answer.exit_code == 0, answer.output
    assert f"{NAME} (p-000002): 1 paper\n" in answer.stderr
    assert f"{NAME} (p-000001): 2 papers\n" in answer.stderr


@pytest.mark.usefixtures("folder")
def test_who_must_be_told_is_printed_whole() -> None:
    assert said("notices").count(NAME) == 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("verb", ["shortlist", "show", "search"])
def test_lists_and_pages_are_printed_whole(verb: str) -> None:
    words = {"show": ["show", "p-000001"], "search": ["search", "tides"], "shortlist": ["shortlist"]}[verb]
    assert (NAME if verb == "shortlist" else "[Re] Tides [2J in the Loss") in said(*words)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", [["duplicates"], ["notices"]], ids=" ".join)
@pytest.mark.parametrize("width", [45, 80])
def test_lists_keep_to_the_window_and_leave_no_blanks_at_the_end(words: list[str], width: int) -> None:
    lines = CliRunner().invoke(app, words, env={"COLUMNS": str(width)}).stdout.splitlines()
    wide = [line for line in lines if cell_len(line) > width]
    assert all(line.startswith("  sourcing duplicates --different p-") for line in wide)  # to be copied
    assert [line for line in lines if line != line.rstrip()] == []
    assert NAME in " ".join(" ".join(lines).split())
