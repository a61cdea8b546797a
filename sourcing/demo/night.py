"""One night of the demo in a process of its own, with the clock stopped at a given moment.

``python -m sourcing.demo.night demo-out/sourcing.toml 2026-11-10T04:00:00+00:00`` is ``sourcing nightly`` at that
time; the tests kill it at any moment and run it again.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from sourcing.demo.run import demo_app, sample_credentials
from sourcing.failure import ExitCode, Failure
from sourcing.nightly import NightPlan, run_night


def demo_night(settings_file: Path, moment: datetime) -> ExitCode:
    """Run the night with ``settings_file`` as it would have been run at ``moment`` (aware)."""
    app = demo_app(settings_file, moment)
    try:
        with sample_credentials():
            return run_night(app, NightPlan()).exit_code
    finally:
        app.close()


def main(arguments: list[str]) -> int:
    """Read the command line; failures become one sentence and an exit code, as for any verb."""
    try:
        return demo_night(Path(arguments[0]), datetime.fromisoformat(arguments[1]))
    except Failure as failure:
        sys.stderr.write(f"sourcing: {failure}\n")
        return failure.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
