"""The assess stage: papers and repositories that have no up-to-date score get one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.runs import OpenRun


def assess(app: App, run: OpenRun) -> None:
    """Score what is pending; each batch is committed, so a stop loses at most one."""
    from sourcing.assess.code import assess_repositories
    from sourcing.assess.papers import assess_papers

    assess_papers(app, run)
    assess_repositories(app, run)
