"""A shortlist for eyes (a table that fits the terminal) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
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

# What tells who somebody is, or lets it be guessed.
IDENTIFYING = (
    "full_name", "given", "family", "best_paper_id", "best_paper_title", "best_paper_url", "best_paper_date", "venue",
    "repository_key", "repository_url", "affiliation", "sector", "country", "years_active", "homepage", "email",
    "email_url", "identifiers", "why", "first_seen", "last_seen", "notice_due",
)  # fmt: skip


def print_shortlist(found: Sequence[Candidate], title: str, *, blind: bool) -> None:
    """Print candidates as a table; what is unknown is a dot, never 0."""
    if not found:
        return
    console = Console()
    shown = [axis for axis in Axis if any(one.axis(axis) is not None for one in found)]
    table = Table(
        title=title, title_justify="left", pad_edge=False, box=None, header_style="bold", expand=False
    )
    table.add_column("#", justify="right")
    table.add_column("id", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    for axis in shown:
        table.add_column(_HEADINGS[axis], justify="right", no_wrap=True)
    table.add_column("" if blind else "who, and why", ratio=1)
    for one in found:
        low, high = round(one.low or 0), round(one.high or 0)
        row: list[str | Text] = [str(one.rank or "–"), one.candidate_id]
        row.append(Text.assemble((f"{one.score or 0:.0f}", "bold"), (f" {low}–{high}", "dim")))
        row += [_number(one.axis(axis)) for axis in shown]
        # The reason stands under the name: a column of its own would be ten letters wide on a usual terminal.
        row.append("" if blind else Text.assemble((one.full_name, "bold"), "\n", one.why))
        table.add_row(*row)
    console.print(table)


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
