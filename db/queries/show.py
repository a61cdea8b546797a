"""A person, paper or repository whole: every score with its parts, every field with its origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.repositories import folder_key
from db.kinds import SubjectKind
from db.queries.lineage import survivors, with_merged
from db.queries.preferences import LIKED, judged_papers
from db.schema import (
    AchievementRow,
    AssessmentRow,
    Authorship,
    CodeWatch,
    Contribution,
    Implementation,
    MaybeSame,
    Note,
    Paper,
    Person,
    PersonIdentifier,
    PersonName,
    Ranking,
    RecordRow,
    Repository,
    RepositoryAlias,
    Snapshot,
    StageEvent,
    TagEvent,
    Verdict,
)

_HIDDEN = frozenset(
    {
        "id",
        "origins",
        "merged_into",
        "title_key",
        "name_key",
        "text_hash",
        "links_checked",
        "links_checked_at",
        "code_searched_at",
        "undescribed",
        "etag",
        "issues_etag",
    }
)


# A person's name is that of a mention, whose origins call it so.
_PRINTED_AS = {"full_name": "name"}


def show(session: Session, subject: Person | Paper | Repository) -> dict[str, Any]:
    """Everything about one subject, as nested JSON types (datetimes are left as they are)."""
    if isinstance(subject, Person):
        return _person(session, subject)
    if isinstance(subject, Paper):
        return _paper(session, subject)
    return _repository(session, subject)


def _person(session: Session, person: Person) -> dict[str, Any]:
    firsts = session.execute(
        select(Paper, Authorship)
        .join(Authorship, Authorship.paper_id == Paper.id)
        .where(Authorship.person_id == person.id)
        .order_by(Authorship.is_first.desc(), Paper.published.desc(), Paper.public_id)
    ).all()
    linked = _links(session, Implementation.paper_id.in_([paper.id for paper, _ in firsts]))
    scored = scores_of(
        session,
        SubjectKind.PAPER,
        [paper.public_id for paper, authorship in firsts if authorship.is_first],
    )
    watched = _watches(session, [paper.id for paper, _ in firsts])
    works = [
        {
            "id": paper.public_id,
            "title": paper.title,
            "url": paper.url,
            "published": paper.published,
            "venue": paper.venue,
            "decision": paper.decision,
            "position": authorship.position,
            "first_author": authorship.is_first,
            "printed_as": authorship.name,
            "repositories": linked[paper.id],
            "watch": watched.get(paper.id),
            "scores": scored[paper.public_id],
        }
        for paper, authorship in firsts
    ]
    shares = session.execute(
        select(Repository.key, Repository.is_fork, Repository.gone_since, Contribution.share)
        .join(Contribution, Contribution.repository_id == Repository.id)
        .where(Contribution.person_id.in_(with_merged([person.id], survivors(session))))
        .order_by(Repository.key, Contribution.person_id != person.id)
    ).all()
    own: dict[str, Any] = {}
    for row in shares:  # their own share goes before that of somebody merged into them
        own.setdefault(row.key, row)
    code = scores_of(session, SubjectKind.REPOSITORY, list(own))
    return {
        "kind": "person",
        "id": person.public_id,
        "fields": _fields(session, person),
        "names": list(
            session.scalars(
                select(PersonName.name).where(PersonName.person_id == person.id).order_by(PersonName.name)
            )
        ),
        "identifiers": [
            {"kind": one.kind, "value": one.value, "confidence": one.confidence, "reason": one.reason,
             "source": one.source, "url": one.url, "fetched_at": one.fetched_at}
            for one in session.scalars(
                select(PersonIdentifier)
                .where(PersonIdentifier.person_id == person.id)
                .order_by(PersonIdentifier.kind, PersonIdentifier.value)
            )
        ],
        "roles": [
            {"role": one.role, "rank": one.rank, "score": one.score, "low": one.low, "high": one.high,
             "lift": one.lift, "axes": one.axes, "why": one.why, "excluded": one.excluded,
             "unknown_bars": one.unknown_bars}
            for one in session.scalars(
                select(Ranking).where(Ranking.person_id == person.id).order_by(Ranking.role)
            )
        ],
        "works": works,
        "repositories": [
            {"id": key, "gone_since": row.gone_since, "share": row.share, "is_fork": row.is_fork,
             "scores": code[key]}
            for key, row in own.items()
        ],
        "achievements": [
            {"kind": one.kind, "rung": one.rung, "title": one.title, "url": one.url, "date": one.date}
            for one in session.scalars(select(AchievementRow).where(AchievementRow.person_id == person.id))
        ],
        "maybe_same": _maybe_same(session, person),
        "history": _history(session, person),
    }  # fmt: skip


def _paper(session: Session, paper: Paper) -> dict[str, Any]:
    authors = session.execute(
        select(Authorship, Person.public_id)
        .outerjoin(Person, Person.id == Authorship.person_id)
        .where(Authorship.paper_id == paper.id)
        .order_by(Authorship.position)
    )
    return {
        "kind": "paper",
        "id": paper.public_id,
        "fields": _fields(session, paper),
        "authors": [
            {"position": one.position, "name": one.name, "person": public_id, "first_author": one.is_first,
             "joint_first": one.joint_first, "affiliations": one.affiliations}
            for one, public_id in authors
        ],
        "repositories": _links(session, Implementation.paper_id == paper.id)[paper.id],
        "watch": _watches(session, [paper.id]).get(paper.id),
        "scores": scores_of(session, SubjectKind.PAPER, [paper.public_id])[paper.public_id],
        "preference": _preference(session, paper),
        "records": _records(session, RecordRow.paper_id == paper.id),
    }  # fmt: skip


def _repository(session: Session, repository: Repository) -> dict[str, Any]:
    papers = session.execute(
        select(Implementation, Paper.public_id, Paper.title)
        .join(Paper, Paper.id == Implementation.paper_id)
        .where(Implementation.repository_id == repository.id)
        .order_by(Implementation.probability.desc())
    ).all()
    watched = _watches(session, [one.paper_id for one, _, _ in papers])
    shares = session.execute(
        select(Person.public_id, Person.full_name, Contribution.share)
        .join(Contribution, Contribution.person_id == Person.id)
        .where(Contribution.repository_id == repository.id)
        .order_by(Person.public_id)
    )
    return {
        "kind": "repository",
        "id": repository.key,
        "fields": {name: one for name, one in _fields(session, repository).items() if name != "readme"},
        "earlier_names": list(
            session.scalars(
                select(RepositoryAlias.key).where(RepositoryAlias.repository_id == repository.id)
            )
        ),
        "papers": [
            {"id": public_id, "title": title, "kind": one.kind, "probability": one.probability,
             "evidence": one.evidence, "watch": watched.get(one.paper_id)}
            for one, public_id, title in papers
        ],
        "people": [
            {"id": person, "name": name, "share": share, "is_fork": repository.is_fork}
            for person, name, share in shares
        ],
        "snapshots": [
            {"commit": one.commit, "status": one.status, "reason": one.reason, "files": one.files,
             "bytes": one.bytes, "commits": one.commits, "taken_at": one.taken_at}
            for one in session.scalars(
                select(Snapshot).where(Snapshot.repository_id == repository.id).order_by(Snapshot.taken_at)
            )
        ],
        "scores": scores_of(session, SubjectKind.REPOSITORY, [repository.key])[repository.key],
        "folders": _folders(session, repository),
        "records": _records(session, RecordRow.repository_id == repository.id),
    }  # fmt: skip


def scores_of(
    session: Session, kind: SubjectKind, subject_ids: Sequence[str]
) -> defaultdict[str, list[dict[str, Any]]]:
    """The current assessments of subjects, with parts, evidence, interval and what they were validated on."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for some in batches(subject_ids):
        for one in session.scalars(
            select(AssessmentRow)
            .where(AssessmentRow.subject_kind == str(kind), AssessmentRow.subject_id.in_(some))
            .order_by(AssessmentRow.axis)
        ):
            found[one.subject_id].append(
                {"axis": one.axis, "status": one.status, "score": one.score, "low": one.low, "high": one.high,
                 "reason": one.reason, "parts": one.parts, "evidence": one.evidence, "scorer": one.scorer,
                 "version": one.scorer_version, "validated_on": one.validated_on,
                 "assessed_at": one.assessed_at, "name_difference": one.name_difference,
                 "name_places": one.name_places}
            )  # fmt: skip
    return found


