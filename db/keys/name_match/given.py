"""Whether two lists of given names can be one person's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from db.keys.name_match.origin import Origin
from db.keys.name_match.relation import NameRelation
from db.keys.name_match.words import (
    cut_short,
    differ_by,
    doubled,
    one_letter_apart,
    same_in_japanese,
    same_letters,
)
from db.keys.names import PARTICLES
from db.keys.nicknames import is_nickname
from db.keys.romanisation import PINYIN, VIETNAMESE_SURNAMES, pinyin_readings

_JOINING_LIST = "van von der den ter ten de del della di da dos du"
_JOINING = PARTICLES & frozenset(_JOINING_LIST.split())
# What tells the name of a woman from that of a man: Paul and Paula, Stefan and Stefanie, Julien and Julienne; and in
# pairs of endings Roberto and Roberta, Christian and Christina, Andreas and Andrea.
_ADDED_LIST = "a e ia ie na ne la le ta te ya ka ina ine isa lla lle nna nne tte ella elle etta ette"
_GIVEN_ENDINGS = (
    *(("", added) for added in _ADDED_LIST.split()),
    ("o", "a"), ("e", "a"), ("i", "a"), ("y", "a"), ("as", "a"), ("os", "a"), ("us", "a"), ("an", "na"), ("er", "ra"),
    ("s", "se"), ("f", "ve"), ("o", "ina"), ("", "ko"), ("o", "ko"),
)  # fmt: skip
_LETTERS_AGREE = frozenset({NameRelation.SAME, NameRelation.INITIAL})
_VIETNAMESE = frozenset((family,) for family in VIETNAMESE_SURNAMES)
_WORDS_AGREE = frozenset({NameRelation.SAME, NameRelation.MIDDLE})


@lru_cache(maxsize=65536)
def relate_given(one: tuple[str, ...], other: tuple[str, ...], origin: Origin) -> NameRelation:
    """How two lists of folded given names agree; ``DIFFERENT`` says that they cannot be one person's.

    With an East Asian family name two syllables may be written as one word, and there are no umlauts, nicknames that
    are syllables, spellings one letter apart or syllables left out: Yue and Yu are two people, and so are Xiaoming and
    Xiaoning, or Ming and Xiao Ming. With a Japanese one there are no umlauts in Japanese words.
    """
    east_asian = origin is Origin.EAST_ASIAN
    if one == other:
        return NameRelation.SAME
    if not one or not other:
        return NameRelation.DIFFERENT
    if same_letters("".join(one), "".join(other), origin):
        return NameRelation.JOINED
    if len(one) > len(other):
        one, other = other, one
    found = aligned(one, other, origin)
    if found is NameRelation.INITIAL and _known_by_the_second(one, other):
        return NameRelation.DIFFERENT
    if east_asian:
        if found is NameRelation.INITIAL and _other_initials(one, other):
            return NameRelation.DIFFERENT
        if found is NameRelation.MIDDLE and _lacks_a_syllable(one, other):
            return NameRelation.DIFFERENT
        if found is NameRelation.DIFFERENT:
            found = _aligned_syllables(one, other)
    if found is NameRelation.DIFFERENT and _begins_later(one, other, origin):
        return NameRelation.SECOND
    if found is NameRelation.DIFFERENT and not east_asian:
        return _relate_spellings(one, other, origin)
    return found


def _begins_later(short: tuple[str, ...], long: tuple[str, ...], origin: Origin) -> bool:
    """Whether ``short`` leaves out the first name of ``long``: Otis, of J. Otis."""
    return (
        len(long) > 1
        and max(map(len, short)) > 2
        and aligned(short, long[1:], origin) in _WORDS_AGREE
        and not (origin is Origin.EAST_ASIAN and _lacks_a_syllable(short, long))
    )


def _relate_spellings(one: tuple[str, ...], other: tuple[str, ...], origin: Origin) -> NameRelation:
    """How given names agree that are not East Asian and do not agree word by word."""
    if same_in_japanese("".join(one), "".join(other)):
        return NameRelation.SPELLING
    if sorted(one) == sorted(other):
        return NameRelation.SECOND  # Maria-Octavia and Octavia-Maria
    if len(one) == len(other):
        apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        if len(apart) == 1:
            word, another = apart[0]
            if (one_letter_apart(word, another) or doubled(word, another)) and not differ_by(
                _GIVEN_ENDINGS, word, another
            ):
                return NameRelation.SPELLING
    if (
        cut_short(one[0], other[0])
        and not differ_by(_GIVEN_ENDINGS, one[0], other[0])
        and aligned(("", *one[1:]), ("", *other[1:]), origin) is not NameRelation.DIFFERENT
    ):
        return NameRelation.SPELLING
    return NameRelation.DIFFERENT


def agreed_given(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The folded given names that two lists which agree have in common, an initial where one has no more.

    Of T. V. and Tobias it is T., of Tora B. and Tora Birgitta all of the former. Empty where they do not agree word by
    word.
    """
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    found: list[str] = []
    rest = iter(long)
    for word in short:
        theirs = next(
            (each for each in rest if _relate_word(word, each, Origin.EAST_ASIAN) in _LETTERS_AGREE), None
        )
        if theirs is None:
            return ()
        found.append(min(word, theirs, key=len))
    return tuple(found)


