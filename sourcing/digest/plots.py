"""The digest's plots as plain geometry: the template draws them, so that the page needs no library.

Places from left to right are per cent of a plot's width, so that one drawing fits a desk and a phone; heights are
pixels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Run, RunSource
from sourcing.digest.areas import in_words
from sourcing.digest.news import News

ROW_HEIGHT, TICK_HEIGHT = 24, 20
DAYS = 30
MOST_TOPICS = 8
NO_TOPIC = "not known"
# The part of its day that a bar fills.
BAR_SHARE = 0.75
# Leaves room for the number behind the longest bar.
LONGEST_BAR = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a plot: a mark at ``at`` in a span from ``low`` to ``high`` (0..100), ``y`` pixels down.

    ``card`` is the public id of the person that the line is about.
    """

    y: int
    label: str
    value: float
    at: float
    low: float
    high: float
    card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """``height`` pixels; ``ticks`` are the values at its top, ``said`` tells it in words."""

    rows: Sequence[Row]
    ticks: Sequence[int]
    height: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one source brought on one day: ``at`` per cent from the left, ``top`` and ``height`` in pixels."""

    at: float
    top: float
    height: float
    day: date
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one source brought: a bar for each day with a run, standing on ``y`` pixels; ``failed`` counts runs."""

    source: str
    y: int
    total: int
    failed: int
    days: Sequence[Day]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvests:
    """Sources over the last ``DAYS`` days; ``ticks`` are the first, the middle and the last day."""

    rows: Sequence[Harvest]
    ticks: Sequence[str]
    bar_width: float
    row_height: int
    height: int
    said: str


def intervals(news: Sequence[News]) -> Plot:
    """One row a candidate: the score as a dot in its interval, 0..100 from left to right."""
    rows = [
        Row(
            y=TICK_HEIGHT + ROW_HEIGHT * place + ROW_HEIGHT // 2, label=one.candidate.full_name,
            value=one.candidate.score or 0.0, at=round(one.candidate.score or 0.0, 1),
            low=round(one.candidate.low or 0.0, 1), high=round(one.candidate.high or 0.0, 1),
            card=one.candidate.candidate_id,
        )
        for place, one in enumerate(news)
    ]  # fmt: skip
    told = "; ".join(f"{one.label} {one.value:.0f}, between {one.low:.0f} and {one.high:.0f}" for one in rows)
    return Plot(
        rows=rows,
        ticks=(0, 25, 50, 75, 100),
        height=TICK_HEIGHT + ROW_HEIGHT * len(rows),
        said=f"Score of each candidate: {told}",
    )


def topics(news: Sequence[News]) -> Plot | None:
    """How many of the candidates there are by the area of their best work; ``None`` where all share one."""
    counted = Counter(in_words(one.candidate.area or NO_TOPIC) for one in news)
    if len(counted) < 2:
        return None
    found = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    if len(found) > MOST_TOPICS:
        rest = sum(number for _, number in found[MOST_TOPICS - 1 :])
        found = [*found[: MOST_TOPICS - 1], (f"{len(counted) - MOST_TOPICS + 1} others", rest)]
    most = max(number for _, number in found)
    rows = [
        Row(
            y=ROW_HEIGHT * place + ROW_HEIGHT // 2, label=name, value=number, at=0.0, low=0.0,
            high=round(LONGEST_BAR * number / most, 1),
        )
        for place, (name, number) in enumerate(found)
    ]  # fmt: skip
    told = ", ".join(f"{name} {number}" for name, number in found)
    return Plot(rows=rows, ticks=(), height=ROW_HEIGHT * len(rows), said=f"Candidates by area: {told}")


def harvests(session: Session, *, now: datetime) -> Harvests | None:
    """What each source brought on each of the last 30 days; ``None`` before there were two days to compare."""
    first = (now - timedelta(days=DAYS - 1)).date()
    new: dict[str, Counter[date]] = defaultdict(Counter)
    failed: Counter[str] = Counter()
    for source, number, error, at in session.execute(
        select(RunSource.source, RunSource.new, RunSource.error, Run.started_at)
        .join(Run, Run.id == RunSource.run_id)
        .where(Run.started_at >= now - timedelta(days=DAYS), Run.started_at <= now)
    ):
        new[source][max(at.date(), first)] += number
        failed[source] += error is not None
    if len({day for days in new.values() for day in days}) < 2:
        return None
    height = 2 * ROW_HEIGHT
    rows = []
    for place, source in enumerate(sorted(new)):
        base = TICK_HEIGHT + height * (place + 1) - 6
        most = max(1, *new[source].values())
        days = []
        for day, number in sorted(new[source].items()):
            tall = max(2.0, round((height - 12) * number / most, 1)) if number else 1.0
            left = round(100 * (day - first).days / DAYS, 2)
            days.append(Day(at=left, top=base - tall, height=tall, day=day, new=number))
        rows.append(
            Harvest(source=source, y=base, total=new[source].total(), failed=failed[source], days=days)
        )
    told = ", ".join(f"{one.source} {one.total:,}" for one in rows)
    return Harvests(
        rows=rows,
        ticks=[f"{first + timedelta(days=days):%d %b}" for days in (0, DAYS // 2, DAYS - 1)],
        bar_width=round(100 / DAYS * BAR_SHARE, 2),
        row_height=height,
        height=TICK_HEIGHT + height * len(rows),
        said=f"New records of the last {DAYS} days by source: {told}",
    )
