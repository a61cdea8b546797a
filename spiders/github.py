"""Repositories on GitHub: what the host says of them, their READMEs, and how issues were met."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from db.keys.repositories import parse_repository_url
from db.records import Page, Parsed, ParseError, RepositoryRecord
from spiders.middlewares import GaveUp
from spiders.parsing.github import (
    parse_issues,
    parse_readme,
    parse_refusal,
    parse_repository,
    parse_search,
)
from spiders.source import SourceSpider

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
# The raw form saves a third of the bytes and an answer for files above a megabyte.
_README_HEADERS = {**_HEADERS, "Accept": "application/vnd.github.raw+json"}
MAX_README_BYTES = 2 * 1024 * 1024
SEARCH_SLOT = "github-search"
SEARCH_RESULTS = 5
ISSUES = 100


class GithubSpider(SourceSpider):
    """Options: ``repositories`` (keys or addresses), ``etags`` (by key, as stored), ``issues``, ``searches``.

    A repository is asked for with its stored ETag: 304 costs no quota and confirms what is stored. A renamed
    one is followed and keeps its former key in ``redirected_from``; 404 and 451 become a status. READMEs are
    read with each description that has changed, and then the newest hundred issues of those repositories in
    ``issues`` (key to the stored ETag of that list, empty for none) that have any, to be counted.
    Searches are queries of the repository search, asked after the
    repositories, at most nine a minute (its quota is 10 a minute without a token, 30 with one); the first five
    results are then read like other repositories, since only a README can tell whose they are. A token that
    is refused, and a quota that stays spent, end the crawl: the rest is asked for in the next run.
    """

    name = "github"
    obeys_robots = False
    custom_settings = {  # noqa: RUF012 -- Scrapy's own name and type
        "DOWNLOAD_SLOTS": {SEARCH_SLOT: {"concurrency": 1, "delay": 6.5, "randomize_delay": False}}
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._waiting: Iterator[Request] | None = None
        self._stopped = False
        self._asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Be told when nothing is under way."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.ask_next, signal=signals.spider_idle)
        return spider

    def first_requests(self) -> Iterable[Request]:
        """None yet: see :meth:`ask_next`."""
        return ()

    def ask_next(self) -> None:
        """Ask for the next repository, then the next search, whenever nothing is under way.

        Scrapy hands all requests of a spider to its downloader, which asks them even after the spider has been
        stopped; GitHub blocks clients that go on asking when their quota is spent or their token refused.
        """
        if self._waiting is None:
            self._waiting = itertools.chain(self._repositories(), self._searches())
        request = None if self.has_enough else next(self._waiting, None)
        engine = self.crawler.engine
        if request is not None and engine is not None and not self._stopped:
            engine.crawl(request)
            raise DontCloseSpider

    # -- repositories ------------------------------------------------------------------------------------

    def _repositories(self) -> Iterator[Request]:
        keys: dict[str, None] = {}
        for printed in self.options.get("repositories") or ():
            address = parse_repository_url(str(printed))
            if address is None or address.host != "github.com":
                self.account.warnings["not a repository on GitHub"] += 1
            else:
                keys.setdefault(address.key)
        self._asked.update(keys)
        for key in keys:
            yield self._ask_repository(key)

    def _ask_repository(self, key: str) -> Request:
        headers = dict(_HEADERS)
        etags: Mapping[str, str] = self.options.get("etags") or {}
        if etag := etags.get(key):
            headers["If-None-Match"] = etag
        path = "/".join(quote(part) for part in key.split("/")[1:])
        return self.ask(
            f"{self.base_url}/repos/{path}",
            partial(self._repository, key=key),
            headers=headers,
            statuses=(304, 401, 403, 404, 451),
            dont_filter=True,
        )

    def _repository(self, response: Response, key: str) -> Iterator[Page | Request]:
        if response.status == 401:
            self._refused(response)
            return
        if response.status == 304:
            yield replace(self.page(response, Parsed()), confirmed=(key,))
        elif response.status != 200:
            yield self.page(
                response, parse_refusal(response.status, response.body, url=response.url, asked=key)
            )
        else:
            yield from self._described(response, key)

    def _described(self, response: Response, key: str) -> Iterator[Page | Request]:
        self._stay_at_home(response)
        parsed = parse_repository(response.body, url=response.url, asked=key)
        (record,) = parsed.records
        if not isinstance(record, RepositoryRecord):
            raise ParseError(response.url, "not a repository")
        parsed = replace(parsed, records=(replace(record, etag=_etag(response)),))
        path = "/".join(quote(part) for part in (record.owner or "", record.name or ""))
        address = f"{self.base_url}/repos/{path}"
        wanted: Mapping[str, str] = self.options.get("issues") or {}
        more = (
            partial(self._ask_issues, address, wanted[key]) if record.has_issues and key in wanted else None
        )
        yield self.ask(
            f"{address}/readme",
            partial(self._readme, parsed=parsed, described=response, more=more),
            headers=_README_HEADERS,
            statuses=(401, 403, 404, 451),
            meta={"download_maxsize": MAX_README_BYTES},
            on_failure=partial(self._failed_in_part, parsed=parsed, described=response),
            dont_filter=True,
        )

    def _readme(
        self,
        response: Response,
        parsed: Parsed,
        described: Response,
        more: Callable[[Parsed, Response], Request] | None,
    ) -> Iterator[Page | Request]:
        """Save the repository together with its README, or without one; ``more`` is asked for first."""
        if response.status == 200:
            readme = parse_readme(response.body, url=response.url)
            if readme is not None:
                records = tuple(
                    replace(one, readme=readme) for one in parsed.records if isinstance(one, RepositoryRecord)
                )
                parsed = replace(parsed, records=records)
        yield self.page(described, parsed) if more is None else more(parsed, described)

    def _ask_issues(self, address: str, etag: str, parsed: Parsed, described: Response) -> Request:
        asked = urlencode({"state": "all", "sort": "created", "direction": "desc", "per_page": ISSUES})
        return self.ask(
            f"{address}/issues?{asked}",
            partial(self._issues, parsed=parsed, described=described),
            headers={**_HEADERS, "If-None-Match": etag} if etag else _HEADERS,
            statuses=(304, 401, 403, 404, 410, 451),  # 410: issues have been turned off
            on_failure=partial(self._failed_in_part, parsed=parsed, described=described),
            dont_filter=True,
        )

    def _issues(self, response: Response, parsed: Parsed, described: Response) -> Iterator[Page]:
        """Save the repository with its issues counted; without an answer, what is stored of them stays."""
        if response.status == 200:
            [record] = parsed.records
            asked = record.key if isinstance(record, RepositoryRecord) else None
            try:
                counted = parse_issues(response.body, url=response.url, asked=asked)
            except ParseError:
                yield self.page(described, parsed)
                raise
            [issues] = counted.records
            if isinstance(record, RepositoryRecord) and isinstance(issues, RepositoryRecord):
                record = replace(
                    record,
                    issues_outside=issues.issues_outside,
                    issues_answered=issues.issues_answered,
                    issues_since=issues.issues_since,
                    issues_etag=_etag(response),
                )
            warnings = Counter(parsed.warnings) + Counter(counted.warnings)
            parsed = replace(parsed, records=(record,), warnings=warnings)
        yield self.page(described, parsed)

    def _failed_in_part(self, failure: Failure, parsed: Parsed, described: Response) -> Iterator[Page]:
        """The description stands without the rest; its ETag is left out, so that all is asked for again."""
        self.failed(failure)
        records = tuple(
            replace(one, etag=None) for one in parsed.records if isinstance(one, RepositoryRecord)
        )
        yield self.page(described, replace(parsed, records=records))

    # -- searches ----------------------------------------------------------------------------------------

    def _searches(self) -> Iterator[Request]:
        for query in self.options.get("searches") or ():
            asked = urlencode({"q": str(query)[:256], "per_page": SEARCH_RESULTS})
            yield self.ask(
                f"{self.base_url}/search/repositories?{asked}",
                self._found,
                headers=_HEADERS,
                statuses=(401, 422),
                meta={"download_slot": SEARCH_SLOT},
                dont_filter=True,
            )

    def _found(self, response: Response) -> Iterator[Page]:
        if response.status == 401:
            self._refused(response)
        elif response.status == 422:
            self.account.warnings["search that GitHub could not read"] += 1
        else:
            parsed = parse_search(response.body, url=response.url)
            # Only what is read whole is kept: a search result has no README and would pass for a change.
            yield self.page(response, replace(parsed, records=()))
            found = [one.key for one in parsed.records if isinstance(one, RepositoryRecord)]
            fresh = [key for key in found if key not in self._asked]
            self._asked.update(fresh)
            self._waiting = itertools.chain(map(self._ask_repository, fresh), self._waiting or ())

    # -- what goes wrong ---------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> None:
        """A quota that stays spent ends the crawl; any other failure costs one repository."""
        super().failed(failure)
        if isinstance(failure.value, GaveUp):
            self._stopped = True
            self.stop("quota")

    def _stay_at_home(self, response: Response) -> None:
        if urlsplit(response.url).netloc != urlsplit(self.base_url).netloc:
            raise ParseError(response.url, "GitHub's API redirected to another host")

    def _refused(self, response: Response) -> None:
        self.account.add_problem("GitHub refuses the token in GITHUB_TOKEN (HTTP 401)")
        self._stopped = True
        self.stop("unauthorised")


def _etag(response: Response) -> str | None:
    etag = response.headers.get("ETag")
    return None if etag is None else etag.decode("latin-1")[:200]
