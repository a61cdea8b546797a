"""The night's look at what the law asks of the recruiter: who must be told soon, and whose time is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sourcing.app import App, system_clock
from sourcing.privacy.erase import finish_erasing
from sourcing.privacy.notices import notices, schedule_notices
from sourcing.privacy.purge import expired
from sourcing.privacy.traces import forget_suppressed_answers
from sourcing.runs import OpenRun, phase
from sourcing.terminal import counted

SOON = timedelta(days=7)

# No night is longer; what was cached before was looked at by the nights before.
_A_NIGHT = timedelta(days=2)


def duties_phase(app: App, run: OpenRun) -> None:
    """Note by when everybody must be told, and warn of what is due; nobody is erased here.

    Answers that this night's crawl cached and that name somebody who must not come back are deleted.
    """
    with phase(app, run, "duties") as counts:
        _tell(app, counts)
        if app.settings.crawl.cache_dir:
            # Files are dated by the machine's clock, also where the night's own is stopped.
            since = system_clock() - _A_NIGHT
            folder = Path(app.settings.crawl.cache_dir)
            counts["answers_forgotten"] = forget_suppressed_answers(folder, app.suppressor(), since=since)


def _tell(app: App, counts: dict[str, int]) -> None:
    with app.session(writing=True) as session:
        privacy, now = app.settings.privacy, app.now()
        finish_erasing(session)
        counts["new_notices"] = schedule_notices(session, days=privacy.notice_days)
        session.commit()
        waiting = [one for one in notices(session) if one.sent_at is None]
        late = expired(session, retention_days=privacy.retention_days, now=now)
        soon = [one for one in waiting if now <= one.due_at < now + SOON]
        if soon:
            app.say(
                f"{counted(len(soon), 'person', 'people')} must be informed within {SOON.days} days: sourcing notices"
            )
        if late:
            told = counted(len(late), "person", "people")
            app.say(
                f"warning: {told} may not be kept any longer; inform them (sourcing notices) or erase them "
                "(sourcing purge)"
            )
        counts["due_soon"], counts["overdue"] = len(soon), len(late)
