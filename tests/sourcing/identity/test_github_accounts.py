"""Whose account it is: confirmed by a profile or by commits under the full name, probable by login, else unknown."""

from datetime import datetime

import pytest
from invented_night import NOW, author, night, paper, person_of, save
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Identifier, IdentifierKind, ImplementationKind, PersonRecord
from db.schema import Implementation, Paper, PersonIdentifier, RecordRow, Repository
from db.store.repositories import ensure_repository
from ranking.code_quality.tree import AuthorShare, CommitFacts
from sourcing.identity.github import save_confirmed_accounts, save_probable_accounts
from sourcing.people.profiles import attach_profiles

TEAM = ("Otis Quillfeather", "Bo Rennquist", "Olga Quillfeather")


def repository(session: Session, owner: str, *, person: bool | None = True, number: int = 1) -> Repository:
    row = ensure_repository(session, f"github.com/{owner.lower()}/tides", at=NOW)
    row.owner, row.owner_is_person = owner, person
    paper_id = session.scalars(select(Paper.id).where(Paper.arxiv_id == f"2611.{number:05d}")).one()
    session.add(
        Implementation(
            paper_id=paper_id, repository_id=row.id, kind=str(ImplementationKind.OFFICIAL), probability=0.99,
            evidence=[], first_seen=NOW, last_seen=NOW,
        )
    )  # fmt: skip
    session.flush()
    return row


def accounts(session: Session) -> set[tuple[int, str, str]]:
    return {(one.person_id, one.value, one.confidence) for one in session.scalars(select(PersonIdentifier))}


def commits(*authors: tuple[str, tuple[str, ...], int]) -> CommitFacts:
    total = sum(count for _, _, count in authors)
    shares = tuple(
        AuthorShare(names=(name,), logins=logins, commits=count, share=count / total)
        for name, logins, count in authors
    )
    return CommitFacts(total=total, authored=total, complete=True, authors=shares)


@pytest.fixture
def team(session: Session) -> dict[str, int]:
    night(session, paper(1, *TEAM))
    return {name: person_of(session, 1, place).id for place, name in enumerate(TEAM, 1)}


def test_a_login_like_one_author_only_is_probable(session: Session, team: dict[str, int]) -> None:
    repository(session, "brennquist")
    assert save_probable_accounts(session, now=NOW) == 1
    assert accounts(session) == {(team["Bo Rennquist"], "brennquist", "probable")}
    assert save_probable_accounts(session, now=NOW) == 1


def test_a_login_like_two_authors_is_nobody_s(session: Session, team: dict[str, int]) -> None:
    repository(session, "oquillfeather")
    assert save_probable_accounts(session, now=NOW) == 0
    assert accounts(session) == set()


@pytest.mark.parametrize("person", [False, None])
def test_an_organisation_is_no_person(session: Session, team: dict[str, int], person: bool | None) -> None:
    row = repository(session, "brennquist", person=person)
    assert save_probable_accounts(session, now=NOW) == 0
    save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", (), 9)), now=NOW)
    assert accounts(session) == set()


def test_a_full_name_among_committers_confirms(session: Session, team: dict[str, int]) -> None:
    row = repository(session, "tide-lab", person=False)
    facts = commits(("Some Robotnik", ("robotnik",), 90), ("Bo Rennquist", ("bren42",), 2))
    save_confirmed_accounts(session, row.id, facts, now=NOW)
    assert accounts(session) == {(team["Bo Rennquist"], "bren42", "confirmed")}


def test_the_top_committer_is_not_the_author(session: Session, team: dict[str, int]) -> None:
    row = repository(session, "tidekeeper")
    facts = commits(("tidekeeper", ("tidekeeper",), 500), ("B. Rennquist", ("bren42",), 3))
    save_confirmed_accounts(session, row.id, facts, now=NOW)
    assert save_probable_accounts(session, now=NOW) == 0
    assert accounts(session) == set()


def test_the_owner_who_commits_under_the_full_name_is_confirmed(
    session: Session, team: dict[str, int]
) -> None:
    row = repository(session, "BRennquist")
    save_probable_accounts(session, now=NOW)
    save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", (), 9)), now=NOW)
    assert accounts(session) == {(team["Bo Rennquist"], "BRennquist", "confirmed")}
    save_probable_accounts(session, now=NOW)
    assert accounts(session) == {(team["Bo Rennquist"], "BRennquist", "confirmed")}


def test_what_a_profile_says_goes_first(session: Session, team: dict[str, int]) -> None:
    session.add(
        PersonIdentifier(
            person_id=team["Bo Rennquist"], kind="github", value="bo-elsewhere", confidence="confirmed",
            reason="the same ORCID iD", source="orcid", url=None, fetched_at=datetime.now(NOW.tzinfo),
        )
    )  # fmt: skip
    repository(session, "brennquist")
    assert save_probable_accounts(session, now=NOW) == 0


