"""What ``evaluate originality`` prints over rows, and how it speaks about rows that were in the fit."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ranking.originality.model import OriginalityModel
from sourcing.cli import app
from sourcing.evaluate.originality import evaluate
from sourcing.evaluate.rows import read_rows

CONTRACT = {
    "n", "spearman", "spearman_low", "spearman_high", "auroc_top_quartile", "reviewer_ceiling", "lift_top_decile",
    "seconds",
}  # fmt: skip
DATA = Path(__file__).parents[3] / "shared" / "data" / "originality"
WORDS = (
    "tide", "harbour", "sensor", "mooring", "gauge", "estuary", "model", "forecast", "we", "prove", "a", "bound",
    "for", "the", "learning", "of", "graphs", "under", "noise", "and", "show",
)  # fmt: skip


def rows(count: int = 40) -> list[dict[str, Any]]:
    random = np.random.default_rng(5)
    return [
        {
            "id": f"r{number}", "year": 2022, "venue": "X", "title": f"Invented paper {number}",
            "abstract": " ".join(random.choice(WORDS, 80)), "decision": "spotlight" if number % 5 == 0 else "poster",
            "novelty_scores": random.integers(1, 5, 4).tolist(),
        }
        for number in range(count)
    ]  # fmt: skip


def written(path: Path, found: list[dict[str, Any]]) -> Path:
    body = "\n".join(map(json.dumps, found)).encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


def test_the_contract_s_keys_come_from_plain_and_packed_rows_with_a_year_alone(tmp_path: Path) -> None:
    plain = evaluate(written(tmp_path / "rows.jsonl", rows()))
    packed = evaluate(written(tmp_path / "rows.jsonl.gz", rows()))
    assert set(plain) >= CONTRACT
    assert plain["n"] == 40
    assert plain["fitted_on"] == 0
    assert "note" not in plain
    assert {**plain, "seconds": 0} == {**packed, "seconds": 0}


def test_a_day_counts_as_much_as_its_year_and_rows_without_novelty_are_left_out(tmp_path: Path) -> None:
    dated = [{**row, "date": "2022-01-01"} for row in rows()]
    for row in dated:
        del row["year"]
    unscored = [{**row, "novelty_scores": []} for row in rows(3)]
    one = evaluate(written(tmp_path / "one.jsonl", rows()))
    two = evaluate(written(tmp_path / "two.jsonl", [*dated, *unscored]))
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


def test_no_decision_no_lift(tmp_path: Path) -> None:
    bare = [{key: value for key, value in row.items() if key != "decision"} for row in rows()]
    assert evaluate(written(tmp_path / "bare.jsonl", bare))["lift_top_decile"] is None


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"title": None}, "title"),
        ({"year": None}, "year"),
        ({"novelty_scores": []}, "no row has novelty_scores"),
    ],
)
def test_rows_that_are_not_of_this_kind_are_refused_by_name(
    tmp_path: Path, broken: dict[str, Any], said: str
) -> None:
    row = {key: value for key, value in (rows(1)[0] | broken).items() if value is not None}
    path = written(tmp_path / "rows.jsonl", [row])
    result = CliRunner().invoke(app, ["evaluate", "originality", "--data", str(path)])
    assert result.exit_code != 0
    assert said in str(result.exception) + result.output


def test_a_model_is_for_originality_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", rows(1))
    result = CliRunner().invoke(app, ["evaluate", "code", "--data", str(path), "--model", str(path)])
    assert result.exit_code != 0
    assert "--model is for originality" in str(result.exception) + result.output


@pytest.mark.realdata
@pytest.mark.skipif(not DATA.is_dir(), reason="labelled rows are not here")
def test_what_ships_was_fitted_on_these_rows_and_says_so(tmp_path: Path) -> None:
    given = [row for row in read_rows(DATA / "iclr2022.jsonl.gz") if row.get("novelty_scores")][:60]
    fresh = [{**row, "title": f"Retitled {number}"} for number, row in enumerate(given[:30])]
    found = evaluate(written(tmp_path / "mixed.jsonl", [*given[30:], *fresh]))
    assert found["fitted_on"] == 30
    assert "30 of 60 rows were in the fit" in str(found["note"])
    assert isinstance(found["unseen"], dict)
    assert found["unseen"]["n"] == 30


def test_where_every_row_was_in_the_fit_that_is_said_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OriginalityModel, "was_fitted_on", lambda self, title: True)
    path = written(tmp_path / "rows.jsonl", rows())
    found = evaluate(path)
    assert next(iter(found)) == "note"
    assert "40 of 40 rows were in the fit: nothing stands under “unseen”" in str(found["note"])
    assert found["unseen"] is None
    said = CliRunner().invoke(app, ["evaluate", "originality", "--data", str(path)]).stdout
    assert said.startswith("note ")
    assert "unseen                       no row\n" in said
