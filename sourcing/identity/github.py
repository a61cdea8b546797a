"""Whose a GitHub account is: confirmed, probable, or unknown; never guessed from who committed most.

Confirmed is an account that a profile of the person links to (:mod:`sourcing.people.profiles`), or one that commits
to the paper's own repository under an author's full name. Probable is the owner of the paper's own repository where the
login resembles the name of exactly one author. An organisation's account is no person's. Commit authors are looked at
in memory while a repository is read; of them nothing is kept but the login of somebody who is known already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import parse_name
from db.queries.lineage import survivors
from db.records import ImplementationKind
from db.schema import Authorship, Implementation, Paper, Person, PersonIdentifier, Repository
from db.store.upsert import upsert
from ranking.code_quality.tree import AuthorShare, CommitFacts
from sourcing.identity.blocks import is_bare
from sourcing.implementations.owners import match_owner
from sourcing.people.accounts import (
    BY_COMMITS,
    BY_LOGIN,
    CONFIRMED,
    GITHUB,
    PROBABLE,
    drop_impossible_accounts,
    organisations,
)

SOURCE = "github"
# Both given and family name, or an initial with the family name; one of them alone is borne by many.
_RESEMBLES = frozenset({"full", "given+family", "initial+family"})
_SAME_NAME = frozenset({NameRelation.SAME, NameRelation.JOINED})


@dataclass(frozen=True, slots=True)
class _Author:
    person_id: int
    name: str


def save_probable_accounts(session: Session, *, now: datetime) -> int:
    """Find again who probably owns which account, and drop what no link speaks for any more; gives how many."""
    _take_along(session)
    drop_impossible_accounts(session)
    taken: dict[str, set[int]] = defaultdict(set)
    confirmed: set[int] = set()
    ours: list[PersonIdentifier] = []
    for one in session.scalars(select(PersonIdentifier).where(PersonIdentifier.kind == GITHUB)):
        if one.reason in (BY_LOGIN, BY_COMMITS):
            ours.append(one)
        if one.confidence == CONFIRMED:
            taken[one.value.casefold()].add(one.person_id)
            confirmed.add(one.person_id)
    probable: dict[str, set[tuple[int, str, str]]] = defaultdict(set)
    linked: set[tuple[int, str]] = set()
    for repository, papers in _own_repositories(session):
        linked |= {(author.person_id, repository.url) for authors in papers for author in authors}
        if repository.owner is None or not repository.owner_is_person:
            continue
        owners = {likely_owner(repository.owner, authors) for authors in papers}
        if len(owners) == 1 and (owner := owners.pop()) is not None:
            probable[repository.owner.casefold()].add((owner, repository.owner, repository.url))
    wanted: dict[tuple[int, str], tuple[int, str, str]] = {}
    for login, found in probable.items():
        people = {person_id for person_id, _, _ in found}
        if len(people) == 1 and login not in taken and people.isdisjoint(confirmed):
            wanted[people.pop(), login] = min(found)
    for one in ours:
        gone = (one.person_id, one.value.casefold()) not in wanted and one.reason == BY_LOGIN
        if gone or (one.person_id, one.url) not in linked:
            session.delete(one)
    session.flush()
    _save(session, list(wanted.values()), PROBABLE, now)
    return len(wanted)


def _take_along(session: Session) -> None:
    """Take accounts that were found in repositories along with whoever was merged into somebody else."""
    found = session.scalars(
        select(PersonIdentifier)
        .join(Person, Person.id == PersonIdentifier.person_id)
        .where(
            PersonIdentifier.kind == GITHUB,
            PersonIdentifier.reason.in_((BY_LOGIN, BY_COMMITS)),
            Person.merged_into.is_not(None),
        )
        .order_by(PersonIdentifier.id)
    ).all()
    merged = survivors(session) if found else {}
    for one in found:
        stands = merged[one.person_id]
        known = session.scalars(
            select(PersonIdentifier.value).where(
                PersonIdentifier.person_id == stands, PersonIdentifier.kind == GITHUB
            )
        ).all()
        if one.value.casefold() in {login.casefold() for login in known}:
            session.delete(one)
        else:
            one.person_id = stands
        session.flush()


def save_confirmed_accounts(
    session: Session, repository_id: int, commits: CommitFacts | None, *, now: datetime
) -> int:
    """Confirm accounts by the full names under which a paper's own repository was committed to; gives how many. What a
    profile says of an account goes first."""
    if commits is None:
        return 0
    rows: set[tuple[int, str, str]] = set()
    for repository, papers in _own_repositories(session, repository_id):
        owner = repository.owner if repository.owner_is_person else None
        for authors in papers:
            for person_id, login in confirmed_logins(authors, commits.authors, owner):
                same = owner is not None and login.casefold() == owner.casefold()
                rows.add((person_id, owner if same and owner else login, repository.url))
    rows = _free(session, rows)
    _save(session, rows, CONFIRMED, now)
    return len(rows)


def _free(session: Session, found: Collection[tuple[int, str, str]]) -> set[tuple[int, str, str]]:
    """Without accounts of organisations, of other people and of several, and with nobody's twice in different case."""
    logins = {login.casefold() for _, login, _ in found}
    nobodys, merged = organisations(session, logins), survivors(session)
    held: dict[str, list[PersonIdentifier]] = defaultdict(list)
    for one in session.scalars(
        select(PersonIdentifier).where(
            PersonIdentifier.kind == GITHUB, func.lower(PersonIdentifier.value).in_(logins)
        )
    ):
        held[one.value.casefold()].append(one)
    bearers: dict[str, set[int]] = defaultdict(set)
    for person_id, login, _ in found:
        bearers[login.casefold()].add(merged.get(person_id, person_id))
    free = set()
    for person_id, login, url in sorted(found):
        own: list[PersonIdentifier] = []
        others = False
        for one in held[login.casefold()]:
            if merged.get(one.person_id, one.person_id) == person_id:
                own.append(one)
            else:
                others |= one.confidence == CONFIRMED
        known = any(one.confidence == CONFIRMED and one.value != login for one in own)
        if login.casefold() in nobodys or len(bearers[login.casefold()]) > 1 or others or known:
            continue
        for one in own:
            if one.value != login and one.person_id == person_id:
                session.delete(one)
        free.add((person_id, login, url))
    session.flush()
    return free


