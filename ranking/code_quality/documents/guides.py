"""Files beside the README that tell how to use what is there, counted together with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ranking.code_quality.documents.commands import is_for_shell
from ranking.code_quality.documents.tables import columns_above, holds_versions
from ranking.code_quality.documents.texts import LONGEST_LINE, Texts
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceTree

_MOST = 25
# Large artifacts keep their instructions in several files.
_GUIDE = re.compile(
    r"(?:^|/)(?:readme[^/]*"
    r"|(?:artifact|ae\b|reproduc|replicat|install|getting.?started|instruction|experiment|usage|tutorial|how.?to|setup"
    r"|build|eval)[^/]*\.(?:md|rst|txt|markdown|org|adoc))\Z",
    re.I,
)
_RESULT_MENTION = re.compile(r"reproduc|replicat|experiment|figure|results", re.I)
_DURATION = re.compile(r"\d\s?(?:human-|compute-)?(?:minutes?|mins?|hours?|seconds?|days?)\b", re.I)
_DOWNLOAD = re.compile(r"zenodo|figshare|\bwget\b|\bgdown\b", re.I)
_DECIMAL = re.compile(r"\d\.\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """Counted over the README and the guides beside it, wherever in the repository they lie.

    ``shell_lines`` counts different lines that can be pasted into a shell, ``result_mentions`` how often
    experiments, figures or results are spoken of, ``durations`` the times stated, ``table_rows`` rows of tables
    that hold a decimal number. ``shell_line``, ``duration`` and ``download`` are the first places.
    """

    files: int = 0
    shell_lines: int = 0
    code_blocks: int = 0
    result_mentions: int = 0
    durations: int = 0
    table_rows: int = 0
    shell_line: tuple[str, int] | None = None
    duration: tuple[str, int] | None = None
    download: tuple[str, int] | None = None


def guide_paths(tree: SourceTree, foreign: Collection[str] = ()) -> list[str]:
    """The README and the guides beside it, wherever they lie, without ``foreign`` ones."""
    paths = [
        f.path
        for f in tree.readable()
        if role_of(f.path) is Role.DOCUMENT and _GUIDE.search(f.path) and f.path not in foreign
    ]
    return sorted(paths, key=lambda p: (p.count("/"), p))[:_MOST]


def read_guides(texts: Texts, paths: list[str]) -> Guides:
    """Count over the guides at ``paths``."""
    shell: set[str] = set()
    blocks = mentions = durations = rows = 0
    places: dict[str, tuple[str, int]] = {}
    for path in paths:
        lines = texts.lines(path)
        blocks += sum(line.count("```") for line in lines) // 2
        columns = ""
        for number, line in enumerate(lines, start=1):
            if len(line) >= LONGEST_LINE:
                continue
            if is_for_shell(line):
                shell.add(line.strip())
                places.setdefault("shell line", (path, number))
            if found := len(_DURATION.findall(line)):
                durations += found
                places.setdefault("duration", (path, number))
            if "download" not in places and _DOWNLOAD.search(line):
                places["download"] = (path, number)
            mentions += mentions_of_results(line)
            columns = columns_above(columns, line)
            cells = line if "<td" in line else line.partition("|")[2]
            rows += _DECIMAL.search(cells) is not None and not holds_versions(line, columns)
    return Guides(
        files=len(paths),
        shell_lines=len(shell),
        code_blocks=blocks,
        result_mentions=mentions,
        durations=durations,
        table_rows=rows,
        shell_line=places.get("shell line"),
        duration=places.get("duration"),
        download=places.get("download"),
    )


def mentions_of_results(text: str) -> int:
    """How often experiments, figures or results are spoken of."""
    return len(_RESULT_MENTION.findall(text))
