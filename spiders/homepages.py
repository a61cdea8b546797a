"""Homepages that people's own profiles name: for the contact that they published, and their other pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from scrapy import Request
from scrapy.http import Response

from db.records import Page, PersonRecord
from spiders.parsing.homepage import names_agree, parse_homepage
from spiders.project_pages import StrangersPagesSpider, is_page


class HomepagesSpider(StrangersPagesSpider):
    """Option ``people``: ``{"url", "name"}`` each. A page whose heading names somebody else is counted and left.

    Only public hosts are asked and robots.txt holds, as for project pages; a page is asked for once a run.
    """

    name = "homepages"

    def first_requests(self) -> Iterable[Request]:
        """One page for each person."""
        for person in self.options.get("people") or ():
            url, name = str(person["url"]), str(person["name"])
            yield from self.ask_page(url, partial(self._read, url=url, name=name))

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
