"""One object that stands in for every host that is spoken to."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sourcing.demo.faults import Switchboard
from sourcing.demo.server import Listener
from sourcing.demo.sources import SOURCES, Scene, Source
from sourcing.demo.wire import NOT_FOUND, Request, Response, as_text
from sourcing.demo.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request as it was served. ``began`` and ``ended`` are seconds of :func:`time.monotonic`."""

    upstream: str
    request: Request
    status: int
    began: float
    ended: float
    connection: int

    @property
    def target(self) -> str:
        """Path and query as sent."""
        query = self.request.raw_query
        return f"{self.request.path}?{query}" if query else self.request.path


class RequestLog:
    """Every request, in the order of arrival, so that tests can assert politeness."""

    def __init__(self) -> None:
        self._entries: list[Logged] = []
        self._lock = threading.Lock()

    def add(self, entry: Logged) -> None:
        """Note one request."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget what was noted."""
        with self._lock:
            self._entries.clear()

    def of(self, upstream: str, path: str = "") -> list[Logged]:
        """Requests to ``upstream`` whose path begins with ``path``, by time of arrival; no robots.txt."""
        with self._lock:
            found = [
                entry
                for entry in self._entries
                if entry.upstream == upstream
                and entry.request.path.startswith(path)
                and entry.request.path != "/robots.txt"
            ]
        return sorted(found, key=lambda entry: entry.began)

    def gaps(self, upstream: str, path: str = "") -> list[float]:
        """Seconds between the arrivals of successive requests."""
        began = [entry.began for entry in self.of(upstream, path)]
        return [later - earlier for earlier, later in itertools.pairwise(began)]

    def most_at_once(self, upstream: str) -> int:
        """The largest number of requests that were in hand at the same time."""
        changes: list[tuple[float, int]] = []
        for entry in self.of(upstream):
            changes += [(entry.began, 1), (entry.ended, -1)]
        running = most = 0
        for _, step in sorted(changes):
            running += step
            most = max(most, running)
        return most

    def __len__(self) -> int:
        return len(self._entries)


class DemoUpstream:
    """Serves ``world`` on loopback as it looked on ``night`` (from 1), one origin per upstream.

    Use as a context manager. ``urls`` maps upstream keys (``arxiv_api``, ``github_api`` …) to base URLs as
    the table ``[upstreams]`` of ``sourcing.toml`` takes them. ``faults`` switches misbehaviour, ``requests``
    is the log, ``scene`` holds what the sources share: accepted tokens, quotas and page sizes.
    """

    def __init__(self, world: World, *, night: int = 1, now: datetime | None = None) -> None:
        self.world = world
        self.faults = Switchboard()
        self.requests = RequestLog()
        self._folder = tempfile.TemporaryDirectory(prefix="sample-upstream-")
        self.scene = Scene(
            world=world, now=now or world.nights[night - 1], folder=Path(self._folder.name), origins={}
        )
        self._sources: dict[str, Source] = {}
        self._listeners: dict[str, Listener] = {}

    @property
    def urls(self) -> Mapping[str, str]:
        """Base URL of each upstream, path included; empty before it serves."""
        return {key: origin + self._sources[key].path for key, origin in self.scene.origins.items()}

    @property
    def origins(self) -> Mapping[str, str]:
        """``http://127.0.0.1:PORT`` of each upstream; empty before it serves."""
        return dict(self.scene.origins)

    @property
    def now(self) -> datetime:
        """What time it is in the world; later papers and commits are not served."""
        return self.scene.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.scene.now = moment

    def set_night(self, night: int) -> None:
        """Let it be ``night`` (from 1) in the world."""
        self.scene.now = self.world.nights[night - 1]

    def __enter__(self) -> Self:
        for make in SOURCES:
            source = make(self.scene)
            listener = Listener(self._answerer(source))
            self._sources[source.key] = source
            self._listeners[source.key] = listener
            self.scene.origins[source.key] = listener.url
        for listener in self._listeners.values():
            listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listener in self._listeners.values():
            listener.stop()
        self._listeners.clear()
        self.scene.origins.clear()
        self._folder.cleanup()

    def _answerer(self, source: Source) -> Callable[[Request, int], Response]:
        def answer(request: Request, connection: int) -> Response:
            began = time.monotonic()
            response = self.faults.apply(source.key, request, lambda: _respond(source, request))
            self.requests.add(
                Logged(
                    upstream=source.key,
                    request=request,
                    status=response.status,
                    began=began,
                    ended=time.monotonic(),
                    connection=connection,
                )
            )
            return response

        return answer


def _respond(source: Source, request: Request) -> Response:
    if request.path == "/robots.txt":
        return as_text(source.robots) if source.robots else NOT_FOUND
    return source.respond(request)
