"""What an import sheet is: its columns, how a candidate fills them, and the importer's own limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db.queries.candidates import Candidate

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One kind of sheet. ``columns`` are exactly the importer's, in its order.

    ``row`` gives cells by column, not yet escaped; a column it leaves out is empty. ``max_rows`` is the importer's
    limit for one file (without the header), ``None`` where it has none. ``bom`` puts a byte order mark first:
    spreadsheets need one to read UTF-8, importers break on one. ``custom`` allows further columns after the importer's
    own (custom fields). ``remarks`` tells the user what to mind, given who is in the file. ``file_name`` is the
    characters a file name may have, as the inside of a regular expression class.
    """

    name: str
    columns: Sequence[str]
    row: Callable[[Candidate], Row]
    max_rows: int | None = None
    bom: bool = False
    custom: bool = False
    file_name: str | None = None
    remarks: Callable[[Sequence[Candidate]], Sequence[str]] = lambda _: ()
