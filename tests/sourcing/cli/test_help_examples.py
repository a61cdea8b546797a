"""Every verb's help has an example, and each example works on the demo's database, as it stands.

Verbs and examples are collected from the command line itself, so a new verb without an example fails here.
"""

import gzip
import json
import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from sourcing.cli import app
from sourcing.demo.run import demo_app, sample_credentials
from sourcing.demo.sample import sample_world
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.failure import ExitCode
from sourcing.nightly import NightPlan, run_night
from sourcing.runs import recorded_run
from sourcing.sources import crawl

EXAMPLE = re.compile(r"Example: *(sourcing .+)")
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "imports"
# All that the nights of this database hold of code; the rest of the world's repositories take time to read.
REPOSITORIES = ("isolberg/tidegraph", "lkowalski/halflife", "mjferrandiz/calibrated-abstention")


def _verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from _verbs(one, (*path, name))
        else:
            yield (*path, name), one


VERBS = dict(_verbs(typer.main.get_command(app)))
EXAMPLES = [
    (path, " ".join(found.split()))
    for path, command in VERBS.items()
    for found in EXAMPLE.findall(command.help or "")
]


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_help_shows_an_example_of_the_verb_itself(path: tuple[str, ...]) -> None:
    mine = [example for verb, example in EXAMPLES if verb == path]
    assert mine, f"the help of {' '.join(path)} has no line “Example: sourcing {' '.join(path)} …”"
    said = CliRunner().invoke(app, [*path, "--help"], env={"TERMINAL_WIDTH": "100", "NO_COLOR": "1"})
    assert said.exit_code == 0
    printed = "".join(said.output.split())
    for example in mine:
        assert shlex.split(example)[1 : 1 + len(path)] == list(path), example
        assert "".join(example.split()) in printed, example


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a demo of two nights, its upstream still there, and the files that examples name."""
    folder = tmp_path_factory.mktemp("examples") / "demo"
    world = sample_world()
    few = tuple(world.repository_by_name[name] for name in REPOSITORIES)
    with sample_credentials(), DemoUpstream(replace(world, repositories=few, publications=())) as upstream:
        upstream.scene.core_limit = upstream.scene.search_limit = (100_000, 100_000)
        settings = save_demo_settings(folder, upstream.urls)
        text = settings.read_text("utf-8")
        for source in ("huggingface", "openreview", "virtual", "pmlr"):
            text = text.replace(f"[sources.{source}]\nenabled = true", f"[sources.{source}]\nenabled = false")
        settings.write_text(text + "[sources.github]\nsearch = false\n", "utf-8")
        for night in (1, 2):
            upstream.set_night(night)
            opened = demo_app(settings, upstream.now)
            opened.console.quiet = True
            if night == 1:  # as the demo does: the years before, from the harvesting interface
                with recorded_run(opened, "crawl", {}) as run:
                    crawl(opened, run, ["arxiv_oai"], since=date(2023, 1, 1), limit=0)
            assert run_night(opened, NightPlan()).exit_code is ExitCode.DONE
            opened.close()
        _files_that_examples_name(folder)
        yield folder


def _files_that_examples_name(folder: Path) -> None:
    shutil.copy(FIXTURES / "Connections.csv", folder)
    board = "gemini-long-context-publicleaderboard-2026-01-09.csv"
    shutil.copy(FIXTURES / "gap-prize-publicleaderboard-2026-10-02T08_00_00.csv", folder / board)
    shutil.copy(FIXTURES.parent / "feeds" / "blog.atom", folder / "feed.xml")
    (folder / "career-fair.csv").write_text("Name,Where from,GitHub\nJo Früh,Hochtal,jfrueh\n", "utf-8")
    with sqlite3.connect(folder / "sourcing.db") as connection:
        people = [row[0] for row in connection.execute("SELECT public_id FROM person LIMIT 3")]
    (folder / "outreach.csv").write_text(
        "candidate_id,stage,note\n" + "".join(f"{one},contacted,wrote\n" for one in people), "utf-8"
    )
    (folder / "groups.csv").write_text(
        "candidate_id,gender\n" + "".join(f"{one},women\n" for one in people), "utf-8"
    )
    rows = [
        {
            "id": paper.arxiv_id, "year": 2026, "venue": "ICLR", "title": paper.title, "abstract": paper.abstract,
            "date": "2026-11-01", "novelty_scores": [place % 4 + 1, place % 3 + 1],
            "decision": "oral" if place % 5 == 0 else "poster",
        }
        for place, paper in enumerate(sample_world().papers[:30])
    ]  # fmt: skip
    with gzip.open(folder / "labelled.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def here(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's folder, the current one, as if made for this example alone."""
    folder = tmp_path / "demo"
    shutil.copytree(demo, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SOURCING_CONFIG", "SOURCING_DATABASE_URL", "SOURCING_CONTACT"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=[example[9:60] for _, example in EXAMPLES])
def test_the_example_works(
    path: tuple[str, ...], example: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path == ("init",):  # is for a folder that has no settings yet
        (here / "sourcing.toml").unlink()
    if path == ("demo",):  # is run whole by tests/demo/test_run_demo.py
        monkeypatch.setattr("sourcing.demo.run.run_demo", lambda *_, **__: ExitCode.DONE)
    words, target = shlex.split(example)[1:], None
    if ">" in words:
        words, target = words[: words.index(">")], words[words.index(">") + 1]
    said = CliRunner().invoke(app, words, env={"NO_COLOR": "1"})
    assert said.exit_code == 0, (said.output, said.exception)
    if target is not None:
        json.loads(said.stdout)
    if "-o" in words:
        assert (here / words[words.index("-o") + 1]).exists()
