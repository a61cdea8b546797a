"""Scripts that are copies of each other, though they hold no function."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, tree

from db.records import Part
from ranking.code_quality import CodeQualityScorer

SCRIPT = "import torch\n\n" + "".join(
    f"rate_{n} = {n}.0\nfor step in range(rate_{n}):\n    print(rate_{n}, step)\n" for n in range(20)
)


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def hygiene(scorer: CodeQualityScorer, files: dict[str, str | bytes]) -> Part:
    found = scorer.assess("github.com/mira/weir", tree(files))
    return next(part for part in found.parts if part.name == "hygiene")


def repeats(part: Part) -> list[tuple[str, str | None]]:
    return [(e.text, e.location) for e in part.evidence if "stand again" in e.text]


def test_scripts_that_repeat_each_other_are_named(scorer: CodeQualityScorer) -> None:
    other = SCRIPT.replace("rate", "pace").replace("step", "turn")
    copied = hygiene(scorer, {"a.py": SCRIPT, "b.py": SCRIPT})
    assert repeats(copied) == [("60 lines outside functions stand again in b.py:3", "a.py:3")]
    assert copied.score is not None
    assert copied.score < (hygiene(scorer, {"a.py": SCRIPT, "b.py": other}).score or 0) - 5


def test_a_changed_line_hides_no_copy(scorer: CodeQualityScorer) -> None:
    changed = SCRIPT.replace("rate_5 = 5.0", "rate_5 = 50.0")
    ((said, place),) = repeats(hygiene(scorer, {"a.py": SCRIPT, "b.py": changed}))
    assert said.startswith("44 lines outside functions stand again in b.py:")
    assert place is not None


def test_a_table_does_not_repeat_itself(scorer: CodeQualityScorer) -> None:
    table = "ROWS = [\n" + "    (0, 0, 0),\n" * 200 + "]\n"
    assert repeats(hygiene(scorer, {"a.py": NETWORK + table, "b.py": "x = 1\n"})) == []


def test_names_of_files_move_nothing(scorer: CodeQualityScorer) -> None:
    twice = SCRIPT + "import json\nmark = 1\n" + SCRIPT
    one = hygiene(scorer, {"a.py": SCRIPT, "b.py": twice, "c.py": NETWORK})
    other = hygiene(scorer, {"z.py": SCRIPT, "b.py": twice, "a.py": NETWORK})
    assert one.score == other.score
