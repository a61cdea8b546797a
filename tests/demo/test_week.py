"""A recruiter's week on the demo world, told through the verbs: each morning holds exactly whom it should.

Seven nights, two roles. In the mornings papers are liked, candidates exported to a sheet of each kind, stages taken
back, people merged and split, forgotten, informed and purged. What is expected of a morning is worked out from the
world (who published what when) and from what the recruiter did before, never from the program's own lists.
"""

from __future__ import annotations

import csv
import gc
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from nights import settings_with
from typer.testing import CliRunner

import sourcing.app
from sourcing.cli import app as command_line
from sourcing.demo.run import sample_credentials, suppress
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import World
from sourcing.export import PRESETS, from_csv
from sourcing.settings import Settings, load_settings

ROLES = ("ml-researcher", "ml-engineer")
# Enough of the first nights for every story below; the four later nights are whole.
FIRST_NIGHTS = (
    "2611.04001", "2611.04015", "2611.04029", "2611.04036", "2611.04064", "2611.04113",  # night 1
    "2611.04301", "2611.04308", "2611.04315", "2611.04322",  # night 2
    "2611.04601", "2611.04608", "2611.04615",  # night 3
)  # fmt: skip
FURTHER_SETTINGS = """
[sources.github]
search = false
[sources.project_pages]
enabled = false
[privacy]
controller = "Fjord Recruiting"
notice_days = 5
"""
SUPPRESSED = "vossberg"


class Said(NamedTuple):
    """What a verb printed."""

    stdout: str
    stderr: str


def week_world() -> World:
    """The sample world with a quieter beginning."""
    world = sample_world()
    kept = tuple(
        paper for paper in world.papers
        if paper.arxiv_id in FIRST_NIGHTS or paper.submitted > NIGHTS[2] - timedelta(hours=9)
    )  # fmt: skip
    return replace(world, papers=kept, publications=())


