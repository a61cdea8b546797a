"""Where the verbs of a test module run: in a copy of a folder that the module makes once, as ``made``."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy for one test, which is the current folder; robin sits at the terminal."""
    mine = tmp_path / "mine"
    shutil.copytree(made, mine)
    monkeypatch.chdir(mine)
    monkeypatch.setenv("SOURCING_USER", "robin")
    return mine
