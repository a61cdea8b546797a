"""CVF Open Access (CVPR, ICCV, WACV): listings and paper pages, as they have been since 2013."""

from __future__ import annotations

import re
from functools import lru_cache

from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.citation_meta import bibtex_authors, read_citation, split_names, with_parts
from spiders.parsing.links import arxiv_id_of, path_of, web_url
from spiders.parsing.markup import Element, links_of, note_if_cut, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line

SOURCE = "cvf"
# content_iccv_2013, content_cvpr_workshops_2014/W03, content_ICCVW_2019/…, content/CVPR2021, content/CVPR2024W/NTIRE
_PAGE = re.compile(
    r"/content[_/](?P<folder>(?=\w*20\d\d)\w+)/(?:[^/]+/)?html/(?:[^/]+/)?(?P<name>[^/]+)\.html$"
)
_FOLDER = re.compile(
    r"(?P<name>CVPR|ICCV|WACV|ECCV|ACCV)(?P<w>W|_workshops)?_?(?P<year>20\d\d)(?P<workshops>W|_workshops)?$",
    re.I,
)
_DAY = re.compile(r"\?day=(?P<day>20\d\d-\d\d-\d\d)$")
_FILES = frozenset(["pdf", "supp", "supplement", "video", "poster", "arxiv", "bibtex", "code", "dataset"])


def parse_cvf_listing(body: bytes, *, url: str) -> Parsed:
    """Read a listing: titles, authors in order, arXiv links. Abstracts stand on the papers' pages.

    Each author sits in a ``<form>`` of its own; old listings declare windows-1252 and use absolute links. The
    BibTeX beside each paper tells given from family names. Lists of days and of workshops have no papers and
    raise :class:`ParseError` (see :func:`days_of_conference`).
    """
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    records: dict[str, PaperRecord] = {}
    for heading in with_class(root, "dt", "ptitle"):
        record = _listed(heading, url, tally)
        if record is not None:
            records.setdefault(record.source_key, record)
    if not records:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records.values()), warnings=tally.counts, total=len(records))


def _listed(heading: Element, url: str, tally: Tally) -> PaperRecord | None:
    link = next(heading.iter("a"), None)
    page = web_url(link.get("href"), url) if link is not None else None
    found = _identify(page)
    title = one_line(text_of(link), MAX_TITLE)
    if page is None or found is None or title is None:
        tally.add("paper without title or page")
        return None
    key, venue, year = found
    authors: list[PrintedAuthor] = []
    arxiv: str | None = None
    bibtex: str | None = None
    for element in heading.itersiblings():
        if element.tag != "dd":
            break
        if not authors:
            authors = _authors(element)
            continue
        bibtex = bibtex or text_of(next(with_class(element, "div", "bibref"), None))
        for link in element.iter("a") if arxiv is None else ():
            if (arxiv := arxiv_id_of(link.get("href"))) is not None:
                break
    if not authors:
        tally.add("paper without authors")
    return PaperRecord(
        source=SOURCE,
        source_key=key,
        url=page,
        title=title,
        authors=number_authors(with_parts(authors, bibtex_authors(bibtex))),
        arxiv_id=arxiv,
        venue=venue,
        venue_year=year,
        decision="accept",
    )


def _authors(element: Element) -> list[PrintedAuthor]:
    """Links in forms; names in the forms' own fields, or in plain text, where there are no links."""
    names = [text.rstrip(" ,") for _, text in links_of(element) if text.lower() not in _FILES]
    if not names and not any(True for _ in element.iter("a")):
        fields = [one.get("value") or "" for one in element.iter("input") if one.get("type") == "hidden"]
        names = fields or [one.name for one in split_names(text_of(element))]
    return [PrintedAuthor(name=name) for text in names if (name := one_line(text, MAX_NAME))]


def days_of_conference(body: bytes, *, url: str) -> tuple[str, ...]:
    """The days (``2018-06-19``) that a conference's list links to where it does not list papers itself."""
    found = (_DAY.search(href) for href, _ in links_of(read_html(body, url=url)))
    return tuple(dict.fromkeys(one["day"] for one in found if one is not None))


def _identify(page: str | None) -> tuple[str, str, int] | None:
    """(key, venue, year) of a paper's address."""
    found = _PAGE.search(path_of(page)) if page else None
    conference = _conference(found["folder"]) if found is not None else None
    if found is None or conference is None:
        return None
    folder, venue, year = conference
    return f"{folder}/{found['name'].removesuffix('_paper') or found['name']}", venue, year


@lru_cache(maxsize=256)
def _conference(folder: str) -> tuple[str, str, int] | None:
    """(first part of a key, venue, year) of a folder: one for all papers of a list."""
    found = _FOLDER.match(folder)
    if found is None:
        return None
    name, workshops = found["name"].upper(), found["w"] or found["workshops"]
    folder = f"{name}{found['year']}{'W' if workshops else ''}"
    return folder, f"{name} workshops" if workshops else name, int(found["year"])


def parse_cvf_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page (its abstract is in ``<div id="abstract">``)."""
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    found = _identify(url)
    if found is None:
        raise ParseError(url, "not the address of a paper")
    key, venue, year = found
    by_id = {one.get("id"): one for one in root.iter("div") if one.get("id")}
    citation = read_citation(root, tally)
    title = one_line(text_of(by_id.get("papertitle")), MAX_TITLE) or citation.title
    if title is None:
        raise ParseError(url, "no title")
    abstract = one_line(text_of(by_id.get("abstract")))
    if abstract is None:
        tally.add("paper without abstract")
    printed = by_id.get("authors")
    line = None if printed is None else next(printed.iter("i"), None)
    people = number_authors(citation.authors or split_names(text_of(line)))
    if not people:
        tally.add("paper without authors")
    record = PaperRecord(
        source=SOURCE,
        source_key=key,
        url=url,
        title=title,
        authors=people,
        abstract=abstract,
        arxiv_id=next((one for href, _ in links_of(root) if (one := arxiv_id_of(href))), None),
        venue=venue,
        venue_year=year,
        decision="accept",
    )
    return Parsed(records=(record,), warnings=tally.counts)