@dataclass
class Week:
    """The folder of the week, its clock, and what the recruiter did so far. People are known by their public ids."""

    upstream: DemoUpstream
    settings: Path
    sheets: Path
    night: int = 0
    shown: dict[str, set[str]] = field(default_factory=lambda: {role: set() for role in ROLES})
    exported: set[str] = field(default_factory=set)
    contacted: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)  # keys of the world

    @property
    def now(self) -> datetime:
        return NIGHTS[self.night - 1]

    @property
    def folder(self) -> Path:
        return self.settings.parent

    def do(self, *words: str) -> Said:
        """Run a verb that morning, as the user would."""
        said = CliRunner().invoke(command_line, ["-c", str(self.settings), *words])
        assert said.exit_code == 0, (words, said.output, said.exception)
        return Said(said.stdout, said.stderr)

    def rows(self, query: str, *values: object) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self.folder / "sourcing.db")) as connection:
            return connection.execute(query, values).fetchall()

    def ids(self, query: str, *values: object) -> set[str]:
        return {one for (one,) in self.rows(query, *values)}

    def everything_kept(self) -> bytes:
        """Whatever the program keeps (database with its journal, cache, digests, lists, indexes) or exported."""
        # Whoever reads an SQLite file takes its locks from all connections of the same process, as POSIX has it; the
        # next process then clears the journal's index under them. So none may be left open: some go with their cycle.
        gc.collect()
        kept = (path for folder in (self.folder, self.sheets) for path in folder.rglob("*") if path.is_file())
        return b"\n".join(path.read_bytes() for path in kept).lower()

    def first_authors(self, night: int) -> list[tuple[str, str, int]]:
        """Who published as first author that night, by key, title and position; without those who must not be kept."""
        return [
            (author.person, paper.title, place)
            for paper in self.upstream.world.new_papers(night)
            if not (paper.withdrawn and paper.withdrawn <= NIGHTS[night - 1])
            for place, author in enumerate(paper.authors, start=1)
            if author.person and (place == 1 or author.joint_first)
            if author.person not in self.gone | {SUPPRESSED}
        ]

    def entry(self, title: str, place: int) -> str:
        """Who stands behind a printed name."""
        (found,) = self.ids(
            "SELECT k.public_id FROM authorship a JOIN paper ON paper.id = a.paper_id JOIN person e ON e.id = "
            "a.person_id JOIN person k ON k.id = coalesce(e.merged_into, e.id) "
            "WHERE paper.title = ? AND a.position = ?",
            title,
            place,
        )
        return found

    def entries(self, *keys: str) -> set[str]:
        """Everybody as whom these people of the world are held now."""
        return {
            self.entry(paper.title, place)
            for night in range(1, self.night + 1)
            for paper in self.upstream.world.new_papers(night)
            for place, author in enumerate(paper.authors, start=1)
            if author.person in keys
        }

    def id_of(self, key: str) -> str:
        (found,) = self.entries(key)
        return found

    def in_sheet(self, path: Path) -> set[str]:
        _, rows = from_csv(path.read_text("utf-8"))
        return {row["candidate_id"] for row in rows}

    def in_morning_list(self, role: str) -> set[str]:
        path = self.folder / "out" / f"new-{role}-{self.now:%Y-%m-%d}.csv"
        return self.in_sheet(path) if path.exists() else set()

    def in_digest(self, role: str) -> set[str]:
        """Whom the digest remembers to have shown this morning."""
        return self.ids(
            "SELECT DISTINCT p.public_id FROM digest_entry d JOIN person p ON p.id = d.person_id "
            "WHERE d.role = ? AND d.at = ?",
            role,
            self._moment(),
        )

    def in_page(self) -> set[str]:
        """Whose cards the digest's page has."""
        path = self.folder / "out" / f"digest-{self.now:%Y-%m-%d}.html"
        return set(re.findall(r"\bp-[0-9a-f]{10}\b", path.read_text("utf-8"))) if path.exists() else set()

    def has_new_best_work(self, public_id: str, role: str) -> bool:
        """Whether what stands behind somebody's place has come to light this very night."""
        return bool(
            self.rows(
                "SELECT 1 FROM ranking r JOIN person p ON p.id = r.person_id "
                "LEFT JOIN paper b ON b.id = r.best_paper_id "
                "WHERE r.role = ? AND p.public_id = ? AND (b.first_seen = ? OR (SELECT min(i.first_seen) FROM "
                "implementation i WHERE i.repository_id = r.repository_id) = ?)",
                role,
                public_id,
                *[self._moment()] * 2,
            )
        )

    def below_a_bar(self, role: str) -> set[str]:
        """Who misses a minimum of the role on evidence."""
        return self.ids(
            "SELECT p.public_id FROM ranking r JOIN person p ON p.id = r.person_id WHERE r.role = ? AND r.excluded "
            "LIKE '%is below the bar of%'",
            role,
        )

    def undecided(self) -> set[str]:
        """Who may be the same as somebody else."""
        return self.ids(
            "SELECT p.public_id FROM maybe_same m JOIN person p ON p.id IN (m.person_id, m.other_id) "
            "WHERE m.decision IS NULL"
        )

    def sleep(self) -> None:
        """Let a night pass, and check its morning: the digest's memory and page, and the list of each role."""
        self.night += 1
        self.upstream.set_night(self.night)
        told = self.do("nightly").stderr
        assert [name for name in self.ids("SELECT full_name FROM person") if name in told] == []
        tonight = {self.entry(title, place) for _, title, place in self.first_authors(self.night)}
        for role in ROLES:
            again = {one for one in self.shown[role] if self.has_new_best_work(one, role)}
            expected = ((tonight - self.shown[role]) | again) - self.below_a_bar(role) - self.closed
            assert self.in_digest(role) == expected, (self.night, role)
            title = {"ml-researcher": "ML researcher", "ml-engineer": "ML engineer"}[role]
            back = len(expected & self.shown[role])
            evidence = f", {back} with new evidence," if back else ""
            count = f"{len(expected) - back} new{evidence} of" if expected else "nobody new"
            assert f"{title}: {count}" in told, (self.night, role)
            self.shown[role] |= expected
            staying = self.exported | self.contacted | self.undecided()
            assert self.in_morning_list(role) == expected - staying, (self.night, role)
        assert self.in_page() == set().union(*(self.in_digest(role) for role in ROLES)), self.night
        self.check_who_is_gone()

    def check_who_is_gone(self) -> None:
        kept = self.everything_kept()
        assert SUPPRESSED.encode() not in kept
        for key in self.gone:
            surname = self.upstream.world.person_by_key[key].name.split()[-1].lower()
            assert surname.encode() not in kept, (self.night, key)
            assert key.encode() not in kept, (self.night, key)

    def export(
        self, preset: str, *, tag: str | None = None, of: set[str] | None = None, again: bool = False
    ) -> Said:
        """Write the researchers' sheet of a tool, and check that exactly those who may go out are in it.

        ``of`` is who bears ``tag``; ``again`` asks for those who were exported before, too.
        """
        role = ROLES[0]
        expected = self.shown[role] - self.contacted - self.undecided() - self.below_a_bar(role)
        if not again:
            expected -= self.exported
        if of is not None:
            expected &= of
        assert expected, preset
        path = self.sheets / f"{preset}.csv"
        only = [*(("--tag", tag) if tag else ()), *(("--again",) if again else ())]
        said = self.do("export", "--preset", preset, "--role", role, "-o", str(path), *only)
        _, rows = from_csv(path.read_text("utf-8"))
        names = sorted(
            name for (name, one) in self.rows("SELECT full_name, public_id FROM person") if one in expected
        )
        assert sorted(_name(row) for row in rows) == names, preset
        assert f"{len(expected)} of " in said.stderr
        self.exported |= expected
        return said

    def one_entry(self, key: str) -> str:
        """The one entry of somebody of the world, after the recruiter has put together what is theirs."""
        first, *others = sorted(self.entries(key))
        for other in others:
            self.do("merge", first, other, "--why", "the same homepage")
            self.follow()
        return self.id_of(key)

    def follow(self) -> None:
        """After a merge or a split: whoever was shown, exported or written to is known by who stands for them now."""
        for known in (*self.shown.values(), self.exported, self.contacted, self.closed):
            now = {
                self.ids(
                    "SELECT k.public_id FROM person e JOIN person k ON k.id = coalesce(e.merged_into, e.id) "
                    "WHERE e.public_id = ?",
                    one,
                ).pop()
                for one in known
            }
            known.clear()
            known |= now

    def memory(self) -> list[set[str]]:
        """What the recruiter did so far, for :meth:`recall`."""
        return [set(known) for known in (*self.shown.values(), self.exported, self.contacted, self.closed)]

    def recall(self, before: list[set[str]]) -> None:
        """What was true of people before they were taken for one is true of each of them again."""
        for known, was in zip(
            (*self.shown.values(), self.exported, self.contacted, self.closed), before, strict=True
        ):
            known -= {kept for kept in self.entries("zhao-lake") if kept not in was}
            known |= was

    def leave(self, key: str, public_id: str) -> None:
        """Somebody of the world is forgotten: nothing that is expected speaks of them any more."""
        self.gone.add(key)
        for known in (*self.shown.values(), self.exported, self.contacted, self.closed):
            known.discard(public_id)

    def _moment(self) -> str:
        return f"{self.now:%Y-%m-%d %H:%M:%S.%f}"


