"""How fast each parser is: ``python -m benchmarks.parsers [FOLDER]``.

FOLDER holds recorded answers (default: ``../shared/data/upstream``); where it is absent the invented ones of
``tests/fixtures`` are read, which are too small to say much. Seconds are of processor time, so that a busy machine
does not count.

A page of proceedings is one paper; a listing is one answer that holds a whole conference or volume: its line is to be
read by its records. OpenReview's replies (reviews, decisions) are notes as its submissions are, and are counted so.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "spiders")]

SECONDS = 2.0


def measure(parse: object, body: bytes, url: str) -> tuple[float, int]:
    """(parses a second, records of one parse)."""
    parsed = parse(body, url=url)  # type: ignore[operator]
    runs, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        parse(body, url=url)  # type: ignore[operator]
        runs += 1
    return runs / spent, len(getattr(parsed, "records", parsed))


def openreview_notes(count: int) -> bytes:
    """A page of v2 notes, each with three reviews and a decision: none was recorded, so it is built."""
    import json

    from fixture_cases import FIXTURES

    page = json.loads((FIXTURES / "openreview" / "v2_notes.json").read_text("utf-8"))
    note = page["notes"][0]
    note["content"]["abstract"]["value"] = "We let gradients settle in slow water. " * 35
    review = note["details"]["replies"][0]
    review["content"]["summary"]["value"] = "The authors let gradients settle. " * 60
    note["details"]["replies"] = [review] * 3 + note["details"]["replies"][-1:]
    return json.dumps({"notes": [note] * count, "count": count}).encode()


def main() -> None:
    from fixture_cases import CASES, load
    from recordings import RECORDINGS

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "upstream"
    rows = []
    if folder.is_dir():
        rows = [(f"{one.source}: {one.file}", one.parse, one.body(folder), one.url) for one in RECORDINGS]
    else:
        rows = [
            (str(one), lambda b, url, one=one: one.parse(b), one.body, one.url)
            for one in CASES
            if "error" not in one.file
        ]
    notes = openreview_notes(100)
    rows.append(
        (
            "openreview: 100 v2 submissions with 400 replies (built)",
            load("openreview", "parse_openreview_notes"),
            notes,
            "built",
        )
    )
    print("aims: 200 pages/s for a paper's own page; 5,000 notes/s")
    print(f"{'answer':<62} {'kB':>7} {'records':>8} {'pages/s':>9} {'records/s':>10}")
    for name, parse, body, url in rows:
        rate, records = measure(parse, body, url)
        print(f"{name[-62:]:<62} {len(body) / 1000:>7.0f} {records:>8} {rate:>9.1f} {rate * records:>10.0f}")
        if body is notes:
            print(
                f"{'':<62} {'':>7} {5 * records:>8} {'':>9} {rate * 5 * records:>10.0f}  notes/s, replies counted"
            )


if __name__ == "__main__":
    main()
