"""``evaluate code`` over repositories on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcing.cli import main
from sourcing.evaluate.code import evaluate, read_labels

CARE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """The sum of both."""\n    return left + right\n'


def work_tree(folder: Path, *, documented: bool) -> None:
    folder.mkdir()
    for n in range(20):
        (folder / f"part_{n}.py").write_text(CARE.replace("add", f"add_{n}"))
    if documented:
        (folder / "README.md").write_text(
            "# Add\n\n## Install\n\npip install .\n\n## Training\n\npython part_1.py\n"
        )
        (folder / "requirements.txt").write_text("numpy==1.26\n")


def test_agreement_is_told_by_kind_and_rows_without_a_score_are_counted(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        work_tree(tmp_path / name, documented=name in "ab")
    (tmp_path / "empty").mkdir()
    data = tmp_path / "rows.csv"
    rows = "a,1,list\nb,1,list\nc,0,list\nd,0,list\nempty,0,list\nabsent,1,list\na,5,ticks\nc,0,ticks\n"
    data.write_text("path,label,kind\n" + rows)
    found = evaluate(data)
    assert found["n"] == 8
    assert found["auroc"] == 1.0
    assert found["spearman"] == pytest.approx(1.0)
    assert (found["insufficient"], found["unreadable"]) == (1, 1)
    by_kind = found["by_kind"]
    assert isinstance(by_kind, dict)
    assert by_kind["list"]["auroc"] == 1.0


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("path,label\n")
    with pytest.raises(ValueError, match="no rows"):
        read_labels(tmp_path / "rows.csv")


def test_a_label_that_is_no_number_is_named_and_excels_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("\ufeffpath,label\na,1\nb,good\n", "utf-8")
    with pytest.raises(ValueError, match="row 3: label 'good' is no number"):
        read_labels(data)
    data.write_text("\ufeffpath,label\na,1\nb\n", "utf-8")
    with pytest.raises(ValueError, match="row 3: label None is no number"):
        read_labels(data)


def test_a_file_in_another_encoding_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "rows.csv"
    data.write_bytes("path,label\ngrün,1\n".encode("cp1252"))
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "code", "--data", str(data)])
    assert ended.value.code == 2
    assert "these are not rows for evaluate code: the file is not UTF-8" in " ".join(
        capsys.readouterr().err.split()
    )
