"""Person names as papers print them: taken apart into given names, family name and suffix, and their key.

A printed name does not say which part is which. What is used, in this order: a comma (``Last, First``), the parts that
the source itself gives, capitals (``Jean DUPONT``, ``LI Xiaoming``), script (Chinese, Japanese and Korean names in
their own script begin with the family name), particles (``van der``, ``de la``), else the last word is the family
name. A wrong guess costs little: :mod:`db.keys.name_match` compares names in other readings too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from db.keys.romanisation import SHORT_SURNAMES, VIETNAMESE_SURNAMES

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
        "ŋ": "n", "ə": "e", "ƶ": "z", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ĸ": "k", "ŀ": "l", "ꞌ": "",
        # Apostrophes of every kind join ("O'Brien", "Shun'ya", "Hawai’i"); they are left out as often as printed.
        "'": "", "’": "", "‘": "", "ʼ": "", "ʻ": "", "ʹ": "", "ʾ": "", "ʿ": "", "`": "", "´": "", "′": "",
    }
)  # fmt: skip
# Nine names in ten: words (of given names also two with a hyphen between) and initials in ASCII, of which the last is
# the family name. Their key is the name in lower case; only a particle, a title or a suffix among them (or a word that
# may be one) needs a closer look.
_PLAIN = re.compile(r"(?:[A-Z](?:[a-z]+(?:-[A-Z]?[a-z]+)?|\.)? )+[A-Z][a-z]+")
_TAKEN_APART = ("LATIN", "GREEK", "CYRILLIC")
# What the rules above come to for ASCII: most names are, and every author of every paper passes here.
_ASCII = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256)
)

_PARTICLE_LIST = (
    "van von vom der den de del della delle dello dei degli di da das do dos du des la le las los el al bin ibn "
    "bint ben abu ter ten te zu zum zur af av st san santa y e"
)
PARTICLES = frozenset(_PARTICLE_LIST.split())
# Particles that are also given names or second family names when capitalised ("Ben", "Le", "Da", "Van"): they join
# the family name in lower case, or together with another particle.
_DOUBTFUL_LIST = "ben le da van di du do te e y al la st san ten abu"
_DOUBTFUL = frozenset(_DOUBTFUL_LIST.split())
_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr|junior|senior|ii|iii|iv|2nd|3rd|filho|neto)\.?", re.IGNORECASE)
_BARE_SUFFIX = re.compile(r"(?:[JS]n?r\.?|II|III|IV|2nd|3rd)")
_DEGREE = re.compile(r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|esq|dr|prof|mba)\.?", re.IGNORECASE)
_TITLE = re.compile(r"(?:dr|prof|professor|mr|mrs|ms)\.?", re.IGNORECASE)
# Initials that are written as one word (MJ Kim), of three no EVA or IAN; and what is printed like them: short for
# Mohammed, Sheikh or Mosammat, or a family name.
_CONSONANTS = "[B-DF-HJ-NP-TV-XZ]{2}"
_JOINED_INITIALS = re.compile(
    rf"(?<![\w.'’-])(?:[A-Z]{{2}}|{_CONSONANTS}[A-Z]|[A-Z]{_CONSONANTS})(?![\w'’-])"
)
_NO_INITIALS = PARTICLES | {"md", "sk", "mst", "ng"}
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\s*(?<!\d)\d{4})+$")  # dblp tells namesakes apart as "Wei Wang 0001"
_CJK = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003134f]+")
# Letters of other scripts than the Latin one.
_NOT_LATIN = re.compile(r"[\u0370-\u1cff\u3005\u3040-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+")
_BRACKETS = re.compile(r"[()\[\]（）［］【】]")
_KATAKANA_DOT = re.compile("[・·･]")
_TWO_HAN_LIST = (
    "欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 长孙 長孫 宇文 司徒 夏侯 轩辕 "
    "端木 南宫 南宮 呼延 独孤 獨孤 남궁 황보 제갈 선우 독고 사공"
)
_TWO_HAN = frozenset(_TWO_HAN_LIST.split())
# Words that name a group of people, or nobody: they stand where an author's name would.
_COLLECTIVE_LIST = (
    "anonymous author authors team teams collaboration collaborations consortium consortia committee community "
    "initiative contributors organizers organisers group groups alliance foundation university institute laboratory "
    "workshop others openai deepmind deepseek nvidia"
)
_COLLECTIVE = frozenset(_COLLECTIVE_LIST.split())
_CLOSER = PARTICLES | frozenset(
    [
        "dr",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "jr",
        "sr",
        "jnr",
        "snr",
        "junior",
        "senior",
        "filho",
        "neto",
    ]
)


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name taken apart. ``given``, ``family`` and ``suffix`` are as printed; the ``_parts`` are folded words.

    ``family`` is empty only where nothing was printed. ``native`` says that the name is in Chinese, Japanese or
    Korean script.
    """

    given: str
    family: str
    suffix: str | None = None
    given_parts: tuple[str, ...] = ()
    family_parts: tuple[str, ...] = ()
    native: bool = False

    @property
    def key(self) -> str:
        """The form under which two printings of one name are equal."""
        if self.native:
            return "".join((*self.family_parts, *self.given_parts))
        tail = (fold(self.suffix),) if self.suffix else ()
        return " ".join((*self.given_parts, *self.family_parts, *tail))


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Give the form under which two printings of one name are equal: one order, no case, accents, punctuation.

    Applying it twice changes nothing. Empty for a string without a letter.
    """
    plain = plain_words(name)
    return parse_name(name).key if plain is None else " ".join(plain)


def plain_words(name: str) -> tuple[str, ...] | None:
    """The folded words of a name of which it is plain that the last is the family name; ``None`` for any other."""
    if _PLAIN.fullmatch(name):
        words = tuple(name.replace(".", "").replace("-", " ").lower().split(" "))
        if _CLOSER.isdisjoint(words):
            return words
    return None


def fold(text: str) -> str:
    """Lower case, Latin, Greek and Cyrillic letters without accents, words separated by single spaces."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """The words of :func:`fold`."""
    if text.isascii():
        return text.encode().translate(_ASCII, b"'`").decode().split()
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if lowered.isascii():
        kept = lowered
    else:
        bare: list[str] = []
        strip = False
        for ch in unicodedata.normalize("NFD", lowered):
            category = unicodedata.category(ch)
            if category[0] == "M":
                # Vowel signs of other scripts are letters; an accent over a Latin letter is not.
                if not strip:
                    bare.append(ch)
                continue
            if category == "Cf":  # zero-width joiners and the like
                continue
            strip = unicodedata.name(ch, "").startswith(_TAKEN_APART)
            bare.append(ch)
        kept = unicodedata.normalize("NFC", "".join(bare)).translate(_LETTERS)
    return "".join(ch if ch.isalnum() or unicodedata.category(ch)[0] == "M" else " " for ch in kept).split()


def parse_name(printed: str, *, given: str | None = None, family: str | None = None) -> ParsedName:
    """Take a printed name apart. ``given`` and ``family`` are the source's own parts, where it has them.

    >>> parse_name("van der Berg, Jr., Anna").key
    'anna van der berg jr'
    >>> parse_name("LI Xiaoming").family
    'LI'
    """
    if family and given and fold(family):
        return _made(given, family, None)
    if not family and (plain := plain_words(printed)) is not None:
        printed_given, _, printed_family = printed.rpartition(" ")
        return ParsedName(printed_given, printed_family, None, plain[:-1], plain[-1:])
    if not printed.isascii() and _NUMBER.search(read := unicodedata.normalize("NFKC", printed)):
        printed = read  # digits may be printed as other signs
    text = " ".join(_NUMBER.sub("", printed).split())
    if not text.isascii() and _NOT_LATIN.search(read := unicodedata.normalize("NFKC", text)):
        text = _in_latin(read) or text
    first, text, suffix = _cut_commas(text)
    if first:
        return _made(first, text, suffix)
    squeezed = text.replace(" ", "")
    if squeezed and _CJK.fullmatch(squeezed) and not _KATAKANA_DOT.search(squeezed):
        return _native(text.split(" "))
    words = _KATAKANA_DOT.sub(" ", text).split()
    while len(words) > 2 and _TITLE.fullmatch(words[0]):
        words = words[1:]
    if suffix is None and len(words) > 2 and _BARE_SUFFIX.fullmatch(words[-1]):
        suffix, words = words[-1], words[:-1]
    if family and fold(family) and len(words) > 1:
        n = len(family.split())
        if fold(" ".join(words[-n:])) == fold(family):
            return _made(" ".join(words[:-n]), family, suffix)
    if len(words) > 1 and _is_consonants(words[-1]) and not all(map(_is_loud, words)):
        words = [words[-1], *words[:-1]]  # "Dupont JP"
    start, stop = _family_span(words)
    return _made(" ".join([*words[:start], *words[stop:]]), " ".join(words[start:stop]), suffix)


def is_collective(words: Iterable[str]) -> bool:
    """Whether folded words name a group, or nobody: the Gemma Team, a collaboration, Anonymous Authors.

    >>> is_collective(("gemma", "team"))
    True
    """
    return not _COLLECTIVE.isdisjoint(words)


@lru_cache(maxsize=1 << 17)
def parse_printed(name: str) -> ParsedName:
    """:func:`parse_name` of a name as printed, kept: names come back on every paper and in every step of a night."""
    return parse_name(name)


def _in_latin(text: str) -> str:
    """A name that is printed in two scripts at once, in Latin letters alone: Wei Wang (王伟), 王伟 Wei Wang. Empty for
    any other."""
    words = folded_words(text)
    own = [word for word in words if _NOT_LATIN.search(word)]
    latin = [word for word in words if word not in own]
    whole = all(map(_NOT_LATIN.fullmatch, own)) and len(latin) > 1 and max(map(len, latin)) > 1
    # Without brackets a word of another alphabet may be a part of the name.
    beside = _BRACKETS.search(text) or all(map(_CJK.fullmatch, own))
    return _BRACKETS.sub(" ", _NOT_LATIN.sub(" ", text)).strip() if own and whole and beside else ""


def _cut_commas(text: str) -> tuple[str, str, str | None]:
    """``Last, Jr., First`` → (first, last, suffix); without a meaningful comma the name is whole and first empty."""
    if "," not in text and "，" not in text:
        return "", text, None
    parts = [part for part in (piece.strip() for piece in re.split("[,，]", text)) if part]
    suffix = next((part for part in parts[1:] if _SUFFIX.fullmatch(part)), None)
    kept = [
        part
        for place, part in enumerate(parts)
        if place == 0 or not (_SUFFIX.fullmatch(part) or _DEGREE.fullmatch(part))
    ]
    kept = [part for part in kept if fold(part)]
    if len(kept) < 2:
        return "", (kept[0] if kept else ""), suffix
    return " ".join(kept[1:]), kept[0], suffix


def _made(given: str, family: str, suffix: str | None) -> ParsedName:
    given_parts, family_parts = (
        tuple(folded_words(_initials_apart(given, family))),
        tuple(folded_words(family)),
    )
    if not family_parts:
        given, family, given_parts, family_parts = "", given, (), given_parts
    joined = "".join((*family_parts, *given_parts))
    native = (
        not joined.isascii()
        and _CJK.fullmatch(joined) is not None
        and not any("\u30a0" <= ch <= "\u30ff" for ch in joined)
    )
    return ParsedName(
        given, family, suffix if suffix and fold(suffix) else None, given_parts, family_parts, native
    )


def _initials_apart(given: str, family: str) -> str:
    """Given names with joined initials taken apart: MJ Kim is M. J. Kim. Where all is in capitals, only consonants are
    initials for sure (JP, and not ED)."""
    if _JOINED_INITIALS.search(given) is None:
        return given
    mixed = any(map(str.islower, f"{given}{family}"))
    return _JOINED_INITIALS.sub(
        lambda found: (
            " ".join(found[0])
            if _may_be_initials(found[0]) and (mixed or _is_consonants(found[0]))
            else found[0]
        ),
        given,
    )


def _may_be_initials(word: str) -> bool:
    return not (
        word.lower() in _NO_INITIALS or any(one.fullmatch(word) for one in (_SUFFIX, _DEGREE, _TITLE))
    )


def _is_consonants(word: str) -> bool:
    """Whether a printed word is joined initials and cannot be read as a name."""
    return (
        _JOINED_INITIALS.fullmatch(word) is not None
        and _VOWEL.search(word) is None
        and _may_be_initials(word)
    )


def _native(words: list[str]) -> ParsedName:
    """Chinese, Japanese or Korean script: the family name comes first, in one character unless known as longer."""
    if len(words) > 1:
        return _made("".join(words[1:]), words[0], None)
    word = words[0]
    kana = any("\u3040" <= ch <= "\u30ff" for ch in word)
    if word[:2] in _TWO_HAN and len(word) > 2:
        cut = 2
    elif kana or len(word) >= 4:
        cut = 2  # Japanese: two characters are by far the commonest family name
    else:
        cut = 1
    return _made(word[cut:], word[:cut], None) if len(word) > cut else _made("", word, None)


def _family_span(words: list[str]) -> tuple[int, int]:
    """Where the family name stands among the words: [start, stop)."""
    if len(words) < 2:
        return 0, len(words)
    loud = [_is_loud(word) for word in words]
    if not all(loud):
        if loud[-1] and not (len(words[-1]) == 2 and not any(loud[:-1]) and "." in words[-1]):
            start = len(words) - 1
            while start > 1 and (loud[start - 1] or fold(words[start - 1]) in PARTICLES):
                start -= 1
            return start, len(words)
        if (
            loud[0]
            and not _is_consonants(words[0])
            and (len(fold(words[0])) > 2 or fold(words[0]) in SHORT_SURNAMES)
        ):
            stop = 1
            while stop < len(words) - 1 and loud[stop]:
                stop += 1
            return 0, stop
    start = len(words) - 1
    vietnamese = fold(words[0]) in VIETNAMESE_SURNAMES or fold(words[-1]) in VIETNAMESE_SURNAMES
    if all(fold(word) in PARTICLES for word in words[:-1]) and words[0][:1].islower():
        return 0, len(words)  # a family name alone: "de la Cruz"
    while start > 1 and fold(words[start - 1]) in PARTICLES:
        word = words[start - 1]
        sure = word[:1].islower() or fold(word) not in _DOUBTFUL or fold(words[start]) in PARTICLES
        if vietnamese or not sure:
            break
        start -= 1
    return start, len(words)


def _is_loud(word: str) -> bool:
    """Printed in capitals, and not initials."""
    if not word.isupper() or max(map(len, word.split("-"))) == 1:
        return False
    letters = [ch for ch in word if ch.isalpha()]
    return len(letters) > 1 and "." not in word and all(ch.isupper() for ch in letters)
