from pathlib import Path

import pytest
from recordings import UPSTREAM, Recording, recordings


@pytest.fixture
def upstream_data() -> Path:
    """Recorded answers beside the project."""
    if not UPSTREAM.is_dir():
        pytest.skip("recorded answers are absent (../shared/data/upstream)")
    return UPSTREAM


@pytest.fixture(scope="session")
def recorded() -> dict[str, Recording]:
    """Every recorded answer by its name."""
    if not UPSTREAM.is_dir():
        pytest.skip("recorded answers are absent (../shared/data/upstream)")
    return {one.name: one for one in recordings(UPSTREAM)}
