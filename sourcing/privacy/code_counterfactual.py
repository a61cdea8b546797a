"""Proof that no score of code moves with the names in it: repositories are fetched again and scored under other names.

Trees are not kept, so this asks the hosts once more, at the very commits that were read. Names, logins and institutions
are replaced letter by letter wherever they stand as words of their own: in paths, files, the history and the address.
So what is compared is the same text to the last line break, with other people in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.records import Assessment, IdentifierKind
from db.schema import (
    Authorship,
    Contribution,
    Implementation,
    Person,
    PersonIdentifier,
    PersonName,
    Ranking,
    Repository,
    Snapshot,
)
from ranking.code_quality import CodeQualityScorer, SourceTree
from ranking.code_quality.tree import CommitFacts
from sourcing.app import App
from sourcing.assess.code import checkout_limits, git_bases
from sourcing.checkout import CheckoutError, fetch_snapshot

Numbers = Mapping[str, tuple[float | None, ...]]
# Fetches a repository (key) at a commit.
Fetch = Callable[[str, str], SourceTree]

_BLANK = str.maketrans(ascii_lowercase + ascii_uppercase, "x" * 26 + "X" * 26)
_SWAP = str.maketrans(
    ascii_lowercase + ascii_uppercase,
    ascii_lowercase[13:] + ascii_lowercase[:13] + ascii_uppercase[13:] + ascii_uppercase[:13],
)
CHANGES: Mapping[str, dict[int, int]] = {"blanked": _BLANK, "swapped": _SWAP}
# A shorter login, or one that is a plain word, is as likely a word of the code.
_SHORTEST_LOGIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProof:
    """Scores (with intervals and parts) by change and repository; ``unread`` says of whom no tree could be had.

    ``places`` counts where a name stood in a tree.
    """

    before: Numbers
    after: Mapping[str, Numbers]
    places: int
    unread: Sequence[str]


def prove_code(app: App, session: Session, most: int, *, fetch: Fetch | None = None) -> CodeProof:
    """Score up to ``most`` repositories, best places first, as they are and under each change."""
    scorer = CodeQualityScorer.load()
    get = fetch or _fetch_for(app)
    before: dict[str, tuple[float | None, ...]] = {}
    after: dict[str, dict[str, tuple[float | None, ...]]] = {change: {} for change in CHANGES}
    places, unread = 0, []
    for row_id, key, commit in _repositories(session, most):
        try:
            tree = get(key, commit)
        except CheckoutError as error:
            unread.append(str(error))
            continue
        names = names_pattern(_names(session, row_id, key, tree))
        before[key] = numbers(scorer.assess(key, tree))
        for change, letters in CHANGES.items():
            other_key, other, found = renamed(key, tree, names, letters)
            after[change][key] = numbers(scorer.assess(other_key, other))
            places += found if change == "swapped" else 0
    return CodeProof(before=before, after=after, places=places, unread=unread)


def renamed(
    key: str, tree: SourceTree, names: re.Pattern[str], letters: dict[int, int]
) -> tuple[str, SourceTree, int]:
    """A repository's key and tree with other letters wherever ``names`` matches, and at how many places that was."""
    found = 0

    def other(text: str) -> str:
        nonlocal found
        text, number = names.subn(lambda one: one[0].translate(letters), text)
        found += number
        return text

    def other_bytes(content: bytes) -> bytes:
        return other(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    files = tuple(
        replace(
            one,
            path=other(one.path),
            content=None if one.content is None else other_bytes(one.content),
        )
        for one in tree.files
    )
    changed = replace(
        tree,
        files=files,
        commits=None if tree.commits is None else _renamed_history(tree.commits, letters),
        submodules=tuple(map(other, tree.submodules)),
        links=tuple(map(other, tree.links)),
    )
    host, owner, name = key.split("/", 2)
    return f"{host}/{owner.translate(letters)}/{name}", changed, found


def _renamed_history(commits: CommitFacts, letters: dict[int, int]) -> CommitFacts:
    return replace(
        commits,
        authors=tuple(
            replace(
                one,
                names=tuple(name.translate(letters) for name in one.names),
                logins=tuple(login.translate(letters) for login in one.logins),
            )
            for one in commits.authors
        ),
    )


def numbers(one: Assessment) -> tuple[float | None, ...]:
    """The score with its interval, and the score of each part."""
    return (one.score, one.low, one.high, *(part.score for part in one.parts))


def _repositories(session: Session, most: int) -> list[tuple[int, str, str]]:
    """Repositories that were read, those behind the best places first: row id, key, newest commit read."""
    newest = (
        select(Snapshot.repository_id, func.max(Snapshot.id).label("id"))
        .where(Snapshot.status == "read")
        .group_by(Snapshot.repository_id)
        .subquery()
    )
    best = (
        select(Ranking.repository_id, func.min(Ranking.rank).label("rank"))
        .where(Ranking.repository_id.is_not(None))
        .group_by(Ranking.repository_id)
        .subquery()
    )
    rows = session.execute(
        select(Repository.id, Repository.key, Snapshot.commit)
        .join(newest, newest.c.repository_id == Repository.id)
        .join(Snapshot, Snapshot.id == newest.c.id)
        .outerjoin(best, best.c.repository_id == Repository.id)
        .order_by(best.c.rank.is_(None), best.c.rank, Repository.key)
        .limit(most)
    )
    return [(row.id, row.key, row.commit) for row in rows]


def _names(session: Session, repository_id: int, key: str, tree: SourceTree) -> set[str]:
    """Names, logins and institutions of whoever wrote the papers or the code of a repository, or owns it."""
    papers = select(Implementation.paper_id).where(Implementation.repository_id == repository_id)
    people = (
        select(Authorship.person_id)
        .where(Authorship.paper_id.in_(papers), Authorship.person_id.is_not(None))
        .union(select(Contribution.person_id).where(Contribution.repository_id == repository_id))
    )
    found = {key.split("/")[1]}
    for name, variants, affiliations in session.execute(
        select(Authorship.name, Authorship.variants, Authorship.affiliations).where(
            Authorship.paper_id.in_(papers)
        )
    ):
        found.update((name, *variants, *affiliations))
    found.update(session.scalars(select(PersonName.name).where(PersonName.person_id.in_(people))))
    found.update(
        one for one in session.scalars(select(Person.affiliation).where(Person.id.in_(people))) if one
    )
    found.update(
        session.scalars(
            select(PersonIdentifier.value).where(
                PersonIdentifier.person_id.in_(people),
                PersonIdentifier.kind.in_((str(IdentifierKind.GITHUB), str(IdentifierKind.HUGGINGFACE))),
            )
        )
    )
    for author in tree.commits.authors if tree.commits is not None else ():
        found.update((*author.names, *author.logins))
    return found


def names_pattern(names: Collection[str]) -> re.Pattern[str]:
    """What matches any of these names or logins as a word of its own."""
    return re.compile("|".join(rf"(?<!\w){form}(?!\w)" for form in _forms(names)), re.IGNORECASE)


def _forms(names: Collection[str]) -> Iterator[str]:
    """Patterns of names, the longest first: words in their order, and the last one first after a comma."""
    forms: set[str] = set()
    for name in names:
        words = [re.escape(word) for word in name.split()]
        if len(words) > 1:
            forms |= {r"\s+".join(words), rf"{words[-1]},\s+" + r"\s+".join(words[:-1])}
        elif len(name) >= _SHORTEST_LOGIN:
            forms |= set(words)
    # A pattern that matches nothing, so that nobody's names are no pattern of everything.
    yield from sorted(forms, key=lambda form: (-len(form), form)) or (r"(?!)",)


def _fetch_for(app: App) -> Fetch:
    def fetch(key: str, commit: str) -> SourceTree:
        return fetch_snapshot(
            key, quarantine=app.state_dir("quarantine"), bases=git_bases(app.settings), revision=commit or None,
            limits=checkout_limits(app.settings),
        )  # fmt: skip

    return fetch
