"""The documents of a repository as lines, as far as the allowance for reading them goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ranking.code_quality.tree import SourceTree

# Characters read over all documents: what comes later adds little, and reading is not free.
MOST_CHARACTERS = 400_000
LONGEST_LINE = 1_500  # a longer line is data or minified
MOST_BYTES = 120_000  # of one document


# Links by reference: "[models][3]", and far below "[3]: https://…".
_ADDRESS = re.compile(r"\s{0,3}\[([^\[\]^]{1,80})\]:\s{1,8}<?(\S{1,500}?)>?(?:\s|\Z)")
_REFERENCE = re.compile(r"\[([^\[\]\n]{1,300})\]\[([^\[\]\n]{0,80})\]")


class Texts:
    """Documents by path, as lines, as far as the allowance goes.

    ``unread`` are those for which it did not suffice, ``cut`` those that are too long to be read whole.
    """

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._lines: dict[str, list[str]] = {}
        self._left = MOST_CHARACTERS
        self.unread: list[str] = []
        self.cut: list[str] = []

    def lines(self, path: str) -> list[str]:
        """The first 120,000 bytes; nothing once the allowance is used up."""
        if path not in self._lines:
            content = self._tree.by_path[path].content or b""
            if len(content) > MOST_BYTES:
                self.cut.append(path)
            text = content[:MOST_BYTES].decode("utf-8", "replace")
            if len(text) > self._left:
                self.unread.append(path)
                text = text[: self._left]
            self._left -= len(text)
            self._lines[path] = _with_addresses(text.split("\n"))
        return self._lines[path]


def _with_addresses(lines: Sequence[str]) -> list[str]:
    """The lines with the addresses of links by reference where the links stand, as nobody reads a line alone."""
    addresses = {found[1].lower(): found[2] for line in lines if (found := _ADDRESS.match(line))}
    if not addresses:
        return list(lines)

    def linked(found: re.Match[str]) -> str:
        address = addresses.get((found[2] or found[1]).lower())
        return found[0] if address is None else f"[{found[1]}]({address})"

    return [_REFERENCE.sub(linked, line) if "][" in line else line for line in lines]
