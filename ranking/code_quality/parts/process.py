"""Process: how it came about. Saturated early, since a release squashed into one commit hides private work.

For the same reason a history counts where it speaks for the repository and hardly against it, a short one not at all:
whoever shows four commits shows more than who shows one, and a squashed one stands for what is usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean as mean

from ranking.code_quality.parts.measure import Measure, log_ramp, note, ramp, saturating
from ranking.code_quality.reading import Reading
from ranking.code_quality.tree import CommitFacts

SQUASHED = 3  # so few commits say nothing about how the work was done
# How much of what is below usual counts, of a history that is not short.
_HARDLY = 0.2
# Up to the first of each a history is short and says nothing against anybody, from the second on it is long.
_COMMITS = (20, 60)
_DAYS = (14, 60)
# What repositories usually have, near the means of the reference: what an unknown history stands for.
USUAL = {"activity": 0.58, "messages": 0.55, "releases": 0.23}


def process(reading: Reading) -> list[Measure]:
    """The measures of this part; all unknown without a history, with a squashed one, and with an inherited one."""
    commits = reading.tree.commits
    if commits is None or commits.authored <= SQUASHED or reading.forked:
        return []
    told = min(ramp(commits.authored, *_COMMITS), ramp(commits.span_days, *_DAYS))
    found = [
        *_counted("activity", _activity(commits, shown=told >= 1), told),
        *_counted("messages", _messages(commits), told),
        *_counted("releases", _releases(commits), told),
    ]
    if told >= 1:
        return found
    why = f"a short history, {_history(commits)}: most of the work may have been done before it"
    if all(one.value is None for one in found):
        return [Measure(name="short history", value=None, evidence=note(f"unknown: {why}"))]
    text = f"{why}, so it counts only where it speaks for the code"
    return [*found, Measure(name="short history", value=1.0, evidence=note(text))]


def _history(commits: CommitFacts) -> str:
    count = f"{commits.authored}{'' if commits.complete else '+'} commits"
    people, days = len(commits.authors), max(1, commits.span_days)
    by = f"{people} {'people' if people != 1 else 'person'}"
    return f"{count} by {by} in {days} day{'s' * (days != 1)}"


def _counted(facet: str, measures: Sequence[Measure], told: float) -> list[Measure]:
    """``measures`` as they are where they are no worse than usual, else lifted towards that: nearly all the way where
    the history is long (``told`` is 1), all the way, and so unknown, where it is short (0)."""
    values = [one.value for one in measures if one.value is not None]
    usual = USUAL[facet]
    if not values or mean(values) >= usual:
        return list(measures)
    if told <= 0:
        return [replace(one, value=None) for one in measures]
    counts = _HARDLY * told
    return [replace(one, value=usual + counts * ((one.value or 0.0) - usual)) for one in measures]


def _activity(commits: CommitFacts, *, shown: bool) -> list[Measure]:
    return [
        Measure(
            name="commits",
            value=log_ramp(commits.authored, 4, 400),
            evidence=note(f"a history of {_history(commits)}") if shown else (),
        ),
        Measure(name="active weeks", value=saturating(commits.active_weeks, 10)),
    ]


def _messages(commits: CommitFacts) -> list[Measure]:
    return [
        Measure(
            name="messages",
            value=1 - commits.plain_messages,
            evidence=note(f"{100 * commits.plain_messages:.0f} % of the commit messages say nothing")
            if commits.plain_messages > 0.4
            else (),
        ),
        Measure(
            name="not uploaded by hand",
            value=1 - commits.web_uploads,
            evidence=note(f"{100 * commits.web_uploads:.0f} % of the commits were made in the browser")
            if commits.web_uploads > 0.4
            else (),
        ),
        Measure(name="explained commits", value=ramp(commits.explained, 0.0, 0.4)),
    ]


def _releases(commits: CommitFacts) -> list[Measure]:
    count = len(commits.releases)
    return [
        Measure(
            name="releases",
            value=saturating(count, 2),
            evidence=note(f"{count} release{'s' * (count != 1)}") if count else (),
        )
    ]
