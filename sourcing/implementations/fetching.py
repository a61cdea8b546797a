"""What to ask code hosts and pages in a night, within their quotas: decided from the database, asked by spiders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.kinds import GONE
from db.queries.implementations import (
    empty_official_repositories,
    is_there,
    papers_with_code,
    without_official,
)
from db.records import ImplementationKind, PaperRecord
from db.schema import CodeWatch, Implementation, Paper, Repository
from sourcing.implementations.linking import load_papers
from sourcing.implementations.pages import papers_whose_page_is_due
from sourcing.implementations.statements import project_pages
from sourcing.implementations.titles import paper_words
from sourcing.implementations.turns import repositories_due
from sourcing.implementations.watch import (
    papers_due,
    save_found,
    save_looked,
    save_promises,
)
from sourcing.retries import MOST_PER_NIGHT

# Papers are searched for once, in the days after they came; later only when they are watched.
_FRESH = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How much one night may ask of GitHub and of pages.

    A repository takes two requests, its issues one, a search one of its own and up to ten more for what it
    finds: together some 4,700, of 5,000 an hour with a token.
    """

    repositories: int = 1_500
    issues: int = 1_000
    searches: int = 60
    pages: int = MOST_PER_NIGHT
    watched: int = 200


# 60 requests an hour without a token: enough for a few repositories, not for searching.
ANONYMOUS = FetchLimits(repositories=25, issues=0, searches=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPlan:
    """What to ask: repositories (with stored ETags), searches, project pages, single papers on Hugging Face.

    ``issues`` are the repositories whose issues are wanted, each with the stored ETag of their list.
    ``searched``, ``looked`` and ``paged`` are row ids of the papers that this is done for; ``pages_left`` is how many
    more pages wait than a night asks for.
    """

    repositories: tuple[str, ...] = ()
    etags: Mapping[str, str] = field(default_factory=dict)
    issues: Mapping[str, str] = field(default_factory=dict)
    searches: tuple[str, ...] = ()
    pages: tuple[Mapping[str, Any], ...] = ()
    arxiv_ids: tuple[str, ...] = ()
    searched: tuple[int, ...] = ()
    looked: tuple[int, ...] = ()
    paged: tuple[int, ...] = ()
    pages_left: int = 0


def plan_fetches(
    session: Session, now: datetime, *, search: bool = True, limits: FetchLimits | None = None
) -> FetchPlan:
    """Decide what to ask tonight. Reads only."""
    limits = limits or FetchLimits()
    due = papers_due(session, now, limits.watched)
    watched = _repositories_of(session, due)
    in_turn = repositories_due(session, now, limits.repositories, github=True)
    repositories = {one.key: one for one in (*watched, *in_turn)}
    linked = _linked(session, due)
    without = [paper_id for paper_id in due if paper_id not in linked]
    to_search = list(dict.fromkeys((*without, *_unsearched(session, now, limits.searches))))[
        : limits.searches
    ]
    papers = load_papers(session, to_search) if search else {}
    paged, pages_left = papers_whose_page_is_due(session, now, limits.pages)
    watched_papers = load_papers(session, without)
    asked = dict(list(repositories.items())[: limits.repositories])
    issues = _issues(session, asked, limits.issues)
    # A confirmed description brings no issues, so one whose issues were never read is asked for anew.
    unread = {key for key in issues if asked[key].has_issues and asked[key].issues_outside is None}
    # One that was gone and is back must say so: a mere confirmation would not.
    anew = unread | {key for key, one in asked.items() if one.status in GONE}
    return FetchPlan(
        repositories=tuple(asked),
        etags={key: one.etag for key, one in asked.items() if one.etag and key not in anew},
        issues=issues,
        searches=tuple(search_query(papers[one]) for one in to_search if one in papers),
        pages=_pages(session, paged),
        arxiv_ids=tuple(one.arxiv_id for one in watched_papers.values() if one.arxiv_id),
        searched=tuple(papers),
        looked=tuple(due),
        paged=tuple(paged),
        pages_left=pages_left,
    )


def save_fetched(session: Session, plan: FetchPlan, now: datetime) -> None:
    """Note what has been asked, so that it is not asked again tomorrow; to be called when it was answered."""
    for paper in session.scalars(select(Paper).where(Paper.id.in_(plan.searched))):
        paper.code_searched_at = now
    save_looked(session, plan.looked, now)


def save_watches(session: Session, now: datetime) -> None:
    """Watch papers whose official repository has no code yet; stop watching those whose code was scored."""
    save_promises(session, empty_official_repositories(session), now)
    watched = list(session.scalars(select(CodeWatch.paper_id)))
    save_found(session, papers_with_code(session, watched))


def search_query(paper: PaperRecord) -> str:
    """A query of GitHub's repository search: the title as a phrase, in READMEs and descriptions.

    At most 256 characters (https://docs.github.com/rest/search/search, "Limitations on query length").
    """
    title = " ".join(word for word in paper.title.replace('"', " ").split())
    phrase = title[:180].rsplit(" ", 1)[0] if len(title) > 180 else title
    return f'"{phrase}" in:readme,description,name'


def _issues(session: Session, asked: Mapping[str, Repository], limit: int) -> dict[str, str]:
    """Those of the repositories that implement a paper and may have issues, with the ETags of their lists."""
    linked = set(
        session.scalars(
            select(Implementation.repository_id)
            .where(Implementation.kind != str(ImplementationKind.MENTION))
            .distinct()
        )
    )
    wanted = [key for key, one in asked.items() if one.id in linked and one.has_issues is not False]
    return {key: asked[key].issues_etag or "" for key in wanted[:limit]}


def _repositories_of(session: Session, paper_ids: Sequence[int]) -> list[Repository]:
    return list(
        session.scalars(
            select(Repository)
            .where(
                Repository.key.like("github.com/%"),
                exists().where(
                    Implementation.repository_id == Repository.id,
                    Implementation.paper_id.in_(paper_ids),
                    or_(Implementation.kind != str(ImplementationKind.MENTION), Repository.status.in_(GONE)),
                ),
            )
            .order_by(Repository.id)
        )
    )


def _linked(session: Session, paper_ids: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(Implementation.paper_id)
            .join(Repository, Repository.id == Implementation.repository_id)
            .where(Implementation.paper_id.in_(paper_ids), is_there())
        )
    )


