"""What a recruiter gets who asks for a list, a search or a subject."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.keys.repositories import folder_key
from db.queries.find import NotFound, find_subject
from db.queries.query_language import Query, QueryError, Term, fts5, parse_query, tsquery
from db.queries.search import count_matches, search
from db.queries.shortlist import ShortlistFilter, Unseen, count_passing, shortlist
from db.queries.show import show
from db.records import Axis
from db.schema import DigestEntry, Implementation, Note, Person, Ranking

LONG_AGO = NOW - timedelta(days=3 * 365)


@pytest.fixture
def invented(session: Session) -> Invented:
    return Invented(session)


def names(session: Session, **wanted: Any) -> list[str]:
    found = shortlist(session, ShortlistFilter(role=ROLE, **wanted), now=NOW)
    return [one.full_name for one in found]


def test_the_list_is_in_order_of_rank_and_pages_do_not_overlap(session: Session, invented: Invented) -> None:
    people = [invented.person(f"Person {letter}") for letter in "ABCDE"]
    invented.ranked(*people)
    first, second = names(session, top=2), names(session, top=2, skip=2)
    assert (first, second) == (["Person A", "Person B"], ["Person C", "Person D"])
    assert count_passing(session, ShortlistFilter(role=ROLE), now=NOW) == 5


def test_somebody_who_was_merged_is_not_listed_and_their_history_counts(
    session: Session, invented: Invented
) -> None:
    kept, gone, older = (invented.person(name) for name in ("Ada Quill", "A. Quill", "Ada B. Quill"))
    invented.ranked(kept, gone)
    invented.stage(older, "contacted")
    invented.tag(gone, "met at a workshop")
    older.merged_into, gone.merged_into = gone.id, kept.id
    session.flush()
    (one,) = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    assert (one.full_name, one.stage, one.tags) == ("Ada Quill", "contacted", ("met at a workshop",))
    assert names(session, stage="contacted") == ["Ada Quill"]
    assert names(session, stage="new") == []
    assert names(session, tag="met at a workshop") == ["Ada Quill"]


def test_the_last_event_decides_stage_and_tag(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    invented.stage(ada, "contacted")
    invented.stage(ada, "new")
    invented.stage(bo, "shortlisted")
    invented.tag(bo, "remote")
    invented.tag(bo, "remote", added=False)
    assert names(session, stage="new") == ["Ada Quill"]
    assert names(session, stage="shortlisted") == ["Bo Renn"]
    assert names(session, tag="remote") == []


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [(Unseen.DROP, ["Known"]), (Unseen.KEEP, ["Known", "Unknown"]), (Unseen.ONLY, ["Unknown"])],
)
@pytest.mark.parametrize(
    "wanted", [{"sector": "academia"}, {"max_years": 3}, {"countries": ("no",)}, {"min_code": 50.0}]
)
def test_unknown_is_a_value_of_its_own(
    session: Session, invented: Invented, wanted: dict[str, Any], unknown: Unseen, expected: list[str]
) -> None:
    known = invented.person("Known", sector="academia", first_paper_year=2025, country="NO")
    missed = invented.person("Missed", sector="industry", first_paper_year=2001, country="DE")
    invented.ranked(known, axes={"code_quality": 80.0})
    invented.session.query(type(known)).count()
    for place, (one, code) in enumerate(((missed, 10.0), (invented.person("Unknown"), None)), start=2):
        axes = {} if code is None else {"code_quality": code}
        invented.ranked(one, axes=axes, role=f"other{place}")
    session.execute(text("UPDATE ranking SET role = :role, rank = id"), {"role": ROLE})
    assert names(session, unknown=unknown, **wanted) == expected


def test_sector_unknown_can_be_asked_for(session: Session, invented: Invented) -> None:
    invented.ranked(invented.person("Known", sector="industry"), invented.person("Nobody Knows"))
    assert names(session, sector="unknown") == ["Nobody Knows"]


def test_area_is_a_category_an_archive_or_words_of_a_title(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.paper(ada, title="Sparse Graphs, Quickly", primary_category="cs.LG")
    invented.paper(bo, ada, title="Robots on Ice", primary_category="cs.RO")
    invented.ranked(ada, bo)
    assert names(session, area="CS.lg") == ["Ada Quill"]
    assert names(session, area="cs") == ["Ada Quill", "Bo Renn"]
    assert names(session, area="sparse graph") == ["Ada Quill"]
    assert names(session, area="nothing like it") == []


def test_an_unknown_area_is_that_of_people_all_of_whose_papers_are_in_none(
    session: Session, invented: Invented
) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.paper(ada, primary_category="cs.LG")
    invented.paper(ada, primary_category=None)
    invented.paper(bo, primary_category=None)
    invented.ranked(ada, bo)
    assert names(session, area="unknown") == ["Bo Renn"]


def test_new_means_no_digest_of_this_role_has_shown_them(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    session.add(DigestEntry(role=ROLE, person_id=ada.id, evidence={}, at=NOW))
    session.add(DigestEntry(role="another", person_id=bo.id, evidence={}, at=NOW))
    assert names(session, new=True) == ["Bo Renn"]


def test_since_is_about_when_a_person_was_first_seen(session: Session, invented: Invented) -> None:
    old = invented.person("Old Hand", first_seen=NOW - timedelta(days=90))
    invented.ranked(old, invented.person("New Face"))
    assert names(session, since=NOW - timedelta(days=7)) == ["New Face"]


def test_marks_say_what_is_not_in_the_score(session: Session, invented: Invented) -> None:
    invented.paper(invented.person("Old Hand"), published=LONG_AGO)
    junior = invented.person("Jo Fresh", first_paper_year=2025, sector="industry")
    invented.ranked(junior, axes={"fit": 10.0})
    (one,) = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    assert one.marks == ("junior", "industry", "adjacent field")
    assert one.blind_marks == ("adjacent field",)


def test_years_are_calendar_years_and_junior_is_two_years_or_less(
    session: Session, invented: Invented
) -> None:
    """A first paper of the year before the last may be nearly three years old."""
    invented.paper(invented.person("Old Hand"), published=LONG_AGO)
    people = {year: invented.person(f"Since {year}", first_paper_year=year) for year in (2026, 2025, 2024)}
    invented.ranked(*people.values())
    found = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    assert [(one.first_paper_year, one.years_active, "junior" in one.marks) for one in found] == [
        (2026, 1, True),
        (2025, 2, True),
        (2024, 3, False),
    ]
    for years in (1, 2, 3):
        assert names(session, max_years=years) == [f"Since {year}" for year in (2026, 2025, 2024)[:years]]


def test_nobody_is_junior_in_a_database_that_begins_with_this_year(
    session: Session, invented: Invented
) -> None:
    """The first paper that is known of a professor came out this year, too."""
    one = invented.person("Since 2026", first_paper_year=2026)
    for _ in range(4):
        invented.paper(one, published=NOW)
    invented.ranked(one)

    def marked() -> bool:
        (found,) = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
        return "junior" in found.marks

    assert not marked()
    invented.paper(invented.person("Old Hand"), published=LONG_AGO)
    assert not marked()  # one paper in five is older: few of those who published before can be known
    invented.paper(invented.person("Old Hand"), published=LONG_AGO)
    assert marked()


@pytest.fixture
def library(session: Session, invented: Invented) -> Session:
    ada = invented.person("Áda Quíll", affiliation="Fjord University")
    invented.paper(ada, title="Diffusion Models for Images", abstract="We denoise pictures.")
    invented.paper(ada, title="Diffusion Models for Video", abstract="We denoise films in C++.")
    invented.repository("github.com/quill/denoise").description = "Score matching made plain"
    session.flush()
    return session


def found(session: Session, query: str) -> set[str]:
    return {hit.title for hit in search(session, query)}


def test_the_codes_own_score_is_that_of_the_folder_which_the_paper_links(
    session: Session, invented: Invented
) -> None:
    ada = invented.person("Ada Quill")
    repository = invented.repository("github.com/lab/all", invented.paper(ada), owner=ada)
    session.scalars(select(Implementation)).one().subdirectory = "tide"
    invented.score("repository", "github.com/lab/all", Axis.CODE_QUALITY, 90.0)
    invented.score("repository", folder_key("github.com/lab/all", "tide"), Axis.CODE_QUALITY, 40.0)
    invented.ranked(ada)
    session.scalars(select(Ranking)).one().repository_id = repository.id
    session.flush()
    [found] = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    assert found.repository_score == 40.0
    worse = {"repository_id": repository.id, "subdirectory": "ebb", "kind": "official", "probability": 0.9}
    session.add(
        Implementation(paper_id=invented.paper(ada).id, evidence=[], first_seen=NOW, last_seen=NOW, **worse)
    )
    invented.score("repository", folder_key("github.com/lab/all", "ebb"), Axis.CODE_QUALITY, 30.0)
    [found] = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    assert found.repository_score == 40.0, "of two folders the better one counted"


def test_search_reads_and_or_not_phrases_and_brackets(library: Session) -> None:
    images, video = "Diffusion Models for Images", "Diffusion Models for Video"
    assert found(library, "diffusion") == {images, video}
    assert found(library, "diffusion NOT video") == {images}
    assert found(library, "diffusion AND NOT images") == {video}
    assert found(library, "images OR films") == {images, video}
    assert found(library, '"denoise films"') == {video}
    assert found(library, '"films denoise"') == set()
    assert found(library, "diffusion NOT (images OR video)") == set()
    assert found(library, "pict*") == {images}


def test_what_too_many_match_is_answered_by_titles_first_and_of_the_newest(
    library: Session, invented: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weighing every paper that has a common word would take a second and tell none of them apart."""
    ada = library.query(Person).first()
    assert ada is not None
    for number in range(4):
        invented.paper(ada, title=f"Plain Paper {number}", abstract="Diffusion, by the way.")
    everything = [hit.title for hit in search(library, "diffusion")]
    assert len(everything) == 6
    monkeypatch.setattr("db.queries.search.MOST_WEIGHED", 3)
    titles = [hit.title for hit in search(library, "diffusion")]
    assert set(titles[:2]) == {"Diffusion Models for Images", "Diffusion Models for Video"}
    assert set(titles[2:]) == {"Plain Paper 1", "Plain Paper 2", "Plain Paper 3"}
    (video, *_) = search(library, "diffusion NOT images")
    assert video.title == "Diffusion Models for Video"
    assert len(search(library, "diffusion", limit=1)) == 1


