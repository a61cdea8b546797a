"""What the ranking and the ladder ask: the role, and what people did with its scores, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.keys.repositories import folder_key
from db.kinds import Axis, ImplementationKind, SubjectKind
from db.queries.lineage import survivors, with_merged
from db.schema import AssessmentRow, Authorship, Contribution, Implementation, Paper, Person, Repository
from ranking.pull import Pull
from ranking.topics import words_of
from ranking.works import Candidate, Role, Score, Work
from sourcing.settings import RoleSettings


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


class _Linked(NamedTuple):
    """The repository that a paper links."""

    key: str
    gone_since: datetime | None


def load_candidates(
    session: Session,
    vocabulary: frozenset[str],
    pulls: Mapping[str, Pull],
    people: Collection[int] | None = None,
) -> list[Candidate]:
    """Every person who is a first author of a paper, or the author of an implementation, with their works.

    Of a work's text only the words in ``vocabulary`` are kept: all that any role asks for. ``people`` (row ids) asks
    for these alone. What somebody committed counts for whom they were merged into.
    """
    firsts = (
        _first_authorships()
        if people is None
        else _first_authorships().where(Authorship.person_id.in_(people))
    )
    papers = session.execute(firsts).all()
    shares = _shares(session, people)
    official: dict[int, list[tuple[int, str | None]]] = defaultdict(list)
    third_party: dict[int, list[int]] = defaultdict(list)
    linked = _links()
    if people is not None:
        theirs = {row.id for row in papers}, {repository_id for repository_id, _ in shares}
        linked = linked.where(
            or_(Implementation.paper_id.in_(theirs[0]), Implementation.repository_id.in_(theirs[1]))
        )
    for paper_id, repository_id, kind, folder in session.execute(linked):
        if kind == ImplementationKind.OFFICIAL:
            official[paper_id].append((repository_id, folder))
        elif kind == ImplementationKind.THIRD_PARTY:
            third_party[repository_id].append(paper_id)
    named = select(Repository.id, Repository.key, Repository.gone_since)
    if people is not None:
        named = named.where(
            Repository.id.in_({*third_party, *(one for some in official.values() for one, _ in some)})
        )
    repositories = {row.id: _Linked(row.key, row.gone_since) for row in session.execute(named)}
    only = None
    if people is not None:
        folders = {
            folder_key(repositories[one].key, folder) for some in official.values() for one, folder in some
        }
        only = {*(row.public_id for row in papers), *(one.key for one in repositories.values()), *folders}
    scores = _scores(session, only)
    works: dict[int, list[Work]] = defaultdict(list)
    for row in papers:
        words = _Words.of(row, vocabulary)
        repositories_of: list[tuple[int | None, str | None]] = [*official.get(row.id, ())]
        for linked_id, folder in repositories_of or [(None, None)]:
            share = None
            if linked_id is not None and folder is None:  # of one folder's commits nothing is known
                share = shares.get((linked_id, row.person_id))
            code: Mapping[Axis, Score] = {}
            if linked_id is not None:
                subject = folder_key(repositories[linked_id].key, folder)
                code = scores.get((SubjectKind.REPOSITORY, subject), {})
            pull = pulls.get(row.public_id)
            works[row.person_id].append(
                _paper_work(row, scores, repositories, linked_id, code, share, words, pull)
            )
    for (repository_id, person_id), share in shares.items():
        for paper_id in third_party.get(repository_id, ()):
            works[person_id].append(
                _reimplementation(session, paper_id, repository_id, share, scores, repositories, vocabulary)
            )
    return [Candidate(person_row=person_id, works=tuple(found)) for person_id, found in sorted(works.items())]


def _shares(session: Session, people: Collection[int] | None) -> dict[tuple[int, int], float | None]:
    """Shares of commits by repository and person; a person's own goes before that of somebody merged into them."""
    merged = survivors(session)
    wanted = select(Contribution.repository_id, Contribution.person_id, Contribution.share)
    if people is not None:
        wanted = wanted.where(Contribution.person_id.in_(with_merged(people, merged)))
    found: dict[tuple[int, int], float | None] = {}
    for row in sorted(
        session.execute(wanted).all(), key=lambda row: (row.person_id in merged, row.person_id)
    ):
        found.setdefault((row.repository_id, merged.get(row.person_id, row.person_id)), row.share)
    return found


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
            # Not "IS NULL": SQLite would walk the index over that, which is all papers, for a handful of people.
            func.coalesce(Paper.merged_into, 0) == 0,
            func.coalesce(Person.merged_into, 0) == 0,
        )
        .order_by(Paper.id, Authorship.position)
    )  # fmt: skip


def _links() -> Any:
    return select(
        Implementation.paper_id,
        Implementation.repository_id,
        Implementation.kind,
        Implementation.subdirectory,
    ).order_by(Implementation.paper_id, Implementation.probability.desc(), Implementation.repository_id)


def _scores(session: Session, only: Collection[str] | None) -> dict[tuple[str, str], dict[Axis, Score]]:
    """The scores of every paper and repository, or of the subjects in ``only``."""
    found: dict[tuple[str, str], dict[Axis, Score]] = defaultdict(dict)
    wanted = select(
        AssessmentRow.subject_kind, AssessmentRow.subject_id, AssessmentRow.axis, AssessmentRow.score,
        AssessmentRow.low, AssessmentRow.high,
    ).where(AssessmentRow.score.is_not(None))  # fmt: skip
    if only is not None:
        kinds = [SubjectKind.PAPER, SubjectKind.REPOSITORY]
        wanted = wanted.where(AssessmentRow.subject_kind.in_(kinds), AssessmentRow.subject_id.in_(only))
    for kind, subject, axis, score, low, high in session.execute(wanted):
        if score is not None and low is not None and high is not None:
            found[kind, subject][Axis(axis)] = Score(score, low, high)
    return found


def _paper_work(
    row: Any,
    scores: Mapping[tuple[str, str], Mapping[Axis, Score]],
    repositories: Mapping[int, _Linked],
    repository_id: int | None,
    code: Mapping[Axis, Score],
    share: float | None,
    words: _Words,
    pull: Pull | None,
) -> Work:
    found = dict(scores.get((SubjectKind.PAPER, row.public_id), {}))
    found.update({axis: score for axis, score in code.items() if axis is Axis.CODE_QUALITY})
    linked = repositories[repository_id] if repository_id is not None else None
    venue = f"{row.venue} {row.venue_year}" if row.venue and row.venue_year else row.venue
    return Work(
        title=row.title,
        url=row.url,
        scores=found,
        paper_row=row.id,
        repository_row=repository_id,
        repository=linked.key if linked is not None else None,
        gone_since=linked.gone_since if linked is not None else None,
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
    repositories: Mapping[int, _Linked],
    vocabulary: frozenset[str],
) -> Work:
    paper = session.get_one(Paper, paper_id)
    linked = repositories[repository_id]
    code = scores.get((SubjectKind.REPOSITORY, linked.key), {})
    words = _Words.of(paper, vocabulary)
    return Work(
        title=paper.title,
        url=f"https://{linked.key}",
        scores={axis: score for axis, score in code.items() if axis is Axis.CODE_QUALITY},
        paper_row=paper_id,
        repository_row=repository_id,
        repository=linked.key,
        gone_since=linked.gone_since,
        own_repository=False,
        share=share,
        words=words.text,
        title_words=words.title,
        published=paper.published,
        areas=_areas(paper),
    )


def _areas(paper: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (paper.primary_category, *paper.categories) if one))
