"""Waiting when asked, and credentials that stay with their host."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, DropItem, IgnoreRequest
from scrapy.extensions.httpcache import FilesystemCacheStorage
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from sqlalchemy.exc import OperationalError

from db.records import Cursor, Page
from db.store import Saved
from spiders.arxiv_oai import ArxivOaiSpider
from spiders.backoff import asked_wait, jittered, retry_after
from spiders.middlewares import (
    BackoffMiddleware,
    Credential,
    CredentialsMiddleware,
    GaveUp,
    HostDown,
    PublicHostsMiddleware,
)
from spiders.pipelines import StorePipeline

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
GITHUB_SECONDARY = b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, b"", None),
        (404, {"retry-after": "9"}, b"", None),
        (429, {}, b"", 0.0),
        (429, {"retry-after": "17"}, b"", 17.0),
        (503, {"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, b"", 90.0),
        (503, {"retry-after": format_datetime(NOW - timedelta(days=1), usegmt=True)}, b"", 0.0),
        (503, {"retry-after": "soon"}, b"", 0.0),
        (
            403,
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 600)},
            b"",
            601.0,
        ),
        (403, {"x-ratelimit-remaining": "0"}, b"", 60.0),
        (403, {"x-ratelimit-remaining": "4871"}, GITHUB_SECONDARY, 60.0),
        (403, {"x-ratelimit-remaining": "4871", "retry-after": "30"}, GITHUB_SECONDARY, 30.0),
        (403, {}, GITHUB_SECONDARY, 60.0),
        (429, {"x-ratelimit-remaining": "4871"}, GITHUB_SECONDARY, 60.0),
        (429, {"ratelimit-remaining": "0", "ratelimit-reset": "3591"}, b"", 3592.0),
        (429, {"ratelimit-remaining": "493", "ratelimit-reset": "3591"}, b"", 0.0),
        (403, {"x-ratelimit-remaining": "4871"}, b'{"message": "Resource not accessible"}', None),
        (403, {}, b'{"name": "ChallengeRequiredError"}', None),
        (451, {}, b"", None),
    ],
)
def test_what_an_answer_asks_for(
    status: int, headers: Mapping[str, str], body: bytes, expected: float | None
) -> None:
    assert asked_wait(status, headers, body, NOW) == expected


@given(st.text(max_size=60))
def test_any_retry_after_is_a_wait_or_nothing(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0


@given(st.integers(0, 1000), st.integers(0, 2**32))
def test_back_off_grows_but_not_beyond_its_ceiling(attempt: int, seed: int) -> None:
    wait = jittered(attempt, first_s=10, longest_s=600, random=Random(seed))
    assert 5 <= wait <= 600


class Night:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def backoff(night: Night, *, tries: int = 3) -> BackoffMiddleware:
    return BackoffMiddleware(
        tries=tries,
        first_s=10,
        longest_s=100,
        patience_s=3600,
        exceptions=(ConnectionError,),
        now=lambda: night.now,
        sleep=night.sleep,
        random=Random(3),
        is_throttled=lambda response: response.body == b"Rate exceeded.",
    )


URL = "https://host.invalid/page"


def answer(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
    return Response(URL, status=status, headers=dict(headers or {}), body=body)


def test_a_busy_host_is_asked_again_after_what_it_asked_for() -> None:
    night = Night()
    again = asyncio.run(backoff(night).process_response(Request(URL), answer(429, {"Retry-After": "20"})))
    assert isinstance(again, Request)
    assert again.url == URL
    assert again.dont_filter
    assert 20 <= sum(night.slept) <= 30


def test_while_one_host_asks_for_patience_the_others_are_served() -> None:
    night = Night()
    manners = backoff(night)
    manners._not_before["host.invalid"] = NOW + timedelta(seconds=40)
    asyncio.run(manners.process_request(Request("https://other.invalid/")))
    assert night.slept == []
    asyncio.run(manners.process_request(Request(URL)))
    assert night.slept == [40.0]


def test_a_throttle_in_the_clothes_of_a_200_is_recognised() -> None:
    night = Night()
    assert isinstance(
        asyncio.run(backoff(night).process_response(Request(URL), answer(200, body=b"Rate exceeded."))),
        Request,
    )
    fine = answer(200, body=b"<feed/>")
    assert asyncio.run(backoff(night).process_response(Request(URL), fine)) is fine


def test_it_gives_up_in_the_end() -> None:
    night = Night()
    manners = backoff(night, tries=2)
    request = Request(URL)
    for _ in range(2):
        again = asyncio.run(manners.process_response(request, answer(503)))
        assert isinstance(again, Request)
        request = again
    with pytest.raises(GaveUp, match=r"host\.invalid still answers HTTP 503 after 3 tries"):
        asyncio.run(manners.process_response(request, answer(503)))


def test_a_wait_of_a_day_is_declined_at_once() -> None:
    night = Night()
    with pytest.raises(GaveUp, match="86,400 s"):
        asyncio.run(backoff(night).process_response(Request(URL), answer(429, {"Retry-After": "86400"})))
    assert night.slept == []


def test_a_host_that_asked_to_wait_a_day_is_asked_nothing_else_in_the_meantime() -> None:
    night = Night()
    manners = backoff(night)
    with pytest.raises(GaveUp):
        asyncio.run(manners.process_response(Request(URL), answer(429, {"Retry-After": "86400"})))
    said = set()
    for name in ("another", "one more"):
        night.now += timedelta(seconds=5)
        with pytest.raises(HostDown) as gave_up:
            asyncio.run(manners.process_request(Request(f"{URL}/{name}")))
        said.add(str(gave_up.value))
    [sentence] = said  # told once, however many pages it befalls
    assert sentence.startswith("host.invalid asks to be left alone until")
    asyncio.run(manners.process_request(Request("https://other.invalid/")))
    assert night.slept == []
    night.now += timedelta(days=2)
    asyncio.run(manners.process_request(Request(URL)))


def test_a_strangers_page_does_not_hold_up_the_night() -> None:
    night = Night()
    page = Request(URL, meta={"patience_s": 60.0})
    with pytest.raises(GaveUp, match="longer than 60 s"):
        asyncio.run(backoff(night).process_response(page, answer(429, {"Retry-After": "3500"})))
    assert night.slept == []


def test_broken_connections_are_retried_and_bugs_are_not() -> None:
    night = Night()
    assert asyncio.run(backoff(night).process_exception(Request(URL), ConnectionError("reset"))) is not None
    assert asyncio.run(backoff(night).process_exception(Request(URL), ValueError("bug"))) is None


def test_a_host_that_is_down_is_asked_no_more() -> None:
    """Three requests that are given up, each after all its tries; then the others cost no time."""
    night = Night()
    manners = backoff(night, tries=2)

    def lose(failing: Exception) -> None:
        request: Request | None = Request(URL)
        while request is not None:
            asyncio.run(manners.process_request(request))
            request = asyncio.run(manners.process_exception(request, failing))

    lose(ConnectionError("refused"))
    lose(ConnectionError("refused"))
    asyncio.run(manners.process_response(Request(URL), answer(404)))  # it lives
    for _ in range(3):
        lose(ConnectionError("refused"))
    waited = sum(night.slept)
    for _ in range(1_000):
        with pytest.raises(HostDown, match=r"host\.invalid did not answer 3 requests in a row"):
            asyncio.run(manners.process_request(Request(URL)))
    assert sum(night.slept) == waited
    asyncio.run(manners.process_request(Request("https://other.invalid/")))


TOKEN = Credential("https://api.host.invalid", "Bearer not-a-secret")


def sent(url: str, *credentials: Credential, given: Mapping[str, str] | None = None) -> str | None:
    request = Request(url, headers=dict(given or {}))
    CredentialsMiddleware(credentials).process_request(request)
    value = request.headers.get("Authorization")
    return value.decode() if value else None


def test_a_credential_goes_to_its_own_origin_only() -> None:
    assert sent("https://api.host.invalid/x", TOKEN) == "Bearer not-a-secret"
    for elsewhere in (
        "https://host.invalid/x",
        "https://api.host.invalid.evil.example/x",
        "https://api.host.invalid@evil.example/x",
        "http://api.host.invalid/x",
        "https://api.host.invalid:8443/x",
        "https://evil.example/?next=https://api.host.invalid/",
    ):
        assert sent(elsewhere, TOKEN) is None
        assert sent(elsewhere, TOKEN, given={"Authorization": "Bearer copied-by-a-redirect"}) is None


def test_plain_http_is_for_loopback_only() -> None:
    assert sent("http://127.0.0.1:8080/x", Credential("http://127.0.0.1:8080", "t")) == "t"
    assert sent("http://host.invalid/x", Credential("http://host.invalid", "t")) is None


def test_a_credential_does_not_show() -> None:
    assert "not-a-secret" not in repr(TOKEN)


def test_nothing_secret_reaches_the_cache_on_disk(tmp_path: Path) -> None:
    crawler = get_crawler(Spider)
    spider = Spider.from_crawler(crawler, name="cached")
    crawler.spider = spider
    storage = FilesystemCacheStorage(Settings({"HTTPCACHE_DIR": str(tmp_path)}))
    storage.open_spider(spider)
    middleware = CredentialsMiddleware([TOKEN])
    request = Request("https://api.host.invalid/x")
    middleware.process_request(request)
    response = Response(request.url, headers={"Set-Cookie": "session=not-a-secret-either"}, body=b"body")
    storage.store_response(spider, request, middleware.process_response(request, response))
    storage.close_spider(spider)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.read_bytes() == b"body" for path in kept)
    assert not any(b"not-a-secret" in path.read_bytes() for path in kept)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://localhost/", ["127.0.0.1"]),
        ("http://metadata.example/", ["169.254.169.254"]),
        ("https://intranet.example/", ["10.0.0.7"]),
        ("https://mixed.example/", ["93.184.216.34", "192.168.1.1"]),
        ("https://v6.example/", ["fe80::1%eth0"]),
        ("https://nowhere.example/", []),
        ("http://public.example:6379/", ["93.184.216.34"]),
        ("ftp://public.example/", ["93.184.216.34"]),
    ],
)
def test_strangers_addresses_lead_to_public_hosts_only(url: str, addresses: list[str]) -> None:
    async def resolve(host: str) -> list[str]:
        return addresses

    with pytest.raises(IgnoreRequest, match="not"):
        asyncio.run(PublicHostsMiddleware(lambda: True, resolve).process_request(Request(url)))
    assert asyncio.run(PublicHostsMiddleware(lambda: False, resolve).process_request(Request(url))) is None


def test_a_public_host_is_asked() -> None:
    async def resolve(host: str) -> list[str]:
        return ["93.184.216.34", "2606:2800:220:1::1"]

    asyncio.run(
        PublicHostsMiddleware(lambda: True, resolve).process_request(Request("https://public.example/"))
    )


def a_page(number: int) -> Page:
    return Page(
        source="arxiv_oai",
        url=f"https://host.invalid/{number}",
        fetched_at=NOW,
        terms="none",
        cursor=Cursor(source="arxiv_oai", scope="cs", value=str(number)),
    )


def test_after_a_page_that_could_not_be_saved_no_later_one_is() -> None:
    kept: list[str] = []

    def save(page: Page) -> Saved:
        if page.url.endswith("/2"):
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        kept.append(page.url)
        return Saved(1, 1, 0, 0)

    spider = ArxivOaiSpider()
    pipeline = StorePipeline(save)
    pipeline.process_item(a_page(1), spider)
    for number in (2, 3):
        with pytest.raises(DropItem):
            pipeline.process_item(a_page(number), spider)
    assert kept == ["https://host.invalid/1"]
    assert spider.account.outcome().error == "could not save https://host.invalid/2: database or disk is full"
    with pytest.raises(CloseSpider):
        list(spider.read(answer(200), lambda response: []))
