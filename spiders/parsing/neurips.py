"""NeurIPS proceedings: lists of a year and paper pages, in the present layout and in the one before 2020.

Three styles of address lead to the same paper: ``papers.nips.cc/paper/8668-…``,
``proceedings.neurips.cc/paper/YYYY/hash/…`` and ``…/paper_files/paper/YYYY/hash/…``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import number_authors
from spiders.parsing.citation_meta import read_citation, split_names
from spiders.parsing.links import web_url
from spiders.parsing.markup import Element, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TITLE, one_line
from spiders.parsing.venues import decision_of

SOURCE = "neurips"
_PAPER = re.compile(
    r"/paper/(?P<year>(?:19|20)\d\d)/hash/(?P<hash>[0-9a-f]{32})-Abstract(?:-(?P<track>[A-Za-z0-9_]+))?\.html$"
)
_OLD_PAPER = re.compile(r"/paper/(?P<number>\d{1,6})-[^/?#]+$")


def parse_neurips_list(body: bytes, *, url: str) -> Parsed:
    """Read the list of one year: titles, authors in order, addresses. Abstracts stand on the papers' pages."""
    root = read_html(body, url=url)
    tally = Tally()
    records: dict[str, PaperRecord] = {}
    for item in root.iter("li"):
        link = next((one for one in item.iter("a") if _identify(web_url(one.get("href"), url) or "")), None)
        if link is None:
            continue
        page = web_url(link.get("href"), url) or ""
        found = _identify(page)
        title = one_line(text_of(link), MAX_TITLE)
        if found is None or title is None:
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
                authors=number_authors(split_names(text_of(names))),
                venue=_venue(track),
                venue_year=year,
                decision="accept",
            ),
        )
    if not records:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records.values()), warnings=tally.counts, total=len(records))


def _identify(page: str) -> tuple[str, int | None, str | None] | None:
    """(key, year, track) of a paper's address."""
    path = urlsplit(page).path
    if (found := _PAPER.search(path)) is not None:
        return f"{found['year']}/{found['hash']}", int(found["year"]), found["track"]
    if (old := _OLD_PAPER.search(path)) is not None and not path.endswith(".pdf"):
        return old["number"], None, None
    return None


def _venue(track: str | None) -> str:
    if track and track.lower().startswith("datasets"):
        return "NeurIPS Datasets and Benchmarks"
    return "NeurIPS"


def parse_neurips_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page, old or new. Abstracts sit in nested paragraphs, which HTML does not allow."""
    root = read_html(body, url=url)
    tally = Tally()
    found = _identify(url)
    if found is None:
        raise ParseError(url, "not the address of a paper")
    key, year, track = found
    citation = read_citation(root)
    if citation.title is None:
        raise ParseError(url, "no title")
    people = number_authors(citation.authors)
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
        published=citation.date,
        venue=_venue(track),
        venue_year=year or citation.year,
        decision=decision_of(event) or "accept",
    )
    return Parsed(records=(record,), warnings=tally.counts)


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
                if element.tag in {"h2", "h3", "h4", "aside", "hr"}:
                    break
                if element.tag in {"p", "div", "span"}:
                    text.append(text_of(element) or "")
                if isinstance(element.tail, str):
                    text.append(element.tail)
            # Old volumes were read from print: "(cid:173)" is a soft hyphen at the end of a line.
            return one_line(re.sub(r"\(cid:173\)\s*", "", " ".join(text))), event
    section = next(with_class(root, "p", "paper-abstract"), None)
    return one_line(text_of(section)), event
