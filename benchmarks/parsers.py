"""How fast each parser is: ``python -m benchmarks.parsers [TEXT]`` (TEXT picks answers whose name contains it).

Aims: 200 pages a second where answers are pages (HTML or XML), 5,000 notes a second where they are JSON; OpenReview's
replies (reviews, decisions) are notes as its submissions are. Seconds are of processor time, so that a busy machine
does not count. Two things are judged, and the summary gives both:

- **Each answer by itself**, at least one for every parser of the registry: recorded ones of
  ``../shared/data/upstream`` where there are any, else an invented one brought to the size of a real page. A page is a
  page here however much it holds, so that a list of a thousand papers counts as one. ``alone`` is what the reader under
  the parser does with the same bytes and nothing else (lxml's tree, that of ``json``, feedparser's dictionary): what it
  does not reach, no parser on top of it can. ``x`` is how many times as long the whole takes, records included.
- **Each source as its spider reads it**, since a source has one spider, and how long a night computes is up to all the
  pages that this spider reads. Proceedings are a list and then the page of each paper in it: the spider itself is run
  over them, from its first request to its last answer, without a network, so that what it does beside parsing (a second
  look at the list for further ones, the merging of list and page) counts as well. The list is the largest of the table
  above and every paper's page the slowest there. A spider that asks for lists only (ACL's, whose lists have the
  abstracts) is judged by its list. Every other source has one kind of answer at a time and is as fast as the one that
  is furthest from its aim.

Real answers may be larger than recorded ones: arXiv's API is asked for 500 papers at a time and was recorded with 100.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "spiders")]

if TYPE_CHECKING:
    from spiders.listing import ListingSpider

SECONDS = 1.0
PAGES_AIM, NOTES_AIM = 200.0, 5_000.0
# One JSON answer of these holds one thing with dozens of fields of its own: a page, not a list of notes.
_SINGLE = frozenset({"parse_repository", "parse_orcid", "parse_readme"})


# What the spiders of proceedings are asked to read; the answers are given, so that any name will do.
_ASKED: dict[str, dict[str, list[Any]]] = {
    "neurips": {"years": [2031]},
    "pmlr": {"volumes": [901]},
    "cvf": {"conferences": ["CVPR2031"]},
    "acl": {"events": ["acl-2031"]},
}
# A stand-in may list as few papers as it likes.
_STAND_IN = "https://stand-in.invalid"


@dataclass(frozen=True)
class Row:
    name: str
    parser: str
    parse: Callable[..., Any]
    body: bytes
    url: str


@dataclass(frozen=True)
class Measured:
    """An answer and how often it is read a second; ``notes`` a second where it is judged by them."""

    row: Row
    records: int
    rate: float
    alone: float
    notes: float | None

    @property
    def share(self) -> float:
        """How much of its aim it reaches; 1 is all of it."""
        return self.rate / PAGES_AIM if self.notes is None else self.notes / NOTES_AIM

    @property
    def aim(self) -> str:
        """What it should reach."""
        return f"{PAGES_AIM:,.0f} pages/s" if self.notes is None else f"{NOTES_AIM:,.0f} notes/s"

    @property
    def megabytes(self) -> float:
        """Size of the answer."""
        return len(self.row.body) / 1e6


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
# What tells two entries of a JSON list apart, where those that are the same are read as one.
_NAMED = {
    "parse_search": ("id", "full_name", "html_url"),
    "parse_virtual_site": ("id", "uid", "name", "virtualsite_url", "paper_url", "related_events_ids"),
}


def grown(parser: str, body: bytes) -> bytes:
    """An invented answer at the size of a real one: longer lists, fifty posts in a feed, some text in pages."""
    if body.lstrip()[:1] == b"{":
        value = json.loads(body)
        longest = max(value, key=lambda key: len(value[key]) if isinstance(value[key], list) else 0)
        if isinstance(value[longest], list):
            named = _NAMED.get(parser, ())
            value[longest] = [another(one, number, named) for number in range(20) for one in value[longest]]
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


def another(entry: Any, number: int, named: Iterable[str]) -> Any:
    """An entry of a JSON list once more, under another name."""
    if not isinstance(entry, dict):
        return entry
    return entry | {name: renamed(entry[name], number) for name in named if name in entry}


def renamed(value: Any, number: int) -> Any:
    """Another id or address for each ``number``."""
    if isinstance(value, list):
        return [renamed(one, number) for one in value]
    if isinstance(value, int):
        return value + 1_000_000 * number
    return f"{value}{number}" if isinstance(value, str) else value


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
    measured = []
    for row in sorted(rows, key=lambda row: (row.parser, row.name)):
        if chosen in row.name:
            measured.append(measure(row))
            print_answer(measured[-1])
    print("\neach source as its spider reads it")
    slow = [name for name, reached in print_sources(measured) if not reached]
    below = [one for one in measured if one.share < 1]
    print(f"\nsources below the aim: {len(slow)}{': ' if slow else ''}{', '.join(slow)}")
    print(f"single answers below the aim: {len(below)}")
    for one in below:
        print(
            f"  {one.row.name[-58:]}: {one.rate:,.1f} pages/s of {one.megabytes:.2f} MB"
            f" = {one.rate * one.megabytes:,.1f} MB/s = {one.rate * one.records:,.0f} records/s;"
            f" its reader alone {one.alone:,.1f} pages/s"
        )


def measure(row: Row) -> Measured:
    """Read an answer again and again."""
    records = records_of(row)
    rate = per_second(lambda: row.parse(row.body, url=row.url))
    by_notes = row.body.lstrip()[:1] in b"{[" and row.parser not in _SINGLE
    notes = rate * notes_in(row, records) if by_notes else None
    return Measured(row, records, rate, per_second(reader(row)), notes)


def print_answer(one: Measured) -> None:
    """One line of the table."""
    replies = one.notes is not None and one.notes > one.rate * one.records
    print(
        f"{one.row.name[-58:]:<58} {one.megabytes * 1000:>6.0f} {one.records:>8} {one.rate:>9.1f}"
        f" {one.rate * one.megabytes:>6.1f} {one.rate * one.records:>10,.0f} {one.alone:>9.1f}"
        f" {one.alone / one.rate:>5.1f}  {verdict(one.share)}"
        f" ({one.aim}{f', {one.notes:,.0f} with replies' if replies else ''})  {one.row.parser}",
        flush=True,
    )


def verdict(share: float) -> str:
    """What is said of a share of the aim."""
    return "reached" if share >= 1 else "BELOW"


def counted(count: int, word: str) -> str:
    """A number and what it counts."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def print_sources(measured: Iterable[Measured]) -> Iterator[tuple[str, bool]]:
    """A line for each source of which there are answers; gives its name and whether it reaches its aim."""
    from spiders.listing import ListingSpider
    from spiders.registry import SOURCES

    by_parser: dict[str, list[Measured]] = {}
    for one in measured:
        by_parser.setdefault(one.row.parser, []).append(one)
    for source in SOURCES:
        module, _, name = (source.spider or "").partition(":")
        spider = getattr(import_module(module), name) if module else None
        if spider is None or not issubclass(spider, ListingSpider):
            parsers = [one.rpartition(":")[2] for one in source.parsers]
            answers = [one for parser in parsers for one in by_parser.get(parser, ())]
            if not answers:
                continue
            slowest = min(answers, key=lambda one: one.share)
            share, aim = slowest.share, slowest.aim
            what = f"{slowest.row.parser}, an answer of {counted(slowest.records, 'record')}"
            rate = (
                f"{slowest.rate:,.0f} pages/s" if slowest.notes is None else f"{slowest.notes:,.0f} notes/s"
            )
        else:
            needed = [one.__name__ for one in (spider.parse_listing, spider.parse_paper) if one is not None]
            if not all(one in by_parser for one in needed):
                continue
            listing = max(by_parser[needed[0]], key=lambda one: one.megabytes)
            paper = min(by_parser[needed[1]], key=lambda one: one.rate).row if needed[1:] else None
            run = partial(read_venue, spider, listing.row, paper)
            pages_a_second = run() * per_second(run)
            share, aim = pages_a_second / PAGES_AIM, f"{PAGES_AIM:,.0f} pages/s"
            what = f"a list of {counted(listing.records, 'paper')}"
            what += " and the page of each" if paper else ", which is all that is asked for"
            rate = f"{pages_a_second:,.0f} pages/s"
        print(f"{source.name:<14} {rate:>16}  {verdict(share):<7} ({aim}): {what}", flush=True)
        yield source.name, share >= 1


def read_venue(spider_class: type[ListingSpider], listing: Row, paper: Row | None) -> int:
    """Run a spider over a list and the page of each paper in it; gives how many pages it read."""
    from scrapy import Request
    from scrapy.http import HtmlResponse

    spider = spider_class(base_url=_STAND_IN, options=_ASKED[spider_class.name])
    [first] = spider.first_requests()
    waiting = deque([(first, listing.url, listing.body)])
    pages = 0
    while waiting:
        request, url, body = waiting.popleft()
        pages += 1
        for answer in spider.read(HtmlResponse(url, body=body, request=request), **request.cb_kwargs):
            if isinstance(answer, Request) and paper is not None:
                waiting.append((answer, answer.url, paper.body))
    if spider.account.problems:
        raise LookupError(f"{spider_class.name}: {'; '.join(spider.account.problems)}")
    return pages


if __name__ == "__main__":
    main()
