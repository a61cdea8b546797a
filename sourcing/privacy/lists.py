"""Lists and mails that left the house: which of them name somebody, and taking that somebody out of the lists.

What an export wrote is taken back where it still lies; what became of a mail, or of a file that was moved, is not known
here, and is told to whoever asked for the erasure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_plus

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.records import ParseError
from db.schema import AuditEvent, ExportedPerson
from sourcing.export.cells import escape, unescape
from sourcing.export.csv_file import delimiter_of, from_header, save_text
from sourcing.imports.table import decode

# Sheets without a column for it have the id in a note.
_ID_IN_NOTE = re.compile(r"^Sourcing id: (\S+)$", re.MULTILINE)
_WHOLE_NAME = ("full_name", "full name")
_HALVES = (("first name", "last name"), ("first_name", "last_name"))
_ADDRESS = ("email", "e-mail")


@dataclass(frozen=True, slots=True)
class LeftTheHouse:
    """Lists and digests (``pages``) with somebody in them, and mails that told of them (``2026-11-12 to kim@…``)."""

    files: tuple[Path, ...] = ()
    pages: tuple[Path, ...] = ()
    mails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How a row of a list is known to be about somebody; ``rewrite`` strikes them out of what others' rows say."""

    public_ids: frozenset[str]
    name_keys: frozenset[str]
    addresses: frozenset[str]
    rewrite: Callable[[str], str]


def left_the_house(session: Session, ids: Collection[int], public_ids: Collection[str]) -> LeftTheHouse:
    """What went out with people in it; to be asked before they are erased."""
    batches = set(session.scalars(select(ExportedPerson.batch_id).where(ExportedPerson.person_id.in_(ids))))
    files: list[Path] = []
    pages: list[Path] = []
    mails: list[str] = []
    for event in session.scalars(
        select(AuditEvent).where(AuditEvent.action.in_(("export", "digest", "mail"))).order_by(AuditEvent.id)
    ):
        written = map(Path, event.details.get("files", ()))
        if event.action == "export":
            files += written if event.details.get("batch") in batches else ()
        elif not set(public_ids).isdisjoint(event.details.get("people", ())):
            pages += written
            if event.action == "mail":
                mails.append(f"{event.at:%Y-%m-%d} to {', '.join(event.details.get('to', ()))}")
    return LeftTheHouse(
        files=tuple(dict.fromkeys(files)), pages=tuple(dict.fromkeys(pages)), mails=tuple(mails)
    )


def strike_from_list(path: Path, gone: Sequence[Gone]) -> bool:
    """Take people's rows out of a CSV, and their names and addresses out of others' rows; false if there were none.

    Separator, encoding and whatever somebody edited stay. Raises :class:`~db.records.ParseError`, ``csv.Error`` or
    ``OSError`` where that cannot be done.
    """
    content, encoding = decode(path.read_bytes(), name=path.name)
    above, text = from_header(content)
    delimiter = delimiter_of(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    header = [unescape(cell).strip().casefold() for cell in rows[0]] if rows else []
    kept = [
        row if place == 0 else [_rewritten(cell, gone) for cell in row]
        for place, row in enumerate(rows)
        if place == 0 or not any(_is_about(dict(zip(header, row, strict=False)), row, one) for one in gone)
    ]
    if kept == rows:
        return False
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(kept)
    save_text(path, above + buffer.getvalue(), encoding=encoding)
    return True


def strike_from_lists(
    paths: Collection[Path], gone: Sequence[Gone]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Which of these lists were changed, and which could not be, each with why."""
    changed: list[Path] = []
    not_reached: list[str] = []
    for path in paths:
        try:
            if strike_from_list(path, gone):
                changed.append(path)
        except FileNotFoundError:
            not_reached.append(f"{path}: no longer there")
        except (ParseError, csv.Error, OSError) as error:
            not_reached.append(f"{path}: {error}")
    return tuple(changed), tuple(not_reached)


def _is_about(cells: dict[str, str], row: Sequence[str], gone: Gone) -> bool:
    held = cells.get("candidate_id") or next(
        iter(found for cell in row for found in _ID_IN_NOTE.findall(cell)), ""
    )
    if held:
        return held.strip() in gone.public_ids
    if any(unescape(cells.get(one, "")).strip().casefold() in gone.addresses for one in _ADDRESS):
        return True
    names = [unescape(cells[one]) for one in _WHOLE_NAME if one in cells]
    names += [
        f"{unescape(cells[one])} {unescape(cells[other])}"
        for one, other in _HALVES
        if one in cells and other in cells
    ]
    return any(name_key(name) in gone.name_keys for name in names if name.strip())


def _rewritten(cell: str, gone: Sequence[Gone]) -> str:
    before = text = unescape(cell)
    for one in gone:
        text = one.rewrite(text)
    # An address that searches for somebody has the name in its query, letters encoded.
    plain = unquote_plus(text)
    if plain != text and any(one.rewrite(plain) != plain for one in gone):
        return ""
    return cell if text == before else escape(text)
