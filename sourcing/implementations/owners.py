"""Does the account that owns a repository belong to one of the paper's authors?

Logins are made of names in a few ways: ``jdoe``, ``jane-doe``, ``doej``, ``JDoe42``, ``janed``; East Asian
names often by initials. Nothing here says that two people are one; it is evidence about a link only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)
_PARTICLES = frozenset(
    ["al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "le", "van", "von"]
)
LEVELS = ("full", "given+family", "initial+family", "family", "given", "initials")


@dataclass(frozen=True, slots=True)
class OwnerMatch:
    """The strongest agreement of a login with an author: its level, the author's place (from 1) and name.

    ``explained`` is the share (0..1) of the login's letters that are in the author's name.
    """

    level: str
    position: int
    author: str
    explained: float = 1.0


def match_owner(owner: str, authors: Sequence[str]) -> OwnerMatch | None:
    """The author whose name the login is most clearly made of, or ``None``.

    Levels from strong to weak are :data:`LEVELS`: all of given and family name; a piece (≥ 3 letters) of one
    with the other; initial with family name; family name alone (≥ 4 letters); given name alone (≥ 4);
    initials (≥ 3, or the login is nothing else). Ties go to the earlier author.
    """
    login = re.sub(r"[^a-z]", "", fold(owner))
    if len(login) < 2:
        return None
    pieces = tuple(piece for piece in re.split(r"[^a-z]+", _spaced(owner)) if piece)
    best: tuple[int, int] | None = None
    for position, author in enumerate(authors, start=1):
        level = _level(login, pieces, author)
        if level is not None and (best is None or (level, position) < best):
            best = (level, position)
    if best is None:
        return None
    author = authors[best[1] - 1]
    return OwnerMatch(LEVELS[best[0]], best[1], author, _explained(login, author))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents."""
    text = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(ch for ch in text if not unicodedata.combining(ch))


def _spaced(owner: str) -> str:
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", owner))


@lru_cache(maxsize=65536)
def _name_parts(author: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Given names, words of the family name (long enough to tell), and all initials."""
    if "," in author:
        family_first, _, rest = author.partition(",")
        author = f"{rest} {family_first}"
    groups = [[part for part in re.split(r"[^a-z]+", word) if part] for word in fold(author).split()]
    groups = [parts for parts in groups if parts and parts[-1] not in ("jr", "sr", "ii", "iii")]
    words = [part for parts in groups for part in parts]
    initials = "".join(word[0] for word in words)
    plain = [parts for parts in groups if parts[0] not in _PARTICLES] or groups
    if len(plain) < 2:
        return (), tuple(plain[0]) if plain else (), initials
    # Parts of a hyphenated name are used alone as well as together: "Jun-Ho" is jun, ho and junho.
    given = tuple(dict.fromkeys(form for parts in plain[:-1] for form in (*parts, "".join(parts))))
    family = [*plain[-1], "".join(plain[-1])]
    if any(word in _PARTICLES for word in words):
        family.append("".join(words[1:]))
    return given, tuple(dict.fromkeys(family)), initials


def _level(login: str, pieces: tuple[str, ...], author: str) -> int | None:
    given, family, initials = _name_parts(author)
    if not family:
        return None
    level: int | None = None
    for last in family:
        for first in given:
            level = _stronger(level, _pair(login, first, last))
        standing = last in pieces and len(last) >= 3
        if standing or (len(last) == 4 and login.startswith(last)) or (len(last) >= 5 and last in login):
            level = _stronger(level, 3)
    for first in given:
        if len(first) >= 4 and (
            first in pieces or login.startswith(first) or (len(first) > 5 and first in login)
        ):
            level = _stronger(level, 4)
    if len(initials) >= 2:
        rotated = initials[-1] + initials[:-1]  # family name first
        for form in (initials, rotated):
            if login == form or form in pieces or (len(form) >= 3 and login.startswith(form)):
                level = _stronger(level, 5)
    return level


def _explained(login: str, author: str) -> float:
    """Take the author's names out of the login, longest first, whole or their beginnings; what share goes?"""
    given, family, _ = _name_parts(author)
    rest = login
    for name in sorted({*given, *family}, key=lambda name: (-len(name), name)):
        for length in range(len(name), 0, -1):
            if name[:length] in rest and (
                length >= 3 or length == len(name) or rest.startswith(name[:length])
            ):
                rest = rest.replace(name[:length], "", 1)
                break
    return 1 - len(rest) / len(login)


def _pair(login: str, first: str, last: str) -> int | None:
    """How a login joins one given and one family name."""
    if len(first) < 2 or len(last) < 2:
        if len(first) == 1 and len(last) >= 3 and (login in (first + last, last + first)):
            return 2
        return None
    if (
        first in login
        and last in login
        and len(first) + len(last) >= 5
        and (first + last in login or last + first in login)
    ):
        return 0
    if len(first) >= 3 and len(last) >= 3 and first in login and last in login.replace(first, " ", 1):
        return 0
    for length in range(min(len(first), 6), 2, -1):
        if len(last) >= 3 and any(form in login for form in (first[:length] + last, last + first[:length])):
            return 1
    for length in range(min(len(last), 6), 2, -1):
        if len(first) >= 3 and any(form in login for form in (first + last[:length], last[:length] + first)):
            return 1
    if len(last) >= 3 and any(
        login.startswith(form) or login.endswith(form) for form in (first[0] + last, last + first[0])
    ):
        return 2
    if len(last) >= 3 and (first[:2] + last in login or last + first[:2] in login):
        return 2
    if len(first) >= 4 and login in (first + last[0], last[0] + first, first + last[:2]):
        return 2
    return None


def _stronger(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
