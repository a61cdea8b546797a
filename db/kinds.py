"""The closed sets of words that records and tables use, and that questions are asked in."""

from __future__ import annotations

from enum import StrEnum


class Axis(StrEnum):
    """What an assessment measures."""

    ORIGINALITY = "originality"
    CODE_QUALITY = "code_quality"
    IMPORTANCE = "importance"
    EXECUTION = "execution"
    FIT = "fit"


class SubjectKind(StrEnum):
    """What an assessment is about."""

    PAPER = "paper"
    REPOSITORY = "repository"
    PERSON = "person"


class ImplementationKind(StrEnum):
    """How a repository belongs to a paper."""

    OFFICIAL = "official"
    THIRD_PARTY = "third_party"
    MENTION = "mention"


class IdentifierKind(StrEnum):
    """Names under which other systems know a person."""

    ORCID = "orcid"
    OPENREVIEW = "openreview"
    ARXIV_AUTHOR = "arxiv_author"
    GITHUB = "github"
    DBLP = "dblp"
    SCHOLAR = "scholar"
    SEMANTIC_SCHOLAR = "semantic_scholar"
    HUGGINGFACE = "huggingface"
    KAGGLE = "kaggle"
    HOMEPAGE = "homepage"
    LINKEDIN = "linkedin"


class RepositoryStatus(StrEnum):
    """What its host answered when a repository was last asked for."""

    LIVE = "live"
    MISSING = "missing"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


GONE = (RepositoryStatus.MISSING, RepositoryStatus.BLOCKED)
"""Whose host answered, and had nothing to show."""


class AssessmentStatus(StrEnum):
    """Whether there was enough to score."""

    SCORED = "scored"
    INSUFFICIENT = "insufficient evidence"


LANGUAGE_NOT_READ = "written in a language that is not read"
"""Begins the reason of an assessment whose code is there, but tells us nothing: such a repository is not empty."""


KEPT_APART = frozenset(["linkedin"])
"""Sources whose terms forbid to pass on what they say: it helps to know somebody again, and goes no further."""


class Unseen(StrEnum):
    """What a filter does with people of whom the value is not known."""

    DROP = "drop"
    KEEP = "keep"
    ONLY = "only"
