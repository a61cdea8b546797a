"""Feeds: which posts survey an area, whose they are, and what a stranger's file may not do."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.records import Achievement, Identifier, IdentifierKind, Parsed, ParseError
from spiders.parsing.feeds import parse_feed, survey_of

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "feeds"
BLOG = (FIXTURES / "blog.atom").read_bytes()


def posts(parsed: Parsed) -> list[Achievement]:
    return [one for one in parsed.records if isinstance(one, Achievement)]


def test_a_blog_in_atom() -> None:
    parsed = parse_feed(BLOG, url="https://quill.example/feed.xml")
    (post,) = posts(parsed)
    assert post == Achievement(
        source="feeds",
        source_key="tag:quill.example,2026:tides",
        url="https://quill.example/posts/tides",
        kind="post",
        rung="breadth",
        title="An overview of tide models",
        person_name="Ada Quill",
        identifiers=(Identifier(kind=IdentifierKind.HOMEPAGE, value="https://quill.example/"),),
        summary="the title calls it a survey; it cites 2 papers",
        date=datetime(2026, 9, 30, 8, 0, tzinfo=UTC),
    )
    assert parsed.total == 3
    assert parsed.warnings == {"post that surveys nothing": 1, "post without title or address": 1}


def test_a_posts_address_is_read_against_the_base_that_the_feed_gives() -> None:
    body = BLOG.replace(b"<entry>", b'<entry xml:base="/notes/2026/">', 1).replace(b"/posts/tides", b"tides")
    for address in ("https://quill.example", "https://mirror.example"):
        (post,) = posts(parse_feed(body, url=f"{address}/feed.xml"))
        assert post.url == f"{address}/notes/2026/tides"


def test_a_laboratorys_feed_in_rss_names_each_author_and_its_site_is_nobodys() -> None:
    parsed = parse_feed((FIXTURES / "lab.rss").read_bytes(), url="https://fjord-lab.example/rss")
    (post,) = posts(parsed)
    assert (post.person_name, post.identifiers, post.summary) == ("Ingrid Solberg", (), "it cites 10 papers")
    assert post.date == datetime(2026, 9, 30, 10, 0, tzinfo=UTC)
    assert parsed.warnings == {"survey without an author": 1, "post that surveys nothing": 1}


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("A Survey of Slow Learning", True),
        ("The landscape of tide models", True),
        ("Survey results: what our readers do", False),
        ("Product overview", False),
        ("How I measured a tide", False),
    ],
)
def test_what_a_title_says(title: str, counts: bool) -> None:
    assert (survey_of(title, "") is not None) is counts


@pytest.mark.parametrize("letters", ["A" * 200_000, "&#65;" * 100_000])
def test_an_author_without_end_is_cut(letters: str) -> None:
    body = (FIXTURES / "lab.rss").read_bytes().replace(b"</dc:creator>", f"{letters}</dc:creator>".encode())
    assert len(body) > 200_000
    found = posts(parse_feed(body, url="https://fjord-lab.example/rss"))
    assert found
    assert all(len(one.person_name) <= 300 for one in found)


def test_a_feed_of_tags_and_nothing_else_is_refused_before_it_costs_time() -> None:
    with pytest.raises(ParseError, match="over the limit of 300,000 tags"):
        parse_feed(
            BLOG.replace(b"<entry>", b"<entry>" + b"<a>" * 300_000, 1), url="https://quill.example/feed.xml"
        )


def test_arxivs_own_feed_is_nobodys_blog() -> None:
    body = BLOG.replace(b"https://quill.example", b"http://rss.arxiv.org")
    with pytest.raises(ParseError, match="read by the source arxiv"):
        parse_feed(body, url="https://rss.arxiv.org/atom/cs.AI")


@pytest.mark.realdata
def test_arxivs_recorded_feed_is_refused(upstream_data: Path) -> None:
    [path] = upstream_data.glob("arxiv_rss/*.xml")
    with pytest.raises(ParseError, match="read by the source arxiv"):
        parse_feed(path.read_bytes(), url="file:saved.xml")


def test_what_is_no_feed_is_refused() -> None:
    for body in (b"", b"<html><body>hello</body></html>", b"%PDF-1.7"):
        with pytest.raises(ParseError, match="no RSS or Atom feed"):
            parse_feed(body, url="https://quill.example/")


def test_a_file_name_or_an_address_in_the_body_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(BLOG)
    with pytest.raises(ParseError):
        parse_feed(str(tmp_path / "secret.xml").encode(), url="https://quill.example/")


def test_entities_are_not_expanded_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("swordfish")
    doctype = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode()
    hostile = BLOG.replace(b"<feed", doctype + b"<feed", 1).replace(b"An overview", b"An overview &x;")
    with contextlib.suppress(ParseError):
        assert "swordfish" not in repr(parse_feed(hostile, url="https://quill.example/"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(BLOG)), st.binary(max_size=6))
def test_a_damaged_feed_gives_posts_or_a_parse_error(at: int, junk: bytes) -> None:
    for body in (BLOG[:at], BLOG[:at] + junk + BLOG[at:]):
        with contextlib.suppress(ParseError):
            parse_feed(body, url="https://quill.example/")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("<published>yesterday</published>", None),
        (
            "<published>yesterday</published><updated>2026-10-01T00:00:00Z</updated>",
            datetime(2026, 10, 1, tzinfo=UTC),
        ),
        ("<updated>2026-10-01T00:00:00Z</updated>", datetime(2026, 10, 1, tzinfo=UTC)),
        ("", None),
    ],
)
@pytest.mark.filterwarnings("error::DeprecationWarning")
def test_the_date_is_the_one_the_feed_gives_and_none_it_does_not(
    dates: str, expected: datetime | None
) -> None:
    before, _, rest = BLOG.decode().partition("<entry>")
    entry = f"""<entry><id>tag:x,2026:1</id><title>A survey of tides</title><link href="https://quill.example/s"/>
    {dates}</entry></feed>"""
    assert rest
    (post,) = posts(parse_feed((before + entry).encode(), url="https://quill.example/feed.xml"))
    assert post.date == expected


def test_a_name_without_an_end_costs_no_time() -> None:
    body = BLOG.replace(b"<name>Ada Quill</name>", b"<name>" + b"A" * 1_000_000 + b"</name>")
    assert body != BLOG
    assert len(posts(parse_feed(body, url="https://quill.example/feed.xml"))) == 1


def test_papers_linked_without_a_scheme_are_cited_too() -> None:
    links = "".join(f'<a href="//arxiv.org/abs/2610.{number:05}">x</a>' for number in range(1, 13))
    assert survey_of("Twelve tides", links) == "it cites 12 papers"


def test_a_titles_markup_is_dropped_whoever_wrote_it() -> None:
    body = BLOG.replace(
        b"&lt;em&gt;tide&lt;/em&gt;", b"&lt;script src=x&gt;&lt;/script&gt;tide&lt;img onerror=x&gt;"
    )
    [post] = posts(parse_feed(body, url="https://quill.example/feed.xml"))
    assert post.title == "An overview of tide models"