def test_matches_are_counted_by_kind(library: Session) -> None:
    assert count_matches(library, "diffusion OR denoise") == {"paper": 2, "repository": 1}
    assert count_matches(library, "quill") == {"person": 1, "repository": 1}
    assert count_matches(library, "diffusion", kinds=frozenset({"person"})) == {}


def test_what_was_merged_is_neither_found_nor_counted(session: Session, invented: Invented) -> None:
    ada, twin = invented.person("Ada Quill"), invented.person("Ada B. Quill")
    kept, gone = invented.paper(ada, title="Tides of Wool"), invented.paper(ada, title="Tides of Wool, Again")
    twin.merged_into, gone.merged_into = ada.id, kept.id
    session.commit()
    assert [one.id for one in search(session, "tides")] == [kept.public_id]
    assert count_matches(session, "tides OR quill") == {"paper": 1, "person": 1}


def test_what_was_recorded_of_a_merged_entry_is_shown(session: Session, invented: Invented) -> None:
    ada, twin = invented.person("Ada Quill"), invented.person("Ada B. Quill")
    invented.stage(twin, "contacted")
    session.add(Note(person_id=twin.id, text="do not write in August", at=NOW, by="robin"))
    twin.merged_into = ada.id
    session.flush()
    said = [one["said"] for one in show(session, ada)["history"]]
    assert "note: do not write in August" in said
    assert any(one.startswith("stage contacted") for one in said)


