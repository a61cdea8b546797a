"""Whether two folded words are one, written or spelt in two ways."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from db.keys.name_match.origin import Origin
from db.keys.romanisation import japanese

_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
# A shorter word that is a letter apart is another name: Yue and Yu, Anna and Anne.
_LONG = 6


def plain(word: str) -> str:
    """A folded word with umlauts written as plain vowels: Joerg and Jörg meet.

    Not at its end, where no umlaut stands but another name does: Sue and Su, Mae and Ma.
    """
    if "e" not in word:
        return word
    for long, short in _UMLAUTS:
        if long in word:
            word = (
                word[:-2].replace(long, short) + word[-2:]
                if word.endswith(long)
                else word.replace(long, short)
            )
    return word


def same_letters(one: str, other: str, origin: Origin) -> bool:
    """Whether two folded words are one; of East Asian names only as they stand, as Xue is no way to write Xu, and
    Japanese words too: Maeda and Mada."""
    if one == other or origin is Origin.EAST_ASIAN:
        return one == other
    if origin is Origin.JAPANESE and japanese(one) is not None and japanese(other) is not None:
        return False
    return plain(one) == plain(other)


def same_in_japanese(one: str, other: str) -> bool:
    """Whether two folded words are one Japanese word in two romanisations."""
    read = japanese(one)
    return read is not None and read == japanese(other)


def doubled(one: str, other: str) -> bool:
    """Whether two words differ at most by letters that are doubled: Jenifer and Jennifer."""
    return _undoubled(one) == _undoubled(other)


def _undoubled(word: str) -> str:
    return "".join(ch for at, ch in enumerate(word) if at == 0 or word[at - 1] != ch)


def cut_short(one: str, other: str) -> bool:
    """Whether one word is the beginning of the other, and both are long enough to tell: Avi and Avirup."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= 3 and len(long) >= 5 and long.startswith(short)


def one_letter_apart(one: str, other: str) -> bool:
    """Whether two long words that begin alike are one letter apart: Quillman and Quillmann."""
    if min(len(one), len(other)) < _LONG or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) == 1


def differ_by(endings: Sequence[tuple[str, str]], one: str, other: str) -> bool:
    """Whether two words are one but for a pair of endings, either way round; at least three letters have to agree."""
    return any(
        len(first) > len(short) + 2
        and first.endswith(short)
        and second == first[: len(first) - len(short)] + long
        for first, second in ((one, other), (other, one))
        for short, long in endings
    )
