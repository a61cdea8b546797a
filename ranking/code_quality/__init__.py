"""Code quality: a source tree, read without running anything, judged on four sub-scores with evidence.

Names are imported when they are first used: the reading process starts once a repository and needs few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranking.code_quality.authorship.people import candidate_share
    from ranking.code_quality.scorer import CodeQualityScorer
    from ranking.code_quality.tree import AuthorShare, CommitFacts, Skipped, SourceFile, SourceTree

__all__ = [
    "AuthorShare",
    "CodeQualityScorer",
    "CommitFacts",
    "Skipped",
    "SourceFile",
    "SourceTree",
    "candidate_share",
]
_HOMES = {"CodeQualityScorer": "scorer", "candidate_share": "authorship.people"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'tree')}"), name)
