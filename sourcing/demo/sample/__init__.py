"""The sample world that ``make demo`` shows: a week of nights in November 2026, all of it invented."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sourcing.demo.sample.background import background_papers
from sourcing.demo.sample.pages import sample_pages
from sourcing.demo.sample.people import sample_people
from sourcing.demo.sample.repositories import sample_repositories
from sourcing.demo.world import Author, Paper, Person, Publication, World, versions

# Tuesday to Friday and Monday to Wednesday, three hours after arXiv's announcement.
NIGHTS = (
    datetime(2026, 11, 10, 4, tzinfo=UTC),
    datetime(2026, 11, 11, 4, tzinfo=UTC),
    datetime(2026, 11, 12, 4, tzinfo=UTC),
    datetime(2026, 11, 13, 4, tzinfo=UTC),
    datetime(2026, 11, 16, 4, tzinfo=UTC),
    datetime(2026, 11, 17, 4, tzinfo=UTC),
    datetime(2026, 11, 18, 4, tzinfo=UTC),
)
# Submissions of each night: first and last moment, and the number that arXiv gave to the first one.
_WINDOWS = (
    (datetime(2026, 11, 6, 19, 5, tzinfo=UTC), datetime(2026, 11, 9, 18, 40, tzinfo=UTC), 4001),
    (datetime(2026, 11, 9, 19, 5, tzinfo=UTC), datetime(2026, 11, 10, 18, 40, tzinfo=UTC), 4301),
    (datetime(2026, 11, 10, 19, 5, tzinfo=UTC), datetime(2026, 11, 11, 18, 40, tzinfo=UTC), 4601),
    (datetime(2026, 11, 11, 19, 5, tzinfo=UTC), datetime(2026, 11, 12, 18, 40, tzinfo=UTC), 4901),
    (datetime(2026, 11, 12, 19, 5, tzinfo=UTC), datetime(2026, 11, 13, 18, 40, tzinfo=UTC), 5201),
    (datetime(2026, 11, 13, 19, 5, tzinfo=UTC), datetime(2026, 11, 16, 18, 40, tzinfo=UTC), 5501),
    (datetime(2026, 11, 16, 19, 5, tzinfo=UTC), datetime(2026, 11, 17, 18, 40, tzinfo=UTC), 5801),
)
_COPIED = (
    "title",
    "abstract",
    "comment",
    "repository",
    "huggingface",
    "withdrawn",
    "doi",
    "journal_ref",
)

_AT_VENUE = ("decision", "openreview_id", "area", "award", "volume", "section", "software")


@cache
def sample_world() -> World:
    """The sample world, the same object at each call."""
    everybody = sample_people()
    people = {person.key: person for person in everybody}
    papers = [paper for night in range(len(NIGHTS)) for paper in _night(night, people)]
    papers = [*background_papers(everybody), *papers]
    repositories = sample_repositories()
    return World(
        papers=tuple(papers),
        publications=_publications(papers, people),
        people=everybody,
        repositories=repositories,
        nights=NIGHTS,
        pages=sample_pages(everybody, papers, repositories),
    )


def _night(night: int, people: dict[str, Person]) -> list[Paper]:
    text = (files(__package__) / f"papers_night{night + 1}.toml").read_text("utf-8")
    rows = tomllib.loads(text)["paper"]
    first, last, number = _WINDOWS[night]
    step = (last - first) / (len(rows) - 1)
    papers = []
    for index, row in enumerate(rows):
        submitted = (first + index * step).replace(second=17 * index % 60, microsecond=0)
        papers.append(_paper(row, f"2611.{number + 7 * index:05d}", submitted, people))
    return papers


def _paper(row: dict[str, Any], arxiv_id: str, submitted: datetime, people: dict[str, Person]) -> Paper:
    authors = _authors(row, people)
    return Paper(
        arxiv_id=arxiv_id,
        authors=authors,
        categories=tuple(row["categories"]),
        versions=versions(submitted, *row.get("revised", ())),
        **{name: row[name] for name in _COPIED if name in row},
    )


def _authors(row: dict[str, Any], people: dict[str, Person]) -> tuple[Author, ...]:
    authors = []
    for position, who in enumerate(row["authors"]):
        key, _, form = who.partition("#")
        person = people[key]
        authors.append(
            Author(
                name=person.names[int(form or 0)],
                person=key,
                affiliation=person.affiliation if row.get("affiliations") else None,
                joint_first=position < row.get("joint_first", 0),
            )
        )
    return tuple(authors)


def _publications(papers: list[Paper], people: dict[str, Person]) -> tuple[Publication, ...]:
    """Where papers appeared; at a venue everybody's institution is printed."""
    rows = tomllib.loads((files(__package__) / "venues.toml").read_text("utf-8"))["publication"]
    on_arxiv = {paper.arxiv_id: paper for paper in papers}
    found = []
    for number, row in enumerate(rows, 1):
        paper = on_arxiv[row["paper"]] if "paper" in row else None
        authors = _authors(row, people) if paper is None else paper.authors
        found.append(
            Publication(
                venue=row["venue"],
                year=row["year"],
                number=number * 37,
                title=row.get("title") or (paper.title if paper else ""),
                abstract=row.get("abstract") or (paper.abstract if paper else ""),
                authors=tuple(
                    replace(author, affiliation=people[author.person].affiliation)
                    if author.person
                    else author
                    for author in authors
                ),
                arxiv_id=paper.arxiv_id if paper else None,
                keywords=tuple(row.get("keywords", ())),
                reviews=tuple(tuple(review) for review in row.get("reviews", ())),
                **{name: row[name] for name in _AT_VENUE if name in row},
            )
        )
    return tuple(found)
