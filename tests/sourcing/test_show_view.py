"""What a page about one subject looks like: where a score stands, and what of its evidence is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sourcing.show_view import MOST_EVIDENCE, subject_lines
from sourcing.terminal import Screen

NOW = datetime(2026, 11, 10, tzinfo=UTC)


def page(found: dict[str, Any]) -> list[str]:
    return list(subject_lines({"id": "github.com/lab/tide", **found}, now=NOW, on=Screen(100, 50)))


def scored(axis: str, evidence: int) -> dict[str, Any]:
    said = [{"text": f"finding {number}", "kind": "code"} for number in range(evidence)]
    stands = [
        {"text": "only the linked folder tide/ counts", "kind": "extent"},
        {"text": "for it: tests", "kind": "summary"},
        {"text": "better than 40 % of all research code", "kind": "percentile"},
    ]
    return {
        "axis": axis, "status": "scored", "score": 40.0, "low": 30.0, "high": 50.0, "evidence": stands,
        "parts": [{"name": "completeness", "score": 41.0, "evidence": said}], "validated_on": "Invented rows.",
    }  # fmt: skip


def test_how_many_findings_are_left_out_is_said() -> None:
    cut = page({"scores": [scored("code_quality", MOST_EVIDENCE + 3)]})
    assert sum("• finding" in line for line in cut) == MOST_EVIDENCE
    assert any("• and 3 more (--json lists them)" in line for line in cut)
    for few in (1, MOST_EVIDENCE):
        whole = page({"scores": [scored("code_quality", few)]})
        assert sum("• finding" in line for line in whole) == few
        assert not any("more" in line for line in whole)


def test_where_a_score_stands_comes_right_under_it() -> None:
    lines = [line.strip() for line in page({"scores": [scored("code_quality", 1)]})]
    at = lines.index("code quality: 40 (30–50)")
    assert lines[at + 1 : at + 3] == ["better than 40 % of all research code", "for it: tests"]
    assert lines.count("better than 40 % of all research code") == 1
    assert "• only the linked folder tide/ counts" in lines


def test_how_far_to_trust_a_folders_score_is_said_where_only_that_has_one() -> None:
    lines = page({"scores": [], "folders": [{"folder": "tide", "scores": [scored("code_quality", 1)]}]})
    assert any("code quality: Invented rows." in line for line in lines)


def test_a_bar_that_was_missed_and_why_are_two_sentences() -> None:
    role = {
        "role": "mlops", "rank": None, "score": 40.0, "low": 30.0, "high": 50.0, "axes": {}, "lift": 0.0,
        "excluded": "code quality 26 is below the bar of 40", "why": "Published a tide.", "unknown_bars": [],
    }  # fmt: skip
    told = " ".join(" ".join(page({"roles": [role]})).split())
    assert "mlops: not listed: code quality 26 is below the bar of 40. Published a tide." in told