def _name(row: dict[str, str]) -> str:
    """The name in a row of whatever sheet."""
    whole = next((row[column] for column in ("full_name", "Full Name") if column in row), None)
    if whole is not None:
        return whole
    halves = [
        cell
        for column, cell in row.items()
        if column.lower().replace("_", " ") in ("first name", "last name")
    ]
    return " ".join(halves)


@pytest.fixture
def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Week]:
    with sample_credentials(), DemoUpstream(week_world()) as upstream:
        upstream.scene.core_limit = upstream.scene.search_limit = (100_000, 100_000)
        settings = settings_with(tmp_path / "sourcing", upstream)
        settings.write_text(settings.read_text("utf-8") + FURTHER_SETTINGS, "utf-8")
        sheets = tmp_path / "sheets"
        sheets.mkdir()
        running = Week(upstream, settings, sheets)
        really = sourcing.app.open_app

        def opened_then(read: Settings, **_: object) -> sourcing.app.App:
            return really(read, clock=lambda: running.now)

        monkeypatch.setattr(sourcing.app, "open_app", opened_then)
        first = really(load_settings(settings, environ={}), clock=lambda: NIGHTS[0])
        suppress(first, [person for person in upstream.world.people if person.suppressed])
        first.close()
        yield running


def edit(path: Path, edits: dict[str, dict[str, str]]) -> None:
    """Fill in cells of an exported sheet, by candidate id, as somebody does in a spreadsheet."""
    header, rows = from_csv(path.read_text("utf-8-sig"))
    columns = list(dict.fromkeys([*header, *(name for one in edits.values() for name in one)]))
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, restval="")
        writer.writeheader()
        writer.writerows({**row, **edits.get(row["candidate_id"], {})} for row in rows)


