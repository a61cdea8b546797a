"""What the corpus index and the originality scorer cost: ``python -m benchmarks.originality [FILE] [--papers N]``.

FILE holds arXiv records, one JSON object a line (default: ``../shared/data/arxiv/corpus-2025.jsonl.gz``); where it is
absent, papers of invented words are made, whose frequencies follow Zipf's law. If it holds too few, they are repeated
under other ids and a year earlier each time: the vocabulary then stays that of the file, the work is that of N papers.

Aims: the index of 75,000 papers built and saved in under 2 minutes on two cores; a night's 1,000 papers added to it,
saved and assessed, from opening it on disk, in under 10 seconds and 1 GB. The night runs in a process of its own, so
that its memory is its own; it is measured from start to end, reading the model and starting Python left out and said
apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ranking.originality import CorpusIndex, OriginalityScorer, PaperText
from ranking.originality.corpus import shipped_weights

ROOT = Path(__file__).resolve().parent.parent

RECORDS = ROOT.parent / "shared" / "data" / "arxiv" / "corpus-2025.jsonl.gz"
NIGHT = 1_000
AIM_BUILD_S, AIM_NIGHT_S, AIM_NIGHT_MB = 120, 10, 1_000
LAST_DAY = datetime(2025, 12, 31, tzinfo=UTC)


def read(path: Path) -> list[PaperText]:
    """Papers of arXiv records, or invented ones where there is no file."""
    if not path.exists():
        return list(invented())
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        PaperText(
            id=f"arXiv:{row['id']}",
            title=row["title"],
            abstract=row["summary"],
            published=datetime.fromisoformat(row["listed"]).replace(tzinfo=UTC),
        )
        for row in rows
    ]


def invented(papers: int = 20_000, length: int = 180) -> Iterator[PaperText]:
    """Papers of invented words, the same on every machine."""
    random = np.random.default_rng(7)
    known = [word for word in shipped_weights().known if word.isalpha()]
    vocabulary = np.asarray(known + ["".join(random.choice(list("aeioulmnrst"), 9)) for _ in range(60_000)])
    share = np.cumsum(1 / (np.arange(len(vocabulary)) + 3.0))
    for number in range(papers):
        text = vocabulary[np.searchsorted(share / share[-1], random.random(length))]
        yield PaperText(
            id=f"invented:{number}",
            title=" ".join(text[:9]),
            abstract=" ".join(text[9:]),
            published=LAST_DAY - timedelta(days=number % 365),
        )


def repeated(papers: Sequence[PaperText], wanted: int) -> Iterator[PaperText]:
    """``wanted`` papers: those given, then again under other ids and a year earlier each time."""
    for number in range(wanted):
        again, place = divmod(number, len(papers))
        paper = papers[place]
        assert paper.published is not None  # noqa: S101 - set by read and invented
        yield PaperText(
            id=f"{paper.id}~{again}" if again else paper.id,
            title=paper.title,
            abstract=paper.abstract,
            published=paper.published - timedelta(days=365 * again),
        )


def night(folder: Path, papers: Sequence[PaperText]) -> None:
    """Open the index, add the papers, save it, assess them; prints seconds of each step and the peak of memory."""
    steps: dict[str, float] = {}
    began = time.perf_counter()
    scorer = OriginalityScorer.load()
    weights = shipped_weights()
    steps["load the model"] = time.perf_counter() - began
    started = time.perf_counter()
    corpus = CorpusIndex.open(folder, scorer.version, weights)
    steps["open"] = time.perf_counter() - started
    before = len(corpus)
    started = time.perf_counter()
    corpus.add(papers)
    steps["add"] = time.perf_counter() - started
    started = time.perf_counter()
    corpus.save_state(folder)
    steps["save"] = time.perf_counter() - started
    started = time.perf_counter()
    assessed = scorer.assess(papers, corpus)
    steps["assess"] = time.perf_counter() - started
    steps["whole night"] = time.perf_counter() - began
    scored = sum(one.score is not None for one in assessed)
    for step, seconds in steps.items():
        print(f"  {step:<18} {seconds:6.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {len(papers):,} papers against {before:,}; {scored:,} scored; peak memory {peak:,.0f} MB")
    print(f"  aims: {AIM_NIGHT_S} s and {AIM_NIGHT_MB:,} MB")


def main() -> int:
    """Run; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=RECORDS)
    parser.add_argument("--papers", type=int, default=75_000)
    parser.add_argument("--night-in", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    found = read(given.file)
    if given.night_in:
        fresh = [
            PaperText(
                id=f"night:{number}",
                title=paper.title,
                abstract=paper.abstract,
                published=LAST_DAY + timedelta(days=1),
            )
            for number, paper in enumerate(found[:: max(1, len(found) // NIGHT)][:NIGHT])
        ]
        del found
        night(given.night_in, fresh)
        return 0
    kind = given.file.name if given.file.exists() else "invented papers"
    print(f"{kind}: {len(found):,} papers, repeated to {given.papers:,}; {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scorer = OriginalityScorer.load()
        corpus = CorpusIndex(scorer.version, shipped_weights())
        started = time.perf_counter()
        corpus.add(repeated(found, given.papers))
        corpus.save_state(folder)
        seconds = time.perf_counter() - started
        size = sum(each.stat().st_size for each in folder.iterdir()) / 1e6
        print(f"full build and save: {seconds:.1f} s (aim {AIM_BUILD_S} s); {size:.0f} MB on disk")
        del corpus
        print("a night:", flush=True)
        asked = [sys.executable, "-m", "benchmarks.originality", str(given.file), "--night-in", name]
        return subprocess.run(asked, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
