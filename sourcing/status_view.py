"""The status for eyes: plain lines that fit the terminal, what went wrong under what it befell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sourcing.counts import in_words
from sourcing.status import SourceStatus, Status

WIDEST = 100
# The table of sources needs so many cells beside their names; where there are fewer, each source has lines of its own.
TABLE = 65
SCOPES_SHOWN = 4


def status_lines(status: Status, *, width: int) -> Iterator[str]:
    """What is held, the last runs, and for each source what it gave, how far it was read and what failed."""
    width = min(width, WIDEST)
    yield "In the database"
    held = [in_words(name, count) for name, count in status.counts.items() if count]
    yield from _wrapped(", ".join(held) or "nothing yet", 2, width)
    yield ""
    yield "Last runs"
    if not status.runs:
        yield "  none yet; begin with: sourcing nightly"
    for place, run in enumerate(status.runs):
        line = (
            f"  {run['id']:>4}  {run['verb']:<8}  {_minute(run['started_at'])}  {_how_it_ended(run)}".rstrip()
        )
        yield from [line] if len(line) <= width else _wrapped(" ".join(line.split()), 4, width)
        if run["message"]:
            yield from _wrapped(run["message"], 8, width)
        if place == 0:
            for phase, told in _by_phase(run["counts"]):
                yield from _wrapped(f"{phase}: {told}" if phase else told, 8, width)
    name = max((len(one.source) for one in status.sources), default=0) + 2
    narrow = width < name + TABLE
    if status.sources:
        yield ""
        columns = f"{'last read':<16}  {'status':<11}  {'fetched':>7}  {'new':>7}  {'changed':>7}"
        yield "Sources" if narrow else f"{'Sources':<{name + 2}}{columns}"
    for one in status.sources:
        counts = "".join(f"  {count:>7,}" for count in (one.fetched, one.new, one.changed))
        stale = "  stale" if one.stale else ""
        if narrow:
            yield from _wrapped(f"{one.source}: {one.status}, read {_minute(one.at)}{stale}", 2, width)
            given = f"{one.fetched:,} fetched, {one.new:,} new, {one.changed:,} changed"
            yield from _wrapped(given, 4, width)
        else:
            yield f"  {one.source:<{name}}{_minute(one.at)}  {one.status:<11}{counts}{stale}"
        for remark in _remarks(one):
            yield from _wrapped(remark, 4, width)
        if reached := _reached([row for row in status.cursors if row["source"] == one.source]):
            yield from _wrapped(f"read up to {reached}", 4, width)


def _remarks(one: SourceStatus) -> Iterator[str]:
    if one.error:
        yield f"failed: {one.error}" if one.status == "failed" else one.error
    for name, count in sorted(one.warnings.items()):
        yield f"{name} ({count:,} ×)"


def _how_it_ended(run: Mapping[str, Any]) -> str:
    ended, began = run["finished_at"], run["started_at"]
    if ended is None:
        return str(run["status"])
    seconds = int((ended - began).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    took = (
        f"{hours} h {minutes} min"
        if hours
        else f"{minutes} min"
        if minutes
        else f"{seconds} s"
        if seconds
        else ""
    )
    return f"{run['status']:<11}  {took}"


def _by_phase(counts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each phase counted, without its zeros."""
    for phase, named in groupby(counts.items(), key=lambda pair: pair[0].rpartition(".")[0]):
        told = [in_words(name.rpartition(".")[2], value) for name, value in named if value]
        if told:
            yield phase, ", ".join(told)


def _reached(rows: list[dict[str, Any]]) -> str:
    """How far a source has been read: the scopes furthest behind first. A cursor that is no time tells nobody
    anything; ``--json`` has them all."""
    told = sorted((at, row["scope"]) for row in rows if (at := _moment(row["value"])) is not None)
    shown = ", ".join(f"{at} ({scope})" for at, scope in told[:SCOPES_SHOWN])
    more = len(told) - SCOPES_SHOWN
    return f"{shown} and later in {more} more" if more > 0 else shown


def _moment(value: str) -> str | None:
    """A cursor's time to the minute or day, in UTC: as written, or milliseconds since 1970 as OpenReview counts."""
    if value.isdigit() and len(value) == 13:
        return _minute(datetime.fromtimestamp(int(value) / 1000, UTC))
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _minute(at) if len(value) > 10 else value


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    """Lines with a hanging indent."""
    return textwrap.wrap(
        text,
        width=max(width, indent + 20),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
