"""A comparison of two dossiers in words: each line is a reason, its points add up to the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.keys.name_match.relation import NameRelation
from sourcing.identity.cluster import Judgement
from sourcing.identity.dossier import Dossier, Ids
from sourcing.identity.mention import Point
from sourcing.identity.reader import Reader
from sourcing.identity.scorecard import PLACE, Scorecard, year_gap

_MOST_NAMED = 4
_RELATION = {
    NameRelation.JOINED: "the same letters, parted differently",
    NameRelation.MIDDLE: "one has a further given name",
    NameRelation.INITIAL: "one has initials only",
    NameRelation.NICKNAME: "a short form",
    NameRelation.SECOND: "known by a later given name",
    NameRelation.COMPOUND: "one has a part of the other's family name",
    NameRelation.SWAPPED: "family name first in one",
    NameRelation.SPELLING: "spelt a little differently",
}


def explain(
    one: Dossier, other: Dossier, judgement: Judgement, reader: Reader, card: Scorecard
) -> tuple[Point, ...]:
    """Every reason that counted, the name first, then by weight; their points sum to the judgement's score."""
    worth = {
        name: card.weights[place] * judgement.features[place]
        for name, place in PLACE.items()
        if judgement.features[place]
    }

    def points(*names: str) -> float:
        return sum(worth.get(name, 0.0) for name in names)

    named = [
        Point(
            kind="name",
            text=_name(one, other, judgement, reader),
            points=points("base", "rarity", "rarity_3", "rarity_1", "rarity_0"),
        )
    ]
    if judgement.relation is not NameRelation.SAME:
        named.append(
            Point(
                kind="form of the name",
                text=_RELATION[judgement.relation],
                points=card.relations.get(judgement.relation, 0.0),
            )
        )
    shared = sorted(reader.people.text[person] for person in one.coauthors & other.coauthors)
    gap = year_gap(one, other)
    reasons = [
        Point(
            kind="co-authors",
            text=f"{_count(len(shared), 'co-author')} in common: {_some(shared)}",
            points=points("coauthor", "coauthor_2", "coauthor_3"),
        ),
        Point(
            kind="co-authors",
            text=f"co-authors of theirs published together: {_some(_circle(one, other, reader))}",
            points=points("circle", "circle_2"),
        ),
        Point(kind="organisation", text=_organisation(one, other, reader), points=points("organisation")),
        Point(
            kind="organisation",
            text="other organisations in the same years",
            points=points("other_organisation"),
        ),
        Point(kind="organisation", text="other organisations, years apart", points=points("moved")),
        Point(kind="topic", text=_topic(one, other, reader), points=points("topic", "topic_2")),
        Point(
            kind="venue",
            text=f"both in {_some(_texts(one.fields & other.fields, reader.fields.text))}",
            points=points("field"),
        ),
        Point(kind="years", text=f"{gap} years between their papers", points=points("years")),
        Point(
            kind="papers",
            text=f"{len(one.papers)} and {len(other.papers)} papers",
            points=points("known_papers"),
        ),
        Point(
            kind="co-authors",
            text="papers with others, and no co-author in common",
            points=points("many_papers", "many_coauthors"),
        ),
    ]
    counted = [reason for reason in reasons if round(reason.points, 2)]
    return (*named, *sorted(counted, key=lambda reason: (-abs(reason.points), reason.kind)))


def _name(one: Dossier, other: Dossier, judgement: Judgement, reader: Reader) -> str:
    compared = sorted({reader.names[form].key for form in judgement.forms})
    others = {reader.names[form].key for form in (*one.forms, *other.forms)}.difference(compared)
    forms = [*compared, *sorted(others)]
    bearers: float = 10.0**judgement.rarity
    often = f"about {bearers:.0f}" if bearers >= 1.5 else "one" if bearers >= 0.5 else f"{bearers:.2g}"
    growth = reader.stock.growth
    among = "the researchers of a year" if growth == 1 else f"{growth} times the researchers of a year"
    return f"{' / '.join(forms[:3])}: {often} expected among {among}"


def _organisation(one: Dossier, other: Dossier, reader: Reader) -> str:
    hosts = _texts(one.domains & other.domains, reader.domains.text)
    units = _texts(one.units & other.units, reader.units.text)
    if hosts or units:
        return f"the same organisation: {_some([*hosts, *units])}"
    words = _texts(one.unit_words & other.unit_words, reader.unit_words.text)
    return f"organisations with the same words: {_some(words)}"


def _topic(one: Dossier, other: Dossier, reader: Reader) -> str:
    words = sorted(one.words & other.words, key=lambda word: (-reader.word_weight[word], word))
    return f"words of the titles: {_some([reader.title_words.text[word] for word in words])}"


def _circle(one: Dossier, other: Dossier, reader: Reader) -> list[str]:
    few, many = (one, other) if len(one.coauthors) <= len(other.coauthors) else (other, one)
    return _texts(reader.circle(few) & many.coauthors, reader.people.text)


def _texts(numbers: Ids, texts: Sequence[str]) -> list[str]:
    return sorted(texts[number] for number in numbers)


def _some(texts: Iterable[str]) -> str:
    shown = list(texts)
    more = len(shown) - _MOST_NAMED
    return ", ".join(shown[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
