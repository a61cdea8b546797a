"""How the name of a repository is made from a paper: its acronym, its title's words, their initials."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sourcing.implementations.owners import fold

_VENUES = (
    "cvpr|iccv|eccv|wacv|bmvc|accv|neurips|nips|icml|iclr|aistats|uai|colt|aaai|ijcai|acl|emnlp|naacl|eacl|"
    "coling|conll|tacl|sigir|kdd|www|wsdm|cikm|recsys|interspeech|icassp|miccai|midl|isbi|corl|icra|iros|rss|"
    "l4dc|tmlr|jmlr|tpami|pami|tip|tmm|acmmm|mm|siggraph|ismir|automl|colm|3dv|findings"
)
_VENUE = re.compile(rf"(?:{_VENUES})'?(?:20)?(?:[0-2]\d)?|(?:20)?[0-2]\d(?:{_VENUES})")
_YEAR = re.compile(r"(?<!\d)(?:20)?(1[3-9]|2\d)(?!\d)")
FRAMEWORKS = frozenset(
    ["pytorch", "torch", "tensorflow", "tf", "keras", "jax", "theano", "caffe", "chainer", "mxnet", "paddle"]
)
# Words that say what a repository is, not what it is about.
GENERIC = FRAMEWORKS | frozenset(
    [
        "matlab", "python", "py", "cpp", "code", "codes", "official", "main", "master", "release", "public", "paper",
        "project", "implementation", "impl", "repo", "repository", "source", "src", "open", "dev", "github",
        "experiments", "experiment", "supplementary", "supplement", "materials", "submission", "reproducibility",
        "camera", "ready", "demo", "final",
    ]
)  # fmt: skip
_STOP = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "in", "into",
        "is", "it", "its", "of", "on", "or", "our", "the", "their", "to", "towards", "toward", "using", "via",
        "we", "what", "when", "why", "with", "without", "not", "no", "all", "you", "your", "that", "this",
    ]
)  # fmt: skip
_WORD = re.compile(r"[a-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# A name that authors gave to something: two capitals, or a capital inside, or letters with digits.
_COINED = re.compile(
    r"\b(?=[A-Za-z0-9+-]*[A-Z])(?=(?:[^\s]*[A-Z]){2}|[^\s]*\d)[A-Za-z][A-Za-z0-9]*(?:[-+][A-Za-z0-9]+)*\b"
)
# "S3N" is short for three words in S and one in N.
_REPEATED = re.compile(r"([a-z])([2-4])(?!\d)")
_CALLED = re.compile(
    r"(?:called|named|dubbed|termed|coined|abbreviated(?: as)?|denoted(?: as)?|(?:introduce|propose|present)s?)\s+"
    r"(?:[\"'`\\]|\\\w+\{)*([A-Z][\w+-]{2,30})"
)


@dataclass(frozen=True, slots=True)
class PaperWords:
    """What of a paper its repository may be named after. Keys are lower case letters and digits only."""

    title: str
    head: str
    coined_in_title: tuple[str, ...]
    coined_in_abstract: tuple[str, ...]
    title_words: tuple[str, ...]
    near: frozenset[str]
    title_stems: frozenset[str]
    near_stems: frozenset[str]
    initials: str
    year: int | None


@lru_cache(maxsize=4096)
def paper_words(title: str, abstract: str | None, year: int | None) -> PaperWords:
    """Read the words of a paper. ``head`` is what stands before the title's colon, if that is short.

    ``near`` are the words of title and abstract.
    """
    text = abstract or ""
    head = ""
    if (colon := re.search(r":\s|\s[-–—]\s", title)) is not None and len(title[: colon.start()].split()) <= 4:
        head = alnum(title[: colon.start()])
    coined = [alnum(found) for found in _COINED.findall(title)]
    coined += [alnum(found) for found in re.findall(r"\(([A-Za-z][\w+-]{1,20})\)", title)]
    called = [*_COINED.findall(text), *_CALLED.findall(text), *re.findall(r"\(([A-Z][\w+-]{1,20})\)", text)]
    words = tuple(split_words(title))
    near = frozenset(split_words(text)).union(words)
    return PaperWords(
        title=alnum(title),
        head=head,
        coined_in_title=tuple(dict.fromkeys(one for one in coined if len(one) >= 2)),
        coined_in_abstract=tuple(dict.fromkeys(one for one in map(alnum, called) if len(one) >= 2)),
        title_words=words,
        near=near,
        title_stems=stems(words),
        near_stems=stems(near),
        initials="".join(word[0] for word in words if word not in _STOP),
        year=year,
    )


@dataclass(frozen=True, slots=True)
class NameParts:
    """A repository's name: its words, the words that carry meaning, both as keys, and a year or venue."""

    words: tuple[str, ...]
    core: tuple[str, ...]
    key: str
    core_key: str
    year: int | None
    venue: bool


