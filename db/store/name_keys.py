"""Keys of stored names, made anew where another version of this program made them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.schema import Authorship, Person, PersonName, RecordRow
from db.store.upsert import update_rows


def rekey_names(session: Session) -> set[int]:
    """Give every stored name the key that it has today; gives the authorships (row ids) that have another now."""
    found: set[int] = set()
    now: dict[str, set[str]] = defaultdict(set)
    tables: tuple[tuple[Any, Any], ...] = (
        (Authorship, Authorship.name), (Person, Person.full_name), (PersonName, PersonName.name),
    )  # fmt: skip
    for table, printed in tables:
        rows: list[dict[str, Any]] = []
        for row_id, name, before in session.execute(select(table.id, printed, table.name_key)):
            if (key := name_key(name)) != before:
                rows.append({"id": row_id, "name_key": key})
                now[before].add(key)
        update_rows(session, table, rows)
        if table is Authorship:
            found = {row["id"] for row in rows}
    for before, keys in sorted(now.items()):
        if len(keys) == 1:
            # Records of papers are found by their first author's; of a key that was two names' the next crawl tells.
            session.execute(
                update(RecordRow)
                .where(RecordRow.first_author_key == before)
                .values(first_author_key=keys.pop())
            )
    session.expire_all()
    return found
