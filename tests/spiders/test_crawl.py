"""From a host on loopback into the database: crawls as a user runs them, and what each source's outcome says."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from db.engine import new_session, open_database
from db.schema import Authorship, CursorRow, Paper, RecordRow
from db.suppression import Suppressor
from sourcing.arxiv_client import ArxivClient, Manners, new_submissions
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders, save_pages, user_agent
from sourcing.demo.faults import rate_exceeded, status
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Author, World, versions
from sourcing.demo.world import Paper as DemoPaper
from spiders.account import SourceOutcome

NIGHTS = tuple(datetime(2026, 11, day, 4, tzinfo=UTC) for day in (10, 11))
NOBODY = Suppressor(b"k" * 32)


def demo_paper(number: int, day: int) -> DemoPaper:
    return DemoPaper(
        arxiv_id=f"2611.{number:05d}",
        title=f"Invented Tides {number}",
        abstract="Water moves twice a day.",
        authors=(Author(name="Ingrid|Solberg", affiliation="Fjord Institute"), Author(name="José|Ñandú")),
        categories=("cs.LG",),
        versions=versions(datetime(2026, 11, day, 9, tzinfo=UTC)),
        comment="Both authors contributed equally",
    )


@pytest.fixture
def upstream() -> Iterator[DemoUpstream]:
    world = World(
        papers=tuple(demo_paper(n, 4 if n < 8 else 9) for n in range(1, 11)), repositories=(), nights=NIGHTS
    )
    with DemoUpstream(world, night=2) as running:
        running.scene.oai_page = 4
        yield running


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sourcing.db'}"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    opened = open_database(database)
    yield opened
    opened.dispose()


QUICK = {"BACKOFF_FIRST_S": 0.001, "BACKOFF_LONGEST_S": 0.001, "BACKOFF_TRIES": 2}


def oai_plan(upstream: DemoUpstream, **changes: object) -> SpiderPlan:
    given: dict[str, object] = {
        "source": "arxiv_oai",
        "base_url": upstream.urls["arxiv_oai"],
        "delay_s": 0.0,
        "options": {"sets": ["cs"], "since": "2026-11-01", "until": "2026-11-30"},
        "scrapy_settings": QUICK,
    }
    return SpiderPlan(**{**given, **changes})  # type: ignore[arg-type]


def crawl(database: str, *plans: SpiderPlan) -> list[SourceOutcome]:
    return run_spiders(
        plans, CrawlContext(database_url=database, suppressor=NOBODY, user_agent=user_agent("t@example.org"))
    )


def titles(engine: Engine) -> set[str]:
    with new_session(engine) as session:
        return set(session.scalars(select(Paper.title)))


def test_a_back_fill_ends_in_the_database_and_the_next_goes_on_where_it_stopped(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    seen: list[SourceOutcome] = []
    context = CrawlContext(database_url=database, suppressor=NOBODY)
    [outcome] = run_spiders([oai_plan(upstream)], context, on_progress=seen.append)
    assert (outcome.source, outcome.fetched, outcome.new, outcome.error) == ("arxiv_oai", 10, 10, None)
    assert outcome.pages == 3
    assert titles(engine) == {f"Invented Tides {n}" for n in range(1, 11)}
    assert [one.fetched for one in seen] == [4, 8, 10, 10]
    assert upstream.requests.most_at_once("arxiv_oai") == 1
    with new_session(engine) as session:
        cursors = {row.scope: row.value for row in session.scalars(select(CursorRow))}
        first_authors = session.scalars(select(Authorship.name).where(Authorship.is_first)).all()
    assert cursors.keys() == {"cs"}
    assert set(first_authors) == {"Ingrid Solberg", "José Ñandú"}

    upstream.requests.clear()
    [again] = crawl(database, oai_plan(upstream, cursors=cursors))
    assert (again.new, again.error) == (0, None)
    asked = [one.target for one in upstream.requests.of("arxiv_oai")]
    assert asked
    assert all(f"from={cursors['cs']}" in target for target in asked)

    # Both doors of arXiv lead to the same papers.
    client = ArxivClient(
        base_url=upstream.urls["arxiv_api"], manners=Manners(delay_s=0), now=lambda: upstream.now, page_size=3
    )
    pages = new_submissions(client, ["cs.LG"], since=upstream.now - timedelta(days=9))
    nightly = save_pages("arxiv", pages, engine, suppressor=NOBODY)
    assert (nightly.fetched, nightly.error) == (10, None)
    with new_session(engine) as session:
        assert len(session.scalars(select(Paper)).all()) == 10
        assert sorted(session.scalars(select(RecordRow.source)).all()) == ["arxiv"] * 10 + ["arxiv_oai"] * 10
        value = session.scalar(select(CursorRow.value).where(CursorRow.source == "arxiv"))
    assert value == "2026-11-09T09:00:00+00:00"

    # A category that was mistyped: no error of arXiv's, only nothing. The first time that is told.
    for first, said in ((True, "arxiv found no record in the 1 pages of its first run"), (False, None)):
        nothing = new_submissions(client, ["cs.LQ"], since=upstream.now - timedelta(days=9))
        outcome = save_pages("arxiv", nothing, engine, suppressor=NOBODY, first=first)
        assert (outcome.fetched, outcome.error) == (0, said)


def test_a_scope_that_is_read_on_the_side_keeps_its_cursor(
    upstream: DemoUpstream, database: str, engine: Engine
) -> None:
    context = CrawlContext(database_url=database, suppressor=NOBODY)
    [outcome] = run_spiders([oai_plan(upstream, kept=frozenset({"cs"}))], context)
    assert (outcome.fetched, outcome.error) == (10, None)
    with new_session(engine) as session:
        assert session.scalars(select(CursorRow)).all() == []


def test_trouble_that_passes_is_waited_out_and_one_source_that_fails_leaves_the_others_alone(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    upstream.faults.add("arxiv_oai", rate_exceeded(200), times=1)
    upstream.faults.add("arxiv_oai", status(503), times=1)
    bad, good = crawl(database, SpiderPlan(source="arxiv"), oai_plan(upstream))
    assert bad.error == "arxiv could not start: arxiv is read by no spider"
    assert (good.fetched, good.error) == (10, None)
    assert len(titles(engine)) == 10
    agents = {one.request.headers.get("user-agent") for one in upstream.requests.of("arxiv_oai")}
    assert len(agents) == 1
    assert "t@example.org" in str(agents.pop())


def test_a_source_that_fetched_nothing_fails_loudly(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    upstream.faults.add("arxiv_oai", status(404))
    [outcome] = crawl(database, oai_plan(upstream))
    assert outcome.error is not None
    assert "answered HTTP 404" in outcome.error
    assert "arxiv_oai fetched nothing" in outcome.error


def test_an_answer_cut_in_half_stores_no_half_page(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    from sourcing.demo.faults import truncated

    upstream.faults.add("arxiv_oai", truncated())
    [outcome] = crawl(database, oai_plan(upstream))
    assert outcome.error is not None
    assert titles(engine) == set()


# A shell that starts the suite in the background lets it ignore SIGINT, and children inherit that.
PARENT = """
import json, signal, sys
from db.suppression import Suppressor
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders

