"""Printed author lists → :class:`db.records.Author`: order, collaborations, marks, joint first authors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db.records import Author, Identifier
from spiders.parsing.joint_first import equal_contributors
from spiders.parsing.text import MAX_NAME, one_line

MAX_AUTHORS = 10_000

# Not persons. arXiv prints "Super-Kamiokande Collaboration", ":", "K. Abe", … as if each were an author.
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|working group|task force)\s*:?$|^(?:the )?[\w .-]+ team:?$"
    r"|^et\.? al\.?$|^others$",
    re.IGNORECASE,
)
# Every match of _GROUP ends in one of these; most names do not.
_GROUP_ENDINGS = (
    "collaboration", "collaborations", "consortium", "group", "force", "team", "al", "others"
)  # fmt: skip
_FOR_GROUP = re.compile(
    r",?\s+(?:for|on behalf of)\s+(?:the\s+.+|\S+(?:\s+\S+){0,5}\s+(?:collaborations?|consortium))$",
    re.IGNORECASE,
)
_SAID_EQUAL = re.compile(
    r"\s*\(?\b(?:equal contributions?|contributed equally|co-?first authors?)\)?", re.IGNORECASE
)
_MARKS = re.compile(r"(?:\s*(?:\$?\^?\{?[*∗⁎＊⋆†‡§¶#]+\}?\$?|[¹²³⁰-⁹]+))+$")
_STAR = re.compile(r"[*∗⁎＊⋆†‡§¶#]")
SUFFIX = re.compile(r"(?:jr|sr)\.?|[ivx]{2,4}|i?v|phd|ph\.d\.|m\.?d\.?", re.IGNORECASE)
LONGEST_SUFFIX = len("ph.d.")


@dataclass(slots=True, kw_only=True)
class PrintedAuthor:
    """One entry of an author list, before it is known whether it is a person.

    Not frozen, since a list makes thousands and a frozen one takes three times as long; nobody changes it all the same.
    """

    name: str
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    affiliations: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    equal: bool = False


def number_authors(printed: Iterable[PrintedAuthor], note: str | None = None) -> tuple[Author, ...]:
    """Keep the persons among ``printed``, number them from 1, and mark joint first authors.

    A collaboration, a lone ``:`` and ``et al.`` are no persons; what stands before a ``:`` is a
    collaboration's name. ``note`` is the source's free text (arXiv's comment) in which equal contribution may
    be stated. ``joint_first`` is set on every member of a group that includes position 1, and only where the
    source says so: a star alone also means "corresponding author".
    """
    people: list[Author] = []
    equal: set[int] = set()
    starred: set[int] = set()
    for entry in printed:
        name = one_line(_composed(entry.name), MAX_NAME)
        if name is None:
            continue
        if name[-1] == ":":
            people, equal, starred = [], set(), set()
            continue
        bare, says_equal, has_star = _without_marks(name)
        if bare is None:
            continue
        given = _composed(entry.given) if entry.given else None
        family = _composed(entry.family) if entry.family else None
        if bare != name and not (family and bare.endswith(family)):
            given = family = None
        position = len(people) + 1
        people.append(
            Author(
                name=bare,
                position=position,
                given=given,
                family=family,
                suffix=entry.suffix,
                affiliations=entry.affiliations,
                identifiers=entry.identifiers,
            )
        )
        if says_equal or entry.equal:
            equal.add(position)
        if has_star:
            starred.add(position)
        if position >= MAX_AUTHORS:
            break
    joint = _joint_first([one.name for one in people], equal, starred, note)
    if joint:
        people = [replace(one, joint_first=True) if one.position in joint else one for one in people]
    return tuple(people)


def _without_marks(name: str) -> tuple[str | None, bool, bool]:
    """(the person's name, whether equal contribution is said, whether there is a star); no name if it is nobody's."""
    says_equal, has_star, bare = False, False, name
    lower = name.lower()
    if ("equal" in lower or "first" in lower) and _SAID_EQUAL.search(bare):
        bare, says_equal = _SAID_EQUAL.sub("", bare).strip(), True
    if not bare[-1:].isalpha():
        if (marks := _MARKS.search(bare)) is not None:
            has_star = _STAR.search(marks[0]) is not None
            bare = bare[: marks.start()].strip()
        if not any(map(str.isalpha, bare)):
            return None, says_equal, has_star
    if (" for " in lower or " behalf " in lower) and _FOR_GROUP.search(bare):
        bare = _FOR_GROUP.sub("", bare)
        if not any(map(str.isalpha, bare)):
            return None, says_equal, has_star
    plain = lower if bare == name else bare.lower()
    if plain.rstrip(": .").endswith(_GROUP_ENDINGS) and _GROUP.search(bare):
        return None, says_equal, has_star
    return bare, says_equal, has_star


def _composed(name: str) -> str:
    """One code point for each letter with its accent; TeX's dotless i under an accent becomes a plain one."""
    if name.isascii():
        return name
    return unicodedata.normalize("NFC", re.sub("ı(?=[\u0300-\u036f])", "i", name))


def _joint_first(names: Sequence[str], equal: set[int], starred: set[int], note: str | None) -> set[int]:
    group = equal
    if note and (said := equal_contributors(note, names)) is not None:
        group = equal | (said or starred)
    return group if 1 in group and len(group) > 1 else set()


def turn_round(name: str) -> tuple[str, str | None, str | None, str | None]:
    """``Last, First`` or ``Last, Jr., First`` → (full name, given, family, suffix); others come back whole.

    >>> turn_round("van der Berg, Jr., Anna")
    ('Anna van der Berg Jr.', 'Anna', 'van der Berg', 'Jr.')
    """
    if "," not in name:
        return name.strip(), None, None, None
    parts = [part for piece in name.split(",") if (part := piece.strip())]
    if len(parts) == 2 and len(parts[1]) <= LONGEST_SUFFIX and SUFFIX.fullmatch(parts[1]):
        return f"{parts[0]} {parts[1]}", None, None, parts[1]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}", parts[1], parts[0], None
    if len(parts) == 3 and (at := next((i for i in (1, 2) if SUFFIX.fullmatch(parts[i])), None)):
        given = parts[3 - at]
        return f"{given} {parts[0]} {parts[at]}", given, parts[0], parts[at]
    return name.strip(), None, None, None


def split_author_line(line: str) -> list[PrintedAuthor]:
    """Read one line in arXiv's author syntax, with affiliations in brackets.

    ``Ann One (1), Bo Two (1 and 2) ((1) Institute A, (2) Institute B)``, ``Ann One (Institute A) and Bo Two``
    and ``X Collaboration: Ann One, …`` as described at https://info.arxiv.org/help/prep.html#author.
    """
    line, institutes = _institutes(" ".join(line.split()))
    if (
        colon := re.match(r"[^(),]*\b(?:collaborations?|consortium|team)\s*:", line, re.IGNORECASE)
    ) is not None:
        line = line[colon.end() :]
    found: list[PrintedAuthor] = []
    for name, brackets in _top_level(line):
        if found and SUFFIX.fullmatch(name):
            found[-1] = replace(found[-1], name=f"{found[-1].name} {name}", suffix=name)
            continue
        affiliations: list[str] = []
        for bracket in brackets:
            numbers = re.findall(r"\d+", bracket)
            if numbers and re.fullmatch(r"[\d\s,;&]*(?:and\s*\d+)?[\d\s,;&and]*", bracket):
                affiliations += [institutes[number] for number in numbers if number in institutes]
            elif bracket:
                affiliations.append(bracket)
        found.append(PrintedAuthor(name=name, affiliations=tuple(dict.fromkeys(affiliations))))
    return found


def _institutes(line: str) -> tuple[str, dict[str, str]]:
    """Cut the closing ``((1) Institute A, (2) Institute B)`` off a line."""
    start = line.find("((")
    if start < 0:
        return line, {}
    inside = line[start + 1 :].rstrip()
    inside = inside[:-1] if inside.endswith(")") else inside
    pieces = re.split(r"\((\d{1,4})\)\s*", inside)
    return line[:start], {
        number: institute
        for number, text in zip(pieces[1::2], pieces[2::2], strict=False)
        if (institute := text.strip(" ,;"))
    }


def _top_level(line: str) -> list[tuple[str, list[str]]]:
    """Split at commas, semicolons and "and" outside brackets; brackets belong to the name before them."""
    found: list[tuple[str, list[str]]] = []
    name: list[str] = []
    brackets: list[str] = []
    bracket: list[str] = []
    depth = 0
    for piece in re.findall(r"\(|\)|[,;]|\band\b|&|[^(),;&\s]+|\s+", line + ","):
        if piece == "(":
            depth += 1
            if depth == 1:
                bracket = []
                continue
        elif piece == ")" and depth:
            depth -= 1
            if depth == 0:
                brackets.append("".join(bracket).strip())
                continue
        if depth:
            bracket.append(piece)
        elif piece in {",", ";", "and", "&"}:
            text = "".join(name).strip()
            if text:
                found.append((text, brackets))
            elif found and brackets:
                found[-1][1].extend(brackets)
            name, brackets = [], []
        elif piece != ")":
            name.append(piece)
    return found
