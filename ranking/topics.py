"""How near a work is to the topics of a role: the words they share, the rare ones counting more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ranking.works import Role, Score, Work

_WORD = re.compile(r"[^\W_]+")

# Words that say nothing about a topic: "lower bound for networks" is not about "for".
_EMPTY_WORDS = frozenset(
    """
    about and are between for from how into its over that the their this through toward towards under using via what
    when which who why with within without
    """.split()  # noqa: SIM905 (thirty quoted words read worse)
)

# Half the width of the interval of a fit: words are a rough sign of what a work is about.
HALF_WIDTH = 15.0


# What a word counts that only the abstract has: the title says what a work is about, the abstract what it speaks of.
IN_ABSTRACT = 0.75


def fit(work: Work, role: Role) -> Score | None:
    """How near a work is to the role's topics: the best topic's share of words found, 0..100.

    Rare words count more, words of the title more than those of the abstract. ``None`` without topics.
    """
    if not role.topics:
        return None
    value = 100.0 * max(_share_found(topic_words(topic), work, role.rarity) for topic in role.topics)
    return Score(value, max(0.0, value - HALF_WIDTH), min(100.0, value + HALF_WIDTH))


def named_topic(words: frozenset[str], topics: Iterable[str]) -> str | None:
    """The first of ``topics`` all of whose words a work has."""
    return next((topic for topic in topics if (asked := topic_words(topic)) and asked <= words), None)


def rarities(works: Iterable[frozenset[str]]) -> dict[str, int]:
    """How much each word tells, from the words of all works.

    One more than how often the number of works can be halved before it is down to those that have the word. Whole
    numbers, so that the few papers of a night move nobody.
    """
    having: Counter[str] = Counter()
    total = 0
    for words in works:
        total += 1
        having.update(words)
    return {word: 1 + int(math.log2(total / number)) for word, number in having.items()}


@lru_cache(maxsize=1024)
def topic_words(topic: str) -> frozenset[str]:
    """The words of a topic, without endings and without those that say nothing."""
    found = words_of(topic)
    return found - _EMPTY_WORDS or found


def words_of(text: str, among: frozenset[str] | None = None) -> frozenset[str]:
    """The words of a text, without case and endings; only those in ``among`` where that is given."""
    found = {_stem(word) for word in set(_WORD.findall(text.casefold())) if len(word) > 2}
    return frozenset(found if among is None else found & among)


def _share_found(topic: frozenset[str], work: Work, rarity: Mapping[str, int]) -> float:
    if not topic or topic.isdisjoint(work.words):
        return 0.0
    # A word that no work has is as rare as the rarest that some have.
    rarest = max((rarity[word] for word in topic if word in rarity), default=1)
    weight = {word: rarity.get(word, rarest) for word in topic}
    found = sum(
        weight[word] * (1.0 if word in work.title_words else IN_ABSTRACT) for word in topic & work.words
    )
    return found / sum(weight.values())


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
