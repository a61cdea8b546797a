"""The fitted parameters of the originality scorer: what they are, and the file they ship in.

``model.npz`` holds arrays only (no pickles): the vocabulary, its inverse document frequencies, one coefficient for each
term, the calibration, and hashes of the titles that were fitted on.
``python -m sourcing.calibrate originality --data DIR`` writes it.
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
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from db.keys.papers import title_key
from ranking.originality.text import WordWeights

FORMAT = 1
# A word in more than this share of papers ("method", "propose") says nothing about what a paper is near to.
COMMON_SHARE = 0.15

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From the text model's prediction to the reviewers' percentile (0..100), as a broken line.

    At prediction ``at[i]`` the expected percentile is ``expected[i]``, and ``low[i]``..``high[i]`` held the observed
    one in ``level`` of the rows that the model had not seen.
    """

    at: Floats
    expected: Floats
    low: Floats
    high: Floats
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalityModel:
    """Everything that was fitted. ``terms`` are in the vectoriser's order; arrays of terms are aligned with it.

    ``reviewed`` are the 101 percentiles of reviewers' mean novelty on a 0..1 scale, for papers whose reviews are
    known. ``fitted`` are hashes of title keys (see :func:`title_hash`), ascending.
    """

    terms: tuple[str, ...]
    idf: Floats
    coefficients: Floats
    intercept: float
    calibration: Calibration
    reviewed: Floats
    fitted: npt.NDArray[np.uint32]
    validated_on: str
    version: str = ""

    def vectoriser(self) -> TfidfVectorizer:
        """The vectoriser that the coefficients belong to, ready to transform."""
        vectoriser = new_vectoriser(vocabulary=self.terms)
        vectoriser.idf_ = self.idf.astype(np.float64)
        return vectoriser

    def word_weights(self) -> WordWeights:
        """Weights of single words for finding neighbours: stop words and common words weigh nothing."""
        floor = 1.0 - float(np.log(COMMON_SHARE))
        known = {
            term: float(weight) if weight > floor and term not in ENGLISH_STOP_WORDS else 0.0
            for term, weight in zip(self.terms, self.idf.tolist(), strict=True)
            if " " not in term
        }
        return WordWeights(known=known, unknown=float(self.idf.max()))

    def was_fitted_on(self, title: str) -> bool:
        """Whether a paper of this title was among the rows of the fit."""
        wanted = title_hash(title)
        place = int(np.searchsorted(self.fitted, wanted))
        return place < len(self.fitted) and int(self.fitted[place]) == wanted


def new_vectoriser(**options: Any) -> TfidfVectorizer:
    """A TF-IDF vectoriser over words and pairs of neighbouring words, with sublinear counts and unit length."""
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, **options)


def title_hash(title: str) -> int:
    """32 bits of BLAKE2b over the title's normal form; two of 20,000 titles share one with chance 1 in 20."""
    return int.from_bytes(hashlib.blake2b(title_key(title).encode(), digest_size=4).digest(), "big")


def dump_model(model: OriginalityModel) -> bytes:
    """Write a model in its file format; equal models give equal bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "format": np.asarray(FORMAT),
        "terms": _text(json.dumps(model.terms, ensure_ascii=False)),
        "idf": model.idf.astype(np.float16),
        "coefficients": model.coefficients.astype(np.float16),
        "intercept": np.asarray(model.intercept, dtype=np.float32),
        "reviewed": model.reviewed.astype(np.float32),
        "fitted": model.fitted.astype(np.uint32),
        "validated_on": _text(model.validated_on),
    }
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
        calibration = {
            each.name: stored[f"calibration_{each.name}"]
            for each in fields(Calibration)
            if each.name != "level"
        }
        return OriginalityModel(
            terms=tuple(json.loads(stored["terms"].tobytes())),
            idf=stored["idf"].astype(np.float32),
            coefficients=stored["coefficients"].astype(np.float32),
            intercept=float(stored["intercept"]),
            calibration=Calibration(level=round(float(stored["calibration_level"]), 4), **calibration),
            reviewed=stored["reviewed"],
            fitted=stored["fitted"],
            validated_on=stored["validated_on"].tobytes().decode(),
            version=f"{FORMAT}-{hashlib.blake2b(body, digest_size=4).hexdigest()}",
        )


@lru_cache(maxsize=1)
def shipped_model() -> OriginalityModel:
    """The model that ships with the package."""
    return parse_model(resources.files("ranking.originality").joinpath("model.npz").read_bytes())


def contributions(model: OriginalityModel, vectors: sparse.csr_array) -> sparse.csr_array:
    """How far each term moves the prediction of each row."""
    return sparse.csr_array(vectors.multiply(model.coefficients))


def _text(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def hashes_of(titles: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Hashes of titles, ascending, each once."""
    return np.unique(np.asarray([title_hash(title) for title in titles], dtype=np.uint32))
