"""Pending papers → links in the database. Asks nobody: it reads what is stored and says what it found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.keys.papers import title_key
from db.payload import to_payload
from db.queries.implementations import (
    aliases_of,
    empty_official_repositories,
    papers_beginning,
    papers_named,
    papers_to_link,
    papers_with_code,
    repositories_naming,
    repositories_to_place,
    repository_names,
)
from db.queries.pending import last_commits
from db.records import (
    Author,
    ImplementationKind,
    ImplementationLink,
    PaperRecord,
    RepositoryRecord,
    RepositoryStatus,
)
from db.schema import Authorship, Implementation, Paper, RecordRow, Repository
from db.store.repositories import ensure_repository
from db.store.upsert import batches, upsert
from sourcing.implementations.cues import Cue, find_promise, read_cue
from sourcing.implementations.links import find_links
from sourcing.implementations.pages import save_page_waits
from sourcing.implementations.readme import read_readme
from sourcing.implementations.statements import read_statements
from sourcing.implementations.titles import alnum, name_parts, paper_words
from sourcing.implementations.urls import find_addresses
from sourcing.implementations.watch import save_found, save_promises

# Part of what makes links stale; raise it when the rules or the model change.
VERSION = "5"
_BATCH = 200
_MOST_IN_QUESTION = 30
# A README that names more papers than this is a list.
_MANY_PAPERS = 8


@dataclass(slots=True)
class Resolved:
    """What passes did: the kinds of the links that each paper now has, and which papers are watched."""

    kinds: dict[int, Counter[ImplementationKind]] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)

    def count(self, kind: ImplementationKind) -> int:
        """Links of one kind, over all papers looked at."""
        return sum(kinds[kind] for kinds in self.kinds.values())

    def update(self, later: Resolved) -> None:
        """Let a later pass overrule this one for the papers that it looked at."""
        self.watched = (self.watched - later.kinds.keys()) | later.watched
        self.kinds.update(later.kinds)


@dataclass(slots=True)
class _Shelf:
    """The repositories by name, read once for a pass."""

    by_key: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_owner: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def put(self, repository_id: int, key: str) -> None:
        if self.by_key.setdefault(key, repository_id) == repository_id:
            owner, _, name = key.rpartition("/")
            self.by_name[alnum(name)].append(repository_id)
            self.by_owner[owner].append(repository_id)


def resolve_implementations(session: Session, now: datetime) -> Resolved:
    """Link every paper whose text, or whose repositories, have changed; commits batch by batch.

    A paper's links are replaced as a whole, so that a second pass over the same state changes nothing; the
    day on which a link was first seen stays. Repositories whose README is new are held against the papers
    that they name, whoever searched for them: a re-implementation becomes evidence of its author.
    """
    done = Resolved()
    shelf = _Shelf()
    for repository_id, key in repository_names(session):
        shelf.put(repository_id, key)
    placed = repositories_to_place(session)
    named = _named_by(session, placed)
    pending = papers_to_link(session, VERSION)
    for some in batches(dict.fromkeys((*pending, *sorted(named))), _BATCH):
        promises: dict[int, str] = {}
        papers = load_papers(session, some)
        for paper_id, paper in papers.items():
            links = find_links(paper, _in_question(session, paper, named.get(paper_id, ()), shelf))
            _save_links(session, paper_id, links, shelf, now)
            row = session.get_one(Paper, paper_id)
            row.links_checked, row.links_checked_at = VERSION, now
            done.kinds[paper_id] = Counter(link.kind for link in links)
            if (promise := _promise(paper, links)) is not None:
                promises[paper_id] = promise
        done.watched |= _save_watches(session, some, promises, now)
        save_page_waits(session, papers, now)
        session.commit()
    for some in batches(placed):
        for repository in session.scalars(select(Repository).where(Repository.id.in_(some))):
            repository.links_checked_at = now
    session.commit()
    return done


def _save_watches(
    session: Session, paper_ids: Collection[int], promises: Mapping[int, str], now: datetime
) -> set[int]:
    """Watch those of the papers that promise code, or whose repository has none yet, unless their code was scored.

    Gives which. One that is watched for either reason already is looked at when it is its turn.
    """
    waiting = empty_official_repositories(session, paper_ids) | dict(promises)
    for paper_id in papers_with_code(session, waiting):
        del waiting[paper_id]
    save_found(session, [one for one in paper_ids if one not in waiting])
    return save_promises(session, waiting, now)


def _promise(paper: PaperRecord, links: Sequence[ImplementationLink]) -> str | None:
    """The words that promise code which is not known to be there; an address stated without them is there."""
    official = [link for link in links if link.kind is ImplementationKind.OFFICIAL]
    if any(not link.code_promised for link in official):
        return None
    return find_promise(paper.abstract) or find_promise(paper.comment)


def _save_links(
    session: Session, paper_id: int, links: Iterable[ImplementationLink], shelf: _Shelf, now: datetime
) -> None:
    rows: dict[int, dict[str, Any]] = {}
    for link in links:
        repository = ensure_repository(session, link.repository_key, now)
        shelf.put(repository.id, repository.key)
        rows.setdefault(
            repository.id,
            {
                "paper_id": paper_id,
                "repository_id": repository.id,
                "kind": str(link.kind),
                "probability": link.probability,
                "evidence": [to_payload(one) for one in link.evidence],
                "subdirectory": link.subdirectory,
                "first_seen": now,
                "last_seen": now,
            },
        )
    session.execute(
        delete(Implementation).where(
            Implementation.paper_id == paper_id, Implementation.repository_id.not_in(list(rows))
        )
    )
    upsert(
        session,
        Implementation,
        list(rows.values()),
        key=("paper_id", "repository_id"),
        update=("kind", "probability", "evidence", "subdirectory", "last_seen"),
    )


# -- what comes into question ------------------------------------------------------------------------------------------


def _in_question(
    session: Session, paper: PaperRecord, named: Sequence[int], shelf: _Shelf
) -> list[RepositoryRecord]:
    """Repositories that come into question: stated, serving its page, called like it, or naming it."""
    stated = read_statements(paper)
    # Nobody has looked at these yet: an address as printed stands until its host says that there is nothing.
    unseen = [
        RepositoryRecord(source=paper.source, key=one.address.key, url=one.address.url)
        for one in stated.repositories
        if one.address.key not in shelf.by_key
    ]
    if not shelf.by_key:
        return unseen
    words = paper_words(paper.title, paper.abstract, None)
    owners = [one.owner for one in stated.owners if one.owner]
    names = [one for one in (words.head, *words.coined_in_title) if len(one) >= 3]
    found: dict[int, None] = {}
    keys = [one.address.key for one in stated.repositories] + [one.key for one in stated.pages]
    found.update((shelf.by_key[key], None) for key in keys if key in shelf.by_key)
    found.update(dict.fromkeys(named))
    found.update((one, None) for owner in owners for one in shelf.by_owner.get(owner, ()))
    found.update((one, None) for name in names for one in shelf.by_name.get(name, ()))
    found.update(dict.fromkeys(repositories_naming(session, paper.title, paper.arxiv_id)))
    # Last, since they may be many: the account's others, should the name have been cut short in print.
    accounts = [one.address.key.rpartition("/")[0] for one in stated.repositories if one.is_code]
    found.update((one, None) for account in accounts for one in shelf.by_owner.get(account, ()))
    return [*unseen, *load_repositories(session, list(found)[:_MOST_IN_QUESTION])]


def _named_by(session: Session, repository_ids: Sequence[int]) -> dict[int, list[int]]:
    """Papers that new READMEs and descriptions name, or whose method a repository is called after."""
    named: dict[int, list[int]] = defaultdict(list)
    for some in batches(repository_ids, _BATCH):
        for repository in session.scalars(
            select(Repository).where(Repository.id.in_(some)).order_by(Repository.id)
        ):
            text = "\n\n".join(one for one in (repository.description, repository.readme) if one)
            facts = read_readme(text, repository.key.rsplit("/", 1)[-1])
            papers: set[int] = set()
            if len(facts.arxiv_ids) <= _MANY_PAPERS:
                titles = {title_key(one) for one in (*facts.claimed, *facts.cited, *facts.titles)}
                papers = papers_named(
                    session, arxiv_ids=facts.arxiv_ids, title_keys=[key for key in titles if len(key) >= 15]
                )
            key = name_parts(repository.key.rsplit("/", 1)[-1]).core_key
            if len(key) >= 4:
                papers.update(
                    paper_id
                    for paper_id, title in papers_beginning(session, key)
                    if paper_words(title, None, None).head == key
                )
            for paper_id in papers:
                named[paper_id].append(repository.id)
    return named


# -- rows to records -------------------------------------------------------------------------------------


def load_papers(session: Session, paper_ids: Sequence[int]) -> dict[int, PaperRecord]:
    """Papers as one record each: folded fields, and every address that any source's text or field has."""
    authors: dict[int, list[Author]] = defaultdict(list)
    records: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(Authorship.paper_id, Authorship.name, Authorship.position)
        .where(Authorship.paper_id.in_(paper_ids))
        .order_by(Authorship.paper_id, Authorship.position)
    ):
        authors[row.paper_id].append(Author(name=row.name, position=row.position))
    for row in session.execute(
        select(RecordRow.paper_id, RecordRow.source, RecordRow.source_key, RecordRow.payload)
        .where(RecordRow.paper_id.in_(paper_ids))
        .order_by(RecordRow.id)
    ):
        records[row.paper_id].append(row)
    papers = session.scalars(select(Paper).where(Paper.id.in_(paper_ids)).order_by(Paper.id))
    return {paper.id: _paper_record(paper, authors[paper.id], records[paper.id]) for paper in papers}


