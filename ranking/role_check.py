"""What is odd about a role, in numbers: weights that do not add up, bars nobody passes, topics nobody writes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from db.kinds import Axis
from ranking.topics import topic_words, words_of
from ranking.works import Candidate, Ranked, Role

# Weights are written with two places; a third of 1 is .33.
TOLERANCE = 0.015
MOST_WORDS = 4


def weights_remark(weights: Mapping[Axis, float]) -> str | None:
    """What to say of weights that do not add up to 1; ``None`` where they do.

    >>> weights_remark({Axis.ORIGINALITY: 0.9, Axis.FIT: 0.6})
    'the weights add up to 1.5, not 1; they count in proportion: originality 60 %, fit 40 %'
    """
    total = sum(weights.values())
    if abs(total - 1) <= TOLERANCE:
        return None
    if total <= 0:
        return "no weight is above 0, so everybody gets the same score"
    parts = ", ".join(
        f"{_said(axis)} {100 * weight / total:.0f} %" for axis, weight in weights.items() if weight > 0
    )
    return f"the weights add up to {total:.4g}, not 1; they count in proportion: {parts}"


def remarks(role: Role, candidates: Sequence[Candidate], ranked: Sequence[Ranked]) -> list[str]:
    """Everything odd about a role whose candidates were ranked, one sentence each."""
    said = [found] if (found := weights_remark(role.weights)) is not None else []
    said += [
        f"“{topic}” is both a topic and to be avoided: works that are about it do not count"
        for topic in role.topics
        if any(topic_words(topic) == topic_words(other) for other in role.avoid)
    ]
    said += _topics(role, candidates)
    if ranked:
        said += [
            found for axis, bar in role.minimum.items() if (found := _bar(axis, bar, ranked)) is not None
        ]
        if all(one.excluded is not None for one in ranked):
            who = "the only candidate is" if len(ranked) == 1 else f"all {len(ranked):,} candidates are"
            said.append(f"{who} kept out, so the shortlist is empty")
    return said


def _topics(role: Role, candidates: Sequence[Candidate]) -> list[str]:
    papers = {
        work.paper_row: work.words
        for candidate in candidates
        for work in candidate.works
        if work.paper_row is not None
    }
    if not papers:
        return []
    having: Counter[frozenset[str]] = Counter(papers.values())
    said = []
    for topic in role.topics:
        words = topic_words(topic)
        if not words:
            said.append(f"the topic “{topic}” has no word of three letters or more, so nothing fits it")
        elif not any(words <= found for found in having):
            printed = {stem: word for word in re.findall(r"\w+", topic) for stem in words_of(word)}
            each = [
                (printed.get(word, word), sum(count for found, count in having.items() if word in found))
                for word in words
            ]
            each.sort(key=lambda one: (-one[1], one[0]))
            parts = ", ".join(f"“{word}” {count:,}" for word, count in each[:MOST_WORDS])
            alone = f" (by word: {parts})" if len(words) > 1 else ""
            said.append(f"nobody writes about “{topic}”: 0 of {len(papers):,} papers have all of it{alone}")
    return said


def _bar(axis: Axis, bar: float, ranked: Sequence[Ranked]) -> str | None:
    known = [one.axes[axis] for one in ranked if axis in one.axes]
    unknown = len(ranked) - len(known)
    if not known:
        return f"the bar of {bar:g} on {_said(axis)} keeps nobody out: it is unknown of all {unknown:,} candidates"
    if any(score.high >= bar for score in known):
        return None
    best = max(known, key=lambda score: score.high)
    stay = (
        "1 candidate of whom it is unknown stays in"
        if unknown == 1
        else f"{unknown:,} of whom it is unknown stay in"
    )
    rest = f"; {stay}" if unknown else ""
    return (
        f"nobody passes the bar of {bar:g} on {_said(axis)}: the best of {len(known):,} has {best.value:.0f}, "
        f"at most {best.high:.0f}{rest}"
    )


def _said(axis: Axis) -> str:
    return str(axis).replace("_", " ")
