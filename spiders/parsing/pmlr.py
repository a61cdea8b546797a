"""PMLR volumes and paper pages (ICML, AISTATS, CoRL, UAI, COLT, …), as the series' Jekyll theme renders them."""

from __future__ import annotations

import re

from db.keys.papers import normalise_doi
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import number_authors
from spiders.parsing.citation_meta import bibtex_authors, read_citation, split_names, with_parts
from spiders.parsing.links import arxiv_id_of, openreview_id_of, path_of, sort_links, web_url
from spiders.parsing.markup import Element, links_of, note_if_cut, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TITLE, one_line
from spiders.parsing.venues import decision_of

SOURCE = "pmlr"
_KEY = re.compile(r"/(?P<volume>[vr]\d{1,4})/(?P<name>[^/?#]{1,80})\.html$")
# "Volume 174: Conference on Health, Inference, and Learning, 7-8 April 2022, Online"
_VOLUME = re.compile(
    r"Volume\s+R?\d+:\s*(?P<name>.+?)\s*,\s*(?:(?=[^,]*\b(?:19|20)\d\d\b)|(?=\d{1,2}\b))", re.I
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
# Prefaces are listed like papers and their "authors" are the editors.
_FRONT = re.compile(
    r"(?:^|[:\-–—]\s*)(?:preface|foreword|front ?matter|editorial|table of contents)"
    r"(?=\s*$|\s*[:(,.–—]|\s+-|\s+(?:to|of|for|by|from)\b|\s+\d)|\b(?:preface|foreword)$",
    re.IGNORECASE,
)
_CODE = re.compile(r"^(?:software|code|source code|github|implementation)\b", re.IGNORECASE)
_PAGE = re.compile(r"^(?:website|project(?: page)?)\b", re.IGNORECASE)
# By the end of a volume's or a book's title, longest first; workshops keep the name that they print.
_NAMES = {
    "international conference on machine learning": "ICML",
    "artificial intelligence and statistics": "AISTATS",
    "conference on robot learning": "CoRL",
    "conference on learning theory": "COLT",
    "uncertainty in artificial intelligence": "UAI",
    "learning on graphs conference": "LoG",
    "conference on automated machine learning": "AutoML",
    "asian conference on machine learning": "ACML",
    "learning for dynamics and control conference": "L4DC",
    "learning for dynamics and control": "L4DC",
    "learning for dynamics & control conference": "L4DC",
    "conference on causal learning and reasoning": "CLeaR",
    "machine learning for health": "ML4H",
    "machine learning for healthcare conference": "MLHC",
    "medical imaging with deep learning": "MIDL",
    "algorithmic learning theory": "ALT",
    "conference on lifelong learning agents": "CoLLAs",
    "conference on health, inference, and learning": "CHIL",
    "conference on fairness, accountability and transparency": "FAT*",
    "conference on parsimony and learning": "CPAL",
    "conference on probabilistic graphical models": "PGM",
    "conformal and probabilistic prediction with applications": "COPA",
}


def parse_pmlr_volume(body: bytes, *, url: str) -> Parsed:
    """Read a volume's index: titles, authors, decision (from the section), software and OpenReview links.

    Prefaces are no papers and are left out. Abstracts stand on the papers' own pages.
    """
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    heading = next(
        (text for one in root.iter("h2") if (text := one_line(text_of(one))) and _VOLUME.match(text)), None
    )
    venue, year = _venue(heading)
    records: list[PaperRecord] = []
    section, decision = "", "accept"
    papers = 0
    for element in root.iter("h3", "div"):
        if element.tag == "h3":
            section = one_line(text_of(element)) or ""
            decision = decision_of(section) or "accept"
        elif "paper" in (element.get("class") or "").split():
            papers += 1
            if section.lower() == "preface":
                continue
            record = _listed(element, url, decision, venue, year, tally)
            if record is not None:
                records.append(record)
    if not papers:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records), warnings=tally.counts, total=len(records))


def _venue(heading: str | None) -> tuple[str | None, int | None]:
    found = _VOLUME.match(heading or "")
    if found is None or heading is None:
        return None, None
    years = _YEAR.findall(heading)
    return _known(found["name"]), int(years[-1]) if years else None


def _known(name: str) -> str:
    """The short name of a conference of the series: "Proceedings of the 41st …" is still the same one."""
    said = re.sub(r"[\s(]+(?:19|20)?\d\d\)?$|\s*\([A-Za-z0-9* -]+\)$", "", name).lower()
    if "workshop" in said or "competition" in said:
        return name
    return next((short for ending, short in _NAMES.items() if said.endswith(ending)), name)


def _listed(
    paper: Element, url: str, decision: str, venue: str | None, year: int | None, tally: Tally
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
    code, pages = _software(links)
    return PaperRecord(
        source=SOURCE,
        source_key=key,
        url=page,
        title=title,
        authors=number_authors(authors),
        arxiv_id=_arxiv(links),
        doi=_doi(links),
        openreview_id=next((found for href, _ in links if (found := openreview_id_of(href))), None),
        venue=venue,
        venue_year=year,
        decision=decision,
        code_urls=code,
        page_urls=pages,
    )


def _software(links: list[tuple[str | None, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Code and pages. Editors file the same link under "Software", "Code" or a label of their own."""
    code, pages = sort_links(href for href, text in links if _CODE.match(text))
    more_code, more_pages = sort_links(href for href, text in links if _PAGE.match(text))
    return tuple(dict.fromkeys(code + more_code)), tuple(dict.fromkeys(pages + more_pages))


def _arxiv(links: list[tuple[str | None, str]]) -> str | None:
    return next(
        (found for href, text in links if "arxiv" in text.lower() and (found := arxiv_id_of(href))), None
    )


def _doi(links: list[tuple[str | None, str]]) -> str | None:
    return next(
        (found for href, text in links if text == "doi" and (found := normalise_doi(href or ""))), None
    )


def _key(href: str | None) -> tuple[str | None, str | None]:
    found = _KEY.search(path_of(href)) if href else None
    if found is None:
        return None, None
    key = f"{found['volume']}/{found['name']}"
    return key, f"https://proceedings.mlr.press/{key}.html"


def parse_pmlr_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page. Given and family names come from its BibTeX where that needs no TeX."""
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    citation = read_citation(root, tally)
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
    code, pages = _software(links)
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
        arxiv_id=_arxiv(links),
        doi=normalise_doi(citation.doi or "") or _doi(links),
        openreview_id=next((found for href, _ in links if (found := openreview_id_of(href))), None),
        venue=_known(citation.conference) if citation.conference else None,
        venue_year=citation.year,
        decision="accept",
        code_urls=code,
        page_urls=pages,
    )
    return Parsed(records=(record,), warnings=tally.counts)
