"""Text for a terminal of any width: cells instead of letters, since 漢字 take two and accents none; styles; paging."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.cells import cell_len

# Lines of running text that are longer than this are tiring to read, however wide the window.
WIDEST_TEXT = 100
NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Screen:
    """Where lines are shown: ``width`` × ``height`` cells.

    ``terminal`` is whether somebody looks at it, ``styled`` whether bold and dim are understood and wanted, ``endless``
    whether lines may be as long as they like, as in a pipe, where ``grep`` wants each entry on one.
    """

    width: int
    height: int
    terminal: bool = False
    styled: bool = False
    endless: bool = False

    @property
    def text_width(self) -> int:
        """How wide running text gets."""
        return min(self.width, WIDEST_TEXT)

    def fits(self, lines: Iterable[str]) -> bool:
        """Whether each of these lines can be shown whole."""
        return self.endless or all(cell_len(line) <= self.width for line in lines)

    def lines(self, text: str, hanging: str = "  ") -> list[str]:
        """A text as it is, or broken between words where it cannot be shown whole."""
        indent = text[: len(text) - len(text.lstrip())]
        return [text] if self.fits([text]) else wrapped(text, self.width, indent, hanging)

    def bold(self, text: str) -> str:
        """A text that stands out."""
        return f"\x1b[1m{text}\x1b[0m" if self.styled and text else text

    def dim(self, text: str) -> str:
        """A text that stands back."""
        return f"\x1b[2m{text}\x1b[0m" if self.styled and text else text


def screen() -> Screen:
    """The terminal as it is now; ``COLUMNS`` and ``LINES`` win, and a file or pipe is 80 cells wide."""
    size = shutil.get_terminal_size((80, 24))
    terminal = sys.stdout.isatty()
    styled = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    endless = not terminal and "COLUMNS" not in os.environ
    return Screen(max(NARROWEST, size.columns), size.lines, terminal, styled, endless)


def clean(text: str) -> str:
    """A text on one line, without anything that could steer a terminal: what it says came from strangers.

    >>> clean("a\\x1b[2J\\nb")
    'a [2J b'
    """
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def counted(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(2, "person", "people")
    ('1 row', '2 people')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def cut(text: str, width: int) -> str:
    """At most ``width`` cells of a text, with … where something was left out.

    >>> cut("漢字漢字", 5)
    '漢字…'
    """
    if cell_len(text) <= width:
        return text
    kept, room = "", width - 1
    for letter in text:
        room -= cell_len(letter)
        if room < 0:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text in exactly ``width`` cells, on the left or on the right of them.

    >>> padded("漢", 4) + "|"
    '漢  |'
    """
    shown = cut(text, width)
    spaces = " " * (width - cell_len(shown))
    return spaces + shown if right else shown + spaces


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[str] = ()) -> list[str]:
    """Headings and rows in columns as wide as what stands in them; those of ``right`` end in line, as numbers do.

    >>> table(["who", "papers"], [["Ada", "12"], ["Bo", "3"]], right={"papers"})
    ['who  papers', 'Ada      12', 'Bo        3']
    """
    lines = [headings, *rows]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            padded(cell, width, right=heading in right)
            for cell, width, heading in zip(line, widths, headings, strict=True)
        ).rstrip()
        for line in lines
    ]


def wrapped(text: str, width: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """A text in lines of at most ``width`` cells, broken between words, or within one that fits no line.

    Words that NUL joins stay together and are shown with a space between them. The first line begins with ``indent``,
    the others with ``hanging`` (default: the same).
    """
    after = indent if hanging is None else hanging
    # A number and its sign of per cent stay together.
    words = [word.replace("\0", " ") for word in text.replace(" %", "\0%").split()]
    lines: list[str] = []
    line, empty = indent, True
    for word in _broken(words, max(1, width - max(cell_len(indent), cell_len(after)))):
        if not empty and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line, empty = after, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line] if not empty or not lines else lines


def _broken(words: Iterable[str], width: int) -> Iterator[str]:
    """Words that fit into a line; an address that does not is cut where the line ends."""
    for word in words:
        rest = word
        while cell_len(rest) > width:
            part, room = "", width
            for letter in rest:
                room -= cell_len(letter)
                if room < 0:
                    break
                part += letter
            part = part or rest[0]
            yield part
            rest = rest[len(part) :]
        if rest:
            yield rest


def fitted(line: str, stream: TextIO) -> str:
    """A message as it is, or broken between words where somebody reads it on a terminal that it does not fit."""
    width = shutil.get_terminal_size((80, 24)).columns
    return line if not stream.isatty() or cell_len(line) <= width else "\n".join(wrapped(line, width))


def print_lines(lines: Iterable[str], on: Screen) -> None:
    """Print lines; on a terminal that they do not fit, through the pager (``PAGER``, else less)."""
    told = list(lines)
    text = "".join(f"{line.rstrip()}\n" for line in told)
    if not on.terminal or len(told) < on.height or not _paged(text):
        sys.stdout.write(text)


def _paged(text: str) -> bool:
    """Hand a text to the pager; ``False`` where there is none."""
    command = shlex.split(os.environ.get("PAGER", "less"))
    if not command or shutil.which(command[0]) is None:
        return False
    # As git has it: styles pass through, and what somebody set is left as it is.
    environment = {"LESS": "FRX", **os.environ}
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        reader.communicate(text.encode())
    while reader.poll() is None:
        # Ctrl-C is for the pager, which does not end by it; we end when it does.
        with contextlib.suppress(KeyboardInterrupt):
            reader.wait()
    return True
