"""Who may be in an export: nobody twice, nobody who was contacted, nobody whose identity is undecided."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.queries.shortlist import Candidate, LeftOut, already_exported, undecided

# From these stages on, a further message would be the second.
CONTACTED = frozenset({"contacted", "replied", "interviewing", "offer", "hired", "rejected", "declined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the user asked to include all the same."""

    exported: bool = False
    contacted: bool = False
    undecided: bool = False


def choose(session: Session, found: list[Candidate], allowed: Allowed) -> tuple[list[Candidate], LeftOut]:
    """Split candidates into those that go out and a count of the others by reason.

    Suppressed people need no check here: nothing about them is stored.
    """
    before, doubtful, left = already_exported(session), undecided(session), LeftOut()
    chosen = []
    for one in found:
        if one.stage in CONTACTED and not allowed.contacted:
            left.add(f"already {one.stage}")
        elif one.row_id in before and not allowed.exported:
            left.add("exported before")
        elif one.row_id in doubtful and not allowed.undecided:
            left.add("maybe the same as somebody else (see: sourcing duplicates)")
        else:
            chosen.append(one)
    return chosen, left
