"""Scoring papers: originality, importance, execution; against a corpus that only ever looks back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.queries.pending import corpus_papers, papers_to_assess
from db.records import Assessment, Axis, Review
from db.schema import Paper, ReviewRow
from db.store.scores import save_assessments
from db.store.upsert import batches
from ranking.execution import VERSION as EXECUTION_VERSION
from ranking.execution import assess_execution
from ranking.originality import CorpusIndex, OriginalityScorer, PaperText
from sourcing.app import App
from sourcing.runs import OpenRun, stage

BATCH = 250

# Papers, and reviewers' scores by public id, in; one assessment a paper, in order, out.
Scored = Callable[[Sequence[Paper], Mapping[str, Sequence[Review]]], list[Assessment]]


def assess_papers(app: App, run: OpenRun) -> None:
    """Bring the corpus index up to date, then score every pending paper on every axis; each batch is committed."""
    scorer = OriginalityScorer.load()
    with stage(app, run, "score papers") as counts, app.session() as session:
        corpus = _grown_corpus(app, session, scorer.version)

        def originality(papers: Sequence[Paper], reviews: Mapping[str, Sequence[Review]]) -> list[Assessment]:
            return scorer.assess([_text(one) for one in papers], corpus, reviews=reviews)

        counts["papers"] = _score(app, session, Axis.ORIGINALITY, scorer.version, originality)
        _score(app, session, Axis.EXECUTION, EXECUTION_VERSION, _execution)


def _score(app: App, session: Session, axis: Axis, version: str, scored: Scored) -> int:
    pending = papers_to_assess(session, axis, version)
    with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
        task = progress.add_task(str(axis), total=len(pending))
        for ids in batches(pending, BATCH):
            rows = {row.id: row for row in session.scalars(select(Paper).where(Paper.id.in_(ids)))}
            papers = [rows[row_id] for row_id in ids]
            found = scored(papers, _reviews(session, papers))
            # The stage knows a paper's text by its own hash; a scorer's would have to be computed to be compared.
            hashed = [
                replace(one, input_hash=paper.text_hash) for one, paper in zip(found, papers, strict=True)
            ]
            save_assessments(session, hashed, now=app.now())
            session.commit()
            progress.advance(task, len(ids))
    return len(pending)


def _execution(papers: Sequence[Paper], reviews: Mapping[str, Sequence[Review]]) -> list[Assessment]:
    return [
        assess_execution(
            one.public_id,
            decision=one.decision,
            awards=one.awards,
            reviews=reviews.get(one.public_id, ()),
            venue=one.venue,
        )
        for one in papers
    ]


def _grown_corpus(app: App, session: Session, version: str) -> CorpusIndex:
    folder = app.state_dir("corpus")
    corpus = CorpusIndex.open(folder, version)
    added = 0
    for rows in corpus_papers(session):
        fresh = set(corpus.missing(row.public_id for row in rows))
        added += corpus.add(_text(row) for row in rows if row.public_id in fresh)
    if added:
        corpus.save_state(folder)
    return corpus


def _text(row: Any) -> PaperText:
    return PaperText(id=row.public_id, title=row.title, abstract=row.abstract or "", published=row.published)


def _reviews(session: Session, papers: Sequence[Paper]) -> Mapping[str, Sequence[Review]]:
    names = {paper.id: paper.public_id for paper in papers}
    found: dict[str, list[Review]] = defaultdict(list)
    for paper_id, scores in session.execute(
        select(ReviewRow.paper_id, ReviewRow.scores)
        .where(ReviewRow.paper_id.in_(names))
        .order_by(ReviewRow.record_id, ReviewRow.ordinal)
    ):
        found[names[paper_id]].append(from_payload(Review, scores))
    return found
