"""Keys and passwords that lie open are what a reviewer says first, and are never printed."""

from __future__ import annotations

import json

import pytest
from invented_trees import NETWORK, tree

from db.records import Assessment
from ranking.code_quality import CodeQualityScorer

# Put together here, so that nobody takes them for real ones.
AWS = "AKIA" + "Q7WMTN2RZKP4LXVB"
OPENAI = "sk-" + "k3Vw9ZqT1rYb6XnM0sJd" * 2 + "a7Lf"
FACE = "hf_" + "mQzTrWvYxNbKpLsJdHfGcRtEwQaZxSvDnM"
WANDB = "5f0c9b7e3a" + "61d84f2c0b97e5a3d18c4f6b20"[:26] + "9e7d"
GITHUB = "ghp_" + "R4tYp9WqZx2LmNb7VcKd5HsJf8GaQe1Tu3Xo"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEAx3vQ9\n"
SECRETS = (AWS, OPENAI, FACE, WANDB, GITHUB, "hunter2-weir", "otter-77", "MIIEpA")


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def cells(*sources: str, printed: str = "") -> str:
    """A notebook."""
    outputs = [{"output_type": "stream", "text": [printed]}] if printed else []
    made = [{"cell_type": "code", "execution_count": 1, "source": one, "outputs": outputs} for one in sources]
    return json.dumps({"nbformat": 4, "cells": made})


def said(found: Assessment) -> dict[str, str | None]:
    """What is said of secrets, with its places."""
    return {e.text: e.location for part in found.parts for e in part.evidence if e.kind == "secret"}


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        (".env", f"A=1\nAWS_ACCESS_KEY_ID={AWS}\n", ("an AWS access key", ".env:2")),
        ("conf/run.yaml", f"hub: {FACE}\n", ("a Hugging Face token", "conf/run.yaml:1")),
        ("run.sh", f"export WANDB_API_KEY={WANDB}\n", ("a Weights & Biases key", "run.sh:1")),
        ("README.md", f"# Weir\n\nexport OPENAI_API_KEY={OPENAI}\n", ("an OpenAI key", "README.md:3")),
        ("id_rsa", PRIVATE, ("a private key", "id_rsa:1")),
        ("main.py", f'import wandb\nwandb.login(key="{WANDB}")\n', ("a Weights & Biases key", "main.py:2")),
        ("kaggle.json", f'{{"username":"mira","key":"{WANDB[:32]}"}}\n', ("a Kaggle key", "kaggle.json:1")),
        ("run.py", f"os.environ['KAGGLE_KEY'] = '{WANDB[:32]}'\n", ("a Kaggle key", "run.py:1")),
        ("main.py", 'x = 1\npassword = "hunter2-weir"\n', ("a password", "main.py:2")),
        (
            "db.py",
            'URL = "postgres://mira:otter-77@db.weir.org/x"\n',
            ("a password in an address", "db.py:1"),
        ),
        ("conf/db.yaml", "user: mira\npassword: hunter2-weir\n", ("a password", "conf/db.yaml:2")),
        ("conf/x.json", '{"api_key": "q8Zt5Lm2Xw9Rb4Vn7Kc1"}\n', ("an access key", "conf/x.json:1")),
    ],
)
def test_a_secret_is_found_in_any_file_that_is_read(
    scorer: CodeQualityScorer, path: str, text: str, told: tuple[str, str]
) -> None:
    kind, place = told
    found = scorer.assess("github.com/mira/weir", tree({"net.py": NETWORK * 3, path: text}))
    assert said(found) == {f"{kind} lies open": place}


