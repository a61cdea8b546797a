"""The sources, as data: what each is called, where it lives, how often it may be asked, what it should bring.

Importing this imports neither Scrapy nor a parser, so that settings and ``--help`` can read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One row.

    ``upstream`` is the key in ``[upstreams]`` and ``[delays]``; ``delay_s`` the default seconds between two
    requests; ``spider`` and ``parsers`` are ``module:name``; ``expect`` is the least and the most records
    that one complete read of one listing brings: outside of it something is wrong upstream or with the
    parser. ``built_from`` says whether the parser was written against recorded answers or against
    documentation.
    """

    name: str
    title: str
    upstream: str
    base_url: str
    delay_s: float
    terms: str
    parsers: tuple[str, ...]
    expect: tuple[int, int]
    spider: str | None = None
    enabled: bool = True
    built_from: Literal["recordings", "documentation", "both"] = "recordings"


_ARXIV_TERMS = "arXiv metadata, CC0 1.0 (arXiv API terms of use)"

SOURCES: tuple[Source, ...] = (
    Source(
        name="arxiv",
        title="arXiv, newest submissions",
        upstream="arxiv_api",
        base_url="https://export.arxiv.org/api/query",
        delay_s=3.0,
        terms=_ARXIV_TERMS,
        parsers=("spiders.parsing.arxiv_atom:parse_arxiv_atom",),
        expect=(1, 200_000),
    ),
    Source(
        name="arxiv_oai",
        title="arXiv, back-fill of whole years",
        upstream="arxiv_oai",
        base_url="https://oaipmh.arxiv.org/oai",
        delay_s=3.0,
        terms=_ARXIV_TERMS,
        parsers=("spiders.parsing.arxiv_oai:parse_arxiv_oai",),
        spider="spiders.arxiv_oai:ArxivOaiSpider",
        expect=(1, 5_000_000),
        enabled=False,
        built_from="both",
    ),
)

_BY_NAME = {source.name: source for source in SOURCES}


def address(source: Source, given: str | None) -> str:
    """The address to ask: ``given`` (a mirror, a test server) or the source's own.

    A bare origin gets the source's path, so that ``http://localhost:8000`` is enough for a stand-in.
    """
    if not given:
        return source.base_url
    parts = urlsplit(given)
    path = parts.path.rstrip("/") or urlsplit(source.base_url).path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def source_named(name: str) -> Source:
    """Find a source. Raises :class:`KeyError` naming the known ones."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"no source {name!r}; there are: {', '.join(_BY_NAME)}") from None
