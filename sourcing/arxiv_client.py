"""The nightly window on arXiv: what is new in each category, page by page, as politely as arXiv asks.

Built on the ``arxiv`` package, which knows the query syntax and the addresses but neither a time-out nor a
back-off. Terms: one request in three seconds on one connection (https://info.arxiv.org/help/api/tou.html).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from urllib.parse import urlsplit

import arxiv
import requests
from arxiv import _feed
from urllib3.exceptions import NewConnectionError

from db.records import Cursor, Page, PaperRecord, Parsed, ParseError
from spiders.backoff import asked_wait, jittered
from spiders.parsing.arxiv_atom import SOURCE, Throttled, UpstreamError, parse_arxiv_atom
from spiders.registry import address, source_named

# The manual allows 30,000 results to a query in slices of 2,000; answers beyond 10,000 have been seen to fail.
DEPTH_LIMIT = 10_000
MAX_BYTES = 32 * 1024 * 1024
_MINUTE = timedelta(minutes=1)
_CATEGORY = re.compile(r"[a-z-]+(?:\.(?:[A-Za-z-]+|\*))?")


class ArxivUnavailable(Exception):  # noqa: N818 (what arXiv is)
    """arXiv could not be read, after all tries; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How to ask. Seconds throughout.

    ``delay_s`` between the end of an answer and the next request; ``tries`` for one page, ``tries_offline`` where
    there is no way to the host at all; ``first_wait_s`` doubles with every try up to ``longest_wait_s``; a Retry-After
    beyond ``patience_s`` is not waited for. ``timeout_s`` holds for connecting and for silence, ``deadline_s`` for a
    whole answer.
    """

    delay_s: float = 3.0
    tries: int = 6
    tries_offline: int = 3
    first_wait_s: float = 20.0
    longest_wait_s: float = 900.0
    patience_s: float = 3600.0
    timeout_s: float = 60.0
    deadline_s: float = 300.0


class ArxivClient(arxiv.Client):  # type: ignore[misc]  # the package ships no types
    """An :class:`arxiv.Client` with a time-out on every request, long jittered back-off, and a User-Agent.

    Clock, sleep, dice and session are passed in; ``say`` is told of every wait for another try. :meth:`pages` gives
    each page as our own parser reads it; the package's own ``results`` stays usable and goes through the same manners.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        user_agent: str = "sourcing (no contact set)",
        manners: Manners | None = None,
        page_size: int = 500,
        session: requests.Session | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Random | None = None,
        say: Callable[[str], None] = lambda told: None,
    ) -> None:
        manners = manners or Manners()
        super().__init__(page_size=page_size, delay_seconds=manners.delay_s, num_retries=manners.tries)
        self.manners = manners
        self.query_url_format = address(source_named(SOURCE), base_url) + "?{}"
        self.now = now
        self._session = session or requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._monotonic, self._sleep, self._random = monotonic, sleep, random or SystemRandom()
        self._say = say
        self._free_at: float | None = None

    def pages(self, search: arxiv.Search, *, offset: int = 0) -> Iterator[tuple[str, Parsed]]:
        """Yield (URL, page) until ``totalResults`` is reached. The first page is yielded even if empty.

        Raises :class:`ArxivUnavailable` when a page cannot be had, :class:`ParseError` when arXiv refuses the
        query.
        """
        while True:
            url = self._format_url(search, offset, self.page_size)
            parsed = self._read(url, expect_entries=offset > 0)
            yield url, parsed
            offset += len(parsed.records) + sum(parsed.warnings.get(one, 0) for one in _SKIPPED)
            if not parsed.records or offset >= (parsed.total or 0):
                return

    def _parse_feed(self, url: str, first_page: bool = True, _try_index: int = 0) -> _feed.ParsedFeed:
        return _feed.parse(self._fetch(url, lambda body: _expect_feed(body, url, not first_page)))

    def _read(self, url: str, *, expect_entries: bool) -> Parsed:
        read: list[Parsed] = []

        def accept(body: bytes) -> None:
            parsed = parse_arxiv_atom(body, url=url)
            # Later pages, and with some page sizes the first, come back empty although totalResults says
            # otherwise (lukasschwab/arxiv.py#43, #129).
            if not parsed.records and not parsed.warnings and (expect_entries or parsed.total):
                raise _EmptyPageError(
                    url, f"an empty page where {parsed.total or 'more'} results were announced"
                )
            read.append(parsed)

        self._fetch(url, accept)
        return read[-1]

    def _fetch(self, url: str, accept: Callable[[bytes], None]) -> bytes:
        """Get a body that ``accept`` takes without raising, within ``tries`` tries."""
        said, offline, tries = "", 0, 0
        for attempt in range(self.manners.tries):
            asked = 0.0
            tries += 1
            self._pace()
            try:
                status, headers, body = self._get(url)
            except requests.RequestException as error:
                said = _sentence(error)
                offline += _is_offline(error)
            else:
                offline = 0
                wait = asked_wait(status, headers, body, self.now())
                if wait is not None:
                    asked, said = wait, f"HTTP {status}"
                elif status in (200, 400):
                    try:
                        accept(body)
                    except UpstreamError:
                        raise
                    except (Throttled, ParseError) as error:
                        said = error.problem
                    else:
                        if status == 200:
                            return body
                        raise ParseError(url, "arXiv answered HTTP 400")
                else:
                    raise ArxivUnavailable(f"{_host(url)} answered HTTP {status}")
            finally:
                self._free_at = self._monotonic() + self.manners.delay_s
            if asked > self.manners.patience_s:
                raise ArxivUnavailable(
                    f"{_host(url)} asks to wait {asked:,.0f} s ({said}); tried again next run"
                )
            if offline >= self.manners.tries_offline:
                break
            if attempt + 1 < self.manners.tries:
                wait = asked + self._backoff(attempt if not asked else 0)
                if wait >= 1:
                    self._say(f"arXiv: {said}; trying again in {wait:,.0f} s")
                self._sleep(wait)
        raise ArxivUnavailable(f"{_host(url)} could not be read in {tries} tries: {said}")

    def _backoff(self, attempt: int) -> float:
        manners = self.manners
        return jittered(
            attempt, first_s=manners.first_wait_s, longest_s=manners.longest_wait_s, random=self._random
        )

    def _pace(self) -> None:
        if self._free_at is not None and (wait := self._free_at - self._monotonic()) > 0:
            self._sleep(wait)

    def _get(self, url: str) -> tuple[int, Mapping[str, str], bytes]:
        """One request: bounded in silence, in total time and in size."""
        deadline = self._monotonic() + self.manners.deadline_s
        timeout = (min(20.0, self.manners.timeout_s), self.manners.timeout_s)
        with self._session.get(url, timeout=timeout, stream=True) as response:
            body = bytearray()
            for chunk in response.iter_content(65536):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise requests.RequestException(f"an answer of more than {MAX_BYTES:,} bytes")
                if self._monotonic() > deadline:
                    raise requests.Timeout(f"an answer that took more than {self.manners.deadline_s:.0f} s")
            headers = {key.lower(): value for key, value in response.headers.items()}
            return response.status_code, headers, bytes(body)


