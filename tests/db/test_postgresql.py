"""The same store on PostgreSQL. Needs a server whose database may be emptied: SOURCING_TEST_POSTGRESQL=URL."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.records import Author, Cursor, Page, PaperRecord, RepositoryRecord
from db.schema import Authorship, CursorRow, Paper, Repository
from db.store import save_page
from db.suppression import Suppressor

URL = os.environ.get("SOURCING_TEST_POSTGRESQL", "")
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not URL, reason="SOURCING_TEST_POSTGRESQL names no server")


@pytest.fixture
def session() -> Iterator[Session]:
    bare = create_engine(URL)
    with bare.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    bare.dispose()
    engine = open_database(URL)
    with new_session(engine) as opened:
        yield opened
    engine.dispose()


def test_a_page_saved_twice_is_saved_once(session: Session) -> None:
    paper = PaperRecord(
        source="arxiv", source_key="2610.00001", arxiv_id="2610.00001", url="https://arxiv.org/abs/2610.00001",
        title="Slow Gradients for Quick Learners", published=NOW, authors=(Author(name="Ada Quill", position=1),),
    )  # fmt: skip
    repository = RepositoryRecord(
        source="github", key="github.com/quill/quick", url="https://github.com/quill/quick",
        redirected_from=("github.com/quill/slow",),
    )  # fmt: skip
    page = Page(
        source="arxiv", url="https://example.org", fetched_at=NOW, terms="CC0", records=(paper, repository),
        cursor=Cursor(source="arxiv", scope="cs.LG", value="2026-11-01"),
    )  # fmt: skip
    first, again = (save_page(session, page, suppressor=Suppressor(b"k" * 32)) for _ in range(2))
    assert (first.new, again.new, again.changed) == (2, 0, 0)
    assert session.scalars(select(Paper.published)).one() == NOW
    assert session.scalars(select(Authorship.name)).all() == ["Ada Quill"]
    assert session.scalars(select(Repository.key)).all() == ["github.com/quill/quick"]
    assert session.scalars(select(CursorRow.value)).all() == ["2026-11-01"]


def test_opening_again_finds_the_schema_up_to_date(session: Session) -> None:
    open_database(URL, migrate=False).dispose()
