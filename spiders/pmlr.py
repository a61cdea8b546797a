"""PMLR: ICML, AISTATS, CoRL, UAI, COLT and others, volume by volume."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.listing import ListingSpider
from spiders.parsing.pmlr import parse_pmlr_paper, parse_pmlr_volume


class PmlrSpider(ListingSpider):
    """Option ``volumes``: ``[235, "r6"]``; the cursor of each volume says how many of its papers have been read."""

    name = "pmlr"
    parse_listing = staticmethod(parse_pmlr_volume)
    parse_paper = staticmethod(parse_pmlr_paper)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/v235/`` for each volume."""
        for volume in self.options.get("volumes") or ():
            name = str(volume).strip().lower()
            name = name if name[:1] in {"v", "r"} else f"v{name}"
            yield name, f"{name}/"
