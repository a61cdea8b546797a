"""``merge``, ``split`` and ``duplicates --different`` for programs: what they print is enough to take it back."""

import json
from pathlib import Path
from typing import Any

import pytest
from invented_people import invented_in
from typer.testing import CliRunner

from sourcing.cli import app


@pytest.fixture(autouse=True)
def ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of somebody with two papers and somebody with one, and of a paper of the former."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCING_USER", "rita")
    with invented_in(tmp_path) as invented:
        found = {name: invented.person(name) for name in ("Ada Quill", "Ada Holm")}
        invented.paper(found["Ada Quill"], title="Tides")
        ponds = invented.paper(found["Ada Quill"], title="Ponds")
        invented.paper(found["Ada Holm"], title="Fens")
        return {"Ponds": ponds.public_id} | {name: person.public_id for name, person in found.items()}


def decided(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert set(said) == {"decision", "undone", "people"}
    return said


def test_a_merge_names_both_by_the_ids_that_take_it_back(ids: dict[str, str]) -> None:
    quill, holm = ids["Ada Quill"], ids["Ada Holm"]
    said = decided("merge", "Ada Quill", "Ada Holm", "--why", "married")
    assert said["decision"] | {"at": ""} == {
        "kind": "merge", "people": [quill, holm], "by": "rita", "at": "", "why": "married"
    }  # fmt: skip
    assert [one["papers"] for one in said["people"]] == [3]
    back = decided("merge", *said["decision"]["people"], "--undo")
    assert (back["decision"], back["undone"]) == (said["decision"], True)
    assert {one["id"]: one["papers"] for one in back["people"]} == {quill: 2, holm: 1}


def test_a_split_names_the_papers_that_it_took(ids: dict[str, str]) -> None:
    said = decided("split", "Ada Quill", ids["Ponds"])["decision"]
    assert said["papers"] == [ids["Ponds"]]
    assert said["people"][0] == ids["Ada Quill"]
    back = decided("split", said["people"][0], *said["papers"], "--undo")
    assert back["people"][0] == {"id": ids["Ada Quill"], "name": "Ada Quill", "papers": 2}


def test_two_who_are_told_apart_are_named(ids: dict[str, str]) -> None:
    both = [ids["Ada Quill"], ids["Ada Holm"]]
    said = decided("duplicates", "--different", *both)["decision"]
    assert (said["kind"], said["people"]) == ("apart", both)
    assert decided("duplicates", "--different", *said["people"], "--undo")["undone"]