def _fields(session: Session, row: Any) -> dict[str, Any]:
    """Each known column with where, when and under which terms it was obtained, where that is known."""
    ids = set(row.origins.values())
    origin = {
        one.id: {"source": one.source, "url": one.url, "fetched_at": one.fetched_at, "terms": one.terms}
        for one in session.scalars(select(RecordRow).where(RecordRow.id.in_(ids)))
    }
    return {
        column.name: {
            "value": value,
            **origin.get(row.origins.get(column.name) or row.origins.get(_PRINTED_AS.get(column.name)), {}),
        }
        for column in row.__table__.columns
        if column.name not in _HIDDEN and (value := getattr(row, column.name)) not in (None, [], {})
    }


def _links(session: Session, condition: Any) -> defaultdict[int, list[dict[str, Any]]]:
    """The repositories that implement papers, by paper (row id), likeliest first."""
    rows = session.execute(
        select(Implementation, Repository.key, Repository.status, Repository.gone_since)
        .join(Repository, Repository.id == Implementation.repository_id)
        .where(condition)
        .order_by(Implementation.probability.desc(), Repository.key)
    ).all()
    subjects = [folder_key(key, one.subdirectory) for one, key, *_ in rows]
    code = scores_of(session, SubjectKind.REPOSITORY, subjects)
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for (one, key, status, gone_since), subject in zip(rows, subjects, strict=True):
        found[one.paper_id].append(
            {"id": key, "folder": one.subdirectory, "status": status, "gone_since": gone_since,
             "kind": one.kind, "probability": one.probability, "evidence": one.evidence, "scores": code[subject]}
        )  # fmt: skip
    return found


