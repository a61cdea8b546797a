"""The pace that is kept with a host: ours, its own where it has one, and what robots.txt asks for on pages."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.test import get_crawler

from db.suppression import Suppressor
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders, user_agent
from sourcing.demo.faults import changed
from sourcing.demo.sample import sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.settings import load_settings
from sourcing.sources import Asked, spider_plan
from spiders.account import Account, SourceOutcome
from spiders.registry import source_named
from spiders.robots import CUT_SHORT, RobotsMiddleware, crawl_delay_s

PAGE = Request("https://host.invalid/page")


def ask_for(line: str) -> Any:
    return changed(rb"User-agent: \*\n", b"User-agent: *\n" + line.encode() + b"\n")


def crawl(
    upstream: DemoUpstream,
    tmp_path: Path,
    source: str,
    *,
    delay_s: float = 0.0,
    delays: Mapping[str, float] | None = None,
    **options: Any,
) -> SourceOutcome:
    plan = SpiderPlan(
        source=source,
        base_url=upstream.urls[source_named(source).upstream],
        upstreams=dict(upstream.urls),
        delay_s=delay_s,
        delays=delays or {},
        options=options,
    )
    context = CrawlContext(
        database_url=f"sqlite:///{tmp_path / 'sourcing.db'}",
        suppressor=Suppressor(b"k" * 32),
        now=upstream.now,
        user_agent=user_agent("t@example.org"),
    )
    [outcome] = run_spiders([plan], context)
    return outcome


@pytest.mark.parametrize("line", ["Crawl-delay: 0.4", "Request-rate: 5/2", "Request-rate: 150/1m 0600-0845"])
def test_the_pause_that_a_host_asks_for_lies_between_any_two_of_its_pages(line: str, tmp_path: Path) -> None:
    with DemoUpstream(sample_world(), night=3) as upstream:
        upstream.faults.add("cvf", ask_for(line), path=r"^/robots\.txt$")
        outcome = crawl(upstream, tmp_path, "cvf", conferences=["CVPR2026"])
        gaps = upstream.requests.gaps("cvf")
    assert outcome.error is None
    assert len(gaps) >= 2
    # Arrival is measured on the other side, a little later than the request was sent.
    assert min(gaps) >= 0.35


def test_a_host_with_a_pace_of_its_own_is_asked_at_that_pace(tmp_path: Path) -> None:
    with DemoUpstream(sample_world(), night=3) as upstream:
        crawl(upstream, tmp_path, "cvf", delays={"127.0.0.1": 0.4}, conferences=["CVPR2026"])
        gaps = upstream.requests.gaps("cvf")
    assert len(gaps) >= 2
    assert min(gaps) >= 0.35


def test_each_host_of_a_source_is_asked_at_the_pace_that_the_settings_give_it() -> None:
    settings = load_settings(
        None,
        text="""
        [delays]
        openreview_api_v1 = 7
        iclr_virtual = 9
        [upstreams]
        icml_virtual = "http://mirror.example/icml"
        iclr_virtual = "http://mirror.example/iclr"
        """,
        environ={},
    )

    def delays(name: str) -> Mapping[str, float]:
        source = source_named(name)
        asked = Asked(source=source, since=date(2026, 11, 1), limit=0, options={}, cursors={})
        return spider_plan(settings, asked).delays

    assert delays("openreview") == {"api2.openreview.net": 1.5, "api.openreview.net": 7.0}
    assert delays("virtual") == {"neurips.cc": 5.0, "mirror.example": 9.0}
    assert delays("cvf") == {}


def test_an_apis_pace_is_that_of_its_terms_not_of_robots_txt(tmp_path: Path) -> None:
    with DemoUpstream(sample_world(), night=3) as upstream:
        upstream.faults.add(
            "huggingface", ask_for("Crawl-delay: 5\nRequest-rate: 1/5"), path=r"^/robots\.txt$"
        )
        crawl(upstream, tmp_path, "huggingface", since="2026-11-01")
        gaps = upstream.requests.gaps("huggingface")
    assert gaps
    assert max(gaps) < 5


def middleware(robots: bytes, *, our_delay_s: float) -> tuple[RobotsMiddleware, Any, Any, Account]:
    crawler: Any = get_crawler(
        settings_dict={"ROBOTSTXT_OBEY": True, "USER_AGENT": "sourcing/1 (x)", "DOWNLOAD_DELAY": our_delay_s}
    )
    slot = SimpleNamespace(delay=our_delay_s)
    downloader = SimpleNamespace(
        slots={"host.invalid": slot}, per_slot_settings={}, get_slot_key=lambda request: "host.invalid"
    )
    account = Account("cvf")
    crawler.engine = SimpleNamespace(downloader=downloader)
    crawler.spider = SimpleNamespace(account=account)
    return RobotsMiddleware(crawler), ProtegoRobotParser(robots, None), downloader, account


@pytest.mark.parametrize(
    ("robots", "our_delay_s", "kept_s", "warned"),
    [
        (b"User-agent: *\nCrawl-delay: 10\n", 4.0, 10.0, 0),
        (b"User-agent: *\nCrawl-delay: 1\n", 4.0, 4.0, 0),
        (b"User-agent: *\nCrawl-delay: 1\n\nUser-agent: sourcing\nCrawl-delay: 20\n", 4.0, 20.0, 0),
        (b"User-agent: *\nCrawl-delay: 86400\n", 4.0, 60.0, 1),
        (b"User-agent: *\nCrawl-delay: 99999999999999999999\n", 4.0, 60.0, 1),
        (b"User-agent: *\nCrawl-delay: soon\n", 4.0, 4.0, 0),
        (b"User-agent: *\nCrawl-delay: -5\n", 4.0, 4.0, 0),
        (b"User-agent: *\nDisallow: /private\n", 4.0, 4.0, 0),
        (b"User-agent: *\nRequest-rate: 1/10\n", 4.0, 10.0, 0),
        (b"User-agent: *\nRequest-rate: 2/1m\n", 4.0, 30.0, 0),
        (b"User-agent: *\nRequest-rate: 1/10s 0600-0845\n", 4.0, 10.0, 0),
        (b"User-agent: *\nRequest-rate: 10/1\n", 4.0, 4.0, 0),
        (b"User-agent: *\nCrawl-delay: 20\nRequest-rate: 1/10\n", 4.0, 20.0, 0),
        (b"User-agent: *\nCrawl-delay: 5\nRequest-rate: 1/10\n", 4.0, 10.0, 0),
        (b"User-agent: *\nRequest-rate: 1/10\n\nUser-agent: sourcing\nRequest-rate: 1/20\n", 4.0, 20.0, 0),
        (b"User-agent: *\nRequest-rate: 1/5m\n", 4.0, 60.0, 1),
        (b"User-agent: *\nRequest-rate: 1/" + b"9" * 400 + b"\n", 4.0, 60.0, 1),
        (b"User-agent: *\nRequest-rate: 0/10\n", 4.0, 4.0, 0),
        (b"User-agent: *\nRequest-rate: often\n", 4.0, 4.0, 0),
    ],
)
def test_it_raises_our_delay_and_never_lowers_it(
    robots: bytes, our_delay_s: float, kept_s: float, warned: int
) -> None:
    manners, parser, downloader, account = middleware(robots, our_delay_s=our_delay_s)
    for _ in range(3):
        manners.process_request_2(parser, PAGE)
    assert downloader.slots["host.invalid"].delay == kept_s
    assert account.warnings[CUT_SHORT] == warned
    # A slot that Scrapy makes anew after a silence begins with the same delay.
    assert downloader.per_slot_settings.get("host.invalid", {}).get("delay", our_delay_s) == kept_s


def test_a_host_without_robots_txt_keeps_our_own_delay() -> None:
    manners, _, downloader, _ = middleware(b"", our_delay_s=4.0)
    manners.process_request_2(None, PAGE)
    assert downloader.slots["host.invalid"].delay == 4.0


@pytest.mark.parametrize("said", [None, "", "nan", float("nan"), 0, -1, [], "1,5"])
def test_what_is_no_delay_says_nothing(said: object) -> None:
    assert crawl_delay_s(said) == (None, False)
