"""Papers' project pages wait for their turn: none is dropped because many came at once, and none is asked for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.records import Author, Page, PaperRecord, RepositoryRecord, RepositoryStatus
from db.store import save_page
from db.suppression import Suppressor
from sourcing.app import App, open_app
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import World
from sourcing.implementations.fetching import FetchLimits, plan_fetches
from sourcing.implementations.linking import resolve_implementations
from sourcing.implementations.pages import save_pages_asked
from sourcing.implementations.phase import implementations_phase
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.settings.model import SourceSettings

NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)


def paper(number: int, page: str | None = None) -> PaperRecord:
    named = page or f"https://tides{number}.example"
    return PaperRecord(
        source="arxiv",
        source_key=f"2611.{number:05}",
        url=f"https://arxiv.org/abs/2611.{number:05}",
        title=f"Tides of Harbour {number}",
        abstract=f"We look at tides. Project page: {named}",
        arxiv_id=f"2611.{number:05}",
        authors=(Author(name="Marta Kessler", position=1),),
        published=NOW - timedelta(days=1),
    )


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


def keep(session: Session, *records: PaperRecord | RepositoryRecord, at: datetime = NOW) -> None:
    page = Page(source="test", url="https://x.example", fetched_at=at, terms="t", records=records)
    save_page(session, page, suppressor=Suppressor(b"k" * 32))
    resolve_implementations(session, at)


def asked(session: Session, at: datetime, limit: int = 500) -> list[str]:
    """What a night asks for, in vain."""
    plan = plan_fetches(session, at, search=False, limits=FetchLimits(pages=limit))
    save_pages_asked(session, plan.paged, at)
    return [str(one["url"]) for one in plan.pages]


def test_more_than_a_night_can_ask_for_is_worked_off_oldest_first(session: Session) -> None:
    for number in range(1, 8):
        keep(session, paper(number), at=day(number))
    assert plan_fetches(session, day(30), limits=FetchLimits(pages=2)).pages_left == 5
    # Longer after they came than two weeks, and nobody asked meanwhile.
    nights = [asked(session, day(30 + number / 24), limit=2) for number in range(4)]
    assert [page for night in nights for page in night] == [f"https://tides{n}.example" for n in range(1, 8)]


def test_a_page_that_does_not_come_is_asked_for_ever_more_rarely_and_then_given_up(session: Session) -> None:
    keep(session, paper(1))
    assert [number for number in range(30) if asked(session, day(number))] == [0, 1, 3, 7]
    keep(session, replace(paper(1), comment="9 pages"), at=day(31))
    assert asked(session, day(31)) == [], "the same page as before"
    keep(session, paper(1, "https://moved.example"), at=day(32))
    assert asked(session, day(32)) == ["https://moved.example"]


def test_nights_without_network_give_no_page_up(session: Session) -> None:
    for number in range(1, 7):
        keep(session, paper(number))
    for number in range(40):
        asked(session, day(number))
    assert len(asked(session, day(50))) == 6


def test_a_page_is_asked_for_once_the_official_code_is_gone(session: Session) -> None:
    stated = replace(paper(1), comment="Code: https://github.com/mkessler/tides")
    code = RepositoryRecord(
        source="github",
        key="github.com/mkessler/tides",
        url="https://github.com/mkessler/tides",
        readme=f"# {stated.title}",
    )
    keep(session, stated)
    keep(session, code)
    assert asked(session, day(1)) == []
    keep(session, replace(code, readme=None, status=RepositoryStatus.MISSING), at=day(40))
    assert asked(session, day(41)) == ["https://tides1.example"]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with DemoUpstream(World(nights=(NOW,))) as upstream:
        opened = open_app(load_settings(save_demo_settings(tmp_path, upstream.urls)), clock=lambda: NOW)
        yield opened
        opened.close()


def night(app: App) -> dict[str, int]:
    with recorded_run(app, "nightly", {}) as run:
        implementations_phase(app, run)
        return {name.removeprefix("implementations."): count for name, count in run.counts.items()}


def test_what_a_night_leaves_or_gives_up_is_in_its_report(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sourcing.implementations.phase.ANONYMOUS", FetchLimits(repositories=0, pages=2))
    monkeypatch.setattr("sourcing.implementations.pages.next_try", lambda now, tries: None)
    with app.session(writing=True) as session:
        keep(session, *(paper(number) for number in range(1, 6)))
        session.commit()
    app.settings.sources["project_pages"] = SourceSettings(enabled=False)
    off = night(app)
    assert not {"pages_left", "pages_given_up"} & off.keys(), "nobody is asked"
    del app.settings.sources["project_pages"]
    counts = [night(app) for _ in range(4)]
    assert [(one.get("pages_left", 0), one.get("pages_given_up", 0)) for one in counts] == [
        (3, 2), (1, 2), (0, 1), (0, 0),
    ]  # fmt: skip
