"""The assess phase: papers and repositories that have no up-to-date score get one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.runs import OpenRun


def assess(app: App, run: OpenRun) -> None:
    """Score what is pending; each batch is committed, so a stop loses at most one.

    Repositories that turned out to hold no code yet are watched from the same night on, so that a night that was
    stopped and run again leaves what one run would have left.
    """
    from sourcing.assess.code import assess_repositories
    from sourcing.assess.papers import assess_papers
    from sourcing.implementations.fetching import save_watches

    assess_papers(app, run)
    assess_repositories(app, run)
    with app.session(writing=True) as session:
        save_watches(session, app.now())
        session.commit()
