"""The phase as a night runs it, against the sample upstream on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.records import Author, Page, PaperRecord
from db.schema import CodeWatch, Implementation, Paper, Repository
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.demo.faults import quota_exhausted, status
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository as DemoRepository
from sourcing.demo.world import World
from sourcing.implementations.phase import implementations_phase
from sourcing.runs import OpenRun, recorded_run
from sourcing.settings import load_settings

NIGHT = datetime(2026, 11, 10, 4, tzinfo=UTC)
AUTHORS = (Author(name="Marta Kessler", position=1), Author(name="Jun-Ho Baek", position=2))


def history(readme: str) -> bytes:
    return (
        "commit refs/heads/main\ncommitter Ada Example <ada@example.org> 1762000000 +0000\n"
        f"data <<END\nBegin\nEND\nM 100644 inline README.md\ndata <<END\n{readme}\nEND\n\n"
    ).encode()


def paper(number: int, title: str, abstract: str) -> PaperRecord:
    return PaperRecord(
        source="arxiv",
        source_key=f"2611.0000{number}",
        url=f"https://arxiv.org/abs/2611.0000{number}",
        title=title,
        abstract=abstract,
        arxiv_id=f"2611.0000{number}",
        authors=AUTHORS,
        published=NIGHT - timedelta(days=1),
    )


PAPERS = (
    paper(1, "TideNet: Forecasting Coastal Floods", "Code: https://github.com/mkessler/old-name."),
    paper(2, "RiverFormer: Reading Gauges as Tokens", "We read gauges."),
    paper(3, "On the Patience of Ponds", "Our code will be released upon acceptance."),
)
WORLD = World(
    papers=(),
    repositories=(
        DemoRepository(
            full_name="mkessler/tidenet", history=history("# TideNet"), former_names=("mkessler/old-name",)
        ),
        DemoRepository(
            full_name="baek-jh/riverformer",
            history=history("# RiverFormer: Reading Gauges as Tokens\nOfficial implementation."),
        ),
        DemoRepository(
            full_name="quietcoder/riverformer-jax",
            history=history(
                "# riverformer-jax\nUnofficial JAX port of *RiverFormer: Reading Gauges as Tokens*."
            ),
        ),
    ),
    nights=(NIGHT,),
)


@pytest.fixture
def upstream() -> Iterator[DemoUpstream]:
    with DemoUpstream(WORLD) as running:
        yield running


@pytest.fixture
def app(upstream: DemoUpstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_TOKEN", "sample-token")
    settings = load_settings(save_demo_settings(tmp_path, upstream.urls))
    opened = open_app(settings, clock=lambda: NIGHT)
    with opened.session() as session:
        page = Page(source="arxiv", url="u", fetched_at=NIGHT, terms="t", records=PAPERS)
        save_page(session, page, suppressor=opened.suppressor())
    yield opened
    opened.close()


def run_phase(app: App) -> OpenRun:
    with recorded_run(app, "nightly", {}) as run:
        implementations_phase(app, run)
    return run


def stored(app: App) -> dict[tuple[str, str], str]:
    with app.session() as session:
        rows = session.execute(
            select(Paper.arxiv_id, Repository.key, Implementation.kind)
            .join(Implementation, Implementation.paper_id == Paper.id)
            .join(Repository, Repository.id == Implementation.repository_id)
        )
        return {(row.arxiv_id, row.key): row.kind for row in rows}


def test_a_night_links_describes_searches_and_watches(app: App, upstream: DemoUpstream) -> None:
    run = run_phase(app)
    assert run.failed == {}
    assert stored(app) == {
        ("2611.00001", "github.com/mkessler/tidenet"): "official",
        ("2611.00002", "github.com/baek-jh/riverformer"): "official",
        ("2611.00002", "github.com/quietcoder/riverformer-jax"): "third_party",
    }
    assert run.counts["implementations.papers"] == 3
    assert run.counts["implementations.official"] == 2
    assert run.counts["implementations.third_party"] == 1
    with app.session() as session:
        watched = session.scalars(
            select(Paper.arxiv_id).join(CodeWatch, CodeWatch.paper_id == Paper.id)
        ).all()
    assert watched == ["2611.00003"]
    before = stored(app)
    asked = len(upstream.requests.of("github_api"))
    assert run_phase(app).failed == {}
    assert stored(app) == before
    assert len(upstream.requests.of("github_api")) == asked  # all was asked tonight already


def test_a_host_that_is_down_is_named_and_costs_no_stated_link(app: App, upstream: DemoUpstream) -> None:
    upstream.faults.add("github_api", status(500))
    run = run_phase(app)
    assert set(run.failed) == {"github"}
    assert stored(app) == {("2611.00001", "github.com/mkessler/old-name"): "official"}
    upstream.faults.clear()
    assert run_phase(app).failed == {}
    assert ("2611.00001", "github.com/mkessler/tidenet") in stored(app)
    assert ("2611.00002", "github.com/baek-jh/riverformer") in stored(app)


def test_without_a_token_nothing_is_searched_and_a_spent_quota_is_left_to_the_next_night(
    app: App, upstream: DemoUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    upstream.faults.add("github_api", quota_exhausted())
    run = run_phase(app)
    assert "asks to wait" in run.failed["github"]
    paths = [one.request.path for one in upstream.requests.of("github_api")]
    assert paths == ["/repos/mkessler/old-name"]
    assert stored(app) == {("2611.00001", "github.com/mkessler/old-name"): "official"}
