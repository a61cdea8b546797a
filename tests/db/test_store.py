"""What a reader of the database sees after pages were saved, in any order and any number of times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.show import show
from db.records import (
    Achievement,
    Author,
    Cursor,
    DeletedRecord,
    Identifier,
    IdentifierKind,
    Page,
    PaperRecord,
    PersonRecord,
    Record,
    RepositoryRecord,
    RepositoryStatus,
    Review,
)
from db.schema import (
    AchievementRow,
    Authorship,
    CursorRow,
    Implementation,
    Paper,
    Person,
    RecordRow,
    Repository,
    RepositoryAlias,
    ReviewRow,
    RunSource,
)
from db.store import save_page
from db.store.repositories import ensure_repository, find_repository
from db.store.runs import save_run_start
from db.suppression import Suppressor

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
NOBODY = Suppressor(b"k" * 32)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{tmp_path / 'sourcing.db'}")
    with new_session(engine) as opened:
        yield opened
    engine.dispose()


def page(*records: Record, at: datetime = NOW, cursor: Cursor | None = None) -> Page:
    return Page(
        source=getattr(records[0], "source", "arxiv") if records else "arxiv",
        url="https://example.org/page",
        fetched_at=at,
        terms="CC0",
        records=records,
        cursor=cursor,
    )


def paper(number: str, title: str = "Slow Gradients for Quick Learners", **more: object) -> PaperRecord:
    made = PaperRecord(
        source="arxiv",
        source_key=number,
        arxiv_id=number,
        url=f"https://arxiv.org/abs/{number}",
        title=title,
        abstract="We learn slowly.",
        published=NOW - timedelta(days=3),
        version=1,
        authors=(Author(name="Ada Quill", position=1), Author(name="Bo Renn", position=2)),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def venue_entry(title: str = "Slow Gradients for Quick Learners", key: str = "v1/quill26") -> PaperRecord:
    return PaperRecord(
        source="pmlr",
        source_key=key,
        url=f"https://proceedings.example/{key}",
        title=title,
        venue="ICML",
        decision="oral",
        authors=(
            Author(name="Ada Quill", position=1, affiliations=("Fjord University",)),
            Author(name="Bo Renn", position=2, joint_first=True),
        ),
        code_urls=("https://github.com/quill/slow",),
    )


def dump(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the row ids that depend on arrival."""
    tables = ("paper", "authorship", "record", "repository", "cursor", "review", "achievement")
    return {
        name: sorted(
            (tuple(row) for row in session.execute(text(f"SELECT * FROM {name}"))),  # noqa: S608 (constants)
            key=repr,
        )
        for name in tables
    }


def test_a_page_saved_twice_is_saved_once(session: Session) -> None:
    one = page(paper("2610.00001"), cursor=Cursor(source="arxiv", scope="cs.LG", value="2026-11-01"))
    first = save_page(session, one, suppressor=NOBODY)
    before = dump(session)
    again = save_page(session, one, suppressor=NOBODY)
    assert (first.new, first.changed) == (1, 0)
    assert (again.fetched, again.new, again.changed) == (1, 0, 0)
    assert dump(session) == before
    assert session.scalars(select(CursorRow.value)).all() == ["2026-11-01"]


def test_each_field_says_where_it_came_from(session: Session) -> None:
    save_page(session, page(paper("2610.00001")), suppressor=NOBODY)
    save_page(session, page(venue_entry(), at=NOW + timedelta(days=1)), suppressor=NOBODY)
    stored = session.scalars(select(Paper)).one()
    source = {row.id: row for row in session.scalars(select(RecordRow))}
    assert source[stored.origins["abstract"]].source == "arxiv"
    assert source[stored.origins["decision"]].url == "https://proceedings.example/v1/quill26"
    assert source[stored.origins["decision"]].fetched_at == NOW + timedelta(days=1)
    first = session.scalars(select(Authorship).order_by(Authorship.position)).first()
    assert first is not None
    assert source[first.origins["affiliations"]].source == "pmlr"
    assert source[first.origins["name"]].source == "arxiv"


