"""Engineering: tests, automation, packaging, structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from statistics import fmean as mean

from db.records import Evidence
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.measure import Measure, listed, note, ramp, saturating
from ranking.code_quality.reading import Reading
from ranking.code_quality.tree import SourceFile

_LINT_FILES = frozenset(
    {
        ".pre-commit-config.yaml",
        ".flake8",
        ".pylintrc",
        "pylintrc",
        "mypy.ini",
        ".style.yapf",
        "ruff.toml",
        ".ruff.toml",
    }
    | {
        ".isort.cfg",
        ".clang-format",
        ".editorconfig",
        ".eslintrc.json",
        ".eslintrc.js",
        ".prettierrc",
        "rustfmt.toml",
    }
)
_LINT_TABLE = re.compile(
    r"^\[(?:tool\.(?:ruff|black|mypy|isort|flake8|pylint)|flake8|mypy|isort|pycodestyle|pep8)", re.M
)
_RUNS_TESTS = re.compile(
    r"pytest|unittest|\btox\b|nosetests|nox|setup\.py test|make test|cargo test|go test|ctest|npm (?:run )?test"
)
_HOLLOW = "test without a check"


def engineering(reading: Reading) -> list[Measure]:
    """The measures of this part."""
    upkeep = (_tests(reading), _automation(reading), _packaging(reading))
    return [*(m for measures in upkeep for m in measures), _project(reading, *upkeep), *_structure(reading)]


def kept_like_a_project(reading: Reading) -> float:
    """How far it is kept like a project that others build on, 0..1, by form alone."""
    return _project(reading, _tests(reading), _automation(reading), _packaging(reading)).value or 0.0


def _project(reading: Reading, *upkeep: list[Measure]) -> Measure:
    """Whether tests, automation, packaging and releases come together, as they do where code is kept up.

    Any one of them alone says little (a setup.py that nobody uses), so it starts above the lowest quarter and is
    full well before all are perfect.
    """
    commits = reading.tree.commits
    aspects = [mean([m.value for m in measures if m.value is not None]) for measures in upkeep]
    aspects.append(saturating(len(commits.releases), 2) if commits else 0.0)
    value = ramp(mean(aspects), 0.15, 0.5)
    called = ["tests", "automation", "packaging", *(["releases"] if commits else [])]
    there = [name for name, aspect in zip(called, aspects, strict=False) if aspect >= 0.3]
    said = ""
    if value >= 0.5 and there:
        said = f"kept like a project: it has {listed(there)}"
    elif value < 0.2:
        wanting = listed([name for name in called if name not in there])
        but = (
            f"{listed(there)}, but little or nothing of {wanting}"
            if there
            else f"little or nothing of {wanting}"
        )
        said = f"not kept like a project: it has {but}"
    return Measure(name="kept like a project", value=value, evidence=note(said) if said else ())


def _tests(reading: Reading) -> list[Measure]:
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
    reached, whole = _reach(
        reading, [f for f in reading.tests if _counted(f, "test") or not _counted(f, _HOLLOW)]
    )
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
    for file in reading.sources:
        if file.language == "Python":
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


def _automation(reading: Reading) -> list[Measure]:
    # A copied project may bring its own automation along; only the root's runs.
    flows = [
        f
        for f in reading.tree.files
        if ("/" not in f.path or f.path.startswith(".")) and role_of(f.path) is Role.CI
    ]
    places = (_first_line(file, _RUNS_TESTS) for file in flows)
    runs = next((place for place in places if place), None)
    said: tuple[Evidence, ...] = ()
    if runs:
        said = note("continuous integration runs the tests", *runs)
    elif flows:
        said = note("continuous integration, but it runs no tests", flows[0].path)
    linted = _lint_settings(reading)
    return [
        Measure(
            name="continuous integration", value=(0.5 + 0.5 * bool(runs)) if flows else 0.0, evidence=said
        ),
        Measure(
            name="lint settings",
            value=float(linted is not None),
            evidence=note("linters are configured", *linted) if linted else (),
        ),
    ]


def _lint_settings(reading: Reading) -> tuple[str, int | None] | None:
    for file in reading.tree.files:
        if "/" not in file.path:
            if file.path in _LINT_FILES:
                return file.path, None
            if file.path in ("pyproject.toml", "setup.cfg", "tox.ini") and (
                place := _first_line(file, _LINT_TABLE)
            ):
                return place
    return None


def _first_line(file: SourceFile, pattern: re.Pattern[str]) -> tuple[str, int] | None:
    """Where ``pattern`` first stands in a file."""
    text = (file.content or b"").decode("utf-8", "replace")
    match = pattern.search(text)
    return (file.path, text.count("\n", 0, match.start()) + 1) if match else None


def _packaging(reading: Reading) -> list[Measure]:
    top = {f.path: f for f in reading.tree.files if f.path.count("/") <= 1}
    path = next(
        (
            p
            for p in ("pyproject.toml", "setup.py", "setup.cfg", "Cargo.toml", "go.mod", "pom.xml")
            if p in top
        ),
        None,
    )
    within = path is None and any(p.endswith(("/setup.py", "/pyproject.toml")) for p in top)
    changelog = next(
        (p for p in top if re.match(r"(?:change|history|news|release)", p.lower()) and "/" not in p), None
    )
    contributing = any(p.lower().rpartition("/")[2].startswith("contributing") for p in top)
    docs = reading.documents.docs_files
    return [
        Measure(
            name="packaging",
            value=1.0 if path else 0.5 * within,
            evidence=note("can be installed as a package", path) if path else (),
        ),
        Measure(
            name="documentation",
            value=saturating(docs, 4),
            evidence=note(f"{docs} page{'s' * (docs != 1)} of documentation", "docs") if docs else (),
        ),
        Measure(name="change log", value=float(changelog is not None)),
        Measure(name="contributing guide", value=float(contributing)),
        Measure(name="badges", value=saturating(reading.documents.badges, 2)),
    ]


def _structure(reading: Reading) -> list[Measure]:
    sources = [f for f in reading.sources if f.code_lines >= 3]
    python = [f for f in sources if f.language == "Python"]
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
    worst = max(python, key=lambda f: f.code_lines)
    measures += [
        Measure(name="code in functions", value=min(1.0, inside / lines)),
        Measure(
            name="runs on import",
            value=1 - min(1.0, loose / lines),
            evidence=_loose(reading) if loose / lines > 0.15 else (),
        ),
        Measure(name="settings outside the code", value=0.6 * configured + 0.4 * saturating(settings, 2)),
        Measure(
            name="typing",
            value=sum(x.annotated for x in functions) / len(functions) if functions else None,
            evidence=_typing(reading),
        ),
        Measure(name="packages", value=saturating(len(packages), 3)),
        Measure(
            name="file length",
            value=1 - ramp(worst.code_lines, 600, 2500),
            evidence=note(f"{worst.code_lines} lines of code in one file", worst.path)
            if worst.code_lines > 900
            else (),
        ),
        Measure(
            name="typical file length",
            value=1 - ramp(sorted(f.code_lines for f in python)[len(python) // 2], 150, 600),
        ),
        Measure(name="uses logging", value=saturating(sum(bool(f.counts.get("logs")) for f in python), 1)),
        Measure(
            name="prints", value=1 - min(1.0, 25 * sum(f.counts.get("prints", 0) for f in python) / lines)
        ),
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


def _loose(reading: Reading) -> tuple[Evidence, ...]:
    worst = max(reading.sources, key=lambda f: f.counts.get("loose lines", 0))
    first = worst.findings["runs on import"].lines[0]
    count = worst.counts["loose lines"]
    return note(f"{count} lines run when it is imported", worst.path, first)
