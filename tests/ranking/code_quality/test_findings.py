"""What a careful reader stumbles over, and where it is shown."""

from __future__ import annotations

import json
import time

import pytest
from invented_trees import NETWORK, tree

from db.records import Part
from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.files.reader import read_file

PLAIN = NETWORK * 3


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def part_of(scorer: CodeQualityScorer, files: dict[str, str | bytes], name: str = "hygiene") -> Part:
    found = scorer.assess("github.com/mira/weir", tree(files))
    return next(part for part in found.parts if part.name == name)


def said(part: Part) -> dict[str, str | None]:
    return {e.text: e.location for e in part.evidence}


def notebook(*cells: dict[str, object]) -> str:
    plain = {"cell_type": "code", "execution_count": None, "source": NETWORK, "outputs": []}
    return json.dumps({"nbformat": 4, "cells": [plain | cell for cell in cells]})


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("def run(a, b=[]):\n    return b\n", "a mutable default is shared between calls"),
        ("def run(a, *, b={}):\n    return b\n", "a mutable default is shared between calls"),
        ("try:\n    run()\nexcept:\n    pass\n", "catches every exception, also interrupts"),
        ("try:\n    run()\nexcept Exception:\n    pass\n", "swallows every exception"),
        ("def run(a):\n    return a == None\n", "compares to None or True with =="),
        ("def run(a):\n    return a is 3\n", "compares a literal by identity: wrong by luck"),
        ("def run(a):\n    return eval(a)\n", "runs text as code"),
        ("def run(a):\n    breakpoint_set.set_trace()\n", "a debugger was left in"),
        ("# x = load(1)\n# y = run(x)\n# print(y)\n", "commented-out code (3 lines)"),
    ],
)
def test_a_fault_is_named_and_costs_something(scorer: CodeQualityScorer, code: str, text: str) -> None:
    clean = part_of(scorer, {"net.py": PLAIN})
    found = part_of(scorer, {"net.py": PLAIN + code})
    (place,) = [place for told, place in said(found).items() if told == text]
    line = int((place or "").rpartition(":")[2])
    assert PLAIN.count("\n") < line <= PLAIN.count("\n") + code.count("\n")
    assert (found.score or 0) < (clean.score or 0)


def test_prose_in_comments_is_no_commented_out_code(scorer: CodeQualityScorer) -> None:
    prose = "# The rate is halved when the loss stands still.\n# See the second section for the reason (and = for x).\n"
    assert not [text for text in said(part_of(scorer, {"net.py": PLAIN + prose})) if "commented-out" in text]


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("net.py", "PROMPT = 'Q:\\nHow deep is it?\\nA:\\n'\n", "own machine"),
        (
            "site.js",
            "const ponds = fetch('/data/ponds.json');\nconst feed = fetch('/home/feed/new');\n",
            "own machine",
        ),
        (
            "net.py",
            "import os\nos.environ['CUDA_VISIBLE_DEVICES'] = os.environ.get('GPU')\n",
            "chooses the GPU",
        ),
        ("net.py", "# B = batch size\n# T = number of steps\n# D = hidden dimension\n", "commented-out"),
    ],
)
def test_what_looks_like_a_fault_and_is_none_is_not_named(
    scorer: CodeQualityScorer, path: str, code: str, words: str
) -> None:
    told = said(part_of(scorer, {"pond.py": PLAIN, path: code}))
    assert not [text for text in told if words in text]


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("net.py", "ROOT = r'D:\\new\\ponds'\n", "own machine"),
        ("net.py", "ROOT = 'D:\\\\ponds\\\\new'\n", "own machine"),
        ("site.js", "const ponds = '/Users/mira/ponds.json';\n", "own machine"),
        ("net.py", "import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '3'\n", "chooses the GPU"),
        ("net.py", "# depth = old if shallow else new\n# wide = deep and not calm\n", "commented-out"),
    ],
)
def test_faults_in_other_forms_are_named_too(
    scorer: CodeQualityScorer, path: str, code: str, words: str
) -> None:
    told = said(part_of(scorer, {"pond.py": PLAIN, path: code}))
    assert [text for text in told if words in text]


def test_a_long_list_of_paths_is_read_in_linear_time() -> None:
    began = time.process_time()
    found = read_file("ponds.py", b"PONDS = [\n" + b"    '/home/mira/ponds/1.png',\n" * 30_000 + b"]\n")
    assert time.process_time() - began < 3
    assert found is not None
    assert found.findings["hard-coded path"].count == 30_000
    assert found.findings["hard-coded path"].lines[1] == 3


def test_of_many_like_faults_the_first_place_is_shown(scorer: CodeQualityScorer) -> None:
    code = "".join(f"def run_{n}(a, b=[]):\n    return b\n" for n in range(60))
    told = said(part_of(scorer, {"net.py": code + PLAIN}))
    assert told["a mutable default is shared between calls (60 times)"] == "net.py:1"


