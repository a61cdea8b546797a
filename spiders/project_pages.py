"""Papers' own project pages: one page each, for the repository that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from db.records import Page, PaperRecord
from spiders.parsing.project_page import page_key, parse_project_page
from spiders.source import SourceSpider

MAX_PAGE_BYTES = 5 * 1024 * 1024


class ProjectPagesSpider(SourceSpider):
    """Option ``papers``: ``{"url", "title"}`` and whichever of ``arxiv_id``, ``doi``, ``openreview_id`` are known.

    The addresses come out of abstracts, so they are a stranger's: only public hosts are asked
    (:class:`~spiders.middlewares.PublicHostsMiddleware`), robots.txt holds, and what is no page is left. With
    a stand-in configured, ``https://host/path`` is asked for as ``STAND-IN/host/path``.
    """

    name = "project_pages"
    public_hosts_only = True

    def first_requests(self) -> Iterable[Request]:
        """One page for each paper."""
        stand_in = self.upstreams.get("project_pages") or ""
        for paper in self.options.get("papers") or ():
            url = str(paper["url"])
            parts = urlsplit(url)
            asked = url
            if stand_in:
                asked = f"{stand_in.rstrip('/')}/{parts.netloc}{parts.path or '/'}"
            yield self.ask(
                asked,
                partial(self._read, url=url, paper=paper),
                statuses=(401, 403, 404, 410),
                meta={"download_maxsize": MAX_PAGE_BYTES, "stand_in": bool(stand_in)},
            )

    def _read(self, response: Response, url: str, paper: Mapping[str, Any]) -> Iterator[Page]:
        kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").lower()
        if response.status != 200 or "html" not in kind:
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
