"""Blogs and laboratories: the feeds that the user names, for posts that survey an area."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from db.records import Page, Parsed
from spiders.parsing.feeds import MAX_FEED_BYTES, parse_feed
from spiders.project_pages import stand_in_for
from spiders.source import SourceSpider


class FeedsSpider(SourceSpider):
    """Option ``urls``: the feeds' addresses. robots.txt holds.

    The cursor of a feed is what its host gave to ask again with: its ETag, else its Last-Modified. A feed without a
    single post is a problem, since no blog has one; a post that surveys nothing is only counted.
    """

    name = "feeds"

    def first_requests(self) -> Iterable[Request]:
        """One request for each feed."""
        for url in dict.fromkeys(str(one).strip() for one in self.options.get("urls") or ()):
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                self.account.add_problem(f"{url!r} is no address of a feed")
                continue
            yield self.ask(
                stand_in_for(url, self.upstreams.get("project_pages")),
                partial(self._read, url=url),
                headers=_conditions(self.cursors.get(url) or ""),
                statuses=(304,),
                meta={"download_maxsize": MAX_FEED_BYTES},
            )

    def _read(self, response: Response, url: str) -> Iterator[Page]:
        if response.status == 304:
            yield self.page(response, Parsed(), (url, self.cursors.get(url) or ""))
            return
        parsed = parse_feed(response.body, url=url)
        if not parsed.total:
            self.account.add_problem(f"{url}: a feed without a post")
            return
        yield self.page(response, parsed, (url, _validator(response)))


def _validator(response: Response) -> str:
    for name in ("ETag", "Last-Modified"):
        if value := (response.headers.get(name) or b"").decode("latin-1").strip():
            return f"{name} {value}"
    return "read"


def _conditions(cursor: str) -> dict[str, str]:
    name, _, value = cursor.partition(" ")
    asked = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}.get(name)
    return {asked: value} if asked and value else {}
