"""Projects of other people inside a repository: folders whose licence is not the repository's own.

A licence of another holder says so by itself. Where nobody can be compared, the folder must show in other ways that
it has lived elsewhere: packages of one's own carry licences too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass

from ranking.code_quality.files.holders import holders_of, is_one_of, name_words, names_somebody
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceFile, SourceTree

_LICENCE_NAMES = (
    ("Apache-2.0", "apache license"), ("GPL", "general public license"), ("MIT", "permission is hereby granted"),
    ("BSD", "redistribution and use in source"), ("CC", "creative commons"), ("MPL", "mozilla public license"),
    ("Unlicense", "released into the public domain"), ("research licence", "non-commercial"),
)  # fmt: skip
_NOT_CODE = ("docs/", "doc/", "licenses/", ".github/", "data/", "datasets/")
# What a project gathers that others take part in; a package inside a paper's repository has none of it.
_COMMUNITY = re.compile(
    r"(authors|maintainers|contributors|contributing|change_?log|changes|history|news|releases?|code_of_conduct|security"
    r"|\.travis|\.github|\.circleci|\.appveyor|appveyor|\.gitlab-ci|tox|\.cirrus|\.codecov|codecov|configure)\b",
)
_RELEASE = re.compile(r"[a-z]\w*[-_]v?\d+\.\d+(?:\.\d+)*\Z", re.I)  # as an archive unpacks
_PACKAGING = frozenset(
    {"setup.py", "setup.cfg", "pyproject.toml", "package.json", "cargo.toml", "description"}
)
_HOME = re.compile(
    r"(?:url|repository|homepage|home-page)[\"']?\s*[=:]\s*[{\"']*[^\n]{0,40}?github\.com/([\w.-]+)/([\w.-]*\w)",
    re.I,
)
_NAME = re.compile(r"^\s*[\"']?name[\"']?\s*[=:]\s*[\"']([\w.-]+)[\"']", re.M)
_LINK = re.compile(r"github\.com[/:]([\w.-]+)/([\w.-]*\w)", re.I)


@dataclass(frozen=True, slots=True)
class Owners:
    """Who may call the repository theirs, as words of names. ``licensed`` are the holders that its own licence names;
    none where that says no more than ``The Pocket Authors``, which anybody may be.
    """

    licensed: tuple[frozenset[str], ...]
    all: tuple[frozenset[str], ...]
    account: str = ""
    name: str = ""


def licence_of(text: str) -> str | None:
    """A licence's short name, by phrases of its text; ``None`` when it is none of the common ones."""
    lowered = " ".join(text[:6000].lower().split())
    return next((name for name, phrase in _LICENCE_NAMES if phrase in lowered), None)


def plain(name: str) -> str:
    """A project's name as its package spells it."""
    return name.lower().replace("-", "_")


def owners_of(tree: SourceTree, repository_key: str = "") -> Owners:
    """Holders of the root's licence, who committed, and the account it lies under."""
    holders = [name for file in _licences(tree) if "/" not in file.path for name in holders_of(_text(file))]
    licensed = tuple(map(name_words, holders)) if all(map(names_somebody, holders)) else ()
    account, _, name = repository_key.partition("/")[2].partition("/")
    committed = (
        tuple(name_words(one) for author in tree.commits.authors for one in (*author.names, *author.logins))
        if tree.commits is not None
        else ()
    )
    named = tuple(filter(None, (name_words(account), name_words(name))))
    return Owners(licensed, (*map(name_words, holders), *committed, *named), account.lower(), plain(name))


def nested_projects(tree: SourceTree, repository_key: str = "") -> list[str]:
    """Folders that hold somebody else's project, by their licence."""
    licences = _licences(tree)
    at_root = [file for file in licences if "/" not in file.path]
    nested = [file for file in licences if "/" in file.path and not file.path.lower().startswith(_NOT_CODE)]
    if not nested:
        return []
    own = {_words(file) for file in at_root}
    kinds = {licence_of(_text(file)) for file in at_root} - {None, "CC"}
    owners = owners_of(tree, repository_key)
    beside: defaultdict[str, dict[str, SourceFile]] = defaultdict(dict)
    folders = {file.path.rpartition("/")[0] for file in nested}
    for file in tree.files:
        steps = file.path.split("/")
        for depth in range(1, len(steps)):
            folder = "/".join(steps[:depth])
            if folder in folders and depth >= len(steps) - 2:
                beside[folder].setdefault(steps[depth].lower(), file)
    return sorted(
        {
            folder
            for file in nested
            if _words(file) not in own
            and _is_foreign(folder := file.path.rpartition("/")[0], file, kinds, owners, beside[folder])
        }
    )


def _is_foreign(
    folder: str, file: SourceFile, kinds: set[str | None], owners: Owners, beside: dict[str, SourceFile]
) -> bool:
    holders = holders_of(_text(file))
    if any(is_one_of(name, owners.all) for name in holders):
        return False
    if holders and (owners.licensed or (kinds and licence_of(_text(file)) not in kinds)):
        return True
    last = folder.rpartition("/")[2]
    name = plain(last)
    return _RELEASE.match(last) is not None or (
        name != owners.name and _lived_elsewhere(name, owners, beside)
    )


def _lived_elsewhere(name: str, owners: Owners, beside: dict[str, SourceFile]) -> bool:
    """Whether the folder came with a community of its own, or names a home under another account."""
    community = {match.group(1) for one in beside if (match := _COMMUNITY.match(one))}
    if len(community) >= 2:
        return True
    packaging = [_text(file) for one, file in beside.items() if one in _PACKAGING]
    names = {name, *(plain(match.group(1)) for text in packaging for match in _NAME.finditer(text))}
    homes = {match.group(1) for text in packaging for match in _HOME.finditer(text)}
    homes |= {
        match.group(1)
        for one, file in beside.items()
        if one.startswith("readme")
        for match in _LINK.finditer(_text(file))
        if plain(match.group(2).removesuffix(".git")) in names
    }
    return bool(owners.account) and any(
        account.lower() != owners.account and not is_one_of(account, owners.all) for account in homes
    )


def _licences(tree: SourceTree) -> list[SourceFile]:
    return [file for file in tree.files if role_of(file.path) is Role.LICENCE and file.content]


def _text(file: SourceFile) -> str:
    return (file.content or b"")[:100_000].decode("utf-8", "replace")


def _words(file: SourceFile) -> str:
    """A licence without white space and years, hashed: a licence is renewed and stays the same one."""
    letters = re.sub(rb"[\s\d,-]+", b"", (file.content or b"").lower())
    return hashlib.blake2b(letters, digest_size=8).hexdigest()
