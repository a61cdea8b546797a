"""Code that can still be opened, of people whose judged repository is gone."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.kinds import ImplementationKind
from db.queries.lineage import with_merged
from db.schema import Authorship, Contribution, Implementation, Paper, Repository


def living_code(
    session: Session, best_papers: Mapping[int, int | None], merged: Mapping[int, int]
) -> dict[int, str]:
    """Of each person (row id → row id of the best paper) the address of a repository that is not known to be gone.

    That of the best paper, else of the newest paper that they are a first author of, else the one of which they wrote
    most. Who has none is left out. ``merged`` is what :func:`db.queries.lineage.survivors` gives.
    """
    if not best_papers:
        return {}
    of_papers = session.execute(
        select(Authorship.person_id, Authorship.paper_id, Repository.url)
        .join(Paper, Paper.id == Authorship.paper_id)
        .join(Implementation, Implementation.paper_id == Paper.id)
        .join(Repository, Repository.id == Implementation.repository_id)
        .where(
            Authorship.person_id.in_(best_papers),
            Authorship.is_first,
            Paper.merged_into.is_(None),
            Implementation.kind == str(ImplementationKind.OFFICIAL),
            Repository.gone_since.is_(None),
        )
        .order_by(Paper.published.desc().nulls_last(), Implementation.probability.desc(), Repository.id)
    )
    found: dict[int, str] = {}
    for row in sorted(of_papers, key=lambda row: row.paper_id != best_papers[row.person_id]):
        found.setdefault(row.person_id, row.url)
    speaks_of = with_merged(best_papers, merged)
    of_their_own = session.execute(
        select(Contribution.person_id, Repository.url)
        .join(Repository, Repository.id == Contribution.repository_id)
        .where(Contribution.person_id.in_(speaks_of), Contribution.share > 0, Repository.gone_since.is_(None))
        .order_by(Contribution.share.desc(), Repository.id)
    )
    for person_id, url in of_their_own:
        found.setdefault(speaks_of[person_id], url)
    return found
