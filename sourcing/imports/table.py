"""Tables as people send them: any encoding, any delimiter, what Excel does to a CSV, and lines before the header.

Pure: bytes in, header and numbered rows out. A row that cannot be read is a :class:`BadRow` and costs only itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from db.records import ParseError
from spiders.parsing.text import one_line

MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 20_000
MAX_CELLS = 500
MAX_ROW = 100_000
# A quoted cell may hold line breaks (LinkedIn's notes do); a quote that is never closed must not eat the file.
MAX_LINES_IN_ROW = 60
_HEADER_WITHIN = 60
_DELIMITERS = (",", ";", "\t", "|")
_EXCEL_ERRORS = frozenset(["#NAME?", "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"])
# Excel's "sep=;" line: it tells Excel the delimiter and is no data.
_SEP = re.compile(r'^"?sep=([,;\t|:])"?\s*$', re.IGNORECASE)
# ="00123" keeps Excel from reading a number; '=… is how this project and others disarm formulas (OWASP, CSV
# injection). A name such as 't Hooft begins with an apostrophe of its own, which stays.
_FORMULA_TEXT = re.compile(r'^="([^"]*)"$')
_DISARMED = re.compile(r"^'(?=[=+\-@\t\r\0\d])")
_NOT_ALNUM = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``line`` is where it begins, counted from 1 as editors do; cells by :func:`column_key`."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str | None:
        """The text of a column; ``None`` where it is empty or there is none."""
        return self.cells.get(column) or None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out, and why."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


@dataclass(frozen=True, slots=True)
class TableText:
    """A table: the header as printed, its rows, what could not be read, and how the bytes were understood."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    encoding: str
    delimiter: str
    preamble: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The header's keys."""
        return tuple(column_key(one) for one in self.header)


def column_key(name: str) -> str:
    """The form under which two printings of a column's name are equal.

    >>> column_key(" First_Name ") == column_key("firstName") == "firstname"
    True
    """
    return _NOT_ALNUM.sub("", name.casefold())


