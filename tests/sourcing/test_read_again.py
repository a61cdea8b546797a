"""Code that was promised on a host that tells no date of a push: the repository is read again when a look is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from git_histories import TOMAS, Files, stream
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.show import show
from db.records import Author, Page, PaperRecord
from db.schema import AssessmentRow, CodeWatch, Paper, Person, Repository, Snapshot
from db.store import save_page
from ranking.code_quality import CodeQualityScorer
from sourcing.app import App, open_app
from sourcing.assess import assess
from sourcing.assess.wanted import code_to_read
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository as DemoRepository
from sourcing.demo.world import World
from sourcing.dry_run import plan_requests
from sourcing.identity.night import resolve_pending
from sourcing.implementations.fetching import plan_fetches, save_fetched
from sourcing.implementations.linking import resolve_implementations
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.show_view import subject_lines
from sourcing.terminal import Screen

NIGHT = datetime(2026, 11, 10, 4, tzinfo=UTC)
README: Files = {"README.md": "# SoonNet\n\nThe code will be released upon acceptance.\n"}
CODE: Files = {
    "net.py": "".join(
        f"def step_{n}(width):\n    wider = width + {n}\n    return wider * 2\n\n\n" for n in range(20)
    )
}


def night(folder: Path, day: int, *commits: Files) -> tuple[App, list[int]]:
    """A night in which GitLab holds these commits: looks are noted, then code is read; gives what was to be read."""
    history = stream([(TOMAS, f"Step {n}", files) for n, files in enumerate(commits)])
    now = NIGHT + timedelta(days=day)
    lab = DemoRepository(full_name="tomas/soon", host="gitlab.com", history=history)
    with DemoUpstream(World(nights=(NIGHT,), repositories=(lab,))) as upstream:
        app = open_app(load_settings(save_demo_settings(folder, upstream.urls)), clock=lambda: now)
        with app.session() as session:
            if day == 0:
                paper = PaperRecord(
                    source="arxiv",
                    source_key="2611.00001",
                    url="https://arxiv.org/abs/2611.00001",
                    title="SoonNet: Waiting for Floods",
                    abstract="Our code is available at https://gitlab.com/tomas/soon.",
                    arxiv_id="2611.00001",
                    authors=(Author(name="Tomás Okafor", position=1),),
                    published=NIGHT - timedelta(days=1),
                )
                page = Page(
                    source="arxiv", url="u", fetched_at=now - timedelta(hours=1), terms="t", records=(paper,)
                )
                save_page(session, page, suppressor=app.suppressor())
                resolve_pending(session, now=now)
            resolve_implementations(session, now)
            plan = plan_fetches(session, now)
            assert plan.repositories == ()  # nobody is asked for a description
            save_fetched(session, plan, now)
            session.commit()
            waiting = code_to_read(session, CodeQualityScorer.load().model.version, now)
        planned = " ".join(plan_requests(app, (), since=None, limit=0, whole_night=True))
        assert ("1 repositories to read" in planned) == bool(waiting)
        with recorded_run(app, "nightly", {}) as run:
            assess(app, run)
    return app, waiting


def pages(session: Session, subject: type[Paper | Person | Repository], now: datetime) -> list[str]:
    one = session.scalars(select(subject)).one()
    return list(subject_lines(show(session, one), now=now, on=Screen(120, 50)))


def test_a_promise_on_another_host_is_read_again_when_a_look_is_due(tmp_path: Path) -> None:
    for day, due in ((0, True), (1, False), (3, True), (4, False), (9, True), (10, False)):
        app, waiting = night(tmp_path, day, README)
        assert bool(waiting) == due, day
        with app.session() as session:
            watch = session.scalars(select(CodeWatch)).one()
            assert watch.next_check > app.now()
            for subject in (Paper, Repository, Person):
                page = " ".join(" ".join(pages(session, subject, app.now())).split())
                assert f"looked at again on {watch.next_check:%Y-%m-%d}" in page
            assert "README.md:3 announces code to come: “The code will be released upon acceptance.”" in page
            overdue = pages(session, Paper, watch.next_check)
            assert any("looked at again in the next night" in line for line in overdue)
            newest = session.scalars(select(Snapshot.taken_at).order_by(Snapshot.taken_at.desc())).first()
            assert (newest == app.now()) == due
        app.close()
    app, waiting = night(tmp_path, 30, README, CODE)  # after a pause, and the code has come
    assert waiting
    with app.session() as session:
        assert session.scalars(select(AssessmentRow.score).where(AssessmentRow.axis == "code_quality")).one()
        assert session.scalars(select(CodeWatch)).all() == []
        assert not any("watched for code" in line for line in pages(session, Paper, app.now()))
    app.close()
    app, waiting = night(tmp_path, 60, README, CODE)
    assert waiting == []
    app.close()
