"""Held-out figures: in venue by folds, from other venues alone, from years before; and what each idea adds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from sourcing.calibrate.originality.fit import (
    LEVEL,
    MAIN_VENUE,
    Recipe,
    Split,
    calibration_of,
    carried_over,
    elsewhere,
    held_out_folds,
    held_out_predictions,
    mean_carried,
)
from sourcing.calibrate.originality.ideas import Idea, ideas
from sourcing.calibrate.originality.labels import Labelled, normal_scores, read_labelled, rows_of
from sourcing.calibrate.originality.plots import agreement_plot, reliability_plot
from sourcing.calibrate.originality.table import CountTable, Rows, count
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
DRAWS = 300
SEED = 0
WORKERS = 2
ROUTES = {
    "folds": "five folds, all venues",
    "other venues": "other venues alone",
    "years before": "years before alone",
}
Values = npt.NDArray[np.float64]


def report(data: Path, out: Path | None = None) -> dict[str, Any]:
    """Measure on rows that the fit never saw, nor any row of the same title; about ten minutes on two cores.

    ``venues`` gives, for each venue with novelty scores, the figures by route: ``folds`` (the other folds and all other
    venues fitted), ``other venues`` and ``years before``. ``ideas`` gives each idea's rank correlation by route.
    ``reliability`` is the calibration fitted on ICLR 2022's folds, by tenths of the score, on both venues; its interval
    is as wide as ``carried_over`` says (see :func:`~sourcing.calibrate.originality.fit.carried_over`). Lifts have their
    bootstrap intervals, and ``lift_expected`` beside them: what a score reaches on the average that agrees as well with
    the reviewers' mean novelty and knows nothing else of the decision. ``lift_one_reviewer`` and ``lift_reviewers`` are
    those of the novelty scores of the reviewers, who also advised on the decision. With ``out``
    the tables (``originality.md``) and both plots of the model card (``originality-*.svg``) are written there, too.
    """
    labels = read_labelled(data)
    table = count(labels.papers)
    venues = [str(venue) for venue in np.unique(labels.venues[np.isfinite(labels.novelty)])]
    found: dict[str, Any] = {"venues": {}}
    # Threads: nearly all time goes into products of sparse matrices, which run side by side.
    side_by_side = Parallel(n_jobs=WORKERS, backend="threading", return_as="generator")
    cases = [(venue, route) for venue in venues for route in ROUTES]
    predicted = dict(
        zip(cases, side_by_side(delayed(_predicted)(labels, table, *case) for case in cases), strict=True)
    )
    for venue in venues:
        asked = rows_of(labels, venue)
        found["venues"][venue] = {
            "n": len(asked),
            "reviewer_ceiling": reviewer_ceiling([labels.reviews[row] for row in asked]),
            "lift_one_reviewer": _one_reviewers_lift(labels, asked),
            "lift_reviewers": lift_top(labels.raw_novelty[asked], labels.highlighted[asked]),
            **{route: _figures(labels, asked, predicted[venue, route]) for route in ROUTES},
        }
    folds = {venue: predicted[venue, "folds"] for venue in venues}
    line = calibration_of(
        folds[MAIN_VENUE], percentiles(labels.raw_novelty[rows_of(labels, MAIN_VENUE)]), 0.0
    )
    found["carried_over"] = carried_over(labels, table, Recipe(), np.arange(len(labels)), line)
    found["reliability"] = _reliability(labels, folds, mean_carried(found["carried_over"]))
    found["ideas"] = []
    _save(found, out)
    tried = side_by_side(delayed(_agreement)(labels, venues, idea) for idea in ideas(labels, table))
    for measured in tried:
        found["ideas"].append(measured)
        _save(found, out)
    return found


def _save(found: dict[str, Any], out: Path | None) -> None:
    """Write tables and plots of what was found so far."""
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "originality.md": _tables(found),
        "originality-reliability.svg": reliability_plot(found["reliability"]),
        "originality-agreement.svg": agreement_plot(found["venues"], found["ideas"]),
    }.items():
        (out / name).write_text(text, "utf-8")


def _predicted(labels: Labelled, table: CountTable, venue: str, route: str) -> Values:
    return held_out_predictions(
        labels, table, Recipe(), _splits(labels, venue, route), rows_of(labels, venue)
    )


def _splits(labels: Labelled, venue: str, route: str) -> list[Split]:
    """All rows of a venue that have novelty scores, and what each may be predicted from."""
    asked = rows_of(labels, venue)
    others = np.flatnonzero(labels.venues != venue)
    if route == "folds":
        return held_out_folds(labels, asked, others=others)
    before = np.flatnonzero(labels.years < labels.years[asked].min())
    return [elsewhere(labels, asked, allowed=before if route == "years before" else others)]


def _agreement(labels: Labelled, venues: Sequence[str], idea: Idea) -> dict[str, Any]:
    """Name, step and rank correlation in the main venue by folds, and from other venues alone in each."""
    columns = [(MAIN_VENUE, "folds"), *((venue, "other venues") for venue in venues)]
    splits = [_splits(labels, venue, route) for venue, route in columns]
    found = iter(idea.run([split for some in splits for split in some]))
    measured: dict[str, Any] = {"name": idea.name, "step": idea.step}
    for (venue, route), some in zip(columns, splits, strict=True):
        predicted = np.concatenate([next(found) for _ in some])
        truth = labels.raw_novelty[np.concatenate([split.asked for split in some])]
        measured[f"{venue}, {route}"] = spearman(predicted, truth)
    return measured


def _tables(found: dict[str, Any]) -> str:
    """What was found as Markdown tables."""
    lines = [
        "| rows | fitted on | ρ (95 %) | AUROC of the top quarter | highlights in the top tenth / base rate (95 %) "
        "| expected at this ρ |",
        "|---|---|---|---|---|---|",
    ]
    for venue, one in found["venues"].items():
        for route, said in ROUTES.items():
            each = one[route]
            lines.append(
                f"| {venue}, {one['n']:,} | {said} | {each['spearman']:.3f} ({each['spearman_low']:.3f}–"
                f"{each['spearman_high']:.3f}) | {each['auroc_top_quartile']:.3f} | {each['lift_top_decile']:.2f} "
                f"({each['lift_low']:.2f}–{each['lift_high']:.2f}) | {each['lift_expected']:.2f} |"
            )
        lines.append(
            f"| {venue} | one reviewer, against the others | {one['reviewer_ceiling']:.3f} | | "
            f"{one['lift_one_reviewer']:.2f} | |"
        )
        lines.append(f"| {venue} | all reviewers' mean novelty | | | {one['lift_reviewers']:.2f} | |")
    if not found["ideas"]:
        return "\n".join(lines) + "\n"
    keys = [key for key in found["ideas"][0] if key not in ("name", "step")]
    lines += ["", f"| idea | {' | '.join(keys)} |", f"|---|{'---|' * len(keys)}"]
    lines += [
        f"| {each['name']} | {' | '.join('' if each[key] is None else f'{each[key]:.3f}' for key in keys)} |"
        for each in found["ideas"]
    ]
    return "\n".join(lines) + "\n"


def _figures(labels: Labelled, asked: Rows, predictions: Values) -> dict[str, float | None]:
    truth, hits = labels.raw_novelty[asked], labels.highlighted[asked]
    low, high = bootstrap(spearman, predictions, truth)
    lift_low, lift_high = bootstrap(lift_top, predictions, hits)
    return {
        "spearman": spearman(predictions, truth),
        "spearman_low": low,
        "spearman_high": high,
        "auroc_top_quartile": auroc(predictions, top_quartile(truth)),
        "lift_top_decile": lift_top(predictions, hits),
        "lift_low": lift_low,
        "lift_high": lift_high,
        "lift_expected": _expected_lift(spearman(predictions, truth), truth, hits),
    }


def _one_reviewers_lift(labels: Labelled, asked: Rows) -> float:
    """The lift of a single reviewer's novelty scores, as the mean over a paper's first, second and third reviewer."""
    reviews = [labels.reviews[row] for row in asked]
    found = [
        lift_top([scores[place % len(scores)] for scores in reviews], labels.highlighted[asked])
        for place in range(3)
    ]
    return float(np.mean([each for each in found if each is not None]))


def _expected_lift(agreement: float | None, truth: Values, hits: Values) -> float:
    """The mean lift of scores that are drawn to agree with the reviewers' mean so well and to know nothing else."""
    random = np.random.default_rng(SEED)
    # A normal distribution's correlation from its rank correlation.
    share = 2 * np.sin(np.pi * (agreement or 0.0) / 6)
    known = normal_scores(truth)
    found = [
        lift_top(share * known + np.sqrt(1 - share**2) * random.normal(size=len(known)), hits)
        for _ in range(DRAWS)
    ]
    return float(np.mean([each for each in found if each is not None]))


