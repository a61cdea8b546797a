"""The invented files of tests/fixtures/imports with the reader of each, in the shape of a parser: bytes → records."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from db.records import Achievement, Parsed, ParseError, PersonRecord
from sourcing.imports.kaggle import read_leaderboard
from sourcing.imports.linkedin import read_linkedin
from sourcing.imports.meta_kaggle import read_meta_kaggle
from sourcing.imports.people import PeopleFile, read_people
from sourcing.imports.table import BadRow

FILES = Path(__file__).resolve().parent.parent / "fixtures" / "imports"
TEAMS = "team without names"


@dataclass(frozen=True)
class FileCase:
    """One file; a printed leaderboard has teams and no people, so each of its teams is a warning of its own."""

    file: str
    source: str

    @property
    def body(self) -> bytes:
        return (FILES / self.file).read_bytes()

    def parse(self, body: bytes, *, url: str) -> Parsed:
        name = Path(self.file).name
        match self.source:
            case "linkedin":
                return _people(read_linkedin(body, name=name, mapping={}).people)
            case "list:fair":
                return _people(read_people(body, name=name, list_name="fair", mapping={}))
            case "kaggle":
                return _leaderboard(body, name)
        return _meta_kaggle(body, name)

    def __str__(self) -> str:
        return self.file


def _leaderboard(body: bytes, name: str) -> Parsed:
    try:
        board = read_leaderboard(body, name=name, competition="gap-prize")
    except ParseError as error:
        # Which competition it is was said: a file refused for want of it would prove nothing about its rows.
        if "--competition" in error.problem:
            raise AssertionError(error.problem) from error
        raise
    assert len(board.achievements) + board.without_names + len(board.bad) > 0 or board.teams == 0
    assert board.without_names <= board.teams
    return _parsed(board.achievements, board.bad, {TEAMS: board.without_names})


def _meta_kaggle(body: bytes, table: str) -> Parsed:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FILES / "meta_kaggle", folder, dirs_exist_ok=True)
        (Path(folder) / table).write_bytes(body)
        found = read_meta_kaggle(Path(folder), top=1_000, practice=True)
    bad = [row for rows in found.bad.values() for row in rows]
    return _parsed(enumerate(found.achievements), bad, {})


def _people(found: PeopleFile) -> Parsed:
    return _parsed(
        found.people, (*found.bad, *found.warnings), {"address left out": found.addresses_left_out}
    )


def _parsed(
    records: Iterable[tuple[int, PersonRecord | Achievement]],
    bad: Iterable[BadRow],
    counted: dict[str, int],
) -> Parsed:
    rows = list(bad)
    assert all(one.line > 0 and 0 < len(one.problem) < 300 for one in rows)
    warnings = Counter({name: count for name, count in counted.items() if count})
    warnings["row that cannot be read"] += len(rows)
    return Parsed(records=tuple(record for _, record in records), warnings=dict(+warnings))


FILE_CASES = (
    FileCase("Connections.csv", "linkedin"),
    FileCase("recruiter_project.csv", "linkedin"),
    FileCase("career_fair.csv", "list:fair"),
    FileCase("gap-prize-publicleaderboard-2026-10-02T08_00_00.csv", "kaggle"),
    FileCase("kaggle_printed.csv", "kaggle"),
    FileCase("kaggle_table.txt", "kaggle"),
    FileCase("meta_kaggle/Competitions.csv", "meta_kaggle"),
    FileCase("meta_kaggle/Teams.csv", "meta_kaggle"),
    FileCase("meta_kaggle/TeamMemberships.csv", "meta_kaggle"),
    FileCase("meta_kaggle/Users.csv", "meta_kaggle"),
)
