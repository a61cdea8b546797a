"""Tests that check something, how many they are, and what they reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.parts.measure import Measure, note, saturating
from ranking.code_quality.reading import Reading

_HOLLOW = "test without a check"


def testing(reading: Reading) -> list[Measure]:
    """Tests count that check something; of a source file that holds its own tests, those lines."""
    marked = [f for f in reading.sources if f.language != "Python"]
    within = [f for f in marked if _counted(f, "test")]
    apart = [f for f in reading.tests if _counted(f, "test")]
    real = [*apart, *within]
    hollow = [f for f in [*reading.tests, *marked] if _counted(f, _HOLLOW)]
    idle = sum(_counted(f, _HOLLOW) for f in hollow)
    if not real:
        said = note("no tests")
        if hollow:
            text = f"none of its {idle} tests checks anything" if idle > 1 else "its only test checks nothing"
            said = note(text, hollow[0].path, hollow[0].findings[_HOLLOW].lines[0])
        return [
            Measure(name="tests", value=0.0, evidence=said),
            Measure(name="tested modules", value=0.0),
        ]
    functions = sum(_counted(f, "test") for f in real)
    inside = sum(f.counts.get("test lines", f.code_lines) for f in within)
    lines = inside + sum(f.code_lines for f in apart)
    source = max(1, sum(f.code_lines for f in reading.sources) - inside)
    python = [f for f in reading.tests if f.language == "Python"]
    reached, whole = _reach(reading, [f for f in python if _counted(f, "test") or not _counted(f, _HOLLOW)])
    if not any(f.language == "Python" for f in real):
        whole = 0  # Rust's tests are not there to import a script that plots
    counted = f"{functions} test{'s' * (functions != 1)} in {len(real)} file{'s' * (len(real) != 1)}"
    text = f"{counted}, {100 * lines / source:.0f} % as much code as they test"
    evidence = note(text, real[0].path, real[0].findings["test"].lines[0])
    if whole:
        evidence += note(f"tests import {reached} of {whole} authored module{'s' * (whole != 1)}")
    if hollow:
        more = f"{idle} more {'check' if idle > 1 else 'checks'} nothing and {'do' if idle > 1 else 'does'} not count"
        evidence += note(more, hollow[0].path, hollow[0].findings[_HOLLOW].lines[0])
    return [
        Measure(name="tests", value=0.3 + 0.7 * saturating(functions, 15), evidence=evidence),
        Measure(name="test lines", value=saturating(lines / source, 0.15)),
        Measure(name="tested modules", value=reached / whole if whole else None),
    ]


def _counted(file: FileFacts, rule: str) -> int:
    found = file.findings.get(rule)
    return found.count if found else 0


def _reach(reading: Reading, tests: Sequence[FileFacts]) -> tuple[int, int]:
    """Authored Python modules that ``tests`` import, also through a package's ``__init__``, and how many there are."""
    modules = {}
    for file in reading.modules():
        steps = PurePosixPath(file.path).with_suffix("").parts
        modules[".".join(steps[:-1] if steps[-1] == "__init__" else steps)] = file
    wanted = {name for test in tests for name in test.imports}
    tails: dict[str, set[str]] = {}
    for name in modules:
        inner = name.split(".")
        for start in range(len(inner)):
            tails.setdefault(".".join(inner[start:]), set()).add(name)

    def reached_by(names: set[str]) -> set[str]:
        found: set[str] = set()
        for name in names:
            path = name.strip(".").split(".")
            for end in range(len(path), 0, -1):
                hit = tails.get(".".join(path[:end]), set())
                if hit:
                    found |= hit
                    break
        return found

    reached = reached_by(wanted)
    packages = [name for name in reached if modules[name].path.endswith("__init__.py")]
    for name in packages:
        reached |= reached_by({i.strip(".") for i in modules[name].imports if i.startswith(".")})
    whole = [name for name, file in modules.items() if file.code_lines >= 10]
    return sum(name in reached for name in whole), len(whole)
