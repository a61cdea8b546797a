"""A shortlist for eyes (lines that fit the terminal) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from db.queries.candidates import Candidate
from db.records import Axis

_HEADINGS = {
    Axis.ORIGINALITY: "orig",
    Axis.CODE_QUALITY: "code",
    Axis.IMPORTANCE: "imp",
    Axis.EXECUTION: "exec",
    Axis.FIT: "fit",
}

WIDEST = 100
INDENT = 5

# What tells who somebody is, or lets it be guessed.
IDENTIFYING = (
    "full_name", "given", "family", "best_paper_id", "best_paper_title", "best_paper_url", "best_paper_date", "venue",
    "repository_key", "repository_url", "affiliation", "sector", "country", "years_active", "homepage", "email",
    "email_url", "identifiers", "why", "first_seen", "last_seen", "notice_due",
)  # fmt: skip


def print_shortlist(found: Sequence[Candidate], title: str, *, blind: bool) -> None:
    """Print candidates one under the other; what is unknown is a dot, never 0.

    The reason stands under the scores, across the terminal (at most :data:`WIDEST` columns): as a column of its own it
    would be twenty letters wide.
    """
    if not found:
        return
    console = Console()
    axes = [axis for axis in Axis if any(one.axis(axis) is not None for one in found)]
    heads = "".join(f"{_HEADINGS[axis]:>6}" for axis in axes)
    _line(console, Text(title, "bold"))
    _line(
        console,
        Text(f"  #  {'id':<12}  {'score':<10}{heads}{'' if blind else '  who, and why'}".rstrip(), "bold"),
    )
    for one in found:
        low, high = round(one.low or 0), round(one.high or 0)
        scores = "".join(f"{_number(one.axis(axis)):>6}" for axis in axes)
        interval = f"{low}–{high}"
        line = Text.assemble(
            f"{one.rank or '–':>3}  {one.candidate_id:<12}  ", (f"{one.score or 0:>3.0f}", "bold")
        )
        line.append_text(Text.assemble((f" {interval:<6}", "dim"), scores))
        if blind:
            _line(console, line)
            continue
        _line(console, Text.assemble(line, "  ", (one.full_name, "bold")))
        for piece in Text(one.why).wrap(console, min(console.width, WIDEST) - INDENT):
            piece.rstrip()
            _line(console, Text.assemble(" " * INDENT, piece))


def _line(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True)


def _number(score: float | None) -> str:
    return "·" if score is None else f"{score:.0f}"


def as_json(one: Candidate, *, blind: bool) -> dict[str, Any]:
    """A candidate for programs. Blind leaves out all that tells who it is."""
    found = asdict(one)
    del found["row_id"], found["best_paper_row"]
    if blind:
        for name in IDENTIFYING:
            found.pop(name, None)
    return found
