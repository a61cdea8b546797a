"""What all source spiders share: they ask, a pure parser reads, a Page goes to the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from db.records import Cursor, Page, Parsed, ParseError
from spiders.account import Account
from spiders.middlewares import HostDown
from spiders.registry import Source, address, source_named

Answer = Iterable[Page | Request]

# What Scrapy raises where nothing came back, in words. The addresses differ by request, the trouble does not: one
# sentence for a host.
_UNREACHED: Mapping[type[Exception], str] = {
    CannotResolveHostError: "its name is not known here (is this machine online?)",
    DownloadConnectionRefusedError: "it refuses connections (is this machine online?)",
    DownloadTimeoutError: "no answer in time",
    ResponseDataLossError: "its answer was cut short",
    DownloadFailedError: "the connection broke",
}


class SourceSpider(scrapy.Spider):
    """One source. Subclasses give ``name``, :meth:`first_requests` and callbacks wrapped in :meth:`ask`.

    ``upstreams`` holds the addresses of further hosts by their key in the settings, ``secrets`` what a source
    needs to log in; they are never logged.
    ``base_url`` is the upstream's address (a mirror or a test server can stand in), ``options`` the
    source's own settings, ``cursors`` how far each scope has been read, ``kept`` the scopes whose cursor is not to
    move, ``max_items`` the most records to fetch (0: all).
    """

    # APIs are governed by their published terms, pages by robots.txt; see the registry.
    obeys_robots: ClassVar[bool] = True
    # Only pages that stay as they are may be kept by the HTTP cache; answers about people never.
    cacheable: ClassVar[bool] = False

    def __init__(
        self,
        *,
        base_url: str | None = None,
        upstreams: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
        cursors: Mapping[str, str] | None = None,
        kept: frozenset[str] = frozenset(),
        max_items: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_page: Callable[[Account], None] = lambda account: None,
    ) -> None:
        super().__init__()
        self.source: Source = source_named(self.name)
        self.base_url = address(self.source, base_url).rstrip("/")
        self.upstreams: Mapping[str, str] = upstreams or {}
        self.secrets: Mapping[str, str] = secrets or {}
        self.options: Mapping[str, Any] = options or {}
        self.cursors: Mapping[str, str] = cursors or {}
        self.kept = kept
        self.max_items = max_items
        self.now = now
        self.account = Account(self.name)
        self._on_page = on_page
        self._asked_for = 0
        self._closing: str | None = None

    # -- asking ------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy's entry point."""
        for request in self.first_requests():
            yield request

    def first_requests(self) -> Iterable[Request]:
        """The requests that a crawl begins with."""
        raise NotImplementedError

    def ask(
        self,
        url: str,
        callback: Callable[[Response], Answer],
        *,
        headers: Mapping[str, str] | None = None,
        statuses: Iterable[int] = (),
        meta: Mapping[str, Any] | None = None,
        on_failure: Callable[[Failure], Answer | None] | None = None,
        **more: Any,
    ) -> Request:
        """A request whose answer goes through :meth:`read`; ``statuses`` reach the callback besides 2xx."""
        self.account.asked += 1
        return Request(
            url,
            callback=self.read,
            errback=on_failure or self.failed,
            cb_kwargs={"callback": callback},
            headers=dict(headers or {}),
            meta={
                "dont_obey_robotstxt": not self.obeys_robots,
                "dont_cache": not self.cacheable,
                "handle_httpstatus_list": list(statuses),
                **(meta or {}),
            },
            **more,
        )

    # -- reading -----------------------------------------------------------------------------------------

    def read(self, response: Response, callback: Callable[[Response], Answer]) -> Iterator[Page | Request]:
        """Give an answer to its callback; an answer that cannot be read is a problem of the source."""
        self.account.answered += 1
        if self._closing is not None:
            raise CloseSpider(self._closing)
        try:
            yield from callback(response)
        except ParseError as error:
            self.account.add_problem(str(error))

    def failed(self, failure: Failure) -> None:
        """Note a request that brought nothing."""
        error = failure.value
        request: Request | None = getattr(failure, "request", None)
        where = request.url if request is not None else self.base_url
        if isinstance(error, HttpError):
            self.account.answered += 1
            self.account.add_problem(f"{where} answered HTTP {error.response.status}")
        elif isinstance(error, HostDown):
            self.account.add_problem(str(error))
        elif (
            why := next((said for kind, said in _UNREACHED.items() if isinstance(error, kind)), None)
        ) is not None:
            self.account.add_problem(f"{urlsplit(where).netloc} could not be read: {why}")
        else:
            said = str(error).strip() or type(error).__name__
            self.account.add_problem(f"{where}: {said}")

    def page(
        self,
        response: Response,
        parsed: Parsed,
        cursor: tuple[str, str] | None = None,
        *,
        limited: bool = True,
    ) -> Page:
        """Wrap what a parser read; ``cursor`` is (scope, value), committed together with the records.

        What belongs to records that came already is not ``limited``: it comes whole, and leaves room for others.
        """
        return self.page_from(response.url, parsed, cursor, limited=limited)

    def page_from(
        self, url: str, parsed: Parsed, cursor: tuple[str, str] | None = None, *, limited: bool = True
    ) -> Page:
        """The same for an address that gave no answer of its own."""
        records = parsed.records
        if self.max_items and limited:
            records = records[: max(0, self.max_items - self._asked_for)]
        if limited:
            self._asked_for += len(records)
        cut = len(records) < len(parsed.records)
        return Page(
            source=self.name,
            url=url,
            fetched_at=self.now(),
            terms=self.source.terms,
            records=records,
            warnings=parsed.warnings,
            # A page cut short by the limit must be read again, so it does not move the cursor.
            cursor=None
            if cursor is None or cut or cursor[0] in self.kept
            else Cursor(source=self.name, scope=cursor[0], value=cursor[1]),
        )

    def count_list(self, what: str, listed: int, *, whole: bool, host: str, before: int = 0) -> bool:
        """Whether a list is as long as it must be; a problem is noted where it is not.

        It must have a tenth of ``before`` and, where it is a ``whole`` conference at the source's own ``host``, of the
        smallest that is known. A stand-in may hold as little as it likes.
        """
        smallest = self.source.smallest_list if whole and host in self.own_hosts() else None
        for least, said in ((before, "it had"), (smallest or 0, "the smallest known has")):
            if listed * 10 < least:
                self.account.add_problem(f"{what} lists {listed:,} papers, where {said} {least:,}")
                return False
        return True

    def own_hosts(self) -> tuple[str, ...]:
        """Addresses of the source itself, as against stand-ins and mirrors."""
        return (self.source.base_url,)

    @property
    def has_enough(self) -> bool:
        """Whether ``max_items`` has been reached."""
        return bool(self.max_items) and self._asked_for >= self.max_items

    def page_saved(self) -> None:
        """Tell whoever watches that a page has been committed."""
        self._on_page(self.account)

    def stop(self, reason: str) -> None:
        """Close this spider with its next answer, leaving others alone."""
        self._closing = reason
