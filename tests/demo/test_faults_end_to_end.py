"""What hosts are known to do wrong, from the wire into the database."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from nights import settings_with
from rows import differences
from sqlalchemy import Engine, select

from db.engine import new_session, open_database
from db.schema import Paper, RunSource
from sourcing.demo import faults
from sourcing.demo.faults import Fault
from sourcing.demo.run import demo_app, sample_credentials
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.failure import ExitCode
from sourcing.runs import recorded_run
from sourcing.sources import crawl

ONLY_ARXIV = 'categories = ["cs.LG", "cs.CV", "stat.ML"]'


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    with DemoUpstream(sample_world()) as running:
        yield running


@pytest.fixture(autouse=True)
def first_night_without_faults(upstream: DemoUpstream) -> Iterator[None]:
    upstream.set_night(1)
    yield
    upstream.faults.clear()


def settings_in(folder: Path, upstream: DemoUpstream) -> Path:
    """Settings that read arXiv only, three categories: each fault needs one source to act on."""
    path = settings_with(folder, upstream)
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"categories = \[.*?\]", ONLY_ARXIV, text, flags=re.DOTALL), "utf-8")
    return path


def read_sources(settings: Path, moment: datetime) -> ExitCode:
    """The crawl of a night, as ``sourcing crawl`` would have done it at ``moment``."""
    app = demo_app(settings, moment)
    try:
        with recorded_run(app, "crawl", {}) as run:
            crawl(app, run, (), since=None, limit=0)
        return run.exit_code
    finally:
        app.close()


def database_of(settings: Path) -> Engine:
    return open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")


@pytest.fixture(scope="module")
def calm(upstream: DemoUpstream, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The database after a first night without faults."""
    settings = settings_in(tmp_path_factory.mktemp("calm"), upstream)
    assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    return database_of(settings)


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(503, retry_after=0),
        faults.status(429),
        faults.status(500),
        faults.rate_exceeded(200),
        faults.rate_exceeded(429),
        faults.truncated(0.6),
        faults.dropped(0.5),
        faults.dropped(0),
        faults.not_json(),
    ],
    ids=["503", "429", "500", "rate-200", "rate-429", "truncated", "dropped", "no-answer", "html"],
)
def test_a_fault_that_passes_leaves_no_trace(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path, fault: Fault
) -> None:
    upstream.faults.add("arxiv_api", fault, times=2)
    settings = settings_in(tmp_path, upstream)
    assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}
    assert upstream.requests.most_at_once("arxiv_api") == 1


def test_an_answer_that_stops_half_way_is_given_up_and_asked_for_again(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    upstream.faults.add("arxiv_api", faults.stalled(0.5), times=1)
    settings = settings_in(tmp_path, upstream)
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[crawl]", "[crawl]\ntimeout_s = 0.5"), "utf-8")
    assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}


def test_a_check_for_browsers_in_the_place_of_an_answer_is_named_and_caught_up(
    upstream: DemoUpstream, tmp_path: Path
) -> None:
    settings = settings_with(tmp_path, upstream, "openreview")
    text = settings.read_text("utf-8").replace("[sources.arxiv]", "[sources.arxiv]\nenabled = false")
    settings.write_text(text.replace("[crawl]", "[crawl]\nattempts = 2"), "utf-8")
    upstream.faults.add("openreview_api", faults.challenge(), path="/notes")
    with sample_credentials():
        assert read_sources(settings, NIGHTS[0]) is ExitCode.SOURCE_FAILED
        with new_session(database_of(settings)) as session:
            [told] = session.scalars(select(RunSource).where(RunSource.source == "openreview")).all()
            assert str(told.error).startswith("OpenReview asks for a browser challenge even after the login")
            assert session.scalars(select(Paper)).all() == []
        upstream.faults.clear()
        assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    with new_session(database_of(settings)) as session:
        assert session.scalars(select(Paper)).all()


def test_a_source_that_is_down_all_night_is_named_and_caught_up(
    upstream: DemoUpstream, tmp_path: Path
) -> None:
    calm, stormy = (settings_in(tmp_path / name, upstream) for name in ("calm", "stormy"))
    assert read_sources(calm, NIGHTS[0]) is ExitCode.DONE
    upstream.faults.add("arxiv_api", faults.status(503))
    assert read_sources(stormy, NIGHTS[0]) is ExitCode.SOURCE_FAILED
    with new_session(database_of(stormy)) as session:
        [told] = session.execute(select(RunSource.source, RunSource.status, RunSource.error)).all()
        assert told.source == "arxiv"
        assert told.status == "failed"
        assert "503" in told.error
        assert session.scalars(select(Paper)).all() == []
    upstream.faults.clear()
    upstream.set_night(2)
    assert read_sources(calm, NIGHTS[1]) is ExitCode.DONE
    assert read_sources(stormy, NIGHTS[1]) is ExitCode.DONE
    with new_session(database_of(calm)) as one, new_session(database_of(stormy)) as other:
        titles = set(one.scalars(select(Paper.title)))
        assert titles == set(other.scalars(select(Paper.title)))
        assert len(titles) > 20


def test_pages_before_the_failure_are_kept(upstream: DemoUpstream, calm: Engine, tmp_path: Path) -> None:
    upstream.faults.add("arxiv_api", faults.status(500), path="cat%3Acs.CV|cat:cs.CV")
    settings = settings_in(tmp_path, upstream)
    assert read_sources(settings, NIGHTS[0]) is ExitCode.SOURCE_FAILED
    with new_session(database_of(settings)) as session:
        kept = len(session.scalars(select(Paper.id)).all())
    assert kept > 0
    upstream.faults.clear()
    assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    assert differences(calm, database_of(settings)) == {}


def test_a_field_that_is_new_upstream_is_counted(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    new = rb"<arxiv:reviewed>yes</arxiv:reviewed></entry>"
    upstream.faults.add("arxiv_api", faults.changed(rb"</entry>", new))
    settings = settings_in(tmp_path, upstream)
    assert read_sources(settings, NIGHTS[0]) is ExitCode.DONE
    with new_session(database_of(settings)) as session:
        [warnings] = session.scalars(select(RunSource.warnings)).all()
    assert any("reviewed" in name for name in warnings)
    assert differences(calm, database_of(settings)) == {}


def test_the_wrong_encoding_is_a_failure_and_not_garbage(
    upstream: DemoUpstream, calm: Engine, tmp_path: Path
) -> None:
    upstream.faults.add("arxiv_api", faults.mislabelled("utf-16"))
    settings = settings_in(tmp_path, upstream)
    assert read_sources(settings, NIGHTS[0]) is ExitCode.SOURCE_FAILED
    with new_session(database_of(settings)) as session:
        assert not [title for title in session.scalars(select(Paper.title)) if "\ufffd" in title]


def test_the_contact_is_in_every_request(upstream: DemoUpstream, tmp_path: Path) -> None:
    upstream.requests.clear()
    read_sources(settings_in(tmp_path, upstream), NIGHTS[0])
    agents = {entry.request.headers["user-agent"] for entry in upstream.requests.of("arxiv_api")}
    assert len(agents) == 1
    assert "demo@sourcing.example" in agents.pop()
    asked = upstream.requests.of("arxiv_api")
    assert all("gzip" in entry.request.headers.get("accept-encoding", "") for entry in asked)
