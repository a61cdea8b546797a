"""Fit the code score on repositories that people judged.

Rows are those of ``evaluate code``; each ``kind`` is a task of its own, so that only repositories of one list
are compared with each other. The score is linear in the measures with weights ≥ 0, so no measure can count
against its meaning. Few repositories and many measures call for a strong prior: weights shrink towards equal
weights within equal parts (ridge), under the pairwise logistic loss of RankNet (Burges et al. 2005).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize

from ranking.code_quality.authorship.known_functions import Origin, shipped_origins, to_bytes
from ranking.code_quality.documents.wording_model import WordingModel, shipped_wording
from ranking.code_quality.kinds import group_of, wider_group
from ranking.code_quality.model import CodeQualityModel, Spread, shipped_model
from ranking.code_quality.parts.facets import FACETS, PARTS, facet_values
from ranking.code_quality.parts.process import USUAL
from ranking.code_quality.reading import MIN_CODE_LINES, Gathered, Reading, assemble, gather
from ranking.code_quality.scorer import measure_parts
from ranking.code_quality.tree import SourceTree
from sourcing.calibrate.code.wording import KIND, fit_wording
from sourcing.checkout import CheckoutError, read_path
from sourcing.evaluate.code import WORKERS, LabelledRepository, read_labels
from sourcing.evaluate.metrics import auroc, spearman

RIDGE = 3.0
REPLICAS = 40
FOLDS, REPEATS = 5, 8
MIN_GROUP = 8  # fewer repositories than this make no group to compare with

# Points of 100 by which a fit that gives what ships may move a score: what other machines and libraries round, and
# a fifth of what a list shows, which is whole numbers.
MOST_CHANGE = 0.1

# What agreement with each list of labels means, of 100 (AUROC is a share of pairs); other lists are told by their name.
_LISTS = {
    "artifact": "put code whose results reviewers reproduced above code that was only available in {:.0f} of 100 pairs "
    "(50 is chance)",
    "niche": "put a project that people called well engineered above another in {:.0f} of 100 pairs (50 is chance)",
    "ticks": "agreed with how many of five things for repeating the results people found there by {:.0f} of 100 (rank "
    "correlation; 0 is chance)",
}

# The rooms that hold what ships, each beside its reader.
_READ_IN = {
    "known_functions.bin": "ranking.code_quality.authorship",
    "model.json": "ranking.code_quality",
    "wording.json": "ranking.code_quality.documents",
}

Matrix = np.ndarray
_Labelled = tuple[Sequence[LabelledRepository], Reading]


@dataclass(frozen=True, slots=True)
class Measured:
    """One labelled repository after reading: ``values`` by ``part/facet``."""

    row: LabelledRepository
    values: Mapping[str, float]
    group: str


def calibrate(data: Path, out: Path | None = None) -> dict[str, object]:
    """Fit on all rows of ``data`` (a CSV, or a folder with ``code-snapshots.csv``), write ``model.json`` and
    ``wording.json`` to ``out`` (default: into the package), return cross-validated figures.

    Where the folder holds ``code-origins.csv`` (``path,key`` of repositories that others copy from),
    ``known_functions.bin`` is made again first.

    Raises:
        FileNotFoundError: there is no such file, or none of its repositories could be read.
    """
    fitted = _fit(data)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    if fitted.origins_read:
        written_to("known_functions.bin", out).write_bytes(to_bytes(fitted.known))
    written_to("model.json", out).write_text(
        json.dumps(fitted.model.to_json(), indent=1, sort_keys=True) + "\n", "utf-8"
    )
    written_to("wording.json", out).write_text(_wording_text(fitted.wording), "utf-8")
    return fitted.told()


def written_to(name: str, out: Path | None) -> Path:
    """Where a file of the fit goes: to the folder ``out``, or beside what reads it in the package."""
    return (out or Path(str(resources.files(_READ_IN[name])))) / name


def check(data: Path) -> dict[str, Any]:
    """Fit again and compare with what ships; writes nothing.

    ``reproduced`` is whether no score of a row, of one of its parts, nor an end of its interval moved by more than
    :data:`MOST_CHANGE` points, and the functions that are known as copies are the same where ``data`` says where
    they come from. Rows that what ships was not fitted on give another fit.

    Raises:
        FileNotFoundError: there is no such file, or none of its repositories could be read.
    """
    fitted = _fit(data)
    shipped = shipped_model()
    change = max(
        abs(one - other)
        for before, row in zip(_measured(fitted.readings, shipped_wording()), fitted.measured, strict=True)
        for one, other in zip(_points(shipped, before), _points(fitted.model, row), strict=True)
    )
    same_functions = not fitted.origins_read or to_bytes(fitted.known) == to_bytes(shipped_origins())
    return {
        **fitted.told(),
        "version": fitted.model.version,
        "shipped_version": shipped.version,
        "same_functions": same_functions,
        "largest_change": round(change, 4),
        "tolerance": MOST_CHANGE,
        "reproduced": same_functions and change <= MOST_CHANGE,
    }


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A fit, and what it was made of."""

    model: CodeQualityModel
    wording: WordingModel
    readings: Sequence[_Labelled]
    measured: Sequence[Measured]
    known: Sequence[Origin]
    origins_read: bool
    repositories: int
    names: Sequence[str]
    figures: Mapping[str, float]

    def told(self) -> dict[str, object]:
        """What the fit was made of and how well it agrees, for printing."""
        return {
            "repositories": self.repositories,
            "scored": len({one.row.path for one in self.measured}),
            "facets": len(self.names),
            "known_functions": sum(len(one.digests) for one in self.known),
            "cross_validated": self.figures,
        }


