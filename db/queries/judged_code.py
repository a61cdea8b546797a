"""Which code was judged of people who are ranked with a repository: the whole of it, or a folder that they link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys.repositories import folder_key
from db.kinds import Axis, ImplementationKind, SubjectKind
from db.schema import AssessmentRow, Authorship, Implementation, Repository


class JudgedCode(NamedTuple):
    """The subject of an assessment of code, and the score that it was given."""

    subject_id: str
    score: float


def judged_code(session: Session, repositories: Mapping[int, str]) -> dict[int, JudgedCode]:
    """Of people (row id → key of the repository that they are ranked with) the code that counted.

    Where their papers link folders of it, what lies beside these is of others; of several the best counts, as of all
    works. Who has no code with a score is left out.
    """
    if not repositories:
        return {}
    linked: dict[int, set[str]] = defaultdict(set)
    for person_id, key, folder in session.execute(
        select(Authorship.person_id, Repository.key, Implementation.subdirectory)
        .join(Implementation, Implementation.paper_id == Authorship.paper_id)
        .join(Repository, Repository.id == Implementation.repository_id)
        .where(
            Authorship.person_id.in_(repositories),
            Authorship.is_first,
            Repository.key.in_(set(repositories.values())),
            Implementation.kind == str(ImplementationKind.OFFICIAL),
        )
    ):
        if person_id is not None and repositories[person_id] == key:
            linked[person_id].add(folder_key(key, folder))
    subjects = {person_id: linked.get(person_id, {key}) for person_id, key in repositories.items()}
    scores: dict[str, float] = {
        row.subject_id: row.score
        for row in session.execute(
            select(AssessmentRow.subject_id, AssessmentRow.score).where(
                AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
                AssessmentRow.axis == str(Axis.CODE_QUALITY),
                AssessmentRow.subject_id.in_(set().union(*subjects.values())),
                AssessmentRow.score.is_not(None),
            )
        )
    }
    return {
        person_id: max((JudgedCode(one, scores[one]) for one in scored), key=lambda one: one[::-1])
        for person_id, some in subjects.items()
        if (scored := some & scores.keys())
    }