def profile(key: str, name: str, login: str) -> PersonRecord:
    identifiers = ((IdentifierKind.OPENREVIEW, key), (IdentifierKind.GITHUB, login))
    return PersonRecord(
        source="openreview", source_key=key, url=f"https://openreview.example/{key}", name=name,
        identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in identifiers),
    )  # fmt: skip


@pytest.mark.parametrize("known_before", [True, False])
def test_an_organisation_that_profiles_link_to_is_no_person(session: Session, known_before: bool) -> None:
    authors = (
        author("Otis Quillfeather", 1, openreview="~Otis1"),
        author("Bo Rennquist", 2, openreview="~Bo1"),
    )
    night(session, paper(1, *authors))
    if known_before:
        repository(session, "tide-lab", person=False)
    save(
        session,
        profile("~Otis1", "Otis Quillfeather", "Tide-Lab"),
        profile("~Bo1", "Bo Rennquist", "tide-lab"),
    )
    attach_profiles(session, now=NOW)
    if not known_before:
        repository(session, "tide-lab", person=False)
    save_probable_accounts(session, now=NOW)
    assert {value for _, value, _ in accounts(session)} == {"~Otis1", "~Bo1"}
    assert None not in session.scalars(select(RecordRow.person_id).where(RecordRow.kind == "person")).all()


def confirmed_by_profile(session: Session, person_id: int, login: str) -> None:
    session.add(
        PersonIdentifier(
            person_id=person_id, kind="github", value=login, confidence="confirmed", reason="the same ORCID iD",
            source="orcid", url=None, fetched_at=NOW,
        )
    )  # fmt: skip
    session.flush()


def test_commits_do_not_give_an_account_to_another(session: Session, team: dict[str, int]) -> None:
    confirmed_by_profile(session, team["Otis Quillfeather"], "bren42")
    row = repository(session, "tide-lab", person=False)
    assert save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", ("Bren42",), 2)), now=NOW) == 0
    assert accounts(session) == {(team["Otis Quillfeather"], "bren42", "confirmed")}


def test_an_account_under_a_name_that_two_people_bear_is_nobody_s(session: Session) -> None:
    night(
        session,
        paper(1, "Jun Zhang", title="Sea ice, seen from above"),
        paper(2, "Jun Zhang", title="Ropes, knots and robots"),
    )
    assert person_of(session, 1).id != person_of(session, 2).id
    row = repository(session, "tide-lab", person=False, number=1)
    repository(session, "tide-lab", person=False, number=2)
    facts = commits(("Jun Zhang", ("junz",), 2))
    assert save_confirmed_accounts(session, row.id, facts, now=NOW) == 0
    assert accounts(session) == set()


def test_a_profile_takes_an_account_back_from_who_was_confirmed_by_commits(
    session: Session, team: dict[str, int]
) -> None:
    row = repository(session, "tide-lab", person=False)
    save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", ("bren42",), 2)), now=NOW)
    confirmed_by_profile(session, team["Otis Quillfeather"], "Bren42")
    save_probable_accounts(session, now=NOW)
    assert accounts(session) == {(team["Otis Quillfeather"], "Bren42", "confirmed")}


def test_an_account_is_kept_once_whatever_its_capitals(session: Session, team: dict[str, int]) -> None:
    confirmed_by_profile(session, team["Bo Rennquist"], "brennquist")
    row = repository(session, "BRennquist")
    save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", (), 2)), now=NOW)
    save_probable_accounts(session, now=NOW)
    assert accounts(session) == {(team["Bo Rennquist"], "brennquist", "confirmed")}


def test_of_two_spellings_of_an_account_the_profiles_stays(session: Session, team: dict[str, int]) -> None:
    row = repository(session, "tide-lab", person=False)
    save_confirmed_accounts(session, row.id, commits(("Bo Rennquist", ("brennquist",), 2)), now=NOW)
    confirmed_by_profile(session, team["Bo Rennquist"], "BRennquist")
    save_probable_accounts(session, now=NOW)
    assert accounts(session) == {(team["Bo Rennquist"], "BRennquist", "confirmed")}


def test_an_account_goes_with_the_paper(session: Session, team: dict[str, int]) -> None:
    row = repository(session, "brennquist")
    save_probable_accounts(session, now=NOW)
    session.delete(
        session.scalars(select(Implementation).where(Implementation.repository_id == row.id)).one()
    )
    session.flush()
    assert save_probable_accounts(session, now=NOW) == 0
    assert accounts(session) == set()
