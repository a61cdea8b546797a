"""The fitted parameters of the originality scorer: what they are, and the file they ship in.

``model.npz`` holds arrays only (no pickles): the feature space, two coefficients for each of its columns, the
calibration, and hashes of the titles that were fitted on. ``python -m sourcing.calibrate originality --data DIR``
writes it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from db.keys.papers import title_key
from ranking.originality.features import FeatureSpace, Floats, StyleScale
from ranking.originality.text import PaperText, WordWeights

FORMAT = 2
# A word in more than this share of papers ("method", "propose") says nothing about what a paper is near to.
COMMON_SHARE = 0.15
# What reviewers value drifts: coefficients move in a straight line over these years and stay put outside of them.
MIDDLE_YEAR, YEARS_EACH_WAY = 2022, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From the model's prediction to the reviewers' percentile (0..100), as a broken line.

    At prediction ``at[i]`` the expected percentile is ``expected[i]``, and ``low[i]``..``high[i]`` held the observed
    one in ``level`` of the rows that the fit had not seen. ``familiar`` is the share of known words below which a text
    counts as out of field (one in fifty of the fitted rows lies below).
    """

    at: Floats
    expected: Floats
    low: Floats
    high: Floats
    level: float
    familiar: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewScale:
    """How reviewers' own novelty scores become a percentile.

    ``quantiles`` are the 101 percentiles of papers' mean novelty on a 0..1 scale; ``deviation`` is how far one
    reviewer of a paper scatters on that scale.
    """

    quantiles: Floats
    deviation: float


@dataclass(frozen=True, kw_only=True)
class OriginalityModel:
    """Everything that was fitted.

    The prediction for a row ``x`` of the feature space in ``era`` e is ``x·(base + e drift) + intercept``.
    ``fitted`` are hashes of title keys (see :func:`title_hash`), ascending.
    """

    space: FeatureSpace
    base: Floats
    drift: Floats
    intercept: float
    calibration: Calibration
    reviews: ReviewScale
    fitted: npt.NDArray[np.uint32]
    validated_on: str
    version: str = ""

    def predict(self, papers: Sequence[PaperText]) -> npt.NDArray[np.float64]:
        """Raw predictions: no unit, higher is more original."""
        return self.of_vectors(self.space.vectors(papers), eras([paper.year for paper in papers]))

    def of_vectors(self, vectors: sparse.csr_array, era: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Raw predictions for rows of the feature space."""
        return np.asarray(
            vectors @ self.base + era * (vectors @ self.drift) + self.intercept, dtype=np.float64
        )

    def word_weights(self) -> WordWeights:
        """Weights of single words for finding neighbours: stop words and common words weigh nothing."""
        floor = 1.0 - float(np.log(COMMON_SHARE))
        known = dict.fromkeys(ENGLISH_STOP_WORDS, 0.0)
        known.update(
            (term, float(weight) if weight > floor else 0.0)
            for term, weight in zip(self.space.terms, self.space.term_idf.tolist(), strict=True)
            if " " not in term
        )
        return WordWeights(known=known, unknown=float(self.space.term_idf.max()))

    def was_fitted_on(self, title: str) -> bool:
        """Whether a paper of this title was among the rows of the fit."""
        wanted = title_hash(title)
        place = int(np.searchsorted(self.fitted, wanted))
        return place < len(self.fitted) and int(self.fitted[place]) == wanted


def eras(years: Sequence[int | None]) -> npt.NDArray[np.float64]:
    """Where each year lies between the earliest (-1) and the latest (1) that the model tells apart.

    A paper without a year is read as a recent one.
    """
    known = [MIDDLE_YEAR + YEARS_EACH_WAY if year is None else year for year in years]
    return np.clip((np.asarray(known, dtype=np.float64) - MIDDLE_YEAR) / YEARS_EACH_WAY, -1, 1)


def title_hash(title: str) -> int:
    """32 bits of BLAKE2b over the title's normal form; 20,000 titles take up one in 200,000 of its values."""
    return int.from_bytes(hashlib.blake2b(title_key(title).encode(), digest_size=4).digest(), "big")


def title_hashes(titles: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Hashes of titles, ascending, each once."""
    return np.unique(np.asarray([title_hash(title) for title in titles], dtype=np.uint32))


def dump_model(model: OriginalityModel) -> bytes:
    """Write a model in its file format; equal models give equal bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "format": np.asarray(FORMAT),
        "terms": _packed(model.space.terms),
        "term_idf": model.space.term_idf.astype(np.float16),
        "pieces": _packed(model.space.pieces),
        "piece_idf": model.space.piece_idf.astype(np.float16),
        "base": model.base.astype(np.float16),
        "drift": model.drift.astype(np.float16),
        "intercept": np.asarray(model.intercept, dtype=np.float32),
        "review_quantiles": model.reviews.quantiles.astype(np.float32),
        "review_deviation": np.asarray(model.reviews.deviation, dtype=np.float32),
        "fitted": model.fitted.astype(np.uint32),
        "validated_on": np.frombuffer(model.validated_on.encode(), dtype=np.uint8),
    }
    for each in fields(StyleScale):
        arrays[f"style_{each.name}"] = getattr(model.space.style, each.name)
    for each in fields(Calibration):
        arrays[f"calibration_{each.name}"] = np.asarray(
            getattr(model.calibration, each.name), dtype=np.float32
        )
    body = io.BytesIO()
    np.savez_compressed(body, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the keywords for options
    return body.getvalue()


def parse_model(body: bytes) -> OriginalityModel:
    """Read a model; its version is the format and a digest of the file. Raises ``ValueError`` on another format."""
    with np.load(io.BytesIO(body), allow_pickle=False) as stored:
        if int(stored["format"]) != FORMAT:
            raise ValueError(f"originality model of format {int(stored['format'])}, not {FORMAT}")
        line = {name: stored[f"calibration_{name}"] for name in ("at", "expected", "low", "high")}
        return OriginalityModel(
            space=FeatureSpace(
                terms=_unpacked(stored["terms"]),
                term_idf=stored["term_idf"].astype(np.float32),
                pieces=_unpacked(stored["pieces"]),
                piece_idf=stored["piece_idf"].astype(np.float32),
                style=StyleScale(**{each.name: stored[f"style_{each.name}"] for each in fields(StyleScale)}),
            ),
            base=stored["base"].astype(np.float32),
            drift=stored["drift"].astype(np.float32),
            intercept=float(stored["intercept"]),
            calibration=Calibration(
                **line,
                level=round(float(stored["calibration_level"]), 4),
                familiar=float(stored["calibration_familiar"]),
            ),
            reviews=ReviewScale(
                quantiles=stored["review_quantiles"], deviation=float(stored["review_deviation"])
            ),
            fitted=stored["fitted"],
            validated_on=stored["validated_on"].tobytes().decode(),
            version=f"{FORMAT}-{hashlib.blake2b(body, digest_size=4).hexdigest()}",
        )


@lru_cache(maxsize=1)
def shipped_model() -> OriginalityModel:
    """The model that ships with the package."""
    return parse_model(resources.files("ranking.originality").joinpath("model.npz").read_bytes())


def shipped_validation() -> str:
    """What the shipped model was checked against and how well it did; read without unpacking the model."""
    stored = resources.files("ranking.originality").joinpath("model.npz")
    with stored.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return str(arrays["validated_on"].tobytes().decode())


def _packed(strings: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(strings), ensure_ascii=False).encode(), dtype=np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(json.loads(packed.tobytes()))
