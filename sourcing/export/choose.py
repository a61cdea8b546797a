"""Who may be in an export: nobody twice, nobody who was contacted, nobody whose identity is undecided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.spoken_for import already_exported, ever_at, undecided
from db.records import Identifier, IdentifierKind
from db.schema import Person, PersonIdentifier, PersonName
from db.suppression import Suppressor
from sourcing.stages import CONTACTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the user asked to include all the same. Suppressed people can never be asked for."""

    exported: bool = False
    contacted: bool = False
    undecided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Row ids of the people who go out, in the order given, and how many of the others stay for which reason.

    ``further`` is how many more could have gone but for ``top``.
    """

    chosen: Sequence[int]
    left_out: dict[str, int] = field(default_factory=dict)
    further: int = 0


def choose(
    session: Session,
    person_ids: Sequence[int],
    allowed: Allowed,
    suppressor: Suppressor,
    *,
    top: int | None = None,
) -> Choice:
    """Split people into those that go out and a count of the others by reason; the gravest reason counts."""
    reasons: tuple[tuple[str, Collection[int]], ...] = (
        ("asked to be left alone", suppressed(session, person_ids, suppressor)),
        ("contacted before", () if allowed.contacted else ever_at(session, CONTACTED)),
        ("exported before", () if allowed.exported else already_exported(session)),
        (
            "maybe the same as somebody else (see: sourcing duplicates)",
            () if allowed.undecided else undecided(session),
        ),
    )
    chosen: list[int] = []
    left_out: dict[str, int] = {}
    for person_id in person_ids:
        reason = next((said for said, people in reasons if person_id in people), None)
        if reason is None:
            chosen.append(person_id)
        else:
            left_out[reason] = left_out.get(reason, 0) + 1
    kept = chosen if top is None else chosen[:top]
    return Choice(chosen=kept, left_out=left_out, further=len(chosen) - len(kept))


def suppressed(session: Session, person_ids: Sequence[int], suppressor: Suppressor) -> set[int]:
    """Who of these people is suppressed. Normally nobody: nothing about them is stored. But a list of people to leave
    alone may have come from elsewhere since the last crawl."""
    found: set[int] = set()
    if not suppressor.hashes:
        return found
    for ids in batches(person_ids):
        names: dict[int, list[str]] = {
            row.id: [row.full_name]
            for row in session.execute(select(Person.id, Person.full_name).where(Person.id.in_(ids)))
        }
        for row in session.execute(
            select(PersonName.person_id, PersonName.name).where(PersonName.person_id.in_(ids))
        ):
            names[row.person_id].append(row.name)
        known: dict[int, list[Identifier]] = {}
        for held in session.execute(
            select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value).where(
                PersonIdentifier.person_id.in_(ids)
            )
        ):
            known.setdefault(held.person_id, []).append(
                Identifier(kind=IdentifierKind(held.kind), value=held.value)
            )
        found.update(one for one in names if suppressor.matches(names[one], known.get(one, ())))
    return found
