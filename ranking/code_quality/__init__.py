"""Code quality: a source tree, read without running anything, judged on four sub-scores with evidence."""

from __future__ import annotations

from ranking.code_quality.people import candidate_share
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
