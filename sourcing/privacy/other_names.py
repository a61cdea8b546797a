"""Other names for everybody, letter by letter, wherever a name stands: in files, paths, addresses and the history.

Letters go one by one into others, so length, case and line breaks stay, and two forms that agreed agree again: what is
compared is the same text to the last line break, with other people in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import ascii_lowercase, ascii_uppercase

from ranking.code_quality import SourceTree
from ranking.code_quality.tree import CommitFacts

Letters = Mapping[int, int]


def _letters(lower: str) -> dict[int, int]:
    return str.maketrans(ascii_lowercase + ascii_uppercase, lower + lower.upper())


_SWAP = _letters(ascii_lowercase[13:] + ascii_lowercase[:13])
# Not to x: "XXX" in a comment says that something is still to be done.
CHANGES: Mapping[str, Letters] = {"blanked": _letters("q" * 26), "swapped": _SWAP}
# Under these no two names fall together, so that everybody's commits stay everybody's.
RENAMINGS: Mapping[str, Letters] = {"swapped": _SWAP, "mirrored": _letters(ascii_lowercase[::-1])}
# A shorter login, or one that is a plain word, is as likely a word of the code.
_SHORTEST_LOGIN = 5
_WORD = re.compile(r"\w+")


def other_name(name: str, letters: Letters) -> str:
    """A name in other letters; accents stay where they are, so that spellings with and without them still agree."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).translate(letters))


@dataclass(slots=True)
class NamePattern:
    """Names to look for. Most files have none, and most of many names are in no file: words are looked up first."""

    forms: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]
    _compiled: dict[frozenset[str], re.Pattern[str]] = field(default_factory=dict)
    _known: dict[bytes, re.Pattern[str] | None] = field(default_factory=dict)

    def within(self, text: str) -> re.Pattern[str] | None:
        """What matches those names that may stand in ``text``; ``None`` if none does."""
        words = set(_WORD.findall(text.lower()))
        there = frozenset(
            form for word in words & self.forms.keys() for form, needed in self.forms[word] if needed <= words
        )
        if not there:
            return None
        if there not in self._compiled:
            longest_first = sorted(there, key=lambda form: (-len(form), form))
            choice = "|".join(rf"(?<!\w){form}(?!\w)" for form in longest_first)
            self._compiled[there] = re.compile(choice, re.IGNORECASE)
        return self._compiled[there]

    def within_file(self, content: bytes, text: str) -> re.Pattern[str] | None:
        """As :meth:`within`, remembered for as long as the pattern lives."""
        if content not in self._known:
            self._known[content] = self.within(text)
        return self._known[content]

    def has_none(self, content: bytes) -> bool:
        """Whether it is known that no name stands in ``content``."""
        return content in self._known and self._known[content] is None


def names_pattern(names: Collection[str]) -> NamePattern:
    """What finds any of these names or logins as a word of its own."""
    forms: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for form, words in sorted(set(_forms(names)), key=lambda one: one[0]):
        if words:
            forms[max(words, key=lambda word: (len(word), word))].append((form, words))
    return NamePattern({word: tuple(some) for word, some in forms.items()})


def _forms(names: Collection[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Patterns of names with the words in them: in their order, and the last one first after a comma."""
    for name in names:
        parts = [re.escape(part) for part in name.split()]
        words = frozenset(_WORD.findall(name.lower()))
        if len(parts) > 1:
            yield r"\s+".join(parts), words
            yield rf"{parts[-1]},\s+" + r"\s+".join(parts[:-1]), words
        elif len(name) >= _SHORTEST_LOGIN:
            yield from ((part, words) for part in parts)


@dataclass(slots=True)
class Renamer:
    """Puts other letters wherever a name stands; ``places`` counts where that was."""

    names: NamePattern
    letters: Letters
    places: int = 0

    def text(self, text: str) -> str:
        """A text with other names in it."""
        return self._with(self.names.within(text), text)

    def tree(self, tree: SourceTree) -> SourceTree:
        """A tree with other names in paths and files, and other authors of as many commits each."""
        return replace(
            tree,
            files=tuple(
                replace(
                    one,
                    path=self.text(one.path),
                    content=None if one.content is None else self._bytes(one.content),
                )
                for one in tree.files
            ),
            commits=None if tree.commits is None else _renamed_authors(tree.commits, self.letters),
            submodules=tuple(map(self.text, tree.submodules)),
            links=tuple(map(self.text, tree.links)),
        )

    def key(self, key: str) -> str:
        """The key of a repository under another owner."""
        host, owner, name = key.split("/", 2)
        return f"{host}/{owner.translate(self.letters)}/{name}"

    def name(self, name: str) -> str:
        """A person's name, address or login in other letters."""
        return other_name(name, self.letters)

    def _bytes(self, content: bytes) -> bytes:
        if self.names.has_none(content):
            return content
        text = content.decode("utf-8", "surrogateescape")
        pattern = self.names.within_file(content, text)
        return content if pattern is None else self._with(pattern, text).encode("utf-8", "surrogateescape")

    def _with(self, pattern: re.Pattern[str] | None, text: str) -> str:
        if pattern is None:
            return text
        text, found = pattern.subn(lambda one: one[0].translate(self.letters), text)
        self.places += found
        return text


def _renamed_authors(commits: CommitFacts, letters: Letters) -> CommitFacts:
    return replace(
        commits,
        authors=tuple(
            replace(
                one,
                names=tuple(other_name(name, letters) for name in one.names),
                logins=tuple(other_name(login, letters) for login in one.logins),
            )
            for one in commits.authors
        ),
    )
