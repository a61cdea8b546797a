"""The ACL Anthology, by event or volume; its listings carry the abstracts."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.listing import ListingSpider
from spiders.parsing.acl import parse_acl_listing


class AclSpider(ListingSpider):
    """Option ``events``: ``["acl-2024", "2024.findings-acl"]``; a dotted name is a volume, others are events."""

    name = "acl"
    parse_listing = staticmethod(parse_acl_listing)

    def listings(self) -> Iterable[tuple[str, str]]:
        """``/events/acl-2024/`` or ``/volumes/2024.findings-acl/``."""
        for event in self.options.get("events") or ():
            kind = "volumes" if "." in str(event) else "events"
            yield str(event), f"{kind}/{event}/"
