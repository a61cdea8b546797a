"""The ladders of some people: what was seen of them on each rung, read from the database when it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
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
    works = {
        one.person_row: one.works
        for one in load_candidates(session, _vocabulary({name: settings}), {}, people)
    }
    done = _achievements(session, AchievementRow.person_id.in_(people))
    return {one: ladder(works.get(one, ()), done.get(one, ()), role) for one in people}


def all_ladders(
    session: Session, roles: Mapping[str, RoleSettings]
) -> dict[str, dict[int, tuple[Rung, ...]]]:
    """For each role the rungs of every candidate (row id)."""
    candidates = load_candidates(session, _vocabulary(roles), {})
    done = _achievements(session, AchievementRow.person_id.is_not(None))
    return {
        name: {
            one.person_row: ladder(one.works, done.get(one.person_row, ()), role_of(name, settings))
            for one in candidates
        }
        for name, settings in roles.items()
    }


def _vocabulary(roles: Mapping[str, RoleSettings]) -> frozenset[str]:
    return frozenset[str]().union(*(topic_words(topic) for one in roles.values() for topic in one.topics))


def _achievements(session: Session, whose: ColumnElement[bool]) -> dict[int, list[Achievement]]:
    done: dict[int, list[Achievement]] = defaultdict(list)
    for row in session.scalars(select(AchievementRow).where(whose).order_by(AchievementRow.id)):
        if row.person_id is not None:
            done[row.person_id].append(Achievement(row.rung, row.title, row.url))
    return done


def ladder_as_json(rungs: tuple[Rung, ...], *, blind: bool = False) -> list[dict[str, Any]]:
    """A ladder for programs. Blind leaves out the evidence, which names works."""
    told: list[dict[str, Any]] = [{"rung": one.name, "seen": str(one.seen)} for one in rungs]
    if not blind:
        for one, rung in zip(told, rungs, strict=True):
            one["evidence"] = [{"text": sign.text, "url": sign.url} for sign in rung.signs]
    return told
