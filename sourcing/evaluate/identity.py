"""How well the persons that identity finds agree with who the authors really are.

The figures are those of entity resolution: B³ (Bagga & Baldwin 1998, https://aclanthology.org/P98-1012), pairwise
precision and recall, and the count that a recruiter feels: first authors who are filed under somebody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from db.keys.names import name_key
from sourcing.evaluate.rows import read_rows
from sourcing.identity.families import family_digest, fitted_families, half_of
from sourcing.identity.rarity import NameStock
from sourcing.identity.resolver import not_collecting, resolve
from sourcing.identity.rows import mentions_from_rows
from sourcing.identity.scorecard import Scorecard, half_scorecards

Ids = Sequence[Hashable]


def evaluate(data: Path) -> dict[str, object]:
    """Resolve all mentions of a file as production would, then compare with ``person_id``.

    Shares are 0..1, ``None`` where undefined. ``wrong_merges_per_1000`` is over first authors (position 1): of 1,000,
    how many are filed under a person most of whose mentions are somebody else's. ``hard`` is the same over mentions
    whose printed name several people of the file bear; ``variants`` over mentions of people printed under several
    name keys. ``without_affiliation`` is a second run that sees neither affiliation nor e-mail domain (its time is
    not in ``seconds``); it is there only if the file has any.

    What ships is fitted on all families that were to be had, and of those would only show what it remembers. If the
    file holds any of them, ``note`` says so, and ``unseen`` and ``unseen_without_affiliation`` are what to believe:
    rows of such families are judged by one of two scorecards that were fitted on half of the families, the one that
    did not see theirs; all others by what ships.
    """
    rows = read_rows(data)
    truth = [_label(row) for row in rows]
    started = perf_counter()
    found = _resolve(rows)
    seconds = perf_counter() - started
    result = figures(rows, found, truth)
    result["seconds"] = round(seconds, 3)
    known = fitted_families()
    seen = [family_digest(str(row["name"])) in known for row in rows]
    if any(seen):
        result["note"] = (
            f"{sum(seen)} of {len(rows)} mentions bear family names that the shipped scorecard was fitted on: "
            "believe what stands under “unseen”, where these are judged by a scorecard fitted on the other half of the "
            "families"
        )
        result["unseen"] = _unseen(rows, found, seen)
    if any(row.get("affiliation") or row.get("email_domain") for row in rows):
        hidden = without_affiliation(rows)
        blind = _resolve(hidden)
        result["without_affiliation"] = figures(rows, blind, truth)
        if any(seen):
            result["unseen_without_affiliation"] = _unseen(hidden, blind, seen)
    return result


def judged_by_halves(
    rows: Sequence[Mapping[str, Any]], halves: Sequence[Scorecard], *, stock: NameStock | None = None
) -> tuple[list[Mapping[str, Any]], list[Hashable], list[Hashable]]:
    """The rows again, with persons and labels, each judged by the scorecard whose fit saw the other half of families.

    Each half is resolved by itself; blocks of names are whole in it. Somebody who is printed under families of both
    halves counts once in each. ``halves`` are by the number of the half that their fit saw.
    """
    judged: list[Mapping[str, Any]] = []
    persons: list[Hashable] = []
    labels: list[Hashable] = []
    for half in (0, 1):
        some = [row for row in rows if half_of(str(row["name"])) == half]
        judged += some
        persons += [(half, one) for one in _resolve(some, card=halves[1 - half], stock=stock)]
        labels += [(half, _label(row)) for row in some]
    return judged, persons, labels


def _unseen(rows: Sequence[Mapping[str, Any]], found: Ids, seen: Sequence[bool]) -> dict[str, object]:
    """Figures in which no row is judged by a scorecard that was fitted on its family."""
    judged, persons, labels = judged_by_halves(
        [row for row, known in zip(rows, seen, strict=True) if known], half_scorecards()
    )
    for row, person, known in zip(rows, found, seen, strict=True):
        if not known:
            judged.append(row)
            persons.append(person)
            labels.append(_label(row))
    return figures(judged, persons, labels)


def without_affiliation(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, blind to places."""
    hidden = {"affiliation", "email_domain"}
    return [{key: value for key, value in row.items() if key not in hidden} for row in rows]


def _label(row: Mapping[str, Any]) -> Hashable:
    label = row["person_id"]
    if not isinstance(label, str | int):
        raise ValueError(f"mention {row.get('mention_id')!r}: person_id is neither text nor a number")
    return label


