"""Lists of people — campus, referral, agency: any table, one person a row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from db.keys.names import name_key
from db.keys.papers import normalise_doi, parse_arxiv_id
from db.records import Identifier, IdentifierKind, PersonRecord
from sourcing.countries import country_code
from sourcing.imports.columns import Columns, is_known, map_columns
from sourcing.imports.table import BadRow, Row, TableText, column_key, read_table
from spiders.parsing.links import identifier_of, orcid_of, web_url

MAX_NAME = 200
_EMAIL = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[A-Za-z]{2,}")
_SEVERAL = re.compile(r"\s*[;|\n]\s*|\s*,\s+")
_LOGIN = re.compile(r"@?([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
_OPENREVIEW = re.compile(r"~[^\s/?&]+\d+")
_SUFFIX = re.compile(
    r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?sc|b\.?sc|m\.?d|mba|msc|bsc|dr|prof|esq)\.?", re.IGNORECASE
)
# Fields whose cell may hold a bare name of the service instead of an address.
_BARE = {
    "github": IdentifierKind.GITHUB,
    "huggingface": IdentifierKind.HUGGINGFACE,
    "kaggle": IdentifierKind.KAGGLE,
    "scholar": IdentifierKind.SCHOLAR,
    "semantic_scholar": IdentifierKind.SEMANTIC_SCHOLAR,
    "dblp": IdentifierKind.DBLP,
}
_LOWER = frozenset([IdentifierKind.GITHUB, IdentifierKind.KAGGLE])
_CANDIDATE_ID = column_key("candidate_id")
LINK_FIELDS = ("orcid", "openreview", "linkedin", "homepage", *_BARE)


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What a list holds. ``addresses_left_out`` counts e-mail addresses without the page that publishes them,
    ``candidate_ids`` are what a column of that name says: an export of ours has one."""

    people: tuple[tuple[int, PersonRecord], ...]
    bad: tuple[BadRow, ...]
    unused: tuple[str, ...]
    encoding: str
    warnings: tuple[BadRow, ...] = ()
    addresses_left_out: int = 0
    candidate_ids: tuple[str, ...] = ()


# A formula, an address of mail or web, a number: a column that slipped.
_NO_NAME = re.compile(r"^[=@]|@|://|\d{3}")


def read_people(
    body: bytes,
    *,
    name: str,
    list_name: str,
    mapping: Mapping[str, str],
    encoding: str | None = None,
) -> PeopleFile:
    """Read a list; people are numbered by the line they stand on.

    Names come from given and family name or from one column ("Quill, Ada" is turned round). An e-mail address is
    kept only where the row names the page on which its owner published it. Raises
    :class:`~db.records.ParseError` or :class:`~sourcing.imports.columns.UnknownMapping`.
    """
    known = is_known(mapping)
    table = read_table(body, name=name, known=known.__contains__, encoding=encoding)
    return people_of(
        table, map_columns(table.header, mapping), source=f"list:{column_key(list_name)}", file=name
    )


def people_of(table: TableText, columns: Columns, *, source: str, file: str) -> PeopleFile:
    """Turn the rows of a table into people."""
    people: dict[str, tuple[int, PersonRecord]] = {}
    bad = list(table.bad)
    warnings: list[BadRow] = []
    left_out = 0
    for row in table.rows:
        named = _names(row, columns)
        if named is None:
            bad.append(BadRow(row.line, "has no name"))
            continue
        identifiers, strange = _identifiers(row, columns)
        warnings += [BadRow(row.line, f"{field} is not understood and left out") for field in strange]
        email, email_url = columns.get(row, "email"), web_url(columns.get(row, "email_url"))
        address = _EMAIL.search(email) if email else None
        left_out += address is not None and email_url is None
        record = _record(row, columns, named, identifiers, source=source, file=file)
        if address is not None and email_url is not None:
            record = replace(record, email=address[0], email_url=email_url)
        if record.source_key in people:
            first = people[record.source_key][0]
            warnings.append(BadRow(row.line, f"is the same person as line {first}; the first one counts"))
            continue
        people[record.source_key] = (row.line, record)
    return PeopleFile(
        people=tuple(people.values()),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
        unused=columns.unused,
        encoding=table.encoding,
        warnings=tuple(warnings),
        addresses_left_out=left_out,
        candidate_ids=tuple(told for row in table.rows if (told := row.get(_CANDIDATE_ID)) is not None),
    )


