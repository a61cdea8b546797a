"""Importance over fashion: do the problems that a paper works on last, or are they a trend?

A topic that stands beside many others, that papers on other problems name as a need, and that has been worked on for
long tends to keep its share of what is written; one that has just shot up tends to lose it again. All of it is counted
over years before the paper's own. Crowding in the half year before it is read from the corpus, and shown, not scored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, SubjectKind
from ranking.importance.history import (
    ASPECTS,
    WORKED_ON,
    TopicHistory,
    mean_lasting,
    shipped_history,
    topics_in,
)
from ranking.originality.corpus import CorpusIndex
from ranking.originality.text import PaperText

SCORER = "importance"
# One topic found by chance decides nothing.
LEAST_TOPICS = 2
# Topics that an aspect is illustrated with, and whose crowding is looked up in the corpus.
SHOWN = 2
# Crowding is spoken of when both half-years hold enough papers to compare.
HALF_YEAR = timedelta(days=182)
LEAST_PAPERS = 300
# A topic that hardly existed before has grown beyond any meaningful factor.
MOST_TIMES = 20
NAMES = {"crowding": "little crowded", "burst": "no burst", "age": "long worked on", "need": "needed by others",
         "breadth": "beside many topics"}  # fmt: skip


def version() -> str:
    """Changes whenever the shipped history or the fit does."""
    return shipped_history().version


def assess_importance(
    papers: Sequence[PaperText], corpus: CorpusIndex, *, history: TopicHistory | None = None
) -> list[Assessment]:
    """Assess papers, in order.

    ``score`` is the percentage of papers whose topics are expected to hold their share over three years less well, with
    an interval. It uses only years before the paper's own; fewer than two counted years before it, an unknown year, or
    fewer than :data:`LEAST_TOPICS` known topics give insufficient evidence. Parts say how each aspect speaks: 100 is
    most for lasting, 0 most for a trend.
    """
    known = history or shipped_history()
    return [_assess(paper, corpus, known) for paper in papers]


@dataclass(frozen=True)
class _Seen:
    """A paper's topics as they stood at the end of the last counted year before it."""

    history: TopicHistory
    places: tuple[int, ...]
    column: int

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """How much each topic counts: the rarer, the more."""
        raw = -self.history.log_shares[list(self.places), self.column]
        return np.asarray(raw / raw.sum())

    @cached_property
    def lasting(self) -> npt.NDArray[np.float64]:
        """Probability that each topic holds its share."""
        return self.history.lasting(self.column)[list(self.places)]

    def standing(self, aspect: str) -> npt.NDArray[np.float64]:
        """For each topic, how an aspect speaks for lasting, 0..100."""
        return self.history.standings(self.column)[aspect][list(self.places)]

    def order(self, values: npt.NDArray[np.float64]) -> list[int]:
        """Topics by value, highest first, as positions in ``places``; ties by name."""
        return sorted(range(len(self.places)), key=lambda at: (-round(float(values[at]), 6), self.name(at)))

    def name(self, at: int) -> str:
        """The topic at one position."""
        return self.history.topics[self.places[at]]


def _assess(paper: PaperText, corpus: CorpusIndex, history: TopicHistory) -> Assessment:
    digest = hashlib.blake2b(repr((paper.title, paper.abstract, str(paper.day))).encode(), digest_size=12)
    seen, reason = _look(paper, history)
    crowding = () if seen is None else _crowding_now(paper, seen, corpus)
    if reason is not None or seen is None:
        return Assessment(
            subject_kind=SubjectKind.PAPER,
            subject_id=paper.id,
            axis=Axis.IMPORTANCE,
            scorer=SCORER,
            scorer_version=history.version,
            status=AssessmentStatus.INSUFFICIENT,
            reason=reason,
            parts=tuple(Part(name=NAMES[aspect], score=None, weight=0.0) for aspect in ASPECTS),
            evidence=crowding,
            input_hash=digest.hexdigest(),
        )
    mean = mean_lasting(seen.places, history.lasting(seen.column), history.log_shares[:, seen.column])
    score, low, high = (
        round(float(np.interp(mean, history.at, line)), 2)
        for line in (history.expected, history.low, history.high)
    )
    return Assessment(
        subject_kind=SubjectKind.PAPER,
        subject_id=paper.id,
        axis=Axis.IMPORTANCE,
        scorer=SCORER,
        scorer_version=history.version,
        score=score,
        low=low,
        high=high,
        parts=tuple(_part(aspect, seen, crowding) for aspect in ASPECTS),
        evidence=_lasting_evidence(seen) + crowding,
        input_hash=digest.hexdigest(),
        validated_on=history.validated_on,
    )


def _look(paper: PaperText, history: TopicHistory) -> tuple[_Seen | None, str | None]:
    """The paper's topics, and why they do not suffice."""
    column = history.column_before(paper.year) if paper.year is not None else None
    if column is None:
        return (
            None,
            f"topics are counted from {history.years[0]} on; two years before the paper's are needed, "
            f"and its year is {paper.year or 'unknown'}",
        )
    named = sorted(history.places[topic] for topic in topics_in(paper.text, history.places))
    before = tuple(place for place in named if history.papers[place, : column + 1].sum() > 0)
    seen = _Seen(history, before, column) if before else None
    if len(before) < LEAST_TOPICS:
        return seen, (
            f"names {len(before)} of the {len(history.topics)} topics counted before {paper.year}; "
            f"{LEAST_TOPICS} are needed"
        )
    return seen, None


