"""From labels to the artefact: a linear model that drifts with time, calibrated on rows it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LinearRegression, QuantileRegressor
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
from ranking.originality.text import PaperText
from sourcing.calibrate.originality.labels import Labelled, read_labelled, rows_of
from sourcing.calibrate.originality.ridge import TOLERANCE, ridges
from sourcing.calibrate.originality.table import Columns, CountTable, Rows, count, space_of, vectors
from sourcing.evaluate.metrics import coverage, percentiles, spearman

FOLDS = 5
GROUPS = ("terms", "pieces", "style", "squares")
LEVEL = 0.8
MEANINGS = 120
SEED = 0
# The venue whose reviewers define the percentile, or the next one where it is left out.
MAIN_VENUES = ("ICLR 2022", "NeurIPS 2025")
MAIN_VENUE = MAIN_VENUES[0]
# How far a score may move, in points, when the same rows are fitted on another machine.
MOST_CHANGE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The choices of a fit.

    Two ridges share one feature space. The broad one learns a blend of what a row has, novelty and contribution
    counting ``direct_weight`` times a rating, from all rows (those with novelty scores ``novelty_rows`` times). The
    narrow one learns novelty alone and is added ``narrow_share`` times. ``groups`` are the groups of columns that are
    used, pieces of words ``piece_weight`` times as heavily as the others; ``meanings`` is the length of the latent
    directions of the words (LSA) that stand beside them while fitting, so that words used alike can share what was
    learned. ``drift`` says whether coefficients may move with time, and ``levels`` whether each venue has a level of
    its own while fitting, so that no word has to explain in which venue it was written. The report leaves some out to
    see what they add.
    """

    penalty: float = 15.0
    narrow_penalty: float = 7.5
    narrow_share: float = 0.5
    direct_weight: float = 3.0
    novelty_rows: float = 2.0
    groups: tuple[str, ...] = GROUPS
    piece_weight: float = 0.85
    meanings: float = 0.7
    drift: bool = True
    levels: bool = True


class Split(NamedTuple):
    """Rows that may be fitted on, and rows that are to be predicted."""

    known: Rows
    asked: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Coefficients in one feature space (see :class:`ranking.originality.model.OriginalityModel`)."""

    columns: Columns
    base: Floats
    drift: Floats
    intercept: float


def target(labels: Labelled, recipe: Recipe) -> npt.NDArray[np.float64]:
    """What the broad ridge learns: the weighted mean of the labels that a row has."""
    return blended([labels.novelty, labels.contribution, labels.rating], recipe.direct_weight)


def blended(known: Sequence[npt.NDArray[np.float64]], direct_weight: float) -> npt.NDArray[np.float64]:
    """The weighted mean of novelty, contribution and rating (in this order), of those that are known."""
    stacked = np.stack(known)
    weights = np.asarray([direct_weight, direct_weight, 1.0])[:, None] * np.isfinite(stacked)
    total = weights.sum(axis=0)
    summed = (np.nan_to_num(stacked) * weights).sum(axis=0)
    return np.asarray(np.divide(summed, total, out=np.full(len(total), np.nan), where=total > 0))


def fit_rows(labels: Labelled, table: CountTable, rows: Rows, recipe: Recipe) -> Linear:
    """Fit on ``rows``, in a feature space of their own; those without any label are left out."""
    wanted = target(labels, recipe)
    rows = rows[np.isfinite(wanted[rows])]
    columns = space_of(table, rows)
    x, narrowed = widened(vectors(table, columns, rows), columns, recipe)
    coefficients, intercepts = two_ridges(labels, x, rows, wanted[rows], np.ones((len(rows), 1)), recipe)
    base, drift = np.split(coefficients[:, 0], 2)
    return Linear(
        columns=columns,
        base=narrowed(base).astype(np.float32),
        drift=narrowed(drift).astype(np.float32),
        intercept=float(intercepts[0]),
    )


def two_ridges(
    labels: Labelled,
    x: sparse.csr_array,
    rows: Rows,
    wanted: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    recipe: Recipe,
    *,
    tolerance: float = TOLERANCE,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The broad ridge and its share of the narrow one, for each column of ``weights`` (see :func:`ridges`).

    ``x``, ``wanted`` and ``weights`` are those of ``rows``.
    """
    era = eras(labels.years[rows].tolist()) * recipe.drift
    groups = labels.venues[rows] if recipe.levels else np.full(len(rows), "")
    novel = np.isfinite(labels.novelty[rows])
    more = np.where(novel, recipe.novelty_rows, 1.0)[:, None]
    coefficients, intercepts = ridges(
        x, era, wanted, weights * more, groups, recipe.penalty, tolerance=tolerance
    )
    if recipe.narrow_share and novel.any():
        few = np.flatnonzero(novel)
        narrow, at = ridges(
            x[few],
            era[few],
            labels.novelty[rows[few]],
            weights[few],
            groups[few],
            recipe.narrow_penalty,
            tolerance=tolerance,
        )
        coefficients, intercepts = (
            coefficients + recipe.narrow_share * narrow,
            intercepts + recipe.narrow_share * at,
        )
    return coefficients, intercepts


