"""Who shares first authorship, read out of what a source prints beside an author list."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from spiders.parsing.tex_accents import without_tex_accents

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_COUNT = r"(?P<n>two|three|four|five|six|seven|eight|nine|[2-9])"
# "equally supervised", "equal advising" and "the last two authors" share something, but not first authorship.
_EQUAL = re.compile(
    r"\bequal(?:ly)?[\s-]+contribut\w*|\bcontribut\w*\s+equally|\bcontribut\w*\s+(?:is|are|was|were)\s+equal"
    r"|\bequal\s+first\s+author\w*|\b(?:co|joint|shared?)[\s-]*first[\s-]+author\w*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bet al)[.;!]\s+")
_FIRST_N = re.compile(
    rf"\bfirst\s+{_COUNT}\s+(?:listed\s+)?(?:co-?)?authors?\b"
    rf"|\b{_COUNT.replace('<n>', '<m>')}\s+first\s+authors?\b|\b(?P<both>both)\s+first\s+authors?\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\ball\s+(?:the\s+)?(?:co-?)?authors?\b|^\W*(?:the\s+)?authors\s+(?:have\s+)?contributed\s+equally",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\s+(?:the\s+)?(?:co-?)?authors?\b", re.IGNORECASE)
_LAST = re.compile(
    r"\b(?:last|senior|corresponding|supervis\w*|(?:co-?)?advis\w*|second and third)\b", re.IGNORECASE
)


def equal_contributors(note: str, names: Sequence[str]) -> set[int] | None:
    """Positions (from 1) that ``note`` says contributed equally.

    ``None`` where it says nothing of the kind, an empty set where it does without saying who (then marks on
    the names decide). Understands "the first two authors contributed equally", "all authors contributed
    equally" and lists of names, initials, given or family names ("A. Lind and B. Okoro contributed equally").
    What is said of last or senior authors is not about first authorship and is passed over.
    """
    if "qual" not in note and "first" not in note:
        return None
    found: set[int] | None = None
    for sentence in _SENTENCE.split(" ".join(without_tex_accents(note[:5000]).split())):
        if _EQUAL.search(sentence) is None:
            continue
        if (first := _FIRST_N.search(sentence)) is not None:
            said = (first["n"] or first["m"] or "two").lower()
            count = _NUMBERS.get(said) or int(said)
            found = (found or set()) | set(range(1, min(count, len(names)) + 1))
        elif _LAST.search(sentence):
            continue
        elif named := _named(sentence, names):
            found = (found or set()) | named
        elif _ALL.search(sentence) or (len(names) == 2 and _BOTH.search(sentence)):
            found = (found or set()) | set(range(1, len(names) + 1))
        else:
            found = found or set()
    return found


def _named(sentence: str, names: Sequence[str]) -> set[int]:
    plain = f" {_plain(sentence)} "
    capitalised = {_plain(word) for word in re.findall(r"\w[\w'’-]*", sentence) if word[0].isupper()}
    split = [_plain(name).split() for name in names[:30]]
    single = Counter(word for words in split for word in {words[0], words[-1]} if words)
    said: set[int] = set()
    for position, words in enumerate(split, 1):
        if not words:
            continue
        forms = {" ".join(words), f"{words[0][0]} {words[-1]}"}
        # Initials count in capitals only, or Ian Smith would be found in "this is"; so do single names, and only
        # those that nobody else in the list bears.
        capitals = r"\.?[ -]?".join(re.escape(word[0].upper()) for word in words)
        alone = {word for word in (words[0], words[-1]) if len(word) > 2 and single[word] == 1}
        if (
            any(f" {form} " in plain for form in forms)
            or alone & capitalised
            or (len(words) > 1 and re.search(rf"(?<!\w){capitals}(?!\w)", sentence))
        ):
            said.add(position)
    return said if len(said) > 1 else set()


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(
        "".join(ch if ch.isalnum() else " " for ch in text if not unicodedata.combining(ch)).split()
    )
