"""From assessed works to ranked people: one explained score for one role.

A person is as good as their best works: each axis takes the best work that has evidence on it, so a long list of
middling papers never beats one strong one. All axes are percentiles of comparable work, so an axis without evidence
counts as the middle (50) and widens the interval; it is shown as unknown, and never as 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from db.records import Axis
from ranking.pull import Pull

RANKER_VERSION = "2"

# What an axis without evidence contributes: the middle of a percentile scale, with nearly all of its width.
UNKNOWN_SCORE, UNKNOWN_HALF_WIDTH = 50.0, 45.0

_WORD = re.compile(r"[^\W_]+")

# From this importance on, the sentence that says why speaks of it.
LASTING = 70.0

# Points that a liked paper moves its first authors by; papers near it move theirs by as much at most.
LIFT = 10.0

# How far a repository speaks for one of its authors, by their share of its commits; below a tenth of the commits it
# hardly does. An unknown share (squashed release, unmatched names) speaks for less than a known half.
FULL_SHARE, UNKNOWN_SHARE_WEIGHT = 0.5, 0.7


@dataclass(frozen=True, slots=True)
class Score:
    """A percentile with its interval, 0..100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something a candidate did: a paper as first author, or an implementation.

    ``scores`` holds what was measured; ``share`` is the candidate's share of the repository's commits (0..1);
    ``words`` are those of its text that any role's topics use (see :func:`topic_words`), empty without a text;
    ``pull`` is what the recruiter's likes say of a first author's paper.
    """

    title: str
    url: str
    scores: Mapping[Axis, Score]
    paper_row: int | None = None
    repository_row: int | None = None
    repository: str | None = None
    own_repository: bool = True
    share: float | None = None
    words: frozenset[str] = frozenset()
    published: datetime | None = None
    venue: str | None = None
    decision: str | None = None
    pull: Pull | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person and all their works."""

    person_row: int
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a position needs. Weights are relative; a minimum bar is a percentile."""

    name: str
    topics: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    weights: Mapping[Axis, float] = field(default_factory=dict)
    minimum: Mapping[Axis, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate's place for a role. ``excluded`` says which bar was missed, ``unknown_bars`` which were not seen.

    ``lift`` is how many points of ``score`` come from the recruiter's likes (negative: dislikes).
    """

    person_row: int
    score: float
    low: float
    high: float
    axes: Mapping[Axis, Score]
    why: str
    lift: float = 0.0
    excluded: str | None = None
    unknown_bars: tuple[Axis, ...] = ()
    best: Work | None = None
    code: Work | None = None


def rank(candidates: Iterable[Candidate], role: Role) -> list[Ranked]:
    """Rank candidates for a role, best first; those who missed a bar come last.

    Ties are broken by the narrower interval, then by person, so that the order is the same in every run.
    """
    ranked = [assess_candidate(candidate, role) for candidate in candidates]
    ranked.sort(key=lambda one: (one.excluded is not None, -one.score, one.high - one.low, one.person_row))
    return ranked


def assess_candidate(candidate: Candidate, role: Role) -> Ranked:
    """Score one candidate for one role from their best works."""
    fits = {id(work): fit(work.words, role) for work in candidate.works}
    axes: dict[Axis, Score] = {}
    chosen: dict[Axis, Work] = {}
    for axis in Axis:
        found = [
            (score, work)
            for work in candidate.works
            if (score := _score_on(axis, work, fits[id(work)])) is not None
        ]
        if found:
            axes[axis], chosen[axis] = max(found, key=lambda one: (one[0].value, one[0].low, one[1].url))
    weights = {axis: weight for axis, weight in role.weights.items() if weight > 0}
    if not role.topics:
        weights.pop(Axis.FIT, None)
        axes.pop(Axis.FIT, None)
    total, low, high = combine(axes, weights)
    excluded, unknown = _bars(axes, role)
    best = _best_paper(candidate, weights, fits)
    pulled = _pulled(candidate)
    lift = 0.0 if pulled is None or pulled.pull is None else round(LIFT * pulled.pull.strength, 4)
    return Ranked(
        person_row=candidate.person_row,
        score=_within(total + lift),
        low=_within(low + lift),
        high=_within(high + lift),
        axes=axes,
        why=why(axes, best, chosen.get(Axis.CODE_QUALITY), weights, pulled),
        lift=lift,
        excluded=excluded,
        unknown_bars=unknown,
        best=best,
        code=chosen.get(Axis.CODE_QUALITY),
    )


def combine(axes: Mapping[Axis, Score], weights: Mapping[Axis, float]) -> tuple[float, float, float]:
    """Weighted mean of the axes with its interval; half-widths add in quadrature, as of independent errors."""
    total = sum(weights.values())
    if total <= 0:
        return UNKNOWN_SCORE, UNKNOWN_SCORE - UNKNOWN_HALF_WIDTH, UNKNOWN_SCORE + UNKNOWN_HALF_WIDTH
    mean = below = above = 0.0
    for axis, weight in weights.items():
        unknown = Score(UNKNOWN_SCORE, UNKNOWN_SCORE - UNKNOWN_HALF_WIDTH, UNKNOWN_SCORE + UNKNOWN_HALF_WIDTH)
        score, part = axes.get(axis, unknown), weight / total
        mean += part * score.value
        below += (part * (score.value - score.low)) ** 2
        above += (part * (score.high - score.value)) ** 2
    return mean, max(0.0, mean - math.sqrt(below)), min(100.0, mean + math.sqrt(above))


