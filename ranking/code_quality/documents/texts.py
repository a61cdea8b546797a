"""The documents of a repository as lines, as far as the allowance for reading them goes."""

from __future__ import annotations

from ranking.code_quality.tree import SourceTree

# Characters read over all documents: what comes later adds little, and reading is not free.
MOST_CHARACTERS = 400_000
LONGEST_LINE = 1_500  # a longer line is data or minified
MOST_BYTES = 120_000  # of one document


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
            self._lines[path] = text.split("\n")
        return self._lines[path]
