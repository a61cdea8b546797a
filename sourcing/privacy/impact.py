"""Selection rates and impact ratios of groups, from a file in which people said themselves what they belong to.

Nothing is ever inferred: who is not in the file, or left the cell empty, counts as missing. The ratio of a group is its
selection rate over that of the group selected most often; below four fifths it is pointed out (29 CFR 1607.4 D). Groups
under 2 % of those who said are marked and are not what others are compared with (6 RCNY § 5-301 (d)).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

FOUR_FIFTHS = 0.8
SMALL_SHARE = 0.02
TOGETHER = " × "


class BadGroups(ValueError):  # noqa: N818 (what it is)
    """The file of groups cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """One group of one category. ``impact_ratio`` is empty where no group can be compared with.

    ``small`` marks a group under 2 % of those who said; ``share`` is its part of them, 0..1.
    """

    category: str
    group: str
    candidates: int
    selected: int
    rate: float
    share: float
    small: bool
    impact_ratio: float | None
    below_four_fifths: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The groups of all categories; ``missing`` are candidates of whom a category is not known, by category."""

    candidates: int
    selected: int
    missing: Mapping[str, int]
    missing_selected: Mapping[str, int]
    groups: Sequence[GroupRate]


def read_groups(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Category → candidate id → group, from a table with ``candidate_id`` and a column for each category.

    With several categories their combination is one more. Empty cells say nothing. Raises :class:`BadGroups`.
    """
    if "candidate_id" not in header:
        raise BadGroups("no column candidate_id")
    categories = [name for name in header if name and name != "candidate_id"]
    if not categories:
        raise BadGroups("no column with groups beside candidate_id")
    found: dict[str, dict[str, str]] = {name: {} for name in categories}
    for row in rows:
        person = row.get("candidate_id", "").strip()
        for name in categories:
            group = row.get(name, "").strip()
            if person and group and found[name].setdefault(person, group) != group:
                raise BadGroups(f"{person} is in {name} {found[name][person]!r} and {group!r}")
    if len(categories) > 1:
        everywhere = set.intersection(*(set(found[name]) for name in categories))
        found[TOGETHER.join(categories)] = {
            person: TOGETHER.join(found[name][person] for name in categories) for person in sorted(everywhere)
        }
    return found


def impact(
    candidates: Collection[str], selected: Collection[str], groups: Mapping[str, Mapping[str, str]]
) -> Impact:
    """Rates and ratios for ``candidates`` (ids), of whom ``selected`` were chosen."""
    everybody, chosen = set(candidates), set(selected) & set(candidates)
    rates: list[GroupRate] = []
    missing: dict[str, int] = {}
    missing_selected: dict[str, int] = {}
    for category, of in groups.items():
        said = {person: of[person] for person in everybody if person in of}
        missing[category] = len(everybody - said.keys())
        missing_selected[category] = len(chosen - said.keys())
        rates += _rates(category, said, chosen)
    return Impact(
        candidates=len(everybody),
        selected=len(chosen),
        missing=missing,
        missing_selected=missing_selected,
        groups=rates,
    )


def _rates(category: str, said: Mapping[str, str], chosen: Collection[str]) -> list[GroupRate]:
    sizes = Counter(said.values())
    picked = Counter(group for person, group in said.items() if person in chosen)
    shares = {group: size / len(said) for group, size in sizes.items()}
    best = max((picked[one] / sizes[one] for one in sizes if shares[one] >= SMALL_SHARE), default=0.0)
    rates = []
    for group in sorted(sizes, key=lambda one: (-sizes[one], one)):
        rate = picked[group] / sizes[group]
        ratio = rate / best if best else None
        rates.append(
            GroupRate(
                category=category,
                group=group,
                candidates=sizes[group],
                selected=picked[group],
                rate=rate,
                share=shares[group],
                small=shares[group] < SMALL_SHARE,
                impact_ratio=ratio,
                below_four_fifths=ratio is not None and ratio < FOUR_FIFTHS,
            )
        )
    return rates
