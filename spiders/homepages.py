"""Homepages that people's own profiles name: for the contact that they published, and their other pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from db.records import Page, PersonRecord
from spiders.parsing.homepage import names_agree, parse_homepage
from spiders.project_pages import MAX_PAGE_BYTES, is_page, stand_in_for
from spiders.source import SourceSpider


class HomepagesSpider(SourceSpider):
    """Option ``people``: ``{"url", "name"}`` each. A page whose heading names somebody else is counted and left.

    Only public hosts are asked and robots.txt holds, as for project pages; a page is asked for once a run.
    """

    name = "homepages"
    public_hosts_only = True

    def first_requests(self) -> Iterable[Request]:
        """One page for each person."""
        for person in self.options.get("people") or ():
            url, name = str(person["url"]), str(person["name"])
            if not urlsplit(url).hostname:
                self.account.warnings["not an address"] += 1
                continue
            yield self.ask(
                stand_in_for(url, self.upstreams.get("project_pages")),
                partial(self._read, url=url, name=name),
                statuses=(401, 403, 404, 410),
                meta={"download_maxsize": MAX_PAGE_BYTES},
            )

    def _read(self, response: Response, url: str, name: str) -> Iterator[Page]:
        if not is_page(response):
            self.account.warnings["page is gone or no page"] += 1
            return
        parsed = parse_homepage(response.body, url=url)
        people = [one for one in parsed.records if isinstance(one, PersonRecord)]
        if not all(names_agree(name, one.name) for one in people):
            self.account.warnings["page names somebody else"] += 1
            return
        # The heading is for checking; the name is the one that the person publishes under.
        yield self.page(response, replace(parsed, records=tuple(replace(one, name=name) for one in people)))
