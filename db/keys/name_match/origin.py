"""Of what origin names are, as far as it matters to how they are written."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from db.keys.names import ParsedName
from db.keys.romanisation import EAST_ASIAN_SURNAMES, JAPANESE_SURNAMES, hepburn


class Origin(StrEnum):
    """Of what origin the family names are, as far as it matters to how given names are written."""

    ELSEWHERE = "elsewhere"
    EAST_ASIAN = "east asian"
    """Chinese, Korean or Vietnamese: a given name is its syllables, in one word or several."""
    JAPANESE = "japanese"


def origin_of(one: ParsedName, other: ParsedName) -> Origin:
    """Of what origin two names are that are compared; East Asian as soon as one may be."""
    if not EAST_ASIAN_SURNAMES.isdisjoint((one.family_parts[-1], other.family_parts[-1])):
        return Origin.EAST_ASIAN
    return Origin.JAPANESE if is_japanese(one) or is_japanese(other) else Origin.ELSEWHERE


def is_japanese(name: ParsedName) -> bool:
    """Whether a name has a known Japanese family name, last or first."""
    if not name.family_parts or name.family_parts[-1] in EAST_ASIAN_SURNAMES:
        return False
    return _is_japanese_family(name.family_parts[-1]) or (
        bool(name.given_parts) and _is_japanese_family(name.given_parts[0])
    )


@lru_cache(maxsize=65536)
def _is_japanese_family(word: str) -> bool:
    return hepburn(word) in JAPANESE_SURNAMES


@lru_cache(maxsize=65536)
def in_hepburn(name: ParsedName) -> ParsedName:
    """A name with each Japanese word written in one way: Takumi Satoh as Takumi Sato."""
    given, family = (tuple(map(hepburn, words)) for words in (name.given_parts, name.family_parts))
    return ParsedName(name.given, name.family, name.suffix, given, family)
