"""A paper's own project page → the repository it names. One page is read, none that it links to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from db.keys.repositories import parse_repository_url
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.links import arxiv_id_of, web_url
from spiders.parsing.markup import Element, links_of, read_html, text_of
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TITLE, one_line

SOURCE = "project_pages"
_CODE_WORDS = re.compile(r"\b(?:code|github|gitlab|source|implementation|repo(?:sitory)?)\b", re.IGNORECASE)
_THEME_WORDS = re.compile(
    r"\b(?:template|theme|borrow\w*|website|web ?page|source code of this|design)\b", re.I
)
# Themes that project pages are made from; their footers link to where they came from.
_THEMES = frozenset(
    ["github.com/nerfies/nerfies.github.io", "github.com/eliahuhorwitz/academic-project-page-template",
     "github.com/dreamfusion3d/dreamfusion3d.github.io", "github.com/jonbarron/jonbarron_website",
     "github.com/richzhang/webpage-template", "github.com/google/model-viewer", "github.com/mathjax/mathjax",
     "github.com/romanhauksson/academic-project-astro-template", "github.com/jgthms/bulma"]
)  # fmt: skip


def page_key(url: str) -> str:
    """A page's address as a key: no scheme, query or fragment, host in lower case, no closing slash."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path}".rstrip("/")


def parse_project_page(body: bytes, *, url: str) -> Parsed:
    """Find the repository that a page presents as the paper's code.

    Links with a word such as "Code" count first; where there is none, a single repository on the page does.
    Links to the page's theme, to the repository that serves the page itself and links inside a footer are
    passed over. ``title`` is the page's; ``arxiv_id`` is set where the page links to exactly one. A page
    without repository gives a record without ``code_urls``, so that it is not asked for every night.
    """
    root = read_html(body, url=url)
    tally = Tally()
    title = one_line(text_of(next(root.iter("h1"), None)), MAX_TITLE) or one_line(
        text_of(next(root.iter("title"), None)), MAX_TITLE
    )
    if title is None:
        raise ParseError(url, "no title")
    named: dict[str, str] = {}
    others: dict[str, str] = {}
    papers: dict[str, None] = {}
    for link in root.iter("a"):
        href = web_url(link.get("href"), url)
        if (paper := arxiv_id_of(href)) is not None:
            papers.setdefault(paper)
        address = parse_repository_url(href) if href else None
        if href is None or address is None or address.page or address.key in _THEMES:
            continue
        if address.name.lower().endswith((".github.io", ".gitlab.io")) or _in_footer(link):
            continue
        text = (
            " ".join(text for _, text in links_of(link))
            + f" {link.get('title') or ''} {link.get('aria-label') or ''}"
        )
        if _THEME_WORDS.search(text):
            continue
        (named if _CODE_WORDS.search(text) else others).setdefault(address.key, href)
    chosen = tuple(named.values()) or (tuple(others.values()) if len(others) == 1 else ())
    if not chosen and len(others) > 1:
        tally.add("several repositories, none called the code")
    parts = urlsplit(url)
    return Parsed(
        records=(
            PaperRecord(
                source=SOURCE,
                source_key=page_key(url),
                url=urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, "")),
                title=title,
                arxiv_id=next(iter(papers)) if len(papers) == 1 else None,
                code_urls=chosen[:5],
            ),
        ),
        warnings=tally.counts,
    )


def _in_footer(link: Element) -> bool:
    for parent in link.iterancestors():
        if parent.tag == "footer" or "footer" in (parent.get("class") or "").lower().split():
            return True
    return False
