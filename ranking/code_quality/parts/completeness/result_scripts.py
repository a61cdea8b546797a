"""Files whose names say that they lead to a paper's results: what runs, plots, tabulates and compares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ranking.code_quality.layout import Role, role_of

_RUNS = re.compile(r"\.(?:py|sh|bash|ipynb|m|r|jl|pl|gp|gnuplot|plt)\Z", re.I)
_KINDS: dict[str, re.Pattern[str]] = {
    "runs": re.compile(r"(?:^|[\W_\d])run(?=[\W_\d]|$)|(?:^|[\W_])run[_-]?\w", re.I),
    "plots": re.compile(r"(?:^|[\W_\d])(?:plot|fig(?:ure)?s?(?=[\W_\d]|$)|draw|visuali)", re.I),
    "tables": re.compile(
        r"(?:^|[\W_\d])(?:tables?(?=[\W_\d]|$)|tab\d|summar|stat(?:s|istics)?(?=[\W_\d]|$)|aggregat|collect|analy[sz]"
        r"|results?(?=[\W_\d]|$))",
        re.I,
    ),
    "experiments": re.compile(
        r"(?:^|[\W_\d])(?:exp(?:eriment)?s?(?=[\W_\d]|$)|eval|bench|reproduc|replicat|claim|e\d+(?=[\W_]|$)|ablation"
        r"|case_?stud|study)",
        re.I,
    ),
}
_FOLDER = re.compile(
    r"(?:^|/)(?:\w{0,60}experiments?\w{0,60}|\w{0,60}exps?|eval\w{0,60}|bench\w{0,60}|artifact\w{0,60}|reproduc\w{0,60}|results?|plots?\w{0,60}|figures?\w{0,60}"
    r"|scripts?|analysis|paper)/",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultScripts:
    """``by_kind`` counts files by what their names say they do, ``in_folders`` those in folders kept for experiments;
    ``first`` is the first of any."""

    by_kind: dict[str, int]
    in_folders: int = 0
    first: str | None = None

    @property
    def total(self) -> int:
        """Files of any kind; one may count under several."""
        return sum(self.by_kind.values())


def result_scripts(paths: Iterable[str]) -> ResultScripts:
    """Count them; tests and what no interpreter runs are left out."""
    counts = dict.fromkeys(_KINDS, 0)
    in_folders = 0
    first: str | None = None
    for path in paths:
        kinds, inside = _told_by_name(path)
        for kind in kinds:
            counts[kind] += 1
        in_folders += inside
        if first is None and kinds:
            first = path
    return ResultScripts(by_kind=counts, in_folders=in_folders, first=first)


@lru_cache(maxsize=32_768)
def _told_by_name(path: str) -> tuple[tuple[str, ...], bool]:
    if not _RUNS.search(path) or role_of(path) is Role.TEST:
        return (), False
    stem = path.rpartition("/")[2].rpartition(".")[0]
    kinds = tuple(kind for kind, pattern in _KINDS.items() if pattern.search(stem))
    return kinds, _FOLDER.search(path) is not None