def _fit(data: Path) -> _Fitted:
    origins = data / "code-origins.csv"
    known = read_origins(origins) if origins.is_file() else shipped_origins()
    rows = read_labels(data / "code-snapshots.csv" if data.is_dir() else data)
    by_place: dict[tuple[Path, str | None], list[LabelledRepository]] = defaultdict(list)
    for row in rows:
        by_place[row.path, row.revision].append(row)
    read = Parallel(n_jobs=WORKERS)(delayed(_read)(path, revision) for path, revision in by_place)
    found = {place: one for place, one in zip(by_place, read, strict=True) if one is not None}
    readings = [
        (by_place[place], reading)
        for place, (tree, gathered) in found.items()
        if (reading := assemble("snapshot", tree, gathered, origins=known)).code_lines >= MIN_CODE_LINES
    ]
    if not readings:
        raise FileNotFoundError(
            f"none of the {len(by_place)} repositories in {data} has code that can be read"
        )
    wording = _fit_wording(readings) or shipped_wording()
    measured = _measured(readings, wording)
    names = [f"{part}/{facet}" for part, facets in FACETS.items() for facet in facets]
    values = _matrix(measured, names)
    tasks = _tasks(measured)
    figures = _cross_validated(values, tasks, names)
    model = _fit_model(measured, values, tasks, names, figures, _wording_text(wording))
    return _Fitted(
        model, wording, readings, measured, known, origins.is_file(), len(by_place), names, figures
    )


def _points(model: CodeQualityModel, row: Measured) -> list[float]:
    """What a model says of a row: its score, those of its parts, and both ends of its interval."""
    whole = model.spreads["whole"]
    drawn = sorted(whole.percentile(model.value(row.values, weights=weights)) for weights in model.replicas)
    return [
        whole.percentile(model.value(row.values)),
        *(model.spreads[part].percentile(model.value(row.values, part=part)) for part in PARTS),
        drawn[round(0.05 * (len(drawn) - 1))],
        drawn[round(0.95 * (len(drawn) - 1))],
    ]


def _read(path: Path, revision: str | None) -> tuple[SourceTree, Gathered] | None:
    try:
        tree = read_path(path, revision)
    except CheckoutError:
        return None
    return tree, gather("snapshot", tree)


