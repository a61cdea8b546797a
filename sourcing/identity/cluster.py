"""Joining dossiers of one person: best-supported pairs first, cannot-links never broken, no chains through initials.

Greedy agglomeration over dossiers, not over single mentions: after each union the evidence of both sides counts for
the next. Everything is sorted by score and then by the fixed order of mentions, so arrival order does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, nsmallest
from itertools import chain, combinations

from db.keys.name_match.relation import NameRelation
from sourcing.identity.dossier import Dossier, Ids, compatible_links, unite_all, united
from sourcing.identity.reader import CLOSE, Reader
from sourcing.identity.scorecard import (
    COMMON,
    MOST_NAMESAKES,
    N_PLAIN,
    PLACE,
    RARE,
    Features,
    Scorecard,
    compare,
    lacking,
)

# How much better than its rival (a candidate that cannot be the same person as the chosen one) a match must be.
MARGIN = 1.5
# Up to this many dossiers of one name all pairs are compared; above, those that share something.
ALL_PAIRS = 40
# Of many dossiers of one name, these with most papers are compared with all others.
BEST_KNOWN = 12
# An entry (co-author, organisation) that this many dossiers share tells them no longer apart.
CROWD = 300


@dataclass(slots=True)
class Joiner:
    """Joins the dossiers of one component of related names.

    ``relations`` holds each related pair of forms (i < j). ``apart`` says whether a decision made by hand keeps two
    dossiers apart; ``told`` hears of every pair that is joined.
    """

    reader: Reader
    card: Scorecard
    relations: dict[tuple[int, int], NameRelation]
    apart: Callable[[Dossier, Dossier], bool] | None = None
    told: Callable[[Dossier, Dossier, Judgement], None] | None = None
    alive: dict[int, Dossier] = field(default_factory=dict)
    near: dict[int, set[int]] = field(default_factory=dict)
    judged: dict[tuple[int, int], Judgement | None] = field(default_factory=dict)

    def join(self, dossiers: Sequence[Dossier]) -> tuple[list[Dossier], list[tuple[int, int, Judgement]]]:
        """The persons among ``dossiers``, and the pairs (by key) that may still be one."""
        by_form: dict[int, list[Dossier]] = defaultdict(list)
        kept, again = self._listed_again(dossiers)
        for one in self._certain(kept):
            by_form[one.forms[0]].append(one)
            self.alive[one.key] = one
            self.near[one.key] = set()
        for group in by_form.values():
            self._meet(group, group)
        self._run()
        # Fewer and better known by now: compare again, also across the forms that each has come to have.
        left = 0
        while len(self.alive) != left:
            left = len(self.alive)
            bearing: dict[int, list[Dossier]] = defaultdict(list)
            for one in self.alive.values():
                for form in one.forms:
                    bearing[form].append(one)
            for i, j in self.relations:
                if bearing[i] and bearing[j]:
                    self._meet(bearing[i], bearing[j])
            for group in bearing.values():
                self._meet(group, group)
            self._run()
        self.alive.update((one.key, one) for one in again)
        doubts = [
            (*pair, judgement)
            for pair, judgement in self.judged.items()
            if judgement is not None
            and judgement.score >= self.card.maybe
            and pair[0] in self.alive
            and pair[1] in self.alive
        ]
        return sorted(self.alive.values(), key=lambda one: one.key), sorted(
            doubts, key=lambda doubt: (-doubt[2].score, doubt[0], doubt[1])
        )

    def judge(self, one: Dossier, other: Dossier) -> Judgement | None:
        """How two dossiers compare; ``None`` if they cannot be one person."""
        if (
            one.papers & other.papers
            or (self.reader.collective and not self.reader.collective.isdisjoint((*one.forms, *other.forms)))
            or not compatible_links(one, other)
            or (self.apart is not None and self.apart(one, other))
        ):
            return None
        found = self._names(one, other)
        if found is None:
            return None
        relation, rarity, forms = found
        features = compare(one, other, rarity, self.reader)
        return Judgement(self.card.score(features, relation), relation, rarity, features, forms)

    def _names(self, one: Dossier, other: Dossier) -> tuple[NameRelation, float, tuple[int, int]] | None:
        """The closest relation between forms, the rarity of what agrees, and these two forms; ``None`` if any two forms
        conflict."""
        if one.forms == other.forms and len(one.forms) == 1:
            return NameRelation.SAME, self.reader.rarity[one.forms[0]], (one.forms[0], one.forms[0])
        best: tuple[int, float, NameRelation, tuple[int, int]] | None = None
        for i in one.forms:
            for j in other.forms:
                relation = self._relation(i, j)
                if relation is None:
                    if (one.aliases or other.aliases) and self.reader.is_alias(
                        (i, j), one.forms, other.forms, self._relation
                    ):
                        continue
                    return None
                rarity = self.reader.rarity_between(i, j, relation)
                rank = (_ORDER[relation], rarity, relation, (i, j))
                if best is None or rank < best:
                    best = rank
        # Of two who are known under several names each, one that both bear has to be the same.
        if best is None or (one.aliases and other.aliases and best[2] not in CLOSE):
            return None
        return best[2], best[1], best[3]

    def _relation(self, i: int, j: int) -> NameRelation | None:
        return NameRelation.SAME if i == j else self.relations.get((i, j) if i < j else (j, i))

    def _listed_again(self, dossiers: Sequence[Dossier]) -> tuple[list[Dossier], list[Dossier]]:
        """Those to be joined, and single mentions of a rare name that stands further up on the same paper as well.

        A list that names Francis Hill and Francis M. Hill has seldom two of them: it names one twice. Two places are
        two people all the same, and were both compared, each would draw a part of the papers to itself.
        """
        first: dict[int, list[Dossier]] = defaultdict(list)
        again: list[Dossier] = []
        for one in sorted(dossiers, key=lambda one: one.key):
            if len(one.members) == 1 and not one.links:
                (paper,) = one.papers
                found = (self._names(earlier, one) for earlier in first[paper])
                if any(names is not None and names[1] < RARE for names in found):
                    again.append(one)
                    continue
            for paper in one.papers:
                first[paper].append(one)
        left_out = {one.key for one in again}
        return [one for one in dossiers if one.key not in left_out], again

    def _certain(self, dossiers: Sequence[Dossier]) -> list[Dossier]:
        """Unite what shares a form that is not common and a co-author who settles it, before comparing pairs."""
        by_form: dict[int, list[Dossier]] = defaultdict(list)
        whole: list[Dossier] = []
        for one in dossiers:
            (by_form[one.forms[0]] if len(one.forms) == 1 else whole).append(one)
        for form, group in by_form.items():
            least = self._settling(self.reader.rarity[form]) if len(group) > 1 else None
            if least is None:
                whole += group
            else:
                whole += self._united_by_coauthor(group, least)
        return sorted(whole, key=lambda one: one.key)

    def _settling(self, rarity: float) -> float | None:
        """The weight of one shared co-author that outweighs everything that could speak against it."""
        if rarity >= COMMON:
            return None
        for weight in (0.3, 0.6, 0.9):
            worst = [0.0] * N_PLAIN
            for name, value in (
                ("base", 1.0),
                ("rarity", rarity + 5.0),
                ("rarity_3", max(0.0, rarity + 3.0)),
                ("coauthor", weight),
                ("other_organisation", 1.0),
                ("years", 2.0),
            ):
                worst[PLACE[name]] = value
            score = self.card.score(tuple(worst), NameRelation.SAME)
            if (
                score >= self.card.sure
                and self.card.namesakes(score, tuple(worst), rarity, 1) <= MOST_NAMESAKES
            ):
                return weight
        return None

    def _united_by_coauthor(self, group: Sequence[Dossier], least: float) -> list[Dossier]:
        weights = self.reader.people_weight
        root = list(range(len(group)))

        def find(at: int) -> int:
            while root[at] != at:
                root[at] = root[root[at]]
                at = root[at]
            return at

        first: dict[int, int] = {}
        for at, one in enumerate(group):
            for person in one.coauthors:
                there = first.setdefault(person, at)
                if there != at and weights[person] >= least:
                    root[find(at)] = find(there)
        parts: dict[int, list[Dossier]] = defaultdict(list)
        for at, one in enumerate(group):
            parts[find(at)].append(one)
        result: list[Dossier] = []
        for part in parts.values():
            if len(part) == 1 or self._conflict(part):
                result += part
            else:
                if self.told is not None:
                    self._tell(part, weights, least)
                result.append(unite_all(part))
        return result

    def _tell(self, part: Sequence[Dossier], weights: Mapping[int, float], least: float) -> None:
        """Say how these came together: one after the other, each over a co-author who settles it."""
        whole, waiting = part[0], list(part[1:])
        while waiting:
            settling = {person for person in whole.coauthors if weights[person] >= least}
            following = next((one for one in waiting if not settling.isdisjoint(one.coauthors)), waiting[0])
            judgement = self.judge(whole, following)
            if judgement is not None and self.told is not None:
                self.told(whole, following, judgement)
            waiting.remove(following)
            whole = united(whole, following)

    def _conflict(self, part: Sequence[Dossier]) -> bool:
        """Whether any two of ``part`` cannot be one person (then the slow way decides which can)."""
        papers = 0
        together: set[int] = set()
        linked: list[Dossier] = []
        for one in part:
            papers += len(one.papers)
            together |= one.papers
            if one.links:
                linked.append(one)
        if len(together) < papers:
            return True
        if any(not compatible_links(a, b) for a, b in combinations(linked, 2)):
            return True
        return self.apart is not None and any(self.apart(a, b) for a, b in combinations(part, 2))

    def _meet(self, group: Sequence[Dossier], others: Sequence[Dossier]) -> None:
        """Note whom to compare. Two who were both compared on an earlier night are not compared again."""
        new = [one for one in group if one.fresh]
        if len(new) == len(group):
            pairs = _candidates(group, others)
        elif group is others:
            pairs = _candidates(new, others)
        else:
            pairs = chain(_candidates(new, others), _candidates(group, [one for one in others if one.fresh]))
        for one, other in pairs:
            self.near[one.key].add(other.key)
            self.near[other.key].add(one.key)

    def _run(self) -> None:
        heap: list[tuple[float, int, int]] = []

        def weigh(a: int, b: int) -> tuple[float, int, int] | None:
            low, high = (a, b) if a < b else (b, a)
            if (low, high) not in self.judged:
                self.judged[low, high] = self.judge(self.alive[low], self.alive[high])
            judgement = self.judged[low, high]
            return (
                None
                if judgement is None or judgement.score < self.card.sure
                else (-judgement.score, low, high)
            )

        for key in sorted(self.near):
            heap += [entry for other in self.near[key] if other > key and (entry := weigh(key, other))]
        heapify(heap)
        while heap:
            minus, low, high = heappop(heap)
            if low not in self.alive or high not in self.alive:
                continue
            judgement = self.judged.get((low, high))
            if judgement is None or judgement.score != -minus:
                continue
            judgement.why_not = self._why_not(low, high, judgement)
            if judgement.why_not:
                continue
            if self.told is not None:
                self.told(self.alive[low], self.alive[high], judgement)
            for entry in self._unite(low, high, weigh):
                heappush(heap, entry)

    def _why_not(self, low: int, high: int, judgement: Judgement) -> str:
        one, other = self.alive[low], self.alive[high]
        if missing := lacking(one, other, judgement.features, judgement.rarity):
            return missing
        papers = max(len(one.papers), len(other.papers))
        if (
            self.card.namesakes(judgement.score, judgement.features, judgement.rarity, papers)
            > MOST_NAMESAKES
        ):
            return "others of this name would show as much"
        if judgement.relation is not NameRelation.SAME:
            for mine, theirs in ((low, high), (high, low)):
                for rival in self.near[mine] - {theirs}:
                    found = self.judged.get((mine, rival) if mine < rival else (rival, mine))
                    if (
                        found is not None
                        and found.score > judgement.score - MARGIN
                        and self._names(self.alive[rival], self.alive[theirs]) is None
                    ):
                        return "as like another person whose name differs"
        return ""

    def _unite(
        self, low: int, high: int, weigh: Callable[[int, int], tuple[float, int, int] | None]
    ) -> list[tuple[float, int, int]]:
        whole = united(self.alive[low], self.alive.pop(high))
        self.alive[low] = whole
        near = (self.near[low] | self.near.pop(high)) - {low, high}
        self.near[low] = near
        for other in near:
            theirs = self.near[other]
            theirs.discard(high)
            theirs.add(low)
            self.judged.pop((low, other) if low < other else (other, low), None)
            self.judged.pop((high, other) if high < other else (other, high), None)
        self.judged.pop((low, high), None)
        return [entry for other in near if (entry := weigh(low, other))]


@dataclass(slots=True)
class Judgement:
    """The comparison of two dossiers by the names ``forms``. ``why_not`` says why a sure score was not acted upon."""

    score: float
    relation: NameRelation
    rarity: float
    features: Features
    forms: tuple[int, int]
    why_not: str = ""


_ORDER = {relation: place for place, relation in enumerate(NameRelation)}


def _candidates(group: Sequence[Dossier], others: Sequence[Dossier]) -> Iterable[tuple[Dossier, Dossier]]:
    """Pairs worth comparing: all of few; else those that share a co-author or an organisation, and everybody with the
    few who have most papers."""
    same = group is others
    if len(group) * len(others) <= ALL_PAIRS * ALL_PAIRS:
        if same:
            yield from combinations(group, 2)
        else:
            yield from ((a, b) for a in group for b in others if a.key != b.key)
        return
    for read in (_coauthors, _domains, _units):
        index: dict[int, list[Dossier]] = defaultdict(list)
        for one in others:
            for entry in read(one):
                index[entry].append(one)
        for one in group:
            for entry in read(one):
                found = index.get(entry, ())
                if len(found) <= CROWD:
                    yield from ((one, other) for other in found if other.key != one.key)
    for known, rest in ((group, others), (others, group)):
        most = nsmallest(BEST_KNOWN, known, key=lambda one: (-len(one.papers), one.key))
        yield from ((one, other) for one in most for other in rest if other.key != one.key)
        if same:
            break


def _coauthors(one: Dossier) -> Ids:
    return one.coauthors


def _domains(one: Dossier) -> Ids:
    return one.domains


def _units(one: Dossier) -> Ids:
    return one.units
