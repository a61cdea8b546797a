"""The rank stage: assessed works of every candidate → the ranking of every role."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Axis, ImplementationKind, SubjectKind
from db.schema import AssessmentRow, Authorship, Contribution, Implementation, Paper, Person, Repository
from db.store.scores import save_rankings
from ranking.pull import Pull
from ranking.ranker import RANKER_VERSION, rank
from ranking.role_check import remarks
from ranking.topics import rarities, topic_words, words_of
from ranking.works import Candidate, Ranked, Role, Score, Work
from sourcing.app import App
from sourcing.preference import learned_pulls
from sourcing.runs import OpenRun, stage
from sourcing.settings import RoleSettings


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


def role_of(name: str, settings: RoleSettings, rarity: Mapping[str, int] | None = None) -> Role:
    """A role as the ranker wants it."""
    return Role(
        name=name,
        topics=settings.topics,
        avoid=settings.avoid,
        weights={Axis(axis): weight for axis, weight in settings.weights.items()},
        minimum={Axis(axis): bar for axis, bar in settings.minimum.items()},
        rarity=rarity or {},
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """Of a paper's title and abstract, and of its title alone, the words that some role asks for."""

    text: frozenset[str]
    title: frozenset[str]

    @classmethod
    def of(cls, paper: Any, vocabulary: frozenset[str]) -> _Words:
        if not vocabulary:
            return cls(frozenset(), frozenset())
        title = words_of(paper.title, vocabulary)
        return cls(title | words_of(paper.abstract or "", vocabulary), title)


def load_candidates(
    session: Session, vocabulary: frozenset[str], pulls: Mapping[str, Pull]
) -> list[Candidate]:
    """Every person who is a first author of a paper, or the author of an implementation, with their works.

    Of a work's text only the words in ``vocabulary`` are kept: all that any role asks for.
    """
    scores = _scores(session)
    shares = {
        (repository_id, person_id): share
        for repository_id, person_id, share in session.execute(
            select(Contribution.repository_id, Contribution.person_id, Contribution.share)
        )
    }
    known = session.execute(select(Repository.id, Repository.key))
    repositories = {row.id: row.key for row in known}
    official: dict[int, list[int]] = defaultdict(list)
    third_party: dict[int, list[int]] = defaultdict(list)
    for paper_id, repository_id, kind in session.execute(
        select(Implementation.paper_id, Implementation.repository_id, Implementation.kind).order_by(
            Implementation.paper_id, Implementation.probability.desc(), Implementation.repository_id
        )
    ):
        if kind == ImplementationKind.OFFICIAL:
            official[paper_id].append(repository_id)
        elif kind == ImplementationKind.THIRD_PARTY:
            third_party[repository_id].append(paper_id)
    works: dict[int, list[Work]] = defaultdict(list)
    for row in session.execute(_first_authorships()):
        linked: list[int | None] = [*official.get(row.id, ())]
        words = _Words.of(row, vocabulary)
        for linked_id in linked or [None]:
            share = shares.get((linked_id, row.person_id)) if linked_id is not None else None
            works[row.person_id].append(
                _paper_work(row, scores, repositories, linked_id, share, words, pulls.get(row.public_id))
            )
    for (repository_id, person_id), share in shares.items():
        for paper_id in third_party.get(repository_id, ()):
            works[person_id].append(
                _reimplementation(session, paper_id, repository_id, share, scores, repositories, vocabulary)
            )
    return [Candidate(person_row=person_id, works=tuple(found)) for person_id, found in sorted(works.items())]


def _first_authorships() -> Any:
    return (
        select(
            Paper.id, Paper.public_id, Paper.title, Paper.abstract, Paper.url, Paper.published, Paper.venue,
            Paper.venue_year, Paper.decision, Paper.awards, Paper.primary_category, Paper.categories,
            Authorship.person_id,
        )
        .join(Authorship, Authorship.paper_id == Paper.id)
        .join(Person, Person.id == Authorship.person_id)
        .where(
            Authorship.is_first,
            Paper.withdrawn.is_(False),
            Paper.merged_into.is_(None),
            Person.merged_into.is_(None),
        )
        .order_by(Paper.id, Authorship.position)
    )  # fmt: skip


def _scores(session: Session) -> dict[tuple[str, str], dict[Axis, Score]]:
    found: dict[tuple[str, str], dict[Axis, Score]] = defaultdict(dict)
    for kind, subject, axis, score, low, high in session.execute(
        select(
            AssessmentRow.subject_kind, AssessmentRow.subject_id, AssessmentRow.axis, AssessmentRow.score,
            AssessmentRow.low, AssessmentRow.high,
        ).where(AssessmentRow.score.is_not(None))
    ):  # fmt: skip
        if score is not None and low is not None and high is not None:
            found[kind, subject][Axis(axis)] = Score(score, low, high)
    return found


def _paper_work(
    row: Any,
    scores: Mapping[tuple[str, str], Mapping[Axis, Score]],
    repositories: Mapping[int, str],
    repository_id: int | None,
    share: float | None,
    words: _Words,
    pull: Pull | None,
) -> Work:
    found = dict(scores.get((SubjectKind.PAPER, row.public_id), {}))
    if repository_id is not None:
        code = scores.get((SubjectKind.REPOSITORY, repositories[repository_id]), {})
        found.update({axis: score for axis, score in code.items() if axis is Axis.CODE_QUALITY})
    venue = f"{row.venue} {row.venue_year}" if row.venue and row.venue_year else row.venue
    return Work(
        title=row.title,
        url=row.url,
        scores=found,
        paper_row=row.id,
        repository_row=repository_id,
        repository=repositories[repository_id] if repository_id is not None else None,
        share=share,
        words=words.text,
        title_words=words.title,
        published=row.published,
        venue=venue,
        decision=row.decision,
        awards=tuple(row.awards),
        areas=_areas(row),
        pull=pull,
    )


def _reimplementation(
    session: Session,
    paper_id: int,
    repository_id: int,
    share: float | None,
    scores: Mapping[tuple[str, str], Mapping[Axis, Score]],
    repositories: Mapping[int, str],
    vocabulary: frozenset[str],
) -> Work:
    paper = session.get_one(Paper, paper_id)
    code = scores.get((SubjectKind.REPOSITORY, repositories[repository_id]), {})
    words = _Words.of(paper, vocabulary)
    return Work(
        title=paper.title,
        url=f"https://{repositories[repository_id]}",
        scores={axis: score for axis, score in code.items() if axis is Axis.CODE_QUALITY},
        paper_row=paper_id,
        repository_row=repository_id,
        repository=repositories[repository_id],
        own_repository=False,
        share=share,
        words=words.text,
        title_words=words.title,
        published=paper.published,
        areas=_areas(paper),
    )


def _areas(paper: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (paper.primary_category, *paper.categories) if one))


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


def rank_stage(app: App, run: OpenRun) -> None:
    """Rank every role, and say what is odd about those that the settings name."""
    with stage(app, run, "rank") as counts, app.session() as session:
        pulls = learned_pulls(app, session)
        outcomes = rank_roles(session, app.settings.roles, now=app.now(), pulls=pulls)
        counts["roles"] = len(outcomes)
        counts["places_changed"] = sum(one.changed for one in outcomes.values())
        for role in app.settings.open_roles:
            for said in outcomes[role].remarks:
                app.say(f"[roles.{role}] {said}", role=role)
