"""A code host that is down for a night."""

import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.pending import repositories_to_read
from db.records import Assessment, AssessmentStatus, Author, Axis, Page, PaperRecord, SubjectKind
from db.schema import AssessmentRow, Repository, Snapshot
from db.store import save_page
from db.store.scores import save_assessments
from ranking.code_quality import CodeQualityScorer, SourceTree
from sourcing.app import App, open_app
from sourcing.assess import code
from sourcing.assess.code import assess_repositories
from sourcing.assess.git_hosts import GitHosts
from sourcing.assess.wanted import WantedCode
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import World
from sourcing.identity.night import resolve_pending
from sourcing.implementations.linking import resolve_implementations
from sourcing.runs import recorded_run
from sourcing.settings import load_settings

NIGHT = datetime(2026, 11, 10, 4, tzinfo=UTC)
REPOSITORIES = 20


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Twenty papers with code on a host at which nobody listens any more."""
    records = [
        PaperRecord(
            source="arxiv",
            source_key=f"2611.{number:05}",
            url=f"https://arxiv.org/abs/2611.{number:05}",
            title=f"TideNet {number}: Floods",
            abstract=f"Our code is available at https://github.com/lab/tide{number}.",
            arxiv_id=f"2611.{number:05}",
            authors=(Author(name="Tomás Okafor", position=1),),
            published=NIGHT - timedelta(days=1),
        )
        for number in range(1, REPOSITORIES + 1)
    ]
    with DemoUpstream(World(nights=(NIGHT,))) as running:
        path = save_demo_settings(tmp_path, running.urls)
    # The sample upstream has gone home: nothing listens there any more.
    app = open_app(load_settings(path), clock=lambda: NIGHT)
    with app.session() as session:
        page = Page(source="arxiv", url="u", fetched_at=NIGHT, terms="t", records=tuple(records))
        save_page(session, page, suppressor=app.suppressor())
        resolve_pending(session, now=NIGHT)
        resolve_implementations(session, NIGHT)
        session.commit()
    yield app
    app.close()


def assess(app: App) -> dict[str, int]:
    with recorded_run(app, "nightly", {}) as run:
        assess_repositories(app, run)
        return dict(run.counts)


def waiting(session: Session, now: datetime) -> list[int]:
    return repositories_to_read(
        session,
        CodeQualityScorer.load().model.version,
        retry_before=now - timedelta(days=7),
        retry_unreachable_before=now - timedelta(hours=12),
    )


def test_a_host_that_is_down_costs_a_few_repositories_and_the_rest_wait(app: App) -> None:
    killed = app.state_dir("quarantine") / "checkout-killed"
    killed.mkdir(parents=True)
    counts = assess(app)
    assert not killed.exists(), "what a killed night left is not kept"
    tried = counts["read code.unreachable"]
    left = counts["read code.left for the next run: their host does not answer"]
    assert 3 <= tried < 3 + app.settings.checkout.workers + 1
    assert tried + left == REPOSITORIES
    with app.session() as session:
        assert len(waiting(session, NIGHT)) == left
        assert len(waiting(session, NIGHT + timedelta(days=1))) == REPOSITORIES, "the next night asks again"


def test_a_score_outlives_a_night_on_which_the_host_is_down(app: App) -> None:
    version = CodeQualityScorer.load().model.version
    with app.session() as session:
        repository = session.scalars(select(Repository).order_by(Repository.id)).first()
        assert repository is not None
        row_id, key = repository.id, repository.key
        before = NIGHT - timedelta(days=1)
        scored = Assessment(
            subject_kind=SubjectKind.REPOSITORY,
            subject_id=key,
            axis=Axis.CODE_QUALITY,
            scorer="code_quality",
            scorer_version=version,
            status=AssessmentStatus.SCORED,
            score=81.0,
            low=70.0,
            high=90.0,
        )
        save_assessments(session, [scored], now=before)
        session.add(
            Snapshot(repository_id=row_id, commit="a" * 40, subdirectory="", status="read", taken_at=before)
        )
        repository.pushed = NIGHT
        session.commit()
    assess(app)
    with app.session() as session:
        kept = session.scalars(select(AssessmentRow).where(AssessmentRow.subject_id == key)).one()
        assert (kept.status, kept.score) == ("scored", 81.0)
        # Read again since: an old failure is no reason to read it once more.
        later = NIGHT + timedelta(days=2)
        session.add(
            Snapshot(repository_id=row_id, commit="b" * 40, subdirectory="", status="read", taken_at=later)
        )
        session.flush()
        assert row_id not in waiting(session, later + timedelta(days=30))


def test_whatever_a_repository_does_to_us_the_night_goes_on(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("nobody thought of this")

    monkeypatch.setattr(code, "fetch_code", broken)
    assert assess(app)["read code.broken"] == REPOSITORIES
    with app.session() as session:
        reasons = session.scalars(select(Snapshot.reason)).all()
        assert all("a fault of ours (TypeError at test_assess_unreachable.py:" in str(one) for one in reasons)
        assert waiting(session, NIGHT + timedelta(days=1)) == []


def test_what_was_read_is_not_kept_until_the_end_of_the_night(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(code, "_read", lambda *_: code._Reading(1, (), tree=SourceTree(files=())))
    wanted = [WantedCode(one, f"github.com/lab/{one}", None, (), None, frozenset()) for one in range(9)]
    trees: list[weakref.ref[SourceTree]] = []
    for reading in code._read_all(app.settings, CodeQualityScorer.load(), wanted, tmp_path):
        assert reading.tree is not None
        trees.append(weakref.ref(reading.tree))
        del reading
        assert sum(tree() is not None for tree in trees) <= 1
    assert len(trees) == len(wanted)


def test_a_git_host_is_asked_no_faster_than_the_settings_say() -> None:
    slept: list[float] = []
    hosts = GitHosts(
        lambda host: 2.0 if host == "github.com" else 0.0, clock=lambda: 10.0, sleep=slept.append
    )
    for key in (
        "github.com/lab/a",
        "codeberg.org/lab/a",
        "github.com/lab/b",
        "codeberg.org/lab/b",
        "github.com/lab/c",
    ):
        hosts.wait(key)
    assert slept == [2.0, 4.0]