def likely_owner(login: str, authors: Sequence[_Author]) -> int | None:
    """The one author whose name a login resembles (a person's row id); ``None`` if none or several do."""
    found = {
        author.person_id
        for author in authors
        if (match := match_owner(login, [author.name])) is not None and match.level in _RESEMBLES
    }
    return found.pop() if len(found) == 1 else None


def confirmed_logins(
    authors: Sequence[_Author], committers: Iterable[AuthorShare], owner: str | None
) -> list[tuple[int, str]]:
    """Authors who commit under their full name, each with the login that is theirs.

    That is the login GitHub itself wrote into their commits (a no-reply address), else ``owner``'s where it resembles
    their name. Nobody is confirmed whose full name two committers or two authors bear.
    """
    committers = list(committers)
    found = []
    for author in authors:
        same = [one for one in committers if any(_is_full_name(form, author.name) for form in one.names)]
        namesakes = [one for one in authors if _is_full_name(one.name, author.name)]
        if len(same) != 1 or len(namesakes) != 1:
            continue
        if len(same[0].logins) == 1:
            found.append((author.person_id, same[0].logins[0]))
        elif not same[0].logins and owner is not None and likely_owner(owner, authors) == author.person_id:
            found.append((author.person_id, owner))
    return found


def _is_full_name(form: str, name: str) -> bool:
    one, other = parse_name(form), parse_name(name)
    if not one.given_parts or is_bare(one) or is_bare(other):
        return False
    return relate_names(one, other) in _SAME_NAME


def _own_repositories(
    session: Session, repository_id: int | None = None
) -> list[tuple[Repository, list[list[_Author]]]]:
    """GitHub repositories that are some papers' own, with the authors of each such paper."""
    query = (
        select(Repository, Authorship.paper_id, Authorship.name, Person.id)
        .join(Implementation, Implementation.repository_id == Repository.id)
        .join(Paper, Paper.id == Implementation.paper_id)
        .join(Authorship, Authorship.paper_id == Paper.id)
        .join(Person, Person.id == Authorship.person_id)
        .where(
            Implementation.kind == str(ImplementationKind.OFFICIAL),
            Repository.key.startswith("github.com/", autoescape=True),
        )
        .order_by(Repository.id, Authorship.paper_id, Authorship.position)
    )
    if repository_id is not None:
        query = query.where(Repository.id == repository_id)
    repositories: dict[int, Repository] = {}
    papers: dict[int, dict[int, list[_Author]]] = defaultdict(lambda: defaultdict(list))
    for repository, paper_id, name, person_id in session.execute(query):
        repositories[repository.id] = repository
        papers[repository.id][paper_id].append(_Author(person_id, name))
    return [(repositories[row_id], list(of.values())) for row_id, of in papers.items()]


def _save(session: Session, found: Collection[tuple[int, str, str]], confidence: str, now: datetime) -> None:
    rows = [
        {
            "person_id": person_id,
            "kind": GITHUB,
            "value": login,
            "confidence": confidence,
            "reason": BY_COMMITS if confidence == CONFIRMED else BY_LOGIN,
            "source": SOURCE,
            "url": url,
            "fetched_at": now,
        }
        for person_id, login, url in sorted(set(found))
    ]
    update = ("confidence", "reason", "url", "fetched_at") if confidence == CONFIRMED else ()
    known = {
        (person_id, value)
        for person_id, value in session.execute(
            select(PersonIdentifier.person_id, PersonIdentifier.value).where(
                PersonIdentifier.kind == GITHUB,
                PersonIdentifier.confidence == CONFIRMED,
                PersonIdentifier.person_id.in_([person_id for person_id, _, _ in found]),
            )
        )
    }
    fresh = [row for row in rows if (row["person_id"], row["value"]) not in known]
    upsert(session, PersonIdentifier, fresh, key=("person_id", "kind", "value"), update=update)
