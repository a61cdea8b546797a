"""Misbehaviour that the real hosts are known for, switchable per upstream and path.

A *fault* is a function ``(request, answer) -> answer``; :class:`Switchboard` says where and how often it
acts. What each imitates is named at the function.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate

from sourcing.demo.wire import Request, Response, as_json

Fault = Callable[[Request, Response], Response]


@dataclass(slots=True)
class _Switch:
    upstream: str
    fault: Fault
    path: re.Pattern[str]
    times: int | None
    after: int

    def matches(self, upstream: str, request: Request) -> bool:
        target = f"{request.path}?{request.raw_query}" if request.raw_query else request.path
        return self.upstream in ("*", upstream) and self.path.search(target) is not None


class Switchboard:
    """Which faults act where. Safe to switch while requests are served."""

    def __init__(self) -> None:
        self._switches: list[_Switch] = []
        self._lock = threading.Lock()

    def add(
        self, upstream: str, fault: Fault, *, path: str = "", times: int | None = None, after: int = 0
    ) -> None:
        """Let ``fault`` act on ``upstream`` (``*``: on all).

        ``path`` is a regular expression searched in path and query. The first ``after`` matching requests are
        spared, then it acts ``times`` times (``None``: until :meth:`clear`).
        """
        with self._lock:
            self._switches.append(_Switch(upstream, fault, re.compile(path), times, after))

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._switches.clear()

    def apply(self, upstream: str, request: Request, answer: Callable[[], Response]) -> Response:
        """The answer of ``upstream``, as all faults that are due leave it."""
        due: list[Fault] = []
        with self._lock:
            for switch in self._switches:
                if not switch.matches(upstream, request):
                    continue
                if switch.after > 0:
                    switch.after -= 1
                elif switch.times is None or switch.times > 0:
                    switch.times = None if switch.times is None else switch.times - 1
                    due.append(switch.fault)
        response = answer()
        for fault in due:
            response = fault(request, response)
        return response


def status(code: int, *, retry_after: int | None = None, as_date: bool = False, body: str = "") -> Fault:
    """429, 500, 503 …, with ``Retry-After`` in seconds or as an HTTP date (RFC 9110, 10.2.3) if given."""

    def fault(_request: Request, _answer: Response) -> Response:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if retry_after is not None:
            date = formatdate(time.time() + retry_after, usegmt=True)
            headers["Retry-After"] = date if as_date else str(retry_after)
        return Response(status=code, headers=headers, body=body.encode())

    return fault


def rate_exceeded(code: int = 200) -> Fault:
    """arXiv throttles with the plain text ``Rate exceeded.``, with status 429 or even 200."""

    def fault(_request: Request, _answer: Response) -> Response:
        return Response(status=code, headers={"Content-Type": "text/plain"}, body=b"Rate exceeded.")

    return fault


def empty_feed() -> Fault:
    """arXiv's API sometimes sends a later page without entries although ``totalResults`` promises more."""

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, body=re.sub(rb"\s*<entry>.*</entry>", b"", answer.body, flags=re.DOTALL))

    return fault


def truncated(fraction: float = 0.5) -> Fault:
    """The body ends early and ``Content-Length`` agrees: only the parser can notice."""

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, body=answer.body[: int(len(answer.body) * fraction)])

    return fault


def dropped(fraction: float = 0.5) -> Fault:
    """The connection closes after a part of the body (0: before the status line)."""

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, drop_after=int(len(answer.body) * fraction))

    return fault


def stalled(fraction: float = 0.5) -> Fault:
    """A part of the body comes, then nothing more until the client's own time-out."""

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, stall_after=int(len(answer.body) * fraction))

    return fault


def changed(pattern: bytes, replacement: bytes) -> Fault:
    """The format moves: a field is renamed, retyped or new (a regular expression over the body)."""
    compiled = re.compile(pattern, re.DOTALL)

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, body=compiled.sub(replacement, answer.body))

    return fault


def mislabelled(encoding: str = "latin-1") -> Fault:
    """The bytes are in another encoding than the header and the XML declaration say."""

    def fault(_request: Request, answer: Response) -> Response:
        return replace(answer, body=answer.body.decode("utf-8", "replace").encode(encoding, "replace"))

    return fault


def challenge() -> Fault:
    """OpenReview's answer to anonymous readers of ``/notes`` since 2026: a browser challenge as 403."""

    def fault(_request: Request, _answer: Response) -> Response:
        message = "Please complete the challenge to continue"
        return as_json(
            {"name": "ChallengeRequiredError", "message": message, "status": 403, "details": {}}, status=403
        )

    return fault


def quota_exhausted(reset_in: int = 3600) -> Fault:
    """GitHub's primary limit: 403, ``X-RateLimit-Remaining: 0`` and the reset time, no ``Retry-After``."""

    def fault(_request: Request, _answer: Response) -> Response:
        return as_json(
            {
                "message": "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated "
                "requests get a higher rate limit. Check out the documentation for more details.)",
                "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
            },
            status=403,
            headers={
                "X-RateLimit-Limit": "60",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Used": "60",
                "X-RateLimit-Resource": "core",
                "X-RateLimit-Reset": str(int(time.time()) + reset_in),
            },
        )

    return fault


def secondary_limit(retry_after: int | None = None) -> Fault:
    """GitHub's secondary limit: 403 while quota is left, often without ``Retry-After``."""

    def fault(_request: Request, _answer: Response) -> Response:
        headers = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4321",
            "X-RateLimit-Used": "679",
            "X-RateLimit-Resource": "core",
            "X-RateLimit-Reset": str(int(time.time()) + 1800),
        }
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        return as_json(
            {
                "documentation_url": "https://docs.github.com/free-pro-team@latest/rest/overview/"
                "rate-limits-for-the-rest-api#about-secondary-rate-limits",
                "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you "
                "try again. If you reach out to GitHub Support for help, please include the request ID "
                "0A0B:1C1D:2E2F:3A3B:4C4D.",
            },
            status=403,
            headers=headers,
        )

    return fault


def not_json() -> Fault:
    """GitHub's load balancer answers with an HTML page (the unicorn) and status 200 or 502."""

    def fault(_request: Request, _answer: Response) -> Response:
        page = b"<!DOCTYPE html><html><head><title>Unicorn!</title></head><body>This page is taking too long"
        return Response(status=200, headers={"Content-Type": "text/html"}, body=page + b"</body></html>")

    return fault
