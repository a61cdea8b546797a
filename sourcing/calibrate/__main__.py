"""``python -m sourcing.calibrate WHAT --data DIR [--out FILE] [--report | --check]``: fit again what ships."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

from sourcing import calibrate


def main(arguments: list[str] | None = None) -> int:
    """Run one calibration, or all of them; prints what was measured as JSON. Gives the exit code."""
    kinds = sorted(
        each.name for each in pkgutil.iter_modules(calibrate.__path__) if not each.name.startswith("_")
    )
    parser = argparse.ArgumentParser(prog="python -m sourcing.calibrate", description=__doc__)
    parser.add_argument("what", choices=[*kinds, "all"], help="which parameters")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with the labelled rows; code: or their CSV"
    )
    parser.add_argument(
        "--out", type=Path, help="write the artefact, or a report's table and plots, here instead"
    )
    parser.add_argument(
        "--without", metavar="VENUE", help="originality: leave out a venue, to be judged on it; needs --out"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail unless the fit gives again what ships"
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="fit nothing that ships; print held-out figures, where a kind has them",
    )
    given = parser.parse_args(arguments)
    if not given.data.is_dir() and not (given.what == "code" and given.data.is_file()):
        print(f"{given.data}: no such folder", file=sys.stderr)
        return 2
    if given.what == "all" and given.out is not None:
        print("--out names one file: choose one kind", file=sys.stderr)
        return 2
    if given.without is not None and (given.what != "originality" or given.out is None):
        print(
            "--without is for originality, and needs --out: what ships is fitted on all venues",
            file=sys.stderr,
        )
        return 2
    failed = False
    for what in kinds if given.what == "all" else [given.what]:
        try:
            measured = _run(what, given)
        except FileNotFoundError as error:
            # Repositories lie outside of the folder of labelled rows; the other kinds go on.
            print(f"{what}: not fitted, what ships stays: {error}", file=sys.stderr)
            failed |= given.what != "all"
            continue
        if measured is not None:
            failed |= measured.get("reproduced") is False
            print(json.dumps({what: measured}, indent=2, ensure_ascii=False), flush=True)
    return int(failed)


def _run(what: str, given: argparse.Namespace) -> dict[str, Any] | None:
    """What was measured; ``None``, and a word about it, for a kind that has no report or check."""
    room = importlib.import_module(f"sourcing.calibrate.{what}")
    wanted = "report" if given.report else "check" if given.check else "calibrate"
    if not hasattr(room, wanted):
        print(f"{what} has no {wanted}", file=sys.stderr)
        return None
    options: dict[str, Any] = {} if given.without is None else {"without": given.without}
    if wanted == "calibrate" or (what == "originality" and wanted == "report"):
        options["out"] = given.out
    found: dict[str, Any] = getattr(room, wanted)(given.data, **options)
    return found


if __name__ == "__main__":
    sys.exit(main())
