"""A colleague writes while a night reads what it then writes: each waits for the other, and the night goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from invented_people import Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Axis
from db.schema import CodeWatch, Run, RunSource
from db.store.runs import save_source_progress
from sourcing.app import App, open_app
from sourcing.assess import assess
from sourcing.implementations import fetching
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.sources import note_outcome
from spiders.account import SourceOutcome


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'sourcing.db'}"
    opened = open_app(load_settings(None, environ={"SOURCING_DATABASE_URL": url}))
    yield opened
    opened.close()


@pytest.fixture
def colleague_writes(tmp_path: Path) -> Callable[[], None]:
    def write() -> None:
        with (
            closing(sqlite3.connect(tmp_path / "sourcing.db", timeout=0)) as colleague,
            colleague,
            suppress(sqlite3.OperationalError),  # they would have waited
        ):
            colleague.execute("UPDATE run SET message = 'seen by robin'")

    return write


def test_how_a_source_went_is_noted_whoever_writes_meanwhile(
    app: App, colleague_writes: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_first(session: Session, *of: Any, **more: Any) -> None:
        session.scalars(select(Run)).all()
        colleague_writes()
        save_source_progress(session, *of, **more)

    monkeypatch.setattr("sourcing.sources.save_source_progress", looked_first)
    with recorded_run(app, "nightly", {}) as run:
        note_outcome(app, run, SourceOutcome(source="arxiv"))
    with app.session() as session:
        assert session.scalars(select(RunSource.status)).all() == ["done"]


def test_promised_code_is_watched_whoever_writes_meanwhile(
    app: App, colleague_writes: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.session(writing=True) as session:
        invented = Invented(session)
        paper = invented.paper(invented.person("Ada Quill"))
        code = invented.repository("github.com/quill/tides", paper)
        invented.score("repository", code.key, Axis.CODE_QUALITY, None, reason="no code yet")
        session.commit()
    promised = fetching.empty_official_repositories

    def looked_first(session: Session) -> dict[int, str]:
        found = promised(session)
        colleague_writes()
        return found

    monkeypatch.setattr(fetching, "empty_official_repositories", looked_first)
    monkeypatch.setattr("sourcing.assess.papers.assess_papers", lambda *_: None)
    monkeypatch.setattr("sourcing.assess.code.assess_repositories", lambda *_: None)
    with recorded_run(app, "assess", {}) as run:
        assess(app, run)
    with app.session() as session:
        assert len(session.scalars(select(CodeWatch.paper_id)).all()) == 1
