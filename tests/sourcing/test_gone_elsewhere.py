"""Repositories on other hosts than GitHub: looked at again and again, and gone since a day once there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from git_histories import TOMAS, stream
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.show import show
from db.records import Author, Page, PaperRecord
from db.schema import AssessmentRow, Implementation, Paper, Repository, Snapshot
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.assess import assess
from sourcing.demo.faults import status
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository as DemoRepository
from sourcing.demo.world import World
from sourcing.dry_run import plan_requests
from sourcing.identity.night import resolve_pending
from sourcing.implementations.linking import resolve_implementations
from sourcing.runs import recorded_run
from sourcing.settings import load_settings

START = datetime(2026, 11, 10, 4, tzinfo=UTC)
CODE = "".join(
    f"def step_{n}(width):\n    wider = width + {n}\n    return wider * 2\n\n\n" for n in range(20)
)


class Forge:
    """A host with one repository that a paper states, and the nights in which it is asked."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder, self.host, self.nights = folder, host, ExitStack()
        self.key = f"{host}/tomas/tides"

    def night(self, day: int, *, is_now: str = "live", commits: int = 1, fault: int = 0) -> dict[str, int]:
        """What was done on this day, and how often the host was asked (``asked``)."""
        history = stream([(TOMAS, f"Step {n}", {"net.py": CODE, "n": f"{n}\n"}) for n in range(commits)])
        there = DemoRepository(full_name="tomas/tides", host=self.host, history=history, status=is_now)
        git = f"{self.host.partition('.')[0]}_git"
        with DemoUpstream(World(nights=(START,), repositories=(there,))) as upstream:
            if fault:
                upstream.faults.add(git, status(fault))
            settings = load_settings(save_demo_settings(self.folder, upstream.urls))
            app = self.nights.enter_context(
                closing(open_app(settings, clock=lambda: START + timedelta(days=day)))
            )
            with app.session() as session:
                if day == 0:
                    self._state(app, session)
                resolve_implementations(session, app.now())
                session.commit()
            self.planned = list(plan_requests(app, (), since=None, limit=0, whole_night=True))
            with recorded_run(app, "nightly", {}) as run:
                assess(app, run)
                counts = {name.removeprefix("read code."): count for name, count in run.counts.items()}
            self.app = app
            return {**counts, "asked": len(upstream.requests.of(git))}

    def _state(self, app: App, session: Session) -> None:
        paper = PaperRecord(
            source="arxiv",
            source_key="2611.00001",
            url="https://arxiv.org/abs/2611.00001",
            title="TideNet: Floods",
            abstract=f"Our code is available at https://{self.key}.",
            arxiv_id="2611.00001",
            authors=(Author(name="Tomás Okafor", position=1),),
            published=START - timedelta(days=1),
        )
        page = Page(
            source="arxiv", url="u", fetched_at=START - timedelta(hours=1), terms="t", records=(paper,)
        )
        save_page(session, page, suppressor=app.suppressor())
        resolve_pending(session, now=START)

    def repository(self, session: Session) -> Repository:
        return session.scalars(select(Repository)).one()


@pytest.fixture(params=["gitlab.com", "codeberg.org"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Forge]:
    forge = Forge(tmp_path, request.param)
    with forge.nights:
        yield forge


def score(session: Session) -> float | None:
    return session.scalars(select(AssessmentRow.score).where(AssessmentRow.axis == "code_quality")).one()


def test_code_that_goes_is_gone_since_that_day_and_keeps_its_score(forge: Forge) -> None:
    assert forge.night(0)["read"] == 1
    assert forge.night(1)["asked"] == 0
    assert not any("look at" in line for line in forge.planned)
    assert forge.night(8, is_now="missing")["missing"] == 1
    assert any("1 repositories to look at" in line for line in forge.planned)
    with forge.app.session() as session:
        found, kept = forge.repository(session), score(session)
        assert (found.status, found.gone_since) == ("missing", START + timedelta(days=8))
        assert kept is not None
    # Asked again after three days, then rarer: it stays gone since the first.
    assert [forge.night(day, is_now="missing")["asked"] > 0 for day in (9, 11, 13, 14)] == [
        False, True, False, True,
    ]  # fmt: skip
    with forge.app.session() as session:
        assert forge.repository(session).gone_since == START + timedelta(days=8)
        [link] = session.scalars(select(Implementation)).all()
        assert link.kind == "official", "it was there once"
        [shown] = show(session, session.scalars(select(Paper)).one())["repositories"]
        assert shown["gone_since"] == START + timedelta(days=8)
        assert any("gone since 2026-11-18" in one["text"] for one in shown["evidence"])
        assert score(session) == kept
    assert forge.night(30, commits=2)["read"] == 1
    with forge.app.session() as session:
        assert (forge.repository(session).status, forge.repository(session).gone_since) == ("live", None)


def test_code_that_was_never_there_is_no_official_code(forge: Forge) -> None:
    assert forge.night(0, is_now="missing")["missing"] == 1
    forge.night(1, is_now="missing")
    with forge.app.session() as session:
        assert forge.repository(session).gone_since == START
        assert [one.kind for one in session.scalars(select(Implementation))] == ["mention"]


def test_what_has_not_changed_is_asked_for_and_not_read_again(forge: Forge) -> None:
    forge.night(0)
    assert forge.night(8)["unchanged"] == 1
    assert forge.night(9)["asked"] == 0
    assert forge.night(16, commits=2)["read"] == 1
    with forge.app.session() as session:
        assert len(session.scalars(select(Snapshot)).all()) == 2


@pytest.mark.parametrize("fault", [403, 503])
def test_a_host_that_refuses_or_is_down_says_nothing_of_the_code(forge: Forge, fault: int) -> None:
    forge.night(0)
    forge.night(8, fault=fault)
    with forge.app.session() as session:
        assert forge.repository(session).gone_since is None
        assert score(session) is not None
    assert forge.night(9)["unchanged"] == 1, "the next night asks again"
