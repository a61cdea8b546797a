"""Agreement between scores and people: rank correlation, AUROC, lift, reviewers' own ceiling, bootstrap intervals.

Everything here takes arrays of one value per row and gives a float, or ``None`` where the figure is not defined
(a constant column, no positive row). Nothing is random but the bootstrap, which takes a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Values = npt.NDArray[np.float64]
LEVEL = 0.95
RESAMPLES = 1000


def spearman(scores: npt.ArrayLike, labels: npt.ArrayLike) -> float | None:
    """Rank correlation (Spearman's ρ, mean ranks for ties), -1..1; ``None`` if either side is constant."""
    return pearson(rankdata(scores), rankdata(labels))


def pearson(left: npt.ArrayLike, right: npt.ArrayLike) -> float | None:
    """Linear correlation, -1..1; ``None`` if either side is constant or there are fewer than two rows."""
    x, y = _pair(left, right)
    if len(x) < 2:
        return None
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else None


def auroc(scores: npt.ArrayLike, positive: npt.ArrayLike) -> float | None:
    """Chance that a positive row scores above a negative one, ties counting half (Hanley & McNeil 1982).

    ``positive`` is 0/1. ``None`` unless both kinds occur.
    """
    score, label = _pair(scores, positive)
    is_positive = label > 0
    n_positive = int(is_positive.sum())
    n_negative = len(label) - n_positive
    if not n_positive or not n_negative:
        return None
    ranks = rankdata(score)
    return float((ranks[is_positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def top_quartile(labels: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which rows lie at or above the 75th percentile of ``labels`` (with ties it may be more than a quarter)."""
    values = np.asarray(labels, dtype=np.float64)
    return np.asarray(values >= np.quantile(values, 0.75), dtype=np.bool_)


def lift_top(scores: npt.ArrayLike, hits: npt.ArrayLike, *, share: float = 0.1) -> float | None:
    """Share of hits among the best-scored ``share`` of the rows, over their share among all rows.

    At least one row is looked at; rows that tie at the border count in proportion, so the order of the file does not
    matter. ``None`` if there is no hit.
    """
    score, hit = _pair(scores, hits)
    if not len(score) or not hit.any():
        return None
    size = max(1, round(share * len(score)))
    border = np.sort(score)[-size]
    above, at = score > border, score == border
    found = float(hit[above].sum() + hit[at].mean() * (size - int(above.sum())))
    return float(found / size / hit.mean())


def reviewer_ceiling(reviews: Sequence[Sequence[float]]) -> float | None:
    """How well one reviewer agrees with the mean of the others: Spearman over all (paper, reviewer) pairs.

    Papers with a single reviewer cannot take part.
    """
    one: list[float] = []
    others: list[float] = []
    for scores in reviews:
        if len(scores) < 2:
            continue
        total = sum(scores)
        for score in scores:
            one.append(score)
            others.append((total - score) / (len(scores) - 1))
    return spearman(one, others) if len(one) > 1 else None


def bootstrap(
    statistic: Callable[..., float | None],
    *columns: npt.ArrayLike,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> tuple[float | None, float | None]:
    """Percentile interval of ``statistic(*columns)`` over rows drawn with replacement (Efron 1979).

    ``level`` is the share of resamples that lie inside. Resamples in which the statistic is not defined are left out;
    (``None``, ``None``) if that is more than half of them.
    """
    arrays = [np.asarray(column) for column in columns]
    n = len(arrays[0])
    if any(len(array) != n for array in arrays):
        raise ValueError("columns differ in length")
    if n < 2:
        return None, None
    random = np.random.default_rng(seed)
    found: list[float] = []
    for _ in range(resamples):
        rows = random.integers(0, n, n)
        value = statistic(*(array[rows] for array in arrays))
        if value is not None:
            found.append(value)
    if len(found) * 2 < resamples:
        return None, None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def coverage(values: npt.ArrayLike, lows: npt.ArrayLike, highs: npt.ArrayLike) -> float | None:
    """Share of ``values`` that lie inside their own [low, high]."""
    value = np.asarray(values, dtype=np.float64)
    if not len(value):
        return None
    return float(np.mean((value >= np.asarray(lows)) & (value <= np.asarray(highs))))


def percentiles(values: npt.ArrayLike) -> Values:
    """Percentile of each value among all, 0..100; ties share the middle of their range."""
    ranks = rankdata(values)
    return np.asarray(100 * (ranks - 0.5) / len(ranks), dtype=np.float64)


def _pair(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Values, Values]:
    x, y = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"columns differ in shape: {x.shape} and {y.shape}")
    return x, y
