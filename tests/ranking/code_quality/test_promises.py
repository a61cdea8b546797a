"""Code that is announced is told apart from what else is to come."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, tree

from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.documents.promises import promised_code, without_what_is_withheld


@pytest.mark.parametrize(
    "line",
    [
        "Code coming soon.",
        "The source code will be made publicly available upon acceptance.",
        "We will release our training code after the review.",
        "Code and weights will be released in May.",
        "Our implementation is not yet available.",
        "This repository is under construction.",
        "Stay tuned for the code!",
    ],
)
def test_code_to_come_is_heard(line: str) -> None:
    assert promised_code(["# Pond Net", "", line]) == (line, 3)


@pytest.mark.parametrize(
    "line",
    [
        "Documentation coming soon.",
        "Pretrained weights will be released soon.",
        "The documentation of the code is coming soon.",
        "The code is here, and the data will be available in May.",
        "More ponds will be added.",
        "This code was released in 2024. The weights come soon.",
        "New ponds coming soon to this repository.",
    ],
)
def test_what_else_is_to_come_is_no_promise_of_code(line: str) -> None:
    assert promised_code(["# Pond Net", "", line]) is None


def test_where_there_is_only_a_promise_its_line_is_shown() -> None:
    files: dict[str, str | bytes] = {"README.md": "# Pond Net\n\nCode coming soon.\n"}
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree(files))
    assert found.reason == "no code yet: the README announces it"
    assert ("announces code to come: “Code coming soon.”", "README.md:3") in {
        (one.text, one.location) for one in found.evidence
    }


def test_vendored_code_is_said_before_a_promise() -> None:
    files: dict[str, str | bytes] = {
        "README.md": "# Pond Net\n\nCode coming soon.\n",
        "third_party/net.py": NETWORK * 3,
    }
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree(files))
    assert "vendored" in (found.reason or "")


def test_a_sentence_that_withholds_takes_only_itself_away() -> None:
    line = "The weights cannot be shared. The data: https://ponds.example"
    assert without_what_is_withheld(line) == "The data: https://ponds.example"
    assert without_what_is_withheld("Nothing is withheld.") == "Nothing is withheld."


def test_what_an_implementation_does_not_do_is_no_code_to_come() -> None:
    assert promised_code(["The sieve's implementation does not provide safety against overflow."]) is None
    assert promised_code(["The code is not yet released."]) is not None
