"""Whether two printed names can be one person's, and how closely they agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from db.keys.names import PARTICLES, ParsedName
from db.keys.nicknames import is_nickname
from db.keys.romanisation import (
    CHINESE_SURNAMES,
    EAST_ASIAN_SURNAMES,
    JAPANESE_SURNAMES,
    KOREAN_SURNAMES,
    PINYIN,
    VIETNAMESE_SURNAMES,
    hepburn,
    japanese,
    pinyin_readings,
    umlaut_u,
)


class NameRelation(StrEnum):
    """How two names agree, from closest to not at all."""

    SAME = "same"
    JOINED = "joined"
    """The same letters, parted differently: Xiao-Ming, Xiaoming; El Kishky, Elkishky; Jörg, Joerg; Satō, Satoh."""
    MIDDLE = "middle"
    """One has a further given name or initial: Otis Quill, Otis R. Quill."""
    INITIAL = "initial"
    """One has only initials where the other has names: O. Quill, Otis Quill."""
    NICKNAME = "nickname"
    """A short form: Mike, Michael."""
    SECOND = "second"
    """Known by a later given name: J. Otis Quill, Otis Quill."""
    COMPOUND = "compound"
    """One has only a part of the other's family name: Ferrándiz Olmo, Ferrándiz."""
    SWAPPED = "swapped"
    """The same words, family name first in one: Quill Otis, Otis Quill; or initials last: Quill O."""
    SPELLING = "spelling"
    """One letter apart in a long word, a letter doubled (Jenifer, Jennifer), or a name cut short (Avi, Avirup)."""
    DIFFERENT = "different"


_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_JOINING = PARTICLES & {
    "van",
    "von",
    "der",
    "den",
    "ter",
    "ten",
    "de",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "du",
}
# What tells the name of a woman from that of a man: Paul and Paula, Stefan and Stefanie, Julien and Julienne; and in
# pairs of endings Roberto and Roberta, Christian and Christina, Andreas and Andrea.
_ADDED_LIST = "a e ia ie na ne la le ta te ya ka ina ine isa lla lle nna nne tte ella elle etta ette"
_GIVEN_ENDINGS = (
    *(("", added) for added in _ADDED_LIST.split()),
    ("o", "a"), ("e", "a"), ("i", "a"), ("y", "a"), ("as", "a"), ("os", "a"), ("us", "a"), ("an", "na"), ("er", "ra"),
    ("s", "se"), ("f", "ve"), ("o", "ina"), ("", "ko"), ("o", "ko"),
)  # fmt: skip
# The same of family names that are declined: Kowalski and Kowalska, Petrov and Petrova, Papadopoulos and -poulou.
_FAMILY_ENDINGS = (("", "a"), ("i", "a"), ("y", "a"), ("o", "a"), ("s", "a"), ("s", "u"))
# Ways to write one particle.
_ONE_PARTICLE = {"el": "al", "ibn": "bin", "ben": "bin", "e": "y"}
_LETTERS_AGREE = frozenset({NameRelation.SAME, NameRelation.INITIAL})
# One syllable of a Chinese, Korean or Vietnamese given name, in whatever way it is romanised: Min, Hyeong, Chih, Ngoc.
_SYLLABLE = re.compile(
    r"(?:[bcdfghjklmnpqrstvwxyz]|[cgknpstz]h|ng|kk|pp|ss|tt|jj|hs|tr|ts|tz)?[wy]?[aeiouy]{1,3}(?:ng|nh|ck|[cghklmnprt])?"
)
_MOST_SYLLABLES = 3
_VIETNAMESE = frozenset((family,) for family in VIETNAMESE_SURNAMES)


class Origin(StrEnum):
    """Of what origin the family names are, as far as it matters to how given names are written."""

    ELSEWHERE = "elsewhere"
    EAST_ASIAN = "east asian"
    """Chinese, Korean or Vietnamese: a given name is its syllables, in one word or several."""
    JAPANESE = "japanese"


def relate_names(one: ParsedName, other: ParsedName) -> NameRelation:
    """How two parsed names agree; symmetric."""
    key, other_key = one.key, other.key
    if key == other_key:
        return NameRelation.SAME
    if one.native or other.native or not one.family_parts or not other.family_parts:
        return NameRelation.DIFFERENT
    if one.suffix and other.suffix and _generation(one.suffix) != _generation(other.suffix):
        return NameRelation.DIFFERENT
    if (len(key), key) > (len(other_key), other_key):
        one, other = other, one
    origin = _origin(one, other)
    if origin is Origin.JAPANESE:
        read = _relate_in_order(in_hepburn(one), in_hepburn(other), origin)
        if read not in {NameRelation.DIFFERENT, NameRelation.SPELLING}:
            return NameRelation.JOINED if read is NameRelation.SAME else read
    found = _relate_in_order(one, other, origin)
    if found is NameRelation.DIFFERENT and (_may_be_turned(one) or _may_be_turned(other)):
        return _relate_turned(one, other)
    return found


