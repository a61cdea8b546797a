"""Erasing a person everywhere, so that they cannot come back (GDPR, article 17).

What stays is a keyed hash of each name and identifier, from which nobody can tell who it was. A name alone keeps people
out, so namesakes go too: a smaller wrong than letting somebody back in who asked to be left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from db.schema import AuditEvent, Person, Suppression
from db.store.upsert import upsert
from db.suppression import EMAIL, Suppressor, forms_to_keep_out
from sourcing.privacy.erase import Erased, erase, leave_no_trace
from sourcing.privacy.known_by import known_of


def forget(
    session: Session,
    person: Person,
    suppressor: Suppressor,
    *,
    by: str,
    now: datetime,
    before_commit: Callable[[Erased], None] = lambda done: None,
) -> Erased:
    """Erase ``person`` from every table and commit; on SQLite the file is rewritten, so that no page remembers.

    ``before_commit`` takes them out of files: only the tables know what to look for, so these are the last to go.

    ``suppressor`` gives the key under which names (in all forms in which they may be printed), identifiers and
    addresses are kept out of every later crawl.
    """
    known = known_of(session, person, namesakes=True)
    forms = [form for name in known.names for form in forms_to_keep_out(name)]
    hashes = suppressor.hashes_of(forms, known.identifiers)
    hashes |= {suppressor.hash_of(EMAIL, one.casefold()) for one in known.addresses}
    rows = [{"key_hash": one, "at": now} for one in sorted(hashes)]
    upsert(session, Suppression, rows, key=("key_hash",), update=())
    out = Suppressor(suppressor.key, suppressor.hashes | hashes)
    pseudonyms = {one: f"forgotten-{out.hash_of('person', one)[:12]}" for one in known.public_ids}
    done = erase(session, known, out, pseudonyms, everywhere=True, now=now)
    subject = pseudonyms[person.public_id]
    session.add(
        AuditEvent(at=now, by=by, action="forget", subject=subject, details={"records": done.records})
    )
    before_commit(done)
    session.commit()
    leave_no_trace(session)
    return done
