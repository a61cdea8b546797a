"""How fast a large database answers: builds one of 100,000 people and 300,000 papers, then asks.

    make bench, or: PYTHONPATH=. python benchmarks/queries.py [--people 100000] [--papers 300000] [--keep FOLDER]

Names, titles and abstracts are invented; word frequencies follow Zipf's law, so that a common word matches a large
part of all abstracts, as it does in real ones. ``--keep`` builds into a folder that a later call uses again. Aims:
150 ms within the process, 600 ms as a command.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.keys.names import name_key
from db.keys.papers import title_key
from db.queries.find import find_subject
from db.queries.search import count_matches, search
from db.queries.shortlist import ShortlistFilter, shortlist
from db.queries.show import show
from db.records import Axis
from db.schema import (
    AssessmentRow,
    Authorship,
    DigestEntry,
    Implementation,
    Paper,
    Person,
    PersonIdentifier,
    PersonName,
    Ranking,
    RecordRow,
    Repository,
    StageEvent,
    Table,
)
from sourcing.ladder import load_ladders
from sourcing.settings import PRESETS

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ROLES = ("ml-researcher", "ml-engineer")
BATCH = 5_000
AIM_INSIDE_MS, AIM_COMMAND_MS = 150, 600
HEAD = tuple(
    """
    the of and a to in we for that with on is as by this our from are learning model data models training method
    neural network deep language large image diffusion graph transformer attention reinforcement policy video
    federated privacy causal inference optimization generative adversarial robustness retrieval reasoning agents
    alignment benchmark evaluation representation contrastive self supervised segmentation detection time series
    forecasting bayesian uncertainty calibration sparse quantization efficient distributed systems
    """.split()  # noqa: SIM905 (72 quoted words read worse)
)
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "qui",
    "ro",
    "su",
    "ta",
    "ve",
)
CATEGORIES = ("cs.LG", "cs.AI", "cs.CL", "cs.CV", "stat.ML", "cs.RO", "cs.CR", "eess.AS")


class World:
    """Invented rows, the same on every machine."""

    def __init__(self, people: int, papers: int) -> None:
        self.people, self.papers = people, papers
        self.rng = np.random.default_rng(7)
        self.words = np.array([*HEAD, *(self._word() for _ in range(20_000))])
        weight = 1.0 / (np.arange(len(self.words)) + 3.0)
        self.cumulated = np.cumsum(weight / weight.sum())
        self.given = [self._word().title() for _ in range(1_500)]
        self.family = [self._word().title() for _ in range(12_000)]

    def _word(self) -> str:
        return "".join(self.rng.choice(SYLLABLES, size=int(self.rng.integers(2, 5))))

    def text(self, length: int) -> str:
        """``length`` words."""
        return " ".join(self.words[np.searchsorted(self.cumulated, self.rng.random(length))])

    def name(self, number: int) -> tuple[str, str]:
        """The given and family name of a person; some names are shared."""
        return self.given[number * 7_919 % 1_500], self.family[number * 104_729 // 13 % 12_000]


def build(session: Session, world: World) -> None:
    """Fill an empty database."""
    for table, rows in (
        (Person, people(world)),
        (PersonName, names(world)),
        (PersonIdentifier, identifiers(world)),
        (Paper, papers(world)),
        (RecordRow, records(world)),
        (Authorship, authorships(world)),
        (Repository, repositories(world)),
        (Implementation, implementations(world)),
        (AssessmentRow, assessments(world)),
        (Ranking, rankings(world)),
        (DigestEntry, shown(world)),
        (StageEvent, stages(world)),
    ):
        began = time.monotonic()
        count = fill(session, table, rows)
        print(f"  {table.__tablename__:<18} {count:>9,} rows  {time.monotonic() - began:6.1f} s", flush=True)


def fill(session: Session, table: type[Table], rows: Iterator[dict[str, Any]]) -> int:
    count, batch = 0, []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            session.execute(insert(table), batch)
            count += len(batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)
    session.commit()
    return count + len(batch)


def people(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.people + 1):
        given, family = world.name(number)
        yield {
            "id": number, "public_id": f"p-{number:08d}", "full_name": f"{given} {family}", "given": given,
            "family": family, "name_key": name_key(f"{given} {family}"),
            "affiliation": f"{world.family[number % 900]} University" if number % 3 else None,
            "sector": ("academia", "industry", None)[number % 3], "country": ("NO", "DE", None, "US")[number % 4],
            "first_paper_year": 2026 - number % 12 if number % 5 else None,
            "origins": {"affiliation": number} if number % 3 else {},
            "first_seen": NOW - timedelta(days=number % 400), "last_seen": NOW - timedelta(days=number % 30),
        }  # fmt: skip


def names(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.people + 1):
        given, family = world.name(number)
        for form in (f"{given} {family}", f"{given[0]}. {family}"):
            yield {"person_id": number, "name": form, "name_key": name_key(form)}


def identifiers(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.people + 1, 2):
        for kind, value in (("orcid", f"9999-0000-{number:08d}"), ("github", f"dev{number}")):
            yield {"person_id": number, "kind": kind, "value": value, "confidence": "confirmed", "source": "orcid",
                   "fetched_at": NOW}  # fmt: skip


def papers(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.papers + 1):
        title = world.text(9)
        yield {
            "id": number, "public_id": f"arXiv:{number:09d}", "title": title, "title_key": title_key(title),
            "abstract": world.text(140), "published": NOW - timedelta(hours=number % 40_000),
            "arxiv_id": f"{number:09d}", "primary_category": CATEGORIES[number % 8], "categories": [],
            "keywords": [], "awards": [], "code_urls": [], "page_urls": [],
            "venue": "ICLR" if number % 7 == 0 else None, "venue_year": 2026 if number % 7 == 0 else None,
            "decision": "poster" if number % 7 == 0 else None, "url": f"https://arxiv.example/abs/{number:09d}",
            "withdrawn": False, "n_authors": 3, "text_hash": f"{number:x}", "origins": {"title": number},
            "first_seen": NOW - timedelta(days=number % 400), "last_seen": NOW,
        }  # fmt: skip


def records(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.papers + 1):
        yield {"id": number, "kind": "paper", "source": "arxiv", "source_key": f"{number:09d}",
               "url": f"https://arxiv.example/abs/{number:09d}", "terms": "CC0", "payload": {},
               "payload_hash": f"{number:x}", "deleted": False, "first_seen": NOW, "fetched_at": NOW,
               "changed_at": NOW, "paper_id": number}  # fmt: skip


def authorships(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.papers + 1):
        for position in (1, 2, 3):
            person = (number * 7 + position * 31_337) % world.people + 1
            given, family = world.name(person)
            full = f"{given} {family}"
            yield {"paper_id": number, "position": position, "is_first": position == 1, "name": full,
                   "name_key": name_key(full), "joint_first": False, "variants": [], "affiliations": [],
                   "identifiers": [], "origins": {}, "person_id": person}  # fmt: skip


def repositories(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.papers // 5 + 1):
        key = f"github.com/dev{number}/{world.words[number % 20_000]}-{number}"
        yield {"id": number, "key": key, "url": f"https://{key}", "status": "live", "topics": [],
               "description": world.text(8), "readme": world.text(80), "origins": {}, "first_seen": NOW,
               "last_seen": NOW}  # fmt: skip


def implementations(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.papers // 5 + 1):
        yield {"paper_id": number * 5, "repository_id": number, "kind": "official", "probability": 0.98,
               "evidence": [{"text": "the abstract names it"}], "first_seen": NOW, "last_seen": NOW}  # fmt: skip


def assessments(world: World) -> Iterator[dict[str, Any]]:
    evidence = [{"text": "a phrase that reviewers like", "weight": 1.5} for _ in range(5)]
    for number in range(1, world.papers + 1):
        for axis in (Axis.ORIGINALITY, Axis.IMPORTANCE):
            score = float(world.rng.uniform(0, 100))
            yield {"subject_kind": "paper", "subject_id": f"arXiv:{number:09d}", "axis": str(axis), "scorer": "bench",
                   "scorer_version": "1", "status": "scored", "score": score, "low": max(0.0, score - 12),
                   "high": min(100.0, score + 12), "parts": [], "evidence": evidence, "assessed_at": NOW}  # fmt: skip


def rankings(world: World) -> Iterator[dict[str, Any]]:
    for role in ROLES:
        for rank, number in enumerate(world.rng.permutation(world.people) + 1, start=1):
            score = 100.0 * (1 - rank / world.people)
            axes = {
                str(axis): {"score": (score + 17 * place) % 100, "low": 5.0, "high": 95.0}
                for place, axis in enumerate(Axis)
                if axis is not Axis.CODE_QUALITY or rank % 3 == 0
            }
            code = axes.get(str(Axis.CODE_QUALITY), {}).get("score")
            yield {
                "role": role, "person_id": int(number), "rank": rank, "score": score, "low": score - 10,
                "high": score + 10, "axes": axes, "originality": axes[str(Axis.ORIGINALITY)]["score"],
                "code_quality": code, "why": "First author of an invented paper.", "excluded": None,
                "unknown_bars": [], "best_paper_id": int(number), "repository_id": None, "input_hash": "x",
                "ranked_at": NOW,
            }  # fmt: skip


def shown(world: World) -> Iterator[dict[str, Any]]:
    for role in ROLES:
        for number in range(1, world.people + 1, 3):
            yield {"role": role, "person_id": number, "evidence": {"score": 50.0}, "at": NOW}


def stages(world: World) -> Iterator[dict[str, Any]]:
    for number in range(1, world.people + 1, 9):
        yield {"person_id": number, "stage": "contacted", "at": NOW, "by": "bench"}


def questions(session: Session, world: World) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked, by name."""

    def listed(**wanted: Any) -> Callable[[], object]:
        return lambda: shortlist(session, ShortlistFilter(role=ROLES[0], **wanted), now=NOW)

    def with_ladders() -> object:
        found = shortlist(session, ShortlistFilter(role=ROLES[0]), now=NOW)
        return load_ladders(session, [one.row_id for one in found], ROLES[0], PRESETS[ROLES[0]])

    yield "shortlist", listed()
    yield "shortlist, with ladders", with_ladders
    yield "shortlist --new", listed(new=True)
    yield "shortlist --since", listed(since=NOW - timedelta(days=3))
    yield "shortlist --area cs.RO", listed(area="cs.RO")
    yield "shortlist --area federated", listed(area="federated")
    yield "shortlist --area nobody-writes-this", listed(area="nobodywritesthis")
    yield "shortlist --min-code 97 --min-originality 97", listed(min_code=97.0, min_originality=97.0)
    yield "shortlist --sector industry --max-years 3", listed(sector="industry", max_years=3)
    yield "shortlist --stage contacted", listed(stage="contacted")
    yield "shortlist --stage hired (nobody)", listed(stage="hired")
    yield "shortlist, page 500", listed(skip=9_980)
    for word in ("p-00000042", "arXiv:000000042", next(iter(repositories(world)))["key"]):
        yield f"show {word[:24]}", lambda word=word: show(session, find_subject(session, word))
    full = " ".join(world.name(77))
    yield "show by name", lambda: find_subject(session, full)
    for query in (
        "diffusion", "the", "learning model", "attention is all our data", "trans*", "diffusion NOT video",
        '"graph transformer" OR causal', world.family[5], "zzzz",
    ):  # fmt: skip
        yield f"search {query}", lambda query=query: (
            search(session, query, limit=10), count_matches(session, query)
        )  # fmt: skip


