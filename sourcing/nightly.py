"""One night: crawl, read people's profiles, resolve, find implementations, assess, rank; then what is new is delivered.

Every phase reads what is pending from the database and commits as it goes, so each can be run alone, killed at any
moment and run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sourcing.app import App
from sourcing.assess import assess
from sourcing.deliver import deliver
from sourcing.identity.phase import resolve_phase
from sourcing.implementations.phase import implementations_phase
from sourcing.privacy.duties import duties_phase
from sourcing.profiles import profiles_phase
from sourcing.rank import rank_phase
from sourcing.runs import OpenRun, recorded_run
from sourcing.sources import crawl


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPlan:
    """What to crawl: no sources means all that are enabled; ``limit`` is per source, 0 for none.

    ``mail`` sends the digest as well.
    """

    sources: Sequence[str] = ()
    since: date | None = None
    limit: int = 0
    mail: bool = False


def run_night(app: App, plan: NightPlan) -> OpenRun:
    """Run a whole night. Raises :class:`sourcing.failure.Failure` if another run holds the lock."""
    arguments = {"sources": list(plan.sources), "since": str(plan.since or ""), "limit": plan.limit}
    with recorded_run(app, "nightly", arguments) as run:
        crawl(app, run, plan.sources, since=plan.since, limit=plan.limit)
        profiles_phase(app, run)
        resolve_phase(app, run)
        implementations_phase(app, run)
        assess(app, run)
        rank_phase(app, run)
        duties_phase(app, run)
        deliver(app, run, mail=plan.mail)
    return run
