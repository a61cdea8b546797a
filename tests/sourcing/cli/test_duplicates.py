"""Who may be one person, asked in the order in which it matters to whoever answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from invented_people import invented_in
from sqlalchemy import Engine, event, select
from typer.testing import CliRunner

from db.schema import MaybeSame
from sourcing.cli import app

# The likeliest pair is of people whom no list has.
PAIRS = {("Ada Quill", "A. Quill"): 0.6, ("Bo Renn", "B. Renn"): 0.7, ("Cy Unlisted", "C. Unlisted"): 0.9}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with invented_in(tmp_path) as invented:
        people = {name: invented.person(name) for pair in PAIRS for name in pair}
        for one in people.values():
            invented.paper(one)
        for pair, probability in PAIRS.items():
            invented.maybe_same(*(people[name] for name in pair))
            asked = invented.session.scalars(select(MaybeSame).order_by(MaybeSame.id.desc())).first()
            assert asked is not None
            asked.probability = probability
        invented.ranked(people["A. Quill"], people["Bo Renn"], role="ml-researcher")
    return tmp_path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "100", "NO_COLOR": "1"})


def asked(*words: str) -> list[str]:
    pairs = json.loads(run("duplicates", "--json", *words).stdout)
    return [pair["people"][0]["name"] for pair in pairs]


@pytest.mark.usefixtures("folder")
def test_a_role_asks_about_its_own_shortlist_in_its_order() -> None:
    assert asked() == ["Cy Unlisted", "Bo Renn", "Ada Quill"]
    assert asked("--role", "ml-researcher") == ["Ada Quill", "Bo Renn"]
    assert asked("--role", "ml-researcher", "--top", "1") == ["Ada Quill"]


@pytest.mark.usefixtures("folder")
def test_how_many_more_there_are_is_said() -> None:
    assert "2 more pairs; with --role, those " in run("duplicates", "--top", "1").stderr
    assert run("duplicates", "--role", "ml-researcher", "--top", "1").stderr == "1 more pair\n"
    assert run("duplicates").stderr == ""


@pytest.mark.usefixtures("folder")
def test_nobody_in_doubt_on_this_list() -> None:
    assert run("duplicates", "--role", "mlops").stderr == "nobody on the shortlist of mlops is in doubt\n"


@pytest.mark.usefixtures("folder")
def test_the_pairs_are_looked_up_once_however_many_are_shown() -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "ORDER BY maybe_same.probability" in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run("duplicates", "--role", "ml-researcher", "--top", "1")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) == 1
