"""Headings of documents, and which lines stand under which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ranking.code_quality.documents.texts import LONGEST_LINE

_TILDES = re.compile(r"\s{0,3}~~~(?!~)[\w-]{0,30}\s*\Z")


class Line(NamedTuple):
    """``section`` is the heading above, empty for a heading and before the first.

    ``caption`` is what the section says last before it: of a line of code the sentence above, or the comment in it.
    """

    number: int
    text: str
    is_heading: bool
    section: str
    caption: str


def is_heading(lines: Sequence[str], index: int) -> bool:
    """Whether a line is a heading in Markdown, HTML or reStructuredText, or stands alone in bold."""
    line = lines[index]
    if line.startswith("#") or (line.startswith("<h") and line[2:3].isdigit()):
        return True
    under = lines[index + 1].strip() if index + 1 < len(lines) and not is_fence(lines[index + 1]) else ""
    if line.strip() and len(under) >= 3 and set(under) <= set("=-~^") and len(set(under)) == 1:
        return True
    return line.startswith("**") and line.rstrip(" :").endswith("**") and len(line) < 80


def is_fence(line: str) -> bool:
    """Whether a line begins or ends a block of code; more than three tildes underline a heading."""
    return line.lstrip().startswith("```") or _TILDES.match(line) is not None


def lines_in_sections(lines: Sequence[str]) -> Iterator[Line]:
    """All lines but overlong ones and the marks around code; in code no line is a heading."""
    fenced = False
    section = caption = above = ""
    for index, text in enumerate(lines):
        if is_fence(text):
            fenced = not fenced
            caption = above
        elif len(text) <= LONGEST_LINE:
            heading = not fenced and is_heading(lines, index)
            yield Line(index + 1, text, heading, "" if heading else section, "" if heading else caption)
            if heading:
                section, caption, above = text, "", ""
            elif fenced and text.lstrip().startswith("#"):
                caption = text
            elif not fenced and text.strip():
                caption = above = text
