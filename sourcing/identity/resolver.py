"""Mentions in, persons out: pure, deterministic, and blind to the order in which mentions arrive."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter

from db.keys.name_match.relation import NameRelation
from sourcing.identity.blocks import related_forms
from sourcing.identity.certain import Splits, unite_certain, untouched
from sourcing.identity.cluster import Joiner
from sourcing.identity.dossier import Dossier, Seen, gathered
from sourcing.identity.explain import explain
from sourcing.identity.mention import Doubt, Locks, Mention, Profile, Resolution
from sourcing.identity.rarity import NameStock, shipped_stock
from sourcing.identity.reader import Reader
from sourcing.identity.scorecard import Scorecard, shipped_scorecard

# Of the persons whom one may be, the likeliest are shown.
MAX_DOUBTS = 5


@contextmanager
def not_collecting() -> Iterator[None]:
    """Many small objects and no cycles: looking for garbage among them takes longer than the comparing.

    Put it around a whole function: what is still named when collecting begins again is looked through then.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@not_collecting()
def resolve(
    mentions: Iterable[Mention],
    *,
    profiles: Iterable[Profile] = (),
    locks: Locks | None = None,
    known: Mapping[str, object] | None = None,
    fresh: Collection[str] | None = None,
    stock: NameStock | None = None,
    card: Scorecard | None = None,
    doubts: bool = True,
) -> Resolution:
    """Find out which mentions are one person's.

    ``known`` maps mentions to persons as they were found before: these stay together (unless a split by hand says
    otherwise), and new mentions join them or each other. Two known persons may turn out to be one. ``fresh`` names the
    mentions that earlier runs have not seen; persons without any are not compared with each other again. The answer
    does not depend on the order of ``mentions``. Raises ``ValueError`` if two mentions share an id.
    """
    ordered = sorted(mentions, key=attrgetter("paper_id", "position", "mention_id"))
    number = {mention.mention_id: place for place, mention in enumerate(ordered)}
    if len(number) != len(ordered):
        raise ValueError("two mentions share an id")
    locks = locks or Locks()
    card = card or shipped_scorecard()
    reader = Reader(stock or shipped_stock())
    splits = Splits()
    for one, other in locks.split:
        if one in number and other in number:
            splits.of[number[one]].add(number[other])
            splits.of[number[other]].add(number[one])
    new = None if fresh is None else frozenset(fresh)
    known = known or {}
    # All are read in the fixed order, known persons and others, so that what is numbered is numbered alike.
    staying = untouched(ordered, known, locks, splits)
    people: dict[object, tuple[list[int], list[Seen]]] = defaultdict(lambda: ([], []))
    renewed: set[object] = set()
    others: list[Mention] = []
    single: list[Dossier] = []
    for place, mention in enumerate(ordered):
        is_new = new is None or mention.mention_id in new
        person = known.get(mention.mention_id)
        if person not in staying:
            others.append(mention)
            single.append(reader.read(place, mention, fresh=is_new))
        else:
            numbers, seen = people[person]
            numbers.append(place)
            seen.append(reader.look(mention))
            if is_new:
                renewed.add(person)
    certain = unite_certain(
        others, single, reader, profiles=profiles, locks=locks, known=known, splits=splits
    )
    del single, others
    for person, (numbers, seen) in people.items():
        whole = gathered(numbers, seen, fresh=person in renewed)
        whole.aliases = len(whole.forms) > 1 and reader.has_aliases(whole.forms)
        certain.append(whole)
    del people
    certain.sort(key=attrgetter("key"))
    ids = list(number)
    persons: dict[str, int] = {}

    def is_one(person: Dossier) -> None:
        persons.update(dict.fromkeys(map(ids.__getitem__, person.members), person.key))

    found: list[Doubt] = []
    apart = splits.apart if splits.of else None
    for relations, dossiers in _components(certain, reader):
        if len(dossiers) == 1:
            is_one(dossiers[0])
            continue
        joiner = Joiner(reader, card, relations, apart)
        joined, unsure = joiner.join(dossiers)
        for dossier in joined:
            is_one(dossier)
        if doubts:
            shown: dict[int, int] = defaultdict(int)
            for low, high, judgement in unsure:
                if shown[low] >= MAX_DOUBTS or shown[high] >= MAX_DOUBTS:
                    continue
                shown[low] += 1
                shown[high] += 1
                found.append(
                    Doubt(
                        one=ids[low],
                        other=ids[high],
                        probability=card.probability(judgement.score),
                        points=explain(joiner.alive[low], joiner.alive[high], judgement, reader, card),
                        why_not=judgement.why_not,
                    )
                )
        reader.forget_circles()
    return Resolution(persons=persons, doubts=tuple(found))


def _components(
    dossiers: Sequence[Dossier], reader: Reader
) -> Iterable[tuple[dict[tuple[int, int], NameRelation], list[Dossier]]]:
    """Dossiers whose names are related, directly or through others, with how the forms in each such set relate."""
    root = list(range(len(reader.names)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    related = list(related_forms(reader.names))
    for i, j, _ in related:
        root[find(i)] = find(j)
    for one in dossiers:
        for form in one.forms[1:]:
            root[find(form)] = find(one.forms[0])
    relations: dict[int, dict[tuple[int, int], NameRelation]] = defaultdict(dict)
    for i, j, relation in related:
        relations[find(i)][i, j] = relation
    groups: dict[int, list[Dossier]] = defaultdict(list)
    for one in dossiers:
        groups[find(one.forms[0])].append(one)
    for component, group in groups.items():
        yield relations.get(component, {}), group
