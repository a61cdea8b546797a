"""arXiv's OAI-PMH answers, formats ``arXiv``, ``arXivRaw`` and ``oai_dc`` → paper records as the Atom API gives.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's own formats and sets:
https://info.arxiv.org/help/oa/index.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from db.keys.papers import normalise_doi, parse_arxiv_id
from db.records import DeletedRecord, PaperRecord, Parsed, ParseError
from spiders.parsing.arxiv_atom import Throttled
from spiders.parsing.authors import PrintedAuthor, number_authors, split_author_line, turn_round
from spiders.parsing.markup import Element, children, first_child, local_name, read_xml, value_of
from spiders.parsing.tally import Tally
from spiders.parsing.tex_accents import without_tex_accents
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line, utc_datetime

# A source of its own, though it is the same archive: it splits names and has affiliations, which the Atom interface
# leaves out, so neither may overwrite the other's record. They meet in one paper through the arXiv id.
SOURCE = "arxiv_oai"

_KNOWN = frozenset(
    [
        "id",
        "created",
        "updated",
        "authors",
        "title",
        "categories",
        "comments",
        "journal-ref",
        "doi",
        "license",
        "abstract",
        "acm-class",
        "msc-class",
        "report-no",
        "proxy",
        "submitter",
        "version",
    ]
)
# Dublin Core, the format that every OAI-PMH host must have; arXiv uses these of its fifteen elements.
_DUBLIN_CORE = frozenset(
    [
        "title",
        "creator",
        "subject",
        "description",
        "date",
        "type",
        "identifier",
        "rights",
        "language",
        "format",
    ]
)


class OaiError(ParseError):
    """The repository answered HTTP 200 with an ``<error>``; ``code`` is the protocol's own (section 3.6)."""

    def __init__(self, url: str, code: str, said: str) -> None:
        super().__init__(url, f"OAI-PMH error {code}: {said}")
        self.code = code


