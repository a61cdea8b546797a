"""Scoring papers: originality, importance, execution; against a corpus that only ever looks back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.queries.pending import corpus_papers, dated_papers, papers_to_assess
from db.records import Assessment, Axis, Review
from db.schema import Paper, ReviewRow
from db.store.scores import save_assessments
from db.store.upsert import batches
from ranking.execution import VERSION as EXECUTION_VERSION
from ranking.execution import assess_execution
from ranking.importance import assess_importance
from ranking.importance import version as importance_version
from ranking.originality import CorpusIndex, OriginalityScorer, PaperText
from sourcing.app import App
from sourcing.runs import OpenRun, phase

BATCH = 250

# Papers, and reviewers' scores by public id, in; one assessment a paper, in order, out.
Scored = Callable[[Sequence[Paper], Mapping[str, Sequence[Review]]], list[Assessment]]


@dataclass(frozen=True, slots=True)
class PaperScorer:
    """What scores papers on one axis; ``version`` makes an older score known as stale."""

    axis: Axis
    version: str
    score: Scored


def assess_papers(app: App, run: OpenRun) -> None:
    """Bring the corpus index up to date, then score every pending paper on every axis; each batch is committed."""
    with phase(app, run, "score papers") as counts, app.session(writing=True) as session:
        for scorer in paper_scorers(app, session):
            scored = _score(app, session, scorer)
            if scorer.axis is Axis.ORIGINALITY:
                counts["papers"] = scored


def paper_scorers(app: App, session: Session) -> list[PaperScorer]:
    """Everything that scores papers, over a corpus index that is brought up to date first."""
    originality = OriginalityScorer.load()
    corpus = grown_corpus(app, session, originality.version)

    def original(papers: Sequence[Paper], reviews: Mapping[str, Sequence[Review]]) -> list[Assessment]:
        return originality.assess([_text(one) for one in papers], corpus, reviews=reviews)

    def important(papers: Sequence[Paper], _: Mapping[str, Sequence[Review]]) -> list[Assessment]:
        return assess_importance([_dated(one) for one in papers], corpus)

    return [
        PaperScorer(Axis.ORIGINALITY, originality.version, original),
        PaperScorer(Axis.IMPORTANCE, importance_version(), important),
        PaperScorer(Axis.EXECUTION, EXECUTION_VERSION, _execution),
    ]


def score_papers(session: Session, scorer: PaperScorer, ids: Sequence[int]) -> list[Assessment]:
    """Score papers (row ids), in that order; nothing is saved."""
    rows = {row.id: row for row in session.scalars(select(Paper).where(Paper.id.in_(ids)))}
    papers = [rows[row_id] for row_id in ids]
    found = scorer.score(papers, _reviews(session, papers))
    # The phase knows a paper's text by its own hash; a scorer's would have to be computed to be compared.
    return [replace(one, input_hash=paper.text_hash) for one, paper in zip(found, papers, strict=True)]


def _score(app: App, session: Session, scorer: PaperScorer) -> int:
    pending = papers_to_assess(session, scorer.axis, scorer.version)
    with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
        task = progress.add_task(str(scorer.axis), total=len(pending))
        for ids in batches(pending, BATCH):
            save_assessments(session, score_papers(session, scorer, ids), now=app.now())
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


def grown_corpus(app: App, session: Session, version: str) -> CorpusIndex:
    """The corpus index with every paper of the database in it, saved; the caller holds the run's lock."""
    folder = app.state_dir("corpus")
    corpus = CorpusIndex.open(folder, version)
    rows = dated_papers(session)
    # Texts are read of those alone that are missing: they are most of the database.
    missing = [rows[public_id] for public_id in corpus.missing(rows)]
    for papers in corpus_papers(session, missing):
        corpus.add(_text(row) for row in papers)
    if missing:
        corpus.save_state(folder)
    return corpus


def _text(row: Any) -> PaperText:
    return PaperText(id=row.public_id, title=row.title, abstract=row.abstract or "", published=row.published)


def _dated(paper: Paper) -> PaperText:
    """As :func:`_text`; where only the venue's year is known, its first day stands for it: importance counts years."""
    text = _text(paper)
    if text.published is None and paper.venue_year is not None:
        return replace(text, published=datetime(paper.venue_year, 1, 1, tzinfo=UTC))
    return text


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