def is_initials(given_parts: Sequence[str]) -> bool:
    """Whether no given name is written out: there are as many letters as words."""
    return len("".join(given_parts)) == len(given_parts)


def before_particles(given: tuple[str, ...], origin: Origin) -> tuple[str, ...]:
    """Given names without a particle of the family name that was read as one: Anna Van Berg. Vietnamese bear Van, also
    where the family name stands first: Nguyen Van Anh is not Nguyen Thi Anh."""
    if origin is Origin.EAST_ASIAN or given[:1] in _VIETNAMESE:
        return given
    while len(given) > 1 and given[-1] in _JOINING:
        given = given[:-1]
    return given


def aligned(short: tuple[str, ...], long: tuple[str, ...], origin: Origin) -> NameRelation:
    """``short`` has no more words than ``long``; the first words must agree, each further one must find its place."""
    first = _relate_word(short[0], long[0], origin)
    if first is NameRelation.DIFFERENT:
        return first
    at = 1
    exact = True
    for word in short[1:]:
        while at < len(long) and _relate_word(word, long[at], origin) is NameRelation.DIFFERENT:
            at += 1
            exact = False
        if at == len(long):
            return NameRelation.DIFFERENT
        exact = exact and word == long[at]
        at += 1
    if first is NameRelation.SAME:
        return NameRelation.SAME if exact and len(short) == len(long) else NameRelation.MIDDLE
    return first


def _relate_word(one: str, other: str, origin: Origin) -> NameRelation:
    if same_letters(one, other, origin):
        return NameRelation.SAME
    if len(one) == 1 or len(other) == 1:
        return NameRelation.INITIAL if one[0] == other[0] else NameRelation.DIFFERENT
    return (
        NameRelation.NICKNAME
        if is_nickname(one, other, pinyin=origin is Origin.EAST_ASIAN)
        else NameRelation.DIFFERENT
    )


def _aligned_syllables(one: tuple[str, ...], other: tuple[str, ...]) -> NameRelation:
    """Initials against a name of as many syllables: X. D. and Xuedong, X.-M. and Xiao-Ming."""
    for short, long in ((one, other), (other, one)):
        if not is_initials(short) or is_initials(long):
            continue
        for reading in pinyin_readings("".join(long)):
            if len(reading) >= len(short) > 0 and all(
                a == b[0] for a, b in zip(short, reading, strict=False)
            ):
                return NameRelation.INITIAL
    return NameRelation.DIFFERENT


def _known_by_the_second(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether ``long`` abbreviates the first name and writes out another, and ``short`` is a single name unlike that.

    Who signs T. Birgitta goes by Birgitta, and is not Tobias: of 428 such pairs of forms in the labelled rows five are
    one person's, three of these with a part of the family name among the given ones. X. Dong may be Xiaodong.
    """
    return (
        len(short) == 1 < len(short[0])
        and len(long) > 1 == len(long[0])
        and any(len(word) > 2 for word in long[1:])
        and not any(short[0].endswith(word) for word in long[1:])
    )


def _other_initials(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether several initials are not those of a word in Pinyin: C. Y. and Cailian, Can."""
    word, initials = (one, other) if len(one) < len(other) else (other, one)
    if len(word) > 1 or not is_initials(initials):
        return False
    readings = pinyin_readings(word[0])
    return bool(readings) and _aligned_syllables(initials, word) is NameRelation.DIFFERENT


def _lacks_a_syllable(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether both are given names in Pinyin, a syllable a word, and one has more of them: nobody leaves one out."""
    written = [word for word in (*short, *long) if len(word) > 1]
    return sum(len(word) > 1 for word in short) != sum(len(word) > 1 for word in long) and all(
        word in PINYIN for word in written
    )
