"""What the documents say of licence, language and dependencies, and how much of them is read."""

from __future__ import annotations

import json
import time

import pytest
from invented_trees import NETWORK, tree

from db.records import Assessment
from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.documents.languages_of_prose import in_english
from ranking.code_quality.documents.reader import read_documents

CHINESE = """# 池塘网络

这是一个用于测量池塘深度的小型网络，我们在三个池塘上进行了训练和测试，结果见下表。

## 安装

首先安装所有依赖，然后下载数据集并解压到文件夹中，最后检查路径是否正确。

```
pip install -r requirements.txt
```

## 训练

运行以下命令开始训练，训练大约需要三个小时，之后模型会保存在输出文件夹中。

```
python train.py --config configs/small.yaml
```
"""
GERMAN = """# Teichnetz

Dieses Netz misst die Tiefe von Teichen. Es ist klein und wird auf drei Teichen trainiert, die in dem Ordner liegen.
Für die Installation sind nur wenige Schritte nötig, und die Daten werden von dem Skript geladen. Das Training ist
nach einer Stunde zu Ende, und die Ergebnisse sind mit denen der Arbeit zu vergleichen.
"""


def judged(files: dict[str, str | bytes]) -> tuple[Assessment, dict[str, str | None]]:
    """The assessment, and what its completeness says by text."""
    found = CodeQualityScorer.load().assess("github.com/mira/pond", tree({"net.py": NETWORK * 3} | files))
    part = next(part for part in found.parts if part.name == "completeness")
    return found, {one.text: one.location for one in part.evidence}


def test_a_licence_that_is_only_named_is_not_called_missing() -> None:
    _, said = judged({"README.md": "# Pond Net\n\nThis code is released under the MIT License.\n"})
    assert said["licence named, but not enclosed: MIT"] == "README.md:3"
    assert "no licence: nobody else may use it" not in said


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("pyproject.toml", '[project]\nname = "pond"\nlicense = {text = "MIT"}\n', "MIT"),
        ("pyproject.toml", '[project]\nname = "pond"\nlicense = "Apache-2.0"\n', "Apache-2.0"),
        (
            "setup.py",
            "from setuptools import setup\n\nsetup(name='pond', license='BSD-3-Clause')\n",
            "BSD-3-Clause",
        ),
        ("package.json", '{\n  "name": "pond",\n  "license": "ISC"\n}\n', "ISC"),
        ("README.md", "# Pond Net\n\n## License\n\n[MIT](https://ponds.example/mit)\n", "MIT"),
        ("README.md", "# Pond Net\n\n![License: GPL v3](https://ponds.example/badge)\n", "GPL v3"),
    ],
)
def test_a_licence_is_read_where_it_is_stated(path: str, text: str, name: str) -> None:
    stated = read_documents(tree({path: text})).licence_stated
    assert stated is not None
    assert (stated.name, stated.path) == (name, path)


@pytest.mark.parametrize(
    "text",
    [
        "The data set is released under CC BY 4.0.",
        "We thank the makers of Reeds, which is released under the MIT License.",
        "The server is available at MIT.",
        "This code is not released under the MIT License.",
    ],
)
def test_licences_of_others_are_not_the_repositorys(text: str) -> None:
    assert read_documents(tree({"README.md": f"# Pond Net\n\n{text}\n"})).licence_stated is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", ""),
        ("requirements.txt", "# to be filled in\n\n"),
        ("pyproject.toml", '[project]\nname = "pond"\ndependencies = []\n'),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n"),
        ("setup.py", "from setuptools import setup\n\nsetup(name='pond', install_requires=[])\n"),
        ("environment.yml", "name: pond\ndependencies:\n  - python=3.11\n"),
    ],
)
def test_a_file_that_states_nothing_is_held_against_the_imports(path: str, text: str) -> None:
    _, said = judged({"README.md": "# Pond Net\n", path: text, "use.py": "import numpy\nimport net\n"})
    assert said[f"{path} states no dependencies, but the code imports numpy"] == path
    assert not any(one.startswith("dependencies stated") for one in said)
    _, said = judged({"README.md": "# Pond Net\n", path: text, "use.py": "import json\nimport net\n"})
    assert said["depends on nothing but Python itself"] == path


