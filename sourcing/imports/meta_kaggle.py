"""Meta Kaggle (https://www.kaggle.com/datasets/kaggle/meta-kaggle): Kaggle's own tables, for all competitions at once.

Read from the folder or the ZIP that was downloaded, streaming, since ``Users.csv`` alone has millions of rows:
``Competitions.csv``, ``Teams.csv``, ``TeamMemberships.csv``, ``Users.csv``, joined by their ids.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from db.records import Achievement, ParseError
from sourcing.imports.kaggle import USER, achievement, read_date
from sourcing.imports.table import BadRow
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line

TABLES = ("Competitions.csv", "Teams.csv", "TeamMemberships.csv", "Users.csv")
# Competitions that one learns from and that never end say little about finishing hard work.
_PRACTICE = frozenset(["getting started", "playground", "inclass", "community", "prospect"])
_MEDALS = {"1": "gold", "2": "silver", "3": "bronze"}
_NEEDED = {
    "Competitions.csv": ("Id", "Slug", "Title"),
    "Teams.csv": ("Id", "CompetitionId", "TeamName", "PrivateLeaderboardRank"),
    "TeamMemberships.csv": ("TeamId", "UserId"),
    "Users.csv": ("Id", "UserName", "DisplayName"),
}
# What "surrogateescape" makes of bytes that are no UTF-8.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
MAX_TABLE_BYTES = 20 * 1024**3


@dataclass(slots=True)
class MetaKaggle:
    """What the tables hold: achievements, rows left out (by table), and counts of what was passed over."""

    achievements: list[Achievement] = field(default_factory=list)
    bad: dict[str, list[BadRow]] = field(default_factory=lambda: defaultdict(list))
    competitions: int = 0
    practice: int = 0
    teams: int = 0


@dataclass(frozen=True, slots=True)
class _Competition:
    slug: str
    title: str
    deadline: str | None
    teams: int | None


@dataclass(frozen=True, slots=True)
class _Team:
    competition: _Competition
    name: str
    place: int
    medal: str | None


def is_meta_kaggle(path: Path) -> bool:
    """Whether a path is a folder or ZIP with Meta Kaggle's tables."""
    if path.is_dir():
        return (path / "Teams.csv").is_file()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {"Teams.csv", "Users.csv"} <= {Path(name).name for name in archive.namelist()}
    return False


def read_meta_kaggle(path: Path, *, top: int = 100, practice: bool = False) -> MetaKaggle:
    """Read the ``top`` places of every finished competition; practice competitions only where asked for.

    Place is the private leaderboard's, which counts. Raises :class:`ParseError` for a table that is missing or has
    other columns.
    """
    found = MetaKaggle()
    competitions: dict[str, _Competition] = {}
    for row in _rows(path, "Competitions.csv", found):
        if not practice and (row.get("HostSegmentTitle") or "").strip().lower() in _PRACTICE:
            found.practice += 1
            continue
        competitions[row["Id"]] = _Competition(
            slug=row["Slug"].lower(),
            title=one_line(row["Title"], MAX_TITLE) or row["Slug"],
            deadline=row.get("DeadlineDate"),
            teams=_number(row.get("TotalTeams")),
        )
    found.competitions = len(competitions)
    teams: dict[str, _Team] = {}
    for row in _rows(path, "Teams.csv", found):
        competition = competitions.get(row["CompetitionId"])
        place = _number(row.get("PrivateLeaderboardRank"))
        if competition is None or place is None or place > top or row.get("IsBenchmark") == "True":
            continue
        medal = _MEDALS.get((row.get("Medal") or "").removesuffix(".0"))
        teams[row["Id"]] = _Team(competition, one_line(row["TeamName"], MAX_NAME) or row["Id"], place, medal)
    found.teams = len(teams)
    members: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = defaultdict(int)
    for row in _rows(path, "TeamMemberships.csv", found):
        if row["TeamId"] in teams:
            members[row["UserId"]].append(row["TeamId"])
            sizes[row["TeamId"]] += 1
    for row in _rows(path, "Users.csv", found):
        for team_id in members.get(row["Id"], ()) if USER.fullmatch(row["UserName"]) else ():
            team = teams[team_id]
            found.achievements.append(
                achievement(
                    user=row["UserName"],
                    display_name=one_line(row["DisplayName"], MAX_NAME),
                    slug=team.competition.slug,
                    title=team.competition.title,
                    team_key=team_id,
                    team=team.name,
                    team_of=sizes[team_id],
                    place=team.place,
                    entrants=team.competition.teams,
                    board="private",
                    date=read_date(team.competition.deadline),
                    medal=team.medal,
                )
            )
    return found


def _number(text: str | None) -> int | None:
    bare = (text or "").strip().removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None


def _rows(path: Path, table: str, found: MetaKaggle) -> Iterator[Mapping[str, str]]:
    with _opened(path, table) as file:
        reader = csv.reader(file)
        try:
            header = next(reader, [])
        except csv.Error as error:
            raise ParseError(table, f"has no header that can be read: {error}") from error
        missing = [name for name in _NEEDED[table] if name not in header]
        if missing:
            raise ParseError(table, f"has no column {', '.join(missing)}; is this Meta Kaggle’s table?")
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                found.bad[table].append(BadRow(line, str(error)))
                continue
            if len(cells) != len(header):
                if cells:
                    said = f"has {len(cells)} cells, the header has {len(header)}"
                    found.bad[table].append(BadRow(line, said))
                continue
            if not (whole := "".join(cells)).isascii() and _NOT_UTF8.search(whole):
                found.bad[table].append(BadRow(line, "is not UTF-8"))
                continue
            yield dict(zip(header, cells, strict=True))


@contextmanager
def _opened(path: Path, table: str) -> Iterator[IO[str]]:
    if path.is_dir():
        if not (path / table).is_file():
            raise ParseError(str(path), f"there is no {table}")
        with (path / table).open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        member = next((one for one in archive.infolist() if Path(one.filename).name == table), None)
        if member is None:
            raise ParseError(str(path), f"there is no {table}")
        if member.file_size > MAX_TABLE_BYTES or member.flag_bits & 1:
            raise ParseError(str(path), f"{table} is too large or under a password")
        with archive.open(member) as raw, io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", "") as file:
            yield file
