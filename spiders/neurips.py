"""NeurIPS proceedings, year by year."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.listing import ListingSpider
from spiders.parsing.neurips import parse_neurips_list, parse_neurips_paper


class NeuripsSpider(ListingSpider):
    """Option ``years``: ``[2024]``."""

    name = "neurips"
    parse_listing = staticmethod(parse_neurips_list)
    parse_paper = staticmethod(parse_neurips_paper)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/paper_files/paper/2024`` for each year."""
        for year in self.options.get("years") or ():
            yield str(year), f"paper_files/paper/{year}"