def test_long_and_deeply_nested_functions_are_named(scorer: CodeQualityScorer) -> None:
    deep = "def dig(a):\n" + "".join(f"{'    ' * n}if a:\n" for n in range(1, 8)) + "    " * 8 + "a()\n"
    long = "def drag(a):\n" + "    a()\n" * 150
    found = part_of(scorer, {"net.py": PLAIN, "dig.py": deep, "drag.py": long})
    assert said(found)["dig nests 7 blocks deep"] == "dig.py:1"
    assert said(found)["drag is 151 lines long"] == "drag.py:1"
    assert (found.score or 0) < (part_of(scorer, {"net.py": PLAIN}).score or 0)


def test_files_that_do_not_parse_are_counted_in_words(scorer: CodeQualityScorer) -> None:
    old, broken = "x = 1\nprint 1\n", "def (:\n"
    told = said(part_of(scorer, {"net.py": PLAIN, "old.py": old, "bad.py": broken}))
    assert told["one file is written in Python 2"] == "old.py:2"
    assert told["one file does not parse"] == "bad.py:1"
    told = said(part_of(scorer, {"net.py": PLAIN, "bad.py": broken, "worse.py": broken}))
    assert told["2 files do not parse"] == "bad.py:1"


def test_files_left_behind_are_counted_in_words(scorer: CodeQualityScorer) -> None:
    told = said(part_of(scorer, {"net.py": PLAIN, "net (1).py": "x = 1\n"}))
    assert told["one file was left behind by an editor, a backup or a cache"] == "net (1).py"
    told = said(part_of(scorer, {"net.py": PLAIN, "net (1).py": "x = 1\n", ".DS_Store": "x"}))
    assert "2 files were left behind by editors, backups or caches" in told


def test_a_name_is_a_copys_beside_what_was_copied_only(scorer: CodeQualityScorer) -> None:
    told = said(part_of(scorer, {"net.py": PLAIN, "deep_copy.py": "x = 1\n", "zero-copy.rs": "fn f() {}\n"}))
    assert not [text for text in told if "left behind" in text]
    told = said(part_of(scorer, {"net.py": PLAIN, "net_old.py": "x = 1\n", "net - Copy.py": "x = 1\n"}))
    assert "2 files were left behind by editors, backups or caches" in told


def test_prints_and_long_files_cost_hygiene(scorer: CodeQualityScorer) -> None:
    quiet, printing = (
        part_of(scorer, {"net.py": f"{PLAIN}\ndef tell(x):\n" + f"    {call}(x)\n" * 20}).score
        for call in ("write", "print")
    )
    assert (printing or 0) < (quiet or 0)
    told = said(part_of(scorer, {"net.py": PLAIN, "table.py": "".join(f"x{n} = {n}\n" for n in range(1000))}))
    assert told["1000 lines of code in one file"] == "table.py"


def test_notebooks_run_out_of_order_and_left_with_errors_are_told_by_their_cells(
    scorer: CodeQualityScorer,
) -> None:
    counts = [{"execution_count": n} for n in (1, 2, 5, 3, 4)]
    jumping = notebook(*counts)
    failing = notebook({"execution_count": 1}, {"execution_count": 2, "outputs": [{"output_type": "error"}]})
    found = part_of(
        scorer, {"calm.ipynb": notebook({"execution_count": 1}), "a.ipynb": jumping, "b.ipynb": failing}
    )
    assert said(found)["1 of 5 cells were run before the one above them, see cell 4"] == "a.ipynb"
    assert said(found)["a cell was left with an error, see cell 2"] == "b.ipynb"
    calm = part_of(scorer, {"a.ipynb": notebook(*({"execution_count": n} for n in range(1, 6)))})
    assert not [text for text in said(calm) if "cell" in text]
    assert (found.score or 0) < (calm.score or 0)


def test_full_typing_is_seen(scorer: CodeQualityScorer) -> None:
    typed = part_of(scorer, {"net.py": PLAIN}, "engineering")
    bare = PLAIN.replace(": list[float]", "").replace(" -> list[float]", "").replace(" -> None", "")
    untyped = part_of(scorer, {"net.py": bare.replace(": int", "").replace(" -> int", "")}, "engineering")
    assert said(typed)["100 % of functions are fully typed"] == "net.py:11"
    assert not [text for text in said(untyped) if "typed" in text]
    assert (typed.score or 0) > (untyped.score or 0)


