"""Process: how it came about. Saturated early, since a release squashed into one commit hides private work."""

from __future__ import annotations

from ranking.code_quality.parts.measure import Measure, log_ramp, note, ramp, saturating
from ranking.code_quality.reading import Reading

SQUASHED = 3  # so few commits say nothing about how the work was done


def process(reading: Reading) -> list[Measure]:
    """The measures of this part; all unknown without a history, with a squashed one, and with an inherited one."""
    commits = reading.tree.commits
    if commits is None or commits.authored <= SQUASHED or reading.forked:
        return []
    count = f"{commits.authored}{'' if commits.complete else '+'}"
    said = f"{count} commits by {len(commits.authors)} in {commits.span_days} day{'s' * (commits.span_days != 1)}"
    return [
        Measure(name="commits", value=log_ramp(commits.authored, 4, 400), evidence=note(said)),
        Measure(name="active weeks", value=saturating(commits.active_weeks, 10)),
        Measure(name="authors", value=saturating(sum(a.commits >= 3 for a in commits.authors) - 1, 2)),
        Measure(name="span", value=ramp(commits.span_days, 0, 540)),
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
        Measure(
            name="releases",
            value=saturating(len(commits.releases), 2),
            evidence=note(f"{len(commits.releases)} releases") if commits.releases else (),
        ),
    ]
