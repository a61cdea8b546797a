"""Whether what is read of a repository moves with names: tried while its tree and its history are at hand.

Scores are given again under blanked and under swapped names. Shares of commits are told by matching names, so blanking
would leave nothing to match: everybody gets another name instead, in their record and in the history alike, with their
address and its domain, and the share must be the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from db.records import Assessment
from ranking.code_quality import CodeQualityScorer, SourceTree, candidate_share
from ranking.code_quality.reading import FilesRead
from ranking.code_quality.tree import CommitFacts
from sourcing.checkout.commit_log import CommitLog
from sourcing.privacy.other_names import (
    CHANGES,
    RENAMINGS,
    Letters,
    NamePattern,
    Renamer,
    names_pattern,
    other_name,
)

# What is there in one of two only differs by the whole scale.
WHOLE_SCALE = 100.0
Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReading:
    """A repository as it was read: its tree, its log where that could be read, the same of what it was forked from, and
    the folders that papers link."""

    key: str
    tree: SourceTree
    log: CommitLog | None = None
    parent: SourceTree | None = None
    parent_log: CommitLog | None = None
    folders: tuple[str, ...] = ()


def assessed(
    scorer: CodeQualityScorer, reading: CodeReading, names: Collection[str]
) -> tuple[Assessment, ...]:
    """The assessments of a whole repository, then of each folder, each with by how much it moves under other names.

    ``names`` are the names, logins and institutions of whoever is behind it; its owner's and its committers' are added.
    Where the limits on reading cut one of the readings short, a difference says nothing, and is left as not tried.
    """
    seen = FilesRead()
    first = _assess(scorer, reading, seen)
    pattern = names_pattern(_everybody(reading, names))
    differences = [0.0] * len(first)
    places = 0
    for change, letters in CHANGES.items():
        other, places = _renamed(reading, pattern, letters, with_log=change in RENAMINGS)
        for place, (one, two) in enumerate(zip(first, _assess(scorer, other, seen), strict=True)):
            differences[place] = max(differences[place], difference(numbers(one), numbers(two)))
    return tuple(
        replace(one, name_difference=None if moved and seen.cut else moved, name_places=places)
        for one, moved in zip(first, differences, strict=True)
    )


def _assess(scorer: CodeQualityScorer, reading: CodeReading, seen: FilesRead) -> tuple[Assessment, ...]:
    return tuple(
        scorer.assess(reading.key, reading.tree, parent=reading.parent, folder=folder, seen=seen)
        for folder in ("", *reading.folders)
    )


def _renamed(
    reading: CodeReading, pattern: NamePattern, letters: Letters, *, with_log: bool
) -> tuple[CodeReading, int]:
    """The same repository by people of other names, and at how many places a name stood.

    The history is counted again from the log, unless names would fall together: then only its authors are renamed.
    """
    names = Renamer(pattern, letters)
    tree = names.tree(reading.tree)
    places = names.places
    if with_log and reading.log is not None:
        tree = replace(tree, commits=reading.log.under(names.name, names.text).counted())
    other = CodeReading(
        key=names.key(reading.key),
        tree=tree,
        log=reading.log,
        parent=None if reading.parent is None else names.tree(reading.parent),
        folders=tuple(map(names.text, reading.folders)),
    )
    return other, places


def _everybody(reading: CodeReading, names: Collection[str]) -> set[str]:
    authors = reading.tree.commits.authors if reading.tree.commits is not None else ()
    committers = {form for one in authors for form in (*one.names, *one.logins)}
    return {*names, *committers, reading.key.split("/")[1]}


@dataclass(frozen=True, slots=True)
class Histories:
    """A history as it is, and under each renaming."""

    tree: SourceTree
    others: Mapping[str, CommitFacts | None]

    @classmethod
    def of(cls, tree: SourceTree, log: CommitLog | None) -> Histories:
        """The histories of a repository; without its log only the authors that were counted are renamed."""
        others: dict[str, CommitFacts | None] = {}
        for change, letters in RENAMINGS.items():
            names = Renamer(names_pattern(()), letters)
            if log is not None:
                others[change] = log.under(names.name, names.text).counted()
            else:
                others[change] = names.tree(replace(tree, files=())).commits
        return cls(tree, others)

    def share(self, name: str, logins: Sequence[str]) -> tuple[float | None, float]:
        """A person's share of the commits (0..1), and by how much it moves at most when everybody is renamed."""
        share = candidate_share(self.tree, name, logins=tuple(logins))
        moved = 0.0
        for change, letters in RENAMINGS.items():
            other = candidate_share(
                replace(self.tree, commits=self.others[change]),
                other_name(name, letters),
                logins=tuple(other_name(login, letters) for login in logins),
            )
            if other != share:
                moved = max(moved, 1.0 if other is None or share is None else abs(other - share))
        return share, moved


def numbers(one: Assessment) -> Numbers:
    """The score with its interval, and the score of each part."""
    return (one.score, one.low, one.high, *(part.score for part in one.parts))


def difference(one: Numbers, other: Numbers) -> float:
    """By how much two rows of numbers differ at most, in points; the whole scale where one lacks what the other has."""
    if len(one) != len(other):
        return WHOLE_SCALE
    return max(
        (
            0.0 if a == b else WHOLE_SCALE if a is None or b is None else abs(a - b)
            for a, b in zip(one, other, strict=True)
        ),
        default=0.0,
    )
