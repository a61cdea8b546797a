"""Persons, and what is known about who they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from db.schema.types import Table


class Person(Table):
    """Who stands behind authorships. A merged person stays as a row that redirects: ids are never reused."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    given: Mapped[str | None]
    family: Mapped[str | None]
    name_key: Mapped[str] = mapped_column(index=True)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    homepage: Mapped[str | None]
    email: Mapped[str | None]
    email_url: Mapped[str | None]
    affiliation: Mapped[str | None]
    sector: Mapped[str | None]
    country: Mapped[str | None]
    headline: Mapped[str | None]
    first_paper_year: Mapped[int | None]
    origins: Mapped[dict[str, int]]
    # Papers or profiles may say something else than this row: describing the person again is pending. The database
    # fills it in, as a default of SQLAlchemy's would make inserting people by the thousand slow.
    undescribed: Mapped[bool] = mapped_column(server_default=true())
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class PersonName(Table):
    """A form in which a person's name is printed."""

    __tablename__ = "person_name"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)


class PersonIdentifier(Table):
    """One identifier of a person, with the record it came from and how sure the link is."""

    __tablename__ = "person_identifier"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "value"),
        Index("ix_person_identifier_value", "kind", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str]
    value: Mapped[str]
    confidence: Mapped[str] = mapped_column(default="confirmed")
    reason: Mapped[str | None]
    source: Mapped[str]
    url: Mapped[str | None]
    fetched_at: Mapped[datetime]


class AchievementRow(Table):
    """Something a person did that is no paper and no repository."""

    __tablename__ = "achievement"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_key: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    person_name: Mapped[str]
    identifiers: Mapped[list[list[str]]]
    kind: Mapped[str]
    rung: Mapped[str]
    title: Mapped[str]
    url: Mapped[str]
    summary: Mapped[str | None]
    place: Mapped[int | None]
    entrants: Mapped[int | None]
    date: Mapped[datetime | None]
    terms: Mapped[str]
    fetched_at: Mapped[datetime]
