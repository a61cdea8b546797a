"""What the recruiter says: stages, tags, notes, papers liked. Append-only."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class StageEvent(Table):
    """A candidate reached a stage. The last event is where the candidate stands."""

    __tablename__ = "stage_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str]
    role: Mapped[str | None]
    why: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]


class TagEvent(Table):
    """A tag was put on a candidate or taken off."""

    __tablename__ = "tag_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    tag: Mapped[str]
    added: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]


class Note(Table):
    """A sentence somebody wrote about a candidate."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class PreferenceEvent(Table):
    """Somebody likes (+1) or dislikes (-1) a paper, or takes that back (0). The last event counts."""

    __tablename__ = "preference_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]
