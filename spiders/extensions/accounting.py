"""Closing the books of a crawl: what broke, and that nothing at all came is a failure too."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.account import judge
from spiders.source import SourceSpider


class Accounting:
    """Turn Scrapy's signals into the source's :class:`~spiders.account.Account`."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to a crawler."""
        extension = cls()
        crawler.signals.connect(extension.spider_error, signal=signals.spider_error)
        crawler.signals.connect(extension.item_error, signal=signals.item_error)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_error(self, failure: Failure, response: Response | None, spider: Spider) -> None:
        """A spider raised what it should not have: a bug, reported with the page that showed it, if it was one."""
        if isinstance(spider, SourceSpider):
            said = f"{type(failure.value).__name__}: {str(failure.value)[:120]}"
            where = spider.name if response is None else response.url
            spider.account.add_problem(f"{where}: {said} (a bug in the spider)")

    def item_error(self, item: Any, response: Response | None, spider: Spider, failure: Failure) -> None:
        """A page broke the pipeline: later ones are not kept either."""
        if isinstance(spider, SourceSpider):
            said = f"{type(failure.value).__name__}: {str(failure.value)[:120]}"
            spider.account.add_problem(f"could not save {item.url}: {said}")
            spider.stop("store_failed")

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the whole."""
        if not isinstance(spider, SourceSpider):
            return
        spider.account.interrupted = reason == "shutdown"
        if not spider.account.interrupted:
            limited, first = bool(spider.max_items), not spider.cursors
            judge(spider.account, spider.source, limited=limited, first=first)