def test_a_question_about_a_merged_entry_is_one_about_who_it_leads_to(
    session: Session, invented: Invented
) -> None:
    ada, twin = invented.person("Ada Quill"), invented.person("Ada B. Quill")
    other, former = invented.person("A. Quill"), invented.person("Adah Quill")
    invented.maybe_same(twin, former)
    invented.maybe_same(ada, other)
    invented.maybe_same(ada, twin)
    twin.merged_into, former.merged_into = ada.id, other.id
    session.flush()
    assert [one["id"] for one in show(session, ada)["maybe_same"]] == [other.public_id]


def test_search_finds_names_without_accents_and_words_with_signs(library: Session) -> None:
    assert found(library, "ada quill") == {"Áda Quíll"}
    assert found(library, "fjord") == {"Áda Quíll"}
    assert found(library, "C++") == {"Diffusion Models for Video"}
    assert "Score matching made plain" in found(library, "score-matching")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "at least one word"),
        ("***", "at least one word"),
        ("NOT video", "NOT needs something before it"),
        ("(diffusion", "never closed"),
        ("diffusion)", "closing bracket"),
        ("diffusion OR", "something must follow"),
        ("OR diffusion", "something must stand before"),
        ("(" * 40 + "a" + ")" * 40, "too many brackets"),
        (" ".join(["a"] * 80), "too long"),
    ],
)
def test_a_search_that_cannot_be_read_says_why(session: Session, query: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        search(session, query)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_search_or_a_sentence(typed: str) -> None:
    try:
        query = parse_query(typed)
    except QueryError:
        return
    else:
        assert fts5(query)
        assert tsquery(query)


_terms = st.builds(
    Term, st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=1, max_size=3).map(tuple)
)


