"""Whose work it is, as far as that can be known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_trees import careful, commits

from ranking.code_quality import AuthorShare, candidate_share


@pytest.mark.parametrize("name", ["Mira Lindqvist", "Lindqvist Mira", "M. Lindqvist", "mira lindqvist"])
def test_a_name_finds_its_author(name: str) -> None:
    assert candidate_share(careful(), name) == pytest.approx(0.8)


def test_accents_do_not_matter() -> None:
    assert candidate_share(careful(), "Tomas Okafor") == pytest.approx(0.2)


def test_who_is_not_among_named_authors_did_nothing() -> None:
    assert candidate_share(careful(), "Ines Duarte") == 0.0


def test_a_login_is_enough() -> None:
    assert candidate_share(careful(), "Ines Duarte", logins=("MiraLQ",)) == pytest.approx(0.8)


@pytest.mark.parametrize(
    "changes",
    [
        {"complete": False},
        {"authored": 2},
        {"authors": (AuthorShare(names=("gpu-server",), commits=90, share=1.0),)},
        {
            "authors": (
                AuthorShare(names=("Ines Duarte",), commits=50, share=0.5),
                AuthorShare(names=("I. Duarte",), commits=50, share=0.5),
            )
        },
    ],
)
def test_what_cannot_be_known_is_unknown(changes: dict[str, object]) -> None:
    assert candidate_share(replace(careful(), commits=commits(**changes)), "Ines Duarte") is None


def test_without_a_history_it_is_unknown() -> None:
    assert candidate_share(replace(careful(), commits=None), "Mira Lindqvist") is None
