"""A night describes whoever it changed something for and nobody else, and nobody's description goes stale."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.records import (
    Author,
    DeletedRecord,
    Identifier,
    IdentifierKind,
    Page,
    PaperRecord,
    PersonRecord,
    Record,
)
from db.schema import Paper, Person, RecordRow
from db.store import save_page
from db.store.paper_merge import merge_papers, undo_merge
from db.store.profiles import detach_profile
from sourcing.app import App, open_app
from sourcing.identity import phase as resolving
from sourcing.people.describe import describe_people
from sourcing.runs import OpenRun
from sourcing.settings import load_settings

# One moment for all: who is described must not hang on a clock.
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ORCID = Identifier(kind=IdentifierKind.ORCID, value="0000-0002-1825-0097")
ADA, BO, CY, DI = "Ada Quill", "Bo Renn", "Cy Mora", "Di Lund"
TIDES = PaperRecord(
    source="arxiv", source_key="2611.00001", arxiv_id="2611.00001", url="https://arxiv.example/abs/2611.00001",
    title="Tides in the Loss of Wide Networks", published=NOW - timedelta(days=3), version=1,
    authors=(Author(name=ADA, position=1, affiliations=("Fjord Institute, Norway",), identifiers=(ORCID,)),
             Author(name=BO, position=2, affiliations=("Kestrel AI, Canada",))),
)  # fmt: skip
ROPES = PaperRecord(
    source="arxiv", source_key="2611.00002", arxiv_id="2611.00002", url="https://arxiv.example/abs/2611.00002",
    title="Ropes That Walk without a Gait", published=NOW - timedelta(days=2), version=1,
    authors=(Author(name=CY, position=1, affiliations=("Universität Hochtal",)), Author(name=DI, position=2)),
)  # fmt: skip
PROFILE = PersonRecord(
    source="orcid", source_key=ORCID.value, url=f"https://orcid.org/{ORCID.value}", name=ADA, identifiers=(ORCID,),
    homepage="https://quill.example/",
)  # fmt: skip


class Nights:
    """An application whose clock stands still, and who was described on the last night."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.described: set[str] = set()

    def note(self, session: Session, *, now: datetime, person_ids: Sequence[int] | None = None) -> int:
        chosen = select(Person.full_name)
        if person_ids is not None:
            chosen = chosen.where(Person.id.in_(person_ids))
        self.described = set(session.scalars(chosen))
        return describe_people(session, now=now, person_ids=person_ids)

    def read(self, *records: Record, source: str = "arxiv") -> None:
        with self.app.session() as session:
            page = Page(source=source, url="x", fetched_at=NOW, terms="CC0", records=records)
            save_page(session, page, suppressor=self.app.suppressor())

    def resolve(self, *, rebuild: bool = False) -> set[str]:
        """A resolve stage: who it described. That nobody else is stale is checked each time."""
        self.described = set()
        resolving.resolve_phase(self.app, OpenRun(1), rebuild=rebuild)
        with self.app.session() as session:
            assert describe_people(session, now=NOW) == 0, "somebody's description is stale"
        return self.described

    def person(self, session: Session, name: str) -> Person:
        return session.scalars(select(Person).where(Person.full_name == name)).one()


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text('[database]\nurl = "sqlite:///sourcing.db"\n', "utf-8")
    app = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    app.console.quiet = True
    found = Nights(app)
    monkeypatch.setattr(resolving, "describe_people", found.note)
    found.read(TIDES, ROPES)
    found.read(PROFILE, source="orcid")
    assert found.resolve() == {ADA, BO, CY, DI}
    yield found
    app.close()


def test_a_night_with_nothing_new_describes_nobody(nights: Nights) -> None:
    assert nights.resolve() == set()
    # What is read again because nights overlap says what it said before.
    nights.read(TIDES, ROPES)
    nights.read(PROFILE, source="orcid")
    assert nights.resolve() == set()


def test_a_new_paper_describes_its_authors(nights: Nights) -> None:
    newer = replace(
        TIDES, source_key="2611.00003", arxiv_id="2611.00003", title="Slack Water between Two Minima",
        published=NOW, authors=(replace(TIDES.authors[0], affiliations=("Kestrel AI, Canada",)),),
    )  # fmt: skip
    nights.read(newer)
    assert nights.resolve() == {ADA}
    with nights.app.session() as session:
        assert nights.person(session, ADA).affiliation == "Kestrel AI, Canada"
    assert nights.resolve() == set()


@pytest.mark.parametrize(
    ("version", "described"),
    [
        (replace(TIDES, version=2, published=NOW - timedelta(days=800)), {ADA, BO}),
        (replace(TIDES, version=2, authors=TIDES.authors[:1]), {ADA, BO}),
        (
            replace(TIDES, version=2, authors=(TIDES.authors[0], Author(name="Edda Voss", position=2))),
            {ADA, BO, "Edda Voss"},
        ),
    ],
    ids=["another date", "an author fewer", "another author"],
)
def test_a_new_version_describes_who_was_on_it_and_who_is(
    nights: Nights, version: PaperRecord, described: Collection[str]
) -> None:
    nights.read(version)
    assert nights.resolve() == described
    assert nights.resolve() == set()


def test_a_profile_describes_whom_it_is_about(nights: Nights) -> None:
    moved = replace(PROFILE, homepage="https://ada.example/")
    nights.read(moved, source="orcid")
    assert nights.resolve() == {ADA}
    with nights.app.session() as session:
        assert nights.person(session, ADA).homepage == "https://ada.example/"
        detach_profile(session, session.scalars(select(RecordRow).where(RecordRow.kind == "person")).one())
        # No paper prints the identifier any more, so the profile stays nobody's.
        session.execute(update(RecordRow).where(RecordRow.kind == "person").values(deleted=True))
        session.commit()
    assert nights.resolve() == {ADA}
    with nights.app.session() as session:
        assert nights.person(session, ADA).homepage is None
    assert nights.resolve() == set()


def test_papers_put_together_and_taken_apart_describe_the_authors_of_both(nights: Nights) -> None:
    with nights.app.session() as session:
        papers = list(session.scalars(select(Paper).order_by(Paper.public_id)))
        merge_papers(session, papers, by="robin", at=NOW)
        session.commit()
    assert nights.resolve() == {ADA, BO, CY, DI}
    with nights.app.session() as session:
        undo_merge(session, session.scalars(select(Paper).where(Paper.merged_into.is_(None))).one(), at=NOW)
        session.commit()
    assert {ADA, BO, CY, DI} <= nights.resolve()
    assert nights.resolve() == set()


def test_what_a_source_takes_back_describes_its_authors(nights: Nights) -> None:
    nights.read(DeletedRecord(source="arxiv", source_key=TIDES.source_key, url=TIDES.url))
    assert nights.resolve() == {ADA, BO}
    assert nights.resolve() == set()


def test_a_run_that_is_stopped_leaves_nobody_out(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.read(replace(TIDES, version=2, published=NOW - timedelta(days=800)))

    def stopped(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(resolving, "describe_people", stopped)
        with pytest.raises(KeyboardInterrupt):
            resolving.resolve_phase(nights.app, OpenRun(1))
    assert nights.resolve() == {ADA, BO}


def test_everybody_is_described_when_everything_is_resolved_anew(nights: Nights) -> None:
    assert nights.resolve(rebuild=True) == {ADA, BO, CY, DI}
