"""How fast each parser is: ``python -m benchmarks.parsers [TEXT]`` (TEXT picks answers whose name contains it).

Every parser of the registry has at least one line: recorded answers of ``../shared/data/upstream`` where there are any,
else an invented one brought to the size of a real page. Seconds are of processor time, so that a busy machine does not
count.

Aims: 200 pages a second where the answer is a page (HTML or XML), 5,000 notes a second where it is JSON; OpenReview's
replies (reviews, decisions) are notes as its submissions are. ``alone`` is what the reader under the parser does with
the same bytes and nothing else (lxml's tree, that of ``json``, feedparser's dictionary): what it does not reach, no
parser on top of it can. ``x`` is how many times as long the whole takes, records included.
"""

from __future__ import annotations

import io
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


def per_second(run: Callable[[], Any]) -> float:
    """Runs a second."""
    runs, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        run()
        runs += 1
    return runs / spent


def reader(row: Row) -> Callable[[], Any]:
    """What stands under a parser: it makes a tree of the bytes and stops there."""
    import feedparser

    from spiders.parsing.markup import read_html, read_xml

    if row.body.lstrip()[:1] in b"{[":
        return lambda: json.loads(row.body)
    if row.parser == "parse_feed":
        return lambda: feedparser.parse(
            io.BytesIO(row.body), sanitize_html=False, resolve_relative_uris=False
        )
    if row.body.lstrip().startswith(b"<?xml"):
        return lambda: read_xml(row.body, url=row.url)
    return lambda: read_html(row.body, url=row.url)


def records_of(row: Row) -> int:
    """How many records one parse gives."""
    parsed = row.parse(row.body, url=row.url)
    records = getattr(parsed, "records", parsed)
    return 1 if records is None or isinstance(records, str) else len(records)


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
                grown(case.parser, case.body),
                case.url,
            )
        )
    return rows


# One entry of a list, and what in it names the paper.
_ENTRIES = {
    "parse_neurips_list": (rb'<li class="conference".*?</li>', rb"(?:00aa){8}", b"%032x"),
    "parse_acl_listing": (
        rb'<p class="d-sm-flex align-items-stretch">(?:(?!<p ).)*?abs</a>.*?</div></div>',
        rb"(?<=acl-long[.])1\b|(?<=acl-long--)1\b",
        b"%d",
    ),
}
PAPERS_LISTED = 1_000


def grown(parser: str, body: bytes) -> bytes:
    """An invented answer at the size of a real one: longer lists, fifty posts in a feed, some text in pages."""
    if body.lstrip()[:1] == b"{":
        value = json.loads(body)
        longest = max(value, key=lambda key: len(value[key]) if isinstance(value[key], list) else 0)
        if isinstance(value[longest], list):
            value[longest] *= 20
        return json.dumps(value).encode()
    if parser in _ENTRIES:
        entry, name, form = _ENTRIES[parser]
        listed = re.search(entry, body, re.DOTALL)
        if listed is None:
            raise LookupError(f"the invented list of {parser} has no entry of the known form")
        text = listed[0].replace(b"Ships talk.", b"Ships talk, and harbours answer slowly. " * 30)
        entries = (re.sub(name, form % number, text) for number in range(1, PAPERS_LISTED + 1))
        return body.replace(listed[0], b"\n".join(entries), 1)
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
    print(
        f"{'answer':<58} {'kB':>6} {'records':>8} {'pages/s':>9} {'MB/s':>6} {'records/s':>10}"
        f" {'alone':>9} {'x':>5}  aim"
    )
    below: list[str] = []
    seconds: dict[
        str, tuple[float, int]
    ] = {}  # of one page, and how many records it holds: the largest of its parser
    for row in sorted(rows, key=lambda row: (row.parser, row.name)):
        if chosen not in row.name:
            continue
        records = records_of(row)
        rate = per_second(lambda row=row: row.parse(row.body, url=row.url))  # type: ignore[misc]
        alone = per_second(reader(row))
        seconds[row.parser] = max(seconds.get(row.parser, (0.0, 0)), (1 / rate, records))
        if row.body.lstrip()[:1] in b"{[" and row.parser not in _SINGLE:
            notes = rate * notes_in(row, records)
            reached = notes >= NOTES_AIM
            aim = f"{NOTES_AIM:,.0f} notes/s"
            aim += f", {notes:,.0f} with replies" if notes > rate * records else ""
        else:
            reached, aim = rate >= PAGES_AIM, f"{PAGES_AIM:,.0f} pages/s"
        if not reached:
            below.append(
                f"{row.name[-58:]}: {rate:,.1f} pages/s of {len(row.body) / 1e6:.2f} MB"
                f" = {rate * len(row.body) / 1e6:,.1f} MB/s = {rate * records:,.0f} records/s;"
                f" its reader alone {alone:,.1f} pages/s"
            )
        print(
            f"{row.name[-58:]:<58} {len(row.body) / 1000:>6.0f} {records:>8} {rate:>9.1f}"
            f" {rate * len(row.body) / 1e6:>6.1f} {rate * records:>10,.0f} {alone:>9.1f} {alone / rate:>5.1f}"
            f"  {'reached' if reached else 'BELOW'} ({aim})  {row.parser}",
            flush=True,
        )
    print(f"{len(below)} below the aim")
    for sentence in below:
        print(f"  {sentence}")
    print_venues(seconds)


def print_venues(seconds: dict[str, tuple[float, int]]) -> None:
    """A venue as its spider reads it: the list, then the page of each paper in it."""
    from spiders.cvf import CvfSpider
    from spiders.neurips import NeuripsSpider
    from spiders.pmlr import PmlrSpider

    for spider in (CvfSpider, NeuripsSpider, PmlrSpider):
        listing, paper = spider.parse_listing.__name__, spider.parse_paper.__name__
        if listing in seconds and paper in seconds:
            listed, papers = seconds[listing]
            pages, whole = 1 + papers, listed + papers * seconds[paper][0]
            print(
                f"{spider.name}: its list and the pages of its {papers:,} papers, {pages:,} pages in {whole:.2f} s"
                f" = {pages / whole:,.0f} pages/s"
            )


if __name__ == "__main__":
    main()
