"""Names that are printed with the family name or the words first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.keys.names import ParsedName
from db.keys.romanisation import CHINESE_SURNAMES, EAST_ASIAN_SURNAMES, KOREAN_SURNAMES, PINYIN

# One syllable of a Chinese, Korean or Vietnamese given name, in whatever way it is romanised: Min, Hyeong, Chih, Ngoc.
_SYLLABLE = re.compile(
    r"(?:[bcdfghjklmnpqrstvwxyz]|[cgknpstz]h|ng|kk|pp|ss|tt|jj|hs|tr|ts|tz)?[wy]?[aeiouy]{1,3}(?:ng|nh|ck|[cghklmnprt])?"
)
_MOST_SYLLABLES = 3


def usual_order(name: ParsedName) -> ParsedName:
    """A name with the family name last, where it is plain that it stands first: Kim Min Jun, Ramakrishnan S."""
    turned = (
        None if name.family_parts and name.family_parts[-1] in EAST_ASIAN_SURNAMES else family_first(name)
    )
    return turned or initials_first(name) or name


def may_be_turned(name: ParsedName) -> bool:
    """Whether to ask :func:`family_first` and :func:`initials_first` at all: of all pairs that are compared few are."""
    given = name.given_parts
    return len(name.family_parts[-1]) == 1 or (bool(given) and given[0] in EAST_ASIAN_SURNAMES)


def family_first(name: ParsedName) -> ParsedName | None:
    """A name read with the family name first, where it may be meant so: Kim Min Jun, Nguyen Van Anh.

    Only of families known as East Asian, before two or three syllables that are no initials. Where all is Chinese and
    the last word a family name as well, it is that: Chinese given names are mostly printed first.
    """
    if not name.given_parts or name.given_parts[0] not in EAST_ASIAN_SURNAMES:
        return None
    first, *rest = *name.given_parts, *name.family_parts
    if not 2 <= len(rest) <= _MOST_SYLLABLES:
        return None
    if any(len(word) == 1 or not _SYLLABLE.fullmatch(word) for word in rest):
        return None
    chinese = first in CHINESE_SURNAMES and first not in KOREAN_SURNAMES
    if rest[-1] in CHINESE_SURNAMES and (chinese or PINYIN.issuperset(rest)):
        return None  # Huang-Yu Chen, Chen-Ming Hung
    return _read_as(rest, first)


def initials_first(name: ParsedName) -> ParsedName | None:
    """A name whose initials stand last, with the initials first: Ramakrishnan S."""
    if not name.family_parts or len(name.family_parts[-1]) > 1 or name.native:
        return None
    words = [*name.given_parts, *name.family_parts]
    cut = len(words)
    while cut and len(words[cut - 1]) == 1:
        cut -= 1
    if not cut:
        return None
    return _read_as([*words[cut:], *words[: cut - 1]], words[cut - 1])


def _read_as(given: Sequence[str], family: str) -> ParsedName:
    return ParsedName(" ".join(given), family, None, tuple(given), (family,))
