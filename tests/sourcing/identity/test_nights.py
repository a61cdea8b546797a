"""Who is who in the database: night after night, whole again, with ids that stay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from invented_night import NOW, author, groups, night, paper, papers_of, person_of, save
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.queries.find import find_person
from db.queries.spoken_for import undecided
from db.records import Identifier, IdentifierKind, PersonRecord
from db.schema import Authorship, MaybeSame, NameForm, NameFormKey, Person, PersonName
from sourcing.identity.blocks import MAX_FORMS
from sourcing.identity.night import resolve_everything
from sourcing.identity.rarity import shipped_stock
from sourcing.identity.stored import stock_of
from sourcing.identity.story import identity_of
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles

QUILL = ("Otis Quillfeather", "Bo Rennquist", "Cy Dunnmore")


def test_a_person_grows_and_keeps_the_id(session: Session) -> None:
    night(session, paper(1, *QUILL))
    before = person_of(session, 1).public_id
    outcome = night(session, paper(2, "Otis Quillfeather", "Bo Rennquist"), days=1)
    assert person_of(session, 2).public_id == before
    assert outcome.made == set()


def test_a_name_alone_joins_nobody(session: Session) -> None:
    night(
        session,
        paper(1, author("Wei Wang", 1, "Lakeshore University"), "Bo Rennquist"),
        paper(2, author("Wei Wang", 1, "Harbour Polytechnic"), "Cy Dunnmore", title="Sea ice, seen from far above"),
    )  # fmt: skip
    assert person_of(session, 1).id != person_of(session, 2).id


def test_forms_of_a_name_meet_whatever_night_they_come(session: Session) -> None:
    others = ("Bo Rennquist", "Cy Dunnmore")
    forms = ["María José Ferrándiz", "M. J. Ferrandiz", "Maria José Ferrándiz Olmo"]
    for day, form in enumerate(forms):
        night(session, paper(day + 1, form, *others), days=day)
    assert len({person_of(session, number).id for number in (1, 2, 3)}) == 1
    person = person_of(session, 1)
    assert person.full_name == "María José Ferrándiz"
    printed = session.scalars(select(PersonName.name).where(PersonName.person_id == person.id)).all()
    assert set(printed) == set(forms)


def test_a_longer_family_name_in_another_record_of_a_paper_is_found_again(session: Session) -> None:
    printed = paper(1, "Ann Smithers", "Bo Rennquist", title="Sea ice, seen from above by many")
    longer = replace(
        paper(1, "Ann Jones-Smithers", "Bo Rennquist", title=printed.title),
        source="pmlr",
        source_key="smithers26",
    )
    night(session, printed)
    night(session, longer, days=1)
    variants = session.scalars(select(Authorship.variants).where(Authorship.position == 1)).one()
    assert list(variants) == ["Ann Jones-Smithers"]
    night(
        session,
        paper(2, "Ann Jones-Smithers", "Bo Rennquist"),
        paper(3, "Ann Smithers", "Bo Rennquist"),
        days=2,
    )
    assert person_of(session, 1).id == person_of(session, 2).id == person_of(session, 3).id


def test_a_record_in_its_own_script_says_how_a_name_is_written_there(session: Session) -> None:
    title = "Sea ice, seen from above by many"
    latin = paper(1, "Wei Quillwang Wang", "Bo Rennquist", title=title)
    own = replace(paper(1, "王伟", "Bo Rennquist", title=title), source="pmlr", source_key="wang26")
    night(session, latin)
    night(session, own, days=1)
    night(session, paper(2, "王伟", "Bo Rennquist"), paper(3, "Wei Quillwang Wang", "Bo Rennquist"), days=2)
    assert person_of(session, 1).id == person_of(session, 2).id == person_of(session, 3).id
    before = groups(session)
    resolve_everything(session, now=NOW)
    assert groups(session) == before


def test_a_record_in_its_own_script_with_another_family_name_names_somebody_else(session: Session) -> None:
    title = "Sea ice, seen from above by many"
    night(session, paper(1, "Fang Li", "Bo Rennquist", title=title))
    night(
        session,
        replace(paper(1, "王伟", "Bo Rennquist", title=title), source="pmlr", source_key="w26"),
        days=1,
    )
    night(session, paper(2, "王伟", "Bo Rennquist"), days=2)
    assert person_of(session, 1).id != person_of(session, 2).id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Min-Jun Kim", "MJ Kim"),
        ("Min-Jun Kim", "Kim Min Jun"),
        ("M. J. Kim", "Kim Min Jun"),
        ("Takumi Sato", "Satō Takumi"),
        ("Takumi Sato", "T. Satoh"),
        ("S. Quillkrishnan", "Quillkrishnan S"),
    ],
)
def test_another_form_of_a_name_is_found_by_a_night(session: Session, first: str, second: str) -> None:
    others = ("Bo Rennquist", "Cy Dunnmore")
    for one, other in ((first, second), (second, first)):
        start = 1 + 2 * (one == second)
        night(session, paper(start, one, *others), days=start)
        night(session, paper(start + 1, other, *others), days=start + 1)
    assert len({person_of(session, number).id for number in (1, 2, 3, 4)}) == 1


def test_an_orcid_that_is_printed_beside_two_authors_is_not_told_as_the_reason(session: Session) -> None:
    orcid = "0000-0001-5000-0007"
    both = author("Ada Quillgray", 1, orcid=orcid), author("Bo Rennquist", 2, orcid=orcid)
    night(session, paper(1, *both, title="Sea ice by radar"), paper(2, *both, title="Sea ice by sonar"))
    ada = person_of(session, 1)
    assert ada.id == person_of(session, 2).id != person_of(session, 1, 2).id
    (join,) = identity_of(session, ada)["joins"]
    assert join["reason"] == "the evidence"


def test_names_are_rarer_among_few_than_among_all_who_are_stored(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sourcing.identity.stored.shipped_stock", lambda: replace(shipped_stock(), people=3))
    growths = []
    for number, name in enumerate(
        ("Ada Quillgray", "Otis Quillfeather", "Otis Quillfeather", "Cy Dunnmore"), 1
    ):
        night(session, paper(number, name, f"Bo Renn{'aeiou'[number]}quist", "Edda Voss"), days=number)
        growths.append(stock_of(session).growth)
    assert growths == [1, 1, 2, 2]
    resolve_everything(session, now=NOW)
    assert stock_of(session).growth == 2


def test_initials_meet_their_name_on_a_night_however_many_share_them(session: Session) -> None:
    ends = ("an", "en", "in", "on", "un", "ar", "er", "ir", "or", "ur")
    names = [f"Y{vowel}{letter}{end}" for vowel in "aeiou" for letter in "bdfgklmnp" for end in ends]
    helpers = [f"Hel{names[at].lower()} Brqvist" for at in range(len(names))]
    crowd = [
        paper(100 + at, f"{name} Wangberg", helpers[at], title=f"Thing {at} of its own")
        for at, name in enumerate(names)
    ]
    others = [paper(5000 + at, f"{names[at]} Stoneman", title=f"Other {at} thing") for at in range(300)]
    night(session, *crowd, *others)
    night(session, paper(1, "Y. Wangberg", helpers[7], title="Thing 7 of its own, continued"), days=1)
    assert len(names) > MAX_FORMS
    assert person_of(session, 1).id == person_of(session, 107).id


def test_a_rebuild_lets_forms_meet_that_an_earlier_version_entered_elsewhere(session: Session) -> None:
    others = ("Bo Rennquist", "Cy Dunnmore")
    crowd = [
        f"{given} Dunnmore" for given in ("Ada", "Edwin", "Ines", "Oona", "Ulf", "Yrsa", "Zeno", "Kim", "Pia")
    ]
    night(session, paper(1, "María José Ferrándiz", *others), paper(3, *crowd))
    session.execute(update(NameFormKey).values(key=-NameFormKey.key))
    resolve_everything(session, now=NOW)
    night(session, paper(2, "M. J. Ferrandiz", *others), days=1)
    assert person_of(session, 1).id == person_of(session, 2).id


def test_a_night_meets_names_that_an_earlier_version_took_apart_otherwise(session: Session) -> None:
    """Their keys are made anew at once, and they are compared with whom they could not meet before."""
    printed, old = "Wen Quillxu (徐文)", "wen quillxu 徐文"
    night(session, paper(1, "Wen Quillxu", *QUILL[1:]), paper(2, printed, *QUILL[1:]))
    then = Person(
        public_id="p-old", full_name=printed, name_key=old, origins={}, first_seen=NOW, last_seen=NOW
    )
    session.add(then)
    session.flush()
    row = session.scalars(select(Authorship).where(Authorship.name == printed)).one()
    row.name_key, row.person_id = old, then.id
    session.execute(update(NameForm).where(NameForm.name_key == "").values(form="0"))
    session.commit()
    night(session, days=1)
    assert set(session.scalars(select(Authorship.name_key).where(Authorship.position == 1))) == {
        "wen quillxu"
    }
    assert person_of(session, 1).id == person_of(session, 2).id
    assert "p-old" in {each["id"] for each in identity_of(session, person_of(session, 1))["redirects"]}
    before = groups(session)
    assert not night(session, days=2).touched
    assert groups(session) == before


@pytest.mark.parametrize("rebuild", [False, True])
def test_the_second_place_of_a_list_that_names_one_twice_is_left_to_itself_for_good(
    session: Session, rebuild: bool
) -> None:
    """A later night does not take it for somebody whom the first place has to do without."""
    night(session, paper(1, "Abel Quillfeather", "Abel M. Quillfeather", *QUILL[1:]))
    first, second = person_of(session, 1), person_of(session, 1, 2)
    night(session, paper(2, "Abel Quillfeather", *QUILL[1:]), days=1)
    night(session, paper(3, "Abel M. Quillfeather", *QUILL[1:]), days=2)
    if rebuild:
        resolve_everything(session, now=NOW)
    assert groups(session) >= {frozenset({"1#1", "2#1", "3#1"}), frozenset({"1#2"})}
    assert person_of(session, 3).id == first.id != second.id


def test_initials_do_not_chain_two_people(session: Session) -> None:
    together = ("Bo Rennquist", "Cy Dunnmore")
    night(
        session,
        paper(1, "Otis Quillfeather", *together),
        paper(2, "Olga Quillfeather", *together),
        paper(3, "O. Quillfeather", *together),
    )
    assert person_of(session, 1).id != person_of(session, 2).id


def test_the_same_orcid_is_one_person_and_two_are_two(session: Session) -> None:
    night(
        session,
        paper(1, author("Ann Smithers", 1, orcid="0000-0001-5000-0007")),
        paper(2, author("Ann Jones-Smithers", 1, orcid="0000-0001-5000-0007")),
        paper(3, author("Ann Smithers", 1, orcid="0000-0001-5000-0015"), "Bo Rennquist"),
        paper(4, author("Ann Smithers", 1, orcid="0000-0001-5000-0007"), "Bo Rennquist"),
    )
    assert person_of(session, 1).id == person_of(session, 2).id == person_of(session, 4).id
    assert person_of(session, 3).id != person_of(session, 1).id


def test_an_orcid_finds_its_owner_on_a_later_night_under_another_name(session: Session) -> None:
    night(session, paper(1, author("Ann Smithers", 1, orcid="0000-0001-5000-0007")))
    from sourcing.people.profiles import attach_profiles

    attach_profiles(session, now=NOW)
    night(session, paper(2, author("Ann Jones", 1, orcid="0000-0001-5000-0007")), days=1)
    assert person_of(session, 1).id == person_of(session, 2).id


def test_a_profile_owns_several_ids_and_a_published_address(session: Session) -> None:
    def profile(key: str, *ids: str, email: str | None = None) -> PersonRecord:
        return PersonRecord(
            source="openreview", source_key=key, url=f"https://openreview.example/profile?id={key}",
            name="Wei Wang", email=email, email_url="https://wei.example/" if email else None,
            identifiers=tuple(Identifier(kind=IdentifierKind.OPENREVIEW, value=one) for one in ids),
        )  # fmt: skip

    save(
        session,
        profile("~Wei_Wang1", "~Wei_Wang1", "~Wei_Wang7"),
        profile("~Wei_Wang3", "~Wei_Wang3", email="wei@wei.example"),
        profile("~Wei_Wang9", "~Wei_Wang9", email="wei@wei.example"),
    )
    night(
        session,
        *(
            paper(number, author("Wei Wang", 1, openreview=f"~Wei_Wang{number}"), title=title)
            for number, title in (
                (1, "Sea ice, seen from above"), (7, "Kernels without tears"),
                (3, "A grammar of tides"), (9, "Ropes, knots and robots"),
            )
        ),
    )  # fmt: skip
    assert person_of(session, 1).id == person_of(session, 7).id
    assert person_of(session, 3).id == person_of(session, 9).id
    assert person_of(session, 1).id != person_of(session, 3).id


def test_who_is_unsure_is_asked_about_and_not_exported(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Guo", title="Tides of sparse grammar kernels"),
        paper(2, "Jun Guo", title="Ropes, knots and robots"),
    )
    one, other = person_of(session, 1), person_of(session, 2)
    assert one.id != other.id
    doubt = session.scalars(select(MaybeSame)).one()
    assert {doubt.person_id, doubt.other_id} == {one.id, other.id} == undecided(session)
    assert sum(reason["weight"] or 0 for reason in doubt.evidence) == pytest.approx(0, abs=6)


def test_all_at_once_gives_what_night_by_night_gave(session: Session) -> None:
    world = [
        paper(1, *QUILL), paper(2, "O. Quillfeather", "Bo Rennquist"), paper(3, "Wei Wang", "Bo Rennquist"),
        paper(4, "Wei Wang", "Ada Harrow", title="Sea ice, seen from above"), paper(5, "Cy Dunnmore", "Bo Rennquist"),
        paper(6, "Otis Quillfeather", "Cy Dunnmore"), paper(7, "Wei Wang", "Ada Harrow", "Bo Rennquist"),
    ]  # fmt: skip
    for day, one in enumerate(world):
        night(session, one, days=day)
    before = groups(session)
    ids = {number: person_of(session, number).public_id for number in range(1, 8)}
    resolve_everything(session, now=NOW + timedelta(days=9))
    session.commit()
    assert groups(session) == before
    assert {number: person_of(session, number).public_id for number in range(1, 8)} == ids


def test_two_who_turn_out_to_be_one_leave_no_id_behind(session: Session) -> None:
    night(session, paper(1, "Otis Quillfeather"), paper(2, "Otis Quillfeather", title="Sea ice"))
    ids = {person_of(session, 1).public_id, person_of(session, 2).public_id}
    both = author("Otis Quillfeather", 1, orcid="0000-0001-5000-0007")
    night(session, paper(1, both, "Bo Rennquist"), paper(2, both, title="Sea ice"), days=1)
    resolve_everything(session, now=NOW + timedelta(days=2))
    session.commit()
    person = person_of(session, 1)
    assert person_of(session, 2).id == person.id
    assert {find_person(session, one).id for one in ids} == {person.id}


def test_the_orcid_says_who_keeps_the_id_where_papers_do_not(session: Session) -> None:
    others = ("Bo Rennquist", "Cy Dunnmore")
    first, other = "0000-0001-5000-0007", "0000-0001-5000-0015"
    night(session, *(paper(number, "Otis Quillfeather", *others) for number in (1, 2, 3)))
    night(
        session,
        paper(1, author("Otis Quillfeather", 1, orcid=first), *others),
        paper(2, author("Otis Quillfeather", 1, orcid=other), *others),
        days=1,
    )
    ids = [person_of(session, number).public_id for number in (1, 2)]
    assert ids[0] != ids[1] == person_of(session, 3).public_id
    resolve_everything(session, now=NOW + timedelta(days=2))
    assert person_of(session, 3).public_id == ids[0], "the third is as like the one as the other"
    assert [person_of(session, number).public_id for number in (1, 2)] == ids


def test_a_page_that_names_two_people_is_no_news_of_them_every_night(session: Session) -> None:
    both = tuple(Identifier(kind=IdentifierKind.OPENREVIEW, value=one) for one in ("~Jun1", "~Ann1"))
    night(
        session,
        paper(1, author("Jun Guo", 1, openreview="~Jun1")),
        paper(2, author("Ann Smithers", 1, openreview="~Ann1"), title="Sea ice"),
        PersonRecord(
            source="openreview", source_key="~Lab1", url="https://openreview.example/lab", name="A Lab",
            identifiers=both,
        ),
    )  # fmt: skip
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    outcome = night(session, days=1)
    assert outcome.touched == set()
    assert {person_of(session, number).last_seen for number in (1, 2)} == {NOW}


def test_saving_the_same_night_again_changes_nobody(session: Session) -> None:
    night(session, paper(1, *QUILL), paper(2, "Otis Quillfeather", "Bo Rennquist"))
    before = {number: person_of(session, number).public_id for number in (1, 2)}
    people = session.scalar(select(func.count()).select_from(Person))
    outcome = night(session, paper(1, *QUILL), paper(2, "Otis Quillfeather", "Bo Rennquist"), days=1)
    assert outcome.given == 0
    assert {number: person_of(session, number).public_id for number in (1, 2)} == before
    assert session.scalar(select(func.count()).select_from(Person)) == people
    assert papers_of(session, person_of(session, 1)) == {"arXiv:2611.00001", "arXiv:2611.00002"}
