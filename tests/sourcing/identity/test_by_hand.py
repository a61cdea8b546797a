"""Merged, split and told apart by hand: it holds through crawls and rebuilds, and can be taken back."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_night import NOW, author, groups, night, paper, papers_of, person_of, save
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.find import find_paper, find_person
from db.queries.spoken_for import undecided
from db.records import Identifier, IdentifierKind, PersonRecord
from db.schema import Authorship, IdentityLock, Paper, Person, PersonIdentifier, PersonName, RecordRow
from db.store.profiles import new_person
from sourcing.identity.duplicates import open_doubts, told
from sourcing.identity.hand import Decision, WrongPeople, find_lock, keep_apart, merge, split, undo
from sourcing.identity.locks import APART, MERGE, SPLIT, active_locks
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.story import identity_of

DECISION = Decision(by="rita", at=NOW + timedelta(days=1), why="asked her")
TEAM = ("Bo Rennquist", "Cy Dunnmore")


def two_names(session: Session) -> tuple[Person, Person]:
    night(
        session,
        paper(1, "Ann Smithers", *TEAM),
        paper(2, "Ann Jones", "Ada Harrow", title="Sea ice, seen from above"),
        paper(3, "Ann Jones", "Ada Harrow", title="Sea ice, seen from below"),
    )
    return person_of(session, 1), person_of(session, 2)


def again(session: Session) -> None:
    """A re-crawl that loses every row number of the mentions, then a rebuild."""
    for row in session.scalars(select(Authorship)).all():
        copy = {
            column.name: getattr(row, column.name)
            for column in Authorship.__table__.columns
            if column.name not in ("id", "person_id")
        }
        session.delete(row)
        session.flush()
        session.add(Authorship(**copy))
    session.flush()
    resolve_pending(session, now=NOW + timedelta(days=5))
    resolve_everything(session, now=NOW + timedelta(days=6))
    session.commit()


def the_paper(session: Session, number: int) -> Paper:
    found = find_paper(session, f"arXiv:2611.{number:05d}")
    assert found is not None
    return found


def test_merged_by_hand_stays_merged(session: Session) -> None:
    one, other = two_names(session)
    stays, goes = one.public_id, other.public_id
    assert one.id != other.id
    merge(session, one, other, DECISION)
    session.commit()
    assert person_of(session, 2).public_id == stays
    assert find_person(session, goes).public_id == stays
    names = session.scalars(select(PersonName.name).where(PersonName.person_id == one.id)).all()
    assert set(names) == {"Ann Smithers", "Ann Jones"}
    again(session)
    assert person_of(session, 1).id == person_of(session, 2).id == person_of(session, 3).id
    lock = session.scalars(select(IdentityLock)).one()
    assert (lock.by, lock.why, lock.at, lock.undone_at) == ("rita", "asked her", DECISION.at, None)


def test_a_merge_taken_back_leaves_two_as_before(session: Session) -> None:
    one, other = two_names(session)
    ids, before = (one.public_id, other.public_id), groups(session)
    merge(session, one, other, DECISION)
    undo(session, find_lock(session, MERGE, ids), DECISION)
    session.commit()
    assert groups(session) == before
    assert (person_of(session, 1).public_id, person_of(session, 2).public_id) == ids
    assert find_person(session, ids[1]).full_name == "Ann Jones"
    again(session)
    assert groups(session) == before


def one_of_two(session: Session) -> Person:
    night(
        session,
        paper(1, "Otis Quillfeather", *TEAM),
        paper(2, "Otis Quillfeather", *TEAM),
        paper(3, "Otis Quillfeather", "Bo Rennquist"),
    )
    person = person_of(session, 1)
    assert len(papers_of(session, person)) == 3
    return person


def test_split_by_hand_stays_split(session: Session) -> None:
    person = one_of_two(session)
    kept = person.public_id
    split(session, person, [the_paper(session, 3)], DECISION)
    session.commit()
    assert person_of(session, 1).public_id == kept
    assert person_of(session, 3).public_id != kept
    gone = person_of(session, 3).public_id
    assert undecided(session) == set()
    again(session)
    assert person_of(session, 1).id == person_of(session, 2).id != person_of(session, 3).id
    night(session, paper(4, "Otis Quillfeather", *TEAM), days=7)
    assert person_of(session, 1).id != person_of(session, 3).id
    assert kept != gone


def test_the_founding_paper_may_be_the_wrong_one(session: Session) -> None:
    person = one_of_two(session)
    kept = person.public_id
    split(session, person, [the_paper(session, 1)], DECISION)
    session.commit()
    assert person_of(session, 2).public_id == kept
    assert person_of(session, 1).public_id != kept


def test_a_split_taken_back_gives_the_paper_back(session: Session) -> None:
    person = one_of_two(session)
    kept = person.public_id
    split(session, person, [the_paper(session, 3)], DECISION)
    gone = person_of(session, 3).public_id
    undo(session, find_lock(session, SPLIT, [kept], ["arXiv:2611.00003"]), DECISION)
    session.commit()
    assert person_of(session, 3).public_id == kept
    assert find_person(session, gone).public_id == kept
    again(session)
    assert len(groups(session) & {frozenset({"1#1", "2#1", "3#1"})}) == 1


def test_a_merge_of_nothing_but_what_a_split_parted_goes_with_the_split(session: Session) -> None:
    person = one_of_two(session)
    night(session, paper(4, "Ann Jones", title="Sea ice, seen from above"), days=1)
    kept, other = person.public_id, person_of(session, 4).public_id
    split(session, person, [the_paper(session, 3)], DECISION)
    merge(session, person_of(session, 4), person_of(session, 3), DECISION)
    undo(session, find_lock(session, SPLIT, [kept]), DECISION)
    session.commit()
    assert active_locks(session) == []
    again(session)
    assert [person_of(session, number).public_id for number in (3, 4)] == [kept, other]


def test_the_later_decision_counts(session: Session) -> None:
    one, other = two_names(session)
    merge(session, one, other, DECISION)
    split(session, person_of(session, 1), [the_paper(session, 2), the_paper(session, 3)], DECISION)
    session.commit()
    again(session)
    assert person_of(session, 1).id != person_of(session, 2).id
    merge(session, person_of(session, 1), person_of(session, 2), DECISION)
    session.commit()
    again(session)
    assert person_of(session, 1).id == person_of(session, 2).id


def three_names(session: Session) -> list[Person]:
    names = ("Ann Smithers", "Bea Jones", "Cleo Harrow")
    titles = ("Sea ice, seen from above", "Kernels without tears", "Ropes, knots and robots")
    night(session, *(paper(number, names[number - 1], title=titles[number - 1]) for number in (1, 2, 3)))
    return [person_of(session, number) for number in (1, 2, 3)]


def taken_back(session: Session, *people: str) -> None:
    undo(session, find_lock(session, MERGE, people), DECISION)
    session.commit()


def whose(session: Session) -> dict[int, str]:
    return {number: person_of(session, number).public_id for number in (1, 2, 3)}


def live_without_papers(session: Session) -> set[str]:
    mine = select(Authorship.person_id)
    return set(
        session.scalars(select(Person.public_id).where(Person.merged_into.is_(None), Person.id.not_in(mine)))
    )


def test_the_inner_of_two_merges_is_taken_back(session: Session) -> None:
    a, b, c = [person.public_id for person in three_names(session)]
    merge(session, find_person(session, b), find_person(session, c), DECISION)
    merge(session, find_person(session, a), find_person(session, b), DECISION)
    taken_back(session, b, c)
    for _ in range(2):
        assert whose(session) == {1: a, 2: a, 3: c}
        assert live_without_papers(session) == set()
        again(session)
    assert find_person(session, b).public_id == a


def test_merges_are_taken_back_in_the_order_they_were_made(session: Session) -> None:
    a, b, c = [person.public_id for person in three_names(session)]
    merge(session, find_person(session, a), find_person(session, b), DECISION)
    merge(session, find_person(session, c), find_person(session, a), DECISION)
    taken_back(session, a, b)
    assert whose(session) == {1: c, 2: b, 3: c}
    taken_back(session, c, a)
    for _ in range(2):
        assert whose(session) == {1: a, 2: b, 3: c}
        assert live_without_papers(session) == set()
        again(session)
    assert [find_person(session, one).public_id for one in (a, b, c)] == [a, b, c]


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(list(permutations(range(3), 2))), st.booleans()), max_size=6))
def test_however_merges_are_made_and_taken_back_ids_lead_to_papers(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[int, int], bool]]
) -> None:
    """A decision in force holds after a rebuild, and no id is left that leads to nothing."""
    with new_session(open_database(f"sqlite:///{tmp_path_factory.mktemp('hand')}/test.db")) as session:
        ids = [person.public_id for person in three_names(session)]
        for (one, other), back in steps:
            first, second = find_person(session, ids[one]), find_person(session, ids[other])
            try:
                if back:
                    taken_back(session, ids[one], ids[other])
                elif first.id != second.id:
                    merge(session, first, second, DECISION)
                    assert find_person(session, ids[one]).id == find_person(session, ids[other]).id
            except WrongPeople:
                continue
            session.commit()
            assert live_without_papers(session) == set()
        before = groups(session)
        resolve_everything(session, now=NOW + timedelta(days=6))
        session.commit()
        assert groups(session) == before
        assert live_without_papers(session) == set()


def test_what_a_decision_overrode_is_in_force_again_as_it_is_taken_back(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of sparse grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    one, other = person_of(session, 1), person_of(session, 2)
    ids = (one.public_id, other.public_id)
    keep_apart(session, one, other, DECISION)
    merge(session, one, other, DECISION)
    taken_back(session, *ids)
    assert open_doubts(session) == []
    # Now everything speaks for one person but what was said first.
    night(session, *(paper(number, "Jun Guo", *TEAM) for number in (1, 2, 3)), days=2)
    again(session)
    assert person_of(session, 1).id != person_of(session, 2).id


def test_a_split_taken_back_leaves_the_merge_before_it_in_force(session: Session) -> None:
    one, other = two_names(session)
    kept = one.public_id
    merge(session, one, other, DECISION)
    split(session, person_of(session, 1), [the_paper(session, 2), the_paper(session, 3)], DECISION)
    undo(session, find_lock(session, SPLIT, [kept]), DECISION)
    session.commit()
    again(session)
    assert {person_of(session, number).public_id for number in (1, 2, 3)} == {kept}


def test_a_split_taken_back_gives_nothing_to_whom_another_decision_tells_apart(session: Session) -> None:
    one, other = two_names(session)
    merge(session, one, other, DECISION)
    left = split(session, one, [the_paper(session, 1)], DECISION)
    kept, gone = (session.get_one(Person, each) for each in left.people)
    keep_apart(session, kept, gone, DECISION)
    undo(session, session.get_one(IdentityLock, left.lock), DECISION)
    for _ in range(2):
        assert person_of(session, 1).id != person_of(session, 2).id
        again(session)


def test_a_split_taken_back_puts_nobody_at_two_places_of_a_paper(session: Session) -> None:
    otis = author("Otis Quillfeather", 1, orcid="0000-0001-5000-0007")
    night(session, *(paper(number, otis, *TEAM) for number in (1, 2)), paper(3, "Otis Quillfeather", *TEAM))
    kept = person_of(session, 1).public_id
    assert person_of(session, 3).public_id == kept
    split(session, person_of(session, 1), [the_paper(session, 3)], DECISION)
    night(session, paper(3, "Otis Quillfeather", *TEAM, replace(otis, position=4)), days=2)
    assert person_of(session, 3, 4).public_id == kept != person_of(session, 3).public_id
    undo(session, find_lock(session, SPLIT, [kept]), DECISION)
    session.commit()
    assert person_of(session, 3, 4).public_id == kept != person_of(session, 3).public_id


def listed(session: Session, key: str, name: str) -> Person:
    """Somebody on no paper, known from a list that a recruiter imported."""
    login = Identifier(kind=IdentifierKind.GITHUB, value=key)
    url = f"https://list.example/{key}"
    save(session, PersonRecord(source="list:a", source_key=key, url=url, name=name, identifiers=(login,)))
    row = session.scalars(select(RecordRow).where(RecordRow.source_key == key)).one()
    return new_person(session, row, at=NOW)


def known_of(session: Session, person: Person) -> tuple[set[str], set[str], set[str]]:
    """The logins, the forms of the name and the profiles of somebody."""
    logins = select(PersonIdentifier.value).where(PersonIdentifier.person_id == person.id)
    names = select(PersonName.name).where(PersonName.person_id == person.id)
    profiles = select(RecordRow.source_key).where(RecordRow.person_id == person.id)
    return set(session.scalars(logins)), set(session.scalars(names)), set(session.scalars(profiles))


def test_what_somebody_brought_along_goes_back_with_them(session: Session) -> None:
    one, _ = two_names(session)
    other = listed(session, "annie", "Annie Smythe")
    ids = (one.public_id, other.public_id)
    before = [known_of(session, each) for each in (one, other)]
    merge(session, one, other, DECISION)
    session.commit()
    assert known_of(session, person_of(session, 1)) == (
        {"annie"},
        {"Ann Smithers", "Annie Smythe"},
        {"annie"},
    )
    taken_back(session, *ids)
    again(session)
    assert [known_of(session, find_person(session, each)) for each in ids] == before


def test_papers_go_to_somebody_who_was_on_none(session: Session) -> None:
    """The recruiter's own entry stays, whichever of the two is named first, and a night leaves it so."""
    _, other = two_names(session)
    one = listed(session, "annie", "Annie Smythe")
    ids = (one.public_id, other.public_id)
    before = [known_of(session, each) for each in (one, other)]
    papers = set(papers_of(session, other))
    merge(session, one, other, DECISION)
    for _ in range(2):
        assert papers_of(session, find_person(session, ids[0])) == papers
        assert find_person(session, ids[1]).public_id == find_person(session, ids[0]).public_id == ids[0]
        again(session)
    taken_back(session, *ids)
    assert papers_of(session, find_person(session, ids[1])) == papers
    assert papers_of(session, find_person(session, ids[0])) == set()
    assert [known_of(session, find_person(session, each)) for each in ids] == before


