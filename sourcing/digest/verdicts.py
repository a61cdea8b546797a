"""The hiring manager's half of the digest: a sheet with a row for each card, that ``import stages`` takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sourcing.export import to_csv

if TYPE_CHECKING:
    from sourcing.digest.page import Section

# What the page writes when verdicts are saved, too.
COLUMNS = ("candidate_id", "full_name", "role", "verdict", "note")


def sheet_name(now: datetime) -> str:
    """What the sheet of a day is called."""
    return f"verdicts-{now:%Y-%m-%d}.csv"


def verdict_sheet(sections: Sequence[Section]) -> str:
    """A CSV with a row for each candidate and role, ``verdict`` and ``note`` to be filled in."""
    return to_csv(
        COLUMNS,
        (
            {"candidate_id": one.candidate.candidate_id, "full_name": one.candidate.full_name, "role": section.role}
            for section in sections
            for one in section.news
        ),
    )  # fmt: skip
