"""One night of the demo in a process of its own, with the clock stopped at a given moment.

``python -m sourcing.demo.night demo-out/sourcing.toml 2026-11-10T04:00:00+00:00`` is ``sourcing nightly`` at that
time, through the command line itself; words after the moment are another verb. The tests kill it at any moment and
run it again.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sourcing.failure import ExitCode

# Nothing heavy is imported up here: the processes that a night starts import this file again.


def demo_night(settings_file: Path, moment: datetime) -> ExitCode:
    """Run the night with ``settings_file`` as it would have been run at ``moment`` (aware), in this process."""
    from sourcing.demo.run import demo_app, sample_credentials
    from sourcing.nightly import NightPlan, run_night

    app = demo_app(settings_file, moment)
    try:
        with sample_credentials():
            return run_night(app, NightPlan()).exit_code
    finally:
        app.close()


def main(settings_file: str, moment: str, *words: str) -> None:
    """Hand a verb to the command line. Credentials that are set already stay, so that wrong ones can be tried."""
    from sourcing.cli import main as command_line
    from sourcing.demo.credentials import SAMPLE_CREDENTIALS

    for name, value in SAMPLE_CREDENTIALS.items():
        os.environ.setdefault(name, value)
    at = datetime.fromisoformat(moment)
    command_line(["--config", settings_file, *(words or ("nightly",))], clock=lambda: at)


if __name__ == "__main__":
    main(*sys.argv[1:])