def _resolve(
    rows: Sequence[Mapping[str, Any]], *, card: Scorecard | None = None, stock: NameStock | None = None
) -> list[int]:
    unlabelled = [{key: value for key, value in row.items() if key != "person_id"} for row in rows]
    with not_collecting():
        resolution = resolve(mentions_from_rows(unlabelled), card=card, stock=stock)
    return [resolution.persons[str(row["mention_id"])] for row in rows]


def figures(rows: Sequence[Mapping[str, Any]], found: Ids, truth: Ids) -> dict[str, object]:
    """All figures of one run: over everything, and under ``hard`` and ``variants``."""
    first = [place for place, row in enumerate(rows) if row.get("position") == 1]
    hard = hard_mentions([str(row["name"]) for row in rows], truth)
    variants = variant_mentions([name_key(str(row["name"])) for row in rows], truth)
    result: dict[str, object] = dict(agreement(found, truth, first=first))
    for name, some in (("hard", hard), ("variants", variants)):
        chosen = set(some)
        result[name] = agreement(found, truth, some, first=[place for place in first if place in chosen])
    return result


def hard_mentions(names: Sequence[str], truth: Ids) -> list[int]:
    """Places of mentions whose name, as printed, is borne by several people."""
    bearers: dict[str, set[Hashable]] = defaultdict(set)
    for name, person in zip(names, truth, strict=True):
        bearers[name].add(person)
    return [place for place, name in enumerate(names) if len(bearers[name]) > 1]


def variant_mentions(keys: Sequence[str], truth: Ids) -> list[int]:
    """Places of mentions of people who are printed under several name keys."""
    forms: dict[Hashable, set[str]] = defaultdict(set)
    for key, person in zip(keys, truth, strict=True):
        forms[person].add(key)
    return [place for place, person in enumerate(truth) if len(forms[person]) > 1]


def agreement(
    found: Ids, truth: Ids, some: Sequence[int] | None = None, *, first: Collection[int] = ()
) -> dict[str, float | int | None]:
    """The figures over the mentions at ``some`` places (default: all), clusters always being whole.

    ``first`` are the places among them that are first authors.
    """
    precision, recall = b_cubed(found, truth, some)
    pair_precision, pair_recall = pairwise(found, truth, some)
    return {
        "n": len(found) if some is None else len(some),
        "b3_precision": precision,
        "b3_recall": recall,
        "b3_f1": _f1(precision, recall),
        "pairwise_precision": pair_precision,
        "pairwise_recall": pair_recall,
        "first_authors": len(first),
        "wrong_merges_per_1000": wrong_merges_per_1000(found, truth, first),
    }


def b_cubed(found: Ids, truth: Ids, some: Sequence[int] | None = None) -> tuple[float | None, float | None]:
    """B³ precision and recall: for each mention, the share of its cluster that is its person's, and of its person
    that is in its cluster; then the mean over the mentions at ``some`` places."""
    clusters, people = Counter(found), Counter(truth)
    both = Counter(zip(found, truth, strict=True))
    places = range(len(found)) if some is None else some
    if not places:
        return None, None
    precision = sum(both[found[at], truth[at]] / clusters[found[at]] for at in places)
    recall = sum(both[found[at], truth[at]] / people[truth[at]] for at in places)
    return precision / len(places), recall / len(places)


def pairwise(found: Ids, truth: Ids, some: Sequence[int] | None = None) -> tuple[float | None, float | None]:
    """Share of the pairs put together that belong together, and of those that belong together that were.

    With ``some``, over pairs of which both are at those places.
    """
    places = range(len(found)) if some is None else some
    clusters = Counter(found[at] for at in places)
    people = Counter(truth[at] for at in places)
    right = _pairs(Counter((found[at], truth[at]) for at in places))
    together, belong = _pairs(clusters), _pairs(people)
    return (right / together if together else None), (right / belong if belong else None)


def wrong_merges_per_1000(found: Ids, truth: Ids, places: Collection[int]) -> float | None:
    """Of 1,000 mentions at ``places``, how many stand in a cluster most of whose mentions are another person's.

    Where a cluster is split evenly, half of it counts as wrong: one of the two persons holds the page.
    """
    if not places:
        return None
    inside: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for cluster, person in zip(found, truth, strict=True):
        inside[cluster][person] += 1
    wrong = 0.0
    for at in places:
        counts = inside[found[at]]
        most = max(counts.values())
        if counts[truth[at]] < most:
            wrong += 1
        else:
            holders = sum(count == most for count in counts.values())
            wrong += (holders - 1) / holders
    return 1000 * wrong / len(places)


def _pairs(counts: Mapping[Any, int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
