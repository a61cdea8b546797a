"""Every invented answer gives exactly the records beside it.

``SOURCING_WRITE_EXPECTED=1 pytest tests/spiders/test_fixtures.py`` writes what is missing or different and fails,
so that somebody reads it before it is kept.
"""

import json
import os

import pytest
from fixture_cases import CASES, FIXTURES, Case, outcome

from spiders.registry import SOURCES


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_gives_its_expected_records(case: Case) -> None:
    made = json.loads(json.dumps(outcome(case)))
    kept = json.loads(case.expected_path.read_text("utf-8")) if case.expected_path.exists() else None
    if made != kept and os.environ.get("SOURCING_WRITE_EXPECTED"):
        case.expected_path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{case.expected_path.name} was written: read it, then run again")
    assert made == kept


def test_no_fixture_lies_about_unread() -> None:
    used = {path for case in CASES for path in (case.path, case.expected_path)}
    folders = [FIXTURES / source.name for source in SOURCES]
    assert {path for folder in folders for path in folder.rglob("*") if path.is_file()} - used == set()


def test_the_abstract_of_an_invented_paper_is_read_the_same_twice() -> None:
    for case in CASES:
        assert outcome(case) == outcome(case)
