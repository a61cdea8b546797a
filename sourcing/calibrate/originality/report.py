"""Held-out figures: in venue by folds, from other venues alone, from years before; and what each idea adds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sourcing.calibrate.originality.fit import (
    MAIN_VENUE,
    Recipe,
    calibration_of,
    cross_fitted,
    from_elsewhere,
    predictor,
)
from sourcing.calibrate.originality.ideas import ideas
from sourcing.calibrate.originality.labels import Labelled, read_labelled, rows_of
from sourcing.calibrate.originality.table import Rows, count
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

BINS = 10
Values = npt.NDArray[np.float64]


def report(data: Path) -> dict[str, Any]:
    """Measure on rows that the fit never saw, nor any row of the same title; takes about ten minutes.

    For each venue with novelty scores: ``held_out_folds`` (five folds, other venues and the other folds fitted),
    ``other_venues_only`` and ``years_before_only``. ``ideas`` gives, for each idea, the correlation by folds of ICLR
    2022 and from other venues alone for both. ``reliability`` is the calibration fitted on ICLR 2022's folds, by tenths
    of the score, on both venues.
    """
    labels, recipe = read_labelled(data), Recipe()
    table = count(labels.papers)
    everything = np.arange(len(labels))
    run = predictor(labels, table, recipe)
    venues = [str(venue) for venue in np.unique(labels.venues[np.isfinite(labels.novelty)])]
    found: dict[str, Any] = {}
    folds: dict[str, Values] = {}
    for venue in venues:
        asked = rows_of(labels, venue)
        others = np.setdiff1d(everything, np.flatnonzero(labels.venues == venue))
        folds[venue] = cross_fitted(labels, run, asked, others=others)
        before = np.flatnonzero(labels.years < labels.years[asked].min())
        found[venue] = {
            "n": len(asked),
            "reviewer_ceiling": reviewer_ceiling([labels.reviews[row] for row in asked]),
            "held_out_folds": _figures(labels, asked, folds[venue]),
            "other_venues_only": _figures(labels, asked, from_elsewhere(labels, run, asked, allowed=others)),
            "years_before_only": _figures(labels, asked, from_elsewhere(labels, run, asked, allowed=before)),
        }
    found["reliability"] = _reliability(labels, folds)
    found["ideas"] = {}
    for name, idea in ideas(labels, table):
        figures: dict[str, float | None] = {}
        for venue in venues:
            asked = rows_of(labels, venue)
            others = np.setdiff1d(everything, np.flatnonzero(labels.venues == venue))
            truth = labels.raw_novelty[asked]
            if venue == MAIN_VENUE:
                figures[f"{venue} folds"] = spearman(cross_fitted(labels, idea, asked, others=others), truth)
            figures[f"{venue} from other venues"] = spearman(
                from_elsewhere(labels, idea, asked, allowed=others), truth
            )
        found["ideas"][name] = {
            key: None if value is None else round(value, 3) for key, value in figures.items()
        }
    return found


def _figures(labels: Labelled, asked: Rows, predictions: Values) -> dict[str, float | None]:
    truth = labels.raw_novelty[asked]
    low, high = bootstrap(spearman, predictions, truth)
    return {
        "spearman": spearman(predictions, truth),
        "spearman_low": low,
        "spearman_high": high,
        "auroc_top_quartile": auroc(predictions, top_quartile(truth)),
        "lift_top_decile": lift_top(predictions, labels.highlighted[asked]),
    }


def _reliability(labels: Labelled, folds: dict[str, Values]) -> dict[str, Any]:
    """Mean score against mean observed percentile by tenths; the line itself is fitted without the fold it judges."""
    found: dict[str, Any] = {}
    for venue, predictions in folds.items():
        asked = rows_of(labels, venue)
        observed = percentiles(labels.raw_novelty[asked])
        if venue == MAIN_VENUE:
            score, low, high = _calibrated_apart(predictions, observed)
        else:
            main = percentiles(labels.raw_novelty[rows_of(labels, MAIN_VENUE)])
            line = calibration_of(folds[MAIN_VENUE], main, 0.0)
            score, low, high = (
                np.interp(predictions, line.at, each) for each in (line.expected, line.low, line.high)
            )
        order = np.array_split(np.argsort(score, kind="stable"), BINS)
        found[venue] = {
            "score": [round(float(score[rows].mean()), 1) for rows in order],
            "found_by_reviewers": [round(float(observed[rows].mean()), 1) for rows in order],
            "interval_coverage": coverage(observed, low, high),
            "interval_width": float(np.mean(high - low)),
        }
    return found


def _calibrated_apart(predictions: Values, observed: Values) -> tuple[Values, Values, Values]:
    """Calibrate each half of the rows by the other half."""
    halves = np.arange(len(predictions)) % 2
    made = np.zeros((3, len(predictions)))
    for half in (0, 1):
        line = calibration_of(predictions[halves != half], observed[halves != half], 0.0)
        for place, values in enumerate((line.expected, line.low, line.high)):
            made[place, halves == half] = np.interp(predictions[halves == half], line.at, values)
    return made[0], made[1], made[2]
