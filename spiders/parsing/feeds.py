"""RSS and Atom feeds of blogs and laboratories → posts that survey an area (evidence of breadth).

RSS 2.0 (https://www.rssboard.org/rss-specification), RSS 1.0, Atom (RFC 4287), read by feedparser. A post counts as a
survey when its title says so, or when it cites many different papers; a review of one paper is none. All other posts
are counted and left.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import feedparser
from feedparser import mixin

from db.keys.papers import normalise_doi, openreview_id, parse_arxiv_id
from db.records import Achievement, Identifier, IdentifierKind, Parsed, ParseError
from spiders.parsing.links import web_url
from spiders.parsing.markup import check_size
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line

SOURCE = "feeds"
MAX_FEED_BYTES = 16 * 1024 * 1024
MAX_POSTS = 2_000
# 20 µs each: what is over this is nobody's blog, and would keep other sources waiting.
MAX_TAGS = 300_000
# A post that cites fewer papers may be about one paper and its neighbours.
MANY_PAPERS = 10
_MAX_HTML = 2_000_000
_MAX_AUTHOR = 1_000
_LONGEST_KEPT = 4_000
_SURVEY = re.compile(
    r"\b(?:surveys?|overview|state of the art|state of [\w-]+(?: [\w-]+)? (?:in )?20\d\d|landscape|taxonomy|roadmap"
    r"|literature review|year in review|a (?:brief|short|visual) history of|everything (?:you need to know )?about"
    r"|(?:a |the )?(?:complete|comprehensive|unified) (?:guide|view|introduction))\b",
    re.IGNORECASE,
)
_NO_SURVEY = re.compile(
    r"\b(?:paper review|review of (?:the )?paper|survey (?:results|respondents|responses)"
    r"|(?:take|fill in) (?:our|this) survey|user survey|reader survey|product overview|release notes)\b",
    re.IGNORECASE,
)
_ARXIV = re.compile(r"//(?:rss\.|export\.)?arxiv\.org/", re.IGNORECASE)
# Both begin with letters to look for, not with what must stand before them: four times as fast on a long post.
_LINK = re.compile(r"""[hH](?<=\b.)[tT][tT][pP][sS]?://[^\s"'<>)\]]+""")
_NO_SCHEME = re.compile(r"""//(?<=\bhref=["']//)""", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,200}>")
_ADDRESS_OR_BRACKET = re.compile(r"\S+@\S+|[()<>]")


def _bounded_authors() -> None:
    """Cut an author's text before feedparser looks for an address in it: its pattern takes the square of the length
    (147 s for 200,000 letters)."""
    whole = mixin._FeedParserMixin._sync_author_detail

    def bounded(self: Any, key: str = "author") -> None:
        context = self._get_context()
        said = context.get(key)
        if isinstance(said, str) and len(said) > _MAX_AUTHOR:
            context[key] = said[:_MAX_AUTHOR]
        whole(self, key)

    mixin._FeedParserMixin._sync_author_detail = bounded


def _remembered_bases() -> None:
    """Ask once what address a base makes of another: feedparser asks it anew for each tag, a fifth of its time."""
    whole = mixin.make_safe_absolute_uri
    remembered = lru_cache(maxsize=64)(whole)

    def asked(base: str, other: str) -> str:
        return str((remembered if len(base) + len(other) < _LONGEST_KEPT else whole)(base, other))

    mixin.make_safe_absolute_uri = asked


_bounded_authors()
_remembered_bases()


