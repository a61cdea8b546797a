"""Whose copyright a text names. Names are compared in memory to tell two holders apart, and are shown nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LINE = re.compile(
    r"(?:\bcopyright\b[ \t]*(?=[^\n]{0,60}?(?:\(c\)|©|\b(?:19|20)\d\d\b)|:|by\b|\(c\)|©)|\(c\)(?=[ \t]*(?:19|20)\d\d)"
    r"|©)[ \t:]*([^\n]{1,160})",
    re.I,
)
_DROPPED = re.compile(
    r"\(c\)|©|\bcopyright\b|\b(?:19|20)\d\d\b|<[^>]*>|https?://\S+|\ball rights reserved\b.*|\blicensed under\b.*"
    r"|\bby\b|^[ ,-]*present\b",
    re.I,
)
_PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|\{[^}]*\}|<(?:name|year|copyright|owner)|yyyy|author name here|your name"
    r"|name of (?:the )?(?:author|copyright)|free software foundation|creative commons|present\W*\Z",
    re.I,
)
_WHOEVER = re.compile(
    r"\b(?:authors?|contributors?|developers?|community|team|maintainers?|project)\W*\Z", re.I
)
_COMMON = frozenset({
    "the", "of", "and", "its", "for", "at", "in", "inc", "llc", "ltd", "corp", "corporation", "company",
    "gmbh", "university", "institute", "laboratory", "lab", "labs", "research", "group", "team", "project",
    "authors", "author", "contributors", "contributor", "affiliates", "department", "school", "college",
    "present", "others", "et", "al", "github", "com",
})  # fmt: skip


def holders_of(text: str) -> list[str]:
    """Names after ``Copyright`` in a text, without the gaps that licences leave to be filled in."""
    found = []
    for match in _LINE.finditer(text):
        said = match.group(1)
        if _PLACEHOLDER.search(said):
            continue
        name = " ".join(_DROPPED.sub(" ", said).split()).strip(" .,;:-*/#")
        if name_words(name):
            found.append(name[:100])
    return list(dict.fromkeys(found))


def names_somebody(name: str) -> bool:
    """Whether a holder is a person or an institution rather than whoever took part (``The Pocket Authors``)."""
    return _WHOEVER.search(name) is None


def name_words(name: str) -> frozenset[str]:
    """What tells a holder from others: the words of a name without forms of company and single letters."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    words = {word for word in re.findall(r"[^\W\d_]+", plain) if len(word) > 1}
    return frozenset(words - _COMMON) or frozenset(words)


def is_one_of(name: str, own: Iterable[frozenset[str]]) -> bool:
    """Whether a holder may be one of those: most of the shorter name's words are in the other."""
    words = name_words(name)
    return any(ours and len(words & ours) >= 0.6 * min(len(words), len(ours)) for ours in own)