@lru_cache(maxsize=16384)
def name_parts(name: str) -> NameParts:
    """Take a name apart at separators and capitals; framework, venue and year are set aside."""
    year: int | None = None
    venue = False
    core: list[str] = []
    for chunk in re.split(r"[^A-Za-z0-9']+", name):
        folded = fold(chunk)
        if not folded:
            continue
        if _VENUE.fullmatch(folded):
            venue = True
        if (found := _YEAR.search(folded)) is not None and (_VENUE.fullmatch(folded) or len(folded) in (4,)):
            year = 2000 + int(found[1])
        if _VENUE.fullmatch(folded) or folded in GENERIC or re.fullmatch(r"20[12]\d", folded):
            continue
        for piece in _CAMEL.split(chunk):
            core += [word for word in _WORD.findall(fold(piece)) if word not in GENERIC] or []
    words = tuple(_WORD.findall(" ".join(fold(piece) for piece in _CAMEL.split(name))))
    return NameParts(
        words=words,
        core=tuple(core) or words,
        key=alnum(name),
        core_key="".join(core) or alnum(name),
        year=year,
        venue=venue,
    )


def alnum(text: str) -> str:
    """Letters and digits, lower case, without accents."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def split_words(text: str) -> list[str]:
    """Lower-case words; ``CamelCase`` is split and kept whole too."""
    found: list[str] = []
    for token in re.findall(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", fold_case(text)):
        for part in token.split("-"):
            pieces = _CAMEL.split(part)
            found += [piece.lower() for piece in pieces]
            if len(pieces) > 1:
                found.append(part.lower())
    return found


def fold_case(text: str) -> str:
    """Without accents, in the case as printed."""
    return text if text.isascii() else "".join(ch if ch.isascii() else (fold(ch) or " ") for ch in text)


def stems(words: Iterable[str]) -> frozenset[str]:
    """The first five letters of words of at least four."""
    return frozenset(word[:5] for word in words if len(word) >= 4)


def word_agreement(
    words: Sequence[str], within: Collection[str], stemmed: Collection[str], rarity: Mapping[str, float]
) -> float:
    """Share (0..1) of a name's words, weighted by rarity, that a text has too; ``stemmed`` are its stems."""
    total = found = 0.0
    for word in words:
        weight = rarity.get(word, 1.0) * min(len(word), 6) / 6
        total += weight
        if word in within:
            found += weight
        elif len(word) >= 4 and word[:5] in stemmed:
            found += 0.8 * weight
    return found / total if total else 0.0


def abbreviated(words: Sequence[str], within: Iterable[str]) -> float:
    """Share (0..1) of a name's letters in words of at least three that begin a word of the text, or are begun by one.

    ``seg`` begins *segmentation*; ``nets`` is begun by *net*.
    """
    known = [word for word in within if len(word) >= 3]
    total = found = 0
    for word in words:
        total += len(word)
        if len(word) >= 3 and any(one.startswith(word) or word.startswith(one) for one in known):
            found += len(word)
    return found / total if total else 0.0


def title_covered(core: Sequence[str], title_words: Sequence[str], rarity: Mapping[str, float]) -> float:
    """Share (0..1) of a title's meaning words that a repository's name repeats."""
    total = found = 0.0
    have = set(core)
    stems = {word[:5] for word in core if len(word) >= 4}
    for word in title_words:
        if word in _STOP:
            continue
        weight = rarity.get(word, 1.0)
        total += weight
        if word in have or (len(word) >= 4 and word[:5] in stems):
            found += weight
    return found / total if total else 0.0


def spelled_from(key: str, title_words: Sequence[str]) -> float:
    """How well (0..1) a name can be spelled with pieces of the title's words, in order.

    Each piece is the beginning of a word; every letter of the name that is in no piece costs, and so does
    every piece (``videoseg`` from *video segmentation* is better than ``vos`` from three words, which is
    better than letters picked here and there). Dynamic programming over (letter, word).
    """
    letters = _REPEATED.sub(lambda found: found[1] * int(found[2]), key[:40])
    words = [word for word in title_words[:30] if word]
    if not letters or not words:
        return 0.0
    length, count = len(letters), len(words)
    best = [[0.0] * (count + 1) for _ in range(length + 1)]
    for i in range(length - 1, -1, -1):
        for j in range(count - 1, -1, -1):
            value = max(best[i + 1][j], best[i][j + 1] - (0.0 if words[j] in _STOP else 0.05))
            word = words[j]
            taken = 0
            while taken < len(word) and i + taken < length and letters[i + taken] == word[taken]:
                taken += 1
                bonus = taken - 0.35 if taken < len(word) else taken
                value = max(value, bonus + best[i + taken][j + 1])
            best[i][j] = value
        best[i][count] = 0.0
    return max(0.0, max(best[0]) / length)
