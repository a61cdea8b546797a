"""Which files count: those that the repository's own people wrote.

Left out are vendored and copied projects, generated files and files that are mostly functions known from elsewhere,
or say in their heads that they were taken. What is left out is said, never scored. A doubt is the author's: code that
is counted wrongly is one more file to read, code that is left out wrongly accuses somebody.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ranking.code_quality.authorship.foreign_places import lines_about
from ranking.code_quality.authorship.known_functions import Known
from ranking.code_quality.authorship.owners import Owners, owners_of
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.files.holders import is_one_of, name_words, names_somebody
from ranking.code_quality.tree import SourceTree

_TEMPLATE = re.compile(
    r"(?:YOUR CODE (?:HERE|GOES HERE)|START CODE HERE|START OF YOUR CODE|implement your code here"
    r"|TODO: (?:your code|implement this (?:function|method) for the assignment)|\*\*\* YOUR CODE)",
    re.I,
)
_TEMPLATE_HINTS = (b"your code", b"code here", b"for the assignment")
# A file whose functions are known from elsewhere to this share is a copy; one that names its origin, to this.
_COPIED_SHARE, _ATTRIBUTED_SHARE = 0.5, 0.25
# A holder of more than this share of the lines is no stranger: the authors' employer, under another name.
_STRANGERS_SHARE = 0.5


@dataclass(slots=True)
class Authorship:
    """``left_out`` maps paths to reasons, ``lines`` reasons to lines of code; ``adapted`` are counted files that say
    whose code they build on: path, line and origin.
    """

    left_out: dict[str, str] = field(default_factory=dict)
    lines: Counter[str] = field(default_factory=Counter)
    own_lines: int = 0
    adapted: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def copied_lines(self) -> int:
        """Lines of code that are not the repository's own."""
        return self.lines.total()

    @property
    def foreign_share(self) -> float:
        """Share of all code lines that is not the repository's own, 0..1."""
        whole = self.copied_lines + self.own_lines
        return self.copied_lines / whole if whole else 0.0

    def shares(self) -> list[tuple[str, float, str]]:
        """Every reason with its share of all code lines and the first path it holds for, the largest share first."""
        whole = self.copied_lines + self.own_lines
        first: dict[str, str] = {}
        for path, reason in sorted(self.left_out.items()):
            first.setdefault(reason, path)
        ordered = sorted(self.lines.items(), key=lambda item: (-item[1], item[0]))
        return [(reason, lines / whole, first[reason]) for reason, lines in ordered if lines]

    def leave_out(self, path: str, reason: str, lines: int) -> None:
        """Do not count a file of so many lines."""
        self.left_out[path] = reason
        self.lines[reason] += lines


def copied_from(file: FileFacts, functions: Mapping[str, Iterable[Known]]) -> str | None:
    """Whose half of a file's functions are, by lines, and at least two of them, in words; ``None`` if they are not.

    Of a file that says that it builds on others' code a quarter is enough.

    ``functions`` maps digests to all who are known to have them: repositories copy from each other, too. Named is who
    has most of the lines, and of several the one that has been there for longest.
    """
    lines: Counter[Known] = Counter()
    copied = [function for function in file.functions if function.digest in functions]
    for function in copied:
        for known in functions[function.digest]:
            lines[known] += function.lines
    half = _COPIED_SHARE * sum(function.lines for function in file.functions)
    theirs = sum(function.lines for function in copied)
    if len(copied) < 2 or theirs < (_ATTRIBUTED_SHARE / _COPIED_SHARE if file.origin else 1) * half:
        return None
    first = min(lines, key=lambda known: (-lines[known], known))
    whose = first.key if theirs < half or lines[first] >= half else f"{first.key} and others"
    if theirs < half:
        return f"in good part functions of {whose}, and says that it builds on others' code"
    return f"mostly functions of {whose}"


def _is_template(content: bytes) -> bool:
    start = content[:200_000].lower()
    if not any(hint in start for hint in _TEMPLATE_HINTS):  # spares most files the expression
        return False
    return len(_TEMPLATE.findall(start.decode("utf-8", "replace"))) >= 2


def settle(
    facts: Iterable[FileFacts],
    tree: SourceTree,
    by_path: Mapping[str, str],
    known_functions: Mapping[str, Iterable[Known]],
    inherited: Collection[str] = (),
    repository_key: str = "",
) -> Authorship:
    """Decide file by file. ``known_functions`` maps digests of functions to the repositories that
    are known to have them; ``inherited`` are paths that a fork took over."""
    found = Authorship()
    for path, reason in by_path.items():
        found.leave_out(path, reason, lines_about(path, tree.by_path[path].content or b""))
    owners = owners_of(tree, repository_key)
    left: list[FileFacts] = []
    for file in facts:
        if file.path in found.left_out:
            continue
        why = _reason(file, tree, known_functions, inherited, owners)
        if why is None:
            left.append(file)
        else:
            found.leave_out(file.path, why, file.code_lines)
    strange = _of_strangers(left, owners)
    for file in left:
        if file.path in strange:
            found.leave_out(file.path, "under another holder's copyright, say their heads", file.code_lines)
            continue
        found.own_lines += file.code_lines
        if file.origin and not _is_own_origin(file.origin, owners):
            found.adapted.append((file.path, file.counts.get("origin_line", 1), file.origin))
    return found


def _reason(
    file: FileFacts,
    tree: SourceTree,
    known_functions: Mapping[str, Iterable[Known]],
    inherited: Collection[str],
    owners: Owners,
) -> str | None:
    if file.path in inherited:
        return "inherited from the repository it was forked from"
    if file.generated:
        return "generated"
    if (copied := copied_from(file, known_functions)) is not None:
        return copied
    if file.origin and file.counts.get("taken whole") and not _is_own_origin(file.origin, owners):
        return f"taken from {file.origin}, says its head"
    source = tree.by_path.get(file.path)
    if source is not None and source.content is not None and _is_template(source.content):
        return "a course template to fill in"
    return None


def _is_own_origin(origin: str, owners: Owners) -> bool:
    """Whether what a file was taken from lies under the repository's own account."""
    return bool(owners.account) and origin.split("/")[1:2] == [owners.account]


def _of_strangers(files: Collection[FileFacts], owners: Owners) -> set[str]:
    """Files under the copyright of somebody who has no part in the repository's own licence.

    Whoever builds on others' code leaves their notice standing, so a file that says so is not among them. Where the
    repository's licence names nobody, a person or a company in a head may be the author's other name or employer; the
    *Pocket Authors* or the *Lathe team* of another project are neither.
    """
    lines: defaultdict[frozenset[str], int] = defaultdict(int)
    held: dict[str, list[frozenset[str]]] = {}
    for file in files:
        if file.origin or any(is_one_of(name, owners.all) for name in file.holders):
            continue
        strangers = [name for name in file.holders if owners.licensed or not names_somebody(name)]
        if not strangers:
            continue
        held[file.path] = [name_words(name) for name in strangers]
        for words in held[file.path]:
            lines[words] += file.code_lines
    most = _STRANGERS_SHARE * sum(file.code_lines for file in files)
    at_home = {words for words, count in lines.items() if count > most}
    return {path for path, holders in held.items() if not at_home.intersection(holders)}
