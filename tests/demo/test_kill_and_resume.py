"""Killed at any moment and run again, a night leaves the same rows as one that was left alone."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from nights import killed_after, killed_at_request, killed_when_told, night_here, settings_with, whole_night
from rows import differences, natural_rows
from sqlalchemy import Engine

from db.engine import open_database
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import World
from sourcing.failure import ExitCode


def short_nights() -> World:
    """A few papers of the sample world's nights, with and without code, for a suite that must be quick."""
    world = sample_world()
    chosen = ("2611.04001", "2611.04050", "2611.04099", "2611.04371", "2611.04420")
    papers = tuple(world.paper_by_id[arxiv_id] for arxiv_id in chosen)
    return replace(world, papers=papers, publications=())


@pytest.fixture(scope="module")
def upstream(request: pytest.FixtureRequest) -> Iterator[DemoUpstream]:
    whole = request.config.getoption("--kills") > 2
    with DemoUpstream(sample_world() if whole else short_nights()) as running:
        running.scene.core_limit = (100_000, 100_000)
        running.scene.oai_page = 40
        yield running


def settings_in(folder: Path, upstream: DemoUpstream) -> Path:
    """The demo's own; of conferences only as many as the world has."""
    if upstream.world.publications:
        return save_demo_settings(folder, upstream.urls)
    return settings_with(folder, upstream)


def opened(settings: Path) -> Engine:
    return open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")


@dataclass(frozen=True)
class Reference:
    """Two nights left alone: the database after them, and requests, phases and seconds of each."""

    database: Engine
    requests: list[int]
    phases: list[list[str]]
    seconds: list[float]


@pytest.fixture(scope="module")
def undisturbed(upstream: DemoUpstream, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    settings = settings_in(tmp_path_factory.mktemp("undisturbed"), upstream)
    requests, phases, seconds = [], [], []
    for night in (1, 2):
        upstream.set_night(night)
        upstream.requests.clear()
        began = time.monotonic()
        code, told = whole_night(settings, NIGHTS[night - 1])
        assert code == 0, told
        seconds.append(time.monotonic() - began)
        requests.append(len(upstream.requests))
        phases.append([line for line in told.splitlines() if line.endswith("…")])
    return Reference(opened(settings), requests, phases, seconds)


def test_the_comparison_sees_a_difference(undisturbed: Reference, tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    found = differences(undisturbed.database, empty)
    assert {"paper", "record", "authorship", "cursor"} <= found.keys()
    assert sum(natural_rows(undisturbed.database)["paper"].values()) >= 5
    empty.dispose()


def test_killed_and_run_again(
    upstream: DemoUpstream, undisturbed: Reference, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Half of the kills hit a request, half the begin of a phase; of more than two, a third hit any moment."""
    kills = request.config.getoption("--kills")
    chance = random.Random(kills)
    done = 0
    while done < kills:
        settings = settings_in(tmp_path / f"{done}", upstream)
        for night in (1, 2):
            upstream.set_night(night)
            moment = NIGHTS[night - 1]
            if done >= 2 and chance.random() < 1 / 3:
                seconds = chance.uniform(0.2, undisturbed.seconds[night - 1])
                killed = killed_after(settings, moment, seconds)
            elif done % 2 == 0:
                number = chance.randint(1, undisturbed.requests[night - 1])
                killed = killed_at_request(upstream, settings, moment, number)
            else:
                phase = chance.choice(undisturbed.phases[night - 1])
                killed = killed_when_told(settings, moment, phase.__eq__)
            done += killed
            assert night_here(settings, moment) is ExitCode.DONE
        assert differences(undisturbed.database, opened(settings)) == {}, f"after {done} kills"
