"""Speed and memory of reading and judging repositories. By hand::

    python -m benchmarks.code_quality --data SNAPSHOTS.csv   # rows of `evaluate code`
    python -m benchmarks.code_quality                        # invented repositories

Prints seconds of one core after the clone (ours and our child processes'), wall-clock time with joblib, and the
peak memory of this process and of its largest child.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, read_path
from sourcing.evaluate.code import read_labels

MODULE = '''"""Module {n}."""

import logging

log = logging.getLogger(__name__)

{functions}
'''
FUNCTION = '''
def step_{n}(values: list[float], factor: float = {n}.0) -> list[float]:
    """Scale the values and drop what became negative."""
    kept = []
    for value in values:
        scaled = value * factor
        if scaled < 0:
            log.debug("dropped %s", value)
            continue
        kept.append(scaled)
    return kept

'''


def invent(folder: Path, files: int) -> Path:
    """A repository of ``files`` modules of some 220 lines."""
    folder.mkdir()
    (folder / "README.md").write_text("# Invented\n\npip install .\n\npython train.py\n")
    for n in range(files):
        functions = "".join(FUNCTION.format(n=20 * n + k) for k in range(20))
        (folder / f"module_{n}.py").write_text(MODULE.format(n=n, functions=functions))
    return folder


def processor_s() -> float:
    """Seconds of processor time that this process and its ended children have used."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def judge(path: Path, revision: str | None, scorer: CodeQualityScorer) -> float | None:
    """Seconds of processor time for one repository; ``None`` where it cannot be read."""
    began = processor_s()
    try:
        scorer.assess("snapshot", read_path(path, revision))
    except CheckoutError:
        return None
    return processor_s() - began


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="CSV with the column path, as for evaluate code")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    scorer = CodeQualityScorer.load()
    with tempfile.TemporaryDirectory() as folder:
        if given.data:
            places = sorted({(row.path, row.revision) for row in read_labels(given.data)}, key=str)
        else:
            places = [(invent(Path(folder) / str(n), 2 + n % 40), None) for n in range(40)]
        found = [judge(path, revision, scorer) for path, revision in places]
        seconds = np.array([s for s in found if s is not None])
        for name, share in (("median", 50), ("p95", 95), ("p99", 99), ("largest", 100)):
            print(f"{name:>10}: {np.percentile(seconds, share):.2f} s of one core a repository")
        began = time.perf_counter()
        Parallel(n_jobs=given.workers)(delayed(judge)(path, revision, scorer) for path, revision in places)
        wall = time.perf_counter() - began
    print(
        f"{len(places)} repositories with {given.workers} workers: {wall:.1f} s of wall-clock time, ", end=""
    )
    print(f"at this rate 200 take {200 * wall / len(places):.0f} s")
    unit = 1 << 10  # ru_maxrss is in KiB on Linux
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.0f} MB, ", end="")
    print(f"largest child {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit:.0f} MB")


if __name__ == "__main__":
    main()
