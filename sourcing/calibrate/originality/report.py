"""Held-out figures: in venue by folds, and from other venues alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sourcing.calibrate.originality.fit import Recipe, cross_fitted, fit_rows, predict
from sourcing.calibrate.originality.labels import read_labelled
from sourcing.evaluate.metrics import bootstrap, spearman


def report(data: Path) -> dict[str, Any]:
    """Measure each venue with novelty scores on rows that the fit never saw (no row of the same title either)."""
    labels, recipe = read_labelled(data), Recipe()
    everything = np.arange(len(labels))
    found: dict[str, Any] = {}
    for venue in np.unique(labels.venues[np.isfinite(labels.novelty)]):
        asked = np.flatnonzero((labels.venues == venue) & np.isfinite(labels.novelty))
        elsewhere = np.flatnonzero((labels.venues != venue) & ~np.isin(labels.keys, labels.keys[asked]))
        folds = cross_fitted(labels, asked, recipe, others=np.setdiff1d(everything, asked))
        other = predict(fit_rows(labels, elsewhere, recipe), [labels.texts[row] for row in asked])
        truth = labels.raw_novelty[asked]
        found[str(venue)] = {
            "n": len(asked),
            "held_out_folds": spearman(folds, truth),
            "held_out_folds_interval": bootstrap(spearman, folds, truth),
            "other_venues_only": spearman(other, truth),
            "other_venues_only_interval": bootstrap(spearman, other, truth),
        }
    return found
