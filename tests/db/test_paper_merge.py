"""One paper, many records: what is put together, what is kept apart, and how a person corrects it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.preferences import judged_papers
from db.records import Author, Page, PaperRecord
from db.schema import Authorship, MaybeSame, Paper, PaperLock, Person, PreferenceEvent, RecordRow
from db.store import save_page
from db.store.paper_match import entry_of, partition
from db.store.paper_merge import CannotMerge, merge_papers, split_papers, undo_split
from db.suppression import Suppressor

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=9)
ABSTRACT = (
    "We study how a learner that moves slowly through the loss surface can nevertheless arrive sooner than one that "
    "hurries. The argument rests on a bound for the curvature that a trajectory meets, and on an experiment with tides "
    "in which the slow learner needs a third of the updates. We release the invented tide tables and the code."
)
REWRITTEN = ABSTRACT.replace("We study how", "This paper shows why").replace(
    "an experiment", "two experiments"
)
OTHER_ABSTRACT = (
    "Lighthouses send one of few messages to everybody in sight. We ask which code is best when the receivers differ "
    "in height above the sea, give the answer for two heights, and show by exhaustive search that no regular code "
    "comes close for three. The proof uses nothing beyond elementary geometry and a table of sines computed by hand."
)
QUILL, RENN = Author(name="Ada Quill", position=1), Author(name="Bo Renn", position=2)


def record(source: str, key: str, **more: object) -> PaperRecord:
    made = PaperRecord(
        source=source,
        source_key=key,
        url=f"https://example.org/{source}/{key}",
        title="Slow Gradients for Quick Learners",
        abstract=ABSTRACT,
        published=NOW - timedelta(days=3),
        authors=(QUILL, RENN),
        arxiv_id=key if source == "arxiv" else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


PREPRINT = record("arxiv", "2610.00001")
PROCEEDINGS = record("pmlr", "v1/quill26", title="Arriving Sooner by Hurrying Less", abstract=REWRITTEN)


def save(session: Session, *records: PaperRecord, at: datetime = NOW) -> None:
    for one in records:
        page = Page(source=one.source, url=one.url, fetched_at=at, terms="CC0", records=(one,))
        save_page(session, page, suppressor=Suppressor(b"k" * 32))
    session.expire_all()


def works(session: Session) -> set[frozenset[str]]:
    """The records of each paper, by source and key."""
    found: dict[int, set[str]] = {}
    for row in session.scalars(select(RecordRow)):
        assert row.paper_id is not None
        found.setdefault(row.paper_id, set()).add(f"{row.source}/{row.source_key}")
    live = set(session.scalars(select(Paper.id).where(Paper.merged_into.is_(None))))
    assert live == found.keys()
    return {frozenset(one) for one in found.values()}


def paper_of(session: Session, source: str) -> Paper:
    return session.scalars(
        select(Paper).join(RecordRow, RecordRow.paper_id == Paper.id).where(RecordRow.source == source)
    ).one()


def test_a_changed_title_is_found_and_says_why(session: Session) -> None:
    save(session, PREPRINT, PROCEEDINGS)
    assert len(works(session)) == 1
    paper = session.scalars(select(Paper)).one()
    assert paper.title == "Slow Gradients for Quick Learners"
    why = [row.matched for row in session.scalars(select(RecordRow).order_by(RecordRow.source))]
    assert why[0] is None
    assert why[1] is not None
    assert why[1].startswith("another title, but 2 of 2 authors and ")


def test_without_an_abstract_only_nearly_the_same_title_counts(session: Session) -> None:
    near = record("virtual", "1", title="Slow Gradients for Quicker Learners", abstract=None)
    far = record("neurips", "2", title="Arriving Sooner by Hurrying Less", abstract=None)
    save(session, PREPRINT, near, far)
    assert works(session) == {frozenset({"arxiv/2610.00001", "virtual/1"}), frozenset({"neurips/2"})}


def test_the_name_of_a_system_before_the_colon_counts(session: Session) -> None:
    first = replace(PREPRINT, title="TideGraph: Slow Gradients for Quick Learners")
    later = record("virtual", "1", title="TideGraph: How Hurry Wastes Updates", abstract=None)
    save(session, first, later)
    assert len(works(session)) == 1


@pytest.mark.parametrize(
    "other",
    [
        record("pmlr", "v1/x26", title="Which Code for Lighthouses", abstract=OTHER_ABSTRACT),
        record("pmlr", "v1/x26", title="Slow Gradients for Quick Learners 2"),
        record("pmlr", "v1/x26", title="Arriving Sooner", authors=(replace(RENN, position=1),)),
        record("pmlr", "v1/x26", title="Arriving Sooner", published=NOW - timedelta(days=3000)),
        record("arxiv", "2610.00002", title="Arriving Sooner by Hurrying Less"),
    ],
    ids=["another work", "a second part", "other authors", "years apart", "another arXiv id"],
)
def test_what_is_another_work_stays_apart(session: Session, other: PaperRecord) -> None:
    save(session, PREPRINT, other)
    assert len(works(session)) == 2


def test_a_record_that_comes_last_brings_two_papers_together(session: Session) -> None:
    old = record("virtual", "1", title="A Note on Slowness", abstract=None, openreview_id="tides26001")
    save(session, PREPRINT, old)
    assert len(works(session)) == 2
    earlier = paper_of(session, "virtual").public_id
    save(session, record("openreview", "tides26001", openreview_id="tides26001"), at=LATER)
    assert len(works(session)) == 1
    lost = session.scalars(select(Paper).where(Paper.public_id == earlier)).one()
    assert lost.merged_into == paper_of(session, "arxiv").id


def test_a_person_puts_together_and_takes_apart_and_it_holds(session: Session) -> None:
    stranger = record("pmlr", "v1/x26", title="Which Code for Lighthouses", abstract=OTHER_ABSTRACT)
    save(session, PREPRINT, stranger)
    ids = {one.public_id: one.id for one in session.scalars(select(Paper))}
    one = merge_papers(session, session.scalars(select(Paper)).all(), by="rita", at=LATER, why="same work")
    assert one.public_id == "arXiv:2610.00001"
    assert len(works(session)) == 1
    save(
        session,
        PREPRINT,
        replace(stranger, decision="oral"),
        record("huggingface", "2610.00001", arxiv_id="2610.00001"),
    )
    assert len(works(session)) == 1
    apart = split_papers(session, paper_of(session, "pmlr"), [("pmlr", "v1/x26")], by="rita", at=LATER)
    assert (apart.public_id, apart.id) == ("pmlr:v1/x26", ids["pmlr:v1/x26"])
    assert apart.title == "Which Code for Lighthouses"
    assert len(works(session)) == 2
    locks = session.execute(
        select(PaperLock.kind, PaperLock.undone_at.is_(None)).order_by(PaperLock.id)
    ).all()
    assert [tuple(lock) for lock in locks] == [("same", False), ("different", True), ("different", True)]


def test_a_split_outlives_every_later_crawl_until_it_is_taken_back(session: Session) -> None:
    save(session, PREPRINT, PROCEEDINGS)
    split_papers(session, session.scalars(select(Paper)).one(), [("pmlr", "v1/quill26")], by="rita", at=LATER)
    assert len(works(session)) == 2
    save(
        session,
        replace(PROCEEDINGS, title=PREPRINT.title),
        replace(PREPRINT, version=2),
        at=NOW + timedelta(days=1),
    )
    assert len(works(session)) == 2
    undo_split(session, paper_of(session, "arxiv"), [("pmlr", "v1/quill26")], at=NOW)
    assert len(works(session)) == 1
    with pytest.raises(CannotMerge, match="nobody has taken these records out of it"):
        undo_split(session, paper_of(session, "arxiv"), [("pmlr", "v1/quill26")], at=NOW)


def test_what_cannot_be_done_is_said(session: Session) -> None:
    save(session, PREPRINT)
    paper = session.scalars(select(Paper)).one()
    with pytest.raises(CannotMerge, match="two different papers"):
        merge_papers(session, [paper, paper], by="rita", at=LATER)
    with pytest.raises(CannotMerge, match="has no record pmlr/x"):
        split_papers(session, paper, [("pmlr", "x")], by="rita", at=LATER)
    with pytest.raises(CannotMerge, match="but not all"):
        split_papers(session, paper, [("arxiv", "2610.00001")], by="rita", at=LATER)


def test_what_hangs_on_a_paper_goes_with_it(session: Session) -> None:
    stranger = record("pmlr", "v1/x26", title="Which Code for Lighthouses", abstract=OTHER_ABSTRACT)
    save(session, stranger, PREPRINT)
    people = [
        Person(
            public_id=f"p-{n}",
            full_name="Ada Quill",
            name_key="ada quill",
            origins={},
            first_seen=NOW,
            last_seen=NOW,
        )
        for n in (1, 2)
    ]
    session.add_all(people)
    session.flush()
    for person, mention in zip(
        people, session.scalars(select(Authorship).where(Authorship.position == 1)), strict=True
    ):
        mention.person_id = person.id
    session.add(PreferenceEvent(paper_id=paper_of(session, "pmlr").id, verdict=1, at=NOW, by="rita"))
    session.commit()
    one = merge_papers(session, session.scalars(select(Paper)).all(), by="rita", at=LATER)
    assert [liked.row_id for liked in judged_papers(session)] == [one.id]
    assert session.scalars(select(Authorship.paper_id).distinct()).all() == [one.id]
    question = session.scalars(select(MaybeSame)).one()
    assert {question.person_id, question.other_id} == {person.id for person in people}


def namesakes(session: Session, number: int) -> list[int]:
    """So many people of one name, by row id."""
    people = [
        Person(
            public_id=f"p-{n}",
            full_name="Wei Lin",
            name_key="wei lin",
            origins={},
            first_seen=NOW,
            last_seen=NOW,
        )
        for n in range(number)
    ]
    session.add_all(people)
    session.flush()
    return [one.id for one in people]


def test_two_of_one_name_on_one_paper_are_no_question(session: Session) -> None:
    twice = tuple(Author(name="Wei Lin", position=place) for place in (1, 2))
    save(session, record("arxiv", "2610.00001", authors=twice))
    save(
        session,
        record("pmlr", "v1/lin26", title="Arriving Sooner by Hurrying Less", abstract=None, authors=twice),
    )
    mentions = session.scalars(select(Authorship).order_by(Authorship.paper_id, Authorship.position)).all()
    first, second, third = namesakes(session, 3)
    for mention, person_id in zip(mentions, (first, second, first, third), strict=True):
        mention.person_id = person_id
    session.commit()
    merge_papers(session, session.scalars(select(Paper)).all(), by="rita", at=LATER)
    asked = session.execute(select(MaybeSame.person_id, MaybeSame.other_id)).all()
    assert [set(pair) for pair in asked] == [{second, third}]


def test_a_name_that_comes_to_stand_twice_is_not_one_persons_twice(session: Session) -> None:
    once = (QUILL, Author(name="Wei Lin", position=2))
    twice = (*once, Author(name="Wei Lin", position=3))
    save(session, record("arxiv", "2610.00001", authors=twice))
    save(
        session,
        record("pmlr", "v1/lin26", title="Arriving Sooner by Hurrying Less", abstract=None, authors=once),
    )
    [lin] = namesakes(session, 1)
    in_proceedings = select(Authorship).where(Authorship.paper_id == paper_of(session, "pmlr").id)
    session.scalars(in_proceedings.where(Authorship.name == "Wei Lin")).one().person_id = lin
    session.commit()
    one = merge_papers(session, session.scalars(select(Paper)).all(), by="rita", at=LATER)
    places = select(Authorship.position).where(Authorship.paper_id == one.id, Authorship.person_id == lin)
    assert session.scalars(places).all() == [2]


def test_resolved_mentions_stay_resolved_when_records_move(session: Session) -> None:
    save(session, PREPRINT, PROCEEDINGS)
    person = Person(public_id="p-1", full_name="x", name_key="x", origins={}, first_seen=NOW, last_seen=NOW)
    session.add(person)
    session.flush()
    for mention in session.scalars(select(Authorship)):
        mention.person_id = person.id
    session.commit()
    split_papers(session, session.scalars(select(Paper)).one(), [("pmlr", "v1/quill26")], by="rita", at=LATER)
    assert session.scalars(select(Authorship.person_id)).all() == [person.id] * 4


def test_a_changed_record_stays_in_its_work_for_want_of_a_better(session: Session) -> None:
    save(session, PREPRINT, record("pmlr", "v1/quill26", abstract=None))
    save(session, replace(PREPRINT, version=2, title="Hurry Wastes Updates", abstract="Short."))
    assert len(works(session)) == 1


def test_two_records_of_one_page_may_bring_an_arxiv_id_to_two_papers(session: Session) -> None:
    """One joins a stored paper by its title, the other comes with a title of its own."""
    save(session, record("virtual", "7"))
    named = [
        record("pmlr", "v1/quill26", arxiv_id="2610.00001"),
        record(
            "acl",
            "quill26",
            title="Arriving Sooner by Hurrying Less",
            abstract=OTHER_ABSTRACT,
            arxiv_id="2610.00001",
        ),
    ]
    page = Page(source="x", url="https://example.org", fetched_at=NOW, terms="CC0", records=tuple(named))
    save_page(session, page, suppressor=Suppressor(b"k" * 32))
    session.expire_all()
    assert works(session) == {frozenset({"virtual/7", "pmlr/v1/quill26", "acl/quill26"})}


def test_an_id_that_a_source_had_wrong_is_given_to_no_second_work(session: Session) -> None:
    save(session, record("pmlr", "v1/quill26", arxiv_id="2610.00002"))
    assert paper_of(session, "pmlr").public_id == "arXiv:2610.00002"
    save(session, record("pmlr", "v1/quill26", arxiv_id="2610.00001"), at=LATER)
    other = record("arxiv", "2610.00002", title="Which Code for Lighthouses", abstract=OTHER_ABSTRACT)
    save(session, other, at=LATER)
    assert (paper_of(session, "arxiv").public_id, paper_of(session, "arxiv").arxiv_id) == (
        "arXiv:2610.00002#2",
        "2610.00002",
    )
    assert paper_of(session, "pmlr").arxiv_id == "2610.00001"


titles = st.sampled_from(
    [
        "Slow Gradients for Quick Learners",
        "Arriving Sooner by Hurrying Less",
        "Slow Gradients for Quicker Learners",
    ]
)
abstracts = st.sampled_from([None, ABSTRACT, REWRITTEN, OTHER_ABSTRACT])
teams = st.sampled_from([(QUILL, RENN), (QUILL,), (QUILL, RENN, Author(name="Cy Dunn", position=3))])


@st.composite
def several_records(draw: st.DrawFn) -> list[PaperRecord]:
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["arxiv", "pmlr", "virtual", "openreview"]), st.integers(1, 3)),
            min_size=2, max_size=6, unique=True,
        )
    )  # fmt: skip
    return [
        record(
            source,
            f"2610.0000{number}",
            title=draw(titles),
            abstract=draw(abstracts),
            authors=draw(teams),
            arxiv_id=f"2610.0000{number}"
            if source == "arxiv"
            else draw(st.sampled_from([None, None, "2610.00001"])),
            openreview_id=draw(st.sampled_from([None, None, "tides26001", "tides26002"])),
            doi=draw(st.sampled_from([None, None, None, "10.5555/tides.1"])),
        )
        for source, number in keys
    ]


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    engine = open_database("sqlite://")
    yield engine
    engine.dispose()


def cut(engine: Engine, pages: Sequence[Sequence[PaperRecord]]) -> object:
    """What a reader sees after pages were saved: works with their folded fields; the database is emptied again."""
    with new_session(engine) as session:
        for one in pages:
            page = Page(
                source="x", url="https://example.org", fetched_at=NOW, terms="CC0", records=tuple(one)
            )
            save_page(session, page, suppressor=Suppressor(b"k" * 32))
        session.expire_all()
        assert session.scalar(select(func.count()).select_from(RecordRow)) == sum(map(len, pages))
        seen = {
            (
                records,
                paper.title, paper.abstract, paper.arxiv_id, paper.openreview_id, paper.doi, paper.n_authors,
            )
            for records in works(session)
            for paper in session.scalars(
                select(Paper)
                .join(RecordRow, RecordRow.paper_id == Paper.id)
                .where((RecordRow.source + "/" + RecordRow.source_key) == min(records))
            )
        }  # fmt: skip
        for table in ("record", "authorship", "paper"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 (constants)
        session.commit()
        return seen


@settings(max_examples=20, deadline=None)
@given(several_records(), st.data())
def test_the_order_of_arrival_does_not_matter(
    empty: Engine, found: list[PaperRecord], data: st.DataObject
) -> None:
    at_once = cut(empty, [found])
    one_by_one = cut(empty, [[one] for one in data.draw(st.permutations(found))])
    half = data.draw(st.integers(1, len(found) - 1))
    shuffled = data.draw(st.permutations(found))
    in_two = cut(empty, [shuffled[:half], shuffled[half:]])
    assert at_once == one_by_one == in_two


@settings(max_examples=100, deadline=None)
@given(several_records(), st.data())
def test_no_work_holds_a_pair_that_a_person_took_apart(found: list[PaperRecord], data: st.DataObject) -> None:
    entries = [entry_of(one) for one in found]
    pair = frozenset(one.key for one in data.draw(st.permutations(entries))[:2])
    groups = partition(entries, different={pair})
    assert all(not pair <= {one.key for one in group.entries} for group in groups)
    together = partition(entries, same={pair})
    assert any(pair <= {one.key for one in group.entries} for group in together)
    assert {one.key for group in groups for one in group.entries} == {one.key for one in entries}
