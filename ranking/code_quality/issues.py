"""How issues from outside were met: shown beside the process sub-score, never in a number.

Nobody has labelled repositories by it, so no weight for it could be checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from db.records import Assessment, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideIssues:
    """Of a repository's newest hundred issues those opened from outside, from ``since`` (the oldest) on."""

    opened: int
    answered: int
    since: datetime | None = None

    def __str__(self) -> str:
        if not self.opened:
            return "no question from outside among the newest issues (shown, not scored)"
        were = "question from outside was" if self.opened == 1 else "questions from outside were"
        since = f" since {self.since:%Y-%m-%d}" if self.since else ""
        return f"{self.answered} of {self.opened} {were} closed or commented on{since} (shown, not scored)"


def with_issues(assessment: Assessment, issues: OutsideIssues | None) -> Assessment:
    """The assessment with a sentence on issues in its process part; every number stays. ``None``: not known."""
    if issues is None:
        return assessment
    said = Evidence(text=str(issues), kind="issues")
    parts = tuple(
        replace(part, evidence=(*part.evidence, said)) if part.name == "process" else part
        for part in assessment.parts
    )
    return replace(assessment, parts=parts)
