"""Highwire ``citation_*`` meta tags, which most proceedings print for Google Scholar.

https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from spiders.parsing.authors import PrintedAuthor, turn_round
from spiders.parsing.markup import Element
from spiders.parsing.tally import Tally
from spiders.parsing.tex_accents import without_tex_accents
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line, without_entities

MAX_FIELD = 50_000
_AUTHOR_FIELD = re.compile(r"\bauthor\s*=\s*([{\"])")
_DELIMITER = re.compile(r"[{}\"]")
_COMMAND_OR_BRACE = re.compile(r"\\[a-zA-Z]+\s?|[{}]")
_BIBTEX_AND = re.compile(r"\s+and\s+")
_COMMA_OR_AND = re.compile(r",|(?:^|\s)(?:and|&)\s")
_GENERATION = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_NOT_ALNUM = {code: None for code in range(128) if not chr(code).isalnum()}


@dataclass(slots=True)
class Citation:
    """What the tags of one page say; every tag may be missing."""

    title: str | None = None
    authors: list[PrintedAuthor] = field(default_factory=list)
    date: datetime | None = None
    year: int | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    pdf: str | None = None
    conference: str | None = None
    abstract: str | None = None


# Tags that are understood and say nothing to us.
_UNUSED = frozenset(
    f"citation_{name}"
    for name in (
        "abstract_html_url", "arxiv", "author_email", "author_institution", "firstpage", "fulltext_html_url", "isbn",
        "issn", "issue", "journal_abbrev", "journal_title", "keywords", "language", "lastpage", "public_url",
        "publisher", "reference", "series_title", "springer_api_url", "technical_report_institution",
        "technical_report_number", "volume", "year",
    )
)  # fmt: skip


def read_citation(root: Element, tally: Tally) -> Citation:
    """Collect the tags of a page. ``Last, First`` is turned round; an institution belongs to the author before it.

    Editors have no tag of this kind, so they cannot be taken for authors. Tags that are new are counted.
    """
    found = Citation()
    for meta in root.iter("meta"):
        name, content = (meta.get("name") or "").lower(), meta.get("content")
        if not name.startswith("citation_") or not content:
            continue
        content = without_entities(content)
        match name:
            case "citation_title":
                found.title = found.title or one_line(content, MAX_TITLE)
            case "citation_author":
                author = printed_author(content)
                if author is not None:
                    found.authors.append(author)
            case "citation_author_institution" if found.authors:
                institution = one_line(content, 500)
                if institution:
                    last = found.authors[-1]
                    found.authors[-1] = replace(last, affiliations=(*last.affiliations, institution))
            case "citation_publication_date" | "citation_date" | "citation_online_date":
                found.date = found.date or day_or_month(content)
                year = re.match(r"\s*((?:19|20)\d\d)\b", content)
                found.year = found.year or (int(year[1]) if year else None)
            case "citation_doi":
                found.doi = found.doi or content
            case "citation_arxiv_id":
                found.arxiv_id = found.arxiv_id or content
            case "citation_pdf_url":
                found.pdf = found.pdf or content.strip()
            case "citation_conference_title" | "citation_conference" | "citation_inbook_title":
                found.conference = found.conference or one_line(content, 500)
            case "citation_abstract":
                found.abstract = found.abstract or one_line(content)
            case _ if name not in _UNUSED:
                tally.add("unknown field", name)
    return found


def printed_author(text: str) -> PrintedAuthor | None:
    """One author as a page prints it, turned round where it is ``Last, First``."""
    line = one_line(text, MAX_NAME)
    if line is None:
        return None
    name, given, family, suffix = turn_round(line)
    return PrintedAuthor(name=name, given=given, family=family, suffix=suffix)


def split_names(text: str | None) -> Iterator[PrintedAuthor]:
    """Names in reading order from one line; a generation suffix belongs to the name before it.

    >>> [one.name for one in split_names("Ada Quill, Jr., Bo Holm and Chen Wei")]
    ['Ada Quill Jr.', 'Bo Holm', 'Chen Wei']
    """
    names: list[str] = []
    for piece in _COMMA_OR_AND.split(text or ""):
        name = one_line(piece, MAX_NAME)
        if name is None:
            continue
        if names and _GENERATION.fullmatch(name):
            names[-1] = f"{names[-1]} {name}"
        else:
            names.append(name)
    return (PrintedAuthor(name=name) for name in names)


def with_parts(authors: Iterable[PrintedAuthor], parts: Iterable[PrintedAuthor]) -> list[PrintedAuthor]:
    """Names as printed, with given and family names from another list of the same people in the same order.

    The lists may differ in accents and punctuation. Where they differ in more, nothing is taken over.
    """
    printed, other = list(authors), list(parts)
    if len(printed) != len(other):
        return printed
    return [_parted(one, two) for one, two in zip(printed, other, strict=True)]


def _parted(printed: PrintedAuthor, parts: PrintedAuthor) -> PrintedAuthor:
    given, family = parts.given, parts.family
    if printed.family is not None or not family:
        return printed
    if parts.suffix or not given or printed.name != f"{given} {family}":
        if _letters(printed.name) != _letters(parts.name):
            return printed
        words = printed.name.removesuffix(parts.suffix or "").split()
        many = len(family.split())
        # The name as printed has the accents that a TeX source may have lost.
        if _letters("".join(words[-many:])) == _letters(family):
            given, family = " ".join(words[:-many]) or None, " ".join(words[-many:])
    return PrintedAuthor(
        name=printed.name,
        given=given,
        family=family,
        suffix=printed.suffix or parts.suffix,
        affiliations=printed.affiliations,
        identifiers=printed.identifiers,
        equal=printed.equal,
    )


def _letters(name: str) -> str:
    if name.isascii():
        return name.lower().translate(_NOT_ALNUM)
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ı", "i")
    return "".join(letter for letter in plain if letter.isalnum())


def bibtex_authors(entry: str | None) -> list[PrintedAuthor]:
    r"""The ``author`` field of a BibTeX entry, accents read; a field that does not end gives an empty list.

    >>> [one.family for one in bibtex_authors(r"author = {Bl{\"o}cker, Ada and {van der Tide}, Bo}")]
    ['Blöcker', 'van der Tide']
    """
    start = _AUTHOR_FIELD.search(entry) if entry else None
    if start is None or entry is None:
        return []
    depth = 0
    for found in _DELIMITER.finditer(entry, start.end(), start.end() + MAX_FIELD):
        mark = found[0]
        if depth == 0 and (mark == "}" or mark == '"' == start[1]):
            text = without_tex_accents(entry[start.end() : found.start()])
            if "\\" in text or "{" in text or "}" in text:
                text = _COMMAND_OR_BRACE.sub("", text.replace("\\textquotesingle", "'"))
            names = (printed_author(name) for name in _BIBTEX_AND.split(text.replace("~", " ")))
            return [name for name in names if name is not None]
        depth += (mark == "{") - (mark == "}")
    return []


def day_or_month(text: str | None) -> datetime | None:
    """``2022/12/21`` or ``2021/6`` at midnight UTC of the first day that it can mean.

    A bare year gives ``None``: the first of January would put a paper before those that it builds on.
    """
    found = re.fullmatch(r"\s*((?:19|20)\d\d)[/-](\d{1,2})(?:[/-](\d{1,2}))?\s*", text or "")
    if found is None:
        return None
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3] or 1), tzinfo=UTC)
    except ValueError:
        return None