def _reliability(labels: Labelled, folds: dict[str, Values], carried: float) -> dict[str, Any]:
    """Mean score against mean observed percentile by tenths; the line itself is fitted without the fold it judges."""
    found: dict[str, Any] = {}
    for venue, predictions in folds.items():
        asked = rows_of(labels, venue)
        observed = percentiles(labels.raw_novelty[asked])
        if venue == MAIN_VENUE:
            score, low, high = _calibrated_apart(predictions, observed, carried)
        else:
            main = percentiles(labels.raw_novelty[rows_of(labels, MAIN_VENUE)])
            line = calibration_of(folds[MAIN_VENUE], main, 0.0, carried)
            score, low, high = (
                np.interp(predictions, line.at, each) for each in (line.expected, line.low, line.high)
            )
        order = np.array_split(np.argsort(score, kind="stable"), BINS)
        found[venue] = {
            "score": [round(float(score[rows].mean()), 1) for rows in order],
            "found_by_reviewers": [round(float(observed[rows].mean()), 1) for rows in order],
            "interval_coverage": coverage(observed, low, high),
            "interval_level": LEVEL,
            "interval_width": float(np.mean(high - low)),
        }
    return found


def _calibrated_apart(predictions: Values, observed: Values, carried: float) -> tuple[Values, Values, Values]:
    """Calibrate each half of the rows by the other half."""
    halves = np.arange(len(predictions)) % 2
    made = np.zeros((3, len(predictions)))
    for half in (0, 1):
        line = calibration_of(predictions[halves != half], observed[halves != half], 0.0, carried)
        for place, values in enumerate((line.expected, line.low, line.high)):
            made[place, halves == half] = np.interp(predictions[halves == half], line.at, values)
    return made[0], made[1], made[2]