def test_code_that_needs_nothing_has_nothing_to_state() -> None:
    files = {
        "README.md": "# Pond Net\n\n## Installation\n\n    pip install pond\n",
        "use.py": "import json\n",
    }
    _, said = judged(files)
    assert said["depends on nothing but Python itself"] is None
    _, said = judged(files | {"core.cpp": "int add(int a, int b) {\n  return a + b;\n}\n" * 40})
    assert "depends on nothing but Python itself" not in said
    # a script may start what is no Python
    _, said = judged(
        {"README.md": "# Pond Net\n\n## Prerequisites\n\nPondFlow 1.0\n", "use.py": "import os\n"}
    )
    assert "depends on nothing but Python itself" not in said


def test_what_a_notebook_installs_is_stated() -> None:
    cells = [
        {"cell_type": "code", "source": source, "outputs": []}
        for source in ("import numpy\n" + NETWORK, "!pip install -q numpy==2.1\n")
    ]
    _, said = judged({"README.md": "# Pond Net\n", "pond.ipynb": json.dumps({"nbformat": 4, "cells": cells})})
    assert said["dependencies are installed by a notebook only, see cell 2"] == "pond.ipynb"
    assert "dependencies are not stated" not in said


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("CMakeLists.txt", "add_library(pond\n  pond.cpp\n  reeds\n)\n", "dependencies stated"),
        (
            "environment.yml",
            "name: pond\nchannels:\n  - defaults\n  - conda-forge\ndependencies:\n  - numpy=2.1\n",
            "dependencies stated, 100 % of them with a version",
        ),
    ],
)
def test_only_packages_are_counted_as_packages(path: str, text: str, told: str) -> None:
    _, said = judged({"README.md": "# Pond Net\n", path: text, "use.py": "import numpy\n"})
    assert said[told] == path


def test_a_list_is_shown_before_what_was_made_from_it() -> None:
    files = {"README.md": "# Pond Net\n", "Cargo.lock": "[[package]]\n", "Cargo.toml": "[dependencies]\n"}
    _, said = judged(files | {"use.py": "import numpy\n"})
    assert said["dependencies stated"] == "Cargo.toml"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "numpy\n"),
        ("requirements.txt", "-r requirements/base.txt\n"),
        ("pyproject.toml", '[project]\ndependencies = [\n  "numpy",\n]\n'),
        ("pyproject.toml", '[project]\ndynamic = ["version", "dependencies"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nnumpy = "^2"\n'),
        ("setup.py", "setup(name='pond', install_requires=read('requirements.txt'))\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    numpy\n"),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - numpy\n"),
    ],
)
def test_dependencies_are_stated_in_many_ways(path: str, text: str) -> None:
    _, said = judged({"README.md": "# Pond Net\n", path: text, "use.py": "import numpy\n"})
    assert any(one.startswith("dependencies stated") for one in said)


@pytest.mark.parametrize("readme", [CHINESE, GERMAN])
def test_a_readme_in_another_language_is_unknown_and_not_bad(readme: str) -> None:
    code = {"use.py": "import numpy\n"}
    plain, _ = judged({"README.md": "# Pond Net\n"} | code)
    found, said = judged({"README.md": readme} | code)
    assert said["the README is not in English: what it says was not read"] == "README.md"
    assert not any(
        one.startswith(("does not", "states no", "gives no", "links no", "README of")) for one in said
    )
    assert found.score is not None
    assert plain.score is not None
    assert found.score > plain.score


def test_the_readme_in_english_is_taken_where_there_are_two() -> None:
    english = "# Pond Net\n\n## Training\n\npython train.py\n"
    documents = read_documents(tree({"README.md": CHINESE, "README_en.md": english}))
    assert documents.readme == "README_en.md"
    assert documents.english


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Pond Net\n\npython train.py --depth 3\n",
        "# Pond Net (池塘网络)\n\nThis is the code of our paper on the depth of ponds.\n",
        "# Pond Net\n\n"
        + "We measure the depth of ponds as described in the paper, with α and β from it. " * 6,
        CHINESE
        + "\n\n"
        + "We measure the depth of ponds as described in the paper, with all that is in it. " * 9,
    ],
)
def test_english_is_known_beside_commands_formulas_and_a_translation(text: str) -> None:
    assert in_english(text.split("\n"))