def _fit_wording(readings: Sequence[_Labelled]) -> WordingModel | None:
    return fit_wording(
        [
            (reading.documents.wording, row.label)
            for rows, reading in readings
            for row in rows
            if row.kind == KIND and row.label in (0.0, 1.0)
        ]
    )


def _measured(readings: Sequence[_Labelled], wording: WordingModel) -> list[Measured]:
    """The rows of each repository; a README that ``wording`` saw is held against a fit that did not see it."""
    measured = []
    for rows, reading in readings:
        parts = measure_parts(reading, wording.unseen(reading.documents.wording))
        values = {name: round(value, 6) for name, value in facet_values(parts).items()}
        measured += [Measured(row, values, group_of(reading)) for row in rows]
    return measured


def _wording_text(wording: WordingModel) -> str:
    return json.dumps(wording.to_json(), sort_keys=True).replace("], ", "],\n ") + "\n"


def read_origins(data: Path) -> tuple[Origin, ...]:
    """Functions of the repositories in a CSV with ``path,key``; copies that they hold themselves are left out.

    Raises:
        CheckoutError: one of them cannot be read.
    """
    found = []
    with data.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tree = read_path((data.parent / row["path"]).absolute())
            digests = {
                function.digest
                for facts in gather(row["key"], tree).facts
                if facts.language == "Python"
                for function in facts.functions
                if function.digest
            }
            first = tree.commits.first if tree.commits is not None else None
            found.append(Origin(row["key"], first.date() if first else None, frozenset(digests)))
    return tuple(found)


def _matrix(measured: Sequence[Measured], names: Sequence[str]) -> Matrix:
    return np.array([[one.values.get(name, np.nan) for name in names] for one in measured], dtype=np.float64)


def _tasks(measured: Sequence[Measured]) -> dict[str, Matrix]:
    """Labels by kind, NaN where a row belongs to another."""
    kinds = sorted({one.row.kind for one in measured})
    return {k: np.array([m.row.label if m.row.kind == k else np.nan for m in measured]) for k in kinds}


def _typical(values: Matrix, names: Sequence[str]) -> Matrix:
    """What stands for an unknown facet: the mean of those known; of a history, which is unknown where it was hidden or
    short, what is usual."""
    known = ~np.isnan(values)
    means = np.where(known.any(0), np.where(known, values, 0).sum(0) / np.maximum(1, known.sum(0)), 0.5)
    usual = {f"process/{facet}": value for facet, value in USUAL.items()}
    return np.array([usual.get(name, mean) for name, mean in zip(names, means, strict=True)])


def _prior(names: Sequence[str]) -> Matrix:
    weights = {
        f"{part}/{name}": facet.prior for part, facets in FACETS.items() for name, facet in facets.items()
    }
    total = sum(weights.values())
    return np.array([weights[name] / total for name in names])


def fit_weights(values: Matrix, tasks: Mapping[str, Matrix], prior: Matrix, ridge: float = RIDGE) -> Matrix:
    """Weights ≥ 0 that sum to 1. ``values`` (rows × measures) has no gaps; ``tasks`` are labels with NaN."""
    pairs = []
    for labels in tasks.values():
        better, worse = np.where(labels[:, None] > labels[None, :])
        if len(better):
            gap = labels[better] - labels[worse]
            pairs.append((values[better] - values[worse], gap / gap.sum()))

    def loss(point: Matrix) -> tuple[float, Matrix]:
        scale, weights = point[0], point[1:]
        off = weights - scale * prior
        total, slope = ridge * off @ off, 2 * ridge * off
        for difference, share in pairs:
            margin = difference @ weights
            total += share @ np.logaddexp(0, -margin)
            slope = slope - (share / (1 + np.exp(margin))) @ difference
        return total, np.concatenate([[-2 * ridge * off @ prior], slope])

    start = np.concatenate([[10.0], 10.0 * prior])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start)).x[1:]
    return np.asarray(found / found.sum())