def _paper_record(paper: Paper, authors: Sequence[Author], records: Sequence[Any]) -> PaperRecord:
    giver = next((row for row in records if row.payload.get("code_urls")), None)
    source = giver or (records[0] if records else None)
    addresses = dict.fromkeys(paper.code_urls)
    for row in records:  # another version or venue may print the address that the newest abstract leaves out
        for name in ("abstract", "comment"):
            text = row.payload.get(name)
            if text and text != getattr(paper, name):
                addresses.update(
                    (one.printed, None)
                    for one in find_addresses(text)
                    if one.address is not None and read_cue(one.clause, one.printed, one.after) is Cue.OURS
                )
    return PaperRecord(
        source=source.source if source is not None else "unknown",
        source_key=source.source_key if source is not None else paper.public_id,
        url=paper.url,
        title=paper.title,
        abstract=paper.abstract,
        comment=paper.comment,
        authors=tuple(authors),
        published=paper.published,
        arxiv_id=paper.arxiv_id,
        venue_year=paper.venue_year,
        code_urls=tuple(addresses),
        page_urls=tuple(paper.page_urls),
    )


def load_repositories(session: Session, repository_ids: Sequence[int]) -> list[RepositoryRecord]:
    """Repositories as their host described them, with their earlier names."""
    aliases: Mapping[int, list[str]] = aliases_of(session, repository_ids)
    read = last_commits(session, repository_ids)
    return [
        RepositoryRecord(
            source="github",
            key=one.key,
            url=one.url,
            status=RepositoryStatus(one.status),
            status_reason=one.status_reason,
            gone_since=one.gone_since,
            was_read=one.id in read,
            owner=one.owner,
            owner_is_person=one.owner_is_person,
            name=one.name,
            description=one.description,
            is_fork=one.is_fork,
            parent_key=one.parent_key,
            archived=one.archived,
            pushed=one.pushed,
            redirected_from=tuple(aliases.get(one.id, ())),
            readme=one.readme,
        )
        for one in session.scalars(
            select(Repository).where(Repository.id.in_(repository_ids)).order_by(Repository.id)
        )
    ]