def decode(body: bytes, *, name: str, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and the encoding it was read in.

    ``encoding`` is believed where given. Else: a byte-order mark, UTF-16 without one (seen by its NULs), UTF-8, and
    last Windows-1252, which is what Excel's "CSV (comma delimited)" means in western Europe. Raises
    :class:`ParseError` where the bytes fit none of them, or are an archive, a workbook or too many.
    """
    if len(body) > MAX_BYTES:
        raise ParseError(name, f"{len(body):,} bytes; at most {MAX_BYTES:,} are read")
    if body[:4] == b"PK\x03\x04":
        raise ParseError(name, "is a ZIP archive or an Excel workbook; save the sheet as “CSV UTF-8”")
    if body[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise ParseError(name, "is no table of text; save the sheet as “CSV UTF-8”")
    tried = (encoding,) if encoding else _encodings(body)
    for one in tried:
        try:
            text = body.decode(one)
        except LookupError as error:
            raise ParseError(name, f"there is no encoding {one!r}") from error
        except UnicodeDecodeError:
            continue
        return text.removeprefix("\ufeff"), one
    said = encoding or "UTF-8, UTF-16 or Windows-1252"
    raise ParseError(name, f"is not {said}; say which with --encoding (such as gb18030, shift_jis, cp1251)")


def _encodings(body: bytes) -> tuple[str, ...]:
    if body.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = body[:2000]
    if head.count(0) > len(head) // 4:
        return ("utf-16-le",) if head[1::2].count(0) > head[0::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1252")


def read_table(
    body: bytes,
    *,
    name: str,
    known: Callable[[str], bool],
    least: int = 1,
    encoding: str | None = None,
    skip: Callable[[str], bool] = lambda line: False,
    hint: str = "Name columns with --map",
) -> TableText:
    """Read a delimited table whose header is the line with most ``known`` columns among the first lines.

    ``known`` is asked with a :func:`column_key`; ``least`` is how many columns must be known. Lines before the header
    are the ``preamble``; lines that ``skip`` recognises and repeated headers are no rows. Raises :class:`ParseError`
    naming the columns there are, with ``hint``, when too few are known.
    """
    text, encoding = decode(body, name=name, encoding=encoding)
    lines = list(io.StringIO(text, newline=""))
    delimiter, start = _find_header(lines, known, least, name=name, hint=hint)
    header = tuple(_cell(one) for one in _cells(lines[start], delimiter))
    rows: list[Row] = []
    bad: list[BadRow] = []
    keys = [column_key(one) for one in header]
    for line, raw in _records(lines, start + 1, delimiter, skip):
        if isinstance(raw, str):
            bad.append(BadRow(line, raw))
            continue
        cells = [_cell(one) for one in raw]
        if not any(cells) or [column_key(one) for one in cells] == keys:
            continue
        problem = _misfit(cells, len(header))
        if problem is not None:
            bad.append(BadRow(line, problem))
            continue
        found: dict[str, str] = {}
        for key, cell in zip(keys, cells, strict=False):
            # Of two columns of one name the first one that is filled counts.
            if key and cell and not found.get(key):
                found[key] = cell
        rows.append(Row(line, found))
    preamble = tuple(line.strip() for line in lines[:start] if line.strip())
    return TableText(header, tuple(rows), tuple(bad), encoding, delimiter, preamble)


def _misfit(cells: Sequence[str], width: int) -> str | None:
    """What is wrong with a row's shape. Missing cells at the end are not: Excel leaves trailing empty ones out."""
    if len(cells) > width and any(cells[width:]):
        return f"has {len(cells)} cells, the header has {width}"
    if any(len(one) > MAX_CELL for one in cells):
        return f"has a cell of more than {MAX_CELL:,} characters"
    return None


def _find_header(
    lines: Sequence[str], known: Callable[[str], bool], least: int, *, name: str, hint: str
) -> tuple[str, int]:
    best, where, said = 0, (",", 0), ""
    announced: str | None = None
    for at, line in enumerate(lines[:_HEADER_WITHIN]):
        if (sep := _SEP.match(line)) is not None:
            announced = sep[1]
            continue
        for delimiter in (announced,) if announced else _DELIMITERS:
            names = {column_key(one) for one in _cells(line, delimiter)} - {""}
            score = sum(1 for one in names if known(one))
            if score > best:
                best, where = score, (delimiter, at)
        said = said or line.strip()[:200]
    if best < least:
        if not said:
            raise ParseError(name, "no header; the file is empty")
        raise ParseError(name, f"no header with columns that are known; it begins with “{said}”. {hint}")
    return where


def _records(
    lines: Sequence[str], start: int, delimiter: str, skip: Callable[[str], bool]
) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the line (from 1) each begins on: cells, or what is wrong."""
    at = start
    while at < len(lines):
        if skip(lines[at]):
            at += 1
            continue
        end = at + 1
        text = lines[at]
        while _is_open(text, delimiter) and end < len(lines) and end - at < MAX_LINES_IN_ROW:
            text += lines[end]
            end += 1
        if _is_open(text, delimiter) or (end - at > 1 and not _is_strict(text, delimiter)):
            yield at + 1, "a quotation mark is opened and never closed"
            at += 1
            continue
        cells = _cells(text, delimiter)
        if len(text) > MAX_ROW:
            yield at + 1, f"is longer than {MAX_ROW:,} characters"
        else:
            yield at + 1, cells if len(cells) <= MAX_CELLS else f"has {len(cells)} cells"
        at = end


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a row ends inside a quoted cell. A mark inside an unquoted cell (5" disk) opens nothing."""
    if text.count('"') % 2 == 0:
        return False
    inside, at_start = False, True
    for ch in text:
        if inside:
            inside = ch != '"'
            # The second mark of "" reopens: it is the first character after a close, handled as a start.
            at_start = not inside
        elif ch == '"' and at_start:
            inside = True
        else:
            at_start = ch == delimiter
    return inside


def _is_strict(text: str, delimiter: str) -> bool:
    """Whether every quoted cell ends at a delimiter: a forgotten mark pairs up with the next row's opening one."""
    try:
        list(csv.reader(io.StringIO(text[:MAX_ROW], newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(text[:MAX_ROW], newline=""), delimiter=delimiter), [])


def _cell(text: str) -> str:
    if text in _EXCEL_ERRORS:
        return ""
    text = text.replace("\xa0", " ").strip()
    if (formula := _FORMULA_TEXT.match(text)) is not None:
        text = formula[1]
    return one_line(_DISARMED.sub("", text), MAX_CELL + 1) or ""
