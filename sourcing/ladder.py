"""The ladders of some people: what was seen of them on each rung, read from the database when it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import AchievementRow
from ranking.ladder import Achievement, Rung, Seen, ladder
from ranking.topics import topic_words
from sourcing.settings import RoleSettings
from sourcing.works import load_candidates, role_of

# How a rung is drawn.
SIGNS = {Seen.CLEAR: "●", Seen.WEAK: "◐", Seen.UNSEEN: "○"}


def load_ladders(
    session: Session, people: Collection[int], name: str, settings: RoleSettings
) -> dict[int, tuple[Rung, ...]]:
    """The five rungs of each person (row ids) for a role, lowest first."""
    role = role_of(name, settings)
    vocabulary = frozenset().union(*map(topic_words, role.topics))
    works = {one.person_row: one.works for one in load_candidates(session, vocabulary, {}, people)}
    done: dict[int, list[Achievement]] = defaultdict(list)
    for row in session.scalars(
        select(AchievementRow).where(AchievementRow.person_id.in_(people)).order_by(AchievementRow.id)
    ):
        if row.person_id is not None:
            done[row.person_id].append(Achievement(row.rung, row.title, row.url))
    return {one: ladder(works.get(one, ()), done.get(one, ()), role) for one in people}


def ladder_as_json(rungs: tuple[Rung, ...], *, blind: bool = False) -> list[dict[str, Any]]:
    """A ladder for programs. Blind leaves out the evidence, which names works."""
    told: list[dict[str, Any]] = [{"rung": one.name, "seen": str(one.seen)} for one in rungs]
    if not blind:
        for one, rung in zip(told, rungs, strict=True):
            one["evidence"] = [{"text": sign.text, "url": sign.url} for sign in rung.signs]
    return told
