"""What comes in by file, as data: the other half of :mod:`spiders.registry`, for sources that no host is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sourcing.failure import ExitCode, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """One row. ``readers`` are ``module:name``; ``expect`` is the least and the most rows that a file may have: outside
    of it, it is not what it is taken for. ``terms`` is empty where the recruiter says them.
    """

    name: str
    title: str
    terms: str
    readers: tuple[str, ...]
    expect: tuple[int, int]
    built_from: Literal["recordings", "documentation", "both"] = "documentation"


FILE_SOURCES: tuple[FileSource, ...] = (
    FileSource(
        name="linkedin",
        title="LinkedIn: Connections.csv, and the people of a Recruiter project",
        terms="the recruiter's own LinkedIn export; not to be passed on",
        readers=("sourcing.imports.linkedin:read_linkedin",),
        # LinkedIn allows 30,000 connections.
        expect=(1, 30_000),
    ),
    FileSource(
        name="people",
        title="campus, referral and agency lists",
        terms="",
        readers=("sourcing.imports.people:read_people",),
        # Each row may become a person, who must be told of it within the month.
        expect=(1, 50_000),
    ),
    FileSource(
        name="kaggle",
        title="Kaggle: leaderboards and Meta Kaggle",
        terms="Kaggle: public results, used as facts (kaggle.com/terms); Meta Kaggle: Apache 2.0",
        readers=(
            "sourcing.imports.kaggle:read_leaderboard",
            "sourcing.imports.meta_kaggle:read_meta_kaggle",
        ),
        # The first hundred places, of teams of five at most, in Meta Kaggle's ten thousand competitions.
        expect=(1, 5_000_000),
    ),
    FileSource(
        name="feeds",
        title="feeds of blogs and laboratories, saved",
        terms="published by its author as a feed; kept as a title with a link",
        readers=("spiders.parsing.feeds:parse_feed",),
        # A feed may survey nothing; one without any post is refused by its reader.
        expect=(0, 2_000),
    ),
)

_BY_NAME = {source.name: source for source in FILE_SOURCES}


def file_source(name: str) -> FileSource:
    """The row of that name."""
    return _BY_NAME[name]


def check_rows(source: FileSource, file: str, *, rows: int, left_out: int) -> None:
    """Raise :class:`Failure` for a file with fewer or more rows than such a file can have; nothing of it is kept."""
    least, most = source.expect
    if rows < least:
        why = "no row could be read" if left_out else "holds no row"
        raise Failure(f"{file}: {why}", ExitCode.USAGE)
    if rows > most:
        raise Failure(
            f"{file}: {rows:,} rows; a file of this kind holds {most:,} at most. Cut it in parts",
            ExitCode.USAGE,
        )
