"""Originality against reviewers: the shipped scorer over rows with ``novelty_scores``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from db.records import Assessment
from ranking.originality import CorpusIndex, OriginalityScorer
from ranking.originality.model import parse_model
from sourcing.evaluate.metrics import (
    auroc,
    bootstrap,
    coverage,
    lift_top,
    percentiles,
    reviewer_ceiling,
    spearman,
    top_quartile,
)
from sourcing.evaluate.rows import HIGHLIGHTS, paper_of, read_rows

# What an unscored paper counts as, here and in the ranker: the middle of the scale.
MIDDLE = 50.0


def evaluate(data: Path, model: Path | None = None) -> dict[str, object]:
    """Score the rows of ``data`` and say how well the scores agree with the reviewers.

    The scorer sees title, abstract and date of a row, and the other rows as the corpus (only earlier ones can
    speak). ``model`` is an artefact of ``python -m sourcing.calibrate originality --without VENUE`` instead of what
    ships. ``fitted_on`` counts rows whose title was in the fit: with any of those the figures say how well the fit
    remembers, ``note`` says so first, and ``unseen`` repeats them for the remaining rows, or is ``None`` without any.
    Insufficient rows count as the middle. Raises ``ValueError`` if no row has novelty scores, ``KeyError`` for a
    missing field.
    """
    rows = [row for row in read_rows(data) if row.get("novelty_scores")]
    if not rows:
        raise ValueError("no row has novelty_scores")
    scorer = OriginalityScorer.load() if model is None else OriginalityScorer(parse_model(model.read_bytes()))
    papers = [paper_of(row) for row in rows]
    started = time.perf_counter()
    corpus = CorpusIndex(scorer.version, scorer.model.word_weights())
    corpus.add(papers)
    assessed = scorer.assess(papers, corpus)
    seconds = time.perf_counter() - started
    fitted = [scorer.model.was_fitted_on(row["title"]) for row in rows]
    unseen = [place for place, seen in enumerate(fitted) if not seen]
    result: dict[str, object] = {}
    if any(fitted):
        elsewhere = "an artefact that was fitted without them (--model)"
        tells = (
            f"only what stands under “unseen”, or {elsewhere}, tells"
            if unseen
            else "nothing stands under “unseen”, and these figures tell how well they are remembered; only "
            f"{elsewhere} tells"
        )
        result["note"] = (
            f"{sum(fitted)} of {len(rows)} rows were in the fit: {tells} how well new papers are scored"
        )
    result |= _figures(rows, assessed)
    result["fitted_on"] = sum(fitted)
    result["seconds"] = seconds
    if any(fitted):
        result["unseen"] = (
            _figures([rows[place] for place in unseen], [assessed[place] for place in unseen])
            if unseen
            else None
        )
    return result


def _figures(rows: Sequence[dict[str, Any]], assessed: Sequence[Assessment]) -> dict[str, object]:
    reviews = [[float(score) for score in row["novelty_scores"]] for row in rows]
    novelty = np.asarray([np.mean(scores) for scores in reviews])
    scores = np.asarray([MIDDLE if one.score is None else one.score for one in assessed])
    scored = [place for place, one in enumerate(assessed) if one.score is not None]
    low, high = bootstrap(spearman, scores, novelty)
    decided = [place for place, row in enumerate(rows) if row.get("decision")]
    hits = np.asarray([rows[place]["decision"] in HIGHLIGHTS for place in decided], dtype=np.float64)
    return {
        "n": len(rows),
        "spearman": spearman(scores, novelty),
        "spearman_low": low,
        "spearman_high": high,
        "auroc_top_quartile": auroc(scores, top_quartile(novelty)),
        "reviewer_ceiling": reviewer_ceiling(reviews),
        "lift_top_decile": lift_top(scores[decided], hits),
        "interval_coverage": coverage(
            percentiles(novelty)[scored],
            [assessed[place].low or 0.0 for place in scored],
            [assessed[place].high or 0.0 for place in scored],
        ),
        "insufficient": len(rows) - len(scored),
    }
