"""What runs without being asked for: continuous integration and linters."""

from __future__ import annotations

import re

from db.records import Evidence
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.measure import Measure, note
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
    r"pytest|unittest|\btox\b|nosetests|nox|setup\.py test|make (?:test|check)|cargo (?:nextest|test)|go test|ctest"
    r"|(?:npm|yarn|pnpm|bun) (?:run )?test|R CMD check|rcmdcheck|check-r-package|testthat|devtools::(?:test|check)"
    r"|Pkg\.test|julia-runtest|(?:mvnw?|gradlew?) [^\n]{0,60}(?:test|verify|check|build)"
    r"|(?:dotnet|swift|bazel|meson) test"
)
# Run by hand, or by what runs without being asked for.
_BY_HAND = frozenset({"tox.ini", "noxfile.py"})


def automation(reading: Reading) -> list[Measure]:
    """By the files that set it up."""
    # A copied project may bring its own automation along; only the root's runs. What runs around a linked folder runs
    # for it where it has tests.
    around = reading.tree.around if not reading.tests else frozenset()
    flows = [
        f
        for f in reading.tree.files
        if ("/" not in f.path or f.path.startswith("."))
        and role_of(f.path) is Role.CI
        and f.path.lower() not in _BY_HAND
        and f.path not in around
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
