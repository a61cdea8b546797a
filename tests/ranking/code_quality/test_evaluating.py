"""Evaluation and scripts for results are found as people find them: by commands, names, headings and words."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, tree

from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.documents.evaluating import Evaluating, named_for_evaluation, read_evaluating
from ranking.code_quality.parts.completeness.result_scripts import result_scripts


def read(text: str) -> Evaluating:
    return read_evaluating([("README.md", text.split("\n"))])


@pytest.mark.parametrize(
    "line",
    [
        "python test_net.py --dataset ponds --net small",
        "$ CUDA_VISIBLE_DEVICES=0 python main.py --mode test --checkpoint pond.pt",
        "python main.py --do_eval",
        "Then `python tools/eval_ponds.py configs/small.yaml` gives the numbers.",
        "Test: python run.py --phase test",
        "- `./eval_scripts/eval_ponds.sh`",
        "th evaluate.lua -model pond.t7",
    ],
)
def test_a_command_that_evaluates_is_found_where_it_stands(line: str) -> None:
    assert read(f"# Pond Net\n\nSomething else.\n{line}\n").command == ("README.md", 4)


@pytest.mark.parametrize(
    "line",
    [
        "python train.py --eval_every 5 --test_dir data/test",
        "python train_metric.py",
        "pip install -r test_requirements.txt",
        "python -m pytest tests/test_layers.py",
        "metrics.py        # the metrics",
        "wget https://ponds.example/evaluate.py",
        "We evaluate on three ponds.",
    ],
)
def test_training_installing_and_unit_tests_are_no_evaluation(line: str) -> None:
    assert read(f"# Pond Net\n{line}\n").command is None


def test_what_is_run_under_a_heading_on_testing_evaluates() -> None:
    told = read("# Pond Net\n## Testing\n```\npython main.py --checkpoint pond.pt\n```\n")
    assert told.command == ("README.md", 4)
    assert told.heading == ("README.md", 2)
    assert not told.only_experiments


def test_a_script_that_is_named_but_not_run_and_a_heading_on_experiments_are_told_apart() -> None:
    told = read("# Pond Net\n## Experiments\nSee evaluate_ponds.m for the numbers of Table 2 in our paper.\n")
    assert told.command is None
    assert told.names == ("README.md", 3)
    assert told.heading == ("README.md", 2)
    assert told.only_experiments
    assert told.made_again == 1


@pytest.mark.parametrize(
    ("path", "evaluates"),
    [
        ("test_net.py", True), ("src/evalOnPonds.m", True), ("fid.py", True), ("test/run_test.py", True),
        ("retrieval.py", False), ("latest.py", False), ("tests/test_layers.py", False), ("test/test_layers.py", False),
        ("train_metric.py", False),
    ],
)  # fmt: skip
def test_names_of_scripts_are_read_word_by_word(path: str, evaluates: bool) -> None:
    assert named_for_evaluation(path) is evaluates


def test_scripts_for_results_are_counted_by_kind_and_folder() -> None:
    found = result_scripts(
        [
            "run_all.sh", "scripts/plot_depth.py", "figures/fig3.R", "analysis/summarize.py", "experiments/exp1.py",
            "src/layers.py", "tests/test_run.py", "docs/figure.md", "trunk.py",
        ]
    )  # fmt: skip
    assert found.by_kind == {"runs": 1, "plots": 2, "tables": 1, "experiments": 1}
    assert found.in_folders == 4
    assert found.first == "run_all.sh"


def test_a_test_script_beside_the_readme_is_shown_as_what_evaluates() -> None:
    readme = "# Pond Net\n\nTo train: `python train.py`. Trained on three ponds, training takes a day.\n"
    files: dict[str, str | bytes] = {
        "README.md": readme,
        "net.py": NETWORK,
        "train.py": NETWORK + "\nimport torch\n\nnet = PocketNet(2, 3)\n",
        "test_ponds.py": NETWORK,
    }
    found = CodeQualityScorer.load().assess(
        "github.com/mira/pond",
        tree(files),
    )
    completeness = next(part for part in found.parts if part.name == "completeness")
    said = {(evidence.text, evidence.location) for evidence in completeness.evidence}
    assert ("evaluation script", "test_ponds.py") in said
    assert ("gives no evaluation command", "README.md") in said


def test_lines_that_nobody_reads_are_passed_over() -> None:
    assert read(f"# Pond Net\npython test_net.py {'--verbose ' * 200}\n") == Evaluating()


def test_what_checks_the_machine_or_the_code_evaluates_no_model() -> None:
    scorer = CodeQualityScorer.load()

    def said(path: str, text: str) -> set[str]:
        found = scorer.assess("github.com/m/p", tree({"net.py": "import torch\n" + NETWORK * 3, path: text}))
        return {e.text for part in found.parts for e in part.evidence}

    assert "evaluation script" in said("test_net.py", "import torch\n" + NETWORK)
    assert "evaluation script" not in said("test_environment.py", "import sys\n" + NETWORK)
    unit = "import pytest\nfrom net import PocketNet\n\n\ndef test_net():\n    assert PocketNet(1, 2).depth == 2\n"
    assert "evaluation script" not in said("test_net.py", unit)
    assert "a script that applies the model" in said("demo.py", "import torch\n" + NETWORK)
    plain = "from net import PocketNet\n\nprint(PocketNet(1, 2).forward([1.0]))\nx = 1\ny = 2\nz = 3\n"
    assert "a script that applies the model" not in said("tests/net_test.py", plain)
    assert "evaluation script" in said("run_test.py", plain)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("To evaluate on the test set:\n```\npython ponds.py eval_on_ponds with config.json\n```\n", 5),
        ("Run these.\n```\n# test the net\npython ponds.py --net deep\n```\n", 6),
        ("To train and evaluate it, type\n\n    python ponds.py\n", 5),
        ("Run the following for the train/test setting\n```\npython ponds.py\n```\n", None),
        ("Tested with Python 3.11.\n```\npython ponds.py\n```\n", None),
        ("To test the installation, type\n```\npython ponds.py\n```\n", None),
        ("We evaluate on ponds.\n\nThe plots are made by\n```\npython ponds.py\n```\n", None),
    ],
)
def test_what_leads_up_to_a_command_says_whether_it_evaluates(text: str, line: int | None) -> None:
    found = read("# Pond Net\n\n" + text).command
    assert found == (None if line is None else ("README.md", line))


def test_a_unit_test_named_after_what_it_tests_evaluates_no_model() -> None:
    scorer = CodeQualityScorer.load()
    code = "import torch\n" + NETWORK
    plain = "from lathe import Case\n\n\n" + NETWORK

    def evaluates(files: dict[str, str | bytes]) -> bool:
        found = scorer.assess("github.com/m/p", tree({"net.py": code * 2, **files}))
        return any(e.text == "evaluation script" for part in found.parts for e in part.evidence)

    assert evaluates({"pond_test.py": plain})
    assert not evaluates({"net_test.py": plain})
    assert not evaluates({f"{name}_test.py": plain for name in ("reed", "pond", "mud")})
    assert not evaluates({"perf_test.py": plain})


def test_a_module_for_predictions_is_no_script_that_applies_the_model() -> None:
    found = CodeQualityScorer.load().assess(
        "github.com/m/p", tree({"net.py": "import torch\n" + NETWORK * 2, "predictive_depth.py": NETWORK})
    )
    assert not any("applies the model" in e.text for part in found.parts for e in part.evidence)
