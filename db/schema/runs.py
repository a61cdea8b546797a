"""Runs, what each source gave in them, and how far each source has been read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class Run(Table):
    """One execution of a verb that changes the database.

    ``status`` is ``running``, ``done``, ``partial`` (a source failed), ``failed`` or ``interrupted``.
    """

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    verb: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    status: Mapped[str]
    message: Mapped[str | None]
    counts: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RunSource(Table):
    """What one source gave in one run. ``warnings`` counts what its parser did not understand."""

    __tablename__ = "run_source"
    __table_args__ = (UniqueConstraint("run_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    source: Mapped[str]
    status: Mapped[str]
    pages: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[dict[str, int]]
    error: Mapped[str | None]
    updated_at: Mapped[datetime]


class CursorRow(Table):
    """How far a source has been read within a scope; committed with the page it belongs to."""

    __tablename__ = "cursor"

    source: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[datetime]