def ask(name: str, question: Callable[[], object], repeats: int) -> None:
    took, worked = [], []
    for _ in range(repeats):
        began, busy = time.perf_counter(), time.process_time()
        question()
        took.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
    tell(name, took, worked, AIM_INSIDE_MS)


def tell(name: str, took: list[float], worked: list[float], aim: int) -> None:
    """Time by the clock, which others on the machine lengthen, and by the processor, which they hardly do."""
    median = statistics.median(took)
    mark = "" if median < aim else "  over the aim"
    print(
        f"  {name:<48} median {median:7.1f} ms   worst {max(took):7.1f} ms   "
        f"processor {statistics.median(worked):6.1f} ms{mark}",
        flush=True,
    )


def ask_commands(folder: Path, world: World, repeats: int) -> None:
    environment = {**os.environ, "SOURCING_DATABASE_URL": f"sqlite:///{folder / 'sourcing.db'}"}
    for verb in (
        ["shortlist"], ["shortlist", "--new", "--area", "cs.RO", "--json"], ["show", "p-00000042"],
        ["show", "arXiv:000000042"], ["search", "diffusion NOT video"], ["search", world.family[5]],
    ):  # fmt: skip
        took, worked = [], []
        for _ in range(repeats):
            began, busy = time.perf_counter(), children_busy()
            subprocess.run(
                [sys.executable, "-m", "sourcing", *verb],
                env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (children_busy() - busy))
        tell(f"sourcing {' '.join(verb)}", took, worked, AIM_COMMAND_MS)


def children_busy() -> float:
    """Processor time of all commands so far, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--papers", type=int, default=300_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        there = (folder / "sourcing.db").exists()
        engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
        world = World(asked.people, asked.papers)
        with new_session(engine) as session:
            if not there:
                print(f"building {asked.people:,} people and {asked.papers:,} papers", flush=True)
                build(session, world)
            size = (folder / "sourcing.db").stat().st_size
            print(f"database of {size / 1e9:.2f} GB; within the process, {asked.repeats} times each:")
            for name, question in questions(session, world):
                ask(name, question, asked.repeats)
                session.expunge_all()
        engine.dispose()
        print(f"as a command, {asked.repeats} times each:")
        ask_commands(folder, world, asked.repeats)
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB (with the building)"
    )


if __name__ == "__main__":
    main()
