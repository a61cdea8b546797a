"""Fitting the code score again: what ``--check`` says of the rows behind what ships, and of others."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from ranking.code_quality.model import CodeQualityModel
from sourcing.calibrate import code
from sourcing.calibrate.__main__ import main
from sourcing.calibrate.code.fit import validated, written_to

CARE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """The sum of both."""\n    return left + right\n'
HASTE = "def add(a,b):\n    c=a\n    c=c+b\n    print(c)\n    return c\n"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Six small repositories with labels, three of them kept with care."""
    lines = ["path,label,kind"]
    for number in range(6):
        folder, careful = tmp_path / f"r{number}", number % 2 == 0
        folder.mkdir()
        for part in range(20 + number):
            written = (CARE if careful else HASTE).replace("add", f"add_{part}")
            (folder / f"part_{part}.py").write_text(written)
        if careful:
            (folder / "README.md").write_text("# Add\n\n## Training\n\n```\npython part_1.py\n```\n")
            (folder / "requirements.txt").write_text("numpy==1.26\n")
        lines.append(f"r{number},{int(careful)},list")
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "rows.csv"


def test_check_agrees_with_a_fit_on_the_same_rows_and_not_on_others(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ships is made to be what these rows give."""
    code.calibrate(rows, tmp_path / "fitted")
    fitted = json.loads((tmp_path / "fitted" / "model.json").read_text())
    monkeypatch.setattr(code.fit, "shipped_model", lambda: CodeQualityModel.from_json(fitted))
    again = code.check(rows)
    assert (again["reproduced"], again["largest_change"]) == (True, 0.0)
    assert again["version"] == again["shipped_version"]
    fewer = rows.with_name("fewer.csv")
    fewer.write_text("\n".join(rows.read_text().splitlines()[:-1]) + "\n")
    assert code.check(fewer)["reproduced"] is False


def test_what_ships_says_in_words_what_it_was_checked_against(rows: Path, tmp_path: Path) -> None:
    said = validated(7, {"artifact": 0.716, "niche": 0.9, "ticks": 0.5})
    assert "7 repositories with labels given by people" in said
    assert "results reviewers reproduced above code that was only available in 72 of 100 pairs" in said
    assert "put a project that people called well engineered above another in 90 of 100 pairs" in said
    assert "five things for repeating the results people found there by 50 of 100" in said
    assert "nobody has labelled hygiene" in said
    assert "the range is where 9 of 10 fits" in said
    assert not [word for word in ("artifact", "niche", "ticks") if word in said]
    code.calibrate(rows, tmp_path / "fitted")
    fitted = json.loads((tmp_path / "fitted" / "model.json").read_text())
    assert "6 repositories" in fitted["validated_on"]
    assert "agreed with the labels of the list “list” by" in fitted["validated_on"]


def test_check_fails_where_rows_do_not_give_what_ships_and_writes_nothing(
    rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = (files("ranking.code_quality") / "model.json").read_bytes()
    assert main(["code", "--data", str(rows), "--check"]) == 1
    found = json.loads(capsys.readouterr().out)["code"]
    assert found["largest_change"] > found["tolerance"]
    assert (found["repositories"], found["scored"]) == (6, 6)
    assert (files("ranking.code_quality") / "model.json").read_bytes() == shipped


@pytest.mark.parametrize("name", ["known_functions.bin", "model.json", "wording.json"])
def test_a_fit_replaces_what_ships_unless_it_is_told_a_folder(name: str, tmp_path: Path) -> None:
    assert written_to(name, None).is_file()
    assert written_to(name, tmp_path) == tmp_path / name


def test_rows_whose_repositories_are_not_here_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rows.csv").write_text("path,label\nabsent,1\ngone,0\n")
    assert main(["code", "--data", str(tmp_path / "rows.csv"), "--check"]) == 1
    assert "none of the 2 repositories" in capsys.readouterr().err
    assert main(["identity", "--data", str(tmp_path / "rows.csv"), "--check"]) == 2
