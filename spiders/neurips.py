"""NeurIPS proceedings, year by year."""

from __future__ import annotations

from collections.abc import Iterable

from scrapy.http import Response

from spiders.listing import ListingSpider
from spiders.parsing.neurips import parse_neurips_list, parse_neurips_paper, volumes_of_year


class NeuripsSpider(ListingSpider):
    """Option ``years``: ``[2024]``. Since 2025 the list of a year links to further volumes, which are read too."""

    name = "neurips"
    parse_listing = staticmethod(parse_neurips_list)
    parse_paper = staticmethod(parse_neurips_paper)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/paper_files/paper/2024`` for each year, and the volumes that earlier runs found in it."""
        for year in self.options.get("years") or ():
            for scope in (str(year), *self.known_within(str(year))):
                yield scope, f"paper_files/paper/{scope}"

    def further_listings(self, response: Response, scope: str) -> Iterable[tuple[str, str]]:
        """The other volumes of the same year."""
        for volume in volumes_of_year(response.body, url=response.url):
            if volume.partition("/")[0] == scope.partition("/")[0]:
                yield volume, f"paper_files/paper/{volume}"
