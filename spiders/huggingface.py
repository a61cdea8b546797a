"""Hugging Face's daily papers: which repository belongs to which arXiv paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from scrapy import Request
from scrapy.http import Response

from db.records import Page
from spiders.parsing.huggingface import parse_daily_papers
from spiders.source import SourceSpider

# Repositories are added to a paper's page in the days after it was listed.
OVERLAP = timedelta(days=3)
MOST_DAYS = 400


class HuggingFaceSpider(SourceSpider):
    """One request a day since the last day read, minus three days; option ``since``.

    The cursor ``daily`` is the last day read. Option ``arxiv_ids`` asks for single papers instead; one that the
    site does not know (404) is no problem.
    """

    name = "huggingface"
    obeys_robots = False

    def first_requests(self) -> Iterable[Request]:
        """Days in order, or single papers."""
        singles = self.options.get("arxiv_ids")
        if singles:
            for arxiv_id in singles:
                yield self.ask(f"{self.base_url}/api/papers/{arxiv_id}", self._paper, statuses=(404,))
            return
        today = self.now().date()
        cursor = self.cursors.get("daily")
        since = str(self.options.get("since") or today - timedelta(days=7))
        start = date.fromisoformat(cursor) - OVERLAP if cursor else date.fromisoformat(since)
        yield from self._day(max(start, today - timedelta(days=MOST_DAYS)))

    def _day(self, day: date) -> Iterator[Request]:
        if day <= self.now().date() and not self.has_enough:
            yield self.ask(
                f"{self.base_url}/api/daily_papers?date={day}&limit=100",
                lambda response: self._papers(response, day),
                # Days without papers answer with an error or with an empty list.
                statuses=(400, 404),
                dont_filter=True,
            )

    def _papers(self, response: Response, day: date) -> Iterator[Page | Request]:
        if response.status == 200:
            parsed = parse_daily_papers(response.body, url=response.url)
            yield self.page(response, parsed, ("daily", day.isoformat()))
        yield from self._day(day + timedelta(days=1))

    def _paper(self, response: Response) -> Iterator[Page]:
        if response.status == 200:
            yield self.page(response, parse_daily_papers(response.body, url=response.url))
