"""The digest's plots as plain geometry: the template draws them, so that the page needs no script and no library."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Run, RunSource
from sourcing.digest.news import News

WIDTH, ROW_HEIGHT, LABEL_WIDTH, MARGIN = 640, 18, 150, 34
DAYS = 30
MOST_TOPICS = 8
NO_TOPIC = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a plot, in pixels: a label at height ``y``, a mark at ``at`` in a span from ``low`` to ``high``."""

    y: int
    label: str
    value: float
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """``width`` × ``height`` pixels; ``ticks`` are (place, value) at its top, ``said`` tells it in words."""

    rows: Sequence[Row]
    ticks: Sequence[tuple[float, str]]
    height: int
    said: str
    width: int = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one source brought: ``bars`` are (place, top, height, day, new records) for each day with a run."""

    source: str
    y: int
    total: int
    failed: int
    bars: Sequence[tuple[float, float, float, date, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvests:
    """Sources over the last ``DAYS`` days."""

    rows: Sequence[Harvest]
    ticks: Sequence[tuple[float, str]]
    bar_width: float
    height: int
    said: str
    width: int = WIDTH


def intervals(news: Sequence[News]) -> Plot:
    """One row a candidate: the score as a dot in its interval, 0..100 from left to right."""
    span = WIDTH - LABEL_WIDTH - MARGIN

    def x(score: float | None) -> float:
        return round(LABEL_WIDTH + span * (score or 0.0) / 100, 1)

    rows = [
        Row(
            y=24 + ROW_HEIGHT * place, label=one.candidate.full_name, value=one.candidate.score or 0.0,
            at=x(one.candidate.score), low=x(one.candidate.low), high=x(one.candidate.high),
        )
        for place, one in enumerate(news)
    ]  # fmt: skip
    told = "; ".join(
        f"{one.candidate.full_name} {one.candidate.score or 0:.0f}, between {one.candidate.low or 0:.0f} and "
        f"{one.candidate.high or 0:.0f}"
        for one in news
    )
    ticks = [(x(value), str(value)) for value in (0, 25, 50, 75, 100)]
    return Plot(
        rows=rows,
        ticks=ticks,
        height=30 + ROW_HEIGHT * len(rows),
        said=f"Score of each new candidate: {told}",
    )


def topics(news: Sequence[News]) -> Plot | None:
    """How many of the new candidates there are by the area of their best work; ``None`` where all share one."""
    counted = Counter(one.candidate.area or NO_TOPIC for one in news)
    if len(counted) < 2:
        return None
    found = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    if len(found) > MOST_TOPICS:
        rest = sum(number for _, number in found[MOST_TOPICS - 1 :])
        found = [*found[: MOST_TOPICS - 1], (f"{len(counted) - MOST_TOPICS + 1} others", rest)]
    most = max(number for _, number in found)
    span = WIDTH - LABEL_WIDTH - MARGIN
    rows = [
        Row(
            y=12 + ROW_HEIGHT * place, label=name, value=number, at=LABEL_WIDTH,
            low=LABEL_WIDTH, high=round(LABEL_WIDTH + span * number / most, 1),
        )
        for place, (name, number) in enumerate(found)
    ]  # fmt: skip
    told = ", ".join(f"{name} {number}" for name, number in found)
    return Plot(
        rows=rows, ticks=[], height=12 + ROW_HEIGHT * len(rows), said=f"New candidates by area: {told}"
    )


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
    step = (WIDTH - LABEL_WIDTH - MARGIN) / DAYS
    rows = []
    for place, source in enumerate(sorted(new)):
        base = 16 + height * (place + 1) - 4
        most = max(1, *new[source].values())
        bars = []
        for day, number in sorted(new[source].items()):
            tall = round((height - 8) * number / most, 1) if number else 1.0
            bars.append((round(LABEL_WIDTH + step * (day - first).days, 1), base - tall, tall, day, number))
        rows.append(
            Harvest(source=source, y=base, total=new[source].total(), failed=failed[source], bars=bars)
        )
    ticks = [
        (round(LABEL_WIDTH + step * days, 1), f"{first + timedelta(days=days):%d %b}")
        for days in (0, DAYS // 2, DAYS - 1)
    ]
    told = ", ".join(f"{one.source} {one.total:,}" for one in rows)
    return Harvests(
        rows=rows, ticks=ticks, bar_width=round(step - 2, 1), height=20 + height * len(rows),
        said=f"New records of the last {DAYS} days by source: {told}",
    )  # fmt: skip
