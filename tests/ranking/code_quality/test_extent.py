"""What is said of how much was read, and how."""

from __future__ import annotations

import json

import pytest
from invented_trees import NETWORK, tree

from db.records import Evidence
from ranking.code_quality import CodeQualityScorer

KEY = "github.com/mira/ponds"


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def told(scorer: CodeQualityScorer, files: dict[str, str | bytes]) -> dict[str, Evidence]:
    found = scorer.assess(KEY, tree({"README.md": "# Ponds\n", "net.py": NETWORK * 3} | files))
    return {one.text: one for one in found.evidence}


def test_what_the_grammar_cannot_take_is_read_by_lines_and_that_is_said(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {
        "old.py": "import os\nprint 'old'\n" + NETWORK,
        "older.py": "print 'older'\n" + NETWORK,
        "half.py": NETWORK + "def (:\n",
        "cut.py": NETWORK + "\nclass Pond(\n",
        "null.py": b"depth = 1\0\n",
    }
    said = told(scorer, files)
    by_lines = "files were read by lines and not by the grammar"
    assert said[f"2 {by_lines}: Python 2"].location == "old.py:2"
    assert said[f"2 {by_lines}: it does not parse"].location == f"half.py:{NETWORK.count(chr(10)) + 1}"
    assert said["one file was not read: it holds null bytes"].location == "null.py"
    assert not any("not read: Python 2" in text for text in said)


def test_few_lines_in_python_2_are_few_lines(scorer: CodeQualityScorer) -> None:
    old = {"old.py": "print 'old'\n" + "depth = 1\n" * 9}
    assert scorer.assess(KEY, tree(old)).reason == "only 10 lines of code"  # and not: could not be read


def test_a_document_that_is_read_in_part_is_named(scorer: CodeQualityScorer) -> None:
    long = "# Ponds\n\n" + "Ponds are dug where the meadow is wet.\n" * 4_000
    said = told(scorer, {"README.md": long, "docs/guide.md": "# Guide\n"})
    assert said["only the first 120,000 bytes of it were read"].location == "README.md"
    both = told(scorer, {"README.md": long, "docs/guide.md": long})
    assert "only the first 120,000 bytes of each of 2 documents were read" in both
    assert not any("only the first" in text for text in told(scorer, {}))


def test_what_stands_late_in_a_readme_of_many_short_lines_is_found(scorer: CodeQualityScorer) -> None:
    readme = "# Ponds\n\n" + "- reed\n" * 5_000 + "\n## Install\n\n```\npip install ponds\n```\n"
    found = scorer.assess(KEY, tree({"README.md": readme, "net.py": NETWORK * 3}))
    said = {e.text: e.location for part in found.parts for e in part.evidence}
    assert said["tells how to install it"] == "README.md:5007"


def test_long_lines_are_counted_in_characters(scorer: CodeQualityScorer) -> None:
    said = told(scorer, {"README.md": "# Ponds\n\n" + "池" * 800 + "\n"})
    assert not any("characters not read" in text for text in said)
    said = told(scorer, {"README.md": "# Ponds\n\n" + "池" * 1_600 + "\n"})
    assert said["one line of it over 1,500 characters not read"].location == "README.md"


def test_the_share_of_what_is_left_out_is_of_lines_of_code(scorer: CodeQualityScorer) -> None:
    picture = [{"output_type": "display_data", "data": {"image/png": ["x" * 60 + "\n"] * 5_000}}]
    cells = [{"cell_type": "code", "source": ["import os\n", "depth = 1"], "outputs": picture}]
    files: dict[str, str | bytes] = {
        "net.py": "depth = 1\n" * 98,
        "vendor/show.ipynb": json.dumps({"nbformat": 4, "cells": cells}, indent=1),
        "vendor/ponds.c": "/* Ponds.\n * Many.\n */\n\n" * 50 + "int depth;\n" * 98,
    }
    assert "51 % of the code is not counted: vendored (vendor/)" in told(scorer, files)


def test_what_is_not_parsed_is_unknown_and_not_bad(scorer: CodeQualityScorer) -> None:
    plain = (
        "import os\n\n\ndef dig(depth):\n    for step in depth:\n        os.sync()\n    return depth\n\n\n"
    )
    old = scorer.assess(KEY, tree({"README.md": "# Ponds\n", "net.py": "print 'old'\n" + plain * 20}))
    loose = scorer.assess(KEY, tree({"README.md": "# Ponds\n", "net.py": "depth = 1\nprint(depth)\n" * 70}))
    parts = [{part.name: part.score or 0 for part in one.parts} for one in (old, loose)]
    assert parts[0]["engineering"] > parts[1]["engineering"] + 5
