"""A copy that nobody may write to is looked at all the same, and stays as it is."""

import errno
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from invented_people import NOW, ROLE, Invented
from typer.testing import CliRunner

from db.engine import new_session, open_database
from db.schema import NoticeRow, Suppression
from db.suppression import Suppressor
from sourcing.app import open_app, suppression_key
from sourcing.blind import save_blind
from sourcing.cli import app
from sourcing.cli.opening import Invocation
from sourcing.failure import Failure, as_failure
from sourcing.settings import load_settings

URL = "sqlite:///sourcing.db"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database of one candidate, without its key, in which nothing can be written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCING_USER", "robin")
    Path("sourcing.toml").write_text(f'[database]\nurl = "{URL}"\n', "utf-8")
    Path("groups.csv").write_text("candidate_id,school\np-000001,north\n", "utf-8")
    Path("back.csv").write_text("candidate_id,stage\np-000001,contacted\n", "utf-8")
    engine = open_database(URL)
    with new_session(engine) as session:
        invented = Invented(session)
        ada = invented.person("Ada Quill")
        invented.paper(ada, title="Quiet Kernels")
        invented.ranked(ada, role=ROLE)
        save_blind(session, [ada.public_id], by="robin", now=NOW)
        session.add(NoticeRow(person_id=ada.id, collected_at=NOW - timedelta(31), due_at=NOW - timedelta(1)))
        session.add(Suppression(key_hash="0" * 64, at=NOW))
        session.commit()
    engine.dispose()
    monkeypatch.setattr("os.access", lambda path, mode, **more: mode != os.W_OK)
    return tmp_path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "80"}, obj=Invocation(clock=lambda: NOW))


@pytest.mark.parametrize(
    ("words", "shown", "said"),
    [
        (["status"], "1 person", ""),
        (["doctor", "--offline"], "is only looked at", ""),
        (["doctor", "--offline"], "ok    database     /", ""),
        (["shortlist"], "Ada Quill", "whom you looked at blind are named now is not logged"),
        (["shortlist", "--blind"], "p-000001", "that you looked blind is not logged"),
        (["show", "p-000001"], "Ada Quill", "whom you looked at blind is named now is not logged"),
        (["show", "p-000001", "--blind"], "p-000001", "that you looked blind is not logged"),
        (["search", "kernels"], "Quiet Kernels", ""),
        (["likes"], "", "no paper is liked yet"),
        (["audit"], "blind", ""),
        (["audit", "--impact", "groups.csv"], "north", "that this was asked for is not logged"),
        (["access", "p-000001"], '"Ada Quill"', "that this was asked for is not logged"),
        (["notices"], "p-000001", "who came to be told since its last night is not listed"),
        (["notices", "--text"], "Dear Ada Quill", "who came to be told since its last night is not listed"),
        (["purge"], "p-000001", "inform them (sourcing notices)"),
        (["duplicates"], "", "nobody is in doubt"),
        (["import", "review"], "", "nothing to review"),
        (["import", "stages", "back.csv", "--dry-run"], "stage: new → contacted", "nothing was changed"),
    ],
)
def test_verbs_that_read_work_on_a_copy_and_say_what_is_not_kept(
    copy: Path, words: list[str], shown: str, said: str
) -> None:
    before = {one.name: one.read_bytes() for one in copy.iterdir()}
    told = run(*words)
    assert told.exit_code == 0, (told.output, told.exception)
    assert shown in told.stdout
    assert said in told.stderr
    assert ("cannot be written to" in told.stderr) == ("is not l" in said or words == ["purge"])
    assert {one.name: one.read_bytes() for one in copy.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stage", "p-000001", "contacted"], "for writing"),
        (["notices", "--sent", "p-000001"], "for writing"),
        (["audit", "--counterfactual"], "copy it to where it can"),
    ],
)
def test_verbs_that_write_say_that_they_cannot(copy: Path, words: list[str], said: str) -> None:
    before = {one.name: one.read_bytes() for one in copy.iterdir()}
    told = run(*words)
    assert told.exception is not None
    assert said in str(as_failure(told.exception, URL))
    assert {one.name: one.read_bytes() for one in copy.iterdir()} == before


def test_a_copy_of_another_version_says_what_to_do(copy: Path) -> None:
    with closing(sqlite3.connect("sourcing.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '0001'")
        file.commit()
    before = Path("sourcing.db").read_bytes()
    told = run("status")
    assert "is not brought up to date; copy it to where it can" in str(told.exception)
    assert Path("sourcing.db").read_bytes() == before


def test_a_lock_that_cannot_be_written_says_what_to_check(tmp_path: Path) -> None:
    (tmp_path / "sourcing.lock").mkdir()
    (tmp_path / "sourcing.toml").write_text(f'[database]\nurl = "{URL}"\n', "utf-8")
    told = run("-c", str(tmp_path / "sourcing.toml"), "rank")
    assert "check the folder and its permissions. Nothing was changed" in str(told.exception)


def test_a_key_in_a_folder_that_may_not_be_entered_is_not_called_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'[database]\nurl = "{URL}"\n[privacy]\nsuppression_key_file = "closed/suppression.key"\n'
    (tmp_path / "sourcing.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    there = Path.exists

    def closed(self: Path, **how: Any) -> bool:
        if self.name == "suppression.key":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return there(self, **how)

    monkeypatch.setattr(Path, "exists", closed)
    said = run("doctor", "--offline")
    [line] = [line for line in said.stdout.splitlines() if " key " in line]
    assert line.startswith("FAIL  key")
    assert "closed/suppression.key: the suppression key cannot be read or made" in line
    assert any(line.startswith("ok    git") for line in said.stdout.splitlines())


def test_a_lost_key_is_never_replaced_while_somebody_must_stay_out(tmp_path: Path) -> None:
    """Under another key nobody is recognised, and whoever asked to be left alone would come back."""
    settings = load_settings(None, environ={"SOURCING_DATABASE_URL": f"sqlite:///{tmp_path / 'sourcing.db'}"})
    opened = open_app(settings)
    key = suppression_key(settings)
    with opened.session() as session:
        hashes = Suppressor(key).hashes_of({"Ada Quill"}, [])
        session.add_all(Suppression(key_hash=one, at=NOW) for one in hashes)
        session.commit()
    opened.close()
    (tmp_path / "suppression.key").unlink()
    with pytest.raises(Failure, match="put it back from your backup"):
        open_app(settings)
    assert not (tmp_path / "suppression.key").exists()
    (tmp_path / "suppression.key").write_text(key.hex(), "ascii")
    open_app(settings).close()
