"""What status and a dry run tell: what failed and where, how far each source was read, what is waiting."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented_people import Invented
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from db.schema import CursorRow, Implementation, MaybeSame, Paper, Repository, Run, RunSource
from sourcing.app import App, open_app
from sourcing.cli import app as command_line
from sourcing.cli.opening import Invocation
from sourcing.dry_run import plan_requests
from sourcing.lock import is_running, lock_path
from sourcing.runs import phase, recorded_run
from sourcing.settings import load_settings
from sourcing.status import read_status
from sourcing.status_view import status_lines

NOW = datetime(2031, 5, 2, 4, tzinfo=UTC)
SETTINGS = """
[database]
url = "sqlite:///{folder}/sourcing.db"
[sources.arxiv]
categories = ["cs.LG", "cs.RO"]
[sources.pmlr]
enabled = true
volumes = [900, 901]
"""


@pytest.fixture
def app(tmp_path: Path) -> App:
    settings = load_settings(None, text=SETTINGS.format(folder=tmp_path), environ={})
    return open_app(settings, clock=lambda: NOW)


def told(app: App, *, width: int = 80, running: bool = False) -> str:
    with app.session() as session:
        status = read_status(session, now=NOW, running=running)
    lines = list(status_lines(status, width=width))
    assert max(len(line) for line in lines if "/" not in line) <= width
    return "\n".join(lines)


def keep(app: App, *rows: object) -> None:
    with app.session() as session:
        session.add_all(rows)
        session.commit()


def cursor(source: str, scope: str, value: str) -> CursorRow:
    return CursorRow(source=source, scope=scope, value=value, updated_at=NOW)


def test_an_empty_database_says_how_to_begin(app: App) -> None:
    assert "nothing yet" in told(app)
    assert "begin with: sourcing nightly" in told(app)


def test_what_failed_and_how_far_each_source_was_read(app: App) -> None:
    began = NOW - timedelta(hours=1, minutes=5)
    done = {"crawl.fetched": 2000, "crawl.changed": 0, "read code.read": 6}
    keep(
        app,
        Run(verb="nightly", arguments={}, status="partial", counts=done, started_at=began, finished_at=NOW,
            message="pmlr: no answer"),
        cursor("arxiv", "cs.LG", "2031-05-01T17:59:01+00:00"),
        cursor("arxiv", "cs.RO", "2031-04-30T17:59:01+00:00"),
        cursor("pmlr", "v900", "5cebd0d6d4caa066 3/3"),
        cursor("openreview", "X/2031/Conference", "1935500000000"),
    )  # fmt: skip
    for source, age, status, error in (
        ("arxiv", 0, "done", None),
        ("openreview", 9, "done", None),
        ("pmlr", 0, "failed", "no answer"),
    ):
        keep(
            app,
            RunSource(run_id=1, source=source, status=status, pages=1, fetched=2000, new=10, changed=0,
                      warnings={"title without letters": 3} if source == "arxiv" else {}, error=error,
                      updated_at=NOW - timedelta(days=age)),
        )  # fmt: skip
    text = told(app)
    assert "partial      1 h 5 min\n        pmlr: no answer\n        crawl: 2,000 fetched\n" in text
    assert "read code: 6 read" in text
    assert "title without letters (3 ×)" in text
    assert "read up to 2031-04-30 17:59 (cs.RO), 2031-05-01 17:59 (cs.LG)" in text
    assert "read up to 2031-05-02 " in text  # OpenReview counts milliseconds
    assert "failed: no answer" in text
    assert "5cebd0" not in text
    stale = [line for line in text.splitlines() if "stale" in line]
    assert [line.split()[0] for line in stale] == ["openreview"]


def test_who_was_merged_or_told_apart_is_counted_no_more(app: App) -> None:
    with app.session() as session:
        invented = Invented(session)
        ada, quill, namesake, bo = (
            invented.person(name) for name in ("Ada Quill", "A. Quill", "Ada Quill", "Bo")
        )
        invented.paper(ada)
        for other in (quill, namesake, bo):
            invented.maybe_same(ada, other)
        session.flush()
        quill.merged_into = ada.id
        session.execute(
            update(MaybeSame).where(MaybeSame.other_id == namesake.id).values(decision="different")
        )
        session.commit()
    assert "1 paper, 3 people" in told(app)
    assert "1 pair who may be one person" in " ".join(told(app).split())


def test_a_run_that_was_killed_is_not_called_running(app: App) -> None:
    keep(app, Run(verb="nightly", arguments={}, status="running", counts={}, started_at=NOW))
    assert "broken off" in told(app)
    assert "running" in told(app, running=True)


def test_who_holds_the_lock_is_seen_without_asking_for_it(app: App) -> None:
    url = app.settings.database.url
    assert not is_running(url)
    lock_path(url).write_text(f"{os.getpid()}\n")
    assert is_running(url)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock_path(url).write_text(f"{gone.pid}\n")
    assert not is_running(url)


def test_a_failed_run_keeps_the_sentence_that_was_told(app: App) -> None:
    full = OperationalError("INSERT", {}, Exception("database or disk is full"))
    with pytest.raises(OperationalError), recorded_run(app, "rank", {}):
        raise full
    assert re.search(
        r"no space left to write \S+sourcing.db \(database or disk is full\)",
        " ".join(told(app, width=100).split()),
    )


def test_a_dry_run_names_each_part_and_what_is_waiting(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    keep(app, cursor("arxiv", "cs.LG", "2031-05-01T17:59:01+00:00"), cursor("pmlr", "v900", "5cebd0 3/3"))
    keep(
        app,
        Repository(key="github.com/x/y", url="https://github.com/x/y", status="live", first_seen=NOW,
                   last_seen=NOW, origins={}, topics=[]),
        Paper(public_id="arXiv:3105.00001", title="T", title_key="t", categories=[], keywords=[], awards=[],
              code_urls=[], page_urls=[], url="u", n_authors=0, text_hash="h", origins={}, first_seen=NOW,
              last_seen=NOW),
    )  # fmt: skip
    keep(
        app,
        Implementation(paper_id=1, repository_id=1, kind="official", probability=0.9, evidence=[],
                       first_seen=NOW, last_seen=NOW),
    )  # fmt: skip
    lines = list(plan_requests(app, [], since=None, limit=50, whole_night=True))
    assert "arxiv         https://export.arxiv.org/api/query, one request in 3 s, at most 50 records" in lines
    assert "    cs.LG from 2031-04-29 17:59" in lines
    assert "    cs.RO from 2031-04-25" in lines
    assert "    900 what is new since it was last read" in lines
    assert "    901 from 2031-04-25" in lines
    assert any(
        "1 repositories to describe (at most 25 a night without GITHUB_TOKEN)" in line for line in lines
    )
    assert lines[-1] == "git           the code hosts: 1 repositories to read"
    crawl_only = list(plan_requests(app, ["pmlr"], since=None, limit=0))
    assert crawl_only[0].split(",")[0] == "pmlr          https://proceedings.mlr.press"
    assert not any("git" in line for line in crawl_only)


def test_a_source_is_not_said_to_be_read_when_its_run_was_killed(app: App) -> None:
    keep(
        app,
        Run(verb="nightly", arguments={}, status="running", counts={}, started_at=NOW),
        RunSource(run_id=1, source="pmlr", status="running", pages=1, fetched=3, new=3, changed=0, warnings={},
                  updated_at=NOW),
    )  # fmt: skip
    line = next(line for line in told(app).splitlines() if line.startswith("  pmlr"))
    assert "broken off" in line
    assert "running" in next(one for one in told(app, running=True).splitlines() if one.startswith("  pmlr"))
    with recorded_run(app, "rank", {}):
        pass
    assert "interrupted" in next(one for one in told(app).splitlines() if one.startswith("  pmlr"))


def stopped_while_reading(app: App, source: str) -> None:
    with recorded_run(app, "crawl", {}) as run:
        keep(
            app,
            RunSource(run_id=run.id, source=source, status="running", pages=1, fetched=3, new=3, changed=0,
                      warnings={}, updated_at=NOW),
        )  # fmt: skip
        raise KeyboardInterrupt


def test_a_source_of_a_run_that_was_stopped_was_interrupted(app: App) -> None:
    with pytest.raises(KeyboardInterrupt):
        stopped_while_reading(app, "pmlr")
    with app.session() as session:
        assert [one.status for one in read_status(session, now=NOW, running=False).sources] == ["interrupted"]


def test_a_narrow_window_has_lines_instead_of_a_table(app: App) -> None:
    keep(
        app,
        Run(verb="nightly", arguments={}, status="interrupted", counts={}, started_at=NOW - timedelta(hours=9),
            finished_at=NOW),
        RunSource(run_id=1, source="huggingface", status="interrupted", pages=1, fetched=2000, new=3, changed=0,
                  warnings={}, updated_at=NOW - timedelta(days=9)),
    )  # fmt: skip
    said = told(app, width=45)
    assert "huggingface: interrupted, read 2031-04-23" in said
    assert "2,000 fetched, 3 new, 0 changed" in said


def test_a_file_that_was_imported_is_done_and_never_stale(app: App, tmp_path: Path) -> None:
    file = tmp_path / "career fair.csv"
    file.write_text("name,orcid\nAda Quill,0000-0002-1825-0097\n", "utf-8")
    settings = tmp_path / "sourcing.toml"
    settings.write_text(SETTINGS.format(folder=tmp_path), "utf-8")
    long_ago = Invocation(clock=lambda: NOW - timedelta(days=30))
    words = ["-c", str(settings), "import", "people", str(file)]
    assert CliRunner().invoke(command_line, words, obj=long_ago).exit_code == 0
    text = told(app, width=100)
    assert "        1 row\n" in text
    (line,) = [one for one in text.splitlines() if one.startswith("  list:careerfair ")]
    assert " done " in line
    assert "stale" not in line


def test_one_of_what_a_stage_counts_is_one(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    with recorded_run(app, "resolve", {}) as run, phase(app, run, "resolve") as counts:
        counts.update(authorships=1, new_people=1, people_described=2, merged_people=1, maybe_the_same=1)
    told = "1 authorship, 1 new person, 2 people described, 1 merged person, 1 pair who may be one person"
    assert f"resolve: {told} (" in capsys.readouterr().err
    with app.session() as session:
        shown = read_status(session, now=app.now(), running=False)
    assert f"resolve: {told}" in " ".join(" ".join(status_lines(shown, width=100)).split())
