"""From labels to the artefact: a linear model that drifts with time, calibrated on rows it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LinearRegression, QuantileRegressor, Ridge
from sklearn.model_selection import GroupKFold

from ranking.originality.features import Floats
from ranking.originality.model import (
    Calibration,
    OriginalityModel,
    ReviewScale,
    dump_model,
    eras,
    parse_model,
    title_hashes,
)
from sourcing.calibrate.originality.labels import Labelled, read_labelled, rows_of
from sourcing.calibrate.originality.table import Columns, CountTable, Rows, count, space_of, vectors
from sourcing.evaluate.metrics import coverage, percentiles, spearman

FOLDS = 5
GROUPS = ("terms", "pieces", "style", "squares")
LEVEL = 0.8
SEED = 0
MAIN_VENUE = "ICLR 2022"
NO_CALIBRATION = Calibration(
    at=np.zeros(1, dtype=np.float32), expected=np.full(1, 50, dtype=np.float32), low=np.zeros(1, dtype=np.float32),
    high=np.full(1, 100, dtype=np.float32), level=LEVEL, familiar=0.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The choices of a fit.

    Two ridges share one feature space. The broad one learns a blend of what a row has, novelty and contribution
    counting ``direct_weight`` times a rating, from all rows (those with novelty scores ``novelty_rows`` times). The
    narrow one learns novelty alone and is added ``narrow_share`` times. ``groups`` are the groups of columns that are
    used, and ``drift`` says whether coefficients may move with time; the report leaves some out to see what they add.
    """

    penalty: float = 15.0
    narrow_penalty: float = 7.5
    narrow_share: float = 0.5
    direct_weight: float = 3.0
    novelty_rows: float = 2.0
    groups: tuple[str, ...] = GROUPS
    drift: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Coefficients in one feature space (see :class:`ranking.originality.model.OriginalityModel`)."""

    columns: Columns
    base: Floats
    drift: Floats
    intercept: float


def target(labels: Labelled, recipe: Recipe) -> npt.NDArray[np.float64]:
    """What the broad ridge learns: the weighted mean of the standardised labels that a row has."""
    stacked = np.stack([labels.novelty, labels.contribution, labels.rating])
    weights = np.asarray([recipe.direct_weight, recipe.direct_weight, 1.0])[:, None] * np.isfinite(stacked)
    total = weights.sum(axis=0)
    blended = (np.nan_to_num(stacked) * weights).sum(axis=0)
    return np.asarray(np.divide(blended, total, out=np.full(len(total), np.nan), where=total > 0))


def fit_rows(
    labels: Labelled,
    table: CountTable,
    rows: Rows,
    recipe: Recipe,
    *,
    wanted: npt.NDArray[np.float64] | None = None,
    extra: npt.NDArray[np.float32] | None = None,
) -> Linear:
    """Fit on ``rows``; those without any label are left out.

    ``wanted`` replaces the recipe's target and ``extra`` adds dense columns (both for all rows of the table).
    """
    wanted = target(labels, recipe) if wanted is None else wanted
    rows = rows[np.isfinite(wanted[rows])]
    columns = space_of(table, rows)
    x = with_era(design(table, columns, rows, recipe, extra), labels.years[rows], drift=recipe.drift)
    novel = np.isfinite(labels.novelty[rows])
    broad = Ridge(alpha=recipe.penalty).fit(
        x, wanted[rows], sample_weight=np.where(novel, recipe.novelty_rows, 1.0)
    )
    coefficients, intercept = np.asarray(broad.coef_, dtype=np.float64), float(broad.intercept_)
    if recipe.narrow_share and novel.any():
        narrow = Ridge(alpha=recipe.narrow_penalty).fit(x[np.flatnonzero(novel)], labels.novelty[rows[novel]])
        coefficients = coefficients + recipe.narrow_share * narrow.coef_
        intercept += recipe.narrow_share * float(narrow.intercept_)
    half = len(coefficients) // 2
    return Linear(
        columns=columns,
        base=coefficients[:half].astype(np.float32),
        drift=coefficients[half:].astype(np.float32),
        intercept=intercept,
    )


def predict(
    labels: Labelled,
    table: CountTable,
    fitted: Linear,
    rows: Rows,
    recipe: Recipe,
    extra: npt.NDArray[np.float32] | None = None,
) -> npt.NDArray[np.float64]:
    """Raw predictions for rows of the table."""
    x = design(table, fitted.columns, rows, recipe, extra)
    era = eras(labels.years[rows].tolist())
    return np.asarray(x @ fitted.base + era * (x @ fitted.drift) + fitted.intercept, dtype=np.float64)


def design(
    table: CountTable,
    columns: Columns,
    rows: Rows,
    recipe: Recipe,
    extra: npt.NDArray[np.float32] | None = None,
) -> sparse.csr_array:
    """The recipe's groups of columns; those left out are zero, so that coefficients keep their places."""
    x = vectors(table, columns, rows)
    if recipe.groups != GROUPS:
        sizes = (len(columns.terms), len(columns.pieces), table.style.shape[1], table.style.shape[1])
        kept = np.repeat([float(group in recipe.groups) for group in GROUPS], sizes).astype(np.float32)
        x = sparse.csr_array(x @ sparse.diags_array(kept))
    if extra is not None:
        x = sparse.csr_array(sparse.hstack([x, sparse.csr_array(extra[rows])], format="csr"))
    return x


