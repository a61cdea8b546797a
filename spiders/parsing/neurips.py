"""NeurIPS proceedings: lists of a year and paper pages, in the layouts before 2020, to 2024 and since.

Three styles of address lead to the same paper: ``papers.nips.cc/paper/8668-…``,
``proceedings.neurips.cc/paper/YYYY/hash/…`` and ``…/paper_files/paper/YYYY/hash/…``. A year may have several volumes
(since 2025): the list of the year holds one of them and links to the others.
"""

from __future__ import annotations

import re

from db.keys.papers import normalise_doi
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.citation_meta import read_citation, split_names
from spiders.parsing.links import path_of, web_url
from spiders.parsing.markup import Element, links_of, note_if_cut, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line, without_entities
from spiders.parsing.venues import decision_of, track_of

SOURCE = "neurips"
_PAPER = re.compile(
    r"/paper/(?P<year>(?:19|20)\d\d)/hash/(?P<hash>[0-9a-f]{32})-Abstract(?:-(?P<track>[A-Za-z0-9_]+))?\.html$"
)
_OLD_PAPER = re.compile(r"/paper/(?P<number>\d{1,6})-[^/?#]+$")
_BOOK = re.compile(r"\(N(?:eur)?IPS (?P<year>(?:19|20)\d\d)\)")
_VOLUME = re.compile(r"/paper/(?P<year>(?:19|20)\d\d)/(?P<volume>vol[\w.-]{1,80})$")
# Read from print in old volumes: a soft hyphen at the end of a line, and glyphs without a letter.
_SOFT_HYPHEN = re.compile(r"\(cid:173\)\s*")
_GLYPH = re.compile(r"\(cid:\d{1,5}\)")
_AFTER_TEXT = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "aside", "hr", "section", "footer", "script", "nav", "form"]
)

# (key, year, track) of a paper's address.
_Paper = tuple[str, int | None, str | None]


def parse_neurips_list(body: bytes, *, url: str) -> Parsed:
    """Read the list of one year: titles, authors in order, addresses. Abstracts stand on the papers' pages."""
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    records: dict[str, PaperRecord] = {}
    book = next(
        (int(y[1]) for h in root.iter("h1", "h2", "h4") if (y := _BOOK.search(text_of(h) or ""))), None
    )
    for item in root.iter("li"):
        link, page, found = _link_to_paper(item, url)
        if found is None:
            continue
        title = one_line(without_entities(text_of(link) or ""), MAX_TITLE)
        if title is None:
            tally.add("paper without title")
            continue
        key, year, track = found
        names = next(with_class(item, "span", "paper-authors"), None)
        if names is None:
            names = next(item.iter("i"), None)
        records.setdefault(
            key,
            PaperRecord(
                source=SOURCE,
                source_key=key,
                url=page,
                title=title,
                authors=number_authors(
                    _linked_authors(item) or split_names(without_entities(text_of(names) or ""))
                ),
                venue=_venue(track),
                venue_year=year or book,
                decision="accept",
            ),
        )
    if not records:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records.values()), warnings=tally.counts, total=len(records))


def _link_to_paper(item: Element, url: str) -> tuple[Element, str, _Paper | None]:
    for link in item.iter("a"):
        page = web_url(link.get("href"), url) or ""
        if (found := _identify(page)) is not None:
            return link, page, found
    return None, "", None


def _linked_authors(item: Element) -> list[PrintedAuthor]:
    """Lists before 2020 link each author."""
    names = (
        one_line(text_of(link), MAX_NAME)
        for link in item.iter("a")
        if "author" in (link.get("class") or "").split()
    )
    return [PrintedAuthor(name=name) for name in names if name]


def volumes_of_year(body: bytes, *, url: str) -> tuple[str, ...]:
    """The other volumes of a year that its list links to, as ``2025/vol38-main-conference``, each once."""
    found: dict[str, None] = {}
    for href, _ in links_of(read_html(body, url=url)):
        volume = _VOLUME.search(path_of(web_url(href, url) or ""))
        if volume is not None:
            found.setdefault(f"{volume['year']}/{volume['volume']}")
    return tuple(found)


def _identify(page: str) -> _Paper | None:
    path = path_of(page)
    if (found := _PAPER.search(path)) is not None:
        track = found["track"] or ""
        # The hash is made of a number that the two rounds of 2021 and its main track counted each for itself.
        own = f"-{track}" if track.startswith("round") else ""
        return f"{found['year']}/{found['hash']}{own}", int(found["year"]), track or None
    if (old := _OLD_PAPER.search(path)) is not None and not path.endswith(".pdf"):
        return old["number"], None, None
    return None


def _venue(track: str | None) -> str:
    other = track_of(track)
    return f"NeurIPS {other}" if other else "NeurIPS"


def parse_neurips_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page, old or new. Abstracts sit in nested paragraphs, which HTML does not allow."""
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    found = _identify(url)
    if found is None:
        raise ParseError(url, "not the address of a paper")
    key, year, track = found
    citation = read_citation(root, tally)
    if citation.title is None:
        raise ParseError(url, "no title")
    people = number_authors(citation.authors or _printed_authors(root))
    if not people:
        tally.add("paper without authors")
    abstract, event = _abstract_and_event(root)
    if abstract is None:
        tally.add("paper without abstract")
    record = PaperRecord(
        source=SOURCE,
        source_key=key,
        url=url,
        title=citation.title,
        authors=people,
        abstract=abstract,
        doi=normalise_doi(citation.doi or ""),
        published=citation.date,
        venue=_venue(track),
        venue_year=year or citation.year,
        decision=decision_of(event) or "accept",
    )
    return Parsed(records=(record,), warnings=tally.counts)


def _printed_authors(root: Element) -> list[PrintedAuthor]:
    line = next(with_class(root, "p", "paper-authors"), None)
    return list(split_names(without_entities(text_of(line) or "")))


def _abstract_and_event(root: Element) -> tuple[str | None, str | None]:
    """The paragraphs after the heading "Abstract", and the old layout's "Conference Event Type: …"."""
    event: str | None = None
    for heading in root.iter("h2", "h3", "h4"):
        said = one_line(text_of(heading)) or ""
        if said.startswith("Conference Event Type"):
            event = said.partition(":")[2]
        elif said == "Abstract":
            text: list[str] = []
            for element in heading.itersiblings():
                if element.tag in _AFTER_TEXT or "modal" in (element.get("class") or ""):
                    break
                text.append(text_of(element) or "")
                if isinstance(element.tail, str):
                    text.append(element.tail)
            return _read_from_print(" ".join(text)), event
    return _read_from_print(text_of(next(with_class(root, "p", "paper-abstract"), None)) or ""), event


def _read_from_print(text: str) -> str | None:
    said = one_line(without_entities(_GLYPH.sub(" ", _SOFT_HYPHEN.sub("", text))))
    return None if said in {"Abstract Unavailable", "Abstract Missing"} else said