def test_upkeep_is_told_in_a_sentence_with_its_places(scorer: CodeQualityScorer) -> None:
    kept: dict[str, str | bytes] = {
        "net.py": PLAIN,
        ".github/workflows/test.yml": "jobs:\n  test:\n    steps:\n      - run: pytest\n",
        "pyproject.toml": '[project]\nname = "weir"\n\n[tool.ruff]\nline-length = 100\n',
    }
    told = said(part_of(scorer, kept, "engineering"))
    assert told["continuous integration runs the tests"] == ".github/workflows/test.yml:4"
    assert told["linters are configured"] == "pyproject.toml:4"
    alone = said(part_of(scorer, {"net.py": PLAIN}, "engineering"))
    assert "not kept like a project: it has little or nothing of tests, automation and packaging" in alone
    loose = PLAIN + "for n in range(3):\n    print(n)\n" * 40
    told = said(part_of(scorer, {"net.py": loose}, "engineering"))
    assert told["80 lines run when it is imported"] == f"net.py:{PLAIN.count(chr(10)) + 1}"


def test_what_is_run_by_hand_is_no_automation(scorer: CodeQualityScorer) -> None:
    told = said(
        part_of(scorer, {"net.py": PLAIN, "tox.ini": "[testenv]\ncommands = pytest\n"}, "engineering")
    )
    assert not [text for text in told if "continuous integration" in text]


def test_packages_in_other_languages_are_packages_with_pages_and_automation(
    scorer: CodeQualityScorer,
) -> None:
    files: dict[str, str | bytes] = {
        "R/weir.R": "count <- function(x) {\n  n <- length(x)\n  n + 1\n}\n" * 20,
        "DESCRIPTION": "Package: weir\nVersion: 1.0\n",
        "doc/use.md": "# Use\n",
        ".github/workflows/check.yaml": "jobs:\n  check:\n    steps:\n      - run: R CMD check .\n",
    }
    told = said(part_of(scorer, files, "engineering"))
    assert told["can be installed as a package"] == "DESCRIPTION"
    assert told["1 page of documentation"] == "doc/use.md"
    assert told["continuous integration runs the tests"] == ".github/workflows/check.yaml:4"
    told = said(part_of(scorer, files | {"DESCRIPTION": "What it is.\n"}, "engineering"))
    assert "can be installed as a package" not in told


def test_what_installs_the_package_or_builds_its_documentation_is_no_module(
    scorer: CodeQualityScorer,
) -> None:
    setup = "from setuptools import setup\n\nsetup(\n" + '    name="weir",\n' * 60 + ")\n"
    files: dict[str, str | bytes] = {
        "weir.py": PLAIN,
        "test_weir.py": "import weir\n\n\ndef test_it():\n    assert weir\n",
        "setup.py": setup,
        "docs/conf.py": PLAIN,
    }
    told = said(part_of(scorer, files, "engineering"))
    assert "tests import 1 of 1 authored module" in told
    assert not [text for text in told if "when it is imported" in text]


def test_tests_in_another_language_need_not_import_the_scripts_beside_them(scorer: CodeQualityScorer) -> None:
    rust = (
        "pub fn add(a: u64) -> u64 {\n    a + 1\n}\n" * 20
        + "#[test]\nfn adds() {\n    assert_eq!(1, 1);\n}\n"
    )
    told = said(part_of(scorer, {"src/lib.rs": rust, "scripts/plot.py": PLAIN}, "engineering"))
    assert [text for text in told if text.startswith("1 test in 1 file")]
    assert not [text for text in told if "tests import" in text]


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("run.sh", "cd /home/mira/ponds\n", True),
        ("run.sh", "cd /home/$USER/ponds\n", False),
        ("Makefile", "all:\n\tcd /home/$(user)/ponds\n", False),
        ("run.py", "root = '/home/mira/ponds'\n", True),
        ("run.py", "root = f'/home/{user}/ponds'\n", False),
        ("run.py", "root = '/Users/%s/ponds' % user\n", False),
    ],
)
def test_a_path_that_is_made_for_whoever_uses_it_is_nobodys_own(path: str, text: str, told: bool) -> None:
    facts = read_file(path, text.encode())
    assert facts is not None
    assert ("hard-coded path" in facts.findings) is told


@pytest.mark.parametrize(
    "line", ["def first[T](ponds: list[T]) -> T: ...", "type Depth = float", "class Pond[T]: ..."]
)
def test_what_is_written_for_a_later_python_is_not_broken(line: str) -> None:
    facts = read_file("net.py", f"{line}\n{NETWORK}\nprint(f'{{NETWORK['a']}}')\n".encode())
    assert facts is not None
    assert facts.failure in ("", "in a later Python than it was read with")
    broken = read_file("net.py", f"class Pond(\n{NETWORK}".encode())
    assert broken is not None
    assert broken.failure == "it does not parse"


def test_what_a_notebook_runs_in_a_shell_is_no_python() -> None:
    shell = "!python train.py \\\n    --depth 3 \\\n    --wide 'yes'\nfiles = ! ls -a\ncd /content/ponds\nimport os"
    magic = "for pond in ponds:\n    %run dig.py \\\n      --deep\n    print(pond)"
    cells = [{"cell_type": "code", "source": one, "outputs": []} for one in (shell, magic)]
    facts = read_file("run.ipynb", json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert facts is not None
    assert facts.failure == ""
    assert facts.imports == ["os"]
