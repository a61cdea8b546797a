"""Scoring papers: originality, importance, execution; against a corpus that only ever looks back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.queries.pending import corpus_papers, papers_to_assess
from db.records import Axis, Review
from db.schema import Paper, ReviewRow
from db.store.scores import save_assessments
from db.store.upsert import batches
from ranking.originality import CorpusIndex, OriginalityScorer, PaperText
from sourcing.app import App
from sourcing.runs import OpenRun, stage

BATCH = 250


def assess_papers(app: App, run: OpenRun) -> None:
    """Bring the corpus index up to date, then score every pending paper; each batch is committed."""
    scorer = OriginalityScorer.load()
    with stage(app, run, "score papers") as counts, app.session() as session:
        corpus = _grown_corpus(app, session, scorer.version)
        pending = papers_to_assess(session, Axis.ORIGINALITY, scorer.version)
        with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
            task = progress.add_task("scoring papers", total=len(pending))
            for ids in batches(pending, BATCH):
                rows = {row.id: row for row in session.scalars(select(Paper).where(Paper.id.in_(ids)))}
                papers = [rows[row_id] for row_id in ids]
                found = scorer.assess(
                    [_text(one) for one in papers], corpus, reviews=_reviews(session, papers)
                )
                hashed = [
                    replace(one, input_hash=paper.text_hash) for one, paper in zip(found, papers, strict=True)
                ]
                save_assessments(session, hashed, now=app.now())
                session.commit()
                progress.advance(task, len(ids))
        counts["papers"] = len(pending)


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
