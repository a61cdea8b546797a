"""Proceedings: a listing of papers, then each paper's own page for its abstract."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from db.records import Page, PaperRecord, Parsed, ParseError
from spiders.source import SourceSpider

# A site that answers nothing useful so many times in a row has changed, or does not want us.
MAX_FAILURES_IN_A_ROW = 5
# Papers are withdrawn one by one; a list that loses a fifth has changed its markup or was cut short.
SHRUNK = 0.8


class Progress(NamedTuple):
    """How far a listing has been read: its digest, how many of its papers, and its ETag."""

    digest: str
    done: int
    total: int
    etag: str

    @classmethod
    def of(cls, cursor: str | None) -> Progress:
        """Read a cursor; anything unreadable means "not at all"."""
        parts = (cursor or "").split(" ", 2)
        done, _, total = (parts[1] if len(parts) > 1 else "").partition("/")
        if not (done.isdigit() and total.isdigit()):
            return cls("", 0, 0, "")
        return cls(parts[0], int(done), int(total), parts[2] if len(parts) > 2 else "")

    @property
    def complete(self) -> bool:
        """Whether every paper of the listing has been read."""
        return bool(self.digest) and self.done >= self.total

    def __str__(self) -> str:
        return f"{self.digest} {self.done}/{self.total} {self.etag}".rstrip()


@dataclass(slots=True)
class Reading:
    """A listing in hand: its papers in order, and how many pages have failed in a row."""

    scope: str
    papers: Sequence[PaperRecord]
    progress: Progress
    failures: int = 0


class ListingSpider(SourceSpider):
    """Reads listings (one for each scope), and the page of each paper listed, one after the other.

    A listing that has not changed (by ETag, else by its content) is not read again; one that was broken off is
    taken up at the paper after the last one saved. A paper whose page cannot be had is kept as listed. With the
    option ``abstracts = false`` the papers' own pages are left alone.
    """

    cacheable = True
    parse_listing: ClassVar[Callable[..., Parsed]]
    parse_paper: ClassVar[Callable[..., Parsed] | None] = None

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._scopes: set[str] = set()

    def listings(self) -> Iterable[tuple[str, str]]:
        """(scope, path) of each listing to read; the path is relative to the base URL."""
        raise NotImplementedError

    def is_whole(self, scope: str) -> bool:
        """Whether a listing is a whole conference: not a day, a volume of several or its workshops."""
        return "/" not in scope and "workshop" not in scope.lower()

    def further_listings(self, response: Response, scope: str) -> Iterable[tuple[str, str]]:
        """(scope, path) of other listings that a listing links to and that belong to what was asked for."""
        return ()

    def first_requests(self) -> Iterable[Request]:
        """One request for each listing."""
        for scope, path in self.listings():
            yield from self._list(scope, path)

    def known_within(self, scope: str) -> list[str]:
        """Scopes such as ``2025/vol38-main-conference`` that earlier runs found in ``2025``: an unchanged list
        (304) does not name them again.
        """
        return sorted(known for known in self.cursors if known.startswith(f"{scope}/"))

    def _list(self, scope: str, path: str) -> Iterator[Request]:
        if scope in self._scopes:
            return
        self._scopes.add(scope)
        progress = Progress.of(self.cursors.get(scope))
        conditional = {"If-None-Match": progress.etag} if progress.complete and progress.etag else {}
        yield self.ask(
            f"{self.base_url}/{path.lstrip('/')}",
            partial(self._listed, scope=scope),
            headers=conditional,
            statuses=(304,),
        )

    def _listed(self, response: Response, scope: str) -> Iterator[Page | Request]:
        before = Progress.of(self.cursors.get(scope))
        further = [] if response.status == 304 else list(self.further_listings(response, scope))
        for other, path in further:
            yield from self._list(other, path)
        if response.status == 304:
            yield self.page(response, Parsed(), (scope, str(before)))
            return
        etag = (response.headers.get("ETag") or b"").decode("latin-1")
        try:
            parsed = type(self).parse_listing(response.body, url=response.url)
        except ParseError:
            if not further:
                raise
            # A list of lists: there is nothing to read but what it leads to.
            yield self.page(response, Parsed(), (scope, str(Progress("lists", 0, 0, etag))))
            return
        papers = [one for one in parsed.records if isinstance(one, PaperRecord)]
        if len(papers) < SHRUNK * before.total:
            self.account.warnings["list is much shorter than before"] += 1
        if not self.count_list(
            scope, len(papers), whole=self.is_whole(scope), host=self.base_url, before=before.total
        ):
            # What came is kept, but the list counts as not read: asked for, and told, again until it is put right.
            yield self.page(response, parsed)
            return
        digest = _digest(papers)
        now = Progress(digest, len(papers), len(papers), etag)
        if before.digest == digest and before.complete:
            yield self.page(response, replace(parsed, records=()), (scope, str(now)))
        elif type(self).parse_paper is None or self.options.get("abstracts") is False:
            yield self.page(response, parsed, (scope, str(now)))
        else:
            done = before.done if before.digest == digest else 0
            # Warnings of the listing are counted now; its papers come with their pages.
            yield self.page(response, replace(parsed, records=()))
            yield from self._next(Reading(scope, papers, Progress(digest, done, len(papers), etag)))

    def _next(self, reading: Reading) -> Iterator[Request]:
        if reading.progress.done >= len(reading.papers) or self.has_enough:
            return
        paper = reading.papers[reading.progress.done]
        yield self.ask(
            self.at_upstream(paper.url),
            partial(self._read_paper, reading=reading),
            on_failure=partial(self._paper_failed, reading=reading),
            dont_filter=True,
        )

    def _read_paper(self, response: Response, reading: Reading) -> Iterator[Page | Request]:
        listed = reading.papers[reading.progress.done]
        parse = type(self).parse_paper
        try:
            parsed = parse(response.body, url=listed.url) if parse is not None else Parsed()
        except ParseError as error:
            self.account.add_problem(str(error))
            yield from self._keep(response.url, Parsed(records=(listed,)), reading, failed=True)
            return
        read = [one for one in parsed.records if isinstance(one, PaperRecord)]
        record = merge(listed, read[0]) if read else listed
        yield from self._keep(response.url, replace(parsed, records=(record,)), reading, failed=False)

    def _paper_failed(self, failure: Failure, reading: Reading) -> Iterator[Page | Request]:
        self.failed(failure)
        listed = reading.papers[reading.progress.done]
        yield from self._keep(listed.url, Parsed(records=(listed,)), reading, failed=True)

    def _keep(self, url: str, parsed: Parsed, reading: Reading, *, failed: bool) -> Iterator[Page | Request]:
        reading.failures = reading.failures + 1 if failed else 0
        if reading.failures >= MAX_FAILURES_IN_A_ROW:
            self.account.add_problem(f"{reading.scope}: {reading.failures} pages in a row could not be read")
            return
        reading.progress = reading.progress._replace(done=reading.progress.done + 1)
        yield self.page_from(url, parsed, (reading.scope, str(reading.progress)))
        yield from self._next(reading)

    def at_upstream(self, url: str) -> str:
        """The same path at the configured address, so that a stand-in serves the papers' pages too."""
        ours, theirs = urlsplit(self.base_url), urlsplit(url)
        return urlunsplit((ours.scheme, ours.netloc, theirs.path, theirs.query, ""))


def merge(listed: PaperRecord, read: PaperRecord) -> PaperRecord:
    """A paper from its listing and its page: the page says more, the listing knows venue and decision."""
    filled = {
        one.name: getattr(listed, one.name)
        for one in fields(PaperRecord)
        if getattr(read, one.name) in (None, ()) and getattr(listed, one.name) not in (None, ())
    }
    if listed.decision is not None and read.decision in (None, "accept"):
        filled["decision"] = listed.decision
    if listed.venue is not None:
        filled["venue"] = listed.venue
    return replace(read, source_key=listed.source_key, url=listed.url, **filled)


def _digest(papers: Iterable[PaperRecord]) -> str:
    hashed = hashlib.blake2b(digest_size=8)
    for paper in papers:
        hashed.update(f"{paper.source_key}\0{paper.title}\0".encode())
    return hashed.hexdigest()
