"""The conferences' own virtual sites: neurips.cc, icml.cc and iclr.cc."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from scrapy import Request
from scrapy.http import Response

from db.records import Page, PaperRecord, Parsed
from spiders.parsing.virtual_site import parse_virtual_abstracts, parse_virtual_site
from spiders.source import SourceSpider

# A conference is one answer of some 6,000 papers; it is saved in portions so that others get their turn.
PORTION = 500
_CONFERENCE = re.compile(r"(neurips|icml|iclr)[ -]?(20\d\d)", re.IGNORECASE)
_HOSTS = {"neurips": "https://neurips.cc", "icml": "https://icml.cc", "iclr": "https://iclr.cc"}


class VirtualSpider(SourceSpider):
    """Option ``conferences``: ``["neurips-2025", "iclr-2026"]``.

    The cursor of a conference is a digest of its file, and its ETag where it has one: what has not changed is not
    read again. Abstracts come from a second file where the first has none.
    """

    name = "virtual"

    def first_requests(self) -> Iterable[Request]:
        """One file for each conference."""
        for conference in self.options.get("conferences") or ():
            found = _CONFERENCE.fullmatch(str(conference).strip())
            if found is None:
                self.account.add_problem(f"{conference!r} is no conference such as neurips-2025")
                continue
            site, year = found[1].lower(), found[2]
            scope = f"{site}-{year}"
            etag = (self.cursors.get(scope) or "").partition(" ")[2]
            yield self.ask(
                self._file(site, year, "orals-posters"),
                partial(self._events, scope=scope),
                headers={"If-None-Match": etag} if etag else {},
                statuses=(304,),
                # Some 25 MB.
                meta={"download_timeout": 300},
            )

    def _file(self, site: str, year: str, kind: str) -> str:
        return f"{self._base(site)}/static/virtual/data/{site}-{year}-{kind}.json"

    def _base(self, site: str) -> str:
        return (self.upstreams.get(f"{site}_virtual") or _HOSTS[site]).rstrip("/")

    def own_hosts(self) -> tuple[str, ...]:
        """The three conferences' own sites."""
        return tuple(_HOSTS.values())

    def _events(self, response: Response, scope: str) -> Iterator[Page | Request]:
        before = self.cursors.get(scope) or ""
        if response.status == 304:
            yield self.page(response, Parsed(), (scope, before))
            return
        parsed = parse_virtual_site(response.body, url=response.url)
        if not self.count_list(scope, len(parsed.records), whole=True, host=self._base(scope.split("-")[0])):
            # Kept, and asked for again the next night.
            yield self.page(response, parsed)
            return
        digest = hashlib.blake2b(response.body, digest_size=8).hexdigest()
        cursor = f"{digest} {(response.headers.get('ETag') or b'').decode('latin-1')}".rstrip()
        if before.partition(" ")[0] == digest:
            yield self.page(response, replace(parsed, records=()), (scope, cursor))
        elif any(isinstance(one, PaperRecord) and one.abstract is None for one in parsed.records):
            site, year = scope.split("-")
            yield self.ask(
                self._file(site, year, "abstracts"),
                lambda answer: self._abstracts(answer, response, parsed, scope, cursor),
                statuses=(403, 404),
                dont_filter=True,
            )
        else:
            yield from self._portions(response, parsed, scope, cursor)

    def _abstracts(
        self, answer: Response, response: Response, parsed: Parsed, scope: str, cursor: str
    ) -> Iterator[Page]:
        abstracts: Mapping[str, str] = {}
        if answer.status == 200:
            abstracts = parse_virtual_abstracts(answer.body, url=answer.url)
        else:
            self.account.warnings["no file of abstracts"] += 1
        records = tuple(
            replace(one, abstract=abstracts.get(one.source_key.rpartition("/")[2]))
            if isinstance(one, PaperRecord) and one.abstract is None
            else one
            for one in parsed.records
        )
        yield from self._portions(response, replace(parsed, records=records), scope, cursor)

    def _portions(self, response: Response, parsed: Parsed, scope: str, cursor: str) -> Iterator[Page]:
        records = parsed.records
        for start in range(0, max(len(records), 1), PORTION):
            last = start + PORTION >= len(records)
            portion = Parsed(
                records=records[start : start + PORTION], warnings=parsed.warnings if start == 0 else {}
            )
            # Only the last portion says that the file has been read.
            yield self.page(response, portion, (scope, cursor) if last else None)
            if self.has_enough:
                return