def _record(
    row: Row,
    columns: Columns,
    named: tuple[str, str | None, str | None],
    identifiers: Sequence[Identifier],
    *,
    source: str,
    file: str,
) -> PersonRecord:
    full, given, family = named
    affiliations = _several(columns.get(row, "affiliation"), r"\s*[;|]\s*")
    country = columns.get(row, "country")
    return PersonRecord(
        source=source,
        source_key=row_key(full, identifiers, affiliations),
        url=next((web for one in identifiers if (web := web_url(one.value))), f"file:{file}"),
        name=full,
        given=given,
        family=family,
        other_names=_several(columns.get(row, "other_names"), r"\s*[;|]\s*"),
        identifiers=tuple(identifiers),
        affiliations=affiliations,
        country=country_code(country) or country_code(country.upper()) if country else None,
        homepage=next((one.value for one in identifiers if one.kind is IdentifierKind.HOMEPAGE), None),
        headline=columns.get(row, "headline"),
        keywords=_several(columns.get(row, "keywords"))[:50],
        work_keys=_works(columns.get(row, "papers")),
    )


def row_key(name: str, identifiers: Sequence[Identifier], affiliations: Sequence[str]) -> str:
    """What a row is known by, so that the same list read twice gives the same records: its identifiers, else name
    and affiliation. A homepage may be a laboratory's, and tells nobody apart from others without the name. A digest: an
    address may be a secret of its owner."""
    told = sorted(f"{one.kind}={one.value.casefold()}" for one in identifiers)
    if all(one.kind is IdentifierKind.HOMEPAGE for one in identifiers):
        told += [name_key(name), *(one.casefold() for one in affiliations[:1])]
    text = "\n".join(told)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _names(row: Row, columns: Columns) -> tuple[str, str | None, str | None] | None:
    """Full, given and family name; ``None`` without any letter, and for formulas, addresses and numbers."""
    full = columns.get(row, "full_name")
    given, family = columns.get(row, "given"), columns.get(row, "family")
    if given or family:
        full = full or " ".join(part for part in (given, family) if part)
    elif full is not None:
        full, given, family = turn_round(full)
    if full is None or len(full) > MAX_NAME or not name_key(full) or _NO_NAME.search(full):
        return None
    return full, given, family


def turn_round(printed: str) -> tuple[str, str | None, str | None]:
    """Turn "Quill, Ada" round; other names stay as they are and are not split.

    >>> turn_round("Quill, Ada"), turn_round("Ada Quill, PhD")
    (('Ada Quill', 'Ada', 'Quill'), ('Ada Quill, PhD', None, None))
    """
    family, comma, given = (part.strip() for part in printed.partition(","))
    if not comma or "," in given or not given or not family or _SUFFIX.fullmatch(given):
        return printed, None, None
    return f"{given} {family}", given, family


def _identifiers(row: Row, columns: Columns) -> tuple[tuple[Identifier, ...], list[str]]:
    found: dict[Identifier, None] = {}
    strange: list[str] = []
    for field in LINK_FIELDS:
        for text in _several(columns.get(row, field), r"\s*[;|]\s*|\s+"):
            identifier = identifier_in(field, text)
            if identifier is None:
                strange.append(field)
            else:
                found.setdefault(identifier)
    return tuple(found), list(dict.fromkeys(strange))


def identifier_in(field: str, text: str) -> Identifier | None:
    """The identifier in a cell of a column: an address of any kind (an ORCID pasted under "website" is an ORCID), an
    address without ``https://``, or the service's bare name for the person."""
    if field == "orcid":
        orcid = orcid_of(text)
        return Identifier(kind=IdentifierKind.ORCID, value=orcid) if orcid else None
    if "/" in text or text.lower().startswith(("http:", "https:", "www.")):
        if field == "dblp" and re.fullmatch(r"\w+/[\w-]+", text):
            return Identifier(kind=IdentifierKind.DBLP, value=text)
        url = text if "://" in text else f"https://{text}"
        found = identifier_of(url)
        # A page that is no profile of the service its column names says nothing about the person.
        wrong = found is not None and found.kind is IdentifierKind.HOMEPAGE and field != "homepage"
        return None if wrong else found
    if field == "openreview":
        return Identifier(kind=IdentifierKind.OPENREVIEW, value=text) if _OPENREVIEW.fullmatch(text) else None
    if field == "homepage":
        host = re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", text, re.IGNORECASE)
        return identifier_of(f"https://{text}/") if host else None
    kind = _BARE.get(field)
    login = _LOGIN.fullmatch(text)
    if kind is None or login is None:
        return None
    return Identifier(kind=kind, value=login[1].lower() if kind in _LOWER else login[1])


def _several(text: str | None, between: str = _SEVERAL.pattern) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(dict.fromkeys(part for one in re.split(between, text) if (part := one.strip())))[:30]


def _works(text: str | None) -> tuple[str, ...]:
    works: dict[str, None] = {}
    for part in _several(text, r"[\s;|,]+"):
        if (paper := parse_arxiv_id(part)) is not None:
            works.setdefault(paper.id)
        elif (doi := normalise_doi(part)) is not None:
            works.setdefault(doi)
    return tuple(works)
