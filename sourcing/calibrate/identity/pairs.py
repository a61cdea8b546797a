"""Pairs of dossiers to learn from: parts of one person's papers, and parts of two people's with related names."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from db.keys.name_match import NameRelation
from sourcing.identity.blocks import related_forms
from sourcing.identity.dossier import Dossier, Reader, unite_all
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import NameStock
from sourcing.identity.scorecard import RELATIONS, compare

# How many papers a part has: people are met with one paper, then with few.
_SIZES = (1, 1, 1, 2, 3, 5, 8)
_CLOSE = frozenset({NameRelation.SAME, NameRelation.JOINED})


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of features (in the order of ``FEATURES``), whether both sides are one person, and each row's weight."""

    values: NDArray[np.float64]
    same: NDArray[np.float64]
    weight: NDArray[np.float64]


def pairs_of(mentions: Sequence[Mention], persons: Mapping[str, Hashable], stock: NameStock) -> Pairs:
    """Sample pairs from mentions whose persons are known. Deterministic."""
    ordered = sorted(mentions, key=lambda one: (one.paper_id, one.position, one.mention_id))
    reader = Reader(stock)
    of_form: dict[int, dict[str, list[Dossier]]] = defaultdict(lambda: defaultdict(list))
    for place, mention in enumerate(ordered):
        one = reader.read(place, mention)
        of_form[one.forms[0]][str(persons[mention.mention_id])].append(one)
    draw = _Draw(reader, random.Random(0))  # noqa: S311 (a sample that is the same each time)
    for form, people in of_form.items():
        draw.within(people, reader.rarity[form])
        draw.against_the_rest(people, reader.rarity[form])
    # Sorted: they come in an order that differs from one process to the next, and the sample follows it.
    for i, j, relation in sorted(related_forms(reader.names)):
        if i in of_form and j in of_form:
            pair = reader.rarity[i], reader.rarity[j]
            draw.across(of_form[i], of_form[j], relation, pair[0] if relation in _CLOSE else max(pair))
    return Pairs(
        np.array(draw.values, dtype=float),
        np.array(draw.same, dtype=float),
        np.array(draw.weight, dtype=float),
    )


class _Draw:
    def __init__(self, reader: Reader, rng: random.Random) -> None:
        self.values: list[tuple[float, ...]] = []
        self.same: list[bool] = []
        self.weight: list[float] = []
        self._reader = reader
        self._rng = rng

    def within(self, people: Mapping[str, list[Dossier]], rarity: float) -> None:
        for papers in people.values():
            for _ in range(min(3, len(papers) - 1)):
                shuffled = list(papers)
                self._rng.shuffle(shuffled)
                cut = self._size(len(shuffled) - 1)
                end = cut + self._size(len(shuffled) - cut)
                self._add(unite_all(shuffled[:cut]), unite_all(shuffled[cut:end]), rarity, same=True)
        for one, other in combinations(sorted(people), 2):
            for _ in range(4):
                self._add(self._part(people[one]), self._part(people[other]), rarity, same=False)

    def against_the_rest(self, people: Mapping[str, list[Dossier]], rarity: float) -> None:
        """One paper against all others of its author, as it arrives on a night; and against the namesakes."""
        whole = {person: unite_all(papers) for person, papers in people.items()}
        single = [(person, paper) for person, papers in people.items() for paper in papers]
        self._rng.shuffle(single)
        for person, paper in single[: 6 if len(people) == 1 else 40]:
            rest = [one for one in people[person] if one is not paper]
            if rest:
                self._add(paper, unite_all(rest), rarity, same=True)
            for other in people:
                if other != person:
                    self._add(paper, whole[other], rarity, same=False)

    def across(
        self,
        people: Mapping[str, list[Dossier]],
        others: Mapping[str, list[Dossier]],
        relation: NameRelation,
        rarity: float,
    ) -> None:
        for person, papers in people.items():
            for other, theirs in others.items():
                for _ in range(2):
                    parts = self._part(papers), self._part(theirs)
                    self._add(*parts, rarity, same=person == other, relation=relation, weight=0.5)

    def _add(
        self,
        one: Dossier,
        other: Dossier,
        rarity: float,
        *,
        same: bool,
        relation: NameRelation = NameRelation.SAME,
        weight: float = 1.0,
    ) -> None:
        if one.papers & other.papers:
            return
        found = compare(one, other, rarity, self._reader)
        self.values.append((*found, *_one_hot(relation)))
        self.same.append(same)
        self.weight.append(weight)

    def _size(self, most: int) -> int:
        return min(most, self._rng.choice(_SIZES))

    def _part(self, papers: Sequence[Dossier]) -> Dossier:
        return unite_all(self._rng.sample(papers, self._size(len(papers))))


def _one_hot(relation: NameRelation) -> Iterator[float]:
    return (1.0 if relation is each else 0.0 for each in RELATIONS)