def said(outcome):
    print(json.dumps([outcome.fetched, outcome.error]), flush=True)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    database, url = sys.argv[1:]
    plan = SpiderPlan(source="arxiv_oai", base_url=url, delay_s=30,
                      options={"sets": ["cs"], "since": "2026-11-01"})
    try:
        run_spiders([plan], CrawlContext(database_url=database, suppressor=Suppressor(b"k" * 32)), on_progress=said)
    except KeyboardInterrupt:
        print("stopped", flush=True)
        sys.exit(130)
"""


@pytest.mark.parametrize("later_s", [0.1, 0.2, 0.4])
def test_ctrl_c_while_the_crawl_still_starts_is_no_traceback(
    later_s: float, upstream: DemoUpstream, engine: Engine, database: str, tmp_path: Path
) -> None:
    """At a terminal it reaches every process of the command, also one that is still loading its modules."""
    script = tmp_path / "parent.py"
    begins = "import sourcing.crawl as room; listen = room._listen\nroom._listen = lambda *a: (print(), listen(*a))\n"
    script.write_text(PARENT.replace("\ndef said", f"{begins}\ndef said"), "utf-8")
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(
        [sys.executable, "-u", str(script), database, upstream.urls["arxiv_oai"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        assert parent.stdout.readline() == "\n"
        time.sleep(later_s)
        os.killpg(parent.pid, signal.SIGINT)
        rest, errors = parent.communicate()
    assert (rest, errors) == ("stopped\n", "")


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_crawl_keeps_whole_pages_and_leaves_nobody_behind(
    blow: signal.Signals, upstream: DemoUpstream, engine: Engine, database: str, tmp_path: Path
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, "utf-8")
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(
        [sys.executable, str(script), database, upstream.urls["arxiv_oai"]],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        assert json.loads(parent.stdout.readline())[0] == 4
        parent.send_signal(blow)
        rest = parent.stdout.read()
    # The pipe is closed only when the child is gone as well.
    assert ("stopped" in rest) == (blow == signal.SIGINT)
    assert len(titles(engine)) == 4
    with new_session(engine) as session:
        value = session.scalar(select(CursorRow.value))
    assert value is not None
    if blow == signal.SIGKILL:
        [outcome] = crawl(database, oai_plan(upstream, cursors={"cs": value}))
        assert (outcome.new, outcome.error) == (6, None)


def test_a_spider_that_cannot_begin_is_a_failure_with_its_reason(engine: Engine, database: str) -> None:
    plan = SpiderPlan(
        source="project_pages",
        base_url="http://127.0.0.1:9",
        delay_s=0.0,
        options={"papers": [{"title": "without an address"}]},
    )
    [outcome] = run_spiders([plan], CrawlContext(database_url=database, suppressor=NOBODY))
    assert (outcome.error or "").startswith("project_pages: KeyError: 'url' (a bug in the spider)")