@given(_terms, st.lists(st.tuples(st.sampled_from(["AND", "OR", "NOT"]), _terms), max_size=5))
def test_fts5_understands_every_query_that_is_read(first: Term, rest: list[tuple[str, Term]]) -> None:
    import sqlite3

    def said(term: Term) -> str:
        return f'"{" ".join(term.words)}"'

    query: Query = parse_query(
        " ".join([said(first), *(f"{operator} {said(term)}" for operator, term in rest)])
    )
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (fts5(query),)).fetchall()


def test_a_family_name_alone_is_no_name_but_says_who_bears_it(session: Session, invented: Invented) -> None:
    one, other = (invented.person("Min Zhao", family="Zhao") for _ in range(2))
    told = f"there is Min Zhao \\({one.public_id}\\), Min Zhao \\({other.public_id}\\)$"
    with pytest.raises(NotFound, match=told):
        find_subject(session, "Zhao")


def test_a_name_that_two_people_bear_asks_which(session: Session, invented: Invented) -> None:
    one = invented.person("Min Zhao", affiliation="Lakeshore University")
    other = invented.person("Min Zhao")
    with pytest.raises(NotFound, match=f"{one.public_id} .*Lakeshore.*{other.public_id}"):
        find_subject(session, "min zhao")
    subject = find_subject(session, other.public_id)
    assert isinstance(subject, Person)
    assert subject.id == other.id


@pytest.mark.parametrize("word", ["Ferrándiz", "Ferrandiz", "FERRANDIZ"])
def test_a_family_name_is_known_with_and_without_its_accent(
    session: Session, invented: Invented, word: str
) -> None:
    one = invented.person("María José Ferrándiz")
    with pytest.raises(NotFound, match=f"there is María José Ferrándiz \\({one.public_id}\\)$"):
        find_subject(session, word)
