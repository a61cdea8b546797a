"""Projects of other people inside a repository: folders whose licence is not the repository's own.

A licence of another holder says so by itself. Where nobody can be compared, the folder must show in other ways that
it has lived elsewhere: packages of one's own carry licences too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator

from ranking.code_quality.authorship.licences import licence_files, licence_of, text_of
from ranking.code_quality.authorship.owners import Owners, owners_of, plain
from ranking.code_quality.files.holders import holders_of, is_one_of
from ranking.code_quality.tree import SourceFile, SourceTree

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


def nested_projects(tree: SourceTree, repository_key: str = "") -> list[str]:
    """Folders that hold somebody else's project, by their licence."""
    licences = licence_files(tree)
    at_root = [file for file in licences if "/" not in file.path]
    nested = [file for file in licences if "/" in file.path and not file.path.lower().startswith(_NOT_CODE)]
    if not nested:
        return []
    own = {_words(file) for file in at_root}
    kinds = {licence_of(text_of(file)) for file in at_root} - {None, "CC"}
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
    holders = holders_of(text_of(file))
    if any(is_one_of(name, owners.all) for name in holders):
        return False
    if holders and (owners.licensed or (kinds and licence_of(text_of(file)) not in kinds)):
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
    packaging = [text_of(file) for one, file in beside.items() if one in _PACKAGING]
    names = {name, *(plain(match.group(1)) for text in packaging for match in _NAME.finditer(text))}
    homes = {account for text in packaging for account, _ in homes_in(text)}
    homes |= {
        match.group(1)
        for one, file in beside.items()
        if one.startswith("readme")
        for match in _LINK.finditer(text_of(file))
        if plain(match.group(2).removesuffix(".git")) in names
    }
    return bool(owners.account) and any(
        account.lower() != owners.account and not is_one_of(account, owners.all) for account in homes
    )


def homes_in(packaging: str) -> Iterator[tuple[str, str]]:
    """Accounts and names of the repositories that a package says it comes from."""
    return ((match.group(1), match.group(2)) for match in _HOME.finditer(packaging))


def _words(file: SourceFile) -> str:
    """A licence without white space and years, hashed: a licence is renewed and stays the same one."""
    letters = re.sub(rb"[\s\d,-]+", b"", (file.content or b"").lower())
    return hashlib.blake2b(letters, digest_size=8).hexdigest()
