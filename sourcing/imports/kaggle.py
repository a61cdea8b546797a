"""Kaggle leaderboards: the CSV as downloaded, and what the ``kaggle`` command prints.

Downloaded (``kaggle competitions leaderboard -d SLUG``, a ZIP with one CSV, or the site's button):
``Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames``. Printed (``-s``, with
``--csv`` or as a table): ``teamId,teamName,submissionDate,score``, best first, after a line
``Next Page Token = …`` where there is more, and without the members' names. Nobody downloads anything here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from db.records import Achievement, Identifier, IdentifierKind, ParseError
from sourcing.imports.table import BadRow, Row, TableText, column_key, read_table

SOURCE = "kaggle"
RUNG = "finished"
_COLUMNS = frozenset(
    ["rank", "teamid", "teamname", "lastsubmissiondate", "submissiondate", "score", "submissioncount",
     "teammemberusernames", "entries", "last"]
)  # fmt: skip
_TOKEN = re.compile(r"^\s*Next Page Token\s*=", re.IGNORECASE)
_RULE = re.compile(r"^\s*-+(?:\s+-+)+\s*$")
# gemini-long-context-publicleaderboard-2026-01-09T10:11:12.csv; some browsers put "_" for ":".
_FILE = re.compile(r"^(?P<slug>[a-z0-9-]+?)-(?P<board>public|private)leaderboard\b", re.IGNORECASE)
_SLUG = re.compile(
    r"(?:https?://)?(?:www\.)?kaggle\.com/(?:competitions|c)/(?P<slug>[\w-]+)|(?P<bare>[\w-]+)"
)
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """What a leaderboard holds. ``teams`` is how many it lists; ``more`` whether it is only one page of it."""

    competition: str
    board: str | None
    achievements: tuple[tuple[int, Achievement], ...]
    bad: tuple[BadRow, ...]
    teams: int
    more: bool
    encoding: str
    without_names: int = 0


def competition_slug(text: str) -> str | None:
    """The competition of an address or a bare slug.

    >>> competition_slug("https://www.kaggle.com/competitions/llm-prize/leaderboard")
    'llm-prize'
    """
    found = _SLUG.match(text.strip())
    return (found["slug"] or found["bare"]).lower() if found else None


def read_leaderboard(
    body: bytes,
    *,
    name: str,
    competition: str | None = None,
    top: int = 100,
    first_rank: int = 1,
    encoding: str | None = None,
) -> Leaderboard:
    """Read the ``top`` places of a leaderboard: one achievement for each member of a team.

    Every team is counted, also those below. ``first_rank`` is the place of the first row where the file has no rank
    column (the printed form lists a page). Raises :class:`ParseError`, also when neither the file's name nor
    ``competition`` says which competition it is.
    """
    in_name = _FILE.match(name)
    slug = competition_slug(competition) if competition else in_name["slug"].lower() if in_name else None
    if slug is None:
        raise ParseError(name, "which competition is this? Say so with --competition SLUG")
    table, more = _table(body, name=name, encoding=encoding)
    board = in_name["board"].lower() if in_name else None
    bad = list(table.bad)
    entrants = len(table.rows) if not more and ("rank" in table.columns or first_rank == 1) else None
    found: dict[str, tuple[int, Achievement]] = {}
    without_names = 0
    for nth, row in enumerate(table.rows):
        problem, place = _place(row, first_rank + nth)
        if problem is not None or place is None:
            bad.append(BadRow(row.line, problem or "has no place"))
            continue
        if place > top:
            continue
        members = list(_members(row))
        without_names += not members
        for user in members:
            one = _achievement(row, user, slug, place, entrants, board, team_of=len(members))
            found.setdefault(one.source_key, (row.line, one))
    return Leaderboard(
        competition=slug,
        board=board,
        achievements=tuple(found.values()),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
        teams=len(table.rows),
        more=more,
        encoding=table.encoding,
        without_names=without_names,
    )


def _table(body: bytes, *, name: str, encoding: str | None) -> tuple[TableText, bool]:
    more = False

    def noise(line: str) -> bool:
        nonlocal more
        token = _TOKEN.match(line) is not None
        more = more or token
        return token or _RULE.match(line) is not None or line.startswith("Warning: ")

    body = _columns_to_tabs(body)
    table = read_table(
        body,
        name=name,
        known=_COLUMNS.__contains__,
        least=3,
        encoding=encoding,
        skip=noise,
        hint="A leaderboard has Rank, TeamId, TeamName and the like",
    )
    return table, more or any(_TOKEN.match(line) for line in table.preamble)


def _columns_to_tabs(body: bytes) -> bytes:
    """Turn the aligned columns of the printed form into tab-separated ones; other bytes stay as they are.

    The command prints a header, a rule of dashes as wide as each column, then the rows (``print_table`` of
    kaggle-api). Team names hold blanks, so the rule says where a column begins.
    """
    lines = body.split(b"\n")
    rule = next((at for at, line in enumerate(lines[:60]) if re.fullmatch(rb"\s*-+(?: +-+)+\s*", line)), None)
    if rule is None:
        return body
    # Widths are in characters; names in other scripts take several bytes.
    try:
        text = [line.decode("utf-8").rstrip("\r") for line in lines]
    except UnicodeDecodeError:
        return body
    starts = [found.start() for found in re.finditer(r"-+", text[rule])]
    cuts = list(zip(starts, [*starts[1:], None], strict=True))
    for at in range(max(rule - 1, 0), len(text)):
        if at != rule and text[at].strip() and not _TOKEN.match(text[at]):
            text[at] = "\t".join(text[at][begin:end].strip().replace('"', "”") for begin, end in cuts)
    return "\n".join(text).encode()


def _place(row: Row, counted: int) -> tuple[str | None, int | None]:
    """What is wrong with a row, or the place it stands for."""
    team = row.get("teamid")
    if team is not None and not (team.isascii() and team.isdigit()):
        if _SCIENTIFIC.fullmatch(team):
            return f"Excel has rounded the TeamId to {team}; take the file as it was downloaded", None
        return f"TeamId {team[:30]!r} is no number", None
    if team is None and row.get("teamname") is None:
        return "has no team", None
    rank = row.get("rank")
    if rank is None:
        return None, counted
    if rank.isascii() and rank.isdigit() and len(rank) < 10 and int(rank) > 0:
        return None, int(rank)
    return f"Rank {rank[:30]!r} is no place", None


def _members(row: Row) -> Iterator[str]:
    names = re.split(r"[,;]\s*|\s+", row.get("teammemberusernames") or "")
    return (name for name in dict.fromkeys(names) if USER.fullmatch(name))


def _achievement(
    row: Row, user: str, slug: str, place: int, entrants: int | None, board: str | None, *, team_of: int
) -> Achievement:
    team = row.get("teamname") or user
    when = read_date(row.get("lastsubmissiondate") or row.get("submissiondate"))
    return achievement(
        user=user,
        display_name=None,
        slug=slug,
        title=None,
        team_key=row.get("teamid") or column_key(team),
        team=team,
        team_of=team_of,
        place=place,
        entrants=entrants,
        board=board,
        date=when,
    )


def achievement(
    *,
    user: str,
    display_name: str | None,
    slug: str,
    title: str | None,
    team_key: str,
    team: str,
    team_of: int,
    place: int,
    entrants: int | None,
    board: str | None,
    date: datetime | None,
    medal: str | None = None,
) -> Achievement:
    """One member's share in a team's place; a leaderboard and Meta Kaggle give the same key for the same result."""
    of = f" of {entrants:,}" if entrants else ""
    summary = [f"{board} leaderboard" if board else None, f"{medal} medal" if medal else None]
    summary += [f"team “{team}” of {team_of}" if team_of > 1 else None]
    return Achievement(
        source=SOURCE,
        source_key=f"{slug}/{team_key}/{user.lower()}",
        url=f"https://www.kaggle.com/competitions/{slug}/leaderboard",
        kind="kaggle",
        rung=RUNG,
        title=f"{place:,}{ordinal(place)}{of} in Kaggle’s “{title or slug}”",
        person_name=display_name or user,
        identifiers=(Identifier(kind=IdentifierKind.KAGGLE, value=user.lower()),),
        summary=", ".join(one for one in summary if one) or None,
        place=place,
        entrants=entrants,
        date=date,
    )


def ordinal(number: int) -> str:
    """The ending of an English ordinal.

    >>> [f"{n}{ordinal(n)}" for n in (1, 2, 3, 11, 112, 21)]
    ['1st', '2nd', '3rd', '11th', '112th', '21st']
    """
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def read_date(text: str | None) -> datetime | None:
    """A date as Kaggle writes it (UTC): ISO with or without time and fractions, or month/day/year in Meta Kaggle."""
    text = re.sub(r"\.\d+$|Z$", "", (text or "").strip())
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