def parse_feed(body: bytes, *, url: str) -> Parsed:
    """Read a feed; ``url`` is its address, by which its owner is recognised where an entry names no author.

    ``person_name`` is the entry's author, else the feed's. The feed's own site is given as homepage only where the
    feed has a single author: the site of a laboratory is nobody's. Raises :class:`ParseError` for what is no feed.
    """
    check_size(body, url=url, limit=MAX_FEED_BYTES)
    if body.count(b"<") > MAX_TAGS:
        raise ParseError(url, f"over the limit of {MAX_TAGS:,} tags")
    # A stream, never the text: feedparser would take a string for an address or a file name and open it.
    headers = {"content-location": url, "content-type": "application/atom+xml"}
    try:
        # Its passes over the posts' markup take two fifths of its time and are for those who show it: here nothing of a
        # text is kept but which papers it links to, and titles lose their markup below.
        feed = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        # It means to take anything, and stumbles over some of it: a NUL in the declared encoding, odd brackets.
        raise ParseError(url, f"no RSS or Atom feed ({str(error)[:150]})") from error
    if not feed.get("version"):
        raise ParseError(url, f"no RSS or Atom feed ({_said(feed)})")
    if _ARXIV.search(f"{feed.feed.get('id', '')} {feed.feed.get('link', '')} {url}"):
        # Its entries are papers by others, announced as new, cross-listed or replaced: nobody's posts.
        raise ParseError(url, "arXiv's own feed; its papers are read by the source arxiv")
    tally = Tally()
    if feed.get("bozo"):
        tally.add("feed is not well-formed", type(feed.get("bozo_exception")).__name__)
    own = one_line(_author(feed.feed), MAX_NAME)
    names = [one_line(_author(entry), MAX_NAME) for entry in feed.entries]
    authors = {own, *names} - {None}
    site = web_url(feed.feed.get("link")) if len(authors) == 1 else None
    entries = zip(feed.entries[:MAX_POSTS], names, strict=False)
    posts = list(_posts(entries, own, site, url, tally))
    if len(feed.entries) > MAX_POSTS:
        tally.add("posts beyond the first 2,000")
    return Parsed(records=tuple(posts), warnings=tally.counts, total=len(feed.entries))


def _posts(
    entries: Iterable[tuple[Any, str | None]], own: str | None, site: str | None, url: str, tally: Tally
) -> Iterator[Achievement]:
    for entry, author in entries:
        title = one_line(_plain(entry.get("title")), MAX_TITLE)
        link = web_url(entry.get("link"), url)
        who = author or own
        if title is None or link is None:
            tally.add("post without title or address")
            continue
        why = survey_of(title, _html(entry))
        if why is None:
            tally.add("post that surveys nothing")
            continue
        if who is None:
            tally.add("survey without an author")
            continue
        yield Achievement(
            source=SOURCE,
            source_key=one_line(entry.get("id"), 500) or link,
            url=link,
            kind="post",
            rung="breadth",
            title=title,
            person_name=who,
            identifiers=(Identifier(kind=IdentifierKind.HOMEPAGE, value=site),) if site else (),
            summary=why,
            date=_date(entry),
        )


def survey_of(title: str, html: str) -> str | None:
    """Why a post is a survey, in a few words, or ``None``.

    >>> survey_of("An Overview of Tide Models", "")
    'the title calls it a survey'
    """
    if _NO_SURVEY.search(title):
        return None
    cited = len(cited_papers(html))
    if _SURVEY.search(title):
        return (
            f"the title calls it a survey; it cites {cited} papers"
            if cited
            else "the title calls it a survey"
        )
    return f"it cites {cited} papers" if cited >= MANY_PAPERS else None


def cited_papers(html: str) -> set[str]:
    """The different papers that a text links to: arXiv ids, DOIs, OpenReview forums."""
    found: set[str] = set()
    for link in _LINK.findall(_NO_SCHEME.sub("https://", html[:_MAX_HTML])):
        if "arxiv" in link.lower() and (paper := parse_arxiv_id(link.rstrip(".,;"))) is not None:
            found.add(paper.id)
        elif "openreview.net/" in link and (forum := openreview_id(link)) is not None:
            found.add(forum)
        elif "doi.org/" in link and (doi := normalise_doi(link)) is not None:
            found.add(doi)
    return found


def _author(entry: Any) -> str | None:
    """The name beside the address: RSS's <author> is "ada@example.org (Ada Quill)", often without the name.

    feedparser's own cut (``author_detail``) stops inside addresses whose ending it does not know.
    """
    text = str(entry.get("author") or "")[:1_000]
    return _ADDRESS_OR_BRACKET.sub(" ", text).strip() or None


def _html(entry: Any) -> str:
    parts = [part.get("value") for part in entry.get("content") or ()] + [entry.get("summary")]
    return "\n".join(str(part) for part in parts if part)


def _plain(text: str | None) -> str | None:
    return _MARKUP.sub("", text) if text else None


def _date(entry: Any) -> datetime | None:
    stamp = entry.get("published_parsed")
    # feedparser answers for a missing ``updated_parsed`` with the other date, and warns that it will not for ever.
    if stamp is None and "updated_parsed" in entry:
        stamp = entry["updated_parsed"]
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _said(feed: Any) -> str:
    return str(feed.get("bozo_exception") or "it names no version")[:150]