def test_scripts_of_other_projects_are_not_missed() -> None:
    readme = (
        "# Pond Net\n\n```\nwget https://conda.example/Miniconda3-latest-Linux-x86_64.sh\n"
        "bash Miniconda3-latest-Linux-x86_64.sh\ncurl -O https://reeds.example/reeds.sh && sh reeds.sh\n"
        "git clone https://github.com/tomas/reeds && cd reeds\npython setup.py install\npython train.py\n```\n"
    )
    documents = read_documents(tree({"README.md": readme}))
    assert documents.commands == {"train.py": 9}
    assert documents.missing == (("train.py", 9),)
    assert read_documents(tree({"README.md": readme, "setup.py": NETWORK})).commands == {
        "setup.py": 8,
        "train.py": 9,
    }


def test_comments_in_code_are_no_headings() -> None:
    readme = "# Pond Net\n\n```bash\n# fetch the ponds\nwget https://ponds.example\n# and train\npython train.py\n```\n"
    assert read_documents(tree({"README.md": readme})).headings == 1


def test_commands_behind_launchers_are_found() -> None:
    readme = "# Pond Net\n\ntorchrun --nproc 4 train.py\n`bash ./run_all.sh` and ./plot.sh, then python -u a/b.py\n"
    assert list(read_documents(tree({"README.md": readme})).commands) == [
        "train.py",
        "run_all.sh",
        "plot.sh",
        "a/b.py",
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": ("torchrun" * 62 + " " * 990 + "\n") * 80},
        {"README.md": ("torchrun " * 100 + "a." * 250 + "\n") * 80},
        {"README.md": ("license " * 90 + "MIT " * 100 + "we will " * 40 + "\n") * 80},
        {"README.md": ("weights cannot, " * 90 + "\n") * 80},
        {"README.md": "# x\n", "requirements.txt": "\n" * 60_000},
        {"README.md": "# x\n", "requirements.txt": "a " * 30_000},
    ],
)
def test_no_text_stalls_the_reading(files: dict[str, str | bytes]) -> None:
    before = time.process_time()
    judged(files)
    assert time.process_time() - before < 20  # minutes, without bounds on what an expression may try


def test_of_very_many_documents_some_are_left_unread_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ranking.code_quality.documents.texts.MOST_CHARACTERS", 10_000)
    guide = "# Usage\n\n" + "Run `python use.py` to see the pond.\n" * 30
    files: dict[str, str | bytes] = {"README.md": "# Pond Net\n"}
    files |= {f"docs/usage_{number:02}.md": guide for number in range(12)}
    assert read_documents(tree(files)).unread[-1] == "docs/usage_11.md"
    found, _ = judged(files)
    assert any("characters of its documents were read" in one.text for one in found.evidence)


def test_a_form_to_fill_in_deals_with_no_topic() -> None:
    form = "## Environment\n\n- GPU: A100, 80 GB of memory\n"
    _, said = judged({"README.md": "# Pond Net\n", ".github/ISSUE_TEMPLATE/bug.md": form})
    assert not any("hardware" in text for text in said)
    _, said = judged({"README.md": "# Pond Net\n", "docs/machines.md": form})
    assert any("hardware" in text for text in said)


def test_a_file_that_may_hold_anything_is_not_called_weights() -> None:
    _, said = judged(
        {"README.md": "# Pond Net\n", "net.py": "import torch\n" + NETWORK * 3, "ponds.pkl": "x"}
    )
    assert said["what may be trained weights lies in the repository"] == "ponds.pkl"
    more = {"checkpoints/pond.pth": "x"}
    _, said = judged({"README.md": "# Pond Net\n", "net.py": "import torch\n" + NETWORK * 3, **more})
    assert said["trained weights lie in the repository"] == "checkpoints/pond.pth"


def test_a_picture_of_the_readme_is_no_document() -> None:
    plain, said = judged({"README.md": "# Pond Net\n"})
    drawn, also = judged(
        {"README.md": "# Pond Net\n", "docs/readme_1.png": "# Results\n" * 30, "readme.docx": "x" * 9}
    )
    assert (plain.score, said) == (drawn.score, also)
