"""Who may call a repository theirs: the holders of its licence, who committed, and whose account it lies under."""

from __future__ import annotations

from dataclasses import dataclass

from ranking.code_quality.authorship.licences import licence_files, text_of
from ranking.code_quality.files.holders import holders_of, name_words, names_somebody
from ranking.code_quality.tree import SourceTree


@dataclass(frozen=True, slots=True)
class Owners:
    """Who may call the repository theirs, as words of names. ``licensed`` are the holders that its own licence names;
    none where that says no more than ``The Pocket Authors``, which anybody may be.
    """

    licensed: tuple[frozenset[str], ...]
    all: tuple[frozenset[str], ...]
    account: str = ""
    name: str = ""


def plain(name: str) -> str:
    """A project's name as its package spells it."""
    return name.lower().replace("-", "_")


def owners_of(tree: SourceTree, repository_key: str = "") -> Owners:
    """Holders of the root's licence, who committed, and the account it lies under."""
    holders = [
        name for file in licence_files(tree) if "/" not in file.path for name in holders_of(text_of(file))
    ]
    licensed = tuple(map(name_words, holders)) if all(map(names_somebody, holders)) else ()
    account, _, name = repository_key.partition("/")[2].partition("/")
    committed = (
        tuple(name_words(one) for author in tree.commits.authors for one in (*author.names, *author.logins))
        if tree.commits is not None
        else ()
    )
    named = tuple(filter(None, (name_words(account), name_words(name))))
    return Owners(licensed, (*map(name_words, holders), *committed, *named), account.lower(), plain(name))
