"""The one pipeline: a page is saved whole, with its cursor, before the next one may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import new_session, open_database
from db.records import Page
from db.store import Saved, save_page
from db.suppression import Suppressor
from spiders.source import SourceSpider


class StorePipeline:
    """Save each :class:`Page`. After a failed save nothing more of that source is kept.

    Otherwise the cursor of a later page would step over the lost one. The spider is closed and its outcome
    carries the reason.
    """

    def __init__(self, save: Callable[[Page], Saved], close: Callable[[], None] = lambda: None) -> None:
        self._save, self._close = save, close
        self._failed = False
        self.crawler: Crawler | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open ``SOURCING_DATABASE_URL``; ``SOURCING_SUPPRESSOR`` keeps out who asked to be left alone."""
        url = crawler.settings.get("SOURCING_DATABASE_URL")
        suppressor = crawler.settings.get("SOURCING_SUPPRESSOR")
        if not url or not isinstance(suppressor, Suppressor):
            raise NotConfigured("no database to save into")
        engine: Engine = open_database(url)
        run_id = crawler.settings.get("SOURCING_RUN_ID")

        def save(page: Page) -> Saved:
            with new_session(engine, writing=True) as session:
                return save_page(session, page, suppressor=suppressor, run_id=run_id)

        pipeline = cls(save, engine.dispose)
        pipeline.crawler = crawler
        return pipeline

    def process_item(self, item: Page, spider: Spider | None = None) -> Page:
        """Save a page and count it. Raises :class:`DropItem` where it, or an earlier one, could not be."""
        owner = self.crawler.spider if self.crawler is not None else spider
        if not isinstance(owner, SourceSpider):
            raise TypeError("only a SourceSpider's pages can be stored")
        if self._failed:
            raise DropItem("an earlier page could not be saved")
        try:
            saved = self._save(item)
        except SQLAlchemyError as error:
            self._failed = True
            bind = getattr(error, "orig", None) or error
            owner.account.add_problem(f"could not save {item.url}: {str(bind).splitlines()[0][:150]}")
            owner.stop("store_failed")
            raise DropItem("the page could not be saved") from error
        owner.account.add_page(
            fetched=saved.fetched,
            new=saved.new,
            changed=saved.changed,
            withheld=saved.withheld,
            warnings=item.warnings,
        )
        owner.page_saved()
        return item

    def close_spider(self, spider: Spider | None = None) -> None:
        """Let go of the database."""
        self._close()
