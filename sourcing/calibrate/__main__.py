"""``python -m sourcing.calibrate WHAT --data DIR [--out FILE] [--report]``: fit again what ships with the package."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path

from sourcing import calibrate


def main(arguments: list[str] | None = None) -> int:
    """Run one calibration, or all of them; prints what was measured as JSON. Gives the exit code."""
    kinds = sorted(
        each.name for each in pkgutil.iter_modules(calibrate.__path__) if not each.name.startswith("_")
    )
    parser = argparse.ArgumentParser(prog="python -m sourcing.calibrate", description=__doc__)
    parser.add_argument("what", choices=[*kinds, "all"], help="which parameters")
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled rows")
    parser.add_argument("--out", type=Path, help="write the artefact here instead of into the package")
    parser.add_argument(
        "--report",
        action="store_true",
        help="fit nothing that ships; print held-out figures, where a kind has them",
    )
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"{given.data}: no such folder", file=sys.stderr)
        return 2
    if given.what == "all" and given.out is not None:
        print("--out names one file: choose one kind", file=sys.stderr)
        return 2
    for what in kinds if given.what == "all" else [given.what]:
        room = importlib.import_module(f"sourcing.calibrate.{what}")
        if given.report:
            report = getattr(room, "report", None)
            if report is None:
                print(f"{what} has no report", file=sys.stderr)
                continue
            measured = report(given.data)
        else:
            measured = room.calibrate(given.data, given.out)
        print(json.dumps({what: measured}, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
