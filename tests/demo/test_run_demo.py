"""``sourcing demo`` as a newcomer meets it."""

import csv
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sourcing.demo.run import run_demo, sample_credentials
from sourcing.failure import ExitCode, Failure

README = Path(__file__).resolve().parents[2] / "README.md"
SUPPRESSED = "Vossberg"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a finished demo and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    secrets = {"GITHUB_TOKEN": "the-users-own-token", "OPENREVIEW_PASSWORD": "the-users-own-password"}
    done = subprocess.run(
        [sys.executable, "-m", "sourcing", "demo", "--out", str(folder), "--top", "5"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env={**os.environ, **secrets, "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_the_readme_shows_what_it_prints(demo: tuple[Path, str]) -> None:
    """After a change to what the demo prints, write the README's sample anew, which fails once for somebody to read:
    ``SOURCING_WRITE_EXPECTED=1 pytest tests/demo/test_run_demo.py -k readme``.
    """
    folder, printed = demo
    printed = printed.replace(f"{folder}/", "demo-out/")
    nights, heading, after = printed.partition("\nML researcher")
    candidates = re.split(r"\n(?= +\d+  \S)", after.partition("\n\n")[0])
    files = printed.partition("\n\nLook around")[0].splitlines()[-3:]
    sample = "\n".join([nights.rstrip(), heading + candidates[0], *candidates[1:4], "…\n", *files])
    text = README.read_text("utf-8")
    before, shown, rest = re.split(
        r"(?<=like this)(.+?\n```\n.*?\n)(?=```)", text, maxsplit=1, flags=re.DOTALL
    )
    said, fence, block = shown.partition("```\n")
    if block != f"{sample}\n" and os.environ.get("SOURCING_WRITE_EXPECTED"):
        README.write_text(f"{before}{said}{fence}{sample}\n{rest}", "utf-8")
    assert block == f"{sample}\n"


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "sourcing.db") as connection:
        return connection.execute(query).fetchall()


def people_in(path: Path) -> set[str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["candidate_id"] for row in csv.DictReader(lines)}


def test_it_prints_the_shortlist_and_where_the_files_are(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    assert "ML researcher" in printed
    assert "Łukasz Kowalski" in printed
    for name in ("digest-2026-11-11.html", "new-ml-researcher-2026-11-11.csv"):
        assert f": {folder / 'out' / name}\n" in printed
        assert (folder / "out" / name).stat().st_size > 0


def test_the_second_night_adds_only_what_is_new(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    first, second = (f"2026-11-{day} 04:00:00.000000" for day in (10, 11))
    nights = rows(folder, "SELECT first_seen, arxiv_id FROM paper WHERE arxiv_id >= '2611'")
    assert {night for night, _ in nights} == {first, second}
    assert len(nights) == 44
    # Two of the second night's twenty are known from their conference before.
    assert sum(night == second for night, _ in nights) in range(18, 21)
    assert "Night 2: " in printed
    shown = rows(
        folder,
        "SELECT role, person_id, count(*) FROM digest_entry GROUP BY 1, 2 HAVING count(*) > 1",
    )
    again = rows(folder, "SELECT count(DISTINCT person_id) FROM digest_entry")[0][0]
    assert isinstance(again, int)
    assert len(shown) < again / 2  # the same person only with new evidence
    one, two = (people_in(folder / "out" / f"new-ml-researcher-2026-11-{day}.csv") for day in (10, 11))
    assert one
    assert two
    assert len(one & two) <= len(shown)


def test_nobody_s_secret_is_asked_for_or_kept(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"the-users-own" not in path.read_bytes(), path


def test_who_asked_to_be_left_alone_is_nowhere(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    assert SUPPRESSED not in printed
    for path in folder.rglob("*"):
        if path.is_file():
            assert SUPPRESSED.encode() not in path.read_bytes(), path


def test_good_and_bad_code_are_told_apart(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    scores = dict(
        rows(
            folder,
            "SELECT subject_id, score FROM assessment WHERE axis = 'code_quality' AND score IS NOT NULL",
        )
    )
    good = [scores[f"github.com/{name}"] for name in ("lkowalski/halflife", "isolberg/tidegraph")]
    bad = [scores[f"github.com/{name}"] for name in ("minzhao-ir/retriever-distill", "pvargas/gapkernel")]
    assert min(good) > max(bad)
    missing = dict(
        rows(folder, "SELECT subject_id, reason FROM assessment WHERE status = 'insufficient evidence'")
    )
    assert "announces" in str(missing["github.com/quietlab/slowlight"])


def test_two_who_share_a_name_stay_apart(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    groups = rows(
        folder,
        "SELECT p.id, group_concat(DISTINCT o.name) FROM person p JOIN authorship a ON a.person_id = p.id "
        "JOIN authorship o ON o.paper_id = a.paper_id AND o.id != a.id WHERE p.full_name = 'Min Zhao' GROUP BY p.id",
    )
    assert len(groups) >= 2
    for _, coauthors in groups:
        assert not {"Dimitar Petrov", "Sudha Raman"} <= set(str(coauthors).split(","))


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious", "utf-8")
    with pytest.raises(Failure, match="no earlier demo") as failure:
        run_demo(tmp_path)
    assert failure.value.code is ExitCode.USAGE
    assert (tmp_path / "thesis.tex").read_text("utf-8") == "precious"


def test_a_demo_is_replaced_and_nothing_else_is_taken_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run_demo(folder, nights=0)
    for name in ("corpus", "out"):
        (folder / name).mkdir()
    (folder / "out" / "new-ml-researcher-2026-11-10.csv").write_text("of the demo", "utf-8")
    (folder / "sourcing.db").write_text("of the demo", "utf-8")
    run_demo(folder, nights=0)
    assert [one.name for one in folder.iterdir()] == ["sourcing.toml"]
    for mine in ("thesis.tex", "out/mine.csv"):
        (folder / "out").mkdir(exist_ok=True)
        (folder / "sourcing.db").write_text("of the demo", "utf-8")
        (folder / mine).write_text("precious", "utf-8")
        with pytest.raises(Failure, match=re.escape(mine)):
            run_demo(folder, nights=0)
        assert (folder / mine).read_text("utf-8") == "precious"
        assert (folder / "sourcing.db").exists()
        (folder / mine).unlink()


def test_a_demo_whose_settings_were_changed_is_somebody_s_own(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run_demo(folder, nights=0)
    settings = folder / "sourcing.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("demo@sourcing.example", "me@lab.example"), "utf-8"
    )
    (folder / "suppression.key").write_text("secret", "utf-8")
    with pytest.raises(Failure, match="was changed"):
        run_demo(folder, nights=0)
    assert (folder / "suppression.key").read_text("utf-8") == "secret"
    assert "me@lab.example" in settings.read_text("utf-8")


def test_the_folder_somebody_is_in_is_not_pulled_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    run_demo(folder, nights=0)
    (folder / "corpus").mkdir()
    for here in (folder, folder / "corpus"):
        monkeypatch.chdir(here)
        with pytest.raises(Failure, match="you are in"):
            run_demo(folder, nights=0)
    assert (folder / "sourcing.toml").exists()


def test_credentials_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "mine")
    monkeypatch.delenv("OPENREVIEW_USERNAME", raising=False)
    with sample_credentials():
        assert os.environ["GITHUB_TOKEN"] == "sample-token"
    assert os.environ["GITHUB_TOKEN"] == "mine"
    assert "OPENREVIEW_USERNAME" not in os.environ
