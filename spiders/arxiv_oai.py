"""Back-fill of whole years from arXiv's OAI-PMH interface."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from db.records import Page, ParseError
from spiders.parsing.arxiv_oai import OaiError, parse_arxiv_oai
from spiders.source import SourceSpider

# Archives that OAI-PMH groups under "physics"; the rest are sets of their own (info.arxiv.org/help/oa).
_PHYSICS = frozenset(
    ["astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nlin", "nucl-ex",
     "nucl-th", "physics", "quant-ph"]
)  # fmt: skip


def set_of(category: str) -> str:
    """The OAI set of an arXiv category.

    >>> set_of("cs.LG"), set_of("hep-th"), set_of("cs")
    ('cs:cs:LG', 'physics:hep-th', 'cs')
    """
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    if subject:
        return f"{group}:{archive}:{subject}"
    return archive if group == archive else f"{group}:{archive}"


class ArxivOaiSpider(SourceSpider):
    """Read datestamp windows of one month, set by set, oldest first.

    Options: ``categories`` (or OAI ``sets``), ``since`` and ``until`` (dates), ``metadata_prefix``
    (``arXiv``, which splits names and has affiliations, or ``arXivRaw``, which has versions and exact
    dates). The cursor of a set is the first day not yet read, followed inside a window by its last day and
    the resumption token. Datestamps are days of the last change, not of submission.
    """

    name = "arxiv_oai"
    obeys_robots = False

    def first_requests(self) -> Iterable[Request]:
        """One chain of requests for each set."""
        sets = self.options.get("sets") or [
            set_of(one) for one in self.options.get("categories") or ("cs", "stat")
        ]
        for scope in sets:
            start, end, token = self._resume(scope)
            if start <= self._until():
                yield self._list_records(scope, start, end, token)

    def is_throttled(self, response: Response) -> bool:
        """Under load arXiv answers HTTP 200 with plain text."""
        return not response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")

    def _until(self) -> date:
        said = self.options.get("until")
        today = self.now().date()
        return min(date.fromisoformat(str(said)), today) if said else today

    def _resume(self, scope: str) -> tuple[date, date, str | None]:
        parts = (self.cursors.get(scope) or "").split(" ", 2)
        if len(parts) == 3:
            return date.fromisoformat(parts[0]), date.fromisoformat(parts[1]), parts[2]
        since = parts[0] or str(self.options.get("since") or self.now().date() - timedelta(days=31))
        start = date.fromisoformat(since)
        return start, self._window_end(start), None

    def _window_end(self, start: date) -> date:
        last = calendar.monthrange(start.year, start.month)[1]
        return min(start.replace(day=last), self._until())

    def _list_records(
        self, scope: str, start: date, end: date, token: str | None, restarted: bool = False
    ) -> Request:
        if token:
            query = {"verb": "ListRecords", "resumptionToken": token}
        else:
            query = {
                "verb": "ListRecords",
                "metadataPrefix": str(self.options.get("metadata_prefix") or "arXiv"),
                "set": scope,
                "from": start.isoformat(),
                "until": end.isoformat(),
            }

        def read(response: Response) -> Iterator[Page | Request]:
            return self._read(response, scope, start, end, restarted)

        return self.ask(f"{self.base_url}?{urlencode(query)}", read, dont_filter=True)

    def _read(
        self, response: Response, scope: str, start: date, end: date, restarted: bool
    ) -> Iterator[Page | Request]:
        try:
            parsed = parse_arxiv_oai(response.body, url=response.url)
        except OaiError as error:
            # A token lives for a day or so; the window is then read from its start, which changes nothing.
            if error.code != "badResumptionToken" or restarted:
                raise
            self.account.warnings["resumption token had expired"] += 1
            yield self._list_records(scope, start, end, None, restarted=True)
            return
        if parsed.next_token and not parsed.records:
            raise ParseError(response.url, "an empty page in the middle of a list")
        if parsed.next_token:
            yield self.page(response, parsed, (scope, f"{start} {end} {parsed.next_token}"))
            if not self.has_enough:
                yield self._list_records(scope, start, end, parsed.next_token, restarted)
            return
        # Records of today can still be added to, so today is read again next time.
        following = min(end + timedelta(days=1), self.now().date())
        yield self.page(response, parsed, (scope, following.isoformat()))
        if following > end and following <= self._until() and not self.has_enough:
            yield self._list_records(scope, following, self._window_end(following), None)
