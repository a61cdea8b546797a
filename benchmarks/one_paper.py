"""How the rule for changed titles behaves on real records: `python -m benchmarks.one_paper ../shared/data`.

Development figures: the thresholds were read off the same records. *Two works*: pairs of arXiv papers by exactly the
same authors, the second one shown without its arXiv id as a venue would carry it. *One work*: NeurIPS 2025 papers of
the same title as an arXiv paper, with that paper's authors and another title that keeps only the numbers. *Titles
only*: ICML 2026 posters by exactly the same authors as an arXiv paper of another title; those that are linked are
printed, to be judged by reading.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from db.keys.names import name_key
from db.keys.papers import title_key
from db.records import Author, PaperRecord
from db.store.paper_match import entry_of, link


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def record(source: str, key: str, title: str, names: list[str], abstract: str | None) -> PaperRecord:
    authors = tuple(Author(name=name, position=at) for at, name in enumerate(names, 1))
    arxiv = key if source == "arxiv" else None
    return PaperRecord(
        source=source, source_key=key, url="", title=title, authors=authors, abstract=abstract, arxiv_id=arxiv
    )


def linked(one: PaperRecord, other: PaperRecord) -> str | None:
    found = link(entry_of(one), entry_of(other))
    return found.why if found else None


def main() -> None:
    data = Path(sys.argv[1])
    by_team: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    by_title: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for paper in lines(data / "arxiv" / "corpus-2025.jsonl.gz"):
        by_team[frozenset(map(name_key, paper["authors"]))].append(paper)
        by_title[title_key(paper["title"])].append(paper)

    pairs, wrong = 0, []
    for team, papers in by_team.items():
        if len(team) < 2 or len(papers) > 6:
            continue
        for one, other in combinations(papers, 2):
            pairs += 1
            mine = record("arxiv", one["id"], one["title"], one["authors"], one["summary"])
            theirs = record("venue", other["id"], other["title"], other["authors"], other["summary"])
            if why := linked(mine, theirs):
                wrong.append(f"  {one['title'][:70]} | {other['title'][:70]}: {why}")
    print(f"two works, same authors: {len(wrong)} of {pairs} linked")
    print("\n".join(wrong))

    works = hits = 0
    for paper in lines(data / "originality" / "neurips2025.jsonl.gz"):
        for preprint in by_title.get(title_key(paper["title"]), ()):
            mine = record(
                "arxiv", preprint["id"], preprint["title"], preprint["authors"], preprint["summary"]
            )
            numbers = re.findall(r"\d+(?:\.\d+)*", preprint["title"])
            title = " ".join(["Some other words entirely", *numbers])
            theirs = record("venue", paper["id"], title, preprint["authors"], paper["abstract"])
            works += 1
            hits += linked(mine, theirs) is not None
    print(f"one work by its abstract alone: {hits} of {works} linked")

    csv.field_size_limit(10_000_000)
    posters, taken = 0, []
    path = data / "upstream" / "icml_virtual" / "icml2026_events.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for event in csv.DictReader(file):
            names = [name.strip() for name in event["authors"].split(";")]
            if event["event_type"] not in ("Poster", "Oral"):
                continue
            for preprint in by_team.get(frozenset(map(name_key, names)), ()):
                if title_key(preprint["title"]) == title_key(event["title"]):
                    continue
                posters += 1
                mine = record(
                    "arxiv", preprint["id"], preprint["title"], preprint["authors"], preprint["summary"]
                )
                if why := linked(mine, record("virtual", event["event_id"], event["title"], names, None)):
                    taken.append(f"  {preprint['title'][:70]} | {event['title'][:70]}: {why}")
    print(f"titles only, same authors, another title: {len(taken)} of {posters} linked")
    print("\n".join(taken))


if __name__ == "__main__":
    main()
