"""Pages that people keep about themselves tell who they are, homepages included."""

import pytest
from invented_night import NOW, night, paper, person_of, save
from invented_night import author as printed
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import PersonRecord
from db.schema import Paper
from sourcing.identity.hand import Decision, split
from sourcing.people.describe import describe_people
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
