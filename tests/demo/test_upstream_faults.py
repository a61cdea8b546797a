"""Each switch does what its name says, where and as often as it was told."""

import json
import threading
from email.utils import parsedate_to_datetime

import pytest
import requests

from sourcing.demo import faults
from sourcing.demo.upstream import DemoUpstream

QUERY = "/api/query?search_query=cat:cs.LG&max_results=5"


def get(upstream: DemoUpstream, path: str = QUERY, key: str = "arxiv_api") -> requests.Response:
    return requests.get(upstream.origins[key] + path, headers={"User-Agent": "tests"}, timeout=2)


def test_a_fault_acts_where_and_as_often_as_told(upstream: DemoUpstream) -> None:
    upstream.faults.add("arxiv_api", faults.status(503, retry_after=7), path="cs.LG", times=2, after=1)
    assert [get(upstream).status_code for _ in range(4)] == [200, 503, 503, 200]
    upstream.faults.add("*", faults.status(500))
    assert get(upstream, "/repos/ada/tidal-maps", "github_api").status_code == 500
    upstream.faults.clear()
    assert get(upstream).status_code == 200


def test_retry_after_in_seconds_and_as_a_date(upstream: DemoUpstream) -> None:
    upstream.faults.add("arxiv_api", faults.status(429, retry_after=7), times=1)
    assert get(upstream).headers["Retry-After"] == "7"
    upstream.faults.add("arxiv_api", faults.status(429, retry_after=3600, as_date=True), times=1)
    assert parsedate_to_datetime(get(upstream).headers["Retry-After"]).tzinfo is not None


def test_bodies_can_be_cut_changed_mislabelled_and_replaced(upstream: DemoUpstream) -> None:
    whole = get(upstream).content
    upstream.faults.add("arxiv_api", faults.truncated(0.5), times=1)
    assert get(upstream).content == whole[: len(whole) // 2]
    upstream.faults.add("arxiv_api", faults.changed(rb"<summary>", b"<resume>"), times=1)
    assert b"<resume>" in get(upstream).content
    upstream.faults.add("arxiv_api", faults.mislabelled(), times=1)
    assert "José".encode("latin-1") in get(upstream).content
    upstream.faults.add("arxiv_api", faults.rate_exceeded(), times=1)
    assert (get(upstream).status_code, whole[:5]) == (200, b"<?xml")
    assert get(upstream).content == whole


def test_connections_drop_and_stall(upstream: DemoUpstream) -> None:
    upstream.faults.add("arxiv_api", faults.dropped(0), times=1)
    with pytest.raises(requests.ConnectionError):
        get(upstream)
    upstream.faults.add("arxiv_api", faults.dropped(0.5), times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get(upstream)
    upstream.faults.add("arxiv_api", faults.stalled(0.5), times=1)
    with pytest.raises((requests.Timeout, requests.ConnectionError)):
        requests.get(upstream.origins["arxiv_api"] + QUERY, timeout=0.2)


def test_github_limits_look_like_githubs(upstream: DemoUpstream) -> None:
    upstream.faults.add("github_api", faults.quota_exhausted(), times=1)
    primary = get(upstream, "/repos/ada/tidal-maps", "github_api")
    assert (primary.status_code, primary.headers["X-RateLimit-Remaining"]) == (403, "0")
    upstream.faults.add("github_api", faults.secondary_limit(), times=1)
    secondary = get(upstream, "/repos/ada/tidal-maps", "github_api")
    assert secondary.status_code == 403
    assert "Retry-After" not in secondary.headers
    assert int(secondary.headers["X-RateLimit-Remaining"]) > 0
    upstream.faults.add("github_api", faults.not_json(), times=1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(get(upstream, "/repos/ada/tidal-maps", "github_api").content)


def test_requests_are_counted_with_times(upstream: DemoUpstream) -> None:
    get(upstream, "/robots.txt")
    for _ in range(3):
        get(upstream)
    assert [entry.target for entry in upstream.requests.of("arxiv_api")] == [QUERY] * 3
    assert all(gap >= 0 for gap in upstream.requests.gaps("arxiv_api"))
    assert upstream.requests.most_at_once("arxiv_api") == 1
    barrier = threading.Barrier(2, timeout=5)

    def meet(_request: object, answer: faults.Response) -> faults.Response:
        barrier.wait()
        return answer

    upstream.faults.add("arxiv_api", meet, times=2)
    threads = [threading.Thread(target=get, args=(upstream,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert upstream.requests.most_at_once("arxiv_api") == 2


def test_each_upstream_has_its_own_origin_and_robots(upstream: DemoUpstream) -> None:
    assert len(set(upstream.urls.values())) == len(upstream.urls)
    assert "Crawl-delay: 3" in get(upstream, "/robots.txt").text
    assert get(upstream, "/robots.txt", "github_api").status_code == 404


def test_answers_are_compressed_only_for_those_who_ask(upstream: DemoUpstream) -> None:
    assert get(upstream).headers["Content-Encoding"] == "gzip"
    plain = requests.get(upstream.origins["arxiv_api"] + QUERY, headers={"Accept-Encoding": ""}, timeout=2)
    assert "Content-Encoding" not in plain.headers
    assert plain.content == get(upstream).content


def test_nothing_is_left_when_it_stops(upstream: DemoUpstream) -> None:
    before = threading.active_count()
    with DemoUpstream(upstream.world) as second:
        url = second.origins["arxiv_api"] + QUERY
        second.faults.add("arxiv_api", faults.stalled(0.5))
        with requests.get(url, timeout=2, stream=True) as answer:
            assert answer.status_code == 200
            folder = second.scene.folder
    assert not folder.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)
    assert threading.active_count() <= before + 2
