"""Pages that people keep about themselves tell who they are, homepages included."""

import pytest
from invented_night import NOW, night, paper, person_of, save
from invented_night import author as printed
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Identifier, IdentifierKind, PaperRecord, PersonRecord
from db.schema import Paper, Person, PersonIdentifier, PersonName, ProfileMatch
from db.store.profiles import decide
from db.store.undescribed import undescribed
from sourcing.identity.hand import Decision, merge, split
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.phase import changed_people
from sourcing.people.describe import describe_people
from sourcing.people.detaching import let_own_pages_go
from sourcing.people.own_pages import OWN_PAGES
from sourcing.people.profiles import attach_profiles
from spiders.parsing import homepage, openreview, orcid
from spiders.registry import SOURCES

MAIL = "jun@zhang.example"


def page(url: str, profile: str) -> PersonRecord:
    """Jun Zhang's homepage, as parsed: it publishes an address and links to an OpenReview profile."""
    html = (
        f'<html><h1>Jun Zhang</h1><a href="https://openreview.net/profile?id={profile}">reviews</a>'
        f'<a href="mailto:{MAIL}">write to me</a></html>'
    )
    (found,) = homepage.parse_homepage(html.encode(), url=url).records
    assert isinstance(found, PersonRecord)
    return found


def test_own_pages_are_called_as_their_parsers_call_them() -> None:
    assert set(OWN_PAGES) == {orcid.SOURCE, openreview.SOURCE, homepage.SOURCE}
    assert set(OWN_PAGES) <= {source.name for source in SOURCES}


def test_two_homepages_with_one_published_address_are_one_persons(session: Session) -> None:
    save(session, page("https://jun.example/", "~Jun_Zhang1"), page("https://zhang.example/", "~Jun_Zhang7"))
    night(
        session,
        paper(1, printed("Jun Zhang", 1, openreview="~Jun_Zhang1"), title="Sea ice, seen from above"),
        paper(2, printed("Jun Zhang", 1, openreview="~Jun_Zhang7"), title="Kernels without tears"),
    )
    assert person_of(session, 1).id == person_of(session, 2).id


def test_a_homepage_that_comes_later_meets_the_one_before_it(session: Session) -> None:
    stage(
        session,
        paper(1, printed("Jun Zhang", 1, openreview="~Jun_Zhang1"), title="Sea ice, seen from above"),
        paper(2, printed("Jun Zhang", 1, openreview="~Jun_Zhang7"), title="Kernels without tears"),
        page("https://jun.example/", "~Jun_Zhang1"),
    )
    assert person_of(session, 1).id != person_of(session, 2).id
    stage(session, page("https://zhang.example/", "~Jun_Zhang7"), day=1)
    assert person_of(session, 1).id == person_of(session, 2).id


@pytest.mark.parametrize("theirs", [1, 2])
def test_a_homepage_goes_where_its_identifiers_go_when_papers_are_parted(
    session: Session, theirs: int
) -> None:
    night(
        session,
        paper(1, printed("Jun Zhang", 1, openreview="~Jun_Zhang1"), "Bo Rennquist", title="Ropes of ice"),
        paper(2, printed("Jun Zhang", 1, openreview="~Jun_Zhang2"), "Bo Rennquist", title="Ropes of sea ice"),
        page("https://jun.example/", f"~Jun_Zhang{theirs}"),
    )
    attach_profiles(session, now=NOW)
    describe_people(session, now=NOW)
    both = person_of(session, 1)
    assert (both.id, both.email) == (person_of(session, 2).id, MAIL)
    second = session.scalars(select(Paper).where(Paper.arxiv_id == "2611.00002")).one()
    split(session, both, [second], Decision(by="rita", at=NOW))
    addresses = {number: person_of(session, number).email for number in (1, 2)}
    assert addresses == {number: MAIL if number == theirs else None for number in (1, 2)}


def profile(name: str, *ids: str, login: str = "", source: str = "openreview") -> PersonRecord:
    """A page under ``~Jun_Zhang1`` that names these OpenReview ids, a login and an address."""
    told = [(IdentifierKind.OPENREVIEW, one) for one in ids]
    told += [(IdentifierKind.GITHUB, login)] if login else []
    return PersonRecord(
        source=source, source_key="~Jun_Zhang1", url="https://page.example/1", name=name, email=MAIL,
        email_url="https://page.example/1", affiliations=("Lakeshore University",),
        identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in told),
    )  # fmt: skip


def stage(
    session: Session, *records: PaperRecord | PersonRecord, day: int = 0, rebuild: bool = False
) -> None:
    """A night as the resolve phase runs it."""
    save(session, *records, days=day)
    outcome = (resolve_everything if rebuild else resolve_pending)(session, now=NOW)
    people = None if rebuild else changed_people(outcome)
    let_own_pages_go(session, outcome.shrunk)
    attach_profiles(session, now=NOW, person_ids=people)
    describe_people(
        session, now=NOW, person_ids=None if people is None else sorted(people | undescribed(session))
    )
    session.commit()


