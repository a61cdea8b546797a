"""Which version of this program took the stored names apart: another one finds them under keys of its own.

The index of names says so itself, in an entry of no name.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import Authorship, NameForm
from db.store.name_keys import rekey_names
from db.store.upsert import upsert
from sourcing.identity.neighbours import clear_forms, save_forms
from sourcing.identity.stored import read_some

# To be raised whenever keys of names (`db.keys`) or what a form is found at (`sourcing.identity.blocks`) change.
READING = "1"
_ENTRY = 0
_AT_ONCE = 20_000


def read_names_anew(session: Session) -> set[int]:
    """Enter all names again if another version entered them; gives the authorships (row ids) whose key changed."""
    stored = session.scalar(select(NameForm.form).where(NameForm.id == _ENTRY))
    if stored == READING:
        return set()
    changed: set[int] = set()
    if session.scalar(select(NameForm.id).limit(1)) is not None:
        changed = rekey_names(session)
        clear_forms(session)
        for some in batches(session.scalars(select(Authorship.id)).all(), _AT_ONCE):
            save_forms(session, read_some(session, some))
    save_reading(session)
    return changed


def save_reading(session: Session) -> None:
    """Note that this version entered the names."""
    entry = {"id": _ENTRY, "name_key": "", "form": READING, "family_words": 0}
    upsert(session, NameForm, [entry], key=("id",), update=("form",))
