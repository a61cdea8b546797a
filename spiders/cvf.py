"""CVF Open Access: CVPR, ICCV and WACV."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapy.http import Response

from spiders.listing import ListingSpider
from spiders.parsing.cvf import days_of_conference, parse_cvf_listing, parse_cvf_paper

# Before, a conference was one list without days.
FIRST_YEAR_OF_DAYS = 2018


class CvfSpider(ListingSpider):
    """Option ``conferences``: ``["CVPR2024", "CVPR2024_workshops/NTIRE"]``.

    ``?day=all`` lists all days at once. A list that only links to its days is followed to each of them.
    """

    name = "cvf"
    parse_listing = staticmethod(parse_cvf_listing)
    parse_paper = staticmethod(parse_cvf_paper)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/CVPR2024?day=all`` for each conference, ``/CVPR2016`` for an old one or a workshop."""
        for conference in map(str, self.options.get("conferences") or ()):
            year = re.search(r"20\d\d$", conference)
            by_days = year is not None and int(year[0]) >= FIRST_YEAR_OF_DAYS
            yield conference, f"{conference}?day=all" if by_days else conference
            for scope in self.known_within(conference):
                yield scope, scope.replace("/", "?day=", 1)

    def further_listings(self, response: Response, scope: str) -> Iterable[tuple[str, str]]:
        """The days of a conference whose list has no papers of its own."""
        if "/" not in scope and b'class="ptitle"' not in response.body:
            for day in days_of_conference(response.body, url=response.url):
                yield f"{scope}/{day}", f"{scope}?day={day}"
