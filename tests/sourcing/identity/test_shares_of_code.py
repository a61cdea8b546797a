"""Whose share of a repository's commits is told, and whose it is after people turned out to be one."""

import pytest
from invented_night import NOW, author, night, paper, person_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import ImplementationKind
from db.schema import Contribution, Implementation, Paper, PersonIdentifier, Repository
from db.store.repositories import ensure_repository
from ranking.code_quality.tree import AuthorShare, CommitFacts, SourceTree
from sourcing.assess.shares import save_shares
from sourcing.identity.github import save_confirmed_accounts, save_probable_accounts
from sourcing.identity.night import resolve_everything
from sourcing.people.profiles import attach_profiles
from sourcing.privacy.code_proof import Histories
from sourcing.works import load_candidates

JUN = "Jun Zhang"
ORCID = "0000-0001-5000-0007"
COMMITS = CommitFacts(
    total=10, authored=10, complete=True,
    authors=(
        AuthorShare(names=(JUN,), logins=("junz",), commits=9, share=0.9),
        AuthorShare(names=("Bo Rennquist",), logins=(), commits=1, share=0.1),
    ),
)  # fmt: skip


def repository(
    session: Session, key: str, number: int, kind: ImplementationKind = ImplementationKind.OFFICIAL
) -> Repository:
    """The code of the paper with this number."""
    row = ensure_repository(session, key, at=NOW)
    row.owner = key.split("/")[1]
    session.add(
        Implementation(
            paper_id=session.scalars(select(Paper.id).where(Paper.arxiv_id == f"2611.{number:05d}")).one(),
            repository_id=row.id, kind=str(kind), probability=0.99, evidence=[], first_seen=NOW, last_seen=NOW,
        )
    )  # fmt: skip
    session.flush()
    return row


def read(session: Session, row: Repository) -> None:
    """What is kept of reading it."""
    save_confirmed_accounts(session, row.id, COMMITS, now=NOW)
    save_shares(session, row.id, Histories.of(SourceTree(files=(), commits=COMMITS), None), now=NOW)


def shares(session: Session) -> dict[int, float | None]:
    return {one.person_id: one.share for one in session.scalars(select(Contribution))}


def works(session: Session) -> dict[int, dict[str, float | None]]:
    """The share of each work, by person and title."""
    return {
        one.person_row: {work.title: work.share for work in one.works}
        for one in load_candidates(session, frozenset(), {})
    }


@pytest.mark.parametrize("rebuild", [False, True])
def test_what_somebody_committed_goes_along_with_them(session: Session, rebuild: bool) -> None:
    ice = paper(1, JUN, title="Sea ice, seen from above")
    night(session, ice, paper(2, author(JUN, 1, orcid=ORCID), title="Ropes and knots"))
    row = repository(session, "github.com/tide-lab/ropes", 2)
    repository(session, "github.com/tide-lab/ropes", 1, ImplementationKind.THIRD_PARTY)
    read(session, row)
    attach_profiles(session, now=NOW)
    one, other = person_of(session, 1), person_of(session, 2)
    assert works(session)[other.id] == {"Ropes and knots": 0.9, ice.title: 0.9}
    night(session, paper(1, author(JUN, 1, orcid=ORCID), title=ice.title), days=1)
    if rebuild:
        resolve_everything(session, now=NOW)
    assert person_of(session, 2).id == one.id
    save_probable_accounts(session, now=NOW)
    assert works(session).keys() == {one.id}, "who leads elsewhere is no candidate"
    assert works(session)[one.id]["Ropes and knots"] == 0.9
    logins = select(PersonIdentifier.person_id).where(PersonIdentifier.value == "junz")
    assert session.scalars(logins).all() == [one.id]


def test_nobody_keeps_a_share_of_what_is_not_theirs_any_more(session: Session) -> None:
    night(session, paper(1, JUN, "Bo Rennquist"))
    row = repository(session, "github.com/tide-lab/ropes", 1)
    read(session, row)
    assert shares(session) == {person_of(session, 1).id: 0.9}
    night(session, paper(1, "Bo Rennquist", JUN), days=1)
    read(session, row)
    assert shares(session) == {person_of(session, 1).id: 0.1}


@pytest.mark.parametrize(("key", "theirs"), [("github.com/junz/lace", True), ("gitlab.com/junz/lace", False)])
def test_the_owner_of_a_repository_is_known_by_a_github_login(
    session: Session, key: str, theirs: bool
) -> None:
    night(session, paper(1, JUN), paper(2, "Ada Harrow", title="A grammar of lace"))
    session.add(
        PersonIdentifier(
            person_id=person_of(session, 1).id, kind="github", value="JunZ", confidence="confirmed",
            reason="named on a page that is theirs", source="homepages", url=None, fetched_at=NOW,
        )
    )  # fmt: skip
    read(session, repository(session, key, 2, ImplementationKind.THIRD_PARTY))
    assert shares(session) == ({person_of(session, 1).id: 0.9} if theirs else {})