def test_who_lost_papers_by_hand_loses_the_names_on_them(session: Session) -> None:
    one, other = two_names(session)
    merge(session, one, other, DECISION)
    left = split(session, one, [the_paper(session, 1)], DECISION)
    kept, gone = (session.get_one(Person, each) for each in left.people)
    assert (kept.full_name, known_of(session, kept)[1]) == ("Ann Jones", {"Ann Jones"})
    assert (gone.full_name, known_of(session, gone)[1]) == ("Ann Smithers", {"Ann Smithers"})


def test_a_merge_is_taken_back_whose_papers_are_gone(session: Session) -> None:
    one, other = two_names(session)
    ids = (one.public_id, other.public_id)
    merge(session, one, other, DECISION)
    night(
        session,
        paper(2, "Ada Harrow", title="Sea ice, seen from above"),
        paper(3, "Ada Harrow", title="Sea ice, seen from below"),
        days=2,
    )
    taken_back(session, *ids)
    assert [find_person(session, each).public_id for each in ids] == list(ids)


def test_a_decision_undoes_none_about_others(session: Session) -> None:
    one, other = two_names(session)
    far, wide, away = (listed(session, key, f"{key.title()} Quux") for key in ("far", "wide", "away"))
    keep_apart(session, one, far, DECISION)
    keep_apart(session, wide, away, DECISION)
    merge(session, one, other, DECISION)
    merge(session, far, wide, DECISION)
    keep_apart(session, one, away, DECISION)
    assert [lock.kind for lock in active_locks(session)] == [APART, APART, MERGE, MERGE, APART]