def test_secrets_come_first_in_the_summary_and_are_never_printed(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {
        "net.py": NETWORK * 3,
        ".env": f"KEY={AWS}\nOTHER={OPENAI}\nDB_PASSWORD=hunter2-weir\n",
        "push.sh": f"git push https://mira:{GITHUB}@github.com/mira/weir\n",
        "id_rsa": PRIVATE,
    }
    found = scorer.assess("github.com/mira/weir", tree(files))
    (against,) = [e.text for e in found.evidence if e.text.startswith("against it: ")]
    kinds = "an AWS access key, an OpenAI key, a password, a GitHub token and a private key"
    assert against.startswith(f"against it: {kinds} lie open; ")
    (hygiene,) = [part for part in found.parts if part.name == "hygiene"]
    first = next(e for e in hygiene.evidence if e.kind != "percentile")
    assert (first.text, first.location) == (f"{kinds} lie open", ".env:1")
    assert not [one for one in SECRETS if one in repr(found) or one[:8] in repr(found)]


def test_notebooks_alone_are_searched_with_what_they_printed(scorer: CodeQualityScorer) -> None:
    plain = scorer.assess("github.com/mira/weir", tree({"a.ipynb": cells(NETWORK, NETWORK, NETWORK)}))
    assert said(plain) == {}
    book = cells(NETWORK, NETWORK + f'\nkey = "{AWS}"\nx = open("/home/mira/weir.csv")\n', NETWORK)
    found = scorer.assess("github.com/mira/weir", tree({"a.ipynb": book}))
    assert said(found) == {"an AWS access key lies open, see cell 2": "a.ipynb"}
    paths = [e for part in found.parts for e in part.evidence if "own machine" in e.text]
    assert [(e.text, e.location) for e in paths] == [
        ("a path of the author's own machine: /home/mira/weir.csv, see cell 2", "a.ipynb")
    ]
    printed = cells(NETWORK, NETWORK, NETWORK, printed=f"logged in with {GITHUB}\n")
    found = scorer.assess("github.com/mira/weir", tree({"a.ipynb": printed}))
    assert said(found) == {"a GitHub token lies open in 3 places, see cell 1": "a.ipynb"}


@pytest.mark.parametrize(
    "line",
    [
        'key = "AKIA' + 'IOSFODNN7EXAMPLE"',  # of the provider's own manual
        'key = "sk-' + "x" * 48 + '"',
        'key = "hf_' + "your" * 8 + 'to"',
        'password = "changeme"',
        'password = "<password>"',
        'password = "password123"',
        'password = "letters"',
        'password = f"{user}-{number}"',
        'api_key = "your-api-key-no-1234"',
        'api_key = "EMPTY"',
        'api_key = os.environ["API_KEY_1"]',
        'pad_token = "<pad>"',
        'secret_key = "xxxxxxxxxxxxxxxxxx12"',
        'url = "postgres://user:pw@host/x"',
        'url = "postgres://postgres:postgres@db.weir.org/x"',
        'url = f"postgres://{user}:{word}@db.weir.org/x"',
        'if "-----BEGIN ' + 'PRIVATE KEY-----" in text: pass',
    ],
)
def test_placeholders_and_other_peoples_examples_are_no_secrets(scorer: CodeQualityScorer, line: str) -> None:
    files: dict[str, str | bytes] = {"net.py": NETWORK * 3 + f"\n{line}\n", "conf/a.yaml": f"{line}\n"}
    files["README.md"] = f"# Weir\n\n    {line}\n"
    assert said(scorer.assess("github.com/mira/weir", tree(files))) == {}


def test_what_tests_and_examples_call_a_password_is_for_nobody(scorer: CodeQualityScorer) -> None:
    line = 'password = "hunter2-weir"\n'
    files: dict[str, str | bytes] = {"net.py": NETWORK * 3, "tests/test_net.py": line}
    files |= {".env.example": "DB_PASSWORD=hunter2-weir\n", "README.md": "# Weir\n\nPassword: hunter2\n"}
    files |= {
        "lib/test/server.pem": PRIVATE,
        "data/crawl/page.json": f'{{"key": "{AWS}", "password": "otter-77x"}}',
    }
    assert said(scorer.assess("github.com/mira/weir", tree(files))) == {}


def test_secrets_of_vendored_code_and_of_a_forks_parent_are_not_its_own(scorer: CodeQualityScorer) -> None:
    theirs = tree({"app/net.py": NETWORK * 3, "third_party/x/.env": f"A={AWS}\n", ".env": f"A={AWS}\n"})
    fork = tree(
        {**{f.path: f.content or b"" for f in theirs.files}, "own.py": NETWORK.replace("net", "weir") * 3}
    )
    assert said(scorer.assess("github.com/x/fork", fork, parent=theirs)) == {}


def test_secrets_beside_code_that_is_left_out_are_not_its_own(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {"net.py": NETWORK * 3, "LICENSE": "Permission is hereby granted"}
    files |= {f"lib/weir/{name}": f"A={AWS}\n" for name in (".env", "conf/run.yaml")}
    counted = scorer.assess("github.com/mira/weir", tree(files | {"lib/weir/flow.py": NETWORK}))
    assert list(said(counted)) == ["an AWS access key lies open in 2 places"]
    generated = {"lib/weir/flow_pb2.py": NETWORK}
    assert said(scorer.assess("github.com/mira/weir", tree(files | generated))) == {}


def test_a_path_of_ones_own_machine_in_settings_or_a_script_is_shown(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {
        "net.py": NETWORK * 3,
        "conf/a.yaml": "name: weir\nroot: /home/mira/data\n# old: /home/mira/old\n",
        "run.sh": "python train.py --data /scratch/mira/weir\n",
        "Dockerfile": "COPY . /home/app/weir\n",
        "results/run_3.json": '{"checkpoint": "/home/mira/weir/run_3"}',
    }
    found = scorer.assess("github.com/mira/weir", tree(files))
    assert [
        (e.text, e.location) for part in found.parts for e in part.evidence if "own machine" in e.text
    ] == [("a path of the author's own machine: /home/mira/data (2 times)", "conf/a.yaml:2")]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (f"!wandb login {WANDB}", "a Weights & Biases key"),
        (f"%%bash\nexport HF_TOKEN={FACE}", "a Hugging Face token"),
        (f"!git clone https://mira:{GITHUB}@github.com/mira/weir", "a GitHub token"),
        (f"key = '{OPENAI}'", "an OpenAI key"),
    ],
)
def test_what_a_notebook_gives_to_a_shell_lies_open_too(
    scorer: CodeQualityScorer, source: str, told: str
) -> None:
    book = {"run.ipynb": cells("import os", source), "net.py": NETWORK * 3}
    found = said(scorer.assess("github.com/mira/weir", tree(book)))
    assert found == {f"{told} lies open, see cell 2": "run.ipynb"}


def test_cells_in_another_language_hide_no_key(scorer: CodeQualityScorer) -> None:
    book = json.loads(cells("library(weir)", f'token <- "{FACE}"'))
    book["metadata"] = {"kernelspec": {"language": "R"}}
    found = scorer.assess(
        "github.com/mira/weir", tree({"run.ipynb": json.dumps(book), "net.py": NETWORK * 3})
    )
    assert said(found) == {"a Hugging Face token lies open, see cell 2": "run.ipynb"}
    assert "one file was read by lines and not by the grammar: its cells are in R" in {
        e.text for e in found.evidence
    }


def test_what_a_page_gives_to_its_visitors_is_no_secret(scorer: CodeQualityScorer) -> None:
    page = f"module.exports = {{search: {{apiKey: '{WANDB[:32]}'}}}};\n"
    for path, told in (
        ("website/siteConfig.js", {}),
        ("src/search.js", {"an access key lies open": "src/search.js:1"}),
    ):
        assert said(scorer.assess("github.com/m/p", tree({path: page, "net.py": NETWORK * 3}))) == told