def _relate_in_order(one: ParsedName, other: ParsedName, origin: Origin) -> NameRelation:
    """How two names agree whose last words are their family names, or which have just the same words in two orders."""
    family = _relate_family(one.family_parts, other.family_parts, origin)
    if family is not NameRelation.DIFFERENT:
        given = relate_given(
            _before_particles(one.given_parts, origin), _before_particles(other.given_parts, origin), origin
        )
        if family is NameRelation.SAME:
            if given is not NameRelation.DIFFERENT:
                return NameRelation.JOINED if given is NameRelation.SAME else given
        elif family is NameRelation.SPELLING:
            if given in {NameRelation.SAME, NameRelation.JOINED}:
                return family
        elif given is not NameRelation.DIFFERENT:
            return NameRelation.DIFFERENT if _two_first_families(one, other) else NameRelation.COMPOUND
    return _other_reading(one, other, origin)


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
    joined, other_joined = "".join(one), "".join(other)
    if _same_letters(joined, other_joined, origin):
        return NameRelation.JOINED
    if len(one) > len(other):
        one, other = other, one
    found = _aligned(one, other, origin)
    if found is NameRelation.INITIAL and _known_by_the_second(one, other):
        return NameRelation.DIFFERENT
    if found is NameRelation.DIFFERENT and east_asian:
        found = _aligned_syllables(one, other)
    elif found is NameRelation.INITIAL and east_asian and _other_initials(one, other):
        return NameRelation.DIFFERENT
    if found is NameRelation.MIDDLE and east_asian and _lacks_a_syllable(one, other):
        return NameRelation.DIFFERENT
    if found is NameRelation.DIFFERENT and len(other) > 1 and max(map(len, one)) > 2:
        rest = _aligned(one, other[1:], origin)
        if rest in {NameRelation.SAME, NameRelation.MIDDLE} and not (
            east_asian and _lacks_a_syllable(one, other)
        ):
            return NameRelation.SECOND
    if found is NameRelation.DIFFERENT and not east_asian and _japanese_same(joined, other_joined):
        return NameRelation.SPELLING
    if found is NameRelation.DIFFERENT and not east_asian and sorted(one) == sorted(other):
        return NameRelation.SECOND  # Maria-Octavia and Octavia-Maria
    if found is NameRelation.DIFFERENT and not east_asian and len(one) == len(other):
        apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        if (
            len(apart) == 1
            and (_near(*apart[0], 6) or _undoubled(apart[0][0]) == _undoubled(apart[0][1]))
            and not _differ_by(_GIVEN_ENDINGS, *apart[0])
        ):
            return NameRelation.SPELLING
    if (
        found is NameRelation.DIFFERENT
        and not east_asian
        and _cut_short(one[0], other[0])
        and not _differ_by(_GIVEN_ENDINGS, one[0], other[0])
    ):
        rest = _aligned(("", *one[1:]), ("", *other[1:]), origin)
        if rest is not NameRelation.DIFFERENT:
            return NameRelation.SPELLING
    return found


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
    """Whether no given name is written out."""
    return max(map(len, given_parts), default=1) == 1


def _aligned(short: tuple[str, ...], long: tuple[str, ...], origin: Origin) -> NameRelation:
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
    if _same_letters(one, other, origin):
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


def _relate_family(one: tuple[str, ...], other: tuple[str, ...], origin: Origin) -> NameRelation:
    if one == other:
        return NameRelation.SAME
    east_asian = origin is Origin.EAST_ASIAN
    bare, other_bare = _bare(one), _bare(other)
    joined, other_joined = "".join(bare), "".join(other_bare)
    if bare == other_bare and _other_particles(one, other):
        return NameRelation.SPELLING
    if bare == other_bare or "".join(one) == "".join(other) or _same_letters(joined, other_joined, origin):
        return NameRelation.SAME
    if len(bare) != len(other_bare) and (set(bare) < set(other_bare) or set(other_bare) < set(bare)):
        return NameRelation.COMPOUND
    if east_asian and umlaut_u(joined) == umlaut_u(other_joined):
        # Lv and Lyu are written for Lü and nothing else.
        return NameRelation.SPELLING if "lu" in (joined, other_joined) else NameRelation.SAME
    if not east_asian and (
        (_near(joined, other_joined, 6) and not _differ_by(_FAMILY_ENDINGS, joined, other_joined))
        or _japanese_same(joined, other_joined)
    ):
        return NameRelation.SPELLING
    return NameRelation.DIFFERENT


def _other_reading(one: ParsedName, other: ParsedName, origin: Origin) -> NameRelation:
    """Where the parts were taken for each other: swapped order, or a first family name read as a given name."""
    east_asian = origin is Origin.EAST_ASIAN
    words, others = (*one.given_parts, *one.family_parts), (*other.given_parts, *other.family_parts)
    if len(one.family_parts) == 1 == len(other.family_parts) and one.given_parts and other.given_parts:
        turned = one.family_parts[0] == "".join(other.given_parts)
        if turned and other.family_parts[0] == "".join(one.given_parts):
            return NameRelation.SWAPPED
    short, long = (words, others) if len(words) <= len(others) else (others, words)
    if not east_asian and short in (one.family_parts, other.family_parts) and len(short) > 1:
        # Vijay Shanker, of the family Vijay-Shanker.
        return NameRelation.COMPOUND
    if len(short) < 2 or len(short) == len(long) or len(short[-1]) < 3 or east_asian:
        return NameRelation.DIFFERENT
    # "Marin Olmo Ferrándiz" and "Marin Olmo": the family name of the shorter stands inside the longer.
    if short[-1] in long[1:-1] and _aligned(short, long, origin) in {
        NameRelation.SAME,
        NameRelation.MIDDLE,
        NameRelation.INITIAL,
    }:
        return NameRelation.COMPOUND
    return NameRelation.DIFFERENT


