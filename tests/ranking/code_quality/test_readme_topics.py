"""A README is read for what it delivers: weights of its own, not those it asks for."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, tree

from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.readme_topics import topics_of


@pytest.mark.parametrize(
    "text",
    [
        "# Pond Net\nOur best model: https://drive.google.com/file/d/pond\n",
        "# Pond Net\n## Models\n| size | depth |\n| small | [file](https://zenodo.org/records/0/pond) |\n",
        "# Pond Net\n## Model zoo\n- [small pond](https://dropbox.com/s/pond)\n",
        "# Pond Net\nDownload the pre-trained weights from https://ponds.example/pond.pth\n",
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
        "# Pond Net\n## Models\n![how the models compare](https://drive.google.com/pond.png)\n",
    ],
)
def test_data_other_peoples_weights_and_pictures_are_no_weights(text: str) -> None:
    found = topics_of("README.md", text.split("\n")).get("weights")
    assert found is None or not found.delivered


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