# Entries that the parser left out still count as results of the query.
_SKIPPED = ("entry without arXiv id", "entry without title")


class _EmptyPageError(ParseError):
    """A page without entries where some were announced; asking again usually helps."""


def _expect_feed(body: bytes, url: str, later: bool) -> None:
    parsed = parse_arxiv_atom(body, url=url)
    if later and not parsed.records:
        raise _EmptyPageError(url, "an empty page in the middle of a list")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _is_offline(error: requests.RequestException) -> bool:
    """Whether there was no way to the host: its name was not known, or nothing there took a connection."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _sentence(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)[:150] or type(error).__name__


@dataclass(frozen=True, slots=True)
class Window:
    """Submissions to one category between two moments, both inclusive, to the minute."""

    category: str
    start: datetime
    end: datetime

    @property
    def query(self) -> str:
        """In arXiv's syntax; it takes ``[YYYYMMDDHHMM TO YYYYMMDDHHMM]`` in GMT and nothing else."""
        start, end = (at.astimezone(UTC).strftime("%Y%m%d%H%M") for at in (self.start, self.end))
        return f"cat:{self.category} AND submittedDate:[{start} TO {end}]"

    def halves(self) -> tuple[Window, Window] | None:
        """The window cut in two, ``None`` where it is a single minute."""
        middle = self.start + (self.end - self.start) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle + _MINUTE > self.end or middle < self.start:
            return None
        return replace(self, end=middle), replace(self, start=middle + _MINUTE)


