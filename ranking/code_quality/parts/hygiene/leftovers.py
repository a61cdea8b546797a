"""What was left lying: files of editors and caches, and open ends."""

from __future__ import annotations

import re

from ranking.code_quality.parts.measure import Measure, decaying, note
from ranking.code_quality.reading import Reading

_JUNK = re.compile(
    r"(?:^|/)(?:\.DS_Store|__pycache__/|\.idea/|\.vscode/|\.ipynb_checkpoints/|Thumbs\.db|\.pytest_cache/)|\.pyc\Z"
    r"|(?:^|/)[^/]*(?:[ _-](?:copy|backup|bak|old)\d*|\(\d+\)|\.orig|\.bak|~)(?:\.\w+)?\Z",
    re.I,
)  # fmt: skip
_LEFT_OVER = "one file was left behind by an editor, a backup or a cache"
_LEFT_OVERS = "files were left behind by editors, backups or caches"


def leftovers(reading: Reading) -> list[Measure]:
    """By names of files, and notes to oneself in the code."""
    junk = [path for path in reading.counted_paths() if _JUNK.search(path)]
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
    ]