def usual_order(name: ParsedName) -> ParsedName:
    """A name with the family name last, where it is plain that it stands first: Kim Min Jun, Ramakrishnan S."""
    turned = (
        None if name.family_parts and name.family_parts[-1] in EAST_ASIAN_SURNAMES else family_first(name)
    )
    return turned or initials_first(name) or name


def _relate_turned(one: ParsedName, other: ParsedName) -> NameRelation:
    """Where one of two names is printed with the family name or the words first, and the other is not."""
    for name, beside in ((one, other), (other, one)):
        turned = family_first(name)
        if turned is not None:
            found = _relate_in_order(turned, beside, Origin.EAST_ASIAN)
            if (
                found in {NameRelation.SAME, NameRelation.JOINED, NameRelation.SWAPPED}
                or turned.key == beside.key
            ):
                return NameRelation.SWAPPED
            if found is NameRelation.INITIAL and turned == usual_order(name):
                return found
        turned = initials_first(name)
        if turned is not None and turned.key == beside.key:
            return NameRelation.SWAPPED
    return NameRelation.DIFFERENT


def _may_be_turned(name: ParsedName) -> bool:
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


def _origin(one: ParsedName, other: ParsedName) -> Origin:
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


def _two_first_families(one: ParsedName, other: ParsedName) -> bool:
    """Whether unlike words stand before the last family name that both bear: Luis Marin Olmo, Luis Ferrándiz-Olmo.

    The first of two family names is read as a given name where no hyphen joins them.
    """
    few, many = (one, other) if len(one.family_parts) < len(other.family_parts) else (other, one)
    if few.family_parts[-1] != many.family_parts[-1] or len(few.given_parts) <= len(many.given_parts):
        return False
    word = few.given_parts[-1]
    others = (*many.given_parts, *many.family_parts)
    return len(word) > 2 and word not in others and word[0] not in others


def _before_particles(given: tuple[str, ...], origin: Origin) -> tuple[str, ...]:
    """Given names without a particle of the family name that was read as one: Anna Van Berg. Vietnamese bear Van, also
    where the family name stands first: Nguyen Van Anh is not Nguyen Thi Anh."""
    if origin is Origin.EAST_ASIAN or given[:1] in _VIETNAMESE:
        return given
    while len(given) > 1 and given[-1] in _JOINING:
        given = given[:-1]
    return given


def _other_particles(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both family names have particles, and neither just leaves some out: van den Berg and van der Berg."""
    mine, theirs = (
        {_ONE_PARTICLE.get(part, part) for part in each if part in PARTICLES} for each in (one, other)
    )
    return not (mine <= theirs or theirs <= mine)


def _bare(family: tuple[str, ...]) -> tuple[str, ...]:
    bare = tuple(part for part in family if part not in PARTICLES)
    return bare or family


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


def _japanese_same(one: str, other: str) -> bool:
    read = japanese(one)
    return read is not None and read == japanese(other)


def _same_letters(one: str, other: str, origin: Origin) -> bool:
    """Whether two folded words are one; of East Asian names only as they stand, as Xue is no way to write Xu, and
    Japanese words too: Maeda and Mada."""
    if one == other or origin is Origin.EAST_ASIAN:
        return one == other
    if origin is Origin.JAPANESE and japanese(one) is not None and japanese(other) is not None:
        return False
    return plain(one) == plain(other)


def _undoubled(word: str) -> str:
    return "".join(ch for at, ch in enumerate(word) if at == 0 or word[at - 1] != ch)


def _cut_short(one: str, other: str) -> bool:
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= 3 and len(long) >= 5 and long.startswith(short)


def _near(one: str, other: str, shortest: int) -> bool:
    if min(len(one), len(other)) < shortest or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) == 1


def _differ_by(endings: Sequence[tuple[str, str]], one: str, other: str) -> bool:
    """Whether two words are one but for a pair of endings, either way round; at least three letters have to agree."""
    return any(
        len(first) > len(short) + 2
        and first.endswith(short)
        and second == first[: len(first) - len(short)] + long
        for first, second in ((one, other), (other, one))
        for short, long in endings
    )


def _generation(suffix: str) -> str:
    word = suffix.rstrip(".").casefold()
    return {
        "jnr": "jr",
        "junior": "jr",
        "2nd": "jr",
        "ii": "jr",
        "snr": "sr",
        "senior": "sr",
        "3rd": "iii",
    }.get(word, word)