def fit(words: frozenset[str], role: Role) -> Score | None:
    """How near a work is to the role's topics: the best topic's share of words found, 0..100.

    A topic to avoid that is found whole takes the fit to 0. ``None`` without topics.
    """
    if not role.topics:
        return None
    if any(topic <= words for topic in map(topic_words, role.avoid) if topic):
        return Score(0.0, 0.0, 10.0)
    found = max(len(topic & words) / max(1, len(topic)) for topic in map(topic_words, role.topics))
    value = 100.0 * found
    return Score(value, max(0.0, value - 15), min(100.0, value + 15))


def why(
    axes: Mapping[Axis, Score],
    best: Work | None,
    code: Work | None,
    weights: Mapping[Axis, float],
    pulled: Work | None = None,
) -> str:
    """One sentence that a person would write about why this candidate stands here.

    ``pulled`` is the paper by which the recruiter's likes or dislikes moved the candidate.
    """
    clauses: list[str] = []
    if best is not None:
        where = f" ({best.venue}{f' {best.decision}' if best.decision else ''})" if best.venue else ""
        clauses.append(f"first author of “{_shorten(best.title)}”{where}")
        if (score := axes.get(Axis.ORIGINALITY)) is not None and Axis.ORIGINALITY in weights:
            clauses.append(f"more original than {score.value:.0f} % of comparable papers")
        if (
            (score := axes.get(Axis.IMPORTANCE)) is not None
            and Axis.IMPORTANCE in weights
            and score.value >= LASTING
        ):
            clauses.append(f"on problems likelier to last than those of {score.value:.0f} % of papers")
    if code is not None and (score := axes.get(Axis.CODE_QUALITY)) is not None:
        whose = "own code" if code.own_repository else "re-implementation"
        clauses.append(f"{whose} in {code.repository} is better kept than {score.value:.0f} % of its kind")
    if best is not None and code is None:
        clauses.append("no code found yet")
    if not clauses:
        return "No assessed work yet."
    sentence = ", ".join(clauses)
    if pulled is not None and pulled.pull is not None:
        sentence += f"; {_moved(pulled, pulled.pull, best)}"
    return sentence[0].upper() + sentence[1:] + "."


def _moved(work: Work, pull: Pull, best: Work | None) -> str:
    """What the recruiter's likes did, as a clause; a paper that is not the one named before is named."""
    moved = "placed higher" if pull.strength > 0 else "placed lower"
    if best is not None and work.paper_row == best.paper_row:
        return f"{moved} {pull.reason}"
    if pull.words:
        return f"{moved} for “{_shorten(work.title)}” {pull.reason}"
    return f"{moved} {pull.reason}, also theirs"


def _score_on(axis: Axis, work: Work, fit_score: Score | None) -> Score | None:
    if axis is Axis.FIT:
        return fit_score
    score = work.scores.get(axis)
    if score is None or axis is not Axis.CODE_QUALITY:
        return score
    weight = UNKNOWN_SHARE_WEIGHT if work.share is None else min(1.0, work.share / FULL_SHARE)
    value = UNKNOWN_SCORE + (score.value - UNKNOWN_SCORE) * weight
    slack = (1 - weight) * UNKNOWN_HALF_WIDTH / 2
    return Score(
        value,
        max(0.0, value - (score.value - score.low) - slack),
        min(100.0, value + (score.high - score.value) + slack),
    )


def _pulled(candidate: Candidate) -> Work | None:
    """The paper by which likes move a candidate: the one that is pulled up most, else the one pulled down most.

    Somebody with a paper that nobody disliked, nor anything near it, is not moved down by another.
    """
    papers = [work for work in candidate.works if work.paper_row is not None and work.own_repository]
    up = max(papers, key=lambda work: (_strength(work), work.url), default=None)
    if up is None or _strength(up) == 0:
        return None
    return up


def _strength(work: Work) -> float:
    return 0.0 if work.pull is None else work.pull.strength


def _within(score: float) -> float:
    return min(100.0, max(0.0, score))


def _bars(axes: Mapping[Axis, Score], role: Role) -> tuple[str | None, tuple[Axis, ...]]:
    """A bar excludes only on evidence: when even the upper end of the interval lies below it."""
    unknown = tuple(axis for axis in role.minimum if axis not in axes)
    for axis, bar in role.minimum.items():
        if axis in axes and axes[axis].high < bar:
            score = axes[axis]
            said = str(axis).replace("_", " ")
            return (
                f"{said} {score.value:.0f} (at most {score.high:.0f}) is below the bar of {bar:.0f}",
                unknown,
            )
    return None, unknown


def _best_paper(
    candidate: Candidate, weights: Mapping[Axis, float], fits: Mapping[int, Score | None]
) -> Work | None:
    papers = [work for work in candidate.works if work.paper_row is not None and work.own_repository]

    def worth(work: Work) -> tuple[float, str]:
        scores = {
            axis: found for axis in Axis if (found := _score_on(axis, work, fits[id(work)])) is not None
        }
        return combine(scores, weights)[0], work.url

    return max(papers, key=worth, default=None)


@lru_cache(maxsize=1024)
def topic_words(topic: str) -> frozenset[str]:
    """The words of a topic, without endings."""
    return words_of(topic)


def words_of(text: str, among: frozenset[str] | None = None) -> frozenset[str]:
    """The words of a text, without case and endings; only those in ``among`` where that is given."""
    found = {_stem(word) for word in set(_WORD.findall(text.casefold())) if len(word) > 2}
    return frozenset(found if among is None else found & among)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _shorten(title: str, limit: int = 90) -> str:
    if len(title) <= limit:
        return title
    return title[:limit].rsplit(" ", 1)[0].rstrip(",;:-") + "…"