def with_era(x: sparse.csr_array, years: npt.NDArray[np.int64], *, drift: bool) -> sparse.csr_array:
    """Every column twice: as it is, and times the era of its row (0 without ``drift``)."""
    era = eras(years.tolist()).astype(np.float32) * drift
    return sparse.csr_array(sparse.hstack([x, sparse.diags_array(era) @ x], format="csr"))


class Predictor(Protocol):
    """Fits on some rows and predicts others."""

    def __call__(self, known: Rows, asked: Rows) -> npt.NDArray[np.float64]:
        """Fit on ``known``, predict ``asked``."""


def predictor(
    labels: Labelled,
    table: CountTable,
    recipe: Recipe,
    *,
    wanted: npt.NDArray[np.float64] | None = None,
    extra: npt.NDArray[np.float32] | None = None,
) -> Predictor:
    """What :func:`cross_fitted` and :func:`from_elsewhere` call: :func:`fit_rows` and :func:`predict`."""

    def run(known: Rows, asked: Rows) -> npt.NDArray[np.float64]:
        fitted = fit_rows(labels, table, known, recipe, wanted=wanted, extra=extra)
        return predict(labels, table, fitted, asked, recipe, extra)

    return run


def cross_fitted(labels: Labelled, run: Predictor, asked: Rows, *, others: Rows) -> npt.NDArray[np.float64]:
    """Predict each row of ``asked`` from ``others`` and the other folds of ``asked``.

    Rows of one title are in one fold, and a title that is asked for is never fitted on.
    """
    found = np.full(len(asked), np.nan)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for inside, outside in folds.split(asked, groups=labels.keys[asked]):
        known = np.concatenate([others, asked[inside]])
        known = np.sort(known[~np.isin(labels.keys[known], labels.keys[asked[outside]])])
        found[outside] = run(known, asked[outside])
    return found


def from_elsewhere(
    labels: Labelled, run: Predictor, asked: Rows, *, allowed: Rows
) -> npt.NDArray[np.float64]:
    """Predict ``asked`` from ``allowed`` without any title that is asked for."""
    return run(allowed[~np.isin(labels.keys[allowed], labels.keys[asked])], asked)


