"""What is scored, when, and that a second run finds nothing to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.records import Author, Page, PaperRecord, Review
from db.schema import AssessmentRow
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.assess.papers import assess_papers
from sourcing.runs import OpenRun
from sourcing.settings import load_settings

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ABSTRACT = (
    "Networks forget what they learned first when they learn something else. We ask whether forgetting follows the "
    "order of learning, and give a bound on how much of the first task can be kept by a network of a given width. "
    "Experiments on four sequences of tasks agree with the bound to within a few percent, and show that replaying "
    "a small number of old examples moves the bound itself rather than the distance to it."
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    text = f'[database]\nurl = "sqlite:///{tmp_path}/sourcing.db"'
    opened = open_app(load_settings(None, text=text, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    yield opened
    opened.close()


def paper(number: str, **more: object) -> PaperRecord:
    made = PaperRecord(
        source="arxiv", source_key=number, arxiv_id=number, url=f"https://arxiv.org/abs/{number}",
        title=f"Forgetting in Order, Part {number[-1]}", abstract=ABSTRACT, published=NOW - timedelta(days=3),
        version=1, authors=(Author(name="Ada Quill", position=1),),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def save(app: App, *records: PaperRecord, at: datetime = NOW) -> None:
    page = Page(source="arxiv", url="https://example.org", fetched_at=at, terms="CC0", records=records)
    with app.session() as session:
        save_page(session, page, suppressor=app.suppressor())


def scored(app: App) -> int:
    run = OpenRun(1)
    assess_papers(app, run)
    return int(run.counts["score papers.papers"])


def row(app: App, subject: str, axis: str) -> AssessmentRow:
    with app.session() as session:
        found = select(AssessmentRow).where(AssessmentRow.subject_id == subject, AssessmentRow.axis == axis)
        return session.scalars(found).one()


def test_each_paper_is_scored_once(app: App) -> None:
    save(app, paper("2610.00001"), paper("2610.00002"))
    assert scored(app) == 2
    assert scored(app) == 0
    found = row(app, "arXiv:2610.00001", "originality")
    assert found.score is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.score <= found.high <= 100


def test_a_changed_abstract_is_scored_anew_and_a_new_comment_alone_changes_no_score(app: App) -> None:
    save(app, paper("2610.00001"))
    scored(app)
    before = row(app, "arXiv:2610.00001", "originality").score
    save(app, paper("2610.00001", version=2, abstract=ABSTRACT.replace("Networks", "Kernels")))
    assert scored(app) == 1
    save(app, paper("2610.00001", version=3), at=NOW + timedelta(days=1))
    scored(app)
    assert row(app, "arXiv:2610.00001", "originality").score == before


def test_later_papers_change_no_earlier_score(app: App) -> None:
    save(app, paper("2610.00001"))
    scored(app)
    before = row(app, "arXiv:2610.00001", "originality")
    save(app, paper("2611.00009", published=NOW))
    assert scored(app) == 1
    after = row(app, "arXiv:2610.00001", "originality")
    assert (after.score, after.evidence) == (before.score, before.evidence)
    nearest = [one.get("url") for one in row(app, "arXiv:2611.00009", "originality").evidence]
    assert any("2610.00001" in str(url) for url in nearest) or any(
        "Part 1" in one["text"] for one in row(app, "arXiv:2611.00009", "originality").evidence
    )


def test_execution_is_known_where_a_venue_decided_and_unknown_elsewhere(app: App) -> None:
    oral = replace(
        paper("2610.00002"), source="openreview", source_key="abcdefgh", decision="oral", venue="ICLR",
        reviews=(Review(rating=8, rating_scale=(1, 10)),),
    )  # fmt: skip
    save(app, paper("2610.00001"), oral)
    scored(app)
    known = row(app, "arXiv:2610.00002", "execution").score
    assert known is not None
    assert known > 90
    unknown = row(app, "arXiv:2610.00001", "execution")
    assert (unknown.status, unknown.score) == ("insufficient evidence", None)


def test_too_little_text_is_insufficient_evidence(app: App) -> None:
    save(app, paper("2610.00001", abstract=None))
    scored(app)
    found = row(app, "arXiv:2610.00001", "originality")
    assert (found.status, found.score) == ("insufficient evidence", None)
    assert found.reason is not None
