"""Saving profiles and achievements. Whose they are is decided later, by identity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import payload_hash, to_payload
from db.records import Achievement, PersonRecord
from db.schema import AchievementRow, RecordRow
from db.store.papers import Counts
from db.store.undescribed import mark_people
from db.store.upsert import upsert


def save_profiles(
    session: Session, records: Sequence[PersonRecord], *, terms: str, fetched_at: datetime
) -> Counts:
    """Keep each profile as a record; a profile that changed is matched anew."""
    counts = Counts()
    for record in records:
        payload = to_payload(record)
        digest = payload_hash(payload)
        row = session.scalar(
            select(RecordRow).where(
                RecordRow.source == record.source, RecordRow.source_key == record.source_key
            )
        )
        if row is None:
            session.add(
                RecordRow(
                    kind="person",
                    source=record.source,
                    source_key=record.source_key,
                    url=record.url,
                    terms=terms,
                    payload=payload,
                    payload_hash=digest,
                    deleted=False,
                    first_seen=fetched_at,
                    fetched_at=fetched_at,
                    changed_at=fetched_at,
                )
            )
            counts.new += 1
            continue
        if row.payload_hash != digest:
            row.payload, row.payload_hash, row.changed_at = payload, digest, fetched_at
            if row.person_id is not None:
                mark_people(session, {row.person_id})
            counts.changed += 1
        row.url, row.terms, row.fetched_at = record.url, terms, fetched_at
    session.flush()
    return counts


def save_achievements(
    session: Session, records: Sequence[Achievement], *, terms: str, fetched_at: datetime
) -> Counts:
    """Keep achievements; a person already assigned stays assigned."""
    keys = {(one.source, one.source_key) for one in records}
    stored = {
        (source, source_key)
        for source, source_key in session.execute(
            select(AchievementRow.source, AchievementRow.source_key).where(
                AchievementRow.source.in_({source for source, _ in keys})
            )
        )
    }
    rows = [
        {
            "source": one.source,
            "source_key": one.source_key,
            "person_name": one.person_name,
            "identifiers": [[str(found.kind), found.value] for found in one.identifiers],
            "kind": one.kind,
            "rung": one.rung,
            "title": one.title,
            "url": one.url,
            "summary": one.summary,
            "place": one.place,
            "entrants": one.entrants,
            "date": one.date,
            "terms": terms,
            "fetched_at": fetched_at,
        }
        for one in {(one.source, one.source_key): one for one in records}.values()
    ]
    upsert(session, AchievementRow, rows, key=("source", "source_key"))
    return Counts(new=len(keys - stored))
