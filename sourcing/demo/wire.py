"""What a source of the sample upstream reads and answers, without sockets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. ``headers`` has lower-case names; ``raw_query`` is as sent, without the ``?``."""

    method: str
    path: str
    raw_query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Query parameters in order, repetitions kept; those of a form body follow."""
        found = parse_qsl(self.raw_query, keep_blank_values=True)
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            found += parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return found

    @property
    def parameters(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last."""
        return dict(self.pairs)

    @property
    def parts(self) -> list[str]:
        """The path's segments, percent-decoded, without empty ones."""
        return [unquote(part) for part in self.path.split("/") if part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer.

    ``drop_after`` closes the connection after so many body bytes (0: before the status line); ``stall_after``
    sends so many and then nothing until the client gives up. ``Content-Length`` always states the whole body.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drop_after: int | None = None
    stall_after: int | None = None

    def compressed_for(self, request: Request) -> Response:
        """A copy in gzip if the client accepts that and the body is worth it."""
        if (
            "gzip" not in request.headers.get("accept-encoding", "")
            or len(self.body) < 1000
            or "Content-Encoding" in self.headers
            or self.drop_after is not None
            or self.stall_after is not None
        ):
            return self
        headers = {**self.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return replace(self, headers=headers, body=gzip.compress(self.body, 1, mtime=0))


def as_json(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer as GitHub, OpenReview and Hugging Face print it: UTF-8, no spaces."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        body=body,
    )


def as_text(text: str, *, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    """A text answer in UTF-8."""
    return Response(status=status, headers={"Content-Type": content_type}, body=text.encode())


NOT_FOUND = Response(
    status=404,
    headers={"Content-Type": "text/html"},
    body=b"<html><body><h1>404 Not Found</h1></body></html>",
)
