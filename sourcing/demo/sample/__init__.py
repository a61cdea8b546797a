"""The sample world that ``make demo`` shows: three nights in November 2026, all of it invented."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sourcing.demo.sample.background import background_papers
from sourcing.demo.sample.people import sample_people
from sourcing.demo.sample.repositories import sample_repositories
from sourcing.demo.world import Author, Paper, Person, World, versions

# Tuesday to Thursday, three hours after arXiv's announcement.
NIGHTS = (
    datetime(2026, 11, 10, 4, tzinfo=UTC),
    datetime(2026, 11, 11, 4, tzinfo=UTC),
    datetime(2026, 11, 12, 4, tzinfo=UTC),
)
# Submissions of each night: first and last moment, and the number that arXiv gave to the first one.
_WINDOWS = (
    (datetime(2026, 11, 6, 19, 5, tzinfo=UTC), datetime(2026, 11, 9, 18, 40, tzinfo=UTC), 4001),
    (datetime(2026, 11, 9, 19, 5, tzinfo=UTC), datetime(2026, 11, 10, 18, 40, tzinfo=UTC), 4301),
    (datetime(2026, 11, 10, 19, 5, tzinfo=UTC), datetime(2026, 11, 11, 18, 40, tzinfo=UTC), 4601),
)
_COPIED = (
    "title",
    "abstract",
    "comment",
    "openreview_id",
    "venue",
    "decision",
    "proceedings_title",
    "repository",
    "huggingface",
    "withdrawn",
    "doi",
    "journal_ref",
)


@cache
def sample_world() -> World:
    """The sample world, the same object at each call."""
    everybody = sample_people()
    people = {person.key: person for person in everybody}
    papers = [paper for night in range(len(NIGHTS)) for paper in _night(night, people)]
    return World(
        papers=(*background_papers(everybody), *papers),
        people=everybody,
        repositories=sample_repositories(),
        nights=NIGHTS,
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
    ratings = tuple((float(rating), float(novelty)) for rating, novelty in row.get("ratings", ()))
    return Paper(
        arxiv_id=arxiv_id,
        authors=tuple(authors),
        categories=tuple(row["categories"]),
        versions=versions(submitted, *row.get("revised", ())),
        ratings=ratings,
        keywords=tuple(row.get("keywords", ())),
        **{name: row[name] for name in _COPIED if name in row},
    )
