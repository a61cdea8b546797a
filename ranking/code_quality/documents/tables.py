"""Tables in documents: which row belongs to which columns, and whether they hold what is required or what came out."""

from __future__ import annotations

import re

# A table with these holds what is required, not what came out.
_VERSIONS = re.compile(r"python|cuda|torch|tensorflow|numpy|version|ubuntu|\bgcc\b|driver|[<>=]=", re.I)
_OF_VERSIONS = re.compile(r"\bversions?\b|\brequire", re.I)


def columns_above(columns: str, line: str) -> str:
    """The first line of the table that ``line`` belongs to, given that of the line before; empty outside tables."""
    return (columns or line) if "|" in line else ""


def holds_versions(line: str, columns: str) -> bool:
    """Whether a row of a table tells what is required and not what came out."""
    return _VERSIONS.search(line) is not None or _OF_VERSIONS.search(columns) is not None
