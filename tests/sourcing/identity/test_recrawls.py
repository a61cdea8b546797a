"""Papers that are printed anew: people keep their ids, what a recruiter noted of them, and what was decided by hand."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_night import NOW, author, groups, night, paper, person_of, save
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.find import find_person
from db.queries.show import show
from db.queries.spoken_for import ever_at, undecided
from db.records import Identifier, IdentifierKind, PaperRecord, PersonRecord
from db.schema import (
    AchievementRow,
    Authorship,
    Contribution,
    MaybeSame,
    Paper,
    Person,
    PersonName,
    StageEvent,
)
from db.store.paper_merge import merge_papers
from db.store.repositories import ensure_repository
from db.store.undescribed import undescribed
from sourcing.identity.hand import Decision, keep_apart, merge, split
from sourcing.identity.locks import decided, without_effect
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.phase import changed_people
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles

ANN, CY = "Ann Jones", "Cy Dunnmore"
DECISION = Decision(by="rita", at=NOW + timedelta(days=1))
ORCID, ANOTHER = "0000-0001-5000-0007", "0000-0001-5000-0015"


def contacted(session: Session, person: Person) -> None:
    session.add(StageEvent(person_id=person.id, stage="contacted", at=NOW, by="rita"))
    session.commit()


def live_without_papers(session: Session) -> dict[int, str]:
    rows = session.execute(
        select(Person.id, Person.full_name).where(
            Person.merged_into.is_(None), Person.id.not_in(select(Authorship.person_id).distinct())
        )
    )
    return {row.id: row.full_name for row in rows}


@pytest.mark.parametrize(
    ("printed", "place", "name"),
    [
        (["Ann B. Jones", CY], 1, "Ann B. Jones"),
        ([CY, ANN], 2, ANN),
        ([CY, "A. Jones"], 2, "A. Jones"),
        (["Zed Quux", ANN, CY], 2, ANN),
        (["Zed Quux", "Ann B. Jones", "Cyrus Dunnmore"], 2, "Ann B. Jones"),
        (["Ann Harrow", CY], 1, "Ann Harrow"),
        (["王伟", CY], 1, "王伟"),
    ],
    ids=[
        "fuller",
        "swapped",
        "swapped and short",
        "one more",
        "one more and fuller",
        "married",
        "own script",
    ],
)
def test_the_only_paper_of_somebody_contacted_is_printed_anew(
    session: Session, printed: list[str], place: int, name: str
) -> None:
    night(session, paper(2, ANN, CY))
    ids = {person_of(session, 2, position).public_id for position in (1, 2)}
    was = person_of(session, 2).public_id
    contacted(session, person_of(session, 2))
    night(session, paper(2, *printed), days=3)
    now = person_of(session, 2, place)
    assert (now.public_id, now.full_name) == (was, name)
    assert now.id in ever_at(session, ["contacted"])
    assert find_person(session, was).id == now.id
    assert ids <= {person.public_id for person in session.scalars(select(Person))}
    assert not live_without_papers(session)
    assert name in session.scalars(select(PersonName.name).where(PersonName.person_id == now.id)).all()


def test_another_author_in_the_place_is_another_person(session: Session) -> None:
    night(session, paper(2, ANN, CY))
    was = person_of(session, 2)
    contacted(session, was)
    night(session, paper(2, "Edda Voss", CY), days=3)
    edda = person_of(session, 2)
    assert edda.id != was.id
    assert edda.id not in ever_at(session, ["contacted"])
    assert find_person(session, was.public_id).id == was.id


def test_whom_a_list_dropped_for_a_night_comes_back_as_before(session: Session) -> None:
    night(session, paper(2, ANN, CY))
    ids = [person_of(session, 2, place).public_id for place in (1, 2)]
    contacted(session, person_of(session, 2))
    night(session, paper(2, CY), days=1)
    assert list(live_without_papers(session).values()) == [ANN]
    night(session, paper(2, ANN, CY), days=2)
    assert [person_of(session, 2, place).public_id for place in (1, 2)] == ids
    assert not live_without_papers(session)


def test_nobody_is_held_back_for_resembling_somebody_without_papers(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of sparse grammar kernels"),
        paper(2, "Jun Guo", CY, title="Ropes, knots and robots"),
    )
    contacted(session, person_of(session, 2))
    assert undecided(session) != set()
    night(session, paper(2, CY, title="Ropes, knots and robots"), days=1)
    assert undecided(session) == set()


@pytest.mark.parametrize("rebuild", [False, True])
def test_whose_mention_falls_together_with_anothers_leads_there(session: Session, rebuild: bool) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of grammar"),
        paper(2, "Jun Guo", title="Ropes and robots"),
    )
    one, other = person_of(session, 1), person_of(session, 2)
    assert one.id != other.id
    contacted(session, one)
    contacted(session, other)
    merge_papers(session, list(session.scalars(select(Paper).order_by(Paper.id))), by="rita", at=NOW)
    session.commit()
    night(session, paper(3, "Jun Guo", CY, title="A lace of its own"), days=1)
    if rebuild:
        resolve_everything(session, now=NOW + timedelta(days=1))
    assert not live_without_papers(session)
    assert find_person(session, one.public_id).id == find_person(session, other.public_id).id


@pytest.mark.parametrize("rebuild", [False, True])
def test_no_question_is_left_about_whom_leads_elsewhere(session: Session, rebuild: bool) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of grammar"),
        paper(2, "Jun Guo", title="Ropes and robots"),
        paper(3, "Jun Guo", title="Kernels without tears"),
    )
    merge_papers(session, list(session.scalars(select(Paper).order_by(Paper.id)))[:2], by="rita", at=NOW)
    (resolve_everything if rebuild else resolve_pending)(session, now=NOW + timedelta(days=1))
    (doubt,) = session.scalars(select(MaybeSame)).all()
    assert {doubt.person_id, doubt.other_id} == {person_of(session, 1).id, person_of(session, 3).id}


def test_who_was_told_apart_does_not_lead_to_the_other_as_their_papers_fall_together(
    session: Session,
) -> None:
    night(session, *(paper(number, "Otis Quillfeather", CY, "Bo Rennquist") for number in (1, 2, 3)))
    papers = list(session.scalars(select(Paper).order_by(Paper.id)))
    was = person_of(session, 1)
    split(session, was, papers[2:], DECISION)
    parted = person_of(session, 3)
    contacted(session, parted)
    merge_papers(session, [papers[0], papers[2]], by="rita", at=NOW)
    night(session, paper(4, "Ada Harrow"), days=1)
    assert find_person(session, parted.public_id).id == parted.id
    assert was.id not in ever_at(session, ["contacted"])


def test_somebody_with_other_papers_gets_no_name_that_is_not_theirs(session: Session) -> None:
    night(session, paper(2, "Wei Zhang", CY), paper(3, "Wei Zhang", CY))
    was = person_of(session, 2)
    assert was.id == person_of(session, 3).id
    night(session, paper(2, "Wei Liu", CY), days=1)
    assert person_of(session, 3).id == was.id != person_of(session, 2).id


def crowd(day: int) -> list[PaperRecord]:
    """Many others on the first night, a few on each later one: what is decided then is not decided by reading all."""
    letters = [f"{first}{second}" for first in "abcdefghij" for second in "kmpt"]
    places = range(40) if day == 0 else range(5)
    return [
        paper(1000 + 40 * day + at, f"Xaver{letters[at]} Brq{letters[at]}stein{'abcd'[day]}") for at in places
    ]


def described(session: Session) -> None:
    """What the resolve phase does after resolving."""
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    session.commit()


def test_an_orcid_that_is_printed_later_decides_on_that_night(session: Session) -> None:
    first, second = paper(1, "Otis Quillfeather", CY), paper(2, "Otis Quillfeather", CY)
    ice, ropes = (
        paper(5, "Jun Guo", title="Sea ice from above"),
        paper(6, "Jun Guo", title="Ropes and knots"),
    )
    night(session, *crowd(0), first, second, ice, ropes)
    described(session)
    assert person_of(session, 1).id == person_of(session, 2).id
    assert person_of(session, 5).id != person_of(session, 6).id
    night(
        session,
        replace(first, authors=(author("Otis Quillfeather", 1, orcid=ORCID), *first.authors[1:])),
        replace(second, authors=(author("Otis Quillfeather", 1, orcid=ANOTHER), *second.authors[1:])),
        replace(ice, authors=(author("Jun Guo", 1, orcid="0000-0001-5000-0023"),)),
        replace(ropes, authors=(author("Jun Guo", 1, orcid="0000-0001-5000-0023"),)),
        *crowd(1),
        days=1,
    )
    assert person_of(session, 1).id != person_of(session, 2).id
    assert person_of(session, 5).id == person_of(session, 6).id
    described(session)
    assert resolve_pending(session, now=NOW + timedelta(days=2)).touched == set()


def test_what_is_known_of_somebody_goes_with_them_to_who_they_turn_out_to_be(session: Session) -> None:
    page = PersonRecord(
        source="orcid",
        source_key=ORCID,
        url=f"https://orcid.example/{ORCID}",
        name="Jun Guo",
        homepage="https://zhang.example/",
        identifiers=(Identifier(kind=IdentifierKind.ORCID, value=ORCID),),
    )

    def evening(*records: PaperRecord | PersonRecord, days: int) -> None:
        people = sorted(changed_people(night(session, *records, days=days)))
        attach_profiles(session, now=NOW, person_ids=people)
        describe_people(session, now=NOW, person_ids=sorted({*people, *undescribed(session)}))
        session.commit()

    evening(paper(1, "Jun Guo"), paper(3, "Jun Guo", title="Number 9: an invented study of it"), days=0)
    evening(paper(2, author("Jun Guo", 1, orcid=ORCID), title="Of ropes and other walks"), page, days=1)
    one, other = person_of(session, 1), person_of(session, 2)
    assert one.id != other.id
    repository = ensure_repository(session, "github.com/jzhang/ropes", NOW)
    session.add(Contribution(repository_id=repository.id, person_id=other.id, share=0.5, seen_at=NOW))
    deed = {"source": "kaggle", "source_key": "1", "person_name": "x", "identifiers": [], "kind": "kaggle"}
    session.add(
        AchievementRow(
            **deed, person_id=other.id, rung="finished", title="3rd", url="u", terms="t", fetched_at=NOW
        )
    )
    evening(paper(1, author("Jun Guo", 1, orcid=ORCID)), days=2)
    assert find_person(session, other.public_id).id == one.id
    shown = show(session, one)
    assert {(found["kind"], found["value"]) for found in shown["identifiers"]} == {("orcid", ORCID)}
    assert shown["fields"]["homepage"]["value"] == "https://zhang.example/"
    assert [found["share"] for found in shown["repositories"]] == [0.5]
    assert [found["title"] for found in shown["achievements"]] == ["3rd"]


@pytest.mark.parametrize("attached_before", [False, True])
def test_a_page_that_comes_later_unites_on_that_night(session: Session, attached_before: bool) -> None:
    def profile(*ids: str) -> PersonRecord:
        return PersonRecord(
            source="openreview", source_key="~Jun_Zhang1", url="https://openreview.example/1", name="Jun Guo",
            identifiers=tuple(Identifier(kind=IdentifierKind.OPENREVIEW, value=one) for one in ids),
        )  # fmt: skip

    night(
        session,
        *crowd(0),
        paper(5, author("Jun Guo", 1, openreview="~Jun_Zhang1"), title="Sea ice from above"),
        paper(6, author("Jun Guo", 1, openreview="~Jun_Zhang7"), title="Ropes and knots"),
    )
    if attached_before:
        save(session, profile("~Jun_Zhang1"))
    described(session)
    assert person_of(session, 5).id != person_of(session, 6).id
    save(session, profile("~Jun_Zhang1", "~Jun_Zhang7"), days=1)
    night(session, *crowd(1), days=1)
    assert person_of(session, 5).id == person_of(session, 6).id


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_open_question_tells_what_is_known_today(session: Session, rebuild: bool) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of sparse grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    doubt = session.scalars(select(MaybeSame)).one()
    before, asked = doubt.probability, doubt.first_seen
    night(session, paper(3, "Jun Guo", title="A grammar of lace"), days=2)
    if rebuild:
        resolve_everything(session, now=NOW + timedelta(days=2))
        session.commit()
    session.refresh(doubt)
    assert (doubt.probability > before, doubt.first_seen) == (True, asked)
    assert "2 and 1 papers" in {reason["text"] for reason in doubt.evidence}


def test_a_question_stays_open_about_whom_a_night_took_papers_from(session: Session) -> None:
    def jun(number: int, title: str, orcid: str = "") -> PaperRecord:
        return paper(number, author("Jun Guo", 1, orcid=orcid), "Bo Rennquist", title=title)

    night(
        session,
        *crowd(0),
        jun(1, "Tides of sparse grammar kernels", ORCID),
        jun(3, "Tides of sparse kernels"),
        jun(4, "Tides of grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    described(session)
    held_back = {person_of(session, 1).id, person_of(session, 2).id}
    assert person_of(session, 4).id in held_back <= undecided(session)
    night(session, *crowd(1), jun(4, "Tides of grammar kernels", ANOTHER), days=1)
    assert person_of(session, 4).id not in held_back
    assert held_back <= undecided(session)


def two_names(session: Session, *others: str) -> None:
    night(session, paper(1, "Ann Smithers"), paper(2, "Ann Jones", *others, title="Ropes, knots and robots"))
    merge(session, person_of(session, 1), person_of(session, 2), DECISION)
    session.commit()


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (["Bob Jones"], ["Bob Jones", "Annabel Jones"], 2),
        (["Bob Jones"], ["Bob Jones", "Ann B. Jones"], 2),
        ([CY], [CY, "A. Jones"], 2),
        ([CY], ["Ann Harrow", CY], 1),
    ],
    ids=["beside a namesake", "fuller", "short", "married"],
)
def test_a_decision_follows_its_author_over_the_paper(
    session: Session, before: list[str], after: list[str], place: int
) -> None:
    two_names(session, *before)
    save(session, paper(2, *after, title="Ropes, knots and robots"), days=3)
    resolve_everything(session, now=NOW + timedelta(days=4))
    session.commit()
    assert person_of(session, 2, place).id == person_of(session, 1).id
    assert len([group for group in groups(session) if "1#1" in group and len(group) == 2]) == 1
    assert decided(session).unbound == []


def test_one_place_by_now_of_two_who_were_told_apart_speaks_for_neither(session: Session) -> None:
    night(
        session, paper(1, "Ann Smithers"), paper(2, "Olga Quillfeather", "Otis Quillfeather", title="Ropes")
    )
    ann, olga, otis = person_of(session, 1), person_of(session, 2), person_of(session, 2, 2)
    merge(session, ann, olga, DECISION)
    keep_apart(session, ann, otis, DECISION)
    night(session, paper(2, "O. Quillfeather", title="Ropes"), days=3)
    resolve_everything(session, now=NOW + timedelta(days=4))
    assert person_of(session, 2).id == person_of(session, 1).id
    (said,) = without_effect(session)
    assert said.startswith("the telling apart of ")


def test_a_decision_does_not_go_over_to_whoever_stood_beside(session: Session) -> None:
    """Ann Jones was never Ann Jones Harrow, who is on that paper as well."""
    night(session, paper(1, "Bo Rennquist"), paper(2, "Ann Jones", "Ann Jones Harrow", title="Ropes"))
    bo, ann = person_of(session, 1), person_of(session, 2)
    merge(session, bo, ann, DECISION)
    save(session, paper(2, "Ann Jones Harrow", title="Ropes"), days=3)
    resolve_everything(session, now=NOW + timedelta(days=4))
    assert person_of(session, 2).id != person_of(session, 1).id
    (said,) = without_effect(session)
    assert said.startswith("the merge of ")


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("beside", [False, True])
def test_who_bears_an_orcid_no_longer_is_not_whom_it_made_them(
    session: Session, rebuild: bool, beside: bool
) -> None:
    """Nothing but the iD made Otis one with Ann, whether it is taken from the paper or stands beside two names now."""
    night(
        session,
        paper(1, author(ANN, 1, orcid=ORCID)),
        paper(2, author(ANN, 1, orcid=ORCID)),
        paper(3, CY, author("Otis Quillfeather", 2, orcid=ORCID), title="Ropes"),
    )
    was = person_of(session, 1).public_id
    assert person_of(session, 3, 2).public_id == was
    cy = author(CY, 1, orcid=ORCID if beside else "")
    save(
        session,
        paper(3, cy, author("Otis Quillfeather", 2, orcid=(cy.identifiers and ORCID) or ""), title="Ropes"),
    )
    (resolve_everything if rebuild else resolve_pending)(session, now=NOW + timedelta(days=1))
    attach_profiles(session, now=NOW)
    assert person_of(session, 1).public_id == person_of(session, 2).public_id == was
    otis = person_of(session, 3, 2)
    assert otis.public_id != was
    assert otis.full_name == "Otis Quillfeather"
    assert known_as(session, was) == {ANN}


def test_whom_a_human_made_one_stays_one_whatever_is_printed(session: Session) -> None:
    night(
        session, paper(1, author(ANN, 1, orcid=ORCID)), paper(3, author("Otis Quillfeather", 1, orcid=ORCID))
    )
    night(session, paper(2, "Olga Ravnkilde", title="Ropes"), days=1)
    merge(session, person_of(session, 1), person_of(session, 2), DECISION)
    night(session, paper(1, ANN), paper(3, "Otis Quillfeather"), days=2)
    assert person_of(session, 1).id == person_of(session, 2).id == person_of(session, 3).id


def known_as(session: Session, public_id: str) -> set[str]:
    person = find_person(session, public_id)
    return set(session.scalars(select(PersonName.name).where(PersonName.person_id == person.id)))


@pytest.mark.parametrize("rebuild", [False, True])
def test_nobody_is_called_as_no_paper_prints_them(session: Session, rebuild: bool) -> None:
    team = ("Bo Rennquist", "Cy Dunnmore", "Edda Voss")
    night(session, paper(1, "A. Quillfeather", *team), paper(2, "Abel Quillfeather", *team))
    abel = person_of(session, 1)
    assert (abel.id, abel.full_name) == (person_of(session, 2).id, "Abel Quillfeather")
    save(session, paper(2, "Olga Ravnkilde", *team), days=1)
    (resolve_everything if rebuild else resolve_pending)(session, now=NOW + timedelta(days=1))
    session.commit()
    assert person_of(session, 1).public_id == abel.public_id
    assert person_of(session, 1).full_name == "A. Quillfeather"
    assert known_as(session, abel.public_id) == {"A. Quillfeather"}


def test_a_decision_about_nobody_any_more_is_told(session: Session) -> None:
    two_names(session, "Bob Jones")
    save(session, paper(2, "Bob Jones", title="Ropes, knots and robots"), days=3)
    resolve_everything(session, now=NOW + timedelta(days=4))
    assert person_of(session, 2).full_name == "Bob Jones"
    assert person_of(session, 2).id != person_of(session, 1).id
    (said,) = without_effect(session)
    assert said.startswith("the merge of ")
    assert "rita" in said


FORMS = ("Ann Jones", "Ann B. Jones", "A. Jones", CY, "Bo Rennquist", "Otis Quillfeather", "O. Quillfeather")


def printed_of(session: Session) -> dict[int, set[tuple[int, str]]]:
    """Under which names on which papers each person is printed."""
    found: dict[int, set[tuple[int, str]]] = {}
    for row in session.execute(select(Authorship.paper_id, Authorship.person_id, Authorship.name)):
        found.setdefault(row.person_id, set()).add((row.paper_id, row.name))
    return found


@settings(max_examples=25, deadline=None)
@given(
    lists=st.lists(
        st.lists(st.sampled_from(FORMS), unique=True, min_size=1, max_size=3), min_size=2, max_size=5
    ),
    noted=st.integers(0, 3),
)
def test_however_papers_are_printed_anew_nobody_is_lost(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]], noted: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("anew")
    with new_session(open_database(f"sqlite:///{folder}/test.db")) as session:
        night(session, paper(1, *lists[0]), paper(2, *lists[1]))
        first = session.scalars(select(Person).order_by(Person.id)).all()
        kept = first[noted % len(first)]
        contacted(session, kept)
        seen: dict[str, str] = {}
        last = printed_of(session)
        one, other = person_of(session, 1), person_of(session, 2)
        if one.id != other.id:
            keep_apart(session, one, other, DECISION)
        for day, names in enumerate(lists, 1):
            night(session, paper(1 + day % 2, *names), days=day)
            for person in session.scalars(select(Person)):
                family = person.full_name.split()[-1]
                assert seen.setdefault(person.public_id, family) == family, "an id was given again"
            before, last = last, printed_of(session)
            now = {place for places in last.values() for place in places}
            for row_id in live_without_papers(session):
                assert before.get(row_id, set()).isdisjoint(now), "lost though printed"
            assert find_person(session, kept.public_id).id in ever_at(session, ["contacted"])
            for (group,) in session.execute(
                select(func.count())
                .group_by(Authorship.paper_id, Authorship.person_id)
                .select_from(Authorship)
            ):
                assert group == 1, "two places of one paper"