def test_one_work_in_two_sources_is_one_paper_whichever_came_first(tmp_path: Path) -> None:
    seen = []
    for name, order in (
        ("a", (paper("2610.00001"), venue_entry())),
        ("b", (venue_entry(), paper("2610.00001"))),
    ):
        engine = open_database(f"sqlite:///{tmp_path / name}.db")
        with new_session(engine) as session:
            for record in order:
                save_page(session, page(record), suppressor=NOBODY)
            one = session.scalars(select(Paper)).one()
            authors = session.scalars(select(Authorship).order_by(Authorship.position)).all()
            seen.append(
                (
                    one.title, one.decision, one.arxiv_id, one.code_urls, one.published,
                    [(author.name, author.affiliations, author.is_first) for author in authors],
                )
            )  # fmt: skip
        engine.dispose()
    assert seen[0] == seen[1]
    assert [is_first for *_, is_first in seen[0][-1]] == [True, True]


def test_two_works_with_one_title_stay_apart(session: Session) -> None:
    other = paper("2610.00002", authors=(Author(name="Cy Dunn", position=1),))
    save_page(session, page(paper("2610.00001"), other), suppressor=NOBODY)
    namesakes = venue_entry(key="v1/dunn26")
    strangers = replace(namesakes, authors=(Author(name="Eve Marlow", position=1),))
    save_page(session, page(strangers), suppressor=NOBODY)
    assert session.scalar(select(func.count()).select_from(Paper)) == 3


def test_two_arxiv_papers_of_one_team_with_one_title_stay_apart(session: Session) -> None:
    save_page(session, page(paper("2610.00001"), paper("2610.00002")), suppressor=NOBODY)
    assert session.scalar(select(func.count()).select_from(Paper)) == 2


def test_a_newer_version_replaces_and_an_older_one_does_not(session: Session) -> None:
    save_page(session, page(paper("2610.00001")), suppressor=NOBODY)
    newer = paper("2610.00001", abstract="We learn quickly.", version=2)
    assert save_page(session, page(newer), suppressor=NOBODY).changed == 1
    assert save_page(session, page(paper("2610.00001")), suppressor=NOBODY).changed == 0
    stored = session.scalars(select(Paper)).one()
    assert (stored.abstract, stored.version) == ("We learn quickly.", 2)


def test_a_resolved_author_stays_resolved_unless_the_name_in_the_place_changes(session: Session) -> None:
    save_page(session, page(paper("2610.00001")), suppressor=NOBODY)
    session.add(
        Person(public_id="p-1", full_name="x", name_key="x", origins={}, first_seen=NOW, last_seen=NOW)
    )
    session.flush()
    session.execute(update(Authorship).values(person_id=select(Person.id).scalar_subquery()))
    session.commit()
    swapped = (Author(name="Ada Quill", position=1), Author(name="Someone Else", position=2))
    save_page(session, page(paper("2610.00001", authors=swapped, version=2)), suppressor=NOBODY)
    session.expire_all()
    after = {row.position: row for row in session.scalars(select(Authorship))}
    assert after[1].person_id is not None
    assert (after[2].name, after[2].person_id) == ("Someone Else", None)


def test_a_withdrawn_record_withdraws_the_paper_and_coming_back_restores_it(session: Session) -> None:
    save_page(session, page(paper("2610.00001")), suppressor=NOBODY)
    gone = DeletedRecord(source="arxiv", source_key="2610.00001", url="https://example.org")
    save_page(session, page(gone), suppressor=NOBODY)
    session.expire_all()
    assert session.scalars(select(Paper.withdrawn)).one() is True
    save_page(session, page(paper("2610.00001")), suppressor=NOBODY)
    assert session.scalars(select(Paper.withdrawn)).one() is False


def test_reviews_are_kept_once_per_record(session: Session) -> None:
    reviews = (Review(rating=8, rating_scale=(1, 10), novelty=3, novelty_scale=(1, 4)), Review(rating=6))
    reviewed = replace(venue_entry(), source="openreview", source_key="abc", reviews=reviews)
    save_page(session, page(reviewed), suppressor=NOBODY)
    save_page(session, page(replace(reviewed, decision="spotlight")), suppressor=NOBODY)
    assert [row.scores["rating"] for row in session.scalars(select(ReviewRow))] == [8, 6]
    save_page(session, page(replace(reviewed, reviews=(), decision="withdrawn")), suppressor=NOBODY)
    assert session.scalars(select(ReviewRow)).all() == [], "reviews that were taken back say nothing any more"


