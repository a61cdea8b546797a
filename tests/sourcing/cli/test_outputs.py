"""``-o``: what is there and no file is left as it is, a link leads where it says, and - is standard output."""

import os
from pathlib import Path
from typing import Any

import pytest
from invented_people import invented_in
from sqlalchemy import select
from typer.testing import CliRunner

from db.engine import new_session, open_database
from db.schema import ExportBatch, ExportedPerson
from sourcing.cli import app
from sourcing.export import save_text
from sourcing.failure import ExitCode, Failure


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    with invented_in(folder) as invented:
        people = [invented.person(name) for name in ("Ada Quill", "Bo Renn")]
        invented.ranked(*people)
    return folder


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "80"})


def exported(folder: Path) -> tuple[int, list[str]]:
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        people = len(session.scalars(select(ExportedPerson.person_id)).all())
        paths = list(session.scalars(select(ExportBatch.path)))
    engine.dispose()
    return people, paths


@pytest.mark.parametrize("verb", ["export", "digest", "init"])
@pytest.mark.parametrize("where", [".", "", "pipe", "loop"])
def test_what_is_no_file_is_refused_before_anything_happens(folder: Path, verb: str, where: str) -> None:
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    before = sorted(folder.iterdir())
    said = run(verb, "-o", where, *(["--force"] if verb == "init" else []))
    assert isinstance(said.exception, Failure)
    assert said.exception.code is ExitCode.USAGE
    assert ("is a folder; name a file in it" in str(said.exception)) == (where in (".", ""))
    assert sorted(one for one in folder.iterdir() if one.name != "suppression.key") == before
    assert Path("pipe").is_fifo()
    assert exported(folder) == (0, [])


@pytest.mark.parametrize("verb", ["export", "digest"])
def test_a_link_stays_and_leads_to_what_was_written(folder: Path, verb: str, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    target.write_text("old", "utf-8")
    Path("link.txt").symlink_to(target)
    assert run(verb, "-o", "link.txt").exit_code == 0
    assert Path("link.txt").is_symlink()
    assert "Ada Quill" in target.read_text("utf-8")


def test_an_export_to_standard_output_is_the_sheet_alone(folder: Path) -> None:
    said = run("export", "-o", "-")
    assert said.exit_code == 0, said.exception
    first, *rows = said.stdout_bytes.decode("utf-8").split("\r\n")
    assert first.startswith("candidate_id,full_name,")
    assert [row.split(",")[1] for row in rows if row] == ["Ada Quill", "Bo Renn"]
    assert "2 of 2 candidates" in said.stderr
    assert not Path("-").exists()
    assert exported(folder) == (2, ["standard output"])


@pytest.mark.parametrize("words", [["digest", "-o", "-"], ["init", "-o", "-"], ["notices", "-o", "-"]])
def test_what_is_no_sheet_does_not_go_to_standard_output(folder: Path, words: list[str]) -> None:
    said = run(*words)
    assert isinstance(said.exception, Failure)
    assert "standard output" in str(said.exception)
    assert not Path("-").exists()


def test_letters_need_a_folder(folder: Path) -> None:
    said = run("notices", "-o", "sourcing.toml")
    assert isinstance(said.exception, Failure)
    assert "sourcing.toml is there and no folder" in str(said.exception)


def test_a_file_that_cannot_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(OSError, match=r"a\.csv") as error:
        save_text(tmp_path / "file" / "a.csv", "text")
    assert error.value.filename == str(tmp_path / "file" / "a.csv")
