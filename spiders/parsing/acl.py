"""ACL Anthology: volume and event pages, which carry abstracts, and paper pages.

Markup: https://github.com/acl-org/acl-anthology/tree/master/hugo/layouts (``papers/list-entry.html``, ``single.html``)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.keys.papers import normalise_doi
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.citation_meta import read_citation
from spiders.parsing.links import path_of, sort_links, web_url
from spiders.parsing.markup import Element, links_of, note_if_cut, read_html, text_of, with_class
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line

SOURCE = "acl"
_OWN = re.compile(r"#|/(?!/)|https://aclanthology\.org/")
# New ids are VENUE-dotted (2024.acl-long.1), old ones a letter, a year and a number (P17-2044).
_NEW = re.compile(r"(?P<year>(?:19|20)\d\d)\.(?P<venue>[a-z0-9_]+)-(?P<volume>[a-z0-9_]+)\.(?P<number>\d+)")
_OLD = re.compile(r"[A-Z](?P<year>\d\d)-(?P<number>\d{4,5})")
_VENUES = {"acl": "ACL", "emnlp": "EMNLP", "naacl": "NAACL", "eacl": "EACL", "aacl": "AACL", "coling": "COLING",
           "tacl": "TACL", "cl": "CL", "findings": "Findings", "conll": "CoNLL", "semeval": "SemEval", "wmt": "WMT",
           "lrec": "LREC"}  # fmt: skip
_OLD_LETTERS = {"P": "ACL", "D": "EMNLP", "N": "NAACL", "E": "EACL", "C": "COLING", "Q": "TACL", "J": "CL",
                "K": "CoNLL", "A": "ANLP", "H": "HLT", "I": "IJCNLP", "L": "LREC", "R": "RANLP", "S": "SemEval",
                "U": "ALTA", "Y": "PACLIC", "O": "ROCLING", "F": "TALN", "M": "MUC", "T": "TINLAP"}  # fmt: skip
# Old ids hold the volume in one digit, those of workshops in two (all of W and C69, the end of D19).
_TWO_DIGITS = re.compile(r"W\d\d-|C69-|D19-[56]")


def parse_acl_listing(body: bytes, *, url: str) -> Parsed:
    """Read a volume (``/volumes/2024.acl-long/``) or an event (``/events/acl-2024/``), abstracts included.

    Front matter (number 0 of a volume) lists editors and is left out.
    """
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    abstracts = {
        (one.get("id") or "").removeprefix("abstract-"): one_line(text_of(one))
        for one in with_class(root, "div", "abstract-collapse")
    }
    records: dict[str, PaperRecord] = {}
    entries = 0
    for strong in root.iter("strong"):
        link = next(strong.iter("a"), None)
        key = _key(web_url(link.get("href"), url)) if link is not None else None
        entry = strong.getparent()
        if key is None or entry is None:
            continue
        entries += 1
        title = one_line(text_of(link), MAX_TITLE)
        if title is None:
            tally.add("paper without title")
        elif not _is_front_matter(key):
            # Old ids had their dots and hyphens replaced in the anchors, in more than one way.
            anchor = key.replace(".", "--")
            abstract = abstracts.get(anchor) or abstracts.get(key)
            records.setdefault(key, _listed(key, title, entry, abstract, url))
    if not entries:
        raise ParseError(url, "no papers listed")
    return Parsed(records=tuple(records.values()), warnings=tally.counts, total=len(records))


def _listed(key: str, title: str, entry: Element, abstract: str | None, url: str) -> PaperRecord:
    row = entry.getparent()
    badges = () if row is None else (one.get("href") or "" for one in row.iter("a"))
    # The site's own pages, people and files, which are most of the links, are no repositories.
    code, _ = sort_links(web_url(href, url) for href in badges if not _OWN.match(href))
    has_award = row is not None and next(with_class(row, "i", "fa-award"), None) is not None
    awards = [
        text
        for badge in (row.iter("span") if has_award else ())
        if next(with_class(badge, "i", "fa-award"), None) is not None
        and "list-button-row" not in (badge.get("class") or "")
        and (text := one_line(badge.get("title") or badge.get("data-original-title"), 200))
    ]
    return _record(key, title, _people(entry), abstract, awards=tuple(dict.fromkeys(awards)), code=code)


def _people(element: Element) -> Iterator[PrintedAuthor]:
    """Links to people's pages, in order: the only thing that tells authors from everything else."""
    for link in element.iter("a"):
        if "/people/" in (link.get("href") or "") and (name := one_line(text_of(link), MAX_NAME)):
            yield PrintedAuthor(name=name)


