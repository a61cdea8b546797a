"""robots.txt: what a host forbids, and how long it wants to be left alone between two pages."""

from __future__ import annotations

import math
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request

# A host that asks for more is obeyed as far as this: a slip of the pen (milliseconds, a date) would end a night.
LONGEST_CRAWL_DELAY_S = 60.0
CUT_SHORT = f"Crawl-delay or Request-rate in robots.txt over {LONGEST_CRAWL_DELAY_S:g} s, taken as that"


def crawl_delay_s(asked: object) -> tuple[float | None, bool]:
    """(seconds to keep, whether more was asked for) of a ``Crawl-delay``; ``None`` where it says nothing usable.

    >>> crawl_delay_s(10), crawl_delay_s(86_400), crawl_delay_s(-1)
    ((10.0, False), (60.0, True), (None, False))
    """
    try:
        seconds = float(asked)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None, False
    if math.isnan(seconds) or seconds <= 0:
        return None, False
    return min(seconds, LONGEST_CRAWL_DELAY_S), seconds > LONGEST_CRAWL_DELAY_S


def pause_s(requests: int, seconds: int) -> float:
    """Seconds from one request to the next that keep a ``Request-rate`` of so many ``requests`` in ``seconds``.

    >>> pause_s(30, 60), pause_s(1, 10**400)
    (2.0, inf)
    """
    try:
        return seconds / requests
    except OverflowError:
        return math.inf


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, which also obeys ``Crawl-delay`` and ``Request-rate``, whichever is slower.

    They may raise our delay for a host, never lower it.
    Only requests under robots.txt are concerned; an API keeps the pace of its published terms (the registry's delay).
    """

    def process_request_2(self, rp: Any, request: Request, *more: Any) -> None:
        """Refuse what is forbidden; then see that the host's pause is kept before this request is sent."""
        super().process_request_2(rp, request, *more)
        if rp is None:
            return
        agent = request.headers.get("User-Agent") or self.crawler.settings["USER_AGENT"]
        agent = agent.decode("latin-1") if isinstance(agent, bytes) else agent
        asked = [] if (delay := rp.rp.crawl_delay(agent)) is None else [delay]
        if (rate := rp.rp.request_rate(agent)) is not None:
            # Kept at all hours, also where it is meant for some of them only.
            asked.append(pause_s(rate.requests, rate.seconds))
        delay_s, cut = crawl_delay_s(max(asked, default=None))
        if delay_s is None:
            return
        downloader: Any = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        # Scrapy forgets a host's slot after a while of silence and makes it anew from these settings.
        settings = downloader.per_slot_settings.setdefault(key, {})
        first = not settings.get("robots")
        settings["robots"] = True
        settings["delay"] = max(
            delay_s, settings.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        )
        if (slot := downloader.slots.get(key)) is not None:
            slot.delay = max(slot.delay, settings["delay"])
        account = getattr(self.crawler.spider, "account", None)
        if cut and first and account is not None:
            account.warnings[CUT_SHORT] += 1
