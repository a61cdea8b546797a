import gzip
import json
from pathlib import Path

import pytest

from sourcing.evaluate.implementations import agreement, evaluate
from sourcing.implementations.rows import Row, read_rows

DEV = Path(__file__).parents[2] / "../shared/data/implementations/dev.jsonl.gz"
ROWS = [
    {
        "kind": "stated",
        "paper_id": "2403.01234",
        "arxiv_id": "2403.01234",
        "title": "TideNet: Forecasting Floods",
        "abstract": "Code: https://github.com/MKessler/TideNet.git.",
        "comment": None,
        "authors": ["Marta Kessler"],
        "year": 2024,
        "candidates": [
            {"url": "https://github.com/mkessler/TideNet", "owner": "mkessler", "name": "TideNet"}
        ],
        "official": "https://github.com/mkessler/tidenet",
    },
    {
        "kind": "unstated",
        "paper_id": "title:riverformer",
        "arxiv_id": None,
        "title": "RiverFormer: Gauges as Tokens",
        "abstract": "We tokenize gauges.",
        "comment": None,
        "authors": ["Ana Ostrova"],
        "year": 2023,
        "candidates": [
            {"url": "https://github.com/ostrova/RiverFormer", "owner": "ostrova", "name": "RiverFormer"}
        ],
        "official": None,
    },
    {
        "kind": "unstated",
        "paper_id": "title:ebb",
        "arxiv_id": None,
        "title": "On Ebb",
        "abstract": "Nothing.",
        "authors": ["Jun Baek"],
        "year": 2023,
        "candidates": [],
        "official": "https://github.com/jun/ebb",
    },
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_agreement_worked_out_by_hand(tmp_path: Path) -> None:
    result = evaluate(write(tmp_path / "rows.jsonl", ROWS))
    assert result["n"] == 3
    assert result["precision"] == pytest.approx(1 / 2)  # right once; once answered where there is none
    assert result["recall"] == pytest.approx(1 / 2)  # two rows have an official repository
    assert result["f1"] == pytest.approx(1 / 2)
    stated, unstated = result["stated"], result["unstated"]
    assert stated == {"n": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert unstated == {"n": 2, "precision": 0.0, "recall": 0.0, "f1": None}
    assert isinstance(result["seconds"], float)


def test_gzipped_rows_and_empty_files(tmp_path: Path) -> None:
    plain = write(tmp_path / "rows.jsonl", ROWS)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert [row.id for row in read_rows(packed)] == [row.id for row in read_rows(plain)]
    with pytest.raises(ValueError, match="no rows"):
        evaluate(write(tmp_path / "none.jsonl", []))


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\nnot json\n", encoding="utf-8")
    with pytest.raises(KeyError):
        list(read_rows(tmp_path / "rows.jsonl"))
    (tmp_path / "rows.jsonl").write_text("\nnot json\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        list(read_rows(tmp_path / "rows.jsonl"))


def test_an_unanswered_row_without_official_is_no_mistake(tmp_path: Path) -> None:
    (row,) = read_rows(write(tmp_path / "rows.jsonl", [ROWS[1] | {"candidates": []}]))
    assert agreement([(row, None)]) == {"n": 1, "precision": None, "recall": None, "f1": None}


def test_the_label_is_not_seen(tmp_path: Path) -> None:
    def bare(row: Row) -> tuple[object, ...]:
        return row.paper, row.repositories

    labelled = [bare(row) for row in read_rows(write(tmp_path / "a.jsonl", ROWS))]
    unlabelled = [
        bare(row) for row in read_rows(write(tmp_path / "b.jsonl", [r | {"official": None} for r in ROWS]))
    ]
    assert labelled == unlabelled


@pytest.mark.realdata
@pytest.mark.skipif(not DEV.exists(), reason="the labelled data beside the project is absent")
def test_stated_links_on_the_development_rows(tmp_path: Path) -> None:
    with gzip.open(DEV, "rt", encoding="utf-8") as lines:
        stated = [row for row in map(json.loads, lines) if row["kind"] == "stated"][:300]
    result = evaluate(write(tmp_path / "stated.jsonl", stated))
    agreed = result["stated"]
    assert isinstance(agreed, dict)
    assert agreed["precision"] >= 0.98
    assert agreed["recall"] >= 0.97
