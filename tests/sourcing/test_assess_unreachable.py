"""A code host that is down for a night."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.queries.pending import repositories_to_read
from db.records import Author, Page, PaperRecord
from db.store import save_page
from ranking.code_quality import CodeQualityScorer
from sourcing.app import open_app
from sourcing.assess.code import assess_repositories
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import World
from sourcing.identity.night import resolve_pending
from sourcing.implementations.linking import resolve_implementations
from sourcing.runs import recorded_run
from sourcing.settings import load_settings

NIGHT = datetime(2026, 11, 10, 4, tzinfo=UTC)
REPOSITORIES = 20


def test_a_host_that_is_down_costs_a_few_repositories_and_the_rest_wait(tmp_path: Path) -> None:
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
    with recorded_run(app, "nightly", {}) as run:
        assess_repositories(app, run)
        counts = dict(run.counts)
    tried = counts["read code.unreachable"]
    left = counts["read code.left for the next run: their host does not answer"]
    assert 3 <= tried < 3 + app.settings.checkout.workers + 1
    assert tried + left == REPOSITORIES
    version = CodeQualityScorer.load().model.version
    with app.session() as session:
        waiting = repositories_to_read(session, version, retry_before=NIGHT - timedelta(days=7))
    assert len(waiting) == left
    app.close()
