"""Typed tables. One room for each of: source records, papers, people, who is who, repositories, scores, runs, what the
recruiter says, what left the house, and the rights of the people in it.

A room is loaded when one of its tables is first asked for: mapping them all takes a fifth of the time of a quick verb,
which asks for half of them. Whoever asks for :class:`Table` wants all of them, and so does whatever writes: the order
in which rows are written follows the foreign keys, wherever these lead.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from db.schema.types import UtcDateTime

if TYPE_CHECKING:
    from db.schema.deliveries import DigestEntry, ExportBatch, ExportedPerson, Verdict
    from db.schema.identity import IdentityLock, MaybeSame, NameForm, NameFormKey, PaperLock, ProfileMatch
    from db.schema.papers import Authorship, Paper
    from db.schema.people import AchievementRow, Person, PersonIdentifier, PersonName
    from db.schema.records import ProfileLead, RecordRow, ReviewRow
    from db.schema.recruiter import Note, PreferenceEvent, StageEvent, TagEvent
    from db.schema.repositories import (
        CodeWatch,
        Contribution,
        Implementation,
        PageWait,
        Repository,
        RepositoryAlias,
        Snapshot,
    )
    from db.schema.rights import AuditEvent, NoticeRow, Suppression
    from db.schema.runs import CursorRow, Run, RunSource
    from db.schema.scores import AssessmentRow, Ranking
    from db.schema.types import Table

ROOMS = {
    "deliveries": ("DigestEntry", "ExportBatch", "ExportedPerson", "Verdict"),
    "identity": ("IdentityLock", "MaybeSame", "NameForm", "NameFormKey", "PaperLock", "ProfileMatch"),
    "papers": ("Authorship", "Paper"),
    "people": ("AchievementRow", "Person", "PersonIdentifier", "PersonName"),
    "records": ("ProfileLead", "RecordRow", "ReviewRow"),
    "recruiter": ("Note", "PreferenceEvent", "StageEvent", "TagEvent"),
    "repositories": (
        "CodeWatch",
        "Contribution",
        "Implementation",
        "PageWait",
        "Repository",
        "RepositoryAlias",
        "Snapshot",
    ),
    "rights": ("AuditEvent", "NoticeRow", "Suppression"),
    "runs": ("CursorRow", "Run", "RunSource"),
    "scores": ("AssessmentRow", "Ranking"),
}

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
    "PageWait",
    "Paper",
    "PaperLock",
    "Person",
    "PersonIdentifier",
    "PersonName",
    "PreferenceEvent",
    "ProfileLead",
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


def __getattr__(name: str) -> Any:
    """A table, from its room; ``Table`` when every room is there."""
    if name == "Table":
        load_every_room()
        found = import_module("db.schema.types").Table
    else:
        room = next((room for room, tables in ROOMS.items() if name in tables), None)
        if room is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"db.schema.{room}"), name)
    globals()[name] = found
    return found


def load_every_room() -> None:
    """Map all tables that are not mapped yet."""
    for room in ROOMS:
        import_module(f"db.schema.{room}")


@event.listens_for(Session, "do_orm_execute")
def _before_statement(statement: ORMExecuteState) -> None:
    if not statement.is_select:
        load_every_room()


@event.listens_for(Session, "before_flush")
def _before_flush(*_: object) -> None:
    load_every_room()
