"""A database of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.engine import new_session, open_database


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{tmp_path / 's.db'}")
    with new_session(engine) as opened:
        yield opened
    engine.dispose()
