"""arXiv's Atom answers → paper records.

Format: https://info.arxiv.org/help/api/user-manual.html#_details_of_atom_results_returned
"""

from __future__ import annotations

from db.keys.papers import normalise_doi, parse_arxiv_id
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.markup import LOCAL_NAMES, Element, local_name, read_xml, value_of
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TITLE, one_line, utc_datetime

SOURCE = "arxiv"

_KNOWN = frozenset(
    [
        "id",
        "title",
        "updated",
        "published",
        "summary",
        "category",
        "comment",
        "primary_category",
        "journal_ref",
        "author",
        "doi",
        "rights",
    ]
)


class Throttled(ParseError):  # noqa: N818 (a request for patience, not a fault)
    """arXiv asks for patience: under load it answers HTTP 200 with the plain text ``Rate exceeded.``"""


class UpstreamError(ParseError):
    """arXiv answered with an error entry (a malformed id or query): the same request will fail again."""


def parse_arxiv_atom(body: bytes, *, url: str) -> Parsed:
    """Read one page of results. ``Parsed.total`` is ``opensearch:totalResults``.

    ``source_key`` is the arXiv id without version. The comment is kept as printed, on one line. Raises
    :class:`Throttled` for a body that is not XML, :class:`UpstreamError` for an error entry and
    :class:`ParseError` for XML that is no feed or is cut off. Entries without id or title are counted and
    left out.
    """
    if not body.lstrip().startswith(b"<"):
        said = body[:80].decode("ascii", "replace").strip()
        raise Throttled(url, f"answered {said!r} instead of a feed")
    root = read_xml(body, url=url)
    if local_name(root) != "feed":
        raise ParseError(url, f"not an Atom feed but <{local_name(root)[:40]}>")
    tally = Tally()
    total: int | None = None
    records: list[PaperRecord] = []
    for element in root:
        name = local_name(element)
        if name == "entry":
            record = _entry(element, url, tally)
            if record is not None:
                records.append(record)
        elif name == "totalResults":
            said = (value_of(element) or "").strip()
            if said.isascii() and said.isdigit() and len(said) < 12:
                total = int(said)
            else:
                tally.add("totalResults is no number")
    return Parsed(records=tuple(records), warnings=tally.counts, total=total)


def _entry(entry: Element, url: str, tally: Tally) -> PaperRecord | None:
    fields: dict[str, str] = {}
    authors: list[PrintedAuthor] = []
    categories: list[str] = []
    primary: str | None = None
    for element in entry:
        name = LOCAL_NAMES[element.tag]
        if name == "author":
            printed = _author(element)
            if printed is not None:
                authors.append(printed)
        elif name == "category":
            term = one_line(element.get("term"), 100)
            if term:
                categories.append(term)
        elif name == "primary_category":
            primary = one_line(element.get("term"), 100)
        elif name == "link":
            continue
        elif name in _KNOWN:
            value = value_of(element) if len(element) else element.text
            if value:
                fields.setdefault(name, value)
        else:
            tally.add("unknown field", name)
    identifier = fields.get("id", "")
    if "/api/errors" in identifier:
        raise UpstreamError(
            url, f"arXiv refused the request: {one_line(fields.get('summary'), 200) or 'no reason given'}"
        )
    found = parse_arxiv_id(identifier)
    if found is None:
        tally.add("entry without arXiv id")
        return None
    title = one_line(fields.get("title"), MAX_TITLE)
    if title is None:
        tally.add("entry without title")
        return None
    published = utc_datetime(fields.get("published"))
    if published is None:
        tally.add("entry without date")
    comment = one_line(fields.get("comment"))
    people = number_authors(authors, comment)
    if not people:
        tally.add("entry without authors")
    return PaperRecord(
        source=SOURCE,
        source_key=found.id,
        url=f"https://arxiv.org/abs/{found.id}",
        title=title,
        authors=people,
        abstract=one_line(fields.get("summary")),
        published=published,
        updated=utc_datetime(fields.get("updated")),
        version=found.version,
        arxiv_id=found.id,
        doi=normalise_doi(fields.get("doi", "")),
        primary_category=primary or (categories[0] if categories else None),
        categories=tuple(dict.fromkeys(categories)),
        comment=comment,
        journal_ref=one_line(fields.get("journal_ref"), MAX_TITLE),
        licence=one_line(fields.get("rights"), 200),
    )


def _author(element: Element) -> PrintedAuthor | None:
    if len(element) == 1 and LOCAL_NAMES[(only := element[0]).tag] == "name" and not len(only):
        # Nearly all: a name and nothing else.
        return PrintedAuthor(name=only.text) if only.text else None
    name: str | None = None
    affiliations: list[str] = []
    for child in element:
        tag = LOCAL_NAMES[child.tag]
        if tag == "name":
            name = value_of(child)
        elif tag == "affiliation":
            affiliation = one_line(value_of(child), 500)
            if affiliation:
                affiliations.append(affiliation)
    if not name:
        return None
    return PrintedAuthor(name=name, affiliations=tuple(dict.fromkeys(affiliations)) if affiliations else ())
