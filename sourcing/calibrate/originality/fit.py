"""From labels to the artefact: one linear model over words and pairs of words, calibrated on rows it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LinearRegression, QuantileRegressor, Ridge
from sklearn.model_selection import GroupKFold

from ranking.originality.model import (
    Calibration,
    OriginalityModel,
    dump_model,
    hashes_of,
    new_vectoriser,
    parse_model,
)
from sourcing.calibrate.originality.labels import Floats, Labelled, read_labelled
from sourcing.evaluate.metrics import coverage, percentiles, spearman

FOLDS = 5
LEVEL = 0.8
SEED = 0
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The choices of a fit: penalty, vocabulary and how much a rating counts beside a novelty score."""

    penalty: float = 5.0
    least_papers: int = 5
    most_terms: int = 40_000
    rating_weight: float = 1.0


def target(labels: Labelled, recipe: Recipe) -> Floats:
    """What the text model learns: the mean of the standardised novelty, contribution and rating that a row has."""
    stacked = np.stack([labels.novelty, labels.contribution, labels.rating])
    weights = np.asarray([1.0, 1.0, recipe.rating_weight])[:, None] * np.isfinite(stacked)
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray((np.nan_to_num(stacked) * weights).sum(axis=0) / np.where(total > 0, total, np.nan))


def fit_rows(labels: Labelled, rows: Rows, recipe: Recipe) -> OriginalityModel:
    """Fit the text model on ``rows`` (those without any label are left out); the calibration is still empty."""
    wanted = target(labels, recipe)
    rows = rows[np.isfinite(wanted[rows])]
    vectoriser = new_vectoriser(min_df=recipe.least_papers, max_features=recipe.most_terms)
    vectors = vectoriser.fit_transform([labels.texts[row] for row in rows])
    ridge = Ridge(alpha=recipe.penalty).fit(vectors, wanted[rows])
    nothing = np.zeros(1, dtype=np.float32)
    return OriginalityModel(
        terms=tuple(vectoriser.get_feature_names_out().tolist()),
        idf=np.asarray(vectoriser.idf_, dtype=np.float32),
        coefficients=np.asarray(ridge.coef_, dtype=np.float32),
        intercept=float(ridge.intercept_),
        calibration=Calibration(at=nothing, expected=nothing, low=nothing, high=nothing, level=LEVEL),
        reviewed=nothing,
        fitted=hashes_of([labels.titles[row] for row in rows]),
        validated_on="",
    )


def predict(model: OriginalityModel, texts: list[str]) -> Floats:
    """Raw predictions of a fitted model."""
    return np.asarray(
        model.vectoriser().transform(texts) @ model.coefficients + model.intercept, dtype=np.float64
    )


def cross_fitted(labels: Labelled, asked: Rows, recipe: Recipe, *, others: Rows) -> Floats:
    """Predict each row of ``asked`` by a model fitted on ``others`` and the other folds of ``asked``.

    Rows of one title are in one fold, and a title that is asked for is never fitted on.
    """
    found = np.full(len(asked), np.nan)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for inside, outside in folds.split(asked, groups=labels.keys[asked]):
        known = np.concatenate([others, asked[inside]])
        known = known[~np.isin(labels.keys[known], labels.keys[asked[outside]])]
        found[outside] = predict(
            fit_rows(labels, known, recipe), [labels.texts[row] for row in asked[outside]]
        )
    return found


def calibration_of(predictions: Floats, observed: Floats) -> Calibration:
    """Fit expected percentile and interval to held-out predictions as straight lines, cut off at 1 and 99."""
    x = predictions[:, None]
    at = np.linspace(predictions.min(), predictions.max(), 33)
    expected = LinearRegression().fit(x, observed).predict(at[:, None])
    low, high = (
        QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(x, observed).predict(at[:, None])
        for quantile in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    lines = [np.clip(line, 1, 99).astype(np.float32) for line in (expected, low, high)]
    return Calibration(at=at.astype(np.float32), expected=lines[0], low=lines[1], high=lines[2], level=LEVEL)


def calibrate(data: Path, out: Path | None = None) -> dict[str, Any]:
    """Fit on all labelled rows below ``data`` and write ``model.npz``; gives the held-out figures behind it."""
    labels, recipe = read_labelled(data), Recipe()
    everything = np.arange(len(labels))
    asked = np.flatnonzero(labels.venues == "ICLR 2022")
    held_out = cross_fitted(labels, asked, recipe, others=np.setdiff1d(everything, asked))
    observed = percentiles(labels.raw_novelty[asked])
    calibration = calibration_of(held_out, observed)
    agreement = spearman(held_out, observed)
    low, high = (np.interp(held_out, calibration.at, line) for line in (calibration.low, calibration.high))
    fitted = fit_rows(labels, everything, recipe)
    model = OriginalityModel(
        terms=fitted.terms,
        idf=fitted.idf,
        coefficients=fitted.coefficients,
        intercept=fitted.intercept,
        calibration=calibration,
        reviewed=np.quantile((labels.raw_novelty[asked] - 1) / 3, np.linspace(0, 1, 101)).astype(np.float32),
        fitted=fitted.fitted,
        validated_on=f"reviewers' novelty scores of {len(asked)} ICLR 2022 submissions, rows held out of the fit: "
        f"rank correlation {agreement:.2f}",
    )
    body = dump_model(model)
    target_path = out or Path(str(resources.files("ranking.originality").joinpath("model.npz")))
    target_path.write_bytes(body)
    return {
        "version": parse_model(body).version,
        "bytes": len(body),
        "rows_fitted": len(fitted.fitted),
        "held_out_spearman_iclr2022": agreement,
        "held_out_coverage_iclr2022": coverage(observed, low, high),
    }