def parse_arxiv_oai(body: bytes, *, url: str) -> Parsed:
    """Read a ListRecords or GetRecord answer.

    ``next_token`` is the resumption token, ``None`` at the end of the list (an empty token ends it);
    ``total`` is its ``completeListSize``. ``noRecordsMatch`` is an empty answer, any other error raises
    :class:`OaiError`. A record with ``status="deleted"`` becomes a :class:`DeletedRecord`. Namespaces may be
    missing; a lone ``<record>`` is read as well. Raises :class:`Throttled` for a body that is not XML.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        said = body[:80].decode("ascii", "replace").strip()
        raise Throttled(url, f"answered {said!r} instead of OAI-PMH")
    root = read_xml(body, url=url)
    if local_name(root) == "record":
        # Harvesters keep single records like this; the protocol wraps them.
        lone = _record(root, tally := Tally())
        return Parsed(records=() if lone is None else (lone,), warnings=tally.counts)
    if local_name(root) != "OAI-PMH":
        raise ParseError(url, f"not OAI-PMH but <{local_name(root)[:40]}>")
    tally = Tally()
    records: list[PaperRecord | DeletedRecord] = []
    token: str | None = None
    total: int | None = None
    understood = False
    for element in root:
        name = local_name(element)
        if name == "error":
            code = (element.get("code") or "unknown")[:40]
            if code != "noRecordsMatch":
                raise OaiError(url, code, one_line(value_of(element), 200) or "no reason given")
            understood = True
        elif name in {"ListRecords", "GetRecord"}:
            understood = True
            for child in element:
                if local_name(child) == "record":
                    record = _record(child, tally)
                    if record is not None:
                        records.append(record)
                elif local_name(child) == "resumptionToken":
                    token = (value_of(child) or "").strip() or None
                    size = child.get("completeListSize") or ""
                    total = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else None
                else:
                    tally.add("unknown element", local_name(child))
        elif name not in {"responseDate", "request"}:
            tally.add("unknown element", name)
    if not understood:
        raise ParseError(url, "neither records nor an error")
    return Parsed(records=tuple(records), warnings=tally.counts, next_token=token, total=total)


def _record(record: Element, tally: Tally) -> PaperRecord | DeletedRecord | None:
    header = first_child(record, "header")
    identifier = (value_of(first_child(header, "identifier")) or "").strip()
    found = parse_arxiv_id(identifier)
    if header is not None and header.get("status") == "deleted":
        if found is None:
            tally.add("deleted record without arXiv id")
            return None
        return DeletedRecord(
            source=SOURCE,
            source_key=found.id,
            url=f"https://arxiv.org/abs/{found.id}",
            deleted=utc_datetime(value_of(first_child(header, "datestamp"))),
        )
    metadata = first_child(record, "metadata")
    described = None if metadata is None else next(iter(metadata), None)
    if described is None:
        tally.add("record without metadata")
        return None
    form = local_name(described)
    if form == "dc":
        found = found or parse_arxiv_id(_arxiv_address(described))
        if found is None:
            tally.add("record without arXiv id")
            return None
        return _dublin_core(described, found.id, tally)
    if form not in {"arXiv", "arXivRaw"}:
        tally.add("unknown metadata format", form)
        return None
    found = parse_arxiv_id(value_of(first_child(described, "id")) or identifier)
    if found is None:
        tally.add("record without arXiv id")
        return None
    return _paper(described, found.id, raw=form == "arXivRaw", tally=tally)


def _paper(described: Element, arxiv_id: str, *, raw: bool, tally: Tally) -> PaperRecord | None:
    fields: dict[str, str] = {}
    for element in described:
        name = local_name(element)
        if name not in _KNOWN:
            tally.add("unknown field", name)
        elif name not in {"authors", "version"} and (value := value_of(element)) is not None:
            # Only the raw format keeps TeX accents as they were typed; the others are converted by arXiv.
            fields.setdefault(name, without_tex_accents(value) if raw else value)
    title = one_line(fields.get("title"), MAX_TITLE)
    if title is None:
        tally.add("record without title")
        return None
    authors = first_child(described, "authors")
    comment = one_line(fields.get("comments"))
    printed = (
        split_author_line(without_tex_accents(one_line(value_of(authors)) or ""))
        if raw
        else [_author(author) for author in (() if authors is None else children(authors, "author"))]
    )
    people = number_authors(printed, comment)
    if not people:
        tally.add("record without authors")
    published, updated, version = _versions(described) if raw else (None, None, None)
    categories = tuple(dict.fromkeys((fields.get("categories") or "").split()))[:50]
    return PaperRecord(
        source=SOURCE,
        source_key=arxiv_id,
        url=f"https://arxiv.org/abs/{arxiv_id}",
        title=title,
        authors=people,
        abstract=one_line(fields.get("abstract")),
        published=published or utc_datetime(fields.get("created")),
        updated=updated or utc_datetime(fields.get("updated")),
        version=version,
        arxiv_id=arxiv_id,
        doi=normalise_doi(fields.get("doi", "")),
        primary_category=categories[0] if categories else None,
        categories=categories,
        comment=comment,
        journal_ref=one_line(fields.get("journal-ref"), MAX_TITLE),
        licence=one_line(fields.get("license"), 200),
    )


def _arxiv_address(described: Element) -> str:
    said = (value_of(one) or "" for one in children(described, "identifier"))
    return next((text for text in said if "arxiv.org/abs/" in text), "")


def _dublin_core(described: Element, arxiv_id: str, tally: Tally) -> PaperRecord | None:
    """Read ``oai_dc``: names are "Last, First", the comment is a second description, subjects are names.

    Dates are those of the first and of the newest version; identifiers are the abstract's page, the DOI and the
    journal's line. Categories have no codes there, so there are none: subjects become keywords.
    """
    said: dict[str, list[str]] = {}
    for element in described:
        name = local_name(element)
        if name not in _DUBLIN_CORE:
            tally.add("unknown field", name)
        elif (text := one_line(value_of(element))) is not None:
            said.setdefault(name, []).append(text)
    title = one_line(next(iter(said.get("title", ())), None), MAX_TITLE)
    if title is None:
        tally.add("record without title")
        return None
    comment = next(
        (one[8:].strip() for one in said.get("description", ()) if one.startswith("Comment:")), None
    )
    printed = []
    for creator in said.get("creator", ()):
        name, given, family, suffix = turn_round(creator[:MAX_NAME])
        printed.append(PrintedAuthor(name=name, given=given, family=family, suffix=suffix))
    people = number_authors(printed, comment)
    if not people:
        tally.add("record without authors")
    dates = [date for text in said.get("date", ()) if (date := utc_datetime(text)) is not None]
    others = [one for one in said.get("identifier", ()) if "arxiv.org/abs/" not in one]
    return PaperRecord(
        source=SOURCE,
        source_key=arxiv_id,
        url=f"https://arxiv.org/abs/{arxiv_id}",
        title=title,
        authors=people,
        abstract=next((one for one in said.get("description", ()) if not one.startswith("Comment:")), None),
        published=dates[0] if dates else None,
        updated=dates[-1] if len(dates) > 1 else None,
        arxiv_id=arxiv_id,
        doi=next((doi for one in others if (doi := normalise_doi(one)) is not None), None),
        keywords=tuple(dict.fromkeys(one[:200] for one in said.get("subject", ())))[:50],
        comment=comment or None,
        journal_ref=one_line(next((one for one in others if normalise_doi(one) is None), None), MAX_TITLE),
        licence=one_line(next(iter(said.get("rights", ())), None), 200),
    )


def _author(author: Element) -> PrintedAuthor:
    said: dict[str, str | None] = {}
    affiliations: dict[str, None] = {}
    for child in author:
        name = local_name(child)
        if name != "affiliation":
            said.setdefault(name, value_of(child))
        elif (text := one_line(value_of(child), 500)) is not None:
            affiliations.setdefault(text)
    family = one_line(said.get("keyname"), MAX_NAME)
    given = one_line(said.get("forenames"), MAX_NAME)
    suffix = one_line(said.get("suffix"), 40)
    return PrintedAuthor(
        name=" ".join(part for part in (given, family, suffix) if part),
        given=given,
        family=family,
        suffix=suffix,
        affiliations=tuple(affiliations),
    )


def _versions(described: Element) -> tuple[datetime | None, datetime | None, int | None]:
    """First date, last date and number of the newest version (``arXivRaw`` dates each, RFC 2822)."""
    dates: dict[int, datetime | None] = {}
    for version in children(described, "version"):
        number = re.fullmatch(r"v([1-9]\d{0,3})", (version.get("version") or "").strip())
        if number is not None:
            dates[int(number[1])] = _rfc2822(value_of(first_child(version, "date")))
    if not dates:
        return None, None, None
    return dates.get(1), dates[max(dates)], max(dates)


def _rfc2822(text: str | None) -> datetime | None:
    try:
        stamp = parsedate_to_datetime((text or "").strip())
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
