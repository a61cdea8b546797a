"""A licence that is named without its text: by the README, or where a package states it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ranking.code_quality.documents.texts import LONGEST_LINE
from ranking.code_quality.tree import SourceTree

# Longer names first, so that LGPL is not taken for GPL.
_NAMES = (
    r"MIT(?:-0)?|Apache(?:[ -]?(?:License|Licence|version|v)?,?[ -]?(?:version )?2(?:\.0)?)?"
    r"|BSD(?:[ -][0-4][ -]?clause)?"
    r"|[AL]?GPL(?:[ -]?v?[23](?:\.[01])?)?(?:[ -]only|[ -]or[ -]later|\+)?"
    r"|GNU (?:\w{1,10} )?General Public License(?: v?[23])?"
    r"|MPL[ -]?2\.0|Mozilla Public License|CC[ -]BY[\w.-]{0,16}(?: \d\.\d)?|CC0|Creative Commons"
    r"|ISC|Unlicense|EPL[ -]?\d\.\d|Zlib"
)
_IN_PROSE = re.compile(
    rf"\b(?:licen[cs]ed|released|distributed|published|available|provided|covered)\b[^\n.]{{0,60}}?\bunder\b"
    rf"[^\n.]{{0,40}}?\b({_NAMES})\b"
    rf"|\b({_NAMES})[ -](?:open[ -]source )?licen[cs]ed?\b"
    rf"|\blicen[cs]e\b\W{{0,6}}(?:is |under |the )?\b({_NAMES})\b",
    re.I,
)
_ALONE = re.compile(rf"\W{{0,6}}(?:the )?\b({_NAMES})\b", re.I)
_HEADING = re.compile(r"(?:#{1,6} ?|\*\*|<h\d>)\W{0,6}licen[cs](?:e|ing)\b", re.I)
# What another work is under, or what this one is not under.
_OF_OTHERS = re.compile(
    r"\b(?:not|without|their|its own|respective|third[ -]party|data ?sets?|borrow\w*|adapt\w*|depend\w*|based on"
    r"|thanks?|acknowledge\w*|which is|that is)\b",
    re.I,
)
_IN_PACKAGE = re.compile(
    r"(?:^|[\s,({])[\"']?licen[cs]e[\"']?\s{0,8}[=:]\s{0,8}(?:\{\s{0,8}(?:text|type|name)\s{0,4}=\s{0,4})?[\"']?"
    rf"({_NAMES})\b|License :: (?:OSI Approved :: )?([^\"'\n]{{3,60}})",
    re.I | re.M,
)
_PACKAGES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "package.json",
    "Cargo.toml",
    "CITATION.cff",
    "DESCRIPTION",
)
_MOST_LINES = 4000


@dataclass(frozen=True, slots=True)
class StatedLicence:
    """A licence's name and where it is stated."""

    name: str
    path: str
    line: int


def stated_licence(tree: SourceTree, readme: str | None, lines: list[str]) -> StatedLicence | None:
    """The licence that a repository without a licence file names; what packages state comes first."""
    for path in _PACKAGES:
        file = tree.by_path.get(path)
        if file is None or file.content is None:
            continue
        for number, line in enumerate(
            file.content.decode("utf-8", "replace").split("\n")[:_MOST_LINES], start=1
        ):
            if len(line) <= LONGEST_LINE and (match := _IN_PACKAGE.search(line)):
                return StatedLicence(_found(match), path, number)
    if readme is None:
        return None
    below = False
    for number, line in enumerate(lines, start=1):
        if not line.strip() or len(line) > LONGEST_LINE:
            continue
        if _HEADING.match(line):
            below = True
        elif line.startswith("#"):
            below = False
        if _OF_OTHERS.search(line):
            continue
        if match := _IN_PROSE.search(line) or (_ALONE.match(line) if below else None):
            return StatedLicence(_found(match), readme, number)
    return None


def _found(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group).strip()