def test_a_week_of_mornings(week: Week) -> None:
    # Tuesday: everybody is new. A paper is liked; all candidates but one go out as the generic sheet.
    week.sleep()
    assert week.shown["ml-researcher"] == week.entries(
        "solberg", "ferrandiz", "zhao-harbour", "kowalski", "rasmussen"
    )
    # Of so little code as Ferrándiz shows nobody can be sure that it is below the bar.
    assert week.below_a_bar("ml-engineer") == week.entries("zhao-harbour")
    week.do("like", "Tide Tables for Gradients")
    assert "Tide Tables" in week.do("likes").stdout
    first = week.entries("solberg", "ferrandiz", "zhao-harbour", "rasmussen")
    week.do("tag", *sorted(first), "first week")
    week.export("generic", tag="first week", of=first)

    # Wednesday: the generic sheet comes back; one was written to, one is not wanted, one unsubscribed.
    week.sleep()
    ids = {key: week.id_of(key) for key in ("solberg", "zhao-harbour", "rasmussen")}
    sheet = week.sheets / "generic.csv"
    edit(
        sheet,
        {
            ids["solberg"]: {"stage": "contacted", "contacted_at": "2026-11-10", "note": "Likes tides"},
            ids["zhao-harbour"]: {"stage": "rejected", "verdict": "no"},
            ids["rasmussen"]: {"unsubscribed": "yes"},
        },
    )
    told = week.do("import", "stages", str(sheet), "--dry-run")
    assert f"{ids['solberg']}  Ingrid Solberg  contacted_at: 2026-11-10" in told.stdout
    assert week.rows("SELECT 1 FROM stage_event") == []
    assert "1 unsubscribed: forgotten" in week.do("import", "stages", str(sheet)).stderr
    week.contacted |= {ids["solberg"], ids["zhao-harbour"]}
    week.closed.add(ids["zhao-harbour"])
    week.leave("rasmussen", ids["rasmussen"])
    said = week.export("excel")
    assert "left out: exported before" in said.stderr
    assert "2 left out: contacted before" in said.stderr

    # Thursday: everybody may go out once more, to another tool. Somebody whose name is printed in three forms asks to
    # be forgotten. Two namesakes are taken for one.
    week.sleep()
    week.export("greenhouse", again=True)
    forgotten = week.one_entry("ferrandiz")
    week.do("forget", forgotten, "--yes")
    week.leave("ferrandiz", forgotten)
    week.check_who_is_gone()
    lake, harbour = week.id_of("zhao-lake"), week.id_of("zhao-harbour")
    before_the_mistake = week.memory()
    week.do("merge", lake, harbour)
    assert week.entries("zhao-lake") == week.entries("zhao-harbour") == {lake}
    week.follow()
    assert lake in week.closed

    # Friday: the mistake of the day before is taken apart; both are as they were.
    week.sleep()
    week.export("gem")
    theirs = [one.arxiv_id for one in week.upstream.world.papers if one.authors[0].person == "zhao-harbour"]
    week.do("split", lake, *(f"arXiv:{one}" for one in theirs if one < "2611.05"))
    assert week.entries("zhao-lake") == {lake}
    assert week.entries("zhao-harbour") == {harbour}
    week.recall(before_the_mistake)
    assert lake not in week.closed | week.contacted

    # Monday, Tuesday, Wednesday: a further sheet each, with those who are new since the one before.
    for preset in ("lever", "hubspot", "linkedin"):
        week.sleep()
        week.export(preset)
    assert set(PRESETS) == {path.stem for path in week.sheets.iterdir()}

    # The same papers are read again from the beginning: who was forgotten, or never wanted, stays away.
    reached = week.rows("SELECT source, scope, value FROM cursor ORDER BY source, scope")
    assert {source for source, *_ in reached} == {"arxiv"}
    week.do("crawl", "arxiv", "--since", "2026-11-06")
    # What lies between a date that was asked for and what was reached before is not taken for read.
    assert week.rows("SELECT source, scope, value FROM cursor ORDER BY source, scope") == reached
    for phase in ("resolve", "assess", "rank"):
        week.do(phase)
    week.check_who_is_gone()

    # Whoever was found in the first days must have been told by now: two are, the others go.
    week.do("notices", "--sent", week.id_of("solberg"), week.id_of("kowalski"), "--channel", "e-mail")
    before = week.ids(CANDIDATES)
    warned = week.do("purge")
    due = {one for one in before if one in warned.stdout}
    assert due == week.entries("zhao-harbour", "zhao-lake")
    assert "2 people would be erased" in warned.stderr
    assert week.ids(CANDIDATES) == before
    week.do("purge", "--yes")
    assert week.ids(CANDIDATES) == before - due
    assert b"min zhao" not in week.everything_kept()
    log = [action for (action,) in week.rows("SELECT action FROM audit_event ORDER BY id")]
    assert log.count("export") == 7
    assert log.count("purge") == 2
    subjects = week.ids("SELECT subject FROM audit_event WHERE action IN ('forget', 'purge')")
    assert all(one.startswith(("forgotten-", "purged-")) for one in subjects)


CANDIDATES = "SELECT DISTINCT p.public_id FROM ranking r JOIN person p ON p.id = r.person_id"