def _watches(session: Session, paper_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Papers (row ids) that are watched for code: the words that promise it, and when it is looked for next."""
    found: dict[int, dict[str, Any]] = {}
    for some in batches(paper_ids):
        for one in session.scalars(select(CodeWatch).where(CodeWatch.paper_id.in_(some))):
            found[one.paper_id] = {
                "promise": one.promise,
                "since": one.since,
                "checks": one.checks,
                "next_check": one.next_check,
            }
    return found


def _folders(session: Session, repository: Repository) -> list[dict[str, Any]]:
    """The folders that papers link, each with its own scores."""
    folders = session.scalars(
        select(Implementation.subdirectory)
        .where(Implementation.repository_id == repository.id, Implementation.subdirectory.is_not(None))
        .order_by(Implementation.subdirectory)
        .distinct()
    ).all()
    code = scores_of(session, SubjectKind.REPOSITORY, [folder_key(repository.key, one) for one in folders])
    return [{"folder": one, "scores": code[folder_key(repository.key, one)]} for one in folders]


def _records(session: Session, condition: Any) -> list[dict[str, Any]]:
    return [
        {"source": one.source, "id": one.source_key, "url": one.url, "fetched_at": one.fetched_at,
         "first_seen": one.first_seen, "terms": one.terms, "deleted": one.deleted}
        for one in session.scalars(select(RecordRow).where(condition).order_by(RecordRow.source))
    ]  # fmt: skip


def _maybe_same(session: Session, person: Person) -> list[dict[str, Any]]:
    """Who a person, or whoever was merged into them, may be the same as: likeliest first, each once and as now."""
    merged = survivors(session)
    own = with_merged([person.id], merged)
    found: dict[int, dict[str, Any]] = {}
    for one in session.scalars(
        select(MaybeSame)
        .where(MaybeSame.person_id.in_(own) | MaybeSame.other_id.in_(own), MaybeSame.decision.is_(None))
        .order_by(MaybeSame.probability.desc(), MaybeSame.id)
    ):
        row_id = one.other_id if one.person_id in own else one.person_id
        other = session.get_one(Person, merged.get(row_id, row_id))
        if other.id not in own:
            found.setdefault(
                other.id,
                {"id": other.public_id, "name": other.full_name, "probability": one.probability,
                 "evidence": one.evidence},
            )  # fmt: skip
    return list(found.values())


def _preference(session: Session, paper: Paper) -> dict[str, Any] | None:
    """Whether the paper is liked or disliked now, with who said so and when."""
    said = next((one for one in judged_papers(session) if one.row_id == paper.id), None)
    if said is None:
        return None
    return {"verdict": "liked" if said.verdict == LIKED else "disliked", "at": said.at, "by": said.by}


def _history(session: Session, person: Person) -> list[dict[str, Any]]:
    """What the recruiter recorded of a person and of whoever was merged into them, oldest first."""
    ids = list(with_merged([person.id], survivors(session)))
    events: list[dict[str, Any]] = []

    def add(rows: Iterable[Any], say: Any) -> None:
        events.extend({"at": one.at, "by": one.by, "said": say(one)} for one in rows)

    add(
        session.scalars(select(StageEvent).where(StageEvent.person_id.in_(ids))),
        lambda one: (
            f"stage {one.stage}{f' for {one.role}' if one.role else ''}{f': {one.why}' if one.why else ''}"
        ),
    )
    add(
        session.scalars(select(TagEvent).where(TagEvent.person_id.in_(ids))),
        lambda one: f"tag {'+' if one.added else '−'}{one.tag}",
    )
    add(session.scalars(select(Note).where(Note.person_id.in_(ids))), lambda one: f"note: {one.text}")
    add(
        session.scalars(select(Verdict).where(Verdict.person_id.in_(ids))),
        lambda one: f"verdict {one.verdict}{f' for {one.role}' if one.role else ''}",
    )
    return sorted(events, key=lambda one: one["at"])
