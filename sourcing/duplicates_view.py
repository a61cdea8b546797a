"""People who may be the same, for eyes: the two, what each has written, every point, and what to answer with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sourcing.terminal import Screen, clean, counted, wrapped


def doubt_lines(doubts: Sequence[Mapping[str, Any]], on: Screen) -> Iterator[str]:
    """What :func:`sourcing.identity.duplicates.told` says of pairs, in their order."""
    for place, doubt in enumerate(doubts):
        if place:
            yield ""
        one, other = doubt["people"]
        pair = f"{one['id']} {one['name']} and {other['id']} {other['name']}"
        chance = f"{100 * doubt['probability']:.0f}\N{NO-BREAK SPACE}%"
        yield from map(on.bold, wrapped(f"{clean(pair)}: {chance}", on.text_width, "", "  "))
        for person in (one, other):
            where = f", {person['affiliation']}" if person["affiliation"] else ""
            papers = f"{counted(person['papers'], 'paper')}: {'; '.join(person['titles'])}"
            yield from wrapped(clean(f"{person['name']}{where}: {papers}"), on.text_width, "  ", "    ")
        for reason in doubt["evidence"]:
            weight = "" if reason.get("weight") is None else f"{reason['weight']:+.1f}"
            told = clean(f"{reason['kind']}: {reason['text']}")
            yield from wrapped(told, on.text_width, f"  {weight:>6}  ", " " * 10)
        # Each on a line of its own, whole: they are there to be copied.
        yield f"  sourcing merge {one['id']} {other['id']}"
        yield f"  sourcing duplicates --different {one['id']} {other['id']}"
