import os
import subprocess
import sys

import pytest

from sourcing.implementations.owners import match_owner
from sourcing.implementations.titles import name_parts, paper_words, spelled_from, word_agreement

AUTHORS = ["Marta Keßler-Ostrova", "Jun-Ho Baek", "Đorđe van der Zand", "Li Wei"]


@pytest.mark.parametrize(
    ("login", "level", "position"),
    [
        ("marta-kessler", "full", 1),
        ("KesslerMarta42", "full", 1),
        ("mkessler", "initial+family", 1),
        ("junhobaek", "full", 2),
        ("baekjunho", "full", 2),
        ("vanderzand-dorde", "full", 3),
        ("Zand-Lab", "family", 3),
        ("weili", "full", 4),
        ("kesslerlab", "family", 1),
    ],
)
def test_logins_made_of_names(login: str, level: str, position: int) -> None:
    found = match_owner(login, AUTHORS)
    assert found is not None
    assert (found.level, found.position) == (level, position)


@pytest.mark.parametrize("login", ["deepwater-ai", "x", "42", "tensorhub", "lab", ""])
def test_logins_of_others(login: str) -> None:
    assert match_owner(login, AUTHORS) is None


def test_the_earlier_author_wins_a_tie() -> None:
    found = match_owner("baek", ["Ana Baek", "Jun Baek"])
    assert found is not None
    assert found.position == 1


def test_a_name_is_taken_apart() -> None:
    parts = name_parts("TideNet-pytorch_ICML2024")
    assert parts.core == ("tide", "net")
    assert parts.core_key == "tidenet"
    assert parts.year == 2024
    assert parts.venue


def test_what_a_repository_may_be_named_after() -> None:
    words = paper_words("TideNet: Forecasting Floods", "We call the sampler EbbFlow (EF2).", 2024)
    assert words.head == "tidenet"
    assert {"ebbflow", "ef2"} <= set(words.coined_in_abstract)
    assert words.initials == "tff" or words.initials.endswith("ff")


def test_names_spelled_from_titles() -> None:
    title = ["video", "object", "segmentation", "with", "tides"]
    assert spelled_from("videoseg", title) > 0.9
    assert spelled_from("vost", title) > 0.5
    assert spelled_from("vost", title) < spelled_from("videoseg", title)
    assert spelled_from("xqkjzw", title) < 0.2
    assert spelled_from("", title) == 0.0


def test_rare_words_count_more_than_common_ones() -> None:
    rarity = {"learning": 0.15}
    assert word_agreement(["learning", "ebb"], ["ebb"], [], rarity) > 0.7
    assert word_agreement(["learning", "ebb"], ["learning"], [], rarity) < 0.5


def test_an_owner_is_weighed_alike_in_every_process() -> None:
    """Strings are hashed anew in each process, so nothing may follow the order of a set."""
    ask = "from sourcing.implementations.owners import match_owner as m; print(m('amana', ['Aman Mana']).explained)"
    said = {
        subprocess.run(
            [sys.executable, "-c", ask],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3", "4", "5", "6")
    }
    assert len(said) == 1
