"""Typed tables. One room for each of: papers, people, repositories, scores, runs, the recruiter's record."""

from db.schema.papers import Authorship, Paper, PaperLock, PreferenceEvent, RecordRow, ReviewRow
from db.schema.people import (
    AchievementRow,
    IdentityLock,
    MaybeSame,
    NameForm,
    NameFormKey,
    Person,
    PersonIdentifier,
    PersonName,
    ProfileMatch,
    Suppression,
)
from db.schema.recruiter import (
    AuditEvent,
    DigestEntry,
    ExportBatch,
    ExportedPerson,
    Note,
    NoticeRow,
    StageEvent,
    TagEvent,
    Verdict,
)
from db.schema.repositories import (
    CodeWatch,
    Contribution,
    Implementation,
    Repository,
    RepositoryAlias,
    Snapshot,
)
from db.schema.runs import CursorRow, Run, RunSource
from db.schema.scores import AssessmentRow, Ranking
from db.schema.types import Table, UtcDateTime

__all__ = [
    "AchievementRow",
    "AssessmentRow",
    "AuditEvent",
    "Authorship",
    "CodeWatch",
    "Contribution",
    "CursorRow",
    "DigestEntry",
    "ExportBatch",
    "ExportedPerson",
    "IdentityLock",
    "Implementation",
    "MaybeSame",
    "NameForm",
    "NameFormKey",
    "Note",
    "NoticeRow",
    "Paper",
    "PaperLock",
    "Person",
    "PersonIdentifier",
    "PersonName",
    "PreferenceEvent",
    "ProfileMatch",
    "Ranking",
    "RecordRow",
    "Repository",
    "RepositoryAlias",
    "ReviewRow",
    "Run",
    "RunSource",
    "Snapshot",
    "StageEvent",
    "Suppression",
    "Table",
    "TagEvent",
    "UtcDateTime",
    "Verdict",
]
