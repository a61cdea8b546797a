"""How large and deep functions are."""

from __future__ import annotations

from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading


def shape(reading: Reading) -> list[Measure]:
    """By the share of the code that is in functions which are too much of something."""
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
