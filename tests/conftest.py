"""Fixtures that any test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from sourcing.demo.sample import sample_world
from sourcing.demo.upstream import DemoUpstream


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=2,
        help="how often the demo's nightly run is killed and run again (test_kill_and_resume.py)",
    )


@pytest.fixture
def sample_upstream() -> Iterator[DemoUpstream]:
    """The whole sample world on loopback, first night."""
    with DemoUpstream(sample_world()) as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    """An empty database in a file of its own, migrated."""
    engine = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A session on ``database``."""
    with new_session(database) as opened:
        yield opened
