"""Who shares first authorship, read out of what a source prints beside an author list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNT = r"(?P<n>two|three|four|five|six|[2-6])"
# "equally supervised", "equal advising" and "the last two authors" share something, but not first authorship.
_EQUAL = re.compile(
    r"\bequal(?:ly)?[\s-]+contribut\w*|\bcontribut\w*\s+equally|\bcontribut\w*\s+(?:is|are|was|were)\s+equal"
    r"|\bequal\s+first\s+author\w*|\b(?:co|joint|shared)[\s-]*first[\s-]+author\w*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:(?<![A-Z])(?<!\bet al)[.;!]\s+|\n)")
_FIRST_N = re.compile(
    rf"\bfirst\s+{_COUNT}\s+(?:listed\s+)?(?:co-?)?authors?\b"
    rf"|\b{_COUNT.replace('<n>', '<m>')}\s+first\s+authors?\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|both)\s+(?:the\s+)?(?:co-?)?authors?\b|^\s*authors\s+contributed\s+equally", re.IGNORECASE
)
_LAST = re.compile(r"\b(?:last|senior|corresponding|supervis\w*|advis\w*|second and third)\b", re.IGNORECASE)


def equal_contributors(note: str, names: Sequence[str]) -> set[int] | None:
    """Positions (from 1) that ``note`` says contributed equally.

    ``None`` where it says nothing of the kind, an empty set where it does without saying who (then marks on
    the names decide). Understands "the first two authors contributed equally", "all authors contributed
    equally" and lists of names or initials ("A. Lind and B. Okoro contributed equally"). What is said of last
    or senior authors is not about first authorship and is passed over.
    """
    found: set[int] | None = None
    for sentence in _SENTENCE.split(note[:5000]):
        if _EQUAL.search(sentence) is None:
            continue
        if (first := _FIRST_N.search(sentence)) is not None:
            said = (first["n"] or first["m"]).lower()
            count = _NUMBERS.get(said) or int(said)
            found = (found or set()) | set(range(1, min(count, len(names)) + 1))
        elif _LAST.search(sentence):
            continue
        elif _ALL.search(sentence):
            found = (found or set()) | set(range(1, len(names) + 1))
        else:
            found = (found or set()) | _named(sentence, names)
    return found


def _named(sentence: str, names: Sequence[str]) -> set[int]:
    plain = f" {_plain(sentence)} "
    said: set[int] = set()
    for position, name in enumerate(names[:30], 1):
        words = _plain(name).split()
        if not words:
            continue
        forms = {" ".join(words), f"{words[0][0]} {words[-1]}"}
        # Initials count in capitals only, or Ian Smith would be found in "this is".
        capitals = r"\.?[ -]?".join(re.escape(word[0].upper()) for word in words)
        if any(f" {form} " in plain for form in forms) or (
            len(words) > 1 and re.search(rf"(?<!\w){capitals}(?!\w)", sentence)
        ):
            said.add(position)
    return said if len(said) > 1 else set()


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(
        "".join(ch if ch.isalnum() else " " for ch in text if not unicodedata.combining(ch)).split()
    )