def parse_acl_paper(body: bytes, *, url: str) -> Parsed:
    """Read one paper's page. Its editors are also linked as people, so authors come from the line under the title.

    Where that line is missing, the meta tags count.
    """
    root = read_html(body, url=url)
    note_if_cut(body, tally := Tally())
    heading = next((one for one in root.iter("h2") if one.get("id") == "title"), None)
    citation = read_citation(root, tally)
    title = one_line(text_of(heading), MAX_TITLE) or citation.title
    listed = list(_details(root))
    details = dict(listed)
    key = _key(url) or _key(one_line(text_of(details.get("Anthology ID:")))) or _key(citation.pdf)
    if title is None or key is None:
        raise ParseError(url, "no title or no Anthology id")
    if _is_front_matter(key):
        return Parsed()
    lead = next(with_class(root, "p", "lead"), None)
    printed = [] if lead is None else list(_people(lead))
    box = next(with_class(root, "div", "acl-abstract"), None)
    abstract = one_line(text_of(box))
    if abstract is not None:
        abstract = abstract.removeprefix("Abstract").strip() or None
    awards = [text for name, one in listed if name == "Award:" and (text := one_line(text_of(one), 200))]
    code, _ = sort_links(web_url(href, url) for _, one in listed for href, _ in links_of(one))
    record = _record(
        key,
        title,
        iter(printed or citation.authors),
        abstract,
        awards=tuple(dict.fromkeys(awards)),
        code=code,
        doi=normalise_doi(text_of(details.get("DOI:")) or citation.doi or ""),
    )
    if not record.authors:
        tally.add("paper without authors")
    return Parsed(records=(record,), warnings=tally.counts)


def _details(root: Element) -> Iterator[tuple[str, Element]]:
    for term in root.iter("dt"):
        value = term.getnext()
        name = one_line(text_of(term), 60)
        if name and value is not None and value.tag == "dd":
            yield name, value


def _record(
    key: str,
    title: str,
    authors: Iterator[PrintedAuthor],
    abstract: str | None,
    *,
    awards: tuple[str, ...] = (),
    code: tuple[str, ...] = (),
    doi: str | None = None,
) -> PaperRecord:
    venue, year = _venue(key)
    return PaperRecord(
        source=SOURCE,
        source_key=key,
        url=f"https://aclanthology.org/{key}/",
        title=title,
        authors=number_authors(authors),
        abstract=abstract,
        doi=doi,
        venue=venue,
        venue_year=year,
        decision="accept",
        awards=awards,
        code_urls=code,
    )


def _key(href: str | None) -> str | None:
    name = path_of(href).rstrip("/").rpartition("/")[2].removesuffix(".pdf") if href else ""
    return name if _NEW.fullmatch(name) or _OLD.fullmatch(name) else None


def _is_front_matter(key: str) -> bool:
    """Number 0 of a volume: ``2024.acl-long.0``, ``P17-1000``, ``W19-0100``."""
    if (new := _NEW.fullmatch(key)) is not None:
        return int(new["number"]) == 0
    return int(key[6:] if _TWO_DIGITS.match(key) else key[5:]) == 0


def _venue(key: str) -> tuple[str | None, int | None]:
    if (new := _NEW.fullmatch(key)) is not None:
        name = _VENUES.get(new["venue"], new["venue"])
        return name, int(new["year"])
    old = _OLD.fullmatch(key)
    if old is None:
        return None, None
    year = int(old["year"])
    if key.startswith("D19-") and _TWO_DIGITS.match(key):
        return "EMNLP workshops", 2019
    return _OLD_LETTERS.get(key[0]), (1900 if year >= 60 else 2000) + year
