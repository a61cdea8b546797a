from collections.abc import Iterator

import pytest
from small_world import small_world

from sourcing.demo.upstream import DemoUpstream


@pytest.fixture
def upstream() -> Iterator[DemoUpstream]:
    """A small world, first night."""
    with DemoUpstream(small_world()) as running:
        yield running
