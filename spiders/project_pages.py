"""Papers' own project pages: one page each, for the repository that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from db.records import Page, PaperRecord
from spiders.parsing.project_page import page_key, parse_project_page
from spiders.source import Answer, SourceSpider

MAX_PAGE_BYTES = 5 * 1024 * 1024


def stand_in_for(url: str, stand_in: str | None) -> str:
    """The address to ask for ``url``: itself, or the same page at a configured stand-in."""
    if not stand_in:
        return url
    parts = urlsplit(url)
    return f"{stand_in.rstrip('/')}/{parts.netloc}{parts.path or '/'}"


def is_page(response: Response) -> bool:
    """Whether an answer is an HTML page."""
    kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").lower()
    return response.status == 200 and "html" in kind


# A stranger's page may ask for this much patience, and not for a night of it.
STRANGERS_PATIENCE_S = 60.0


class StrangersPagesSpider(SourceSpider):
    """Pages whose addresses strangers printed: public hosts only, tried twice, and a dead one is no failure."""

    public_hosts_only = True

    def ask_page(self, url: str, callback: Callable[[Response], Answer]) -> Iterator[Request]:
        """Ask for one page, at the configured stand-in where there is one."""
        if not urlsplit(url).hostname:
            self.account.warnings["not an address"] += 1
            return
        yield self.ask(
            stand_in_for(url, self.upstreams.get("project_pages")),
            callback,
            statuses=(401, 403, 404, 410),
            meta={"download_maxsize": MAX_PAGE_BYTES, "tries": 1, "patience_s": STRANGERS_PATIENCE_S},
        )

    def failed(self, failure: Failure) -> None:
        """A page that cannot be had is counted; pages come and go."""
        if isinstance(failure.value, HttpError):
            self.account.answered += 1
        self.account.warnings["page could not be had"] += 1


class ProjectPagesSpider(StrangersPagesSpider):
    """Option ``papers``: ``{"url", "title"}`` and whichever of ``arxiv_id``, ``doi``, ``openreview_id`` are known.

    The addresses come out of abstracts, so they are a stranger's: only public hosts are asked
    (:class:`~spiders.middlewares.PublicHostsMiddleware`), robots.txt holds, and what is no page is left. With
    a stand-in configured, ``https://host/path`` is asked for as ``STAND-IN/host/path``.
    """

    name = "project_pages"

    def first_requests(self) -> Iterable[Request]:
        """One page for each paper."""
        for paper in self.options.get("papers") or ():
            url = str(paper["url"])
            yield from self.ask_page(url, partial(self._read, url=url, paper=paper))

    def _read(self, response: Response, url: str, paper: Mapping[str, Any]) -> Iterator[Page]:
        if not is_page(response):
            self.account.warnings["page is gone or no page"] += 1
            return
        parsed = parse_project_page(response.body, url=url)
        # The record speaks of the paper that sent us here, whatever else the page links to.
        records = tuple(
            replace(
                one,
                source_key=page_key(url),
                title=paper.get("title") or one.title,
                arxiv_id=paper.get("arxiv_id") or one.arxiv_id,
                doi=paper.get("doi"),
                openreview_id=paper.get("openreview_id"),
            )
            for one in parsed.records
            if isinstance(one, PaperRecord)
        )
        yield self.page(response, replace(parsed, records=records))
