"""How well authorships are given to persons, on mentions whose persons are known."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

from db.keys.names import name_key
from sourcing.identity.evidence import Mention, resolve


def evaluate(data: Path) -> dict[str, object]:
    """Resolve the mentions of a JSONL file and compare with ``person_id``.

    ``hard`` are the mentions whose name is borne by several people. B³ is Bagga and Baldwin's (1998): per mention, the
    share of its cluster that is right (precision) and of its person that is found (recall), averaged.
    """
    opener = gzip.open if data.suffix == ".gz" else open
    with opener(data, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    truth = {row["mention_id"]: row["person_id"] for row in rows}
    began = time.perf_counter()
    found = resolve([mention_of(row) for row in rows])
    seconds = time.perf_counter() - began
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        bearers[name_key(row["name"])].add(row["person_id"])
    hard = [row["mention_id"] for row in rows if len(bearers[name_key(row["name"])]) > 1]
    return {
        **agreement([row["mention_id"] for row in rows], found, truth),
        "hard": agreement(hard, found, truth),
        "seconds": round(seconds, 3),
    }


def mention_of(row: Mapping[str, Any]) -> Mention:
    """What production would see of a labelled row: everything but the label."""
    return Mention(
        id=row["mention_id"],
        paper_id=row["paper_id"],
        name=row["name"],
        title=row["title"],
        year=row.get("year"),
        coauthors=tuple(row.get("coauthors") or ()),
        affiliation=row.get("affiliation"),
        email_domain=row.get("email_domain"),
    )


def agreement(
    ids: Sequence[str], found: Mapping[str, Hashable], truth: Mapping[str, str]
) -> dict[str, float | int | None]:
    """B³ and pairwise agreement over ``ids``; ``wrong_merges_per_1000`` counts mentions whose cluster holds somebody
    else, for each thousand mentions.
    """
    both = Counter((found[one], truth[one]) for one in ids)
    clusters = Counter(found[one] for one in ids)
    persons = Counter(truth[one] for one in ids)
    n = len(ids)
    if not n:
        return {"n": 0, "b3_precision": None, "b3_recall": None, "b3_f1": None, "pairwise_precision": None,
                "pairwise_recall": None, "wrong_merges_per_1000": None}  # fmt: skip
    precision = sum(count * count / clusters[cluster] for (cluster, _), count in both.items()) / n
    recall = sum(count * count / persons[person] for (_, person), count in both.items()) / n
    right = sum(count * (count - 1) // 2 for count in both.values())
    said = sum(count * (count - 1) // 2 for count in clusters.values())
    true = sum(count * (count - 1) // 2 for count in persons.values())
    largest: dict[Hashable, int] = defaultdict(int)
    for (cluster, _), count in both.items():
        largest[cluster] = max(largest[cluster], count)
    wrong = sum(clusters[cluster] - largest[cluster] for cluster in clusters)
    return {
        "n": n,
        "b3_precision": precision,
        "b3_recall": recall,
        "b3_f1": 2 * precision * recall / (precision + recall),
        "pairwise_precision": right / said if said else 1.0,
        "pairwise_recall": right / true if true else 1.0,
        "wrong_merges_per_1000": 1000 * wrong / n,
    }