def new_submissions(
    client: ArxivClient,
    categories: Sequence[str],
    *,
    since: datetime,
    until: datetime | None = None,
    cursors: Mapping[str, str] | None = None,
    overlap: timedelta = timedelta(days=2),
    max_items: int = 0,
    depth_limit: int = DEPTH_LIMIT,
) -> Iterator[Page]:
    """Yield what was submitted to each category, oldest first, as pages with their cursors.

    A category starts at its cursor minus ``overlap``, or at ``since`` where it has none. The cursor is the
    submission time of the newest paper read, not the time of asking: a paper is listed one to four days after
    it was submitted, and the overlap is for those that moderators held back. Papers are therefore met again;
    saving twice changes nothing. Results are sorted by submission, ascending, so that what arrives meanwhile
    goes to the end; a page that is not in order is kept but does not move the cursor until its window is
    through. A window with more than ``depth_limit`` results is cut in two. ``max_items`` bounds the records of
    one call (0: no limit). Raises what :meth:`ArxivClient.pages` raises, and :class:`ValueError` for a string
    that is no category.
    """
    until = until or client.now()
    left = max_items or None
    for category in categories:
        if _CATEGORY.fullmatch(category) is None:
            raise ValueError(f"{category!r} is no arXiv category")
        known = (cursors or {}).get(category)
        start = datetime.fromisoformat(known) - overlap if known else since
        if start >= until:
            continue
        newest = datetime.fromisoformat(known) if known else None
        windows = [Window(category, start, until)]
        while windows:
            window = windows.pop(0)
            for page in _window_pages(client, window, newest, depth_limit):
                if page is None:
                    windows = [*(window.halves() or ()), *windows]
                    break
                if left is not None:
                    if len(page.records) > left:
                        page = replace(page, records=page.records[:left], cursor=None)
                    left -= len(page.records)
                if page.cursor is not None:
                    newest = datetime.fromisoformat(page.cursor.value)
                yield page
                if left == 0:
                    return


def _window_pages(
    client: ArxivClient, window: Window, newest: datetime | None, depth_limit: int
) -> Iterator[Page | None]:
    """Pages of one window; a single ``None`` where it is too deep and can be cut."""
    search = arxiv.Search(
        query=window.query,
        max_results=None,
        sort_by=arxiv.SortCriterion.SubmittedDate,
        sort_order=arxiv.SortOrder.Ascending,
    )
    terms = source_named(SOURCE).terms
    in_order, last_seen, read = True, None, 0
    for url, parsed in client.pages(search):
        total = parsed.total or 0
        if read == 0 and total > depth_limit and window.halves() is not None:
            yield None
            return
        warnings = dict(parsed.warnings)
        dates = [one.published for one in parsed.records if isinstance(one, PaperRecord) and one.published]
        if dates != sorted(dates) or (last_seen is not None and dates and dates[0] < last_seen):
            in_order = False
            warnings["results are not in order of submission"] = 1
        read += len(parsed.records)
        done = read >= min(total, depth_limit) or not parsed.records
        if done and read < total:
            warnings["results beyond the depth limit were left"] = total - read
        newest = max([*dates, newest] if newest else dates, default=None)
        last_seen = dates[-1] if dates else last_seen
        moves = newest is not None and (in_order or done)
        yield Page(
            source=SOURCE,
            url=url,
            fetched_at=client.now(),
            terms=terms,
            records=parsed.records,
            warnings=warnings,
            cursor=Cursor(source=SOURCE, scope=window.category, value=newest.isoformat())
            if moves and newest
            else None,
        )
        if done:
            return
