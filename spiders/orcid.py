"""ORCID records of people whose iD a source has given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrapy import Request
from scrapy.http import Response

from db.records import Page
from spiders.parsing.links import orcid_of
from spiders.parsing.orcid import parse_orcid
from spiders.source import SourceSpider


class OrcidSpider(SourceSpider):
    """Option ``orcids``: the iDs to look up. An iD that ORCID does not know or has locked is counted, no problem."""

    name = "orcid"
    obeys_robots = False

    def first_requests(self) -> Iterable[Request]:
        """One record each."""
        for text in self.options.get("orcids") or ():
            orcid = orcid_of(str(text))
            if orcid is None:
                self.account.warnings["not an ORCID iD"] += 1
                continue
            yield self.ask(
                f"{self.base_url}/v3.0/{orcid}/record",
                self._record,
                headers={"Accept": "application/vnd.orcid+json"},
                statuses=(404, 409, 410),
            )

    def _record(self, response: Response) -> Iterator[Page]:
        if response.status == 200:
            yield self.page(response, parse_orcid(response.body, url=response.url))
        else:
            self.account.warnings[f"record answered HTTP {response.status}"] += 1
