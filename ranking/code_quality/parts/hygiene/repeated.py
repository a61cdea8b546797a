"""Scripts that repeat each other: lines outside functions that stand again elsewhere, also with a line changed."""

from __future__ import annotations

from dataclasses import dataclass

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.reading import Reading

_RUN = 15  # so many lines alike in a row are no chance
_MOST_LINES = 100_000

Place = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """``repeated`` of ``lines`` outside functions stand somewhere before; ``worst`` is the longest run: where it stands
    first, where again, and how many lines it has."""

    lines: int = 0
    repeated: float = 0.0
    worst: tuple[Place, Place, int] | None = None


def repeated_outside_functions(reading: Reading) -> Repeated:
    """Compare all Python sources. Imports, comments and blank lines are left out; what a file repeats of itself, such
    as the rows of a table, is no matter. No number depends on the order or the names of files."""
    files: dict[str, list[tuple[int, str]]] = {}
    whole = 0
    for file in sorted(reading.sources, key=lambda f: -f.code_lines):
        source = reading.tree.by_path.get(file.path)
        if file.language == "Python" and not file.failure and source is not None and whole < _MOST_LINES:
            files[file.path] = _loose_lines(file, (source.content or b"").decode("utf-8", "replace"))
            whole += len(files[file.path])
    first: dict[int, Place] = {}
    runs = again = 0
    worst: tuple[Place, Place, int] | None = None
    for path, lines in sorted(files.items()):
        here: dict[int, Place] = {}
        begun = None  # where the run at hand began, here and before
        for start in range(len(lines) - _RUN + 1):
            run = hash(tuple(text for _, text in lines[start : start + _RUN]))
            place = (path, lines[start][0])
            runs += 1
            again += run in first and run not in here
            here.setdefault(run, place)
            if run not in first:
                begun = None
                continue
            begun = begun or (start, place, first[run])
            length = start + _RUN - begun[0]
            if worst is None or length > worst[2]:
                worst = (begun[2], begun[1], length)
        first = here | first
    return Repeated(lines=whole, repeated=whole * again / runs if runs else 0.0, worst=worst)


def _loose_lines(file: FileFacts, text: str) -> list[tuple[int, str]]:
    inside = {n for x in file.functions for n in range(x.line, x.line + x.lines)}
    return [
        (number, stripped)
        for number, line in enumerate(text.split("\n"), start=1)
        if number not in inside
        and (stripped := line.strip())
        and not stripped.startswith(("#", "import ", "from "))
    ]
