"""GitHub's limits and refusals through a whole night of two papers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nights import settings_with
from sqlalchemy import select

from db.engine import new_session, open_database
from db.schema import Implementation, Paper, Repository, RunSource
from sourcing.demo import faults
from sourcing.demo.faults import Fault
from sourcing.demo.night import demo_night
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.failure import ExitCode


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    world = sample_world()
    papers = tuple(world.paper_by_id[arxiv_id] for arxiv_id in ("2611.04001", "2611.04008"))
    with DemoUpstream(replace(world, papers=papers, publications=())) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults_left(upstream: DemoUpstream) -> Iterator[None]:
    yield
    upstream.faults.clear()


def repositories(settings: Path) -> dict[str, str]:
    engine = open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")
    with new_session(engine) as session:
        assert len(session.scalars(select(Paper.id)).all()) == 2
        assert session.scalars(select(Implementation.id)).all()
        found = {row.key: str(row.status) for row in session.scalars(select(Repository))}
    engine.dispose()
    return found


def told_of_github(settings: Path) -> str:
    engine = open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")
    with new_session(engine) as session:
        errors = session.scalars(
            select(RunSource.error).where(RunSource.source == "github").order_by(RunSource.id.desc())
        ).all()
    engine.dispose()
    return str(errors[0])


def test_a_renamed_repository_is_one(upstream: DemoUpstream, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, upstream)
    assert demo_night(settings, NIGHTS[0]) is ExitCode.DONE
    found = repositories(settings)
    assert found["github.com/nokonjo/loomformer"] == "live"
    assert found["github.com/isolberg/tidegraph"] == "live"
    assert "github.com/nokonjo/loom-transformer" not in found
    asked = upstream.requests.of("github_api")
    assert {entry.request.headers.get("authorization") for entry in asked} == {"Bearer sample-token"}
    for other in ("arxiv_api", "github_git", "huggingface", "project_pages"):
        assert not [e for e in upstream.requests.of(other) if "authorization" in e.request.headers]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.quota_exhausted(reset_in=7200), "asks to wait"),
        (faults.status(401, body='{"message":"Bad credentials"}'), "401"),
        (faults.not_json(), ""),
    ],
    ids=["quota", "wrong token", "html"],
)
def test_a_refusal_keeps_what_was_found_and_is_made_good_later(
    upstream: DemoUpstream, tmp_path: Path, fault: Fault, said: str
) -> None:
    upstream.faults.add("github_api", fault)
    settings = settings_with(tmp_path, upstream)
    assert demo_night(settings, NIGHTS[0]) is ExitCode.SOURCE_FAILED
    assert said in told_of_github(settings)
    assert "live" not in repositories(settings).values()
    upstream.faults.clear()
    assert demo_night(settings, NIGHTS[1]) is ExitCode.DONE
    assert repositories(settings)["github.com/isolberg/tidegraph"] == "live"
