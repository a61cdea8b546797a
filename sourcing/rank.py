"""The rank phase: assessed works of every candidate → the ranking of every role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.records import Axis
from db.store.scores import drop_rankings, save_rankings
from ranking.pull import Pull
from ranking.ranker import RANKER_VERSION, rank
from ranking.role_check import remarks
from ranking.topics import rarities, topic_words
from ranking.works import Ranked
from sourcing.app import App
from sourcing.preference import learned_pulls
from sourcing.runs import OpenRun, phase
from sourcing.settings import RoleSettings
from sourcing.works import load_candidates, role_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ranking a role came to: how many places say something new, and what is odd about the role."""

    changed: int
    remarks: tuple[str, ...]


def rank_roles(
    session: Session,
    roles: Mapping[str, RoleSettings],
    *,
    now: datetime,
    pulls: Mapping[str, Pull] | None = None,
) -> dict[str, Outcome]:
    """Rank every candidate for every role and commit.

    ``pulls`` says by public id which papers the recruiter's likes pull up or down.
    """
    topics = {topic for role in roles.values() for topic in (*role.topics, *role.avoid)}
    candidates = load_candidates(session, frozenset().union(*map(topic_words, topics)), pulls or {})
    rarity = rarities(
        {work.paper_row: work.words for one in candidates for work in one.works if work.paper_row}.values()
    )
    outcomes: dict[str, Outcome] = {}
    for name, settings in roles.items():
        role = role_of(name, settings, rarity)
        ranked = rank(candidates, role)
        changed = save_rankings(session, name, list(_rows(ranked)), now=now)
        session.commit()
        outcomes[name] = Outcome(changed, tuple(remarks(role, candidates, ranked)))
    return outcomes


def _rows(ranked: Iterable[Ranked]) -> Iterable[dict[str, Any]]:
    place = 0
    for one in ranked:
        place += one.excluded is None
        row = {
            "person_id": one.person_row,
            "rank": place if one.excluded is None else None,
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "lift": one.lift,
            "axes": {
                str(axis): {"score": score.value, "low": score.low, "high": score.high}
                for axis, score in one.axes.items()
            },
            "originality": _value(one, Axis.ORIGINALITY),
            "code_quality": _value(one, Axis.CODE_QUALITY),
            "why": one.why,
            "excluded": one.excluded,
            "unknown_bars": [str(axis) for axis in one.unknown_bars],
            "best_paper_id": one.best.paper_row if one.best else None,
            "repository_id": one.code.repository_row if one.code else None,
        }
        digest = hashlib.blake2b(json.dumps([RANKER_VERSION, row], sort_keys=True).encode(), digest_size=12)
        yield {**row, "input_hash": digest.hexdigest()}


def _value(one: Ranked, axis: Axis) -> float | None:
    score = one.axes.get(axis)
    return None if score is None else score.value


def rank_phase(app: App, run: OpenRun) -> None:
    """Rank every role, and say what is odd about those that the settings name. Places for roles that the settings no
    longer have are removed: nobody could list them, and they would grow old unseen."""
    with phase(app, run, "rank") as counts, app.session(writing=True) as session:
        pulls = learned_pulls(app, session)
        outcomes = rank_roles(session, app.settings.roles, now=app.now(), pulls=pulls)
        for role, places in drop_rankings(session, app.settings.roles).items():
            went = f"{places:,} place{'s are' if places != 1 else ' is'}"
            app.say(f"[roles.{role}] is not in the settings any more: its {went} removed", role=role)
        session.commit()
        counts["roles"] = len(outcomes)
        counts["places_changed"] = sum(one.changed for one in outcomes.values())
        for role in app.settings.open_roles:
            for said in outcomes[role].remarks:
                app.say(f"[roles.{role}] {said}", role=role)
