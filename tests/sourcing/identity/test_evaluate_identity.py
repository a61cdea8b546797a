"""Agreement on identity, against small cases worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sourcing.evaluate import identity
from sourcing.evaluate.identity import agreement, evaluate, hard_mentions, variant_mentions
from sourcing.identity.families import family_digest, half_of
from sourcing.identity.scorecard import shipped_scorecard

TRUTH = ["A", "A", "A", "B", "B"]


def test_perfect() -> None:
    found = agreement(TRUTH, TRUTH, first=[0, 3])
    assert (found["b3_precision"], found["b3_recall"], found["b3_f1"]) == (1, 1, 1)
    assert (found["pairwise_precision"], found["pairwise_recall"]) == (1, 1)
    assert found["wrong_merges_per_1000"] == 0


def test_one_mention_in_the_wrong_cluster() -> None:
    # Clusters {a1, a2} and {a3, b1, b2}. B3 precision: a1 1, a2 1, a3 1/3, b1 2/3, b2 2/3 -> 11/15.
    # B3 recall: a1 2/3, a2 2/3, a3 1/3, b1 1, b2 1 -> 11/15. Pairs said: 1 + 3, right: 1 + 1, true: 3 + 1.
    found = agreement([1, 1, 2, 2, 2], TRUTH, first=[0, 2, 3, 4])
    assert found["b3_precision"] == pytest.approx(11 / 15)
    assert found["b3_recall"] == pytest.approx(11 / 15)
    assert found["pairwise_precision"] == pytest.approx(2 / 4)
    assert found["pairwise_recall"] == pytest.approx(2 / 4)
    # Of four first authors one (a3) is filed under somebody else.
    assert found["wrong_merges_per_1000"] == pytest.approx(250)


def test_everybody_alone() -> None:
    found = agreement(list(range(5)), TRUTH)
    assert found["b3_precision"] == 1
    assert found["b3_recall"] == pytest.approx((3 * (1 / 3) + 2 * (1 / 2)) / 5)
    assert (found["pairwise_precision"], found["pairwise_recall"]) == (None, 0)


def test_clusters_stay_whole_where_only_some_mentions_are_asked_about() -> None:
    found = agreement([1, 1, 2, 2, 2], TRUTH, [3])
    assert (found["n"], found["b3_precision"], found["b3_recall"]) == (1, pytest.approx(2 / 3), 1)


def test_what_is_hard_and_what_is_a_variant() -> None:
    assert hard_mentions(["Wei Lin", "Wei Lin", "Ada Quill"], ["A", "B", "C"]) == [0, 1]
    assert variant_mentions(["ada quill", "a quill", "wei lin"], ["A", "A", "B"]) == [0, 1]


def test_rows_in_figures_out(tmp_path: Path) -> None:
    def row(number: int, person: str, coauthors: list[str]) -> dict[str, object]:
        return {
            "mention_id": f"m{number}", "paper_id": f"p{number}", "name": "Wei Lin", "title": f"Quiet kernels {number}",
            "year": 2024, "position": 1, "n_authors": 2, "coauthors": coauthors, "person_id": person, "venue": "X",
        }  # fmt: skip

    rows = [row(1, "A", ["Ada Quill"]), row(2, "A", ["Ada Quill", "Bo Renn"]), row(3, "B", ["Cy Dunn"])]
    rows[2]["title"] = "Sea ice"
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows))
    found = evaluate(path)
    assert (found["n"], found["b3_precision"]) == (3, 1)
    assert found["hard"]["n"] == 3  # type: ignore[index]


def papers_by(tmp_path: Path, *names: str) -> Path:
    """Four papers by each, with the same co-author each time: one person, if anybody is."""
    rows: list[dict[str, Any]] = [
        {
            "mention_id": f"{name}{number}", "paper_id": f"p{name}{number}", "name": name, "year": 2024, "position": 1,
            "title": f"Rope walking robots {number}", "n_authors": 2, "coauthors": ["Desdemona Wexelblat"],
            "person_id": name, "venue": "X",
        }
        for name in names
        for number in range(4)
    ]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows))
    return path


FIRST, SECOND, NEW = "Otis Quillfeather", "Mira Ravnkilde", "Eustace Ottesen"


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two families were fitted, one in each half. The scorecard that saw the first half never joins anybody."""
    assert (half_of(FIRST), half_of(SECOND)) == (0, 1)
    card = shipped_scorecard()
    monkeypatch.setattr(identity, "fitted_families", lambda: {family_digest(FIRST), family_digest(SECOND)})
    monkeypatch.setattr(identity, "half_scorecards", lambda: (replace(card, sure=99.0), card))


@pytest.mark.usefixtures("remembered")
def test_families_of_the_fit_are_judged_by_a_scorecard_that_did_not_see_them(tmp_path: Path) -> None:
    found = evaluate(papers_by(tmp_path, FIRST, SECOND, NEW))
    assert found["b3_recall"] == 1
    assert "8 of 12 mentions" in str(found["note"])
    # The second family, judged by what saw the first, is in four pieces; the first and the new one are whole.
    assert found["unseen"]["n"] == 12  # type: ignore[index]
    assert found["unseen"]["b3_recall"] == pytest.approx((4 + 4 * (1 / 4) + 4) / 12)  # type: ignore[index]


@pytest.mark.usefixtures("remembered")
def test_of_new_families_everything_is_unseen(tmp_path: Path) -> None:
    found = evaluate(papers_by(tmp_path, NEW))
    assert found["b3_recall"] == 1
    assert not {"note", "unseen"} & set(found)
