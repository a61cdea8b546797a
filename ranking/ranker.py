"""From assessed works to ranked people: one explained score for one role.

A person is as good as their best works: each axis takes the best work that has evidence on it, so a long list of
middling papers never beats one strong one. All axes are percentiles of comparable work, so an axis without evidence
counts as the middle (50) and widens the interval; it is shown as unknown, and never as 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from math import floor

from db.kinds import Axis
from ranking.topics import fit, named_topic
from ranking.why import why
from ranking.works import Candidate, Ranked, Role, Score, Work

RANKER_VERSION = "3"

# What an axis without evidence contributes: the middle of a percentile scale, with nearly all of its width.
UNKNOWN_SCORE, UNKNOWN_HALF_WIDTH = 50.0, 45.0
UNKNOWN = Score(UNKNOWN_SCORE, UNKNOWN_SCORE - UNKNOWN_HALF_WIDTH, UNKNOWN_SCORE + UNKNOWN_HALF_WIDTH)

# Half of the range over which fit counts, around the middle. Fit is a share of words, and mostly all or nothing: taken
# as it is, it would spread up to 50 points about its mean where a percentile spreads 29 (100/√12), and so count for
# nearly twice its weight.
FIT_HALF_RANGE = 100 / math.sqrt(12)

# Points that a liked paper moves its first authors by; papers near it move theirs by as much at most.
LIFT = 10.0

# How far a repository speaks for one of its authors, by their share of its commits; below a tenth of the commits it
# hardly does. An unknown share (squashed release, unmatched names) speaks for less than a known half.
FULL_SHARE, UNKNOWN_SHARE_WEIGHT = 0.5, 0.7

Fits = dict[tuple[frozenset[str], frozenset[str]], Score | None]


def rank(candidates: Iterable[Candidate], role: Role) -> list[Ranked]:
    """Rank candidates for a role, best first; those who missed a bar come last.

    Ties are broken by the narrower interval, then by person, so that the order is the same in every run.
    """
    known: Fits = {}
    ranked = [assess_candidate(candidate, role, known) for candidate in candidates]
    ranked.sort(key=lambda one: (one.excluded is not None, -one.score, one.high - one.low, one.person_row))
    return ranked


def assess_candidate(candidate: Candidate, role: Role, known: Fits | None = None) -> Ranked:
    """Score one candidate for one role from their best works; works about a topic to avoid do not count.

    ``known`` keeps the fits of this role: of a hundred thousand papers most have the same few words of its topics.
    """
    known = {} if known is None else known
    works = tuple(work for work in candidate.works if named_topic(work.words, role.avoid) is None)
    avoided = _only_avoided(candidate, role) if candidate.works and not works else None
    works = works or candidate.works
    fits = {id(work): _fit(work, role, known) for work in works}
    axes: dict[Axis, Score] = {}
    chosen: dict[Axis, Work] = {}
    for axis in Axis:
        found = [
            (score, work) for work in works if (score := _score_on(axis, work, fits[id(work)])) is not None
        ]
        if found:
            axes[axis], chosen[axis] = max(found, key=lambda one: (one[0].value, one[0].low, one[1].url))
    weights = counted_weights(role)
    total, low, high = combine(axes, weights)
    missed, unknown = _bars(axes, role)
    best = _best_paper(works, weights, fits)
    pulled = _pulled(works)
    lift = 0.0 if pulled is None or pulled.pull is None else round(LIFT * pulled.pull.strength, 4)
    return Ranked(
        person_row=candidate.person_row,
        score=_within(total + lift),
        low=_within(low + lift),
        high=_within(high + lift),
        axes=axes,
        why=why(role=role, weights=weights, axes=axes, chosen=chosen, best=best, pulled=pulled),
        lift=lift,
        excluded=avoided or missed,
        unknown_bars=unknown,
        best=best,
        code=chosen.get(Axis.CODE_QUALITY),
    )


def _fit(work: Work, role: Role, known: Fits) -> Score | None:
    key = work.words, work.title_words
    if key not in known:
        known[key] = fit(work, role)
    return known[key]


def counted_weights(role: Role) -> dict[Axis, float]:
    """The weights that count: fit does not where the role names no topics."""
    return {
        axis: weight
        for axis, weight in role.weights.items()
        if weight > 0 and (axis is not Axis.FIT or role.topics)
    }


def _only_avoided(candidate: Candidate, role: Role) -> str:
    named = sorted({named_topic(work.words, role.avoid) or "" for work in candidate.works})
    whole = "their only work is" if len(candidate.works) == 1 else f"all {len(candidate.works)} works are"
    return f"{whole} about {' or '.join(f'“{one}”' for one in named)}, which the role avoids"


def combine(axes: Mapping[Axis, Score], weights: Mapping[Axis, float]) -> tuple[float, float, float]:
    """Weighted mean of the axes with its interval; half-widths add in quadrature, as of independent errors.

    Fit is first brought to the spread of a percentile (``FIT_HALF_RANGE``), so that weights compare.
    """
    total = sum(weights.values())
    if total <= 0:
        return UNKNOWN.value, UNKNOWN.low, UNKNOWN.high
    mean = below = above = 0.0
    for axis, weight in weights.items():
        score, part = axes.get(axis, UNKNOWN), weight / total
        if axis is Axis.FIT:
            score = _as_counted(score)
        mean += part * score.value
        below += (part * (score.value - score.low)) ** 2
        above += (part * (score.high - score.value)) ** 2
    return mean, max(0.0, mean - math.sqrt(below)), min(100.0, mean + math.sqrt(above))


def _as_counted(score: Score) -> Score:
    value, low, high = (
        UNKNOWN_SCORE + (one - UNKNOWN_SCORE) * FIT_HALF_RANGE / UNKNOWN_SCORE
        for one in (score.value, score.low, score.high)
    )
    return Score(value, low, high)


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


def _pulled(works: Iterable[Work]) -> Work | None:
    """The paper by which likes move a candidate: the one that is pulled up most, else the one pulled down most.

    Somebody with a paper that nobody disliked, nor anything near it, is not moved down by another.
    """
    papers = [work for work in works if work.paper_row is not None and work.own_repository]
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
                f"{said} {score.value:.0f} (at most {floor(score.high)}) is below the bar of {bar:.0f}",
                unknown,
            )
    return None, unknown


def _best_paper(
    works: Iterable[Work], weights: Mapping[Axis, float], fits: Mapping[int, Score | None]
) -> Work | None:
    papers = [work for work in works if work.paper_row is not None and work.own_repository]

    if len(papers) < 2:
        return papers[0] if papers else None

    def worth(work: Work) -> tuple[float, str]:
        scores = {
            axis: found for axis in weights if (found := _score_on(axis, work, fits[id(work)])) is not None
        }
        return combine(scores, weights)[0], work.url

    return max(papers, key=worth, default=None)
