"""How fast each parser is: ``python -m benchmarks.parsers [TEXT]`` (TEXT picks answers whose name contains it).

Every parser of the registry has at least one line: recorded answers of ``../shared/data/upstream`` where there are any,
else an invented one brought to the size of a real page. Seconds are of processor time, so that a busy machine does not
count.

Aims: 200 pages a second for a page of one paper or person, 5,000 notes a second for JSON. A listing is one page that
holds a whole conference: it is measured by its papers, of which it must give 200 a second as well. OpenReview's replies
(reviews, decisions) are notes as its submissions are, and are counted so.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "spiders")]

SECONDS = 1.0
PAGES_AIM, NOTES_AIM = 200.0, 5_000.0
# One JSON answer of these holds one thing with dozens of fields of its own: a page, not a list of notes.
_SINGLE = frozenset({"parse_repository", "parse_orcid", "parse_readme"})


@dataclass(frozen=True)
class Row:
    name: str
    parser: str
    parse: Callable[..., Any]
    body: bytes
    url: str


def notes_in(row: Row, records: int) -> int:
    """How many notes an answer holds: OpenReview's replies are notes as well."""
    if row.parser != "parse_openreview_notes":
        return records
    details = [note.get("details", {}) for note in json.loads(row.body)["notes"]]
    return records + sum(len(one.get("replies", one.get("directReplies", ()))) for one in details)


def measure(row: Row) -> tuple[float, int]:
    """(parses a second, records of one parse)."""
    parsed = row.parse(row.body, url=row.url)
    runs, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        row.parse(row.body, url=row.url)
        runs += 1
    records = getattr(parsed, "records", parsed)
    return runs / spent, 1 if records is None or isinstance(records, str) else len(records)


def recorded() -> list[Row]:
    """One answer for each parser and layout that was recorded, the largest of its kind."""
    from recordings import UPSTREAM, recordings

    largest: dict[tuple[str, str], Row] = {}
    for one in recordings(UPSTREAM) if UPSTREAM.is_dir() else ():
        if (
            one.parser in {"parse_refusal", "parse_readme"}
            or "2024-12-26" in one.name
            or "inspire" in one.name
        ):
            continue
        # Layouts of proceedings differ by file, answers of an interface only by size.
        layout = one.name if one.source in {"neurips", "acl"} else ""
        row = Row(one.name, one.parser, one.parse, one.body, one.url)
        try:
            if not getattr(one.parse(one.body, url=one.url), "records", True):
                continue
        except ValueError:
            continue
        if len(row.body) > len(largest.get((one.parser, layout), Row("", "", print, b"", "")).body):
            largest[one.parser, layout] = row
    return list(largest.values())


def invented(known: set[str]) -> list[Row]:
    """Answers to parsers of which nothing was recorded."""
    from fixture_cases import CASES

    rows = []
    for case in CASES:
        if case.parser in known or "challenge" in case.file or "error" in case.file:
            continue
        known.add(case.parser)
        rows.append(
            Row(
                f"tests/fixtures/{case} (grown)",
                case.parser,
                lambda body, url, case=case: case.parse(body),
                grown(case.body),
                case.url,
            )
        )
    return rows


def grown(body: bytes) -> bytes:
    """An invented answer at the size of a real one: longer lists, fifty posts in a feed, some text in pages."""
    if body.lstrip()[:1] == b"{":
        value = json.loads(body)
        longest = max(value, key=lambda key: len(value[key]) if isinstance(value[key], list) else 0)
        if isinstance(value[longest], list):
            value[longest] *= 20
        return json.dumps(value).encode()
    if (post := re.search(rb"<(entry|item)>.*?</\1>", body, re.DOTALL)) is not None:
        return body.replace(post[0], post[0] * 50, 1)
    filler = (
        b"<p>We let gradients settle in slow water, and <a href='/more'>wait</a> for the tide.</p>\n" * 200
    )
    return body.replace(b"</body>", filler + b"</body>", 1)


def openreview_notes(count: int) -> bytes:
    """A page of v2 notes, each with three reviews and a decision: none was recorded, so it is built."""
    from fixture_cases import FIXTURES

    page = json.loads((FIXTURES / "openreview" / "v2_notes.json").read_text("utf-8"))
    note = page["notes"][0]
    note["content"]["abstract"]["value"] = "We let gradients settle in slow water. " * 35
    review = note["details"]["replies"][0]
    review["content"]["summary"]["value"] = "The authors let gradients settle. " * 60
    note["details"]["replies"] = [review] * 3 + note["details"]["replies"][-1:]
    return json.dumps({"notes": [note] * count, "count": count}).encode()


def main() -> None:
    from fixture_cases import load

    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    rows = recorded()
    rows += invented({row.parser for row in rows})
    parse = load("openreview", "parse_openreview_notes")
    built = "100 v2 submissions with 3 reviews and a decision each (built)"
    rows.append(
        Row(built, "parse_openreview_notes", parse, openreview_notes(100), "https://api2.openreview.net")
    )
    print(f"{'answer':<58} {'kB':>6} {'records':>8} {'pages/s':>9} {'records/s':>10}  aim")
    missed = 0
    for row in sorted(rows, key=lambda row: (row.parser, row.name)):
        if chosen not in row.name:
            continue
        rate, records = measure(row)
        notes = rate * notes_in(row, records)
        is_json = row.body.lstrip()[:1] in b"{["
        if is_json and row.parser not in _SINGLE:
            aim, reached = f"{NOTES_AIM:,.0f} notes/s", notes >= NOTES_AIM
            aim += f", {notes:,.0f} with replies" if notes > rate * records else ""
        else:
            aim, reached = (
                f"{PAGES_AIM:,.0f} pages/s" if records <= 1 else f"{PAGES_AIM:,.0f} papers/s",
                (max(rate, rate * records) >= PAGES_AIM),
            )
        missed += not reached
        print(
            f"{row.name[-58:]:<58} {len(row.body) / 1000:>6.0f} {records:>8} {rate:>9.1f} {rate * records:>10,.0f}"
            f"  {'reached' if reached else 'MISSED'} ({aim})  {row.parser}",
            flush=True,
        )
    print(f"{missed} missed")


if __name__ == "__main__":
    main()
