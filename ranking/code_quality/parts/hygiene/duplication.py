"""Code that stands more than once."""

from __future__ import annotations

from collections import defaultdict

from db.records import Evidence
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.parts.hygiene.repeated import repeated_outside_functions
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading


def duplication(reading: Reading) -> list[Measure]:
    """Functions that are the same, and runs of lines outside functions."""
    seen: dict[str, list[tuple[FileFacts, int, int, str]]] = defaultdict(list)
    for file, function in reading.functions():
        if function.digest:
            seen[function.digest].append((file, function.line, function.lines, function.name))
    again = [places for places in seen.values() if len(places) > 1]
    repeated = sum(lines for places in again for _, _, lines, _ in places[1:])
    found: list[tuple[int, Evidence]] = []
    if again:
        places = max(again, key=lambda p: p[0][2] * (len(p) - 1))
        (file, line, lines, name), other = places[0], places[1]
        text = f"{name}, {lines} lines, stands {len(places)} times, again in {other[0].path}:{other[1]}"
        found.append((lines * (len(places) - 1), note(text, file.path, line)[0]))
    loose = repeated_outside_functions(reading)
    if loose.worst:
        (path, line), (other_path, other_line), lines = loose.worst
        text = f"{lines} lines outside functions stand again in {other_path}:{other_line}"
        found.append((lines, note(text, path, line)[0]))
    whole = sum(x.lines for _, x in reading.functions()) + loose.lines
    value = 1 - min(1.0, 2 * (repeated + loose.repeated) / (whole or 1))
    said = [evidence for _, evidence in sorted(found, key=lambda pair: -pair[0])]
    return [Measure(name="duplication", value=value, evidence=tuple(said))]
