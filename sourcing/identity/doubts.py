"""Questions about pairs of people who may be one, as they are kept until a night or somebody answers them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import MaybeSame, Person
from db.store.upsert import insert_rows, update_rows
from sourcing.identity.mention import Doubt, Point, Resolution


def doubts_by_person(resolution: Resolution, home: Mapping[int, int]) -> dict[frozenset[int], Doubt]:
    """The doubts by the two persons (row ids) whom each is about; ``home`` maps numbers of a resolution to persons."""
    found: dict[frozenset[int], Doubt] = {}
    for doubt in resolution.doubts:
        pair = frozenset(home[resolution.persons[mention_id]] for mention_id in (doubt.one, doubt.other))
        if len(pair) == 2:
            found.setdefault(pair, doubt)
    return found


def save_doubts(
    session: Session,
    found: Mapping[frozenset[int], Doubt],
    judged: Collection[int] | None,
    *,
    now: datetime,
) -> None:
    """Ask what was found, and no longer what was not: all over, or of the persons who were ``judged`` (row ids).

    What was answered by hand stays answered. The caller commits.
    """
    stored = session.execute(
        select(
            MaybeSame.id, MaybeSame.person_id, MaybeSame.other_id, MaybeSame.decision, MaybeSame.probability
        )
    ).all()
    there: set[frozenset[int]] = set()
    stale = []
    otherwise: list[dict[str, Any]] = []
    asked = {one for pair in found for one in pair}
    for row_id, one, other, decision, probability in stored:
        ours = judged is None or one in judged or other in judged
        if not ours and (one not in asked or other not in asked):
            continue  # most questions are about people whom a night has nothing to say of
        pair = frozenset((one, other))
        if decision is None and ours and pair not in found:
            stale.append(row_id)
        else:
            there.add(pair)
            if decision is None and pair in found and _told(found[pair])["probability"] != probability:
                otherwise.append({"id": row_id, **_told(found[pair])})
    update_rows(session, MaybeSame, otherwise)
    for some in batches(stale):
        session.execute(delete(MaybeSame).where(MaybeSame.id.in_(some)))
    new = {pair: doubt for pair, doubt in found.items() if pair not in there}
    public: dict[int, str] = {}
    for some in batches(sorted({one for pair in new for one in pair})):
        public.update(
            (row_id, public_id)
            for row_id, public_id in session.execute(
                select(Person.id, Person.public_id).where(Person.id.in_(some))
            )
        )
    rows = []
    for pair, doubt in new.items():
        one, other = sorted(pair, key=public.__getitem__)
        rows.append(
            {
                "person_id": one,
                "other_id": other,
                **_told(doubt),
                "first_seen": now,
            }
        )
    insert_rows(session, MaybeSame, rows)


def _told(doubt: Doubt) -> dict[str, Any]:
    return {
        "probability": round(doubt.probability, 4),
        "evidence": [*map(as_evidence, doubt.points), *_unsure(doubt.why_not)],
    }


def as_evidence(point: Point) -> dict[str, Any]:
    """A reason as the store keeps evidence: its weight is in natural-log odds."""
    return {"kind": point.kind, "text": point.text, "weight": round(point.points, 2)}


def _unsure(why_not: str) -> list[dict[str, Any]]:
    return [{"kind": "not sure because", "text": why_not, "weight": None}] if why_not else []
