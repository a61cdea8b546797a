"""Keeping people out who asked to be left alone, without keeping anything about them.

A suppressed name or identifier is stored only as HMAC-SHA-256 under a key that lives outside the database, so
that neither the database nor a copy of it tells who is in the list.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.keys.names import name_key
from db.records import Achievement, Author, Identifier, PaperRecord, PersonRecord, Record


@dataclass(frozen=True, slots=True)
class Suppressor:
    """Recognises suppressed people in records. ``key`` is at least 32 random bytes."""

    key: bytes
    hashes: frozenset[str] = frozenset()

    def hash_of(self, kind: str, value: str) -> str:
        """The keyed hash of one normalised name (kind ``name``) or identifier."""
        return hmac.new(self.key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def hashes_of(self, names: Iterable[str], identifiers: Iterable[Identifier]) -> set[str]:
        """The hashes that stand for a person under all their names and identifiers."""
        hashed = {self.hash_of("name", key) for name in names if (key := name_key(name))}
        return hashed | {self.hash_of(str(one.kind), one.value.casefold()) for one in identifiers}

    def matches(self, names: Iterable[str], identifiers: Iterable[Identifier]) -> bool:
        """Whether any of the names or identifiers is suppressed.

        A name alone is enough: keeping a namesake out is a smaller wrong than letting the person back in.
        """
        return bool(self.hashes) and not self.hashes.isdisjoint(self.hashes_of(names, identifiers))

    def redact(self, record: Record) -> Record | None:
        """The record without suppressed people; ``None`` if it is about nobody else."""
        if not self.hashes:
            return record
        if isinstance(record, PaperRecord):
            kept = tuple(one for one in record.authors if not self._is_out(one))
            return record if len(kept) == len(record.authors) else replace(record, authors=kept)
        if isinstance(record, PersonRecord):
            out = self.matches((record.name, *record.other_names), record.identifiers)
            return None if out else record
        if isinstance(record, Achievement):
            return None if self.matches((record.person_name,), record.identifiers) else record
        return record

    def _is_out(self, author: Author) -> bool:
        return self.matches((author.name,), author.identifiers)
