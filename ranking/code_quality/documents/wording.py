"""Which words READMEs are made of, counted.

Words that instructions are made of are counted (``wording_words.txt``): no subject, no library, no place, nobody's
name, so that it does not matter what a repository is about or whose it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from ranking.code_quality.documents.texts import LONGEST_LINE

# Characters looked at, over all READMEs in order: what comes later is reference, not guidance.
_MOST_CHARACTERS = 14_000
_URL = re.compile(r"https?://\S+")
_WORD = re.compile(r"\b[a-z][\w-]+\b")


@dataclass(frozen=True, slots=True)
class Wording:
    """What was counted: how often each known word occurs and where first (path and line), and of how many in all."""

    counts: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    words: int = 0

    @property
    def digest(self) -> str:
        """By which the same text is known again, without keeping it: 12 hex digits."""
        counted = json.dumps(sorted(self.counts.items()))
        return hashlib.sha256(counted.encode()).hexdigest()[:12]


def read_wording(texts: Iterable[tuple[str, list[str]]]) -> Wording:
    """Count the known words of READMEs, given as path and lines; addresses on the web are no words."""
    known = known_words()
    counts: dict[str, int] = {}
    places: dict[str, tuple[str, int]] = {}
    words = characters = 0
    for path, lines in texts:
        for number, line in enumerate(lines, start=1):
            if characters >= _MOST_CHARACTERS:
                break
            characters += len(line) + 1
            if len(line) > LONGEST_LINE:
                continue
            found = _WORD.findall(_URL.sub(" ", line).lower())
            words += len(found)
            for word in found:
                if word in known:
                    counts[word] = counts.get(word, 0) + 1
                    places.setdefault(word, (path, number))
    return Wording(counts, places, words)


@cache
def known_words() -> frozenset[str]:
    """The words that are counted."""
    return frozenset(
        resources.files("ranking.code_quality.documents")
        .joinpath("wording_words.txt")
        .read_text("utf-8")
        .split()
    )
