"""Recall on reading lists, on invented records."""

import gzip
import json
from pathlib import Path

import pytest

from sourcing.evaluate.preference import evaluate

FIELDS = {"q.TD": "tide gauge surge harbour estuary", "q.KN": "loom weaving thread warp shuttle"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two narrow categories of 45 papers with words of their own, and 150 papers on anything."""
    rows = []
    for number in range(240):
        field = ("q.TD", "q.KN", f"q.X{number % 10}")[0 if number < 45 else 1 if number < 90 else 2]
        words = FIELDS.get(field, f"anything case{number} matter{number % 40} question{number % 7}")
        rows.append(
            {
                "id": f"2507.{number:05d}", "title": f"Paper {number}",
                "summary": f"{words} item{number} seen{number % 9}", "categories": [field], "listed": "2025-07-01",
            }
        )  # fmt: skip
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def test_papers_of_a_field_with_its_own_words_are_found(data: Path) -> None:
    found = evaluate(data)
    assert (found["n"], found["reading_lists"]) == (240, 2)
    halves = [found[half] for half in ("looked_at", "not_looked_at") if half in found]
    assert halves
    for half in halves:
        assert isinstance(half, dict)
        assert half["likes_5"]["recall_at_50"] > 0.9
        assert half["likes_5"]["chance"] < 0.25
    assert evaluate(data)["reading_lists"] == 2


def test_rows_without_a_narrow_category_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    row = {"id": "1", "title": "T", "summary": "s", "categories": ["q.TD"], "listed": "2025-07-01"}
    path.write_text(json.dumps(row))
    with pytest.raises(ValueError, match="no category has"):
        evaluate(path)
