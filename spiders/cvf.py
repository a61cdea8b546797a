"""CVF Open Access: CVPR, ICCV and WACV."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.listing import ListingSpider
from spiders.parsing.cvf import parse_cvf_listing, parse_cvf_paper


class CvfSpider(ListingSpider):
    """Option ``conferences``: ``["CVPR2024"]``. ``?day=all`` lists all days at once (since 2018)."""

    name = "cvf"
    parse_listing = staticmethod(parse_cvf_listing)
    parse_paper = staticmethod(parse_cvf_paper)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/CVPR2024?day=all`` for each conference."""
        for conference in self.options.get("conferences") or ():
            yield str(conference), f"{conference}?day=all"
