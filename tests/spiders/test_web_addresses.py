"""Addresses: the short ways for plain ones give what the long way gives."""

from urllib.parse import urljoin, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.parsing.links import MAX_URL, path_of, web_url

PIECES = [
    "http", "https", "HTTP", "javascript", ":", "://", "//", "/", "a", "b.c", "host.org", "www.", "é", "A", ".", "..",
    "./", "?", "#", ";", "x=1", "&", ":80", "@", "%20", "%2F", "-", "_", "~", "[", "]", "+", ",", "=",
]  # fmt: skip
PAGES = [
    "https://a.example/c/d.html", "http://a.example", "https://h.example?x/y", "https://u@h.example:8000/x?q#f",
    "https://A.example/c;p", "https://[::1]/a", "http:///x", "ftp://x.example/y", "/x", None,
]  # fmt: skip
hrefs = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


def the_long_way(href: str, page: str | None) -> str | None:
    try:
        url = urljoin(page, href) if page else href
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


@settings(max_examples=2_000)
@given(st.one_of(hrefs, hrefs.map("https://".__add__), hrefs.map("/".__add__)), st.sampled_from(PAGES))
def test_a_links_address_is_what_joining_gives(href: str, page: str | None) -> None:
    found = web_url(href, page)
    assert found == the_long_way(href, page)
    if found is not None:
        assert path_of(found) == urlsplit(found).path


def test_what_is_no_address_of_the_web_is_none() -> None:
    page = "https://host.example/"
    for href in (
        None,
        "",
        "mailto:a@b.example",
        "javascript:x()",
        "/a b",
        "/\ud800",
        "/" + "a" * MAX_URL,
    ):
        assert web_url(href, page) is None
