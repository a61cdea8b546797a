"""What telling people apart costs at three sizes: 100,000 mentions, 1,000,000, and a night of 5,000 into those.

    PYTHONPATH=. python benchmarks/identity.py [--data ../shared/data/identity] [--most 1000000] [--check] [--by-year]

Mentions are real ones (OpenReview and the ACL Anthology), written into an SQLite database as papers with their whole
author lists. Larger sizes replicate them: each copy spells family names and title words in its own way, so that there
are more people and not only more papers, except for the commonest families, whose blocks grow with the corpus as they
do in truth. Times are those of the resolve phase: reading, comparing, writing, describing who changed. ``--check`` also
clusters everything anew and tells how far that agrees with what came night by night. ``--by-year`` asks only this, of
100,000 real mentions: the older half at once, then nights of 5,000 in order of years, then everything anew.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.engine import new_session, open_database
from db.keys.names import name_key, parse_name
from db.keys.papers import title_key
from db.schema import Authorship, Paper, Person
from db.store.upsert import insert_rows
from sourcing.evaluate.identity import agreement
from sourcing.evaluate.rows import read_rows
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.phase import changed_people
from sourcing.people.describe import describe_people
from sourcing.people.profiles import attach_profiles

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "identity"
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NIGHT = 5_000
BY_YEAR = 100_000
COMMON_FAMILIES = 40
AIMS = {100_000: 15, 1_000_000: 300}
AIM_NIGHT_S, AIM_MEMORY_GB = 10, 4


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as printed: its authors are (name, affiliation)."""

    id: str
    title: str
    venue: str
    year: int
    authors: tuple[tuple[str, str], ...]


def read_papers(folder: Path) -> list[Printed]:
    """The papers of both files with whole author lists, in a fixed order."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for name in ("openreview", "acl"):
        for row in read_rows(folder / f"{name}.jsonl.gz"):
            grouped[str(row["paper_id"]), str(row["title"])].append(row)
    papers = []
    for (paper_id, title), rows in sorted(grouped.items()):
        known = {row["name"]: str(row.get("affiliation") or "") for row in rows}
        others = [name for name in rows[0]["coauthors"] if name not in known]
        authors = (*known.items(), *((name, "") for name in dict.fromkeys(others)))
        papers.append(
            Printed(paper_id, title, str(rows[0].get("venue") or ""), int(rows[0]["year"]), authors)
        )
    return papers


class Copies:
    """The same papers by other people, as often as wanted."""

    def __init__(self, papers: Sequence[Printed]) -> None:
        self._papers = papers
        families = Counter(_family(name) for paper in papers for name, _ in paper.authors)
        self._common = {family for family, _ in families.most_common(COMMON_FAMILIES)}

    def papers(self, copy: int, *, night: bool = False) -> Iterator[Printed]:
        """Copy number ``copy``; with ``night``, new papers by its people."""
        ending = "" if copy == 0 else "bcdfghklmnprstvz"[copy % 16] + "aeiou"[copy // 16 % 5]
        for paper in self._papers:
            words = [f"{word}{ending}" for word in paper.title.split()]
            yield Printed(
                f"copy{copy}{'night' if night else ''}:{paper.id}",
                " ".join([*words, *(["again"] if night else [])]),
                paper.venue,
                paper.year,
                tuple((self._renamed(name, ending), where) for name, where in paper.authors),
            )

    def _renamed(self, name: str, ending: str) -> str:
        return name if _family(name) in self._common else f"{name}{ending}"


def _family(name: str) -> str:
    parts = parse_name(name).family_parts
    return parts[-1] if parts else ""


def save(session: Session, papers: Iterator[Printed], most: int) -> int:
    """Write papers until ``most`` authorships are there; gives how many."""
    written = 0
    for some in batches(papers, 2_000):
        chosen = []
        for paper in some:
            if written >= most:
                break
            chosen.append(paper)
            written += len(paper.authors)
        if not chosen:
            break
        ids = {
            row.public_id: row.id
            for row in insert_rows(session, Paper, [_paper(one) for one in chosen], "public_id", "id")
        }
        insert_rows(
            session,
            Authorship,
            [
                _authorship(ids[_public_id(one)], place, name, where)
                for one in chosen
                for place, (name, where) in enumerate(one.authors, 1)
            ],
        )
    session.commit()
    return written


def _public_id(paper: Printed) -> str:
    return f"{paper.id}|{title_key(paper.title)}"


def _paper(paper: Printed) -> dict[str, Any]:
    return {
        "public_id": _public_id(paper), "title": paper.title, "title_key": title_key(paper.title), "categories": [],
        "keywords": [], "awards": [], "code_urls": [], "page_urls": [], "url": "", "withdrawn": False,
        "n_authors": len(paper.authors), "text_hash": "", "origins": {}, "venue": paper.venue,
        "venue_year": paper.year, "first_seen": NOW, "last_seen": NOW,
    }  # fmt: skip


def _authorship(paper_id: int, place: int, name: str, where: str) -> dict[str, Any]:
    return {
        "paper_id": paper_id, "position": place, "is_first": place == 1, "name": name, "name_key": name_key(name),
        "joint_first": False, "variants": [], "affiliations": [where] if where else [], "identifiers": [],
        "origins": {},
    }  # fmt: skip


def resolve(session: Session, now: datetime, *, first: bool) -> tuple[float, float, float]:
    """The resolve phase as a night runs it: seconds in all, of these for deciding and writing who is who; and seconds
    of the processor, which other work on the machine does not lengthen."""
    began, busy = time.perf_counter(), time.process_time()
    outcome = resolve_pending(session, now=now)
    decided = time.perf_counter() - began
    people = None if first else changed_people(outcome)
    attach_profiles(session, now=now, person_ids=people)
    describe_people(session, now=now, person_ids=None if people is None else sorted(people))
    session.commit()
    return time.perf_counter() - began, decided, time.process_time() - busy


def by_year(session: Session, papers: Sequence[Printed]) -> None:
    """Feed in real papers as years went by, cluster everything anew, and tell how far both agree."""
    nights: list[list[Printed]] = [[]]
    written = 0
    for paper in sorted(papers, key=lambda one: (one.year, one.id, one.title)):
        if written >= BY_YEAR // 2 + (len(nights) - 1) * NIGHT:
            if written >= BY_YEAR:
                break
            nights.append([])
        nights[-1].append(paper)
        written += len(paper.authors)
    for number, night in enumerate(nights):
        save(session, iter(night), BY_YEAR)
        resolve(session, NOW + timedelta(days=number), first=number == 0)
    before = clusters(session)
    resolve_everything(session, now=NOW + timedelta(days=len(nights)))
    after = clusters(session)
    found = agreement(before, after)
    kept, again, both = (
        sum(count * (count - 1) // 2 for count in Counter(each).values())
        for each in (before, after, zip(before, after, strict=True))
    )
    print(f"{written:,} mentions in {len(nights) - 1} nights after a first one, then everything anew:")
    print(f"  B3 precision {found['b3_precision']:.5f}, recall {found['b3_recall']:.5f}")
    print(
        f"  of {kept + again - both:,} pairs in one person either way, {1 - both / (kept + again - both):.2%} differ:"
        f" {kept - both:,} together night by night only, {again - both:,} anew only"
    )


def peak_gb() -> float:
    """Peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def clusters(session: Session) -> list[int]:
    rows = session.execute(select(Authorship.id, Authorship.person_id).order_by(Authorship.id))
    return [person_id or 0 for _, person_id in rows]


