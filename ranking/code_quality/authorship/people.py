"""How much of a repository's history is one person's."""

from __future__ import annotations

import unicodedata

from ranking.code_quality.tree import SourceTree

# A history this short is usually a release made at once, which says nothing about who wrote what.
MIN_COMMITS = 5


def _tokens(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


def _same_person(candidate: tuple[str, ...], author: tuple[str, ...]) -> bool:
    """Same words in any order, or same family name with agreeing given names or initials."""
    if not candidate or len(author) < 2:
        return False
    if sorted(candidate) == sorted(author) or "".join(candidate) == "".join(author):
        return True
    if candidate[-1] != author[-1]:
        return False
    first, other = candidate[0], author[0]
    return first == other or (min(len(first), len(other)) == 1 and first[0] == other[0])


def candidate_share(tree: SourceTree, name: str, *, logins: tuple[str, ...] = ()) -> float | None:
    """The share of the authored commits, 0..1, that ``name`` made; ``None`` when that cannot be known.

    Unknown are: no history, a cut one, one too short to show who did what, a name that two authors could
    answer to, and an absence that an author known only by a handle could explain. ``logins`` are GitHub
    logins known to be the candidate's; a match there needs no name.
    """
    commits = tree.commits
    if commits is None or not commits.complete or commits.authored < MIN_COMMITS:
        return None
    known = {login.lower() for login in logins}
    by_login = [a for a in commits.authors if known & {login.lower() for login in a.logins}]
    if by_login:
        return min(1.0, sum(author.share for author in by_login))
    wanted = _tokens(name)
    matching = [a for a in commits.authors if any(_same_person(wanted, _tokens(form)) for form in a.names)]
    if len(matching) == 1:
        return matching[0].share
    if matching or any(all(len(form.split()) < 2 for form in a.names) for a in commits.authors):
        return None
    return 0.0
