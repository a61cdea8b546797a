"""A process builds only the verb that it was asked for, and nobody can tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from sourcing.cli.verbs import MODULES, command_line, modules_for


def test_every_verb_is_found_in_the_module_that_is_said_to_hold_it() -> None:
    for module, verbs in MODULES.items():
        built = get_command(command_line([module]))
        assert tuple(built.commands) == verbs, module  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "modules"),
    [
        (["shortlist"], ("candidates",)),
        (["-c", "show", "shortlist", "--json"], ("candidates",)),
        (["--config=a.toml", "--log-json", "import", "people"], ("imports",)),
        (["--help"], tuple(MODULES)),
        (["shortlst"], tuple(MODULES)),
        (["--nonsense", "shortlist"], tuple(MODULES)),
        (["--config"], tuple(MODULES)),
        ([], tuple(MODULES)),
    ],
)
def test_words_say_which_modules_are_needed(words: list[str], modules: tuple[str, ...]) -> None:
    assert modules_for(words) == modules


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--top", "0"], "it must be at least 1;"),
        (["--top", "five"], "it must be a whole number;"),
        (["--top", "2.5"], "it must be a whole number;"),
        (["--min-code", "nan"], "--min-code"),
        (["--min-code", "101"], "it must be at most 100;"),
        (["--sector", "acadeima"], "'academia', 'industry', 'unknown'"),
    ],
)
def test_a_value_that_is_not_plain_is_still_judged(words: list[str], said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sourcing", "shortlist", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])},
    )

    assert done.returncode == 2
    assert said in done.stderr


def test_a_quick_verb_loads_neither_what_makes_validators_nor_tables_it_does_not_read(tmp_path: Path) -> None:
    program = (
        "import sys; from sourcing.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'pydantic', 'sklearn', 'numpy', 'scrapy', 'rich.console'}\n"
        "heavy |= {'db.schema.records', 'db.schema.identity', 'db.schema.deliveries'}\n"
        "sys.exit(f'code {code}, loaded {sorted(heavy & set(sys.modules))}')"
    )
    words = ["--config", "mine.toml", "shortlist", "--top", "3", "--min-code", "10", "--sector", "industry"]
    (tmp_path / "mine.toml").write_text('[database]\nurl = "sqlite:///mine.db"\n', encoding="utf-8")
    environment = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", program, *words]
    for _ in range(2):  # the first makes the database, with every table
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
        )

    assert done.stderr.splitlines()[-1] == "code 0, loaded []"