def calibration_of(
    predictions: npt.NDArray[np.float64], observed: npt.NDArray[np.float64], familiar: float
) -> Calibration:
    """Fit expected percentile and interval to held-out predictions as straight lines, cut off at 1 and 99."""
    x = predictions[:, None]
    at = np.linspace(predictions.min(), predictions.max(), 33)
    expected = LinearRegression().fit(x, observed).predict(at[:, None])
    low, high = (
        QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(x, observed).predict(at[:, None])
        for quantile in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    lines = [np.clip(line, 1, 99).astype(np.float32) for line in (expected, low, high)]
    return Calibration(
        at=at.astype(np.float32),
        expected=lines[0],
        low=lines[1],
        high=lines[2],
        level=LEVEL,
        familiar=familiar,
    )


def review_scale(reviews: list[tuple[float, ...]], *, lowest: float, highest: float) -> ReviewScale:
    """Learn how papers' mean novelty is distributed and how far one reviewer scatters, both on a 0..1 scale."""
    scaled = [(np.asarray(scores) - lowest) / (highest - lowest) for scores in reviews]
    means = [float(scores.mean()) for scores in scaled]
    within = [float(scores.var(ddof=1)) for scores in scaled if len(scores) > 1]
    return ReviewScale(
        quantiles=np.quantile(means, np.linspace(0, 1, 101)).astype(np.float32),
        deviation=float(np.sqrt(np.mean(within))),
    )


def familiar_share(labels: Labelled, rows: Rows, columns: Columns) -> float:
    """The share of known words that all but one in fifty of the rows reach."""
    return float(np.quantile([columns.space.known_share(labels.papers[row].text) for row in rows], 0.02))


def calibrate(data: Path, out: Path | None = None) -> dict[str, Any]:
    """Fit on all labelled rows below ``data`` and write ``model.npz``; gives the held-out figures behind it.

    Nothing is random but the folds, whose seed is fixed: the same rows and libraries give the same bytes. Other builds
    of BLAS may differ in the last bits; ``largest_change`` is the largest difference of a score, in points, between
    what shipped before and what was written now, over the rows of ICLR 2022.
    """
    labels, recipe = read_labelled(data), Recipe()
    table = count(labels.papers)
    everything = np.arange(len(labels))
    asked = rows_of(labels, MAIN_VENUE)
    held_out = cross_fitted(
        labels, predictor(labels, table, recipe), asked, others=np.setdiff1d(everything, asked)
    )
    observed = percentiles(labels.raw_novelty[asked])
    agreement = spearman(held_out, observed)
    fitted = fit_rows(labels, table, everything, recipe)
    calibration = calibration_of(held_out, observed, familiar_share(labels, asked, fitted.columns))
    low, high = (np.interp(held_out, calibration.at, line) for line in (calibration.low, calibration.high))
    model = OriginalityModel(
        space=fitted.columns.space,
        base=fitted.base,
        drift=fitted.drift,
        intercept=fitted.intercept,
        calibration=calibration,
        reviews=review_scale([labels.reviews[row] for row in asked], lowest=1, highest=4),
        fitted=title_hashes([labels.papers[row].title for row in everything]),
        validated_on=f"reviewers' novelty scores of {len(asked)} {MAIN_VENUE} submissions, each held out of its fit: "
        f"rank correlation {agreement:.2f}",
    )
    body = dump_model(model)
    path = out or Path(str(resources.files("ranking.originality").joinpath("model.npz")))
    change = _largest_change(path, body, [labels.papers[row] for row in asked]) if path.exists() else None
    path.write_bytes(body)
    return {
        "version": parse_model(body).version,
        "bytes": len(body),
        "rows": len(labels),
        "held_out_spearman": agreement,
        "held_out_coverage": coverage(observed, low, high),
        "largest_change": change,
    }


def _largest_change(path: Path, body: bytes, papers: list[Any]) -> float | None:
    try:
        before = parse_model(path.read_bytes())
    except (ValueError, KeyError):
        return None  # of another format: nothing to compare with
    scores = [
        np.interp(model.predict(papers), model.calibration.at, model.calibration.expected)
        for model in (before, parse_model(body))
    ]
    return float(np.abs(scores[0] - scores[1]).max())