def known_of(session: Session, person: Person) -> tuple[str | None, set[str], set[str]]:
    """The address, the logins and the forms of the name of somebody."""
    logins = select(PersonIdentifier.value).where(
        PersonIdentifier.person_id == person.id, PersonIdentifier.kind == "github"
    )
    names = select(PersonName.name).where(PersonName.person_id == person.id)
    session.refresh(person)
    return person.email, set(session.scalars(logins)), set(session.scalars(names))


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_page_goes_along_with_whom_a_night_merges(session: Session, rebuild: bool) -> None:
    stage(
        session,
        paper(1, "Jun Zhang", title="Sea ice, seen from above"),
        paper(2, printed("Jun Zhang", 1, openreview="~Jun_Zhang1"), title="Kernels without tears"),
        profile("Jun Q. Zhang", "~Jun_Zhang1", login="junz"),
    )
    first = person_of(session, 1)
    assert first.email is None
    theirs = printed("Jun Zhang", 1, openreview="~Jun_Zhang1")
    stage(session, paper(1, theirs, title="Sea ice, seen from above"), day=1, rebuild=rebuild)
    assert person_of(session, 2).id == first.id
    assert known_of(session, first) == (MAIL, {"junz"}, {"Jun Zhang", "Jun Q. Zhang"})


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_page_leaves_whom_nothing_leads_to_it_any_more(session: Session, rebuild: bool) -> None:
    misprinted = printed("Otis Zhang", 1, openreview="~Jun_Zhang1")
    stage(
        session,
        paper(1, misprinted, title="Sea ice, seen from above"),
        paper(2, "Jun Quux", title="Kernels without tears"),
        profile("Jun Quux", "~Jun_Zhang1", login="junz"),
    )
    assert known_of(session, person_of(session, 1))[0] == MAIL
    stage(
        session,
        paper(1, "Otis Zhang", title="Sea ice, seen from above"),
        paper(2, printed("Jun Quux", 1, openreview="~Jun_Zhang1"), title="Kernels without tears"),
        day=1,
        rebuild=rebuild,
    )
    assert known_of(session, person_of(session, 1)) == (None, set(), {"Otis Zhang"})
    assert known_of(session, person_of(session, 2)) == (MAIL, {"junz"}, {"Jun Quux"})


def test_a_page_goes_with_the_papers_that_a_night_takes_from_somebody(session: Session) -> None:
    def otis(number: int, orcid: str = "", openreview: str = "") -> PaperRecord:
        name = printed("Otis Zhang", 1, orcid=orcid, openreview=openreview)
        return paper(number, name, "Bo Rennquist", "Cy Dunnmore")

    stage(session, otis(1), otis(3), otis(2, openreview="~Jun_Zhang1"), profile("Otis Zhang", "~Jun_Zhang1"))
    assert person_of(session, 1).id == person_of(session, 2).id
    assert person_of(session, 1).email == MAIL
    first, other = "0000-0001-5000-0007", "0000-0001-5000-0015"
    stage(session, otis(1, first), otis(3, first), otis(2, other, "~Jun_Zhang1"), day=1)
    assert person_of(session, 1).id != person_of(session, 2).id
    assert [person_of(session, number).email for number in (1, 2)] == [None, MAIL]


@pytest.mark.parametrize("login", ["junz", ""])
@pytest.mark.parametrize("rebuild", [False, True])
def test_what_a_page_names_otherwise_is_known_otherwise(session: Session, rebuild: bool, login: str) -> None:
    theirs = printed("Jun Zhang", 1, openreview="~Jun_Zhang1")
    stage(session, paper(1, theirs), profile("Jun Zhang", "~Jun_Zhang1", login="mistyped"))
    stage(session, profile("Jun Zhang", "~Jun_Zhang1", login=login), day=1, rebuild=rebuild)
    assert known_of(session, person_of(session, 1)) == (MAIL, {login} - {""}, {"Jun Zhang"})


@pytest.mark.parametrize("rebuild", [False, True])
def test_what_several_authors_of_a_paper_bear_is_nobodys(session: Session, rebuild: bool) -> None:
    orcid = "0000-0001-5000-0007"
    twice = [printed(name, place, orcid=orcid) for place, name in enumerate(("Jun Zhang", "Ada Harrow"), 1)]
    stage(session, paper(1, *twice), paper(2, "Otis Quillfeather", title="Ropes, knots and robots"))
    stage(session, paper(1, *twice, "Bo Rennquist"), day=1, rebuild=rebuild)
    bears = select(PersonIdentifier.person_id).where(PersonIdentifier.value == orcid)
    assert session.scalars(bears).all() == []
    assert resolve_pending(session, now=NOW).touched == set()
    stage(session, paper(1, twice[0], "Ada Harrow", "Bo Rennquist"), day=2)
    assert session.scalars(bears).all() == [person_of(session, 1).id]


@pytest.mark.parametrize("decision", ["merge", "split"])
def test_whose_a_page_is_by_a_recruiters_word_it_stays(session: Session, decision: str) -> None:
    ann = printed("Ann Smithers", 1, "Lakeshore University")
    stage(
        session,
        paper(1, ann, "Bo Rennquist"),
        paper(2, ann, "Bo Rennquist", title="Another thing"),
        paper(3, "Ann Jones", title="Ropes, knots and robots"),
        profile("Ann Smithers", login="annie", source="homepages"),
    )
    question = session.scalars(select(ProfileMatch)).one()
    decide(session, question.id, same=True, at=NOW, by="rita")
    one, rita = person_of(session, 1), Decision(by="rita", at=NOW)
    if decision == "merge":
        merge(session, one, person_of(session, 3), rita)
    else:
        split(session, one, list(session.scalars(select(Paper).where(Paper.arxiv_id == "2611.00002"))), rita)
    session.commit()
    assert known_of(session, person_of(session, 1))[:2] == (MAIL, {"annie"})
