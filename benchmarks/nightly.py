"""What a night costs, on real records: papers a second for each phase, peak memory, and how fast the verbs answer.

    python -m benchmarks.nightly [--data ../shared/data/arxiv/corpus-2025.jsonl.gz] [--papers N] [--keep FOLDER]

The records are served by the sample upstream's arXiv endpoint in another process, with all delays at 0, and read by
the ordinary client, parser and store into SQLite. The last 1,000 papers are held back for a second night. The crawl
counts records as they are fetched (a cross-listed paper comes once for each archive) and includes waiting for the
server; "parse + store" leaves that out by feeding answers that were fetched beforehand.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared" / "data" / "arxiv" / "corpus-2025.jsonl.gz"
SECOND_NIGHT = 1000
REPEATS = 5


def read_rows(path: Path, limit: int) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows.sort(key=lambda row: (row["listed"], row["id"]))
    return rows[-limit:] if limit else rows


def serve(rows: Sequence[Mapping[str, Any]], pipe: Connection) -> None:
    """Serve the rows as arXiv would, each submitted on the day before it was listed."""
    from sourcing.demo.upstream import DemoUpstream
    from sourcing.demo.world import Author, Paper, Version, World

    papers = []
    second = len(rows) - SECOND_NIGHT
    for number, row in enumerate(rows):
        listed = datetime.fromisoformat(row["listed"]).replace(tzinfo=UTC)
        # The second night's papers become visible a moment after the first night's last.
        announced = listed if number < second else datetime(2030, 1, 1, tzinfo=UTC)
        papers.append(
            Paper(
                arxiv_id=row["id"],
                title=row["title"],
                abstract=row["summary"],
                authors=tuple(Author(name="|".join(name.rsplit(" ", 1))) for name in row["authors"]),
                categories=tuple(row["categories"]),
                versions=(
                    Version(submitted=listed - timedelta(minutes=1 + number % 1380), announced=announced),
                ),
                comment=row["comment"],
            )
        )
    nights = (datetime(2029, 12, 31, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    with DemoUpstream(World(papers=tuple(papers), nights=nights)) as upstream:
        pipe.send((dict(upstream.urls), nights))
        while (night := pipe.recv()) is not None:
            upstream.set_night(night)
            pipe.send(night)


class Seconds(NamedTuple):
    """What something took: by the clock, and of processor time (user and system, finished children included), which
    other programs on the machine disturb less."""

    clock: float
    processor: float
    peak: int = 0  # bytes of memory, of this process, ever

    @classmethod
    def now(cls) -> Seconds:
        used = os.times()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return cls(time.perf_counter(), sum(used[:4]), peak)

    def since(self, began: Seconds) -> Seconds:
        return Seconds(self.clock - began.clock, self.processor - began.processor, self.peak)


@contextmanager
def timed(figures: dict[str, Seconds], name: str) -> Iterator[None]:
    began = Seconds.now()
    yield
    figures[name] = Seconds.now().since(began)


def measure(nights: Sequence[datetime], pipe: Connection) -> None:
    """Two nights in a process of their own, so that its peak memory is that of a nightly run."""
    from sourcing.app import open_app
    from sourcing.assess.papers import assess_papers
    from sourcing.cli import look_through_objects_less
    from sourcing.identity.phase import resolve_phase
    from sourcing.rank import rank_phase
    from sourcing.runs import recorded_run
    from sourcing.settings import load_settings
    from sourcing.sources import crawl

    look_through_objects_less()
    clock = list(nights)
    app = open_app(load_settings(Path(os.environ["SOURCING_CONFIG"])), clock=lambda: clock[0])
    app.console.quiet = True
    for night in (1, 2):
        figures: dict[str, Seconds] = {}
        with recorded_run(app, "nightly", {}) as run:
            with timed(figures, "crawl"):
                crawl(app, run, ["arxiv"], since=None, limit=0)
            with timed(figures, "resolve"):
                resolve_phase(app, run)
            with timed(figures, "assess"):
                assess_papers(app, run)
            with timed(figures, "rank"):
                rank_phase(app, run)
        if run.failed:
            raise SystemExit(f"a source failed: {run.failed}")
        pipe.send((night, figures, run.counts))
        pipe.recv()
        if len(clock) > 1:
            clock.pop(0)
    app.close()
    pipe.send(Seconds.now().peak)


def parse_and_store(urls: Mapping[str, str], folder: Path, pipe: Connection) -> None:
    """Papers, and what it took to parse and store pages fetched beforehand, with nothing else in the clock.

    In a process of its own, as a night is: beside the whole corpus in memory it would measure the collector.
    """
    import requests

    from db.engine import new_session, open_database
    from db.records import Page
    from db.store import save_page
    from db.suppression import Suppressor
    from sourcing.cli import look_through_objects_less
    from spiders.parsing.arxiv_atom import parse_arxiv_atom

    look_through_objects_less()
    bodies = []
    for start in range(0, 6000, 500):
        query = {
            "search_query": "cat:cs.*",
            "start": str(start),
            "max_results": "500",
            "sortBy": "submittedDate",
        }
        bodies.append(requests.get(urls["arxiv_api"], params=query, timeout=60).content)
    engine = open_database(f"sqlite:///{folder / 'parse.db'}")
    nobody, count = Suppressor(b"k" * 32), 0
    with new_session(engine) as session:
        began = Seconds.now()
        for body in bodies:
            parsed = parse_arxiv_atom(body, url="https://export.arxiv.org/api/query")
            page = Page(
                source="arxiv", url="", fetched_at=datetime.now(UTC), terms="CC0", records=parsed.records
            )
            count += save_page(session, page, suppressor=nobody).new
        taken = Seconds.now().since(began)
    engine.dispose()
    pipe.send((count, taken))


def as_process(*words: str) -> Seconds:
    """What a verb takes as a process: the median of :data:`REPEATS`."""
    taken = []
    for _ in range(REPEATS):
        began = Seconds.now()
        subprocess.run([sys.executable, "-m", "sourcing", *words], cwd=ROOT, capture_output=True, check=True)
        taken.append(Seconds.now().since(began))
    return sorted(taken)[REPEATS // 2]


def write_config(folder: Path, urls: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Path:
    archives = {category.split(".")[0]: "." in category for row in rows for category in row["categories"][:1]}
    categories = [f"{archive}.*" if divided else archive for archive, divided in sorted(archives.items())]
    path = folder / "sourcing.toml"
    path.write_text(
        f'[database]\nurl = "sqlite:///{folder}/sourcing.db"\n'
        '[crawl]\ncache_dir = ""\nsince = 2000-01-01\noverlap_days = 10\n'
        "[upstreams]\n"
        + "".join(f'{key} = "{url}"\n' for key, url in urls.items())
        + "[delays]\narxiv_api = 0\n"
        f"[sources.arxiv]\ncategories = {json.dumps(categories)}\n"
    )
    return path


def report(night: int, figures: Mapping[str, Seconds], counts: Mapping[str, Any]) -> None:
    fetched, new, scored = (
        counts.get(name, 0) for name in ("crawl.fetched", "crawl.new", "score papers.papers")
    )
    print(f"night {night}: {fetched:,} records fetched, {new:,} of them new, {scored:,} papers scored")
    done = {"crawl": fetched, "resolve": new, "assess": scored, "rank": scored}
    for phase, taken in figures.items():
        aim = "aim < 10 s" if night == 2 and phase == "assess" else ""
        say_rate(f"  {phase}", done[phase], taken, aim)


def say_rate(what: str, papers: int, taken: Seconds, aim: str = "") -> None:
    said = f"{papers / taken.clock:10,.0f} papers/s {taken.clock:7.1f} s   processor {taken.processor:7.1f} s"
    said += f" {papers / taken.processor:8,.0f} papers/s   peak {taken.peak / 1e6:5,.0f} MB"
    print(f"{what:<20}{said}" + (f"   ({aim})" if aim else ""), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description="What a night costs, on real records.")
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--papers", type=int, default=0, help="the newest N only; 0 for all")
    options.add_argument("--keep", type=Path, help="a new folder to leave settings and database in")
    asked = options.parse_args()
    if not asked.data.exists():
        raise SystemExit(f"{asked.data} is not there; give --data a .jsonl.gz of arXiv records")
    rows = read_rows(asked.data, asked.papers)
    with tempfile.TemporaryDirectory(prefix="sourcing-bench-") as name:
        folder = asked.keep.resolve() if asked.keep else Path(name)
        folder.mkdir(parents=True, exist_ok=asked.keep is None)
        bench(rows, folder)


def bench(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    server = processes.Process(target=serve, args=(rows, theirs), daemon=True)
    server.start()
    urls, nights = ours.recv()
    os.environ["SOURCING_CONFIG"] = str(write_config(folder, urls, rows))
    print(f"{len(rows):,} real records, {rows[0]['listed']} to {rows[-1]['listed']}, {os.cpu_count()} cores")
    inner, outer = processes.Pipe()
    alone = processes.Process(target=parse_and_store, args=(urls, folder, outer))
    alone.start()
    say_rate("parse + store", *inner.recv(), "aim 2,000")
    alone.join()
    child = processes.Process(target=measure, args=(nights, outer))
    child.start()
    for _ in nights:
        report(*inner.recv())
        ours.send(2)
        inner.send(ours.recv())
    print(f"peak memory         {inner.recv() / 1e6:10,.0f} MB   (aim < 1,000)")
    child.join()
    for words, aim in ((("--help",), 0.3), (("shortlist", "--json"), 0.5)):
        taken = as_process(*words)
        named = f"sourcing {words[0]}"
        print(f"{named:<20}{taken.clock:10.2f} s    processor {taken.processor:.2f} s   (aim < {aim})")
    ours.send(None)
    server.join(10)


if __name__ == "__main__":
    main()
