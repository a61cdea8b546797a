"""``sourcing --help`` is the map of the house: every verb once, whole sentences, at every width."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from typer.main import get_command
from typer.testing import CliRunner

from sourcing.cli import app, main
from sourcing.cli.overview import THEMES

README = Path(__file__).resolve().parents[3] / "README.md"


def test_every_verb_stands_under_one_heading() -> None:
    named = [name for _, names in THEMES for name in names]
    assert sorted(named) == sorted(getattr(get_command(app), "commands", {}))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_overview_fits_and_cuts_no_sentence(width: int) -> None:
    shown = CliRunner().invoke(app, ["--help"], terminal_width=width)
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= max(width, 78)
    for _, names in THEMES:
        for name in names:
            assert re.search(rf"^  {name}\s", shown.stdout, re.MULTILINE)
    assert "..." not in shown.stdout.partition("Begin:")[2]
    assert "Exit codes" in shown.stdout


def test_the_readme_names_every_verb_once() -> None:
    table = README.read_text("utf-8").partition("## Verbs")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(name for _, names in THEMES for name in names)


def test_no_word_at_all_shows_the_verbs_as_wrong_usage() -> None:
    shown = CliRunner().invoke(app, [])
    assert shown.exit_code == 2
    assert "shortlist" in shown.stderr


def _helps(command: Any) -> Iterator[str]:
    yield command.help or ""
    yield from (getattr(one, "help", None) or "" for one in command.params)
    for one in getattr(command, "commands", {}).values():
        yield from _helps(one)


def test_the_version_is_what_was_installed() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.stdout) == (0, f"sourcing {version('sourcing')}\n")


@pytest.mark.parametrize("words", [[], ["shortlist"], ["import"], ["import", "stages"]], ids=" ".join)
def test_the_short_option_shows_the_same_help(words: list[str]) -> None:
    long, short = (CliRunner().invoke(app, [*words, option]) for option in ("--help", "-h"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)


def test_a_verbs_own_help_says_its_settings_by_name() -> None:
    """Square brackets are markup to what draws the boxes, and vanish; back quotes are the code's own."""
    shown = CliRunner().invoke(app, ["purge", "--help"])
    assert "retention_days of your settings" in " ".join(shown.stdout.split())
    helps = list(_helps(get_command(app)))
    assert len(helps) > 100
    assert [one for one in helps if Text.from_markup(one).plain != one or "``" in one] == []


def test_help_flows_to_the_width_of_the_terminal() -> None:
    """The lines of a paragraph in the code are those of the code: at another width they would be ragged."""
    # A process of its own: the width is read once, when the first help is drawn.
    shown = subprocess.run(
        [sys.executable, "-m", "sourcing", "audit", "--help"],
        env={**os.environ, "TERMINAL_WIDTH": "190"}, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "institutions and countries blanked and swapped. Code and shares" in shown.stdout


@pytest.mark.parametrize("width", [45, 80])
@pytest.mark.parametrize(
    "words", [["shortlist"], ["audit"], ["evaluate"], ["import"], ["import", "kaggle"]], ids=" ".join
)
def test_help_says_what_to_write_and_not_of_which_type_it_is(words: list[str], width: int) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sourcing", *words, "--help"],
        env={**os.environ, "COLUMNS": str(width)}, capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert not re.search(r"<bool>|<str>|<list|range|x<=|\w…", shown)
    assert max(len(line) for line in shown.splitlines() if " | " not in line) <= max(width, 50)
    flowing = " ".join(shown.replace("│", " ").split())
    choices = {"shortlist": "academia | industry |", "evaluate": "originality | code | identity"}
    assert choices.get(words[0], "") in flowing


def test_what_is_wrong_with_a_verb_of_a_group_points_at_its_own_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", "linkedin", "not-there.csv"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("see: sourcing import linkedin --help\n")


@pytest.mark.parametrize("words", [["shortlist", "--since", "tomorrow"], ["nightly", "--since", "31.1.2026"]])
def test_a_wrong_date_says_how_to_write_one(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"'{words[-1]}' is no date; write it as 2026-01-31; see: sourcing {words[0]} --help" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["shortlist", "--top", "0"], "it must be at least 1"),
        (["shortlist", "--min-code", "200"], "it must be at most 100"),
        (["shortlist", "--top", "many"], "it must be a whole number"),
        (["shortlist", "--min-code", "high"], "it must be a number"),
    ],
)
def test_a_wrong_number_says_which_would_do(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith(f"sourcing: Invalid value for '{words[1]}'")
    assert said.endswith(f": {told}; see: sourcing shortlist --help")