def predict(labels: Labelled, table: CountTable, fitted: Linear, rows: Rows) -> npt.NDArray[np.float64]:
    """Raw predictions for rows of the table."""
    x = vectors(table, fitted.columns, rows)
    era = eras(labels.years[rows].tolist())
    return np.asarray(x @ fitted.base + era * (x @ fitted.drift) + fitted.intercept, dtype=np.float64)


def widened(
    x: sparse.csr_array, columns: Columns, recipe: Recipe
) -> tuple[sparse.csr_array, Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]]:
    """The columns as a recipe weighs them, with its latent directions; and what turns their coefficients back.

    Both are linear in the columns, so that what is learned on the wide rows can be said in those of the feature space.
    """
    terms, pieces = len(columns.terms), len(columns.pieces)
    weights = {group: float(group in recipe.groups) for group in GROUPS}
    weights["pieces"] *= recipe.piece_weight
    styles = len(columns.space.style.mean)
    scale = np.ones(x.shape[1], dtype=np.float32)
    scale[: terms + pieces + 2 * styles] = np.repeat(
        [weights[group] for group in GROUPS], (terms, pieces, styles, styles)
    )
    weighed = sparse.csr_array(x @ sparse.diags_array(scale))
    if not recipe.meanings:
        return weighed, lambda coefficients: coefficients * scale
    directions = (
        TruncatedSVD(min(MEANINGS, terms - 1), n_iter=2, random_state=SEED).fit(x[:, :terms]).components_
    )
    meant = np.asarray(x[:, :terms] @ directions.T)
    length = recipe.meanings / max(float(np.linalg.norm(meant, axis=1).mean()), 1e-9)
    wide = sparse.hstack([weighed, sparse.csr_array((meant * length).astype(np.float32))], format="csr")

    def narrowed(coefficients: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        narrow = coefficients[: len(scale)] * scale
        narrow[:terms] += length * (directions.T @ coefficients[len(scale) :])
        return narrow

    return sparse.csr_array(wide), narrowed


def held_out_folds(labels: Labelled, asked: Rows, *, others: Rows) -> list[Split]:
    """Each fold of ``asked``, to be predicted from ``others`` and the other folds.

    Rows of one title are in one fold, and a title that is asked for is never fitted on.
    """
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return [
        elsewhere(labels, asked[outside], allowed=np.sort(np.concatenate([others, asked[inside]])))
        for inside, outside in folds.split(asked, groups=labels.keys[asked])
    ]


def elsewhere(labels: Labelled, asked: Rows, *, allowed: Rows) -> Split:
    """``asked``, to be predicted from ``allowed`` without any title that is asked for."""
    return Split(known=allowed[~np.isin(labels.keys[allowed], labels.keys[asked])], asked=asked)


def held_out_predictions(
    labels: Labelled, table: CountTable, recipe: Recipe, splits: Sequence[Split], asked: Rows
) -> npt.NDArray[np.float64]:
    """Fit each split's known rows, in a feature space of their own, and predict what it asks; in order of ``asked``."""
    found = np.full(len(labels), np.nan)
    for split in splits:
        found[split.asked] = predict(labels, table, fit_rows(labels, table, split.known, recipe), split.asked)
    return np.asarray(found[asked])


def calibration_of(
    predictions: npt.NDArray[np.float64],
    observed: npt.NDArray[np.float64],
    familiar: float,
    carried: float = 1.0,
) -> Calibration:
    """Fit expected percentile and interval to held-out predictions as straight lines, cut off at 1 and 99.

    ``carried`` is how much of a score's distance from the middle other venues bear out (0..1, see
    :func:`carried_over`). New papers come from venues that no fit saw, so the interval also holds the one that so much
    shorter a distance would have: its ends lie no nearer than there to where they lie for a paper of which nothing is
    known.
    """
    x = predictions[:, None]
    at = np.linspace(predictions.min(), predictions.max(), 33)
    expected = LinearRegression().fit(x, observed).predict(at[:, None])
    low, high = (
        QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(x, observed).predict(at[:, None])
        for quantile in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    unknown = 50 * (1 - LEVEL), 50 * (1 + LEVEL)
    low = np.minimum(low, unknown[0] + carried * (low - unknown[0]))
    high = np.maximum(high, unknown[1] + carried * (high - unknown[1]))
    lines = [np.clip(line, 1, 99).astype(np.float32) for line in (expected, low, high)]
    return Calibration(
        at=at.astype(np.float32),
        expected=lines[0],
        low=lines[1],
        high=lines[2],
        level=LEVEL,
        familiar=familiar,
    )


def carried_over(
    labels: Labelled, table: CountTable, recipe: Recipe, allowed: Rows, calibration: Calibration
) -> dict[str, float]:
    """How much of a score's distance from the middle each venue without novelty scores bears out.

    Each is predicted from the other ``allowed`` rows alone, and what its reviewers said instead (contribution, or else
    rating), as percentiles, is regressed on the scores: 1 is as far as the score says, 0 is nothing.
    """
    found: dict[str, float] = {}
    for venue in np.unique(labels.venues[allowed]):
        inside = allowed[labels.venues[allowed] == venue]
        if np.isfinite(labels.novelty[inside]).any():
            continue
        asked = np.isfinite(labels.contribution[inside]).any()
        said = labels.raw_contribution if asked else labels.raw_rating
        inside = inside[np.isfinite(said[inside])]
        if len(inside) < 2:
            continue
        split = elsewhere(labels, inside, allowed=allowed[labels.venues[allowed] != venue])
        scores = np.interp(
            held_out_predictions(labels, table, recipe, [split], inside),
            calibration.at,
            calibration.expected,
        )
        found[str(venue)] = float(np.polyfit(scores, percentiles(said[inside]), 1)[0])
    return found


def mean_carried(slopes: Mapping[str, float]) -> float:
    """The mean over venues, 0..1; 1 where there is no other venue to ask."""
    return float(np.clip(np.mean(list(slopes.values())), 0, 1)) if slopes else 1.0


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


def calibrate(data: Path, out: Path | None = None, *, without: str | None = None) -> dict[str, Any]:
    """Fit on all labelled rows below ``data`` and write ``model.npz``; gives the held-out figures behind it.

    ``without`` names a venue whose rows, and all others of their titles, are left out: the artefact that ``sourcing
    evaluate originality --model`` can be asked of that venue with. Nothing is random but the folds, whose seed is
    fixed: the same rows and libraries give the same bytes (``same_bytes`` as what ships). Other builds of BLAS may
    differ in the last bits; ``largest_change`` is the largest difference of a score, in points, between what ships and
    what was written now, over the rows that define the percentile. Raises ``ValueError`` for an unknown venue.
    """
    labels, recipe = read_labelled(data), Recipe()
    everything = np.arange(len(labels))
    if without is not None:
        left_out = labels.venues == without
        if not left_out.any():
            raise ValueError(f"no rows of {without!r}; there are {', '.join(sorted(set(labels.venues)))}")
        everything = everything[~np.isin(labels.keys, labels.keys[left_out])]
    table = count(labels.papers)
    main_venue, asked = next(
        (venue, rows)
        for venue in MAIN_VENUES
        if venue != without and len(rows := np.intersect1d(rows_of(labels, venue), everything))
    )
    folds = held_out_folds(labels, asked, others=np.setdiff1d(everything, asked))
    held_out = held_out_predictions(labels, table, recipe, folds, asked)
    observed = percentiles(labels.raw_novelty[asked])
    agreement = spearman(held_out, observed)
    fitted = fit_rows(labels, table, everything, recipe)
    line = calibration_of(held_out, observed, 0.0)
    slopes = carried_over(labels, table, recipe, everything, line)
    calibration = calibration_of(
        held_out, observed, familiar_share(labels, asked, fitted.columns), mean_carried(slopes)
    )
    low, high = (np.interp(held_out, calibration.at, line) for line in (calibration.low, calibration.high))
    model = OriginalityModel(
        space=fitted.columns.space,
        base=fitted.base,
        drift=fitted.drift,
        intercept=fitted.intercept,
        calibration=calibration,
        reviews=review_scale([labels.reviews[row] for row in asked], lowest=1, highest=4),
        fitted=title_hashes([labels.papers[row].title for row in everything]),
        validated_on=f"reviewers' novelty scores of {len(asked)} {main_venue} submissions, each held out of its fit: "
        f"rank correlation {agreement:.2f}",
    )
    body = dump_model(model)
    shipped = Path(str(resources.files("ranking.originality").joinpath("model.npz")))
    before = shipped.read_bytes() if shipped.exists() else b""
    (out or shipped).write_bytes(body)
    return {
        "version": parse_model(body).version,
        "bytes": len(body),
        "rows": len(everything),
        "held_out_spearman": agreement,
        "held_out_coverage": coverage(observed, low, high),
        "carried_over": slopes,
        "same_bytes": body == before,
        "largest_change": _largest_change(before, body, [labels.papers[row] for row in asked]),
    }


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships; writes nothing that ships.

    ``reproduced`` is whether no score of a row that defines the percentile moved by more than
    :data:`MOST_CHANGE` points.
    """
    with TemporaryDirectory() as folder:
        found = calibrate(data, Path(folder) / "model.npz")
    change = found["largest_change"]
    return {**found, "tolerance": MOST_CHANGE, "reproduced": change is not None and change <= MOST_CHANGE}


def _largest_change(before: bytes, now: bytes, papers: Sequence[PaperText]) -> float | None:
    try:
        models = [parse_model(body) for body in (before, now)]
    except (ValueError, KeyError, EOFError):
        return None  # of another format, or none: nothing to compare with
    scores = [
        np.interp(model.predict(papers), model.calibration.at, model.calibration.expected) for model in models
    ]
    return float(np.abs(scores[0] - scores[1]).max())
