"""What is imported from elsewhere: whether code learns, and what must be installed for it."""

from __future__ import annotations

import pytest
from invented_trees import tree

from ranking.code_quality import CodeQualityScorer

CODE = "".join(
    f"def walk_{name}(values, limit):\n    kept = []\n    for value in values:\n        kept.append(value + limit)\n"
    "    kept.sort()\n    return kept\n\n\n"
    for name in ("hill", "shore", "marsh", "ridge", "lane", "alley", "court")
)
DATASETS = "from datasets import ponds\n" + CODE


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def said(scorer: CodeQualityScorer, files: dict[str, str]) -> set[str]:
    """What is said of completeness."""
    found = scorer.assess("github.com/mira/walks", tree({"README.md": "# Walks\n", **files}))
    return {e.text for part in found.parts if part.name == "completeness" for e in part.evidence}


@pytest.mark.parametrize(
    ("files", "learns"),
    [
        ({"run.py": DATASETS}, True),
        ({"run.py": DATASETS, "datasets/__init__.py": "", "datasets/ponds.py": CODE}, False),
        ({"run.py": DATASETS, "datasets/ponds.py": CODE}, False),
        ({"src/run.py": DATASETS, "src/datasets.py": CODE}, False),
        ({"tests/test_it.py": DATASETS, "src/datasets/__init__.py": CODE}, False),
        # A folder that is no package gives way to the library.
        ({"run.py": "from datasets import load_dataset\n" + CODE, "datasets/ponds.py": CODE}, True),
        # What is named for a library and imports it is not that library.
        ({"walks/core.py": "import torch\n" + CODE, "walks/torch.py": "import torch\n" + CODE}, True),
        ({"torch/run.py": "import torch\n" + CODE}, True),
        ({"run.py": "import theano\nprint 'begun'\n" + CODE}, True),  # Python 2
    ],
)
def test_a_module_of_its_own_is_no_learning_library(
    scorer: CodeQualityScorer, files: dict[str, str], learns: bool
) -> None:
    assert any("it learns nothing" in text for text in said(scorer, files)) is not learns


@pytest.mark.parametrize(
    ("files", "nothing"),
    [
        ({"run.py": "import ponds\n" + CODE, "lib/ponds.py": CODE}, True),  # the path is set from outside
        ({"run.py": "import torch\n" + CODE, "walks/torch.py": "import torch\n" + CODE}, False),
        ({"torch/run.py": "import torch\n" + CODE}, False),
        ({"run.py": "import datasets\n" + CODE, "datasets/ponds.csv": ""}, False),
    ],
)
def test_what_bears_the_name_of_a_library_does_not_stand_for_it(
    scorer: CodeQualityScorer, files: dict[str, str], nothing: bool
) -> None:
    assert ("depends on nothing but Python itself" in said(scorer, files)) is nothing


def test_what_builds_the_documentation_is_not_what_the_code_depends_on(scorer: CodeQualityScorer) -> None:
    code = {"run.py": "import numpy\n" + CODE}
    docs = {"docs/requirements.txt": "sphinx\n"}
    assert "dependencies are not stated" in said(scorer, code | docs)
    assert "dependencies stated, 0 % of them with a version" in said(
        scorer, code | {"requirements.txt": "numpy\n"}
    )
