"""CSV as importers and spreadsheets read it (RFC 4180), written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from sourcing.export.cells import escape, unescape
from sourcing.export.output import checked_output
from sourcing.export.preset import Preset

BOM = "\ufeff"
# What may stand above the header: a byte order mark, a line that only says which the separator is, blank rows.
_BLANK = r"(?:[ \t,;]*\r?\n)*"
_ABOVE = re.compile(rf'{BOM}?{_BLANK}(?:"?sep=[,;\t]"?[ \t]*(?:\r?\n|$){_BLANK})?', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A header and rows: CRLF line ends, quotes where they are needed, dangerous cells escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([escape(row.get(column, "")) for column in columns])
    return buffer.getvalue()


def from_csv(content: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a CSV, escapes taken off. A byte order mark and blank lines are skipped.

    The separator is a comma, or a semicolon or tab where the header has more of those: spreadsheets of some countries
    save so, and Excel its "Unicode text". A line that only says which it is (``sep=;``) is no header.
    Raises ``csv.Error`` on what is no CSV.
    """
    _, text = from_header(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    filled = (cells for cells in reader if any(cells))
    header = [unescape(cell).strip() for cell in next(filled, [])]
    return header, [dict(zip(header, map(unescape, cells), strict=False)) for cells in filled]


def from_header(content: str) -> tuple[str, str]:
    """What spreadsheets put above the header of a CSV, and the rest.

    >>> from_header("sep=;\\ncandidate_id;stage")
    ('sep=;\\n', 'candidate_id;stage')
    """
    above = _ABOVE.match(content)
    end = above.end() if above is not None else 0
    return content[:end], content[end:]


def delimiter_of(text: str) -> str:
    """The separator of a CSV that begins with its header: a semicolon or a tab where that has more of those.

    >>> delimiter_of('candidate_id;"yes, no, maybe";note, for me')
    ';'
    """
    return max((",", ";", "\t"), key=_QUOTED.sub("", text.partition("\n")[0]).count)


def files_of(preset: Preset, rows: Sequence[Mapping[str, str]], path: Path) -> Iterator[tuple[Path, str]]:
    """The files that hold ``rows``: one at ``path``, or several numbered ones that keep to the importer's limit."""
    size = preset.max_rows or max(1, len(rows))
    parts = [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]
    for number, part in enumerate(parts, start=1):
        name = path if len(parts) == 1 else path.with_stem(f"{path.stem}-{number}")
        yield name, (BOM if preset.bom else "") + to_csv(preset.columns, part)


def fit_file_name(preset: Preset, name: str) -> str:
    """``name`` (without folder) in the characters the importer takes: lower case, others become ``-``."""
    if preset.file_name is None:
        return name
    stem, dot, ending = name.rpartition(".")
    fitted = re.sub(f"[^{preset.file_name}]+", "-", (stem or ending).lower()).strip("-")
    return (fitted or "candidates") + (dot + ending.lower() if stem else "")


def unused(path: Path) -> Path:
    """``path``, or where a file is already there, the first of ``name-2``, ``name-3`` … that is free."""
    tries = (path if number == 1 else path.with_stem(f"{path.stem}-{number}") for number in count(1))
    return next(one for one in tries if not one.exists())


def save_text(path: Path, content: str, *, encoding: str = "utf-8") -> None:
    """Write a whole file or none: a reader never meets half of it. Readable by its owner only, as it names people.

    Raises :class:`~sourcing.failure.Failure` where something other than a file is there, and ``OSError``.
    """
    real = checked_output(path)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    except OSError as error:
        # Nobody has heard of the file that is written first.
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
