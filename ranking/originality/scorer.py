"""Originality of papers: what reviewers would say of the text, and what came before it as evidence.

The number comes from the way a paper describes what it does, fitted on reviewers' novelty scores; distance to earlier
papers hardly agrees with reviewers, so neighbours are shown and not scored (see docs/model-card.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, Review, SubjectKind
from ranking.originality.corpus import CorpusIndex, Neighbour
from ranking.originality.model import OriginalityModel, contributions, shipped_model
from ranking.originality.text import PaperText, words

SCORER = "originality"
# Fewer words than this is a title or a stub, on which the model was never fitted.
LEAST_WORDS = 40
# Below this share of known words the text is of another language or kind.
LEAST_KNOWN = 0.5
PHRASES = 3
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class OriginalityScorer:
    """Scores papers with fixed parameters; :attr:`version` names them."""

    model: OriginalityModel
    _vectoriser: TfidfVectorizer = field(repr=False)

    @classmethod
    def load(cls) -> OriginalityScorer:
        """The scorer with the shipped parameters."""
        return cls.of(shipped_model())

    @classmethod
    def of(cls, model: OriginalityModel) -> OriginalityScorer:
        """A scorer with the parameters given."""
        return cls(model, model.vectoriser())

    @property
    def version(self) -> str:
        """Changes whenever the parameters do."""
        return self.model.version

    def predict(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """The text model's raw prediction for each text (no unit; higher is more original)."""
        return np.asarray(
            self._vectors(texts) @ self.model.coefficients + self.model.intercept, dtype=np.float64
        )

    def assess(
        self,
        papers: Sequence[PaperText],
        corpus: CorpusIndex,
        *,
        reviews: Mapping[str, Sequence[Review]] | None = None,
    ) -> list[Assessment]:
        """Assess papers, in order, against what ``corpus`` holds from before each of them.

        ``score`` is the percentage of comparable papers (submissions to machine learning conferences) that
        reviewers are expected to find less original; ``low``..``high`` is a prediction interval for it. Where
        ``reviews`` (by paper id) hold novelty scores, their mean leads and the text's score becomes a part. Too
        little text, or text in unknown words, gives insufficient evidence.
        """
        vectors = self._vectors([paper.text for paper in papers])
        moved = contributions(self.model, vectors)
        predictions = np.asarray(vectors @ self.model.coefficients + self.model.intercept, dtype=np.float64)
        nearest = corpus.nearest_earlier(papers, count=NEIGHBOURS)
        return [
            self._assessment(
                paper,
                float(predictions[row]),
                moved[[row], :],
                nearest[row],
                (reviews or {}).get(paper.id, ()),
            )
            for row, paper in enumerate(papers)
        ]

    def _vectors(self, texts: Sequence[str]) -> sparse.csr_array:
        if not texts:
            return sparse.csr_array((0, len(self.model.terms)), dtype=np.float32)
        return sparse.csr_array(self._vectoriser.transform(texts))

    def _assessment(
        self,
        paper: PaperText,
        prediction: float,
        moved: sparse.csr_array,
        nearest: Sequence[Neighbour],
        reviews: Sequence[Review],
    ) -> Assessment:
        near = tuple(_neighbour_evidence(each) for each in nearest)
        reviewed = self._reviewed(reviews)
        reason = self._too_little(paper)
        if reason is not None and reviewed is None:
            return Assessment(
                subject_kind=SubjectKind.PAPER,
                subject_id=paper.id,
                axis=Axis.ORIGINALITY,
                scorer=SCORER,
                scorer_version=self.version,
                status=AssessmentStatus.INSUFFICIENT,
                reason=reason,
                parts=_parts(None, None, near),
                evidence=near,
                input_hash=_input_hash(paper, reviews),
            )
        text = None if reason is not None else self._calibrated(prediction)
        phrases = () if text is None else self._phrases(moved, prediction)
        parts = _parts(text, reviewed, near, phrases)
        score, low, high = reviewed or text or (0.0, 0.0, 0.0)
        return Assessment(
            subject_kind=SubjectKind.PAPER,
            subject_id=paper.id,
            axis=Axis.ORIGINALITY,
            scorer=SCORER,
            scorer_version=self.version,
            score=score,
            low=low,
            high=high,
            parts=parts,
            evidence=_reviewed_evidence(reviews) + phrases + near,
            input_hash=_input_hash(paper, reviews),
            validated_on=self.model.validated_on,
        )

    def _too_little(self, paper: PaperText) -> str | None:
        found = words(paper.text)
        if len(found) < LEAST_WORDS:
            return f"too little text: {len(found)} words of title and abstract, {LEAST_WORDS} needed"
        known = sum(word in self._vectoriser.vocabulary_ for word in found) / len(found)
        if known < LEAST_KNOWN:
            return f"only {100 * known:.0f} % of the words are known to the scorer: another language or field"
        return None

    def _calibrated(self, prediction: float) -> tuple[float, float, float]:
        line = self.model.calibration
        score, low, high = (
            float(np.interp(prediction, line.at, values)) for values in (line.expected, line.low, line.high)
        )
        return round(score, 2), round(low, 2), round(high, 2)

    def _phrases(self, moved: sparse.csr_array, prediction: float) -> tuple[Evidence, ...]:
        line = self.model.calibration
        step = 1e-2
        slope = float(
            (
                np.interp(prediction + step, line.at, line.expected)
                - np.interp(prediction - step, line.at, line.expected)
            )
            / (2 * step)
        )
        points = {
            self.model.terms[column]: slope * float(value)
            for column, value in zip(moved.indices, moved.data, strict=True)
        }
        up = sorted((term for term in points if points[term] > 0), key=lambda term: (-points[term], term))
        down = sorted((term for term in points if points[term] < 0), key=lambda term: (points[term], term))
        return tuple(
            Evidence(
                text=f"“{term}” {'raises' if points[term] > 0 else 'lowers'} it",
                kind="phrase",
                weight=round(points[term], 2),
            )
            for term in up[:PHRASES] + down[:PHRASES]
        )

    def _reviewed(self, reviews: Sequence[Review]) -> tuple[float, float, float] | None:
        novelty = _novelty(reviews)
        if not novelty:
            return None
        grid = np.linspace(0, 100, len(self.model.reviewed))
        mean = float(np.mean(novelty))
        # One reviewer's scores scatter by about a quarter of the scale (ICLR 2022); 1.28 standard errors hold 80 %.
        error = 1.28 * 0.22 / float(np.sqrt(len(novelty)))
        score, low, high = (
            float(np.interp(value, self.model.reviewed, grid)) for value in (mean, mean - error, mean + error)
        )
        return round(score, 2), round(low, 2), round(high, 2)


