"""How large and deep functions are, and how long the longest file is."""

from __future__ import annotations

from ranking.code_quality.parts.measure import Measure, note, ramp
from ranking.code_quality.reading import Reading


def shape(reading: Reading) -> list[Measure]:
    """By the share of the code that is in functions which are too much of something, and the longest file."""
    return [*_of_functions(reading), *_of_files(reading)]


def _of_files(reading: Reading) -> list[Measure]:
    """In Python, where nothing keeps a file from being divided."""
    worst = max(reading.modules(), key=lambda f: f.code_lines, default=None)
    if worst is None:
        return []
    long = worst.code_lines > 900
    said = note(f"{worst.code_lines} lines of code in one file", worst.path) if long else ()
    return [Measure(name="file length", value=1 - ramp(worst.code_lines, 600, 2500), evidence=said)]


def _of_functions(reading: Reading) -> list[Measure]:
    functions = list(reading.functions())
    lines = sum(x.lines for _, x in functions)
    if not lines:
        return []
    long = sum(x.lines for _, x in functions if x.lines > 80)
    nested = sum(x.lines for _, x in functions if x.nesting > 4)
    branchy = sum(x.lines for _, x in functions if x.branches > 15)
    file, worst = max(functions, key=lambda pair: pair[1].lines)
    deep_file, deepest = max(functions, key=lambda pair: pair[1].nesting)
    return [
        Measure(
            name="long functions",
            value=1 - min(1.0, long / lines),
            evidence=note(f"{worst.name} is {worst.lines} lines long", file.path, worst.line)
            if worst.lines > 120
            else (),
        ),
        Measure(
            name="nesting",
            value=1 - min(1.0, nested / lines),
            evidence=note(f"{deepest.name} nests {deepest.nesting} blocks deep", deep_file.path, deepest.line)
            if deepest.nesting > 5
            else (),
        ),
        Measure(name="branching", value=1 - min(1.0, branchy / lines)),
        Measure(
            name="arguments",
            value=1 - min(1.0, 4 * sum(x.arguments > 8 for _, x in functions) / len(functions)),
        ),
    ]
