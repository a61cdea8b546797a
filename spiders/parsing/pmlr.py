"""PMLR volumes and paper pages (ICML, AISTATS, CoRL, UAI, COLT, …), as the series' Jekyll theme renders them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import number_authors
from spiders.parsing.citation_meta import bibtex_authors, read_citation, split_names, with_parts
from spiders.parsing.links import openreview_id_of, sort_links, web_url
from spiders.parsing.markup import Element, links_of, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TITLE, one_line
from spiders.parsing.venues import decision_of

SOURCE = "pmlr"
_KEY = re.compile(r"/(?P<volume>[vr]\d{1,4})/(?P<name>[^/?#]{1,80})\.html$")
_VOLUME = re.compile(r"Volume\s+\d+:\s*(?P<name>[^,]+?)\s*,")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
# Prefaces are listed like papers and their "authors" are the editors.
_FRONT = re.compile(
    r"(?:^|[:\-–—]\s*)(?:preface|foreword|front ?matter|editorial|table of contents)\b", re.IGNORECASE
)
_NAMES = {
    "international conference on machine learning": "ICML",
    "international conference on artificial intelligence and statistics": "AISTATS",
    "artificial intelligence and statistics": "AISTATS",
    "conference on robot learning": "CoRL",
    "conference on learning theory": "COLT",
    "uncertainty in artificial intelligence": "UAI",
    "learning on graphs conference": "LoG",
    "international conference on automated machine learning": "AutoML",
    "asian conference on machine learning": "ACML",
    "learning for dynamics and control conference": "L4DC",
    "conference on causal learning and reasoning": "CLeaR",
    "machine learning for health": "ML4H",
    "machine learning for healthcare conference": "MLHC",
    "medical imaging with deep learning": "MIDL",
    "algorithmic learning theory": "ALT",
    "conference on lifelong learning agents": "CoLLAs",
}


def parse_pmlr_volume(body: bytes, *, url: str) -> Parsed:
    """Read a volume's index: titles, authors, decision (from the section), software and OpenReview links.

    Prefaces are no papers and are left out. Abstracts stand on the papers' own pages.
    """
    root = read_html(body, url=url)
    tally = Tally()
    heading = next(
        (text for one in root.iter("h2") if (text := one_line(text_of(one))) and _VOLUME.match(text)), None
    )
    venue, year = _venue(heading)
    records: list[PaperRecord] = []
    section = ""
    papers = 0
    for element in root.iter("h3", "div"):
        if element.tag == "h3":
            section = one_line(text_of(element)) or ""
        elif "paper" in (element.get("class") or "").split():
            papers += 1
            if section.lower() == "preface":
                continue
            record = _listed(element, url, section, venue, year, tally)
            if record is not None:
                records.append(record)
    if not papers:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records), warnings=tally.counts, total=len(records))


def _venue(heading: str | None) -> tuple[str | None, int | None]:
    found = _VOLUME.match(heading or "")
    if found is None or heading is None:
        return None, None
    name = re.sub(
        r"^(?:proceedings of )?(?:the )?(?:\d+(?:st|nd|rd|th) )?(?:annual )?", "", found["name"], flags=re.I
    )
    years = _YEAR.findall(heading)
    return _NAMES.get(name.lower(), found["name"]), int(years[-1]) if years else None


def _listed(
    paper: Element, url: str, section: str, venue: str | None, year: int | None, tally: Tally
) -> PaperRecord | None:
    title = one_line(text_of(next(with_class(paper, "p", "title"), None)), MAX_TITLE)
    links = [(web_url(href, url), text) for href, text in links_of(paper)]
    key, page = _key(next((href for href, text in links if text == "abs"), None))
    if title is None or key is None or page is None:
        tally.add("paper without title or page")
        return None
    if _FRONT.search(title):
        return None
    authors = split_names(text_of(next(with_class(paper, "span", "authors"), None)))
    code, pages = sort_links(href for href, text in links if text == "Software")
    return PaperRecord(
        source=SOURCE,
        source_key=key,
        url=page,
        title=title,
        authors=number_authors(authors),
        openreview_id=next((found for href, _ in links if (found := openreview_id_of(href))), None),
        venue=venue,
        venue_year=year,
        decision=decision_of(section) or "accept",
        code_urls=code,
        page_urls=pages,
    )


def _key(href: str | None) -> tuple[str | None, str | None]:
    found = _KEY.search(urlsplit(href).path) if href else None
    if found is None:
        return None, None
    key = f"{found['volume']}/{found['name']}"
    return key, f"https://proceedings.mlr.press/{key}.html"


def parse_pmlr_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page. Given and family names come from its BibTeX where that needs no TeX."""
    root = read_html(body, url=url)
    tally = Tally()
    citation = read_citation(root)
    key, page = _key(url)
    if key is None or page is None:
        raise ParseError(url, "not the address of a paper")
    heading = next((one for one in root.iter("h1") if one.getparent().tag == "article"), None)
    title = citation.title or one_line(text_of(heading), MAX_TITLE)
    if title is None:
        raise ParseError(url, "no title")
    if _FRONT.search(title):
        return Parsed()
    code_block = next((one for one in root.iter("code") if one.get("id") == "bibtex"), None)
    authors = with_parts(citation.authors, bibtex_authors(text_of(code_block)))
    extras = next((one for one in root.iter("div") if one.get("id") == "extras"), None)
    links = [] if extras is None else [(web_url(href, url), text) for href, text in links_of(extras)]
    code, pages = sort_links(href for href, text in links if text == "Software")
    abstract = one_line(text_of(next((one for one in root.iter("div") if one.get("id") == "abstract"), None)))
    if abstract is None:
        tally.add("paper without abstract")
    people = number_authors(authors)
    if not people:
        tally.add("paper without authors")
    record = PaperRecord(
        source=SOURCE,
        source_key=key,
        url=page,
        title=title,
        authors=people,
        abstract=abstract,
        published=citation.date,
        openreview_id=next((found for href, _ in links if (found := openreview_id_of(href))), None),
        venue=_NAMES.get((citation.conference or "").lower(), citation.conference),
        venue_year=citation.year,
        decision="accept",
        code_urls=code,
        page_urls=pages,
    )
    return Parsed(records=(record,), warnings=tally.counts)
