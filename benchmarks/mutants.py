"""Mutants of every recorded and every invented answer and file: ``python -m benchmarks.mutants [--count 500] [TEXT]``.

TEXT picks the answers whose name contains it. Each mutant (truncated, retyped, reordered, wrongly encoded, huge, …)
must give records that can be stored, counted warnings, or a refusal; every tenth is saved, and the page must then be
whole or not there. Prints a line for each answer and the totals; exits with 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "spiders")]

KINDS = ("records", "records, warned", "nothing", "nothing, warned", "refused", "saved")
# The bulk file of a whole conference is 2.4 MB of the same shape over and over; its first papers do.
MOST_BYTES = 1_000_000


def main() -> int:
    from file_cases import FILE_CASES
    from fixture_cases import CASES
    from mutant_trial import Outcome, try_mutants
    from recordings import UPSTREAM, recordings

    from db.engine import new_session, open_database

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", nargs="?", default="")
    parser.add_argument("--count", type=int, default=500)
    chosen = parser.parse_args()
    answers = []
    if UPSTREAM.is_dir():
        answers += [
            (one.name, one.source, one.parse, shortened(one.body), one.url) for one in recordings(UPSTREAM)
        ]
    answers += [
        (f"tests/fixtures/{one}", one.source, lambda b, url, one=one: one.parse(b), one.body, one.url)
        for one in CASES
    ]
    # Files are saved by the import itself, row by row matched, in one transaction of its own.
    answers += [(f"tests/fixtures/imports/{one}", "", one.parse, one.body, str(one)) for one in FILE_CASES]
    totals: Counter[str] = Counter()
    wrong: list[str] = []
    slowest: tuple[float, str] = (0.0, "")
    tried = 0
    began = time.process_time()
    print(f"{'answer':<76} " + " ".join(f"{one:>15}" for one in KINDS) + f" {'slowest':>8}")
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/mutants.db")
        for name, source, parse, body, url in answers:
            if chosen.text not in name:
                continue
            with new_session(engine) as session:
                found: Outcome = try_mutants(
                    parse,
                    body,
                    name=name,
                    url=url,
                    source=source,
                    count=chosen.count,
                    session=session if source else None,
                )
            tried += chosen.count
            totals += found.counts
            wrong += found.wrong
            slowest = max(slowest, (found.slowest_s, name))
            print(
                f"{name[-76:]:<76} "
                + " ".join(f"{found.counts[one]:>15}" for one in KINDS)
                + f" {found.slowest_s:>7.2f}s",
                flush=True,
            )
        engine.dispose()
    print(f"{tried:,} mutants: " + ", ".join(f"{totals[one]:,} {one}" for one in KINDS))
    spent = time.process_time() - began
    print(f"wrong: {len(wrong)}; slowest {slowest[0]:.2f} s ({slowest[1]}); {spent:,.0f} s of processor time")
    for sentence in wrong[:50]:
        print(f"  {sentence}")
    return 1 if wrong else 0


def shortened(body: bytes) -> bytes:
    """A bulk JSON file with its first two hundred results."""
    import json

    if len(body) < MOST_BYTES or body[:1] != b"{":
        return body
    value = json.loads(body)
    return json.dumps(value | {"results": value["results"][:200]}).encode() if "results" in value else body


if __name__ == "__main__":
    raise SystemExit(main())
