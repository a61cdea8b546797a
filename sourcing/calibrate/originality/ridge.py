"""Ridge regression with coefficients that drift and a level for each venue, for many sets of weights at once.

Solved by conjugate gradients on the normal equations: folds share each pass over the rows, and levels are taken out by
centring within the venue, which costs less than columns of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]

TOLERANCE = 3e-4
MOST_STEPS = 300


def ridges(
    x: sparse.csr_array,
    era: npt.NDArray[np.float64],
    wanted: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_],
    penalty: float,
    *,
    tolerance: float = TOLERANCE,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Minimise Σ w (y − x·(b + e d) − level)² + penalty (|b|² + |d|²) for each column of ``weights`` (rows x fits).

    ``era`` all 0 leaves d at 0; each of ``groups`` has a level of its own, which is not penalised. Gives b above d,
    one column for each fit (2 width x fits), and the mean of what is left as intercept (fits). Steps end when the
    gradient has shrunk to ``tolerance`` of its first length.
    """
    names, places = np.unique(groups, return_inverse=True)
    members = sparse.csr_array(
        (
            np.ones(len(places), dtype=np.float32),
            (places.astype(np.int32), np.arange(len(places), dtype=np.int32)),
        ),
        shape=(len(names), len(places)),
    )
    w = weights.astype(np.float32)
    totals = np.maximum(members @ w, 1e-9)
    e = era.astype(np.float32)[:, None]
    turned = x.T.tocsr()
    drifts = bool(e.any())
    fits, width = w.shape[1], x.shape[1]

    def centred(values: Floats) -> Floats:
        return np.asarray(w * (values - ((members @ (w * values)) / totals)[places]))

    def forward(coefficients: Floats) -> Floats:
        if not drifts:
            return np.asarray(x @ coefficients[:width])
        both = x @ np.hstack([coefficients[:width], coefficients[width:]])
        return np.asarray(both[:, :fits] + e * both[:, fits:])

    def back(values: Floats) -> Floats:
        if not drifts:
            found = turned @ values
            return np.vstack([found, np.zeros_like(found)])
        both = turned @ np.hstack([values, e * values])
        return np.vstack([both[:, :fits], both[:, fits:]])

    targets = np.repeat(wanted.astype(np.float32)[:, None], fits, axis=1)
    left = back(centred(targets))
    solved = np.zeros_like(left)
    direction = left.copy()
    size = first = np.sum(left * left, axis=0)
    for _ in range(MOST_STEPS):
        applied = back(centred(forward(direction))) + np.float32(penalty) * direction
        step = size / np.maximum(np.sum(direction * applied, axis=0), 1e-30)
        solved += step * direction
        left -= step * applied
        now = np.sum(left * left, axis=0)
        if np.all(now <= tolerance**2 * first):
            break
        direction = left + now / np.maximum(size, 1e-30) * direction
        size = now
    rest = (targets - forward(solved)).astype(np.float64)
    intercepts = np.sum(weights * rest, axis=0) / np.maximum(weights.sum(axis=0), 1e-9)
    return solved.astype(np.float64), intercepts