def _part(aspect: str, seen: _Seen, crowding: tuple[Evidence, ...]) -> Part:
    values = seen.standing(aspect)
    order = seen.order(values)
    # The topic that speaks most for lasting, and the one that speaks most against it.
    chosen = list(dict.fromkeys([order[0], order[-1]]))
    said = tuple(Evidence(text=_TELL[aspect](seen, at), kind="topic") for at in chosen)
    return Part(
        name=NAMES[aspect],
        score=round(float(values @ seen.weights), 2),
        weight=round(seen.history.shares[aspect], 4),
        evidence=said + (crowding if aspect == "crowding" else ()),
    )


def _tell_crowding(seen: _Seen, at: int) -> str:
    place, history = seen.places[at], seen.history
    share = 100 * float(history.papers[place, seen.column]) / float(history.totals[seen.column])
    return f"“{seen.name(at)}” is named in {share:.1f} % of the conference papers of {history.years[seen.column]}"


def _tell_burst(seen: _Seen, at: int) -> str:
    place, history = seen.places[at], seen.history
    before = history.log_shares[place, : max(seen.column, 1)].mean()
    change = float(np.exp(history.log_shares[place, seen.column] - before))
    trend = "growing fast" if change >= 1.5 else "shrinking" if change <= 1 / 1.5 else "steady"
    times = f"{change:.1f}" if change < MOST_TIMES else f"more than {MOST_TIMES}"
    return f"“{seen.name(at)}” is {trend}: {times} times its share of the years before"


def _tell_age(seen: _Seen, at: int) -> str:
    place, history = seen.places[at], seen.history
    worked = history.papers[place, : seen.column + 1] >= WORKED_ON
    years = [year for year, was in zip(history.years, worked, strict=False) if was]
    if not years:
        return f"“{seen.name(at)}” was hardly worked on in any of the {len(worked)} years counted"
    since = f"{years[0]} or before" if years[0] == history.years[0] else str(years[0])
    return (
        f"“{seen.name(at)}” was worked on in {len(years)} of the {len(worked)} years counted, since {since}"
    )


def _tell_need(seen: _Seen, at: int) -> str:
    place, history = seen.places[at], seen.history
    papers, needs = (counts[place, : seen.column + 1].sum() for counts in (history.papers, history.needs))
    others = int(history.needed_by[place, seen.column])
    return (
        f"“{seen.name(at)}” is named as a need or a difficulty in {100 * needs / max(1.0, papers):.0f} % of its "
        f"papers, beside {others} other topics"
    )


def _tell_breadth(seen: _Seen, at: int) -> str:
    breadth = seen.history.breadth[:, seen.column]
    narrower = 100 * float((breadth < breadth[seen.places[at]]).mean())
    return f"“{seen.name(at)}” stands beside a wider range of topics than {narrower:.0f} % of topics do"


_TELL = {
    "crowding": _tell_crowding,
    "burst": _tell_burst,
    "age": _tell_age,
    "need": _tell_need,
    "breadth": _tell_breadth,
}


def _lasting_evidence(seen: _Seen) -> tuple[Evidence, ...]:
    """The topics that are likeliest and unlikeliest to hold, each against all topics that are common."""
    history, column = seen.history, seen.column
    everything = history.lasting(column)[history.papers[:, column] >= WORKED_ON]
    order = seen.order(seen.lasting)
    chosen = list(dict.fromkeys([*order[:SHOWN], order[-1]]))
    return tuple(
        Evidence(
            text=f"“{seen.name(at)}” is likelier to hold its share over three years than "
            f"{100 * float((everything < seen.lasting[at]).mean()):.0f} % of topics",
            kind="topic",
        )
        for at in chosen
    )


def _crowding_now(paper: PaperText, seen: _Seen, corpus: CorpusIndex) -> tuple[Evidence, ...]:
    """How much of the half year before the paper names its rarest topics, and how that compares with the one before."""
    day = paper.day
    if day is None:
        return ()
    middle, first = day - HALF_YEAR, day - 2 * HALF_YEAR
    totals = corpus.papers_between(middle, day), corpus.papers_between(first, middle)
    if totals[0] < LEAST_PAPERS:
        return ()
    found = []
    for at in seen.order(seen.weights)[:SHOWN]:
        topic = seen.name(at)
        now = corpus.papers_naming(topic.split(), middle, day)
        text = f"“{topic}”: {now:,} of the {totals[0]:,} papers of the half year before it name it"
        if now and totals[1] >= LEAST_PAPERS:
            before = corpus.papers_naming(topic.split(), first, middle)
            growth = (now / totals[0]) / (max(before, 0.5) / totals[1])
            text += f", {growth:.1f} times the share of the half year before that"
        found.append(Evidence(text=text, kind="crowding"))
    return tuple(found)
