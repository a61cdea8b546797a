"""``evaluate code`` over repositories on this machine."""

from __future__ import annotations

import os
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, read_path
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


def closed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Folders that this machine does not let us read; for root, who runs the tests, there are none."""
    scandir = os.scandir

    def let(place: bytes) -> object:
        if Path(os.fsdecode(place)).name in names:
            raise PermissionError(13, "Permission denied", place)
        return scandir(place)

    monkeypatch.setattr(os, "scandir", let)


def test_what_could_not_be_read_is_listed_with_its_reason_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c", "d"):
        work_tree(tmp_path / name, documented=name in "ab")
    (tmp_path / "b" / "secrets").mkdir()
    (tmp_path / "locked").mkdir()
    data = tmp_path / "rows.csv"
    data.write_text("path,label,rev\na,1,\nlocked,1,\nb,1,\nc,0,\nabsent,0,\nd,0,\nd,0,v1\n")
    closed(monkeypatch, "locked", "secrets")
    monkeypatch.setattr("sourcing.evaluate.code.WORKERS", 1)  # in this process, where the folders are closed
    found = evaluate(data)
    assert (found["auroc"], found["unreadable"]) == (1.0, 3)
    assert found["unreadable_rows"] == [
        {"row": 3, "path": "locked", "reason": "it cannot be read here: Permission denied"},
        {"row": 6, "path": "absent", "reason": "there is no such folder"},
        {"row": 8, "path": "d", "reason": "this is no git repository"},
    ]
    left_out = read_path(tmp_path / "b").skipped
    assert [(one.path, one.reason) for one in left_out] == [
        ("secrets/", "this machine does not let us read it")
    ]
    noted = CodeQualityScorer.load().assess("snapshot", read_path(tmp_path / "b")).evidence
    assert ("secrets/", "one folder was not read: this machine does not let us read it") in [
        (one.location, one.text) for one in noted
    ]


class Listed:
    """An entry of a folder that may be listed, and not gone into."""

    def __init__(self, entry: os.DirEntry[bytes]) -> None:
        self._entry = entry

    def __getattr__(self, name: str) -> object:
        return getattr(self._entry, name)

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        raise PermissionError(13, "Permission denied", self._entry.path)


def test_a_folder_that_may_be_listed_and_not_gone_into_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_tree(tmp_path / "a", documented=True)
    (tmp_path / "a" / "listed").mkdir()
    (tmp_path / "a" / "listed" / "more.py").write_text(CARE)
    scandir = os.scandir

    def let(place: bytes) -> object:
        if Path(os.fsdecode(place)).name == "listed":
            return nullcontext([Listed(entry) for entry in scandir(place)])
        return scandir(place)

    monkeypatch.setattr(os, "scandir", let)
    tree = read_path(tmp_path / "a")
    assert [(one.path, one.reason) for one in tree.skipped] == [
        ("listed/more.py", "this machine does not let us read it")
    ]
    assert "part_1.py" in tree.by_path


@pytest.mark.parametrize("said", [b"gitdir: \0", b"gitdir: " + b"a" * 3000, b"gitdir:", b"\xff"])
def test_a_folder_that_says_nonsense_of_its_clone_has_no_history(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "net.py").write_text(CARE)
    (tmp_path / ".git").write_bytes(said)
    tree = read_path(tmp_path)
    assert (set(tree.by_path), tree.commits) == ({"net.py"}, None)
    with pytest.raises(CheckoutError, match="no git repository"):
        read_path(tmp_path, "v1")


def test_rows_of_which_none_can_be_read_are_told_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rows.csv").write_text("path,label\nabsent,1\ngone,0\n")
    with pytest.raises(SystemExit, match="0"):
        main(["evaluate", "code", "--data", str(tmp_path / "rows.csv")])
    shown = capsys.readouterr().out
    assert "row 2: absent: there is no such folder" in shown
    assert "row 3: gone: there is no such folder" in shown


def test_a_linked_work_tree_is_read_at_its_commits_and_a_false_one_leads_nowhere(tmp_path: Path) -> None:
    clone, linked, false = tmp_path / "clone", tmp_path / "linked", tmp_path / "false"
    work_tree(clone, documented=True)

    def git(*arguments: str) -> None:
        mine = ["-c", "user.name=Mira", "-c", "user.email=mira@example.org"]
        subprocess.run(["git", *mine, *arguments], cwd=clone, check=True, capture_output=True, timeout=60)

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=Begin")
    git("tag", "v1")
    git("worktree", "add", "--quiet", "-b", "later", str(linked))
    (linked / "more.py").write_text(CARE)
    at_tag = read_path(linked, "v1")
    assert at_tag.by_path.keys() == read_path(clone, "v1").by_path.keys()
    assert "more.py" not in at_tag.by_path
    history = read_path(linked).commits
    assert history is not None
    assert history.total == 1
    false.mkdir()
    (false / "net.py").write_text(CARE)
    (false / ".git").write_text((linked / ".git").read_text())
    assert read_path(false).commits is None
    with pytest.raises(CheckoutError, match="no git repository"):
        read_path(false, "v1")


@pytest.mark.parametrize("row", ["a,1\n,1\n", "a,1\n  ,0\n"])
def test_an_empty_path_is_named_and_is_not_the_folder_of_the_file(tmp_path: Path, row: str) -> None:
    data = tmp_path / "rows.csv"
    data.write_text(f"path,label\n{row}")
    with pytest.raises(ValueError, match="row 3: path is empty"):
        read_labels(data)
    data.write_text("label,path\n1,a\n1\n")
    with pytest.raises(ValueError, match="row 3: path is empty"):
        read_labels(data)


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
