"""``merge`` and ``split`` with papers: which records are one work, put right by hand and taken back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from db.engine import new_session, open_database
from db.records import Author, Page, PaperRecord
from db.schema import AuditEvent, RecordRow
from db.store import save_page
from db.suppression import Suppressor
from sourcing.cli import app
from sourcing.failure import Failure

PREPRINT = PaperRecord(
    source="arxiv",
    source_key="2611.00001",
    url="https://arxiv.org/abs/2611.00001",
    title="Tides Know the Way",
    authors=(Author(name="Ada Quill", position=1), Author(name="Bo Holm", position=2)),
    arxiv_id="2611.00001",
)
RENAMED = PaperRecord(
    source="pmlr",
    source_key="v901/quill26a",
    url="https://proceedings.mlr.press/v901/quill26a.html",
    title="Which Code for Lighthouses",
    authors=PREPRINT.authors,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    url = f"sqlite:///{tmp_path / 'sourcing.db'}"
    monkeypatch.setenv("SOURCING_DATABASE_URL", url)
    monkeypatch.setenv("SOURCING_USER", "rita")
    monkeypatch.chdir(tmp_path)
    crawl(url)
    return tmp_path


def crawl(url: str) -> None:
    engine = open_database(url)
    with new_session(engine) as session:
        for one in (PREPRINT, RENAMED):
            page = Page(
                source=one.source,
                url=one.url,
                fetched_at=datetime(2026, 11, 2, tzinfo=UTC),
                terms="x",
                records=(one,),
            )
            save_page(session, page, suppressor=Suppressor(b"k" * 32))
    engine.dispose()


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


def papers(*words: str) -> list[list[str]]:
    said = json.loads(run(*words, "--json").stdout)
    return [one["records"] for one in said["papers"]]


APART = [["arxiv:2611.00001"], ["pmlr:v901/quill26a"]]
TOGETHER = [["arxiv:2611.00001", "pmlr:v901/quill26a"]]


def test_two_papers_are_merged_split_and_all_of_it_taken_back(home: Path) -> None:
    merge = ("merge", "arXiv:2611.00001", "pmlr:v901/quill26a")
    assert papers(*merge, "--why", "renamed for the proceedings") == TOGETHER
    # A later crawl does not undo it.
    crawl(f"sqlite:///{home / 'sourcing.db'}")
    split = ("split", "arXiv:2611.00001", "pmlr")
    assert papers(*split) == APART
    assert (
        papers(*split[:2], "pmlr:v901/quill26a", "--undo") == APART
    )  # the split took the merge back with it
    assert papers(*merge) == TOGETHER
    assert papers(*merge, "--undo") == APART
    engine = open_database(f"sqlite:///{home / 'sourcing.db'}")
    with new_session(engine) as session:
        assert len(session.scalars(select(RecordRow)).all()) == 2
        logged = [(one.action, one.by) for one in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    engine.dispose()
    assert logged == [
        ("merge papers", "rita"),
        ("split paper", "rita"),
        ("split paper", "rita"),
        ("merge papers", "rita"),
        ("merge papers", "rita"),
    ]


def test_it_says_what_the_papers_are_now() -> None:
    said = run("merge", PREPRINT.url, RENAMED.url)
    assert said.stderr.splitlines()[0] == (
        "arXiv:2611.00001: Tides Know the Way (arxiv:2611.00001, pmlr:v901/quill26a)"
    )
    again = run("split", "arXiv:2611.00001", RENAMED.url)
    assert "pmlr:v901/quill26a: Which Code for Lighthouses (pmlr:v901/quill26a)" in again.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("merge", "arXiv:2611.00001", "arXiv:2611.00001"), "both are arXiv:2611.00001 already"),
        (("split", "arXiv:2611.00001", "cvf"), "no record is known as 'cvf'"),
        (("split", "arXiv:2611.00001", "arxiv"), "name some of its records, but not all"),
        (("split", "arXiv:2611.00001", "pmlr:v901/quill26a"), "has no record pmlr/v901/quill26a"),
        (("merge", "arXiv:2611.00001", "pmlr:v901/quill26a", "--undo"), "nobody has merged it by hand"),
        (("split", "arXiv:2611.00001", "pmlr:v901/quill26a", "--undo"), "nobody has taken these records out"),
        (("merge", "arXiv:2611.00001", "p-nobody"), "is a paper; name a person"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Failure, match=sentence.replace("(", r"\(")):
        run(*words)