def test_a_suppressed_person_is_stored_nowhere(session: Session, tmp_path: Path) -> None:
    out = Suppressor(b"k" * 32)
    orcid = Identifier(kind=IdentifierKind.ORCID, value="0000-0002-1825-0097")
    out = replace(out, hashes=frozenset(out.hashes_of(["Ada Quill"], [orcid])))
    under_id = PersonRecord(
        source="orcid", source_key="x", url="https://example.org", name="A. Q.", identifiers=(orcid,)
    )
    prize = Achievement(
        source="kaggle", source_key="1", url="https://example.org", kind="kaggle", rung="creativity",
        title="Third of 900", person_name="Áda Quill",
    )  # fmt: skip
    saved = save_page(session, page(paper("2610.00001"), under_id, prize), suppressor=out)
    assert saved.withheld == 2
    session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    session.commit()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Quill" not in stored
    assert b"Bo Renn" in stored


def test_a_renamed_repository_keeps_its_links(session: Session) -> None:
    old = RepositoryRecord(source="github", key="github.com/quill/slow", url="https://github.com/quill/slow")
    save_page(session, page(paper("2610.00001"), old), suppressor=NOBODY)
    repository = session.scalars(select(Repository)).one()
    paper_id = session.scalars(select(Paper.id)).one()
    session.add(
        Implementation(
            paper_id=paper_id, repository_id=repository.id, kind="official", probability=0.99, evidence=[],
            first_seen=NOW, last_seen=NOW,
        )
    )  # fmt: skip
    session.commit()
    new = replace(old, key="github.com/quill/quick", redirected_from=("github.com/quill/slow",))
    save_page(session, page(new), suppressor=NOBODY)
    save_page(session, page(new), suppressor=NOBODY)
    session.expire_all()
    assert session.scalars(select(Repository.key)).all() == ["github.com/quill/quick"]
    assert session.scalars(select(Implementation.repository_id)).all() == [repository.id]
    found = find_repository(session, "github.com/quill/slow")
    assert found is not None
    assert found.key == "github.com/quill/quick"
    assert session.scalars(select(RepositoryAlias.key)).all() == ["github.com/quill/slow"]


def test_a_repository_that_takes_its_first_name_again_leads_nowhere_else(session: Session) -> None:
    old = RepositoryRecord(source="github", key="github.com/quill/slow", url="https://github.com/quill/slow")
    moved = replace(old, key="github.com/quill/quick", redirected_from=("github.com/quill/slow",))
    back = replace(old, redirected_from=("github.com/quill/quick",))
    for one in (old, moved, back):
        save_page(session, page(one), suppressor=NOBODY)
    session.expire_all()
    repository = session.scalars(select(Repository)).one()
    assert show(session, repository)["earlier_names"] == ["github.com/quill/quick"]


def test_a_name_that_somebody_else_took_is_another_repository(session: Session) -> None:
    """GitHub gives away the name of a renamed repository; what is there now has nothing to do with the old one."""
    old = RepositoryRecord(
        source="github", key="github.com/quill/slow", url="https://github.com/quill/slow", readme="Ours."
    )
    moved = replace(old, key="github.com/quill/quick", redirected_from=("github.com/quill/slow",))
    save_page(session, page(moved), suppressor=NOBODY)
    save_page(session, page(replace(old, status=RepositoryStatus.MISSING)), suppressor=NOBODY)
    assert session.execute(select(Repository.key, Repository.status)).all() == [
        ("github.com/quill/quick", "live")
    ]
    save_page(session, page(replace(old, readme="A stranger's.")), suppressor=NOBODY)
    session.expire_all()
    assert {one.key: one.readme for one in session.scalars(select(Repository))} == {
        "github.com/quill/quick": "Ours.",
        "github.com/quill/slow": "A stranger's.",
    }


def test_two_rows_that_turn_out_to_be_one_repository_become_one(session: Session) -> None:
    ensure_repository(session, "github.com/quill/slow", NOW)
    ensure_repository(session, "github.com/quill/quick", NOW)
    new = RepositoryRecord(
        source="github", key="github.com/quill/quick", url="https://github.com/quill/quick",
        redirected_from=("github.com/quill/slow",),
    )  # fmt: skip
    save_page(session, page(new), suppressor=NOBODY)
    assert session.scalars(select(Repository.key)).all() == ["github.com/quill/quick"]


