"""Striking names, identifiers and addresses out of all stored text: talks, READMEs, questions that nobody answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, cast, or_, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key
from db.payload import payload_hash
from db.schema import Person, PersonName, RecordRow, Table
from db.store.undescribed import mark_described_by
from db.suppression import REMOVED, Suppressor
from sourcing.privacy.known_by import Known

# Columns that say which thing a row is; a name inside one cannot be struck out without losing the thing.
_KEYS = frozenset(
    {("paper", "public_id"), ("person", "public_id"), ("record", "source_key"), ("repository", "key"),
     ("assessment", "subject_id"), ("assessment", "subject_kind"), ("suppression", "key_hash")}
)  # fmt: skip


def borne_by_others(session: Session, known: Known) -> set[str]:
    """Which of the names somebody else bears too: those may not be struck out of what is said about others."""
    named = select(PersonName.name_key).where(PersonName.name_key.in_(known.keys))
    called = select(Person.name_key).where(Person.name_key.in_(known.keys))
    return set(session.scalars(named)) | set(session.scalars(called))


def words_out(known: Known, borne: Collection[str]) -> tuple[str, ...]:
    """What is struck out of texts for somebody: their public ids get pseudonyms, and a name that is ``borne`` stays."""
    return tuple(word for word in known.words if word not in known.public_ids and name_key(word) not in borne)


def sweep(
    session: Session, words: Collection[str], pseudonyms: Mapping[str, str], out: Suppressor, now: datetime
) -> set[int]:
    """Strike ``words``, and whatever ``out`` recognises, out of every text column; gives papers touched."""
    rewrite = rewriting(words, pseudonyms, out)
    patterns = {pattern for word in (*words, *pseudonyms) for pattern in _patterns(word)}
    touched: set[int] = set()
    for table in Table.metadata.sorted_tables:
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, String | JSON)
            and not column.primary_key
            and not column.foreign_keys
            and (table.name, column.name) not in _KEYS
        ]
        keys = list(table.primary_key.columns)
        for some in batches(sorted(patterns), 50) if columns else ():
            holds = or_(*(cast(one, String).ilike(like, escape="\\") for one in columns for like in some))
            for row in session.execute(select(*keys, *columns).where(holds)).mappings().all():
                fresh = {
                    one.name: new
                    for one in columns
                    if (new := _rewritten(row[one.name], rewrite)) != row[one.name]
                }
                if not fresh:
                    continue
                if table.name == "record" and "payload" in fresh:
                    fresh |= {"payload_hash": payload_hash(fresh["payload"]), "changed_at": now}
                session.execute(update(table).where(*(key == row[key.name] for key in keys)).values(fresh))
                if table.name == "record":
                    touched.add(row["id"])
    mark_described_by(session, touched)
    papers = select(RecordRow.paper_id).where(RecordRow.id.in_(touched), RecordRow.paper_id.is_not(None))
    return {one for one in session.scalars(papers) if one is not None}


def rewriting(words: Collection[str], pseudonyms: Mapping[str, str], out: Suppressor) -> Callable[[str], str]:
    """What strikes ``words`` and whatever ``out`` recognises out of a text, and puts ``pseudonyms`` for public ids."""
    forms = [_pattern(word) for word in sorted(words, key=len, reverse=True)]
    struck = re.compile("|".join(forms), re.IGNORECASE) if forms else None
    named = re.compile(f"(?:{'|'.join(map(re.escape, pseudonyms))})(?!\\w)") if pseudonyms else None

    def rewrite(value: str) -> str:
        if named is not None:
            value = named.sub(lambda found: pseudonyms[found[0]], value)
        if struck is not None:
            value = struck.sub(REMOVED, value)
        return out.strike(value)

    return rewrite


def _pattern(word: str) -> str:
    return r"(?<!\w)" + r"\s+".join(map(re.escape, word.split())) + r"(?!\w)"


def _patterns(word: str) -> list[str]:
    """What ``LIKE`` finds every text with that may hold a word or a name: by its last part, more rather than fewer.

    Databases fold the case of plain letters only, JSON writes others as escapes, and an accent may be printed or not:
    where no run of plain letters tells enough, anything may stand for the others.
    """
    last = word.split()[-1] if word.split() else ""
    runs = re.findall(r"[\x21-\x7e]+", last)
    longest = max(runs, key=len, default="")
    if len(longest) > 2:
        return [f"%{_literal(longest)}%"]
    if any(map(str.isalpha, longest)):
        return [f"%{'%'.join(map(_literal, runs))}%"]
    return [f"%{_literal(one)}%" for one in dict.fromkeys((last, json.dumps(last)[1:-1])) if one]


def _literal(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _rewritten(value: Any, rewrite: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, list):
        return [_rewritten(one, rewrite) for one in value]
    if isinstance(value, dict):
        return {rewrite(key): _rewritten(one, rewrite) for key, one in value.items()}
    return value