def _cross_validated(values: Matrix, tasks: Mapping[str, Matrix], names: Sequence[str]) -> dict[str, float]:
    """Agreement on repositories left out of the fit, mean of :data:`REPEATS` times :data:`FOLDS` folds."""
    prior = _prior(names)
    found: dict[str, list[float]] = defaultdict(list)
    for repeat in range(REPEATS):
        order = np.random.default_rng(repeat).permutation(len(values))
        scores = np.zeros(len(values))
        for held in np.array_split(order, FOLDS):
            kept = np.setdiff1d(order, held)
            typical = _typical(values[kept], names)
            weights = fit_weights(
                np.where(np.isnan(values[kept]), typical, values[kept]),
                {kind: labels[kept] for kind, labels in tasks.items()},
                prior,
            )
            scores[held] = np.where(np.isnan(values[held]), typical, values[held]) @ weights
        for kind, labels in tasks.items():
            rows = ~np.isnan(labels)
            found[kind].append(_figure(labels[rows], scores[rows]))
    return {kind: round(float(np.mean(figures)), 3) for kind, figures in found.items()}


def _figure(labels: Matrix, scores: Matrix) -> float:
    """AUROC for 0/1 labels, else Spearman's ρ."""
    binary = set(labels.tolist()) <= {0.0, 1.0}
    return (auroc(scores, labels) if binary else spearman(scores, labels)) or 0.0


def _fit_model(
    measured: Sequence[Measured],
    values: Matrix,
    tasks: Mapping[str, Matrix],
    names: Sequence[str],
    figures: Mapping[str, float],
    wording: str,
) -> CodeQualityModel:
    typical = _typical(values, names)
    filled = np.where(np.isnan(values), typical, values)
    prior = _prior(names)
    weights = fit_weights(filled, tasks, prior)
    random = np.random.default_rng(0)
    replicas = []
    for _ in range(REPLICAS):
        rows = random.integers(0, len(filled), len(filled))
        replicas.append(fit_weights(filled[rows], {k: labels[rows] for k, labels in tasks.items()}, prior))
    shipped = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)}
    columns = {"whole": filled @ weights}
    for part in PARTS:
        mine = np.array([name.startswith(part + "/") for name in names])
        columns[part] = filled[:, mine] @ weights[mine] / weights[mine].sum()
    sorts = [(one.group, wider_group(one.group)) for one in measured]
    groups = Counter(name for names in sorts for name in names)
    members = {g: np.array([g in names for names in sorts]) for g, n in groups.items() if n >= MIN_GROUP}
    means = {name: round(float(value), 4) for name, value in zip(names, typical, strict=True)}
    drawn = tuple(
        {name: round(float(weight), 5) for name, weight in zip(names, replica, strict=True) if weight > 5e-6}
        for replica in replicas
    )
    version = hashlib.sha256(json.dumps([shipped, means, wording], sort_keys=True).encode()).hexdigest()[:8]
    return CodeQualityModel(
        version=f"2-{version}",
        spreads={name: _spread(column) for name, column in columns.items()},
        groups={
            g: {name: _spread(c[rows]) for name, c in columns.items()} for g, rows in sorted(members.items())
        },
        validated_on=validated(len({one.row.path for one in measured}), figures),
        weights=shipped,
        typical=means,
        replicas=drawn,
    )


def validated(repositories: int, figures: Mapping[str, float]) -> str:
    """What the score was checked against and how well it did, in words that ask for no statistics: agreement by list.

    It says what the range beside a score is, too, and which part nobody could check.
    """
    told = "; ".join(
        _LISTS.get(kind, f"agreed with the labels of the list “{kind}” by {{:.0f}} of 100").format(
            100 * value
        )
        for kind, value in figures.items()
    )
    return (
        f"{repositories} repositories with labels given by people, each scored by a fit without it: {told}; this is "
        "optimistic, as the form of the score was chosen with these rows in view; nobody has labelled hygiene, so that "
        "part is unchecked; the range is where 9 of 10 fits on other draws of these repositories put the score, wider "
        "where little could be read, and how often it holds was not measured"
    )


def _spread(column: Matrix) -> Spread:
    return Spread(mean=round(float(column.mean()), 5), deviation=round(max(1e-3, float(column.std())), 5))
