"""No score of code moves with who wrote it: the same tree under other names gives the same numbers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from invented_people import NOW, Invented
from sqlalchemy.orm import Session

from db.records import Assessment
from db.schema import Ranking, Snapshot
from ranking.code_quality import CodeQualityScorer, SourceTree
from ranking.code_quality.tree import AuthorShare, CommitFacts, SourceFile
from sourcing.app import App, open_app
from sourcing.checkout import CheckoutError
from sourcing.checkout.limits import Refusal
from sourcing.privacy.code_counterfactual import CHANGES, names_pattern, prove_code, renamed
from sourcing.settings import load_settings

CODE = '''"""Tides, by Ingrid Solberg (isolberg)."""
import argparse

import torch
from solbergtides.model import Tide


def train(rate: float, steps: int = 100) -> float:
    """Fit a tide; after I. Solberg, Fjord Institute."""
    tide, loss = Tide(rate), 0.0
    for step in range(steps):
        loss += tide.forward(torch.tensor(float(step)))
    return loss


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=0.1)
    print(train(parser.parse_args().rate))
'''
FILES = {
    "README.md": "# Tides\n\nCode of Ingrid Solberg (Fjord Institute).\n\n    git clone https://github.com/isolberg/tides\n"
    "    pip install -e .\n    python isolberg/train.py --rate 0.1\n\nCite: Solberg, Ingrid. Tides.\n",
    "LICENSE": "MIT License\n\nCopyright (c) 2026 Ingrid Solberg\n\nPermission is hereby granted, free of charge\n",
    "isolberg/train.py": CODE,
    "isolberg/model.py": "\n\n".join(
        f"def tide_{n}(x: float) -> float:\n    y = x + {n}\n    return y * {n}" for n in range(20)
    ),
    "tests/test_train.py": "from isolberg.train import train\n\n\ndef test_it():\n    assert train(0.1) > 0\n",
    "pyproject.toml": '[project]\nname = "tides"\nauthors = [{name = "Ingrid Solberg"}]\n',
}
HISTORY = CommitFacts(
    total=9, authored=9, complete=True, first=NOW, last=NOW, active_weeks=3,
    authors=(AuthorShare(names=("Ingrid Solberg",), commits=9, share=1.0, logins=("isolberg",)),),
)  # fmt: skip
TREE = SourceTree(
    files=tuple(SourceFile(path=path, size=len(text.encode()), content=text.encode()) for path, text in FILES.items()),
    commits=HISTORY,
)  # fmt: skip
KEY = "github.com/isolberg/tides"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    text = f'[database]\nurl = "sqlite:///{tmp_path}/test.db"\n'
    opened = open_app(load_settings(None, text=text, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    yield opened
    opened.close()


@pytest.fixture
def held(session: Session) -> Session:
    """Two repositories that were read, the second behind a better place."""
    invented = Invented(session)
    ingrid = invented.person("Ingrid Solberg", affiliation="Fjord Institute")
    paper = invented.paper(ingrid)
    invented.ranked(ingrid)
    for key in ("github.com/gone/net", KEY):
        code = invented.repository(key, paper, owner=ingrid)
        session.add(
            Snapshot(repository_id=code.id, commit="c0ffee", subdirectory="", status="read", taken_at=NOW)
        )
    session.query(Ranking).update({"repository_id": code.id})
    session.commit()
    return session


def fetch(key: str, commit: str) -> SourceTree:
    assert commit == "c0ffee"
    if key != KEY:
        raise CheckoutError(key, Refusal.MISSING, "there is nothing any more.")
    return TREE


def test_names_go_from_paths_files_history_and_address_and_nothing_else_does() -> None:
    names = names_pattern({"Ingrid Solberg", "isolberg"})
    key, other, found = renamed(KEY, TREE, names, CHANGES["swapped"])
    assert key == "github.com/vfbyoret/tides"
    assert other.commits is not None
    assert other.commits.authors[0].names == ("Vatevq Fbyoret",)
    text = b"\n".join(one.content or b"" for one in other.files)
    assert b"isolberg" not in text
    assert b"Cite: Fbyoret, Vatevq. Tides." in text
    assert b"Copyright (c) 2026 Vatevq Fbyoret" in text
    assert b"from vfbyoret.train import train" in text
    assert b"from solbergtides.model import Tide" in text
    assert {one.path for one in other.files} >= {"vfbyoret/train.py", "tests/test_train.py"}
    assert [one.size for one in other.files] == [len(one.content or b"") for one in other.files]
    assert found >= 9
    again = renamed(key, other, names_pattern({"Vatevq Fbyoret", "vfbyoret"}), CHANGES["swapped"])
    assert again[:2] == (KEY, TREE)


def test_code_is_read_again_best_places_first_and_no_score_moves(app: App, held: Session) -> None:
    proof = prove_code(app, held, 5, fetch=fetch)
    assert list(proof.before) == [KEY]
    assert proof.before[KEY][0] is not None
    assert proof.after == {"blanked": proof.before, "swapped": proof.before}
    assert proof.places >= 12
    assert len(proof.unread) == 1
    assert "there is nothing any more" in proof.unread[0]
    assert list(prove_code(app, held, 1, fetch=fetch).before) == [KEY]


def test_a_scorer_that_likes_a_name_is_found_out(
    app: App, held: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = CodeQualityScorer.assess

    def biased(scorer: CodeQualityScorer, key: str, tree: SourceTree) -> Assessment:
        found = fair(scorer, key, tree)
        liked = any(b"Ingrid Solberg" in (one.content or b"") for one in tree.files)
        return replace(found, score=(found.score or 0.0) + 0.001 * liked)

    monkeypatch.setattr(CodeQualityScorer, "assess", biased)
    proof = prove_code(app, held, 5, fetch=fetch)
    assert all(after[KEY] != proof.before[KEY] for after in proof.after.values())
