"""Manners on the wire: waiting when asked to, and credentials that go to their own host only."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.utils.misc import load_object

from spiders.backoff import asked_wait, jittered

# After so many requests in a row that were given up, a host is taken to be down.
_MOST_LOST = 3


class GaveUp(IgnoreRequest):
    """The upstream kept asking us to wait, or asks for longer than we have patience for."""


class HostDown(GaveUp):
    """A host is asked no more in this crawl: the last requests to it were all given up, or it wants a longer rest."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A header for one origin (``https://api.github.com``); the value never shows in a log or a traceback."""

    origin: str
    value: str = field(repr=False)
    header: str = "Authorization"

    def belongs_to(self, url: str) -> bool:
        """Whether ``url`` is at this credential's origin, over TLS or on loopback."""
        ours, asked = urlsplit(self.origin), urlsplit(url)
        if (ours.scheme, ours.hostname, _port(ours)) != (asked.scheme, asked.hostname, _port(asked)):
            return False
        return asked.scheme == "https" or _is_loopback(asked.hostname)


def _port(parts: object) -> int | None:
    port: int | None = getattr(parts, "port", None)
    return port or {"https": 443, "http": 80}.get(str(getattr(parts, "scheme", "")))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class CredentialsMiddleware:
    """Put a credential on requests to its own origin, after the cache has looked, and take it off before.

    It stands nearest to the network, below Scrapy's cache: what the cache stores has neither the header nor
    a cookie, and a redirect to another host leaves without it.
    """

    def __init__(self, credentials: Iterable[Credential]) -> None:
        self._credentials: dict[str, Credential] = {}
        self._headers = {"Authorization"}
        for credential in credentials:
            self.add(credential)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read ``SOURCING_CREDENTIALS`` (a list of :class:`Credential`)."""
        return cls(crawler.settings.get("SOURCING_CREDENTIALS") or ())

    def add(self, credential: Credential) -> None:
        """Use a credential from now on (a token that a login has given); it replaces its origin's earlier one."""
        self._credentials[credential.origin] = credential
        self._headers.add(credential.header)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Add what belongs to the request's origin and nothing else."""
        self._strip(request)
        for credential in self._credentials.values():
            if credential.belongs_to(request.url):
                request.headers[credential.header] = credential.value

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Response:
        """Take credentials off again before anything above can store or copy the request."""
        self._strip(request)
        if "Set-Cookie" in response.headers:
            del response.headers["Set-Cookie"]
        return response

    def process_exception(self, request: Request, exception: Exception, spider: Spider | None = None) -> None:
        """A failed request is retried from a copy: that copy starts without credentials."""
        self._strip(request)

    def _strip(self, request: Request) -> None:
        for header in self._headers:
            request.headers.pop(header, None)


class PublicHostsMiddleware:
    """Refuse addresses inside our own network to spiders whose addresses come from strangers.

    An abstract can print any URL, and a public name can resolve to a private address; so each request (also one
    made by a redirect) is looked up first. Spiders without ``public_hosts_only`` are not concerned.
    """

    def __init__(
        self, concerned: Callable[[], bool], resolve: Callable[[str], Awaitable[Iterable[str]]]
    ) -> None:
        self._concerned, self._resolve = concerned, resolve

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Look at the spider's ``public_hosts_only``; a configured stand-in is the user's own doing."""

        def concerned() -> bool:
            spider = crawler.spider
            stand_in = getattr(spider, "upstreams", {}).get("project_pages")
            return bool(getattr(spider, "public_hosts_only", False)) and not stand_in

        return cls(concerned, _resolve)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raise :class:`IgnoreRequest` for a host that is not public, or a port that is not the web's."""
        if not self._concerned():
            return
        parts = urlsplit(request.url)
        if parts.scheme not in {"http", "https"} or _port(parts) not in {80, 443}:
            raise IgnoreRequest(f"{parts.netloc} is not on the web's own ports")
        addresses = list(await self._resolve(parts.hostname or ""))
        if not addresses or not all(_is_public(one) for one in addresses):
            raise IgnoreRequest(f"{parts.hostname} is not a public host")


async def _resolve(host: str) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return []
    return [str(one[4][0]) for one in found]


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


