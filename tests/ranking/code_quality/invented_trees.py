"""Invented repositories as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

from ranking.code_quality import AuthorShare, CommitFacts, SourceFile, SourceTree

README = """# Pocket Net

Small networks for pockets.

## Installation

```
pip install -r requirements.txt
```

## Training

```
python train.py --config configs/small.yaml
```

## Evaluation

```
python evaluate.py --checkpoint pocket.pt
```

## Results

| model | accuracy |
|-------|----------|
| small | 91.25    |

Trained weights: download https://models.example/pocket.pt

To reproduce Table 2 run `bash scripts/table2.sh`. The data set is downloaded by `python download_data.py`.
"""

NETWORK = '''"""The network."""

import logging

log = logging.getLogger(__name__)


class PocketNet:
    """A network that fits into a pocket."""

    def __init__(self, width: int, depth: int) -> None:
        self.width = width
        self.depth = depth

    def forward(self, values: list[float]) -> list[float]:
        """Apply every layer in turn and return the activations of the last."""
        for layer in range(self.depth):
            values = [value * self.width for value in values]
            log.debug("layer %d", layer)
        return values


def count_parameters(network: PocketNet) -> int:
    """How many numbers are learned."""
    total = 0
    for _ in range(network.depth):
        total += network.width * network.width
        total += network.width
    return total
'''

TRAIN = '''"""Train a network from a configuration file."""

import argparse

from pocket.network import PocketNet, count_parameters


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    options = parser.parse_args()
    network = PocketNet(8, 4)
    print(options.config, count_parameters(network))


if __name__ == "__main__":
    main()
'''

TESTS = """from pocket.network import PocketNet, count_parameters


def test_width_scales() -> None:
    assert PocketNet(2, 1).forward([1.0]) == [2.0]


def test_parameters_are_counted() -> None:
    assert count_parameters(PocketNet(2, 1)) == 6
"""

MESSY = """import os, sys
from numpy import *
sys.path.append('..')
os.environ["CUDA_VISIBLE_DEVICES"] = "3"
DATA = "/home/mira/data/final_v2/train.csv"
# x = load(DATA)
# y = x + 1
# train(x, y)
def run(a, b=[]):
    try:
        for i in range(3):
            if a:
                for j in b:
                    if j == None:
                        while True:
                            if i:
                                print(i, j)
                                exec(a)
    except:
        pass
    print(a)
    print(b)
    print(i)
    return a
for epoch in range(10):
    run(epoch, [epoch])
    print(epoch)
    print(DATA)
"""


def tree(files: dict[str, str | bytes], **more: object) -> SourceTree:
    """A tree that holds ``files``."""
    made = []
    for path, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        made.append(SourceFile(path=path, size=len(raw), content=raw))
    return SourceTree(files=tuple(made), **more)  # type: ignore[arg-type]


def commits(**more: object) -> CommitFacts:
    """A lively history of two authors."""
    facts: dict[str, object] = {
        "total": 120,
        "authored": 110,
        "complete": True,
        "first": datetime(2025, 1, 6, tzinfo=UTC),
        "last": datetime(2025, 11, 3, tzinfo=UTC),
        "active_weeks": 30,
        "plain_messages": 0.1,
        "web_uploads": 0.05,
        "explained": 0.3,
        "authors": (
            AuthorShare(names=("Mira Lindqvist",), commits=88, share=0.8, logins=("miralq",)),
            AuthorShare(names=("Tomás Okafor",), commits=22, share=0.2),
        ),
        "releases": ("v1.0", "v1.1"),
    }
    return CommitFacts(**(facts | more))  # type: ignore[arg-type]


def careful() -> SourceTree:
    """A repository that a reviewer would like."""
    return tree(
        {
            "README.md": README,
            "LICENSE": "Permission is hereby granted, free of charge, to any person",
            "requirements.txt": "numpy==1.26.4\ntorch==2.3.0\n",
            "pyproject.toml": '[project]\nname = "pocket"\n[tool.ruff]\nline-length = 100\n',
            ".github/workflows/test.yml": "jobs:\n  test:\n    steps:\n      - run: pytest\n",
            ".gitignore": "*.pyc\n",
            "pocket/__init__.py": '"""Pocket networks."""\n',
            "pocket/network.py": NETWORK,
            "train.py": TRAIN,
            "evaluate.py": TRAIN.replace("Train", "Evaluate"),
            "download_data.py": TRAIN.replace("Train", "Download"),
            "configs/small.yaml": "width: 8\n",
            "scripts/table2.sh": "python train.py --config configs/small.yaml\n",
            "tests/test_network.py": TESTS,
        },
        commits=commits(),
    )


def careless() -> SourceTree:
    """A repository that a reviewer would close again."""
    return tree(
        {
            "README.md": "# code\n\nCode of our paper.\n",
            "main.py": MESSY,
            "main_copy.py": MESSY,
            "old/main (1).py": MESSY,
        },
        commits=commits(
            authored=70,
            total=70,
            active_weeks=4,
            plain_messages=0.9,
            web_uploads=0.9,
            explained=0.0,
            releases=(),
        ),
    )
