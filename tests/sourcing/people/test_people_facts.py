"""Profiles given to people by identifier, and what is then known of them, each fact with where it is from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.show import show
from db.records import (
    Achievement,
    Author,
    Identifier,
    IdentifierKind,
    Page,
    PaperRecord,
    PersonRecord,
    Record,
)
from db.schema import (
    AchievementRow,
    Authorship,
    Person,
    PersonIdentifier,
    PersonName,
    ProfileMatch,
    RecordRow,
)
from db.store import save_page
from db.store.profiles import attach_profile
from db.suppression import Suppressor
from sourcing.identity.night import resolve_pending
from sourcing.people.describe import describe_people
from sourcing.people.profiles import PRINTED, attach_profiles

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ORCID = Identifier(kind=IdentifierKind.ORCID, value="0000-0002-1825-0097")
TILDE = Identifier(kind=IdentifierKind.OPENREVIEW, value="~Ada_Quill1")
PAPER = PaperRecord(
    source="openreview",
    source_key="abc",
    url="https://openreview.net/forum?id=abc",
    title="Slow Gradients for Quick Learners",
    published=NOW - timedelta(days=400),
    authors=(
        Author(name="Ada Quill", position=1, affiliations=("Universität Hochtal",), identifiers=(TILDE,)),
    ),
)
PROFILE = PersonRecord(
    source="openreview",
    source_key="~Ada_Quill1",
    url="https://openreview.net/profile?id=~Ada_Quill1",
    name="Ada M. Quill",
    given="Ada M.",
    family="Quill",
    identifiers=(TILDE, ORCID),
    affiliations=("Google Research", "Universität Hochtal"),
    country="CH",
    homepage="https://quill.example/",
    headline="Research scientist",
)
AT_ORCID = PersonRecord(
    source="orcid",
    source_key=ORCID.value,
    url=f"https://orcid.org/{ORCID.value}",
    name="Ada Quill",
    identifiers=(ORCID,),
    email="ada@quill.example",
    email_url=f"https://orcid.org/{ORCID.value}",
)


def save(session: Session, *records: Record, at: datetime = NOW) -> None:
    page = Page(source="test", url="https://example.org", fetched_at=at, terms="CC0", records=records)
    save_page(session, page, suppressor=Suppressor(b"k" * 32))


def resolved(session: Session) -> Person:
    """What the resolve stage does with the one author of the paper."""
    mention = session.scalars(select(Authorship)).one()
    person = Person(
        public_id="p-1",
        full_name=mention.name,
        name_key=mention.name_key,
        origins={},
        first_seen=NOW,
        last_seen=NOW,
    )
    session.add(person)
    session.flush()
    mention.person_id = person.id
    session.add(PersonName(person_id=person.id, name=mention.name, name_key=mention.name_key))
    session.flush()
    return person


def test_profiles_follow_the_identifiers_from_paper_to_profile_to_profile(session: Session) -> None:
    save(session, PAPER, AT_ORCID, PROFILE)
    person = resolved(session)
    done = attach_profiles(session, now=NOW)
    assert (done.identifiers, done.profiles) == (1, 2)  # ORCID's by what OpenReview's brought
    assert attach_profiles(session, now=NOW).profiles == 0
    assert set(session.scalars(select(PersonIdentifier.value))) == {"~Ada_Quill1", ORCID.value}
    assert set(session.scalars(select(RecordRow.person_id).where(RecordRow.kind == "person"))) == {person.id}
    assert describe_people(session, now=NOW) == 1
    assert (person.affiliation, person.sector, person.country) == ("Google Research", "industry", "CH")
    assert (person.homepage, person.headline, person.given) == (
        "https://quill.example/",
        "Research scientist",
        "Ada M.",
    )
    assert (person.email, person.email_url) == ("ada@quill.example", AT_ORCID.email_url)
    assert person.first_paper_year == PAPER.published.year if PAPER.published else None
    source = {row.id: row.source for row in session.scalars(select(RecordRow))}
    assert {name: source[origin] for name, origin in person.origins.items()} == {
        "affiliation": "openreview", "country": "openreview", "sector": "openreview", "homepage": "openreview",
        "headline": "openreview", "given": "openreview", "family": "openreview", "email": "orcid",
        "email_url": "orcid",
    }  # fmt: skip
    assert describe_people(session, now=NOW) == 0


def test_a_newer_paper_says_where_somebody_is_now(session: Session) -> None:
    newer = replace(PAPER, published=NOW + timedelta(days=30))
    save(session, newer, PROFILE)
    person = resolved(session)
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    assert (person.affiliation, person.sector) == ("Universität Hochtal", "academia")


def test_an_address_without_the_page_that_publishes_it_is_not_taken(session: Session) -> None:
    save(session, PAPER, replace(PROFILE, email="ada@hidden.example"))
    person = resolved(session)
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    assert person.email is None


def test_a_fact_goes_when_its_record_goes(session: Session) -> None:
    save(session, PAPER, PROFILE)
    person = resolved(session)
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    profile = session.scalars(select(RecordRow).where(RecordRow.kind == "person")).one()
    profile.deleted = True
    session.flush()
    describe_people(session, now=NOW)
    assert (person.homepage, person.headline) == (None, None)
    assert "homepage" not in person.origins
    assert person.affiliation == "Universität Hochtal"


def test_a_namesakes_profile_is_nobodys_unless_more_speaks_for_it(session: Session) -> None:
    stranger = replace(PROFILE, source_key="~Ada_Quill9", identifiers=(), affiliations=("Lakeside Ltd",))
    neighbour = replace(
        PROFILE,
        source_key="~Ada_Quill8",
        identifiers=(),
        affiliations=("Universität Hochtal",),
        name="Ada Quill",
    )
    save(session, PAPER, stranger, neighbour)
    resolved(session)
    assert attach_profiles(session, now=NOW).profiles == 0
    question = session.scalars(select(ProfileMatch)).one()
    asked = session.get_one(RecordRow, question.record_id)
    assert asked.source_key == "~Ada_Quill8"
    assert [one["text"] for one in question.evidence] == ["the same name", "the same affiliation"]


def test_an_identifier_goes_with_the_mention_that_printed_it(session: Session) -> None:
    save(session, PAPER)
    resolved(session)
    attach_profiles(session, now=NOW)
    session.scalars(select(Authorship)).one().person_id = None
    attach_profiles(session, now=NOW)
    assert session.scalars(select(PersonIdentifier)).all() == []


def test_what_a_page_says_too_may_be_passed_on_though_linkedin_said_it_first(session: Session) -> None:
    save(session, PAPER)
    person = resolved(session)
    attach_profiles(session, now=NOW)
    exported = PersonRecord(
        source="linkedin", source_key="ada", url="https://www.linkedin.com/in/ada", name="Ada Quill",
        identifiers=(TILDE, ORCID),
    )  # fmt: skip
    save(session, exported)
    row = session.scalars(select(RecordRow).where(RecordRow.source == "linkedin")).one()
    attach_profile(session, row, person, reason="the same OpenReview profile")
    sources = select(PersonIdentifier.source).where(PersonIdentifier.kind == "orcid")
    assert session.scalars(sources).all() == ["linkedin"]
    save(session, PROFILE)
    attach_profiles(session, now=NOW)
    assert session.scalars(sources).all() == ["openreview"]


def test_an_orcid_at_two_places_of_one_paper_is_nobodys_until_it_is_put_right(session: Session) -> None:
    def authors(*orcids: str) -> tuple[Author, ...]:
        return tuple(
            Author(
                name=name,
                position=place,
                identifiers=(Identifier(kind=IdentifierKind.ORCID, value=orcid),) if orcid else (),
            )
            for place, (name, orcid) in enumerate(zip(("Ada Quill", "Bo Renn"), orcids, strict=True), 1)
        )

    save(session, replace(PAPER, authors=authors(ORCID.value, ORCID.value)), AT_ORCID)
    resolve_pending(session, now=NOW)
    attach_profiles(session, now=NOW)
    assert session.scalars(select(PersonIdentifier)).all() == []
    assert session.scalars(select(RecordRow.person_id).where(RecordRow.source == "orcid")).all() == [None]

    save(session, replace(PAPER, authors=authors(ORCID.value, "")), at=NOW + timedelta(days=1))
    touched = resolve_pending(session, now=NOW).marked
    attach_profiles(session, now=NOW, person_ids=touched)
    [ada] = session.scalars(select(Person).where(Person.full_name == "Ada Quill"))
    assert {one.person_id for one in session.scalars(select(PersonIdentifier))} == {ada.id}

    save(session, replace(PAPER, authors=authors(ORCID.value, ORCID.value)), at=NOW + timedelta(days=2))
    touched = resolve_pending(session, now=NOW).marked
    attach_profiles(session, now=NOW, person_ids=touched)
    shown = show(session, ada)["identifiers"]
    assert [one["reason"] for one in shown if one["reason"] == PRINTED] == []


def test_an_earlier_achievement_finds_its_person_later(session: Session) -> None:
    prize = Achievement(
        source="feeds", source_key="1", url="https://quill.example/post", kind="post", rung="breadth",
        title="A Survey of Slowness", person_name="Ada Quill", identifiers=(TILDE,),
    )  # fmt: skip
    save(session, PAPER, prize)
    person = resolved(session)
    assert attach_profiles(session, now=NOW).achievements == 1
    assert session.scalars(select(AchievementRow.person_id)).all() == [person.id]
