"""Killed at any moment and run again, a night leaves the same rows as one that was left alone."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from nights import killed_at_request, killed_when_told, whole_night
from rows import differences, natural_rows
from sqlalchemy import Engine

from db.engine import open_database
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    with DemoUpstream(sample_world()) as running:
        running.stage.core_limit = (100_000, 100_000)
        running.stage.oai_page = 40
        yield running


def opened(settings: Path) -> Engine:
    return open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")


@pytest.fixture(scope="module")
def undisturbed(upstream: DemoUpstream, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, list[int]]:
    """The database after two nights left alone, and how many requests each made."""
    settings = save_demo_settings(tmp_path_factory.mktemp("undisturbed"), upstream.urls)
    made = []
    for night in (1, 2):
        upstream.set_night(night)
        upstream.requests.clear()
        code, told = whole_night(settings, NIGHTS[night - 1])
        assert code == 0, told
        made.append(len(upstream.requests))
    return opened(settings), made


def test_the_comparison_sees_a_difference(undisturbed: tuple[Engine, list[int]], tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    found = differences(undisturbed[0], empty)
    assert {"paper", "record", "authorship", "cursor"} <= found.keys()
    assert sum(natural_rows(undisturbed[0])["paper"].values()) >= 44
    empty.dispose()


@pytest.mark.parametrize("seed", range(1))
def test_killed_at_a_random_request(
    upstream: DemoUpstream, undisturbed: tuple[Engine, list[int]], tmp_path: Path, seed: int
) -> None:
    reference, made = undisturbed
    chance = random.Random(seed)
    settings = save_demo_settings(tmp_path, upstream.urls)
    for night in (1, 2):
        upstream.set_night(night)
        moment = NIGHTS[night - 1]
        assert killed_at_request(upstream, settings, moment, chance.randint(1, made[night - 1]))
        code, told = whole_night(settings, moment)
        assert code == 0, told
    assert differences(reference, opened(settings)) == {}


def test_killed_between_two_stages(
    upstream: DemoUpstream, undisturbed: tuple[Engine, list[int]], tmp_path: Path
) -> None:
    settings = save_demo_settings(tmp_path, upstream.urls)
    for night in (1, 2):
        upstream.set_night(night)
        moment = NIGHTS[night - 1]
        assert killed_when_told(settings, moment, lambda line: line.startswith("crawl:"))
        code, told = whole_night(settings, moment)
        assert code == 0, told
    assert differences(undisturbed[0], opened(settings)) == {}
