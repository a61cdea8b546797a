"""The recruiter's own LinkedIn exports: ``Connections.csv`` and the people of a Recruiter project.

LinkedIn itself is never asked. ``Connections.csv`` (Settings → Data privacy → Get a copy of your data) begins with a
"Notes:" preamble; its address column is filled only for people who let their connections export it, and since
nobody published those addresses they are not kept. Recruiter's columns differ between contracts, so they are found
by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from db.records import IdentifierKind, PersonRecord
from sourcing.imports.columns import is_known, map_columns
from sourcing.imports.people import PeopleFile, people_of
from sourcing.imports.table import column_key, read_table

SOURCE = "linkedin"
_CONNECTED_ON = column_key("Connected On")
_URL = column_key("URL")


@dataclass(frozen=True, slots=True)
class LinkedinFile:
    """An export: ``kind`` is ``connections`` or ``recruiter``."""

    kind: str
    people: PeopleFile


def read_linkedin(
    body: bytes, *, name: str, mapping: Mapping[str, str], encoding: str | None = None
) -> LinkedinFile:
    """Read an export. Addresses are left out; a row without a profile's address is known by name and company.

    Raises :class:`~db.records.ParseError` when no line names the columns.
    """
    known = is_known(mapping) | {_CONNECTED_ON, _URL}
    table = read_table(body, name=name, known=known.__contains__, least=2, encoding=encoding)
    kind = "connections" if _CONNECTED_ON in table.columns else "recruiter"
    mapped = dict(mapping)
    if _URL in table.columns:
        mapped.setdefault("linkedin", _URL)
    columns = map_columns(table.header, mapped)
    found = people_of(table, columns, source=SOURCE, file=name)
    since = {row.line: row.get(_CONNECTED_ON) for row in table.rows}
    people = tuple((line, _known_as(record, since.get(line))) for line, record in found.people)
    unused = tuple(one for one in found.unused if column_key(one) != _CONNECTED_ON)
    return LinkedinFile(kind, replace(found, people=people, unused=unused))


def _known_as(record: PersonRecord, connected_on: str | None) -> PersonRecord:
    """The record under its public address, with the day of the connection in the headline."""
    address = next((one.value for one in record.identifiers if one.kind is IdentifierKind.LINKEDIN), None)
    headline = record.headline
    if connected_on:
        headline = f"{headline or 'Connection'} (connected {connected_on})"
    return replace(
        record,
        source_key=address.rpartition("/in/")[2] if address else record.source_key,
        url=address or "https://www.linkedin.com/mynetwork/",
        headline=headline,
        email=None,
        email_url=None,
    )
