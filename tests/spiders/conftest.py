from pathlib import Path

import pytest

UPSTREAM = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "upstream"


@pytest.fixture
def upstream_data() -> Path:
    """Recorded answers beside the project."""
    if not UPSTREAM.is_dir():
        pytest.skip("recorded answers are absent (../shared/data/upstream)")
    return UPSTREAM
