"""OpenReview: submissions with decisions and reviewers' scores, then the profiles of their first authors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from db.records import IdentifierKind, Page, PaperRecord, Parsed, ParseError
from spiders.middlewares import Credential, CredentialsMiddleware
from spiders.parsing.openreview import ChallengeRequired, parse_openreview_notes, refusal_of
from spiders.parsing.openreview_profiles import parse_openreview_profiles
from spiders.source import SourceSpider

# Notes come with all their replies, some 50 kB each.
PAGE = 100
# Notes come in the order of their last change: one that changes meanwhile leaves its place for the end, and those
# behind it move up by one. Without an overlap the next page would pass over as many as did, and the cursor after it.
OVERLAP = 10
PROFILES = 50
_VENUE = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
_V1_KINDS = ("Blind_Submission", "Submission", "submission")


class _Read(NamedTuple):
    """A page of notes that was saved: its venue, where it was read, and what follows once its profiles are there."""

    venue: str
    base: str
    url: str
    cursor: tuple[str, str] | None
    following: Request | None


class OpenReviewSpider(SourceSpider):
    """Option ``venues``: ``["ICLR.cc/2025/Conference"]``.

    Each venue is read oldest change first; its cursor is the time (ms) of the newest change read, so a later run
    asks only for what has changed since. A venue that API v2 does not know is looked for in v1. Anonymous reading
    is refused with a browser challenge since 2026: with ``OPENREVIEW_USERNAME`` and ``OPENREVIEW_PASSWORD`` the
    spider logs in, without them it says so in one sentence and stops. Profiles are read for first authors only
    (option ``profiles = false``: for nobody), and before the cursor says that their papers have been read.
    """

    name = "openreview"
    obeys_robots = False

    def first_requests(self) -> Iterable[Request]:
        """Log in where we can, else try as a stranger."""
        if self.secrets.get("username") and self.secrets.get("password"):
            yield self._login(self.base_url, self._after_login)
        else:
            yield from self._venues()

    def _login(self, base: str, then: object) -> Request:
        body = json.dumps({"id": self.secrets["username"], "password": self.secrets["password"]})
        return self.ask(
            f"{base}/login",
            then,  # type: ignore[arg-type]  # one of the two methods below
            method="POST",
            body=body,
            headers={"Content-Type": "application/json"},
            statuses=(400, 401, 403, 429),
            meta={"dont_cache": True, "dont_redirect": True},
        )

    def _after_login(self, response: Response) -> Iterator[Request]:
        if self._admitted(response, self.base_url):
            yield from self._venues()

    def _admitted(self, response: Response, base: str) -> bool:
        try:
            token = json.loads(response.body).get("token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        if (
            response.status != 200
            or not isinstance(token, str)
            or not token.isascii()
            or not token.isprintable()
        ):
            said = refusal_of(response.body) or f"HTTP {response.status}"
            self.account.add_problem(f"OpenReview refused the login ({said})")
            return False
        middleware = self.crawler.get_downloader_middleware(CredentialsMiddleware)
        if middleware is not None:
            middleware.add(Credential(base, f"Bearer {token}"))
        return True

    def _venues(self) -> Iterator[Request]:
        for venue in self.options.get("venues") or ():
            if _VENUE.fullmatch(str(venue)) is None:
                self.account.add_problem(f"{venue!r} is no OpenReview venue such as ICLR.cc/2025/Conference")
                continue
            yield self._notes(str(venue), self.base_url, f"{venue}/-/Submission", 0)

    def _notes(self, venue: str, base: str, invitation: str, offset: int) -> Request:
        query = {
            "invitation": invitation,
            "details": "replies" if base == self.base_url else "directReplies",
            "sort": "tmdate:asc",
            "limit": str(PAGE),
            "offset": str(offset),
        }
        if since := self.cursors.get(venue):
            query["mintmdate"] = since
        return self.ask(
            f"{base}/notes?{urlencode(query)}",
            lambda response: self._read(response, venue, base, invitation, offset),
            statuses=(400, 401, 403, 404),
            dont_filter=True,
        )

    def _read(
        self, response: Response, venue: str, base: str, invitation: str, offset: int
    ) -> Iterator[Page | Request]:
        try:
            parsed = parse_openreview_notes(response.body, url=response.url)
        except ChallengeRequired:
            self._say_challenged()
            return
        if not parsed.records and not parsed.next_token and offset == 0:
            yield from self._elsewhere(response, venue, base, invitation, parsed)
            return
        newest = parsed.next_token or self.cursors.get(venue)
        waiting = list(self._profiles(parsed.records))
        page = self.page(response, parsed, (venue, newest) if newest else None)
        # API v2 leaves the count out of some answers; then a page without records is the last.
        more = offset + PAGE < parsed.total if parsed.total is not None else bool(parsed.records)
        going_on = parsed.next_token and more and not self.has_enough
        following = self._notes(venue, base, invitation, offset + PAGE - OVERLAP) if going_on else None
        yield replace(page, cursor=None) if waiting else page
        cursor = (venue, page.cursor.value) if waiting and page.cursor is not None else None
        yield from self._ask_profiles(iter(waiting), _Read(venue, base, response.url, cursor, following))

    def _say_challenged(self) -> None:
        if self.secrets.get("username"):
            self.account.add_problem("OpenReview asks for a browser challenge even after the login")
        else:
            self.account.add_problem(
                "OpenReview lets nobody read without logging in: set OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD, "
                "or rely on the conferences' own sites ([sources.virtual])"
            )

    def _elsewhere(
        self, response: Response, venue: str, base: str, invitation: str, parsed: Parsed
    ) -> Iterator[Page | Request]:
        """Nothing found: nothing new, or an older venue, which only API v1 knows under one of three names."""
        if self.cursors.get(venue):
            yield self.page(response, parsed, (venue, self.cursors[venue]))
            return
        old = (self.upstreams.get("openreview_api_v1") or "https://api.openreview.net").rstrip("/")
        tried = invitation.rpartition("/")[2] if base == old else ""
        kinds = _V1_KINDS[_V1_KINDS.index(tried) + 1 :] if tried else _V1_KINDS
        if not kinds:
            self.account.add_problem(f"OpenReview knows no submissions of {venue}")
            return
        following = self._notes(venue, old, f"{venue}/-/{kinds[0]}", 0)
        if not tried and self.secrets.get("username"):

            def then(answer: Response) -> Iterator[Request]:
                if self._admitted(answer, old):
                    yield following

            yield self._login(old, then)
        else:
            yield following

    def _profiles(self, papers: Iterable[object]) -> Iterator[str]:
        """Who the first authors are, in portions as they are asked for."""
        if self.options.get("profiles") is False:
            return
        ids: dict[str, None] = {}
        for paper in papers:
            for author in paper.authors if isinstance(paper, PaperRecord) else ():
                if author.position == 1 or author.joint_first:
                    ids.update(
                        (one.value, None)
                        for one in author.identifiers
                        if one.kind is IdentifierKind.OPENREVIEW
                    )
        wanted = list(ids)
        for start in range(0, len(wanted), PROFILES):
            yield ",".join(quote(one, safe="~") for one in wanted[start : start + PROFILES])

    def _ask_profiles(self, waiting: Iterator[str], read: _Read) -> Iterator[Page | Request]:
        """Ask for one portion of profiles after the other, then say how far the venue has been read, and go on.

        Somebody who stops us in between stops us before the cursor, and so does a portion that cannot be had: else
        nobody would ask for these profiles again.
        """
        names = next(waiting, None)
        if names is not None:
            yield self.ask(
                f"{read.base}/profiles?ids={names}",
                lambda response: self._people(response, waiting, read),
                statuses=(400, 403, 404),
                on_failure=lambda failure: self._without_profiles(failure, waiting, read),
                dont_filter=True,
            )
            return
        if read.cursor is not None:
            yield self.page_from(read.url, Parsed(), read.cursor)
        if read.following is not None:
            yield read.following

    def _people(self, response: Response, waiting: Iterator[str], read: _Read) -> Iterator[Page | Request]:
        if response.status != 200:
            self.account.warnings[f"profiles answered HTTP {response.status}"] += 1
        else:
            try:
                people = parse_openreview_profiles(response.body, url=response.url)
                yield self.page(response, people, limited=False)
            except ParseError as error:
                self.account.add_problem(str(error))
        yield from self._ask_profiles(waiting, read)

    def _without_profiles(
        self, failure: Failure, waiting: Iterator[str], read: _Read
    ) -> Iterator[Page | Request]:
        self.failed(failure)
        self.kept |= {read.venue}
        yield from self._ask_profiles(waiting, read)