def _unsearched(session: Session, now: datetime, limit: int) -> list[int]:
    """New papers without an official repository that were never searched for; those with a coined name first."""
    rows = session.execute(
        select(Paper.id, Paper.title)
        .where(
            Paper.code_searched_at.is_(None),
            Paper.first_seen >= now - _FRESH,
            Paper.published >= now - 6 * _FRESH,
            Paper.withdrawn.is_(False),
            Paper.merged_into.is_(None),
            without_official(),
        )
        .order_by(Paper.published.desc(), Paper.id)
        .limit(20 * limit)
    ).all()
    named = [row.id for row in rows if paper_words(row.title, None, None).head]
    return list(dict.fromkeys((*named, *(row.id for row in rows))))[:limit]


def _pages(session: Session, ids: Sequence[int]) -> tuple[Mapping[str, Any], ...]:
    """The project pages of these papers, as their spider takes them."""
    papers = load_papers(session, ids)
    names = session.execute(select(Paper.id, Paper.doi, Paper.openreview_id).where(Paper.id.in_(ids)))
    return tuple(
        {
            "url": url,
            "title": papers[row.id].title,
            "arxiv_id": papers[row.id].arxiv_id,
            "doi": row.doi,
            "openreview_id": row.openreview_id,
        }
        for row in sorted(names, key=lambda row: ids.index(row.id))
        for url in project_pages(papers[row.id])[:1]
    )
