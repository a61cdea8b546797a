"""A list may stay open in the pager for hours: whoever writes meanwhile, a night above all, does not wait for that."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, invented_in
from typer.testing import CliRunner

from db.schema import NoticeRow
from sourcing.cli import app
from sourcing.cli.opening import Invocation
from sourcing.lock import run_lock
from sourcing.terminal import Screen


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reading")
    with invented_in(folder) as invented:
        ada = invented.person("Ada Quill")
        invented.paper(ada, title="Quiet Kernels")
        invented.ranked(ada, role=ROLE)
        late = NoticeRow(person_id=ada.id, collected_at=NOW - timedelta(31), due_at=NOW - timedelta(1))
        invented.session.add(late)
    (folder / "back.csv").write_text("candidate_id,note\np-000001,writes well\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    "words", [["notices"], ["purge"], ["purge", "--yes"], ["import", "stages", "back.csv"]]
)
def test_nobody_waits_for_whoever_reads(
    folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def somebody_reads(lines: Iterable[str], on: Screen) -> None:
        read.extend(lines)
        with run_lock("sqlite:///sourcing.db"), closing(sqlite3.connect("sourcing.db", timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")

    monkeypatch.setattr("sourcing.terminal.print_lines", somebody_reads)
    said = CliRunner().invoke(app, words, obj=Invocation(clock=lambda: NOW))
    assert said.exit_code == 0, said.exception
    assert any("Ada Quill" in line for line in read)
