"""GitHub accounts among identifiers: an organisation's is nobody's, and one account is one person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.lineage import survivors
from db.records import IdentifierKind
from db.schema import PersonIdentifier, Repository

GITHUB = str(IdentifierKind.GITHUB)
CONFIRMED, PROBABLE = "confirmed", "probable"
BY_COMMITS = "commits to the paper's own repository under the full name"
BY_LOGIN = "owns the paper's own repository, and no other author's name resembles the login"

_AT_ONCE = 200


def organisations(session: Session, logins: Collection[str]) -> set[str]:
    """Those of these logins that are known to be no person's; in lower case, as GitHub tells no case apart."""
    found: set[str] = set()
    for some in batches(sorted({login.casefold() for login in logins}), _AT_ONCE):
        # By the beginning of the key, which has an index; "0" follows "/".
        under = [
            and_(Repository.key > f"github.com/{login}/", Repository.key < f"github.com/{login}0")
            for login in some
        ]
        keys = session.scalars(
            select(Repository.key).where(or_(*under), Repository.owner_is_person.is_(False))
        )
        found.update(key.split("/")[1] for key in keys)
    return found


def drop_impossible_accounts(session: Session) -> int:
    """Take accounts from people whose they cannot be; gives how many.

    That is an organisation's, and one that another person bears with better reason: a profile's word goes before
    commits, commits before a resemblance, and of equals the older stays. Nor is one kept twice for one person.
    """
    rows = session.execute(
        select(
            PersonIdentifier.id,
            PersonIdentifier.person_id,
            PersonIdentifier.value,
            PersonIdentifier.confidence,
            PersonIdentifier.reason,
        ).where(PersonIdentifier.kind == GITHUB)
    ).all()
    by_login: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=_standing):
        by_login[row.value.casefold()].append(row)
    nobodys, merged = organisations(session, by_login), survivors(session)
    out: list[int] = []
    for login, held in by_login.items():
        owner = merged.get(held[0].person_id, held[0].person_id)
        entered: set[int] = set()
        for row in held:
            theirs = merged.get(row.person_id, row.person_id) == owner
            if login in nobodys or not theirs or row.person_id in entered:
                out.append(row.id)
            entered.add(row.person_id)
    for some in batches(out):
        session.execute(delete(PersonIdentifier).where(PersonIdentifier.id.in_(some)))
    return len(out)


def _standing(row: Any) -> tuple[bool, bool, int]:
    return row.confidence != CONFIRMED, row.reason == BY_COMMITS, row.id