def test_a_repository_that_is_gone_keeps_what_was_known(session: Session) -> None:
    live = RepositoryRecord(
        source="github", key="github.com/q/s", url="https://github.com/q/s", description="Slow nets", stars=4
    )
    save_page(session, page(live), suppressor=NOBODY)
    gone = RepositoryRecord(
        source="github", key="github.com/q/s", url="https://github.com/q/s",
        status=RepositoryStatus.MISSING, status_reason="404",
    )  # fmt: skip
    save_page(session, page(gone), suppressor=NOBODY)
    row = session.scalars(select(Repository)).one()
    assert (row.status, row.description, row.stars) == ("missing", "Slow nets", 4)


def test_a_page_that_fails_leaves_nothing_not_even_its_cursor(session: Session) -> None:
    broken = paper("2610.00001", published=datetime(2026, 1, 1))  # noqa: DTZ001 (naive on purpose)
    moved = Cursor(source="arxiv", scope="cs.LG", value="later")
    with pytest.raises(Exception, match="naive"):
        save_page(session, page(paper("2610.00002"), broken, cursor=moved), suppressor=NOBODY)
    assert session.scalar(select(func.count()).select_from(Paper)) == 0
    assert session.scalar(select(func.count()).select_from(CursorRow)) == 0


def test_a_run_counts_what_each_source_gave(session: Session) -> None:
    run = save_run_start(session, "nightly", {}, now=NOW)
    session.commit()
    first = replace(page(paper("2610.00001")), warnings={"unknown field: mood": 2})
    second = replace(page(paper("2610.00001"), paper("2610.00003")), warnings={"unknown field: mood": 1})
    for one in (first, second):
        save_page(session, one, suppressor=NOBODY, run_id=run.id)
    row = session.scalars(select(RunSource)).one()
    assert (row.pages, row.fetched, row.new, row.changed) == (2, 3, 2, 0)
    assert row.warnings == {"unknown field: mood": 3}


def test_a_run_left_by_a_kill_is_named_interrupted(session: Session) -> None:
    left = save_run_start(session, "nightly", {}, now=NOW)
    save_run_start(session, "nightly", {}, now=NOW + timedelta(days=1))
    assert left.status == "interrupted"


def test_achievements_are_kept_once(session: Session) -> None:
    one = Achievement(
        source="kaggle", source_key="titan-1", url="https://example.org", kind="kaggle", rung="creativity",
        title="Third of 900", person_name="Bo Renn", place=3, entrants=900,
    )  # fmt: skip
    assert save_page(session, page(one), suppressor=NOBODY).new == 1
    assert save_page(session, page(replace(one, place=2)), suppressor=NOBODY).new == 0
    assert session.scalars(select(AchievementRow.place)).all() == [2]


names = st.sampled_from(["Ada Quill", "Bo Renn", "Cy Dunn", "Eve Marlow", "Fay Ott"])


@st.composite
def records(draw: st.DrawFn) -> PaperRecord:
    number = f"2610.0000{draw(st.integers(1, 4))}"
    people = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    return paper(
        number,
        title=draw(st.sampled_from(["Slow Gradients for Quick Learners", "A Quiet Kernel for Loud Data"])),
        version=draw(st.integers(1, 3)),
        abstract=draw(st.sampled_from([None, "One.", "Two."])),
        authors=tuple(Author(name=name, position=i) for i, name in enumerate(people, 1)),
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(records(), min_size=1, max_size=6), st.data())
def test_saving_again_in_any_cut_gives_the_same_rows(found: list[PaperRecord], data: st.DataObject) -> None:
    engine = open_database("sqlite://")
    with new_session(engine) as session:
        for record in found:
            save_page(session, page(record), suppressor=NOBODY)
        before = dump(session)
        newest = {}
        for record in found:
            if record.source_key not in newest or record.version >= newest[record.source_key].version:
                newest[record.source_key] = record
        cut = data.draw(st.integers(0, len(newest)))
        again = list(newest.values())
        for part in (again[:cut], again[cut:]):
            if part:
                save_page(session, page(*part), suppressor=NOBODY)
        assert dump(session) == before
    engine.dispose()