def _novelty(reviews: Sequence[Review]) -> list[float]:
    return [
        (review.novelty - review.novelty_scale[0]) / (review.novelty_scale[1] - review.novelty_scale[0])
        for review in reviews
        if review.novelty is not None and review.novelty_scale is not None
    ]


def _reviewed_evidence(reviews: Sequence[Review]) -> tuple[Evidence, ...]:
    given = [review for review in reviews if review.novelty is not None and review.novelty_scale is not None]
    if not given or given[0].novelty_scale is None:
        return ()
    scores = ", ".join(f"{review.novelty:g}" for review in given)
    low, high = given[0].novelty_scale
    return (
        Evidence(
            text=f"{len(given)} reviewers scored its novelty {scores} on {low:g}–{high:g}", kind="review"
        ),
    )


def _parts(
    text: tuple[float, float, float] | None,
    reviewed: tuple[float, float, float] | None,
    near: tuple[Evidence, ...],
    phrases: tuple[Evidence, ...] = (),
) -> tuple[Part, ...]:
    text_weight = 0.0 if reviewed is not None else 1.0
    parts = [Part(name="text", score=text[0] if text else None, weight=text_weight, evidence=phrases)]
    if reviewed is not None:
        parts.insert(0, Part(name="reviewers", score=reviewed[0], weight=1.0))
    parts.append(Part(name="earlier papers", score=None, weight=0.0, evidence=near))
    return tuple(parts)


def _neighbour_evidence(near: Neighbour) -> Evidence:
    shared = ", ".join(near.shared[:4]) or "little"
    own = ", ".join(near.own[:4])
    differs = f"; new here: {own}" if own else "; nothing new in its words"
    return Evidence(
        text=f"nearest earlier: “{near.title}” ({near.day:%Y-%m-%d}, similarity {near.similarity:.2f}); "
        f"shares {shared}{differs}",
        kind="earlier paper",
        url=_url(near.id),
    )


def _url(paper_id: str) -> str | None:
    return f"https://arxiv.org/abs/{paper_id[6:]}" if paper_id.startswith("arXiv:") else None


def _input_hash(paper: PaperText, reviews: Sequence[Review]) -> str:
    seen = (paper.title, paper.abstract, str(paper.day), [(r.novelty, r.novelty_scale) for r in reviews])
    return hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()
