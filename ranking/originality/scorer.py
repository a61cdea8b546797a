"""Originality of papers: what reviewers would say of the text, and what came before it as evidence.

The number comes from the way a paper describes what it does, fitted on reviewers' novelty scores; distance to earlier
papers hardly agrees with reviewers, so neighbours are shown and not scored (see docs/model-card.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, Review, SubjectKind
from ranking.originality.corpus import CorpusIndex, Neighbour, NewToCorpus
from ranking.originality.model import OriginalityModel, eras, shipped_model
from ranking.originality.phrases import moving_phrases
from ranking.originality.text import PaperText, words

SCORER = "originality"
# Fewer words than this is a title or a stub, on which the model was never fitted.
LEAST_WORDS = 40
# Below this share of known words the text is of another language or kind.
LEAST_KNOWN = 0.5
NEIGHBOURS = 3
# An interval that says "could be anything"; what lies out of field is drawn towards it.
ANYTHING = (5.0, 95.0)


class _Estimate(NamedTuple):
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OriginalityScorer:
    """Scores papers with fixed parameters; :attr:`version` names them."""

    model: OriginalityModel

    @classmethod
    def load(cls) -> OriginalityScorer:
        """The scorer with the shipped parameters."""
        return cls(shipped_model())

    @property
    def version(self) -> str:
        """Changes whenever the parameters do."""
        return self.model.version

    def assess(
        self,
        papers: Sequence[PaperText],
        corpus: CorpusIndex,
        *,
        reviews: Mapping[str, Sequence[Review]] | None = None,
    ) -> list[Assessment]:
        """Assess papers, in order, against what ``corpus`` holds from before each of them.

        ``score`` is the percentage of comparable papers (submissions to machine learning conferences) that
        reviewers are expected to find less original; ``low``..``high`` is a prediction interval for it at the
        calibration's level. Where ``reviews`` (by paper id) hold novelty scores, their mean leads and the text's
        score becomes a part. Too little text, or text in unknown words, gives insufficient evidence.
        """
        vectors = self.model.space.vectors(papers)
        era = eras([paper.year for paper in papers])
        predictions = self.model.of_vectors(vectors, era)
        nearest = corpus.nearest_earlier(papers, count=NEIGHBOURS)
        return [
            self._assessment(
                paper,
                vectors[[row], :],
                float(era[row]),
                float(predictions[row]),
                _news_evidence(corpus.new_to_corpus(paper)) + tuple(map(_neighbour_evidence, nearest[row])),
                (reviews or {}).get(paper.id, ()),
            )
            for row, paper in enumerate(papers)
        ]

    def _assessment(
        self,
        paper: PaperText,
        vector: sparse.csr_array,
        era: float,
        prediction: float,
        earlier: tuple[Evidence, ...],
        reviews: Sequence[Review],
    ) -> Assessment:
        reviewed = self._reviewed(reviews)
        known = self.model.space.known_share(paper.text)
        reason = _too_little(paper, known)
        if reason is not None and reviewed is None:
            return Assessment(
                subject_kind=SubjectKind.PAPER,
                subject_id=paper.id,
                axis=Axis.ORIGINALITY,
                scorer=SCORER,
                scorer_version=self.version,
                status=AssessmentStatus.INSUFFICIENT,
                reason=reason,
                parts=_parts(None, None, earlier),
                evidence=earlier,
                input_hash=_input_hash(paper, reviews),
            )
        text, phrases = None, tuple[Evidence, ...]()
        if reason is None:
            text = self._estimate(prediction, known)
            phrases = moving_phrases(self.model, paper, vector, era, self._slope(prediction))
        leading = reviewed or text
        assert leading is not None  # noqa: S101 - one of the two was found above
        return Assessment(
            subject_kind=SubjectKind.PAPER,
            subject_id=paper.id,
            axis=Axis.ORIGINALITY,
            scorer=SCORER,
            scorer_version=self.version,
            score=leading.score,
            low=leading.low,
            high=leading.high,
            parts=_parts(text, reviewed, earlier, phrases, _reviewed_evidence(reviews)),
            evidence=_reviewed_evidence(reviews) + _field_evidence(known, self.model) + phrases + earlier,
            input_hash=_input_hash(paper, reviews),
            validated_on=self.model.validated_on if reviewed is None else "the reviewers' own novelty scores",
        )

    def _estimate(self, prediction: float, known: float) -> _Estimate:
        line = self.model.calibration
        score, low, high = (
            float(np.interp(prediction, line.at, values)) for values in (line.expected, line.low, line.high)
        )
        strange = _strangeness(known, self.model)
        if strange:
            score += strange * (50.0 - score)
            low, high = (
                min(low, low + strange * (ANYTHING[0] - low)),
                max(high, high + strange * (ANYTHING[1] - high)),
            )
        return _Estimate(round(score, 2), round(low, 2), round(high, 2))

    def _slope(self, prediction: float) -> float:
        """Points of the score for one unit of the prediction, near this prediction."""
        line = self.model.calibration
        step = (float(line.at[-1]) - float(line.at[0])) / 50
        if step <= 0:
            return 0.0
        around = np.interp([prediction - step, prediction + step], line.at, line.expected)
        return float(around[1] - around[0]) / (2 * step)

    def _reviewed(self, reviews: Sequence[Review]) -> _Estimate | None:
        novelty = _novelty(reviews)
        if not novelty:
            return None
        scale = self.model.reviews
        grid = np.linspace(0, 100, len(scale.quantiles))
        mean = float(np.mean(novelty))
        # 1.28 standard errors of the reviewers' mean on either side hold 80 % of a normal distribution.
        error = 1.28 * scale.deviation / float(np.sqrt(len(novelty)))
        low, high = (float(np.interp(mean + sign * error, scale.quantiles, grid)) for sign in (-1, 1))
        # Many papers share a mean: the middle of their range, as percentiles of ties are given.
        places = [
            np.searchsorted(scale.quantiles, mean - 1e-6),
            np.searchsorted(scale.quantiles, mean + 1e-6),
        ]
        score = float(np.clip(np.mean(places), 0, 100))
        return _Estimate(round(score, 2), round(min(low, score), 2), round(max(high, score), 2))


def _too_little(paper: PaperText, known: float) -> str | None:
    found = len(words(paper.text))
    if found < LEAST_WORDS:
        return f"too little text: {found} words of title and abstract, {LEAST_WORDS} needed"
    if known < LEAST_KNOWN:
        return f"only {100 * known:.0f} % of the words are known to the scorer: another language or field"
    return None


def _strangeness(known: float, model: OriginalityModel) -> float:
    """How far out of field a text is: 0 (as the fitted ones) to 1 (on the verge of saying nothing)."""
    familiar = model.calibration.familiar
    if known >= familiar or familiar <= LEAST_KNOWN:
        return 0.0
    return min(1.0, (familiar - known) / (familiar - LEAST_KNOWN))


def _field_evidence(known: float, model: OriginalityModel) -> tuple[Evidence, ...]:
    if not _strangeness(known, model):
        return ()
    text = f"{100 * (1 - known):.0f} % of the words are new to the scorer: out of its field, so the interval is wider"
    return (Evidence(text=text, kind="field"),)


def _novelty(reviews: Sequence[Review]) -> list[float]:
    return [
        (review.novelty - review.novelty_scale[0]) / (review.novelty_scale[1] - review.novelty_scale[0])
        for review in reviews
        if review.novelty is not None
        and review.novelty_scale is not None
        and review.novelty_scale[1] > review.novelty_scale[0]
    ]


def _reviewed_evidence(reviews: Sequence[Review]) -> tuple[Evidence, ...]:
    given = [review for review in reviews if _novelty([review])]
    if not given or given[0].novelty_scale is None:
        return ()
    scores = ", ".join(f"{review.novelty:g}" for review in given)
    low, high = given[0].novelty_scale
    who = "1 reviewer" if len(given) == 1 else f"{len(given)} reviewers"
    return (Evidence(text=f"{who} scored its novelty {scores} on {low:g}–{high:g}", kind="review"),)


def _parts(
    text: _Estimate | None,
    reviewed: _Estimate | None,
    earlier: tuple[Evidence, ...],
    phrases: tuple[Evidence, ...] = (),
    said: tuple[Evidence, ...] = (),
) -> tuple[Part, ...]:
    parts = [
        Part(
            name="text",
            score=text.score if text else None,
            weight=0.0 if reviewed is not None else 1.0,
            evidence=phrases,
        ),
        Part(name="earlier papers", score=None, weight=0.0, evidence=earlier),
    ]
    if reviewed is not None:
        parts.insert(0, Part(name="reviewers", score=reviewed.score, weight=1.0, evidence=said))
    return tuple(parts)


def _news_evidence(news: NewToCorpus) -> tuple[Evidence, ...]:
    words = (Evidence(text=f"no earlier paper here uses “{word}”", kind="new term") for word in news.words)
    pairs = (
        Evidence(
            text=f"first here to bring together “{one}” and “{other}” ({n_one} and {n_other} earlier papers)",
            kind="new combination",
        )
        for one, other, n_one, n_other in news.pairs
    )
    return (*words, *pairs)


def _neighbour_evidence(near: Neighbour) -> Evidence:
    shared = ", ".join(near.shared[:4]) or "little"
    own = ", ".join(near.own[:4])
    differs = f"; only here: {own}" if own else "; no word is only here"
    return Evidence(
        text=f"nearest earlier: “{near.title}” ({near.day:%Y-%m-%d}, similarity {near.similarity:.2f}); "
        f"shares {shared}{differs}",
        kind="earlier paper",
        url=paper_url(near.id),
    )


def paper_url(paper_id: str) -> str | None:
    """The page of a paper whose id says where it is."""
    return (
        f"https://arxiv.org/abs/{paper_id.removeprefix('arXiv:')}" if paper_id.startswith("arXiv:") else None
    )


def _input_hash(paper: PaperText, reviews: Sequence[Review]) -> str:
    seen = (paper.title, paper.abstract, str(paper.day), [(r.novelty, r.novelty_scale) for r in reviews])
    return hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()
