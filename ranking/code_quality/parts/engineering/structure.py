"""How the code is laid out: modules, functions, settings, types."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Evidence
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.measure import Measure, note, ramp, saturating
from ranking.code_quality.reading import Reading


def structure(reading: Reading) -> list[Measure]:
    """Of authored Python that parses most of it; elsewhere only how much of the code is in notebooks."""
    python = [f for f in reading.modules() if f.code_lines >= 3 and not f.failure]
    lines = sum(f.code_lines for f in python)
    whole = reading.code_lines or 1
    notebook_share = sum(n.code_lines for n in reading.notebooks) / whole
    measures = [
        Measure(
            name="code in modules",
            value=1 - notebook_share,
            evidence=note(
                f"{100 * notebook_share:.0f} % of the code is in notebooks", reading.notebooks[0].path
            )
            if notebook_share > 0.5
            else (),
        )
    ]
    if not python or not lines:
        return measures
    inside = sum(min(f.code_lines, sum(x.lines for x in f.functions)) for f in python)
    loose = sum(f.counts.get("loose lines", 0) for f in python)
    settings = sum(
        1
        for f in reading.tree.files
        if role_of(f.path) is Role.CONFIGURATION
        and f.path.endswith((".yaml", ".yml", ".gin", ".toml", ".json"))
    )
    configured = any(f.counts.get("configures") for f in python)
    functions = [x for _, x in reading.functions()]
    packages = {f.path.rpartition("/")[0] for f in python if "/" in f.path}
    measures += [
        Measure(name="code in functions", value=min(1.0, inside / lines)),
        Measure(
            name="runs on import",
            value=1 - min(1.0, loose / lines),
            evidence=_loose(python) if loose / lines > 0.15 else (),
        ),
        Measure(name="settings outside the code", value=0.6 * configured + 0.4 * saturating(settings, 2)),
        Measure(
            name="typing",
            value=sum(x.annotated for x in functions) / len(functions) if functions else None,
            evidence=_typing(reading),
        ),
        Measure(name="packages", value=saturating(len(packages), 3)),
        Measure(
            name="typical file length",
            value=1 - ramp(sorted(f.code_lines for f in python)[len(python) // 2], 150, 600),
        ),
        Measure(name="uses logging", value=saturating(sum(bool(f.counts.get("logs")) for f in python), 1)),
        Measure(name="seeds set", value=float(any(f.counts.get("seeds") for f in reading.every()))),
    ]
    return measures


def _typing(reading: Reading) -> tuple[Evidence, ...]:
    typed = [(file, x) for file, x in reading.functions() if x.annotated >= 0.99]
    functions = sum(1 for _ in reading.functions())
    if functions and len(typed) / functions > 0.4:
        file, function = typed[0]
        return note(
            f"{100 * len(typed) / functions:.0f} % of functions are fully typed", file.path, function.line
        )
    return ()


def _loose(modules: Sequence[FileFacts]) -> tuple[Evidence, ...]:
    worst = max(modules, key=lambda f: f.counts.get("loose lines", 0))
    first = worst.findings["runs on import"].lines[0]
    count = worst.counts["loose lines"]
    return note(f"{count} lines run when it is imported", worst.path, first)
