"""What the scorer sees of a paper, and how its text is cut into words and phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

# Words keep their inner hyphens ("few-shot", "state-space"); a bare number says nothing about a topic.
_WORD = re.compile(r"[^\W\d_](?:\w|[-’'](?=\w))*")
_TEX_MARKUP = re.compile(r"\\[a-zA-Z]+\*?|[${}]")


@dataclass(frozen=True, kw_only=True)
class PaperText:
    """All that originality and importance may see of a paper: never names, affiliations, venue or citations.

    ``abstract`` is empty and ``published`` is ``None`` where unknown.
    """

    id: str
    title: str
    abstract: str = ""
    published: datetime | None = None

    @cached_property
    def text(self) -> str:
        """Title and abstract as one text, without TeX markup; remembered, as is :attr:`content`."""
        return _TEX_MARKUP.sub(" ", unicodedata.normalize("NFKC", f"{self.title}. {self.abstract}"))

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The content words of :attr:`text`, in order."""
        return tuple(content_words(self.text))

    @property
    def year(self) -> int | None:
        """The year of :attr:`day`."""
        return self.day.year if self.day else None

    @property
    def day(self) -> date | None:
        """The day of publication in UTC: all that "earlier" is decided on, since sources differ in the hour."""
        if self.published is None:
            return None
        return self.published.astimezone(UTC).date() if self.published.tzinfo else self.published.date()


@dataclass(frozen=True, slots=True)
class WordWeights:
    """Fixed weights (inverse document frequency) of words; words not listed get ``unknown``, dropped words 0."""

    known: Mapping[str, float]
    unknown: float

    def of(self, word: str) -> float:
        """Give the weight of one word; a hyphenated word that is not listed weighs as its heaviest part."""
        weight = self.known.get(word)
        if weight is None and "-" in word:
            # "state-of-the-art" is as common as the rarest of its parts.
            return max(self.known.get(part, self.unknown) for part in word.split("-"))
        return self.unknown if weight is None else weight


def words(text: str) -> list[str]:
    """Cut a text into lower-case words of two letters or more, in order, stop words included.

    >>> words("Few-shot GNNs in 3 steps")
    ['few-shot', 'gnns', 'in', 'steps']
    """
    return [word for word in _WORD.findall(text.lower()) if len(word) > 1]


def content_words(text: str) -> list[str]:
    """Words without English stop words (scikit-learn's list)."""
    return [word for word in words(text) if word not in ENGLISH_STOP_WORDS]