class BackoffMiddleware:
    """Wait when a host asks for it, then ask again; give up after some tries or beyond some patience.

    Takes the place of Scrapy's RetryMiddleware, which knows no Retry-After. While a host asks for patience no
    other request of the crawl goes to it. A spider with ``is_throttled(response) -> bool`` can recognise
    throttling that comes as HTTP 200; a request with ``meta["tries"]`` or ``meta["patience_s"]`` is given up
    sooner. A host of which so many requests in a row were given up is asked no more in this crawl: with minutes of
    waiting for each, a host that is down would hold up the night for days.
    """

    def __init__(
        self,
        *,
        tries: int,
        first_s: float,
        longest_s: float,
        patience_s: float,
        exceptions: tuple[type[BaseException], ...],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Random | None = None,
        is_throttled: Callable[[Response], bool] = lambda response: False,
    ) -> None:
        self._tries, self._first_s, self._longest_s = tries, first_s, longest_s
        self._patience_s, self._exceptions = patience_s, exceptions
        self._now, self._sleep, self._random = now, sleep, random or SystemRandom()
        self._is_throttled = is_throttled
        self._not_before: dict[str, datetime] = {}
        self._lost: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read ``BACKOFF_TRIES``, ``BACKOFF_FIRST_S``, ``BACKOFF_LONGEST_S`` and ``BACKOFF_PATIENCE_S``."""
        settings = crawler.settings
        if not settings.getbool("BACKOFF_ENABLED", True):
            raise NotConfigured

        def is_throttled(response: Response) -> bool:
            recognise = getattr(crawler.spider, "is_throttled", None)
            return bool(recognise is not None and recognise(response))

        return cls(
            tries=settings.getint("BACKOFF_TRIES", 6),
            first_s=settings.getfloat("BACKOFF_FIRST_S", 15.0),
            longest_s=settings.getfloat("BACKOFF_LONGEST_S", 600.0),
            patience_s=settings.getfloat("BACKOFF_PATIENCE_S", 3600.0),
            exceptions=tuple(
                load_object(one) if isinstance(one, str) else one
                for one in settings.getlist("RETRY_EXCEPTIONS")
            ),
            is_throttled=is_throttled,
        )

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Hold a request back while its host asks for patience."""
        host = _host(request)
        if self._lost[host] >= _MOST_LOST:
            raise HostDown(
                f"{host} did not answer {_MOST_LOST} requests in a row; the next run asks it again"
            )
        until = self._not_before.get(host)
        if until is not None and (wait := (until - self._now()).total_seconds()) > 0:
            if wait > self._patience_of(request):
                raise HostDown(
                    f"{host} asks to be left alone until {until:%Y-%m-%d %H:%M} UTC; the next run asks it again"
                )
            await self._sleep(wait)

    async def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Pass final answers on; wait out the others and ask again."""
        headers = {
            key.decode("latin-1").lower(): b",".join(values).decode("latin-1")
            for key, values in response.headers.items()
        }
        asked = asked_wait(response.status, headers, response.body, self._now())
        if asked is None and response.status == 200 and self._is_throttled(response):
            asked = 0.0
        if asked is None:
            del self._lost[_host(request)]
            return response
        attempt = int(request.meta.get("backoff_tries", 0))
        if attempt >= request.meta.get("tries", self._tries):
            self._lost[_host(request)] += 1
            raise GaveUp(f"{_host(request)} still answers HTTP {response.status} after {attempt + 1} tries")
        return await self._again(request, attempt, asked)

    async def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | None:
        """Try again after a broken connection or a time-out; other exceptions are not ours."""
        if not isinstance(exception, self._exceptions):
            return None
        attempt = int(request.meta.get("backoff_tries", 0))
        if attempt >= min(request.meta.get("tries", self._tries), 3):
            self._lost[_host(request)] += 1
            return None
        return await self._again(request, attempt, 0.0)

    async def _again(self, request: Request, attempt: int, asked: float) -> Request:
        own = jittered(attempt, first_s=self._first_s, longest_s=self._longest_s, random=self._random)
        # A Retry-After is obeyed to the second and then some, so that not all its readers return together.
        wait = asked + min(own, 0.1 * asked + 1.0) if asked else own
        wait = min(wait, max(asked, self._patience_of(request)))
        until = self._now() + timedelta(seconds=wait)
        # Also where this is beyond our patience: then the host's other pages are not asked for, either.
        self._not_before[_host(request)] = max(until, self._not_before.get(_host(request), until))
        if asked > (patience := self._patience_of(request)):
            raise GaveUp(f"{_host(request)} asks to wait {asked:,.0f} s, longer than {patience:,.0f} s")
        await self._sleep(wait)
        again = request.replace(dont_filter=True)
        again.meta["backoff_tries"] = attempt + 1
        return again

    def _patience_of(self, request: Request) -> float:
        return float(min(request.meta.get("patience_s", self._patience_s), self._patience_s))


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc.rpartition("@")[2].lower()
