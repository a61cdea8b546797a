"""Pairs of dossiers to learn from: parts of one person's papers, and parts of two people's with related names."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from db.keys.name_match.relation import NameRelation
from sourcing.identity.blocks import related_forms
from sourcing.identity.dossier import Dossier, unite_all
from sourcing.identity.families import half_of
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import NameStock
from sourcing.identity.reader import Reader
from sourcing.identity.scorecard import FEATURES, RELATIONS, compare

# How many papers a part has: people are met with one paper, then with few.
_SIZES = (1, 1, 1, 2, 3, 5, 8)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of features (in the order of ``FEATURES``), whether both sides are one person, and each row's weight.

    ``halves`` holds for each row the halves of the families (0 or 1) that its two names are in.
    """

    values: NDArray[np.float64]
    same: NDArray[np.float64]
    weight: NDArray[np.float64]
    halves: NDArray[np.int8]

    def within(self, half: int) -> Pairs:
        """The pairs of which both names are in this half of the families."""
        inside = (self.halves == half).all(axis=1)
        return Pairs(self.values[inside], self.same[inside], self.weight[inside], self.halves[inside])


def pairs_of(
    mentions: Sequence[Mention], persons: Mapping[str, Hashable], stock: NameStock, *, draws: int = 1
) -> Pairs:
    """Sample pairs from mentions whose persons are known, ``draws`` times over, each counting for its share.

    Deterministic, and what is sampled of a name depends on its own mentions alone. What one sample says is partly luck;
    several weigh no more in the fit than one.
    """
    ordered = sorted(mentions, key=lambda one: (one.paper_id, one.position, one.mention_id))
    reader = Reader(stock)
    of_form: dict[int, dict[str, list[Dossier]]] = defaultdict(lambda: defaultdict(list))
    halves: dict[int, int] = {}
    for place, mention in enumerate(ordered):
        one = reader.read(place, mention)
        form = one.forms[0]
        of_form[form][str(persons[mention.mention_id])].append(one)
        if form not in halves:
            halves[form] = half_of(mention.name)
    # Sorted: they come in an order that differs from one process to the next, and the sample follows it.
    related = [
        pair for pair in sorted(related_forms(reader.names)) if pair[0] in of_form and pair[1] in of_form
    ]
    drawn = []
    for number in range(draws):
        draw = _Draw(reader, halves, number)
        for form, people in of_form.items():
            draw.begin(form)
            draw.within(people, form)
            draw.against_the_rest(people, form)
        for i, j, relation in related:
            draw.begin(i, j)
            draw.across(of_form[i], of_form[j], (i, j), relation)
        drawn.append(draw.pairs())
    return Pairs(
        np.concatenate([one.values for one in drawn]),
        np.concatenate([one.same for one in drawn]),
        np.concatenate([one.weight for one in drawn]) / draws,
        np.concatenate([one.halves for one in drawn]),
    )


class _Draw:
    def __init__(self, reader: Reader, halves: Mapping[int, int], number: int) -> None:
        self._values: list[tuple[float, ...]] = []
        self._same: list[bool] = []
        self._weight: list[float] = []
        self._halves: list[tuple[int, int]] = []
        self._reader = reader
        self._half_of = halves
        self._number = number
        self._rng = random.Random()  # noqa: S311 (begun anew for each name)

    def begin(self, *forms: int) -> None:
        """Begin with a name, or two related ones: what is drawn of them does not depend on the other names."""
        text = self._reader.forms.text
        self._rng.seed(f"{self._number}:" + ":".join(text[form] for form in forms))

    def pairs(self) -> Pairs:
        """What was drawn."""
        return Pairs(
            np.array(self._values, dtype=float).reshape(-1, len(FEATURES)),
            np.array(self._same, dtype=float),
            np.array(self._weight, dtype=float),
            np.array(self._halves, dtype=np.int8).reshape(-1, 2),
        )

    def within(self, people: Mapping[str, list[Dossier]], form: int) -> None:
        """Parts of one person's papers, and parts of namesakes' papers."""
        for papers in people.values():
            for _ in range(min(3, len(papers) - 1)):
                shuffled = list(papers)
                self._rng.shuffle(shuffled)
                cut = self._size(len(shuffled) - 1)
                end = cut + self._size(len(shuffled) - cut)
                self._add(unite_all(shuffled[:cut]), unite_all(shuffled[cut:end]), (form, form), same=True)
        for one, other in combinations(sorted(people), 2):
            for _ in range(4):
                parts = self._part(people[one]), self._part(people[other])
                self._add(*parts, (form, form), same=False)

    def against_the_rest(self, people: Mapping[str, list[Dossier]], form: int) -> None:
        """One paper against all others of its author, as it arrives on a night; and against the namesakes."""
        whole = {person: unite_all(papers) for person, papers in people.items()}
        single = [(person, paper) for person, papers in people.items() for paper in papers]
        self._rng.shuffle(single)
        for person, paper in single[: 6 if len(people) == 1 else 40]:
            rest = [one for one in people[person] if one is not paper]
            if rest:
                self._add(paper, unite_all(rest), (form, form), same=True)
            for other in people:
                if other != person:
                    self._add(paper, whole[other], (form, form), same=False)

    def across(
        self,
        people: Mapping[str, list[Dossier]],
        others: Mapping[str, list[Dossier]],
        forms: tuple[int, int],
        relation: NameRelation,
    ) -> None:
        """Parts of papers under two related forms of a name."""
        for person, papers in people.items():
            for other, theirs in others.items():
                for _ in range(2):
                    parts = self._part(papers), self._part(theirs)
                    self._add(*parts, forms, same=person == other, relation=relation, weight=0.5)

    def _add(
        self,
        one: Dossier,
        other: Dossier,
        forms: tuple[int, int],
        *,
        same: bool,
        relation: NameRelation = NameRelation.SAME,
        weight: float = 1.0,
    ) -> None:
        if one.papers & other.papers:
            return
        found = compare(one, other, self._reader.rarity_between(*forms, relation), self._reader)
        self._values.append((*found, *_one_hot(relation)))
        self._same.append(same)
        self._weight.append(weight)
        self._halves.append((self._half_of[forms[0]], self._half_of[forms[1]]))

    def _size(self, most: int) -> int:
        return min(most, self._rng.choice(_SIZES))

    def _part(self, papers: Sequence[Dossier]) -> Dossier:
        return unite_all(self._rng.sample(papers, self._size(len(papers))))


def _one_hot(relation: NameRelation) -> Iterator[float]:
    return (1.0 if relation is each else 0.0 for each in RELATIONS)
