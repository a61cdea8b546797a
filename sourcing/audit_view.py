"""The log of decisions, the proof that names do not count, and the rates of groups, for eyes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sourcing.terminal import Screen, clean, counted, table, wrapped

if TYPE_CHECKING:
    from db.schema import AuditEvent
    from sourcing.privacy.counterfactual import Comparison
    from sourcing.privacy.impact import GroupRate, Impact

# An entry of the log names so many people or files, and counts the others; --json has all.
MOST_IN_AN_ENTRY = 5


def event_lines(events: Iterable[AuditEvent], on: Screen) -> Iterator[str]:
    """An entry a line, where the line has room for it."""
    for one in events:
        said = "; ".join(f"{name} {_in_words(value)}" for name, value in one.details.items() if value)
        line = f"{one.at:%Y-%m-%d %H:%M}  {one.by:<12} {one.action:<8} {one.subject or ''}  {said}".rstrip()
        yield from on.lines(line, "    ")


def comparison_lines(found: Sequence[Comparison], on: Screen) -> Iterator[str]:
    """How each family of scores came out after each change: a table, or where that does not fit, a line for each."""
    headings = ("changed", "scores", "compared", "differ", "largest difference")
    rows = [
        (one.change, one.scores, f"{one.compared:,}", f"{one.differing:,}", f"{one.largest_difference:g}")
        for one in found
    ]
    lines = table(headings, rows, right=headings[2:])
    if on.fits(lines):
        yield on.bold(lines[0])
        yield from lines[1:]
        return
    for change, some in groupby(found, lambda one: one.change):
        yield on.bold(change)
        for one in some:
            by = f" by up to {one.largest_difference:g}" if one.differing else ""
            told = f"{one.scores}: {one.compared:,} compared, {one.differing:,} differ{by}"
            yield from wrapped(told, on.width, "  ", "    ")


def impact_lines(found: Impact, on: Screen) -> Iterator[str]:
    """How often each group was selected, and of how many that is not known."""
    yield from _rate_lines(found.groups, on)
    yield from on.lines(f"Selected: {found.selected:,} of {counted(found.candidates, 'candidate')}.")
    for category, count in found.missing.items():
        told = f"{clean(category)}: {counted(count, 'candidate')} did not say, "
        told += f"{found.missing_selected[category]:,} of them selected."
        yield from on.lines(told)


def _rate_lines(groups: Sequence[GroupRate], on: Screen) -> Iterator[str]:
    headings = ("category", "group", "candidates", "selected", "rate", "impact ratio", "")
    rows = [
        (clean(one.category), clean(one.group), f"{one.candidates:,}", f"{one.selected:,}", _rate(one),
         _ratio(one), _marks(one))
        for one in groups
    ]  # fmt: skip
    lines = table(headings, rows, right=headings[2:6])
    if on.fits(lines):
        yield on.bold(lines[0])
        yield from lines[1:]
        return
    for category, some in groupby(groups, lambda one: one.category):
        yield from map(on.bold, wrapped(clean(category), on.width))
        for one in some:
            ratio = f"impact ratio {_ratio(one)}" if _ratio(one) else ""
            told = [f"{one.selected:,} of {one.candidates:,} selected ({_rate(one)})", ratio, _marks(one)]
            said = f"{clean(one.group)}: {', '.join(filter(None, told))}"
            yield from wrapped(said, on.width, "  ", "    ")


def _in_words(value: object) -> str:
    if not isinstance(value, list):
        return str(value)
    said = ", ".join(map(str, value[:MOST_IN_AN_ENTRY]))
    return said if len(value) <= MOST_IN_AN_ENTRY else f"{said} and {len(value) - MOST_IN_AN_ENTRY} more"


def _rate(one: GroupRate) -> str:
    return f"{100 * one.rate:.0f} %"


def _ratio(one: GroupRate) -> str:
    return "" if one.impact_ratio is None else f"{one.impact_ratio:.2f}"


def _marks(one: GroupRate) -> str:
    marks = [
        *(["below four fifths"] if one.below_four_fifths else []),
        *(["under 2 % of those who said: not compared with"] if one.small else []),
    ]
    return "; ".join(marks)
