"""What the sources of the sample upstream share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sourcing.demo.wire import Request, Response
from sourcing.demo.world import World

if TYPE_CHECKING:
    from sourcing.demo.git_store import GitStore


@dataclass
class Scene:
    """World, time and switches. ``now`` is the world's clock; quotas and HTTP dates follow the real one.

    ``tokens`` are the GitHub tokens that are accepted; ``core_limit`` and ``search_limit`` are requests per
    hour and per minute for (anonymous, with token), as GitHub documents them. ``oai_page`` is how many
    records a page of ListRecords holds, ``depth_limit`` the last result that arXiv's API hands out for one
    query.
    """

    world: World
    now: datetime
    folder: Path
    origins: dict[str, str]
    tokens: frozenset[str] = frozenset({"sample-token"})
    core_limit: tuple[int, int] = (60, 5000)
    search_limit: tuple[int, int] = (10, 30)
    oai_page: int = 100
    depth_limit: int = 30_000
    _git: GitStore | None = field(default=None, repr=False)

    @property
    def git(self) -> GitStore:
        """The repositories, made at first use."""
        if self._git is None:
            from sourcing.demo.git_store import GitStore

            self._git = GitStore(self.world, self.folder / "git")
        return self._git


class Source(Protocol):
    """One host.

    ``key`` is its name in ``[upstreams]`` and ``path`` what the base URL there has after the origin. With empty
    ``robots`` it has no robots.txt.
    """

    key: str
    path: str
    robots: str

    def respond(self, request: Request) -> Response:
        """The host's answer."""
        ...
