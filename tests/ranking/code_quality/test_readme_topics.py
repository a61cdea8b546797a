"""A README is read for what it delivers: weights of its own, not those it asks for."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, tree

from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.documents.headings import lines_in_sections
from ranking.code_quality.documents.readme_topics import topics_of


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\nOur best model: https://drive.google.com/file/d/pond\n",
        "# Pond Net\n## Models\n| size | depth |\n| small | [file](https://zenodo.org/records/0/pond) |\n",
        "# Pond Net\n## Model zoo\n- [small pond](https://dropbox.com/s/pond)\n",
        "# Pond Net\nDownload the pre-trained weights from https://ponds.example/pond.pth\n",
        "# Pond Net\nDownload and unpack the pretrained model:\n```\nwget https://ponds.example/pond.zip\n```\n",
        "# Pond Net\nYou can download our trained models with `scripts/get_models.sh`.\n",
        "# Pond Net\nPretrained weights: https://github.com/mira/ponds/tree/main/weights\n",
    ],
)
def test_weights_are_found_under_a_heading_or_beside_the_word(text: str) -> None:
    assert topics_of("README.md", text.split("\n"))["weights"].delivered


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\n### Download the data\n[ponds](https://drive.google.com/file/d/data)\n",
        "# Pond Net\nDownload the pre-trained fastText vectors from https://fasttext.cc/docs\n",
        "# Pond Net\nGet the backbone, pre-trained on ImageNet, at https://backbones.example/r50.pth\n",
        "# Pond Net\n## Which models are there?\nSee [here](https://ponds.example/faq).\n",
        "# Pond Net\n## Models\n![how the models compare](https://drive.google.com/pond.png)\n",
        "# Pond Net\nCode of [Ponds Among Pretrained Language Models](https://aclanthology.org/2031.ponds-main.1/).\n",
        "# Pond Net\nOur script on pretrained weights: [here](https://github.com/mira/reeds/blob/main/demo/mask.py)\n",
        "# Pond Net\nurl = 'https://ponds.example/deep-models/checkpoints/class_index.json'\n",
        "# Pond Net\n## Pretrained models\nThe [reed model](https://drive.google.com/r) provided by [Reeds](https://reeds.example)\n",
        "# Pond Net\n## Pretrained embeddings\nThe embeddings and the dataset: [download](https://drive.google.com/d)\n",
        "# Pond Net\nIt downloads the pretrained models (two kinds of reeds) by itself.\n",
        "# Pond Net\nThe checkpoints are written to out/; the runs: https://ponds.example/runs\n",
        "# Pond Net\nOf checkpoints and losses of our runs see https://wandb.ai/mira/ponds\n",
        "# Pond Net\nUse `--weights path/to/model.pth` to load the checkpoint.\n",
        "# Pond Net\nWe use class weights, as told at https://ponds.example/classes\n",
    ],
)
def test_data_other_peoples_weights_and_pictures_are_no_weights(text: str) -> None:
    found = topics_of("README.md", text.split("\n")).get("weights")
    assert found is None or not found.delivered


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\nWe start from `AutoModel.from_pretrained('bert-base-uncased')`.\n",
        "# Pond Net\nGet the pretrained weights at https://huggingface.co/meta-llama/Llama-2-7b first.\n",
        "# Llama Ponds\nmodel = AutoModel.from_pretrained('meta-llama/Llama-2-7b-hf')\n",
        "# Pond Net\nThe pictures of ponds: [Download](https://ponds.example/ponds.tar.gz)\n",
        "# Pond Net\nPretrained weights cannot be downloaded.\n",
        "# Pond Net\nPretrained weights will be available for download soon. The paper: https://ponds.example\n",
        "# Pond Net\nThe checkpoint link https://drive.google.com/x is dead.\n",
        "# Pond Net\n## Model zoo (coming soon)\n",
        "# Pond Net\n- [ ] upload the checkpoints to https://huggingface.co/mira/pond-net\n",
        "# Pond Net\npython evaluate.py --weights out/pond.pth\n",
    ],
)
def test_weights_of_others_and_weights_that_cannot_be_had_are_not_linked(text: str) -> None:
    assert "weights" not in topics_of("README.md", text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\nmodel = AutoModel.from_pretrained('mira/pond-net-large')\n",
        "# BERT\nmodel = AutoModel.from_pretrained('bert-base-uncased')\n",
        "# Pond Net\n## Checkpoints\n- https://huggingface.co/mira/shallow-llama-7b\n",
        "# Pond Net\n| model | depth | file |\n|---|---|---|\n| small | 3 | [Download](https://ponds.example/s) |\n",
        "# Pond Net\nCheckpoints are not available here, but https://ponds.example/pond has them.\n",
        "# Pond Net\nThe large weights cannot be shared. The small weights: https://ponds.example/small\n",
    ],
)
def test_weights_named_like_the_repository_or_given_as_such_are_linked(text: str) -> None:
    assert topics_of("README.md", text.split("\n"))["weights"].delivered


def test_a_model_on_a_hub_that_may_be_anybodys_counts_little() -> None:
    text = "# Pond Net\nTry it with https://huggingface.co/tomas/shallow-reeds too.\n"
    found = topics_of("README.md", text.split("\n"))["weights"]
    assert not found.delivered
    assert found.value == pytest.approx(0.3)


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\n| package | version | least |\n|---|---|---|\n| reeds | 4.17 | 4.1 |\n",
        "# Pond Net\n| torch | 2.1 | 1.8 |\n| numpy | 1.26 | 1.20 |\n",
        "# Pond Net\nIf you see an error, update torch to version 2.1.\n",
    ],
)
def test_versions_are_no_results(text: str) -> None:
    assert "results" not in topics_of("README.md", text.split("\n"))


@pytest.mark.parametrize(
    ("topic", "line"),
    [
        ("train", "Tested with Python 3.8 and meant to run on one GPU."),
        ("train", "Written in Python. The main idea is simple."),
        ("train", "The English training data is from the web, and we publish the trained nets."),
        ("train", "## Constraints and benefits"),
        ("install", "We make no claim about rivers."),
        ("install", "Please make sure that the pond is calm."),
        ("install", "Our encoder is a Mamba with four layers."),
        ("requirements", "From there we go 2 steps on, and node 3 is the root."),
        ("requirements", "With a radius r = 2.5 and a share R = 0.97 it holds."),
        ("requirements", "This requires all to go home."),
        ("data", "The names lie in metadata/ beside it."),
    ],
)
def test_prose_is_no_command(topic: str, line: str) -> None:
    assert topic not in topics_of("README.md", ["# Pond Net", "", line])


@pytest.mark.parametrize(
    ("topic", "line"),
    [
        ("train", "python train.py --depth 3"),
        ("train", "Call `python3 -m pond.train` first."),
        ("train", "CUDA_VISIBLE_DEVICES=0 accelerate launch train.py"),
        ("train", "torchrun --nproc_per_node=8 main.py"),
        ("train", "./scripts/run_pond.sh"),
        ("install", "make"),
        ("install", "$ cd pond && make -j 8"),
        ("install", "Then call `make all`."),
        ("install", "mamba install pond"),
        ("requirements", "R 4.1 and go >= 1.20"),
        ("requirements", "Python 3"),
        ("requirements", "* Frame work : Tensorflow1.4 gpu"),
        ("requirements", "It requires R."),
        ("data", "python train.py --root my_data/ponds"),
    ],
)
def test_commands_deliver(topic: str, line: str) -> None:
    assert topics_of("README.md", ["# Pond Net", "", line])[topic].delivered


def test_the_title_of_a_readme_announces_nothing() -> None:
    assert topics_of("README.md", ["# Learning to fit ponds from data: a benchmark", "", "Our work."]) == {}
    assert "train" in topics_of("docs/train.md", ["# How to train your own net", "", "Our work."])
    assert "train" in topics_of("README.md", ["# Training", "", "Our work."])


def test_training_that_is_not_there_is_not_told() -> None:
    text = "# Pond Net\nWrite a script of your own; python train.py is not included.\n"
    assert "train" not in topics_of("README.md", text.split("\n"))


SERVER = "from pond import app\n\n\n@app.get('/')\ndef depth():\n    return 3\n\n\nprint(0)\n"


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("main.py", SERVER, False),
        ("main.py", SERVER + "for epoch in range(3):\n    step(epoch)\n", True),
        ("train.py", "pass\n", False),
        ("train.py", "from net import run\n\nrun()\n", True),
        ("train.sh", "#!/bin/sh\n# nothing\n", False),
        ("train.sh", "#!/bin/sh\npython main.py --depth 3\n", True),
    ],
)
def test_a_script_counts_for_what_it_holds_and_not_for_its_name(path: str, code: str, said: bool) -> None:
    readme = "# Pond Net\n\nTraining takes a day; we train on ponds.\n"
    files: dict[str, str | bytes] = {"README.md": readme, "net.py": NETWORK * 3, path: code}
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree(files))
    completeness = next(part for part in found.parts if part.name == "completeness")
    texts = {(evidence.text, evidence.location) for evidence in completeness.evidence}
    assert (("training script", path) in texts) is said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("checkpoints/pond.h5", True),
        ("model_wts/pond.pkl", True),
        ("pond.pth.tar", True),
        ("data/ponds.h5", False),
    ],
)
def test_weights_in_the_tree_are_known_by_their_place(path: str, said: bool) -> None:
    files: dict[str, str | bytes] = {
        "README.md": "# Pond Net\n\nTo train: `python train.py`. Training takes a day, then train again.\n",
        "train.py": NETWORK + "\nimport torch\n\nnet = PocketNet(2, 3)\n",
        "net.py": NETWORK,
        "run.py": NETWORK,
        path: b"\x00",
    }
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree(files))
    completeness = next(part for part in found.parts if part.name == "completeness")
    texts = {(evidence.text, evidence.location) for evidence in completeness.evidence}
    assert (("trained weights lie in the repository", path) in texts) is said
    assert (("links no trained weights", "README.md") in texts) is not said


@pytest.mark.parametrize(("code", "said"), [("pass\n", False), (NETWORK, True)])
def test_commands_that_run_nothing_tell_nothing(code: str, said: bool) -> None:
    readme = (
        "# Pond Net\n\n## Training\n\npython train.py\n\n## Evaluation\n\npython eval.py\n\nTrain for long.\n"
    )
    files: dict[str, str | bytes] = {
        "README.md": readme,
        "net.py": NETWORK * 3,
        "train.py": code,
        "eval.py": code,
    }
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree(files))
    completeness = next(part for part in found.parts if part.name == "completeness")
    texts = {evidence.text: evidence.location for evidence in completeness.evidence}
    assert ("gives the training command" in texts) is said
    assert ("gives the evaluation command" in texts) is said
    assert (texts.get("gives a training command that runs nothing") == "README.md:5") is not said
    assert ("the README tells to run eval.py, which does nothing" in texts) is not said


def test_of_many_scripts_the_one_that_a_visitor_sees_is_shown() -> None:
    code = "import torch\n\n\ndef step(x):\n    y = x\n    z = y\n    return z\n"
    helpers: dict[str, str | bytes] = {
        "data/train_loader.py": code,
        "core/train_utils.py": code,
        "core/eval_utils.py": code,
    }
    scripts: dict[str, str | bytes] = {
        "data/train_small.py": code,
        "train.py": code,
        "core/eval.py": code,
        "evaluate.py": code,
    }
    scorer = CodeQualityScorer.load()

    def shown(files: dict[str, str | bytes]) -> dict[str, str | None]:
        found = scorer.assess("github.com/mira/pond", tree({"net.py": NETWORK * 3} | files))
        return {
            e.text: e.location for part in found.parts for e in part.evidence if e.text.endswith(" script")
        }

    assert shown(helpers | scripts) == {"training script": "train.py", "evaluation script": "evaluate.py"}
    assert shown(helpers) == {}


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("devtools::install_github('mira/ponds')", "install"),
        ('using Pkg; Pkg.add("Ponds")', "install"),
        ("pkg> add Ponds", "install"),
        ("library(ponds)", "usage"),
        ("using Ponds, Reeds", "usage"),
        ("julia --project scripts/show.jl", "usage"),
        ("julia --project scripts/train.jl", "train"),
        ("th train.lua -depth 3", "train"),
        ("Rscript R/train.R", "train"),
    ],
)
def test_commands_of_other_languages_are_commands(line: str, topic: str) -> None:
    found = topics_of("README.md", ["# Ponds", "", line])
    assert found[topic].delivered


def test_prose_that_begins_with_using_shows_no_use() -> None:
    for line in ("using reeds, the pond", "Using Reeds is easy", "using pytorch"):
        found = topics_of("README.md", ["# Ponds", "", line])
        assert "usage" not in found or not found["usage"].delivered


def trained_by(readme: str, files: dict[str, str | bytes]) -> dict[str, str | None]:
    """What is said of completeness, each with its place."""
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree({"README.md": readme, **files}))
    completeness = next(part for part in found.parts if part.name == "completeness")
    return {evidence.text: evidence.location for evidence in completeness.evidence}


TRAINS = (
    "import torch\n\n\ndef step(net, loss, optimizer):\n    value = loss(net)\n    value.backward()\n"
    "    optimizer.step()\n    return value\n\n\nif __name__ == '__main__':\n    step(1, 2, 3)\n"
)


@pytest.mark.parametrize(
    ("told", "files", "script"),
    [
        ("`python ponds.py --net deep`", {"ponds.py": TRAINS}, "ponds.py"),
        ("Execute `ponds.py` to make our results.", {"ponds.py": TRAINS}, "ponds.py"),
        ("    bash go.sh", {"ponds.py": TRAINS, "go.sh": "cd ..\npython -u ponds.py --net deep\n"}, "go.sh"),
    ],
)
def test_a_script_that_trains_is_the_training_command_whatever_it_is_called(
    told: str, files: dict[str, str | bytes], script: str
) -> None:
    said = trained_by(f"# Pond Net\n\n{told}\n", {"net.py": NETWORK * 2, **files})
    assert said["gives the training command, in passing"] == "README.md:3"
    assert said["training script"] == script


def test_a_script_that_only_plots_is_no_training_command() -> None:
    said = trained_by(
        "# Pond Net\n\n`python plot.py`\n", {"net.py": TRAINS, "depth.py": NETWORK, "plot.py": NETWORK}
    )
    assert "gives no training command" in said
    assert "training script" not in said


@pytest.mark.parametrize(
    "text",
    [
        "## Training\n\n    th ponds.lua -eta 0.9\n",
        "The following command trains a deep net:\n```\nth ponds.lua -eta 0.9\n```\n",
        "```\n# train\npython ponds.py\n```\n",
    ],
)
def test_what_leads_up_to_a_command_says_that_it_trains(text: str) -> None:
    files: dict[str, str | bytes] = {
        "net.py": "import torch\n" + NETWORK * 2,
        "ponds.lua": "local net = require 'net'\n" * 9,
        "ponds.py": NETWORK,
    }
    said = trained_by(f"# Pond Net\n\n{text}", files)
    assert any(one.startswith("gives the training command") for one in said)
    assert "gives a training command that runs nothing" not in said


def test_a_script_in_another_language_trains() -> None:
    files: dict[str, str | bytes] = {
        "net.py": "import torch\n" + NETWORK * 2,
        "train.lua": "local net = require 'net'\n" * 9,
    }
    assert trained_by("# Pond Net\n", files)["training script"] == "train.lua"


def test_a_link_to_the_source_code_gives_no_weights() -> None:
    line = "Make sure that the models come from the release of the [source code](https://github.com/mira/pond/releases)."
    assert "links trained weights" not in trained_by(
        f"# Pond Net\n\n{line}\n", {"net.py": TRAINS, "depth.py": NETWORK * 2}
    )


def test_a_block_between_tildes_is_code_and_its_last_line_no_heading() -> None:
    text = "# Ponds\n\n## Train\n\n~~~bash\n# dig\npython train.py --depth 3\n~~~\n\nReeds\n~~~~~\nMore.\n"
    lines = list(lines_in_sections(text.split("\n")))
    assert [line.text for line in lines if line.is_heading] == ["# Ponds", "## Train", "Reeds"]
    assert topics_of("README.md", text.split("\n"))["train"].delivered


def test_a_link_by_reference_is_a_link() -> None:
    said = trained_by(
        "# Pond Net\n\nDownload trained models from the [page of files][2].\n\n[2]: https://zenodo.org/record/1\n",
        {"net.py": TRAINS, "depth.py": NETWORK * 2},
    )
    assert said["links trained weights"] == "README.md:3"


def test_a_model_that_tests_load_is_not_given_to_anybody() -> None:
    said = trained_by(
        "# Pond Net\n", {"net.py": TRAINS, "depth.py": NETWORK * 2, "test/models/old.pth": b"\x00"}
    )
    assert "links no trained weights" in said
