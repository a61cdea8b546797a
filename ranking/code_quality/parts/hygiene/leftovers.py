"""What was left lying: files of editors and caches, open ends, and what was printed to see."""

from __future__ import annotations

import re
from collections.abc import Collection

from ranking.code_quality.parts.measure import Measure, decaying, note
from ranking.code_quality.reading import Reading

_JUNK = re.compile(
    r"(?:^|/)(?:\.DS_Store|__pycache__/|\.idea/|\.vscode/|\.ipynb_checkpoints/|Thumbs\.db|\.pytest_cache/)|\.pyc\Z"
    r"|(?:^|/)[^/]*(?: (?:copy|backup|bak|old)\d*|\(\d+\)|\.orig|\.bak|~)(?:\.\w+)?\Z",
    re.I,
)  # fmt: skip
_COPY = re.compile(r"[_-](?:copy|backup|bak|old)\d*((?:\.\w+)?)\Z", re.I)
_LEFT_OVER = "one file was left behind by an editor, a backup or a cache"
_LEFT_OVERS = "files were left behind by editors, backups or caches"


def leftovers(reading: Reading) -> list[Measure]:
    """By names of files, notes to oneself in the code, and how often Python prints."""
    paths = set(reading.counted_paths())
    junk = [path for path in reading.counted_paths() if _JUNK.search(path) or _is_copy(path, paths)]
    modules = [f for f in reading.modules() if not f.failure]
    prints = sum(f.counts.get("prints", 0) for f in modules)
    lines = sum(f.code_lines for f in modules)
    ignored = any(f.path == ".gitignore" for f in reading.tree.files)
    todo = sum(f.counts.get("todo", 0) for f in reading.sources)
    code = sum(f.code_lines for f in reading.sources) / 1000
    return [
        Measure(
            name="left-over files",
            value=decaying(len(junk), 3),
            evidence=note(_LEFT_OVER if len(junk) == 1 else f"{len(junk)} {_LEFT_OVERS}", junk[0])
            if junk
            else (),
        ),
        Measure(name="gitignore", value=float(ignored)),
        Measure(name="open ends", value=decaying(todo / max(code, 0.3), 5)),
        Measure(name="prints", value=1 - min(1.0, 25 * prints / lines) if lines else None),
    ]


def _is_copy(path: str, paths: Collection[str]) -> bool:
    """Whether a file is named as the copy of one beside it: ``deep_copy.py`` alone copies something else."""
    found = _COPY.search(path)
    return found is not None and path[: found.start()] + found[1] in paths