def tell(what: str, seconds: float, decided: float, busy: float, aim: float) -> None:
    """One line of the table."""
    verdict = "met" if seconds < aim else "NOT met"
    print(
        f"{what:<34} {seconds:8.1f} s {decided:8.1f} s {busy:8.1f} s {peak_gb():6.2f} GB   < {aim:g} s: {verdict}",
        flush=True,
    )


def main() -> None:
    """Build, resolve, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--most", type=int, default=1_000_000, help="mentions of the largest size")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--by-year", action="store_true")
    given = parser.parse_args()
    if not given.data.is_dir():
        sys.exit(f"{given.data}: no such folder; the rows are real and not part of the project")
    papers = read_papers(given.data)
    if given.by_year:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_database(f"sqlite:///{folder}/sourcing.db")
            with new_session(engine) as session:
                by_year(session, papers)
            engine.dispose()
        return
    copies = Copies(papers)
    print(f"{'mentions':<34} {'the phase':>10} {'who is who':>10} {'processor':>10} {'peak':>7}   aim")
    for size in sorted({min(100_000, given.most), given.most}):
        with tempfile.TemporaryDirectory() as folder:
            engine = open_database(f"sqlite:///{folder}/sourcing.db")
            with new_session(engine) as session:
                copy = written = 0
                while written < size:
                    written += save(session, copies.papers(copy), size - written)
                    copy += 1
                tell(f"{written:,}", *resolve(session, NOW, first=True), AIMS.get(size, 300))
                people = session.scalar(select(func.count()).select_from(Person))
                print(f"  {people:,} people")
                new = save(session, copies.papers(max(0, copy - 2), night=True), NIGHT)
                tell(
                    f"{new:,} into {written:,}",
                    *resolve(session, NOW + timedelta(days=1), first=False),
                    AIM_NIGHT_S,
                )
                if given.check:
                    before = clusters(session)
                    resolve_everything(session, now=NOW + timedelta(days=2))
                    found = agreement(before, clusters(session))
                    print(
                        f"  whole again: B3 precision {found['b3_precision']:.5f}, recall {found['b3_recall']:.5f}"
                    )
            engine.dispose()
    print(
        f"peak memory {peak_gb():.2f} GB, aim < {AIM_MEMORY_GB} GB: {'met' if peak_gb() < AIM_MEMORY_GB else 'NOT met'}"
    )


if __name__ == "__main__":
    main()
