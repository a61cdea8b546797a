"""Sockets of the sample upstream: one listener per upstream, so that each has an origin of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sourcing.demo.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BODY = 16 * 1024 * 1024


class Listener(ThreadingHTTPServer):
    """Serves ``answer`` on a free loopback port from :meth:`start` to :meth:`stop`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answer: Callable[[Request, int], Response]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="sample-upstream", daemon=True
        )

    @property
    def url(self) -> str:
        """The origin, such as ``http://127.0.0.1:40123``, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Serve from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, and close what is still open, stalled answers included."""
        self.stopping.set()
        asking = threading.Thread(target=self.shutdown)
        asking.start()
        socket.create_connection(
            ("127.0.0.1", self.server_address[1])
        ).close()  # wakes the loop, which else sleeps on
        asking.join()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # already closed by the client
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    @contextlib.contextmanager
    def tracked(self, connection: socket.socket) -> Iterator[None]:
        """Know ``connection`` as open, so that :meth:`stop` can close it."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is printed as usual."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    # Headers and body leave in one piece: two small writes cost 40 ms each through delayed acknowledgement.
    wbufsize = 1 << 16
    server: Listener

    def handle(self) -> None:
        with self.server.tracked(self.connection):
            super().handle()

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the request log of the upstream is what tests read."""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":  # git sends large requests so
            chunks = []
            while size := int(self.rfile.readline(20).split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline(4)
            self.rfile.readline(4)
            return b"".join(chunks)
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY))

    def _respond(self) -> None:
        target = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=target.path or "/",
            raw_query=target.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._read_body(),
        )
        response = self.server.answer(request, self.client_address[1])
        self._send(response.compressed_for(request))

    def _send(self, response: Response) -> None:
        if response.drop_after == 0:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        cut = response.drop_after if response.drop_after is not None else response.stall_after
        body = response.body if self.command != "HEAD" and response.status != 304 else b""
        if cut is not None:
            body = body[:cut]
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if response.stall_after is not None:
            self._wait_for_client()

    def _wait_for_client(self) -> None:
        """Keep the connection open without a byte until the client closes it or the upstream stops."""
        self.connection.settimeout(0.05)
        deadline = time.monotonic() + 120
        while not self.server.stopping.is_set() and time.monotonic() < deadline:
            try:
                if not self.connection.recv(1024):
                    return
            except TimeoutError:
                continue
