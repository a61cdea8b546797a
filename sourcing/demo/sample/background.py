"""Earlier papers of the sample world, written by a small grammar, so that novelty has a past to differ from.

They are served by OAI-PMH back-fills and by searches over earlier dates only. Deterministic: the same papers
on every machine.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from sourcing.demo.world import Author, Paper, Person, versions

COUNT = 240
_FIRST, _LAST = datetime(2023, 1, 9, 8, tzinfo=UTC), datetime(2026, 10, 28, 16, tzinfo=UTC)


def background_papers(people: Sequence[Person]) -> tuple[Paper, ...]:
    """``COUNT`` papers, evenly spread from 2023 to shortly before the first night, oldest first."""
    grammar = tomllib.loads((files(__package__) / "background.toml").read_text("utf-8"))
    rng = random.Random(20261110)  # noqa: S311 - invented text, no secret
    step = (_LAST - _FIRST) / (COUNT - 1)
    numbers: dict[str, int] = {}
    titles: set[str] = set()
    papers = []
    for index in range(COUNT):
        submitted = (_FIRST + index * step + timedelta(minutes=rng.randrange(600))).replace(microsecond=0)
        month = f"{submitted:%y%m}"
        numbers[month] = numbers.get(month, 100) + rng.randrange(1, 900)
        number = index % len(grammar["topic"])
        topic = grammar["topic"][number]
        title, abstract = _text(grammar, topic, rng)
        while title in titles:
            title, abstract = _text(grammar, topic, rng)
        titles.add(title)
        papers.append(
            Paper(
                arxiv_id=f"{month}.{numbers[month]:05d}",
                title=title,
                abstract=abstract,
                authors=_authors(grammar, number, people, rng),
                categories=tuple(topic["categories"]),
                versions=versions(submitted),
                comment=rng.choice((None, f"{rng.randrange(6, 30)} pages", "Preprint", "Under review")),
                background=True,
            )
        )
    return tuple(papers)


def _text(grammar: dict[str, Any], topic: dict[str, Any], rng: random.Random) -> tuple[str, str]:
    method, other = rng.sample(topic["methods"], 2)
    words = {name: topic[name] for name in ("task", "object", "trouble", "data", "metric")}
    words |= {"method": method, "other": other}
    words |= {"n": rng.randrange(2, 30), "m": rng.randrange(1, 9), "k": rng.randrange(3, 12)}
    words["gain"] = topic["gain"].format(**words)
    words |= {name.capitalize(): _upper(words[name]) for name in ("task", "object", "method")}
    title = _title_case(rng.choice(grammar["titles"]).format(**words))
    details = rng.sample(grammar["details"], rng.randrange(2, 4))
    sentences = [rng.choice(grammar["openings"]), rng.choice(grammar["ideas"]), *details]
    sentences += [rng.choice(grammar["results"]), rng.choice(grammar["closings"])]
    return title, " ".join(sentence.format(**words) for sentence in sentences if sentence)


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _title_case(text: str) -> str:
    small = {"a", "and", "for", "in", "of", "on", "the", "to", "with", "by"}
    words = text.split()
    return " ".join(word if n and word in small else _upper(word) for n, word in enumerate(words))


def _authors(
    grammar: dict[str, Any], number: int, people: Sequence[Person], rng: random.Random
) -> tuple[Author, ...]:
    """A third of the papers come from groups that appear again in the nights, the others from one team each."""
    if rng.random() < 0.34:
        group = rng.choice(grammar["topic"][number]["groups"])
        members = [person for person in people if person.affiliation == group and person.established]
        chosen = rng.sample(members, min(len(members), rng.randrange(2, 5)))
        printed = rng.random() < 0.4
        return tuple(
            Author(
                name=person.names[0], person=person.key, affiliation=person.affiliation if printed else None
            )
            for person in chosen
        )
    team = grammar["teams"][number % len(grammar["teams"])]
    return tuple(Author(name=name) for name in rng.sample(team, rng.randrange(2, 4)))