def test_a_split_leaves_questions_about_others_open(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Guo", "Bo Rennquist", title="Tides of sparse grammar kernels"),
        paper(3, "Jun Guo", "Bo Rennquist", title="Tides of sparse kernels"),
        paper(4, "Jun Guo", "Bo Rennquist", title="Tides of grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    held_back = {person_of(session, 1).id, person_of(session, 2).id}
    assert undecided(session) == held_back
    split(session, person_of(session, 1), [the_paper(session, 4)], DECISION)
    session.commit()
    assert undecided(session) >= held_back


def test_said_to_be_different_is_not_asked_again(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of sparse grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    one, other = person_of(session, 1), person_of(session, 2)
    assert len(open_doubts(session)) == 1
    keep_apart(session, one, other, DECISION)
    session.commit()
    assert open_doubts(session) == []
    night(session, paper(3, "Jun Guo", *TEAM), days=2)
    again(session)
    assert person_of(session, 1).id != person_of(session, 2).id
    pairs = [{each["id"] for each in doubt["people"]} for doubt in told(session, open_doubts(session))]
    ids = {person_of(session, 1).public_id, person_of(session, 2).public_id}
    assert ids not in pairs
    lock = find_lock(session, APART, [one.public_id, other.public_id])
    undo(session, lock, DECISION)
    resolve_everything(session, now=NOW + timedelta(days=8))
    assert ids in [{each["id"] for each in doubt["people"]} for doubt in told(session, open_doubts(session))]


def test_what_cannot_be_done_is_said_in_a_sentence(session: Session) -> None:
    one, other = two_names(session)
    with pytest.raises(WrongPeople, match="not by"):
        split(session, one, [the_paper(session, 2)], DECISION)
    with pytest.raises(WrongPeople, match="no other papers"):
        split(session, one, [the_paper(session, 1)], DECISION)
    with pytest.raises(WrongPeople, match="one person already"):
        merge(session, one, one, DECISION)
    with pytest.raises(WrongPeople, match="nobody decided"):
        find_lock(session, MERGE, [one.public_id, other.public_id])


def test_show_tells_redirects_decisions_and_every_point(session: Session) -> None:
    person = one_of_two(session)
    told = identity_of(session, person)
    assert len(told["joins"]) == 2
    for join in told["joins"]:
        assert sum(point["weight"] for point in join["points"]) == pytest.approx(join["score"], abs=0.05)
        assert join["probability"] > 0.9
        assert "co-authors" in {point["kind"] for point in join["points"]}
    one, other = two_names_later(session)
    gone = other.public_id
    merge(session, one, other, DECISION)
    session.commit()
    told = identity_of(session, person_of(session, 11))
    assert [redirect["id"] for redirect in told["redirects"]] == [gone]
    assert [(each["kind"], each["by"], each["why"]) for each in told["decisions"]] == [
        ("merge", "rita", "asked her")
    ]
    assert [join["reason"] for join in told["joins"]] == ["merged by hand"]


def test_show_tells_of_a_circle_of_co_authors(session: Session) -> None:
    one, other = ("Brynhild Ottesen", "Casimir Wexelblat"), ("Desdemona Ravnkilde", "Eustace Quimby")
    night(
        session,
        paper(1, "Mohamed Ahmed", *one, title="Tides over rivers"),
        paper(2, "Mohamed Ahmed", *other, title="Ropes, knots and robots"),
        paper(3, *one, *other, title="A joint thing"),
        paper(4, one[1], other[0], title="Another joint thing"),
    )
    assert person_of(session, 1).id == person_of(session, 2).id
    (join,) = identity_of(session, person_of(session, 1))["joins"]
    assert join["reason"] == "the evidence"
    assert any("published together" in point["text"] for point in join["points"])


def two_names_later(session: Session) -> tuple[Person, Person]:
    night(
        session,
        paper(11, "Ann Smithers", *TEAM, title="Ropes, knots and robots"),
        paper(12, "Ann Jones", "Ada Harrow", title="Sea ice, seen from above"),
        days=1,
    )
    return person_of(session, 11), person_of(session, 12)
