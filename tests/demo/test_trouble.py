"""What goes wrong around a night: one sentence, the right exit code, and nothing lost."""

import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from nights import night_here, settings_with, start_night
from rows import differences
from sqlalchemy import Engine

from db.engine import open_database
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.failure import ExitCode

PAPERS = ("2611.04001", "2611.04050", "2611.04099")
LESS_THAN_A_NIGHT = 700_000  # bytes: room for the empty tables and some of the night


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    world = sample_world()
    with DemoUpstream(
        replace(world, papers=tuple(world.paper_by_id[one] for one in PAPERS), publications=())
    ) as running:
        running.scene.core_limit = (100_000, 100_000)
        yield running


def a_night(settings: Path, **environ: str) -> tuple[int, list[str]]:
    """Exit code and stderr of a night as a process."""
    night = start_night(settings, NIGHTS[0], **environ)
    _, told = night.communicate(timeout=120)
    return night.returncode, told.splitlines()


def database_of(settings: Path) -> Engine:
    return open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")


@pytest.fixture(scope="module")
def calm(upstream: DemoUpstream, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    settings = settings_with(tmp_path_factory.mktemp("calm"), upstream)
    assert night_here(settings, NIGHTS[0]) is ExitCode.DONE
    return database_of(settings)


def complaints(told: list[str]) -> list[str]:
    return [line for line in told if line.startswith(("sourcing:", "source "))]


def test_without_a_network_each_source_is_one_sentence_and_tomorrow_brings_the_rest(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream, "virtual")
    right = settings.read_text("utf-8")
    settings.write_text(re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:9", right), "utf-8")
    code, told = a_night(settings)
    assert code == 3
    said = complaints(told)
    assert [line.split(" failed: ")[0] for line in said] == ["source arxiv", "source virtual"]
    assert "no connection" in said[0]
    assert "127.0.0.1:9 could not be read: it refuses connections" in said[1]
    assert "Traceback" not in "\n".join(told)
    settings_with(tmp_path, upstream)
    assert night_here(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}


def test_a_wrong_token_is_named_and_the_night_goes_on_without_github(
    upstream: DemoUpstream, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream)
    code, told = a_night(settings, GITHUB_TOKEN="expired-yesterday")
    assert code == 3
    assert complaints(told) == ["source github failed: GitHub refuses the token in GITHUB_TOKEN (HTTP 401)"]
    assert "expired-yesterday" not in "\n".join(told)
    assert b"expired-yesterday" not in (tmp_path / "sourcing.db").read_bytes()
    assert any(line.startswith("score papers: 3 papers") for line in told)


def test_a_full_disk_is_one_sentence_and_the_next_night_has_it_all(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LESS_THAN_A_NIGHT, LESS_THAN_A_NIGHT))

    words = [sys.executable, "-u", "-m", "sourcing.demo.night", str(settings), NIGHTS[0].isoformat()]
    full = subprocess.run(
        words, preexec_fn=little_room, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert full.returncode in (1, 3)
    said = complaints(full.stderr.splitlines())
    assert said
    assert all("no space left" in line or "could not save" in line for line in said)
    assert "Traceback" not in full.stderr
    assert night_here(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}


def test_ctrl_c_says_what_is_kept_and_the_next_night_goes_on(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream)
    night = start_night(settings, NIGHTS[0])
    assert night.stderr is not None
    next(line for line in night.stderr if line.startswith("resolve"))
    night.send_signal(signal.SIGINT)
    _, told = night.communicate(timeout=120)
    assert night.returncode == 1
    assert complaints(told.splitlines()) == [
        "sourcing: stopped. Everything that was committed is kept; the next run goes on from there."
    ]
    assert "Traceback" not in told
    assert night_here(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}


def test_damage_inside_the_database_is_one_sentence_and_nothing_is_written(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream)
    path = tmp_path / "sourcing.db"
    with closing(sqlite3.connect(str(calm.url.database))) as whole:
        whole.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path)) as opened:
        (size,) = opened.execute("PRAGMA page_size").fetchone()
        (root,) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = 'paper'").fetchone()
        opened.execute("PRAGMA journal_mode = DELETE")
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    before = path.read_bytes()
    for words in (["rank"], ["shortlist"], ["doctor", "--offline"]):
        done = subprocess.run(
            [sys.executable, "-m", "sourcing", "--config", str(settings), *words],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 1, words
        said = [line for line in (done.stderr + done.stdout).splitlines() if "is damaged" in line]
        assert len(said) == 1, words
        assert f"sqlite3 {path} .recover" in said[0]
        assert "Traceback" not in done.stderr
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")
    assert path.read_bytes()[(root - 1) * size : root * size] == before[(root - 1) * size : root * size]


def test_a_second_night_at_once_is_turned_away(upstream: DemoUpstream, calm: Engine, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, upstream)
    first = start_night(settings, NIGHTS[0])
    assert first.stderr is not None
    next(line for line in first.stderr if line.startswith("crawl"))
    code, told = a_night(settings)
    assert code == 4
    assert len(told) == 1
    assert f"another run (process {first.pid})" in told[0]
    first.communicate(timeout=120)
    assert first.returncode == 0
    assert differences(calm, database_of(settings)) == {}
