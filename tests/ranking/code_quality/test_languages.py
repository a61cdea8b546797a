"""Code that is not Python: read coarsely, or named as what is not read."""

from __future__ import annotations

import pytest
from invented_trees import tree

from db.records import LANGUAGE_NOT_READ, AssessmentStatus
from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.files.reader import read_file

KEY = "github.com/mira/pocket"


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


@pytest.mark.parametrize(
    "ending",
    [
        ".pl", ".pm", ".dart", ".groovy", ".zig", ".nim", ".ex", ".erl", ".f", ".f95", ".for", ".vhd", ".sol", ".mm",
        ".cl", ".wgsl", ".glsl", ".hlsl", ".metal",
    ],
)  # fmt: skip
def test_code_that_lines_can_tell_of_is_read_with_more_doubt(scorer: CodeQualityScorer, ending: str) -> None:
    other = scorer.assess(KEY, tree({"README.md": "# P\n", "main" + ending: "x = 1\n" * 200}))
    python = scorer.assess(KEY, tree({"README.md": "# P\n", "main.py": "x = 1\n" * 200}))
    assert other.status is AssessmentStatus.SCORED
    assert other.high is not None
    assert other.score is not None
    assert python.high is not None
    assert python.score is not None
    assert other.high - other.score > python.high - python.score


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.R", "add <- function(x) {\n  x + 1\n}\n" + "plot(add(1))\n" * 200, [3]),
        ("a.R", "add <- function(x,\n                y,\n                z = c(1, 2)) {\n  x + y\n}\n", [5]),
        ("a.R", "one <- function(x) x\nadd <- function(x) {\n  x + 1\n}\n", [3]),
        ("a.cpp", "int add(\n    int x,\n    int y\n) {\n  return x + y;\n}\n", [6]),
        ("a.cpp", "void run() {\n  add(\n      1,\n      2);\n}\n", [5]),
    ],
)
def test_functions_end_where_their_brace_closes(path: str, text: str, lines: list[int]) -> None:
    facts = read_file(path, text.encode())
    assert facts is not None
    assert [function.lines for function in facts.functions] == lines


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.pl", "# Adds.\nsub add {\n  my $x = shift;\n}\n\nsub take {\n  return 1;\n}\n", ["add", "take"]),
        (
            "a.ex",
            "defmodule A do\n  def add(x) do\n    x\n  end\n  defp hide(x), do: x\nend\n",
            ["add", "hide"],
        ),
        ("a.nim", "proc add(x: int): int =\n  x + 1\n", ["add"]),
        ("a.erl", "-module(a).\nadd(X) ->\n  X + 1.\n", ["add"]),
        ("a.zig", "pub fn add(x: i32) i32 {\n  return x;\n}\n", ["add"]),
        ("a.wgsl", "@compute\nfn add(x: f32) -> f32 {\n  return x;\n}\n", ["add"]),
        ("a.dart", "int add(int x) {\n  return x;\n}\n", ["add"]),
    ],
)
def test_functions_are_found_in_other_languages(path: str, text: str, names: list[str]) -> None:
    facts = read_file(path, text.encode())
    assert facts is not None
    assert [function.name for function in facts.functions] == names


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/core.clj", "Clojure"), ("core.rkt", "Racket"), ("Proof.thy", "Isabelle"), ("Proof.agda", "Agda"),
        ("analysis.Rmd", "R Markdown"), ("analysis.qmd", "Quarto"), ("queries.sql", "SQL"), ("App.vue", "Vue"),
        ("run.sh", "Shell"), ("model.do", "Stata"),
    ],
)  # fmt: skip
def test_a_language_that_is_not_read_is_no_empty_repository(
    scorer: CodeQualityScorer, path: str, language: str
) -> None:
    found = scorer.assess(KEY, tree({"README.md": "# P\n", path: "x y z\n" * 200}))
    assert found.status is AssessmentStatus.INSUFFICIENT
    assert found.reason == f"{LANGUAGE_NOT_READ}: {language}"
    assert (f"one file was not read: {language}", path) in {(e.text, e.location) for e in found.evidence}


def test_a_script_that_fetches_the_data_is_no_code_yet(scorer: CodeQualityScorer) -> None:
    files = {"README.md": "# P\n", "download.sh": "wget https://data.example/tides.tar\ntar xf tides.tar\n"}
    assert scorer.assess(KEY, tree(files)).reason == "no code yet"


def test_scripts_beside_code_are_nothing_left_unread(scorer: CodeQualityScorer) -> None:
    files = {"train.py": "x = 1\n" * 200, "run.sh": "python train.py\n" * 200, "core.clj": "(inc x)\n" * 200}
    said = [e.text for e in scorer.assess(KEY, tree(files)).evidence if e.kind == "not read"]
    assert said == ["one file was not read: Clojure"]


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.jl", "function add(x)\n    if x > 0\n        x\n    end\nend\n" + "plot(add(1))\n" * 90, [5]),
        ("a.lua", "function add(x)\n  return x\nend\n\nlocal y = add(1)\n", [3]),
        ("a.jl", "function add(x) x + 1 end\nadd(2)\n", [1]),
        ("a.pyx", "def add(int x,\n        int y\n):\n    return x + y\n\nprint(add(1, 2))\n", [5]),
    ],
)
def test_functions_end_before_what_a_script_goes_on_with(path: str, text: str, lines: list[int]) -> None:
    facts = read_file(path, text.encode())
    assert facts is not None
    assert [function.lines for function in facts.functions] == lines


def test_what_stands_above_a_function_in_julia_documents_it() -> None:
    text = '"""\n    add(x)\n\nOne more.\n"""\nfunction add(x)\n    x + 1\nend\n\ns = """\ntext\n"""\nf = s\n'
    facts = read_file("a.jl", text.encode())
    assert facts is not None
    assert [function.documented for function in facts.functions] == [True]
    assert (facts.code_lines, facts.comment_lines) == (7, 4)
