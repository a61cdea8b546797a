"""Execution: how well the work was carried out, as far as its venue has said so; unknown everywhere else.

Decisions and awards are shares of submissions: an oral lies among the best two in a hundred. Reviewers' ratings move a
paper within the band of its decision, and stand alone where a decision is not known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, Review, SubjectKind

SCORER = "execution"
VERSION = "1"
VALIDATED_ON = "not a prediction: what the venue decided, placed by the share of submissions that got as far"

# Shares of 7,264 submissions to ICLR 2020, 2021 and 2022: 69.3 % not accepted (withdrawn ones among them), 24.3 %
# posters, 4.5 % spotlights, 1.9 % orals. An accepted paper of unknown kind may be any of the last three.
BANDS = {
    "reject": (0.0, 69.0),
    "withdrawn": (0.0, 69.0),
    "poster": (69.0, 93.5),
    "accept": (69.0, 100.0),
    "spotlight": (93.5, 98.0),
    "oral": (98.0, 100.0),
}
AWARD_BAND = (99.5, 100.0)

# Deciles of a submission's mean rating on a 0..1 scale, ICLR 2020-2022 (7,263 submissions). The venues used 1/3/6/8
# and 1..10 forms, so this places a paper only roughly; it never leaves its decision's band.
RATING_DECILES = (0.0, 0.222, 0.306, 0.361, 0.417, 0.444, 0.5, 0.556, 0.583, 0.639, 1.0)

# A reviewer's soundness or correctness score speaks for execution more directly than the overall rating does.
EXECUTION_WEIGHT = 2.0


def assess_execution(
    subject_id: str,
    *,
    decision: str | None = None,
    awards: Sequence[str] = (),
    reviews: Sequence[Review] = (),
    venue: str | None = None,
) -> Assessment:
    """Assess one paper; ``score`` is a percentile of submissions to a selective conference, 0..100.

    ``decision`` is one of :class:`db.records.PaperRecord`'s, others count as unknown. With no decision, award or
    rating the answer is insufficient evidence: nothing is guessed from where a paper appeared.
    """
    rated = _rating_percentile(reviews)
    band = AWARD_BAND if awards else BANDS.get(decision or "")
    evidence = _evidence(decision if decision in BANDS else None, awards, reviews, venue)
    digest = hashlib.blake2b(
        repr((decision, tuple(awards), tuple(reviews), venue)).encode(), digest_size=12
    ).hexdigest()
    parts = (
        Part(name="decision", score=None if band is None else round(sum(band) / 2, 2)),
        Part(name="ratings", score=None if rated is None else round(rated, 2)),
    )
    if band is None and rated is None:
        return Assessment(
            subject_kind=SubjectKind.PAPER,
            subject_id=subject_id,
            axis=Axis.EXECUTION,
            scorer=SCORER,
            scorer_version=VERSION,
            status=AssessmentStatus.INSUFFICIENT,
            reason="no decision, award or rating is known",
            parts=parts,
            input_hash=digest,
        )
    if band is None:
        score = rated if rated is not None else 50.0
        # Two reviewers of one paper differ widely: ratings alone leave a third of the scale open.
        open_by = 30 / max(1, sum(bool(_placed(review)) for review in reviews)) ** 0.5
        low, high = max(0.0, score - open_by), score + open_by
    else:
        low, high = band
        score = low + (high - low) * (0.5 if rated is None else rated / 100)
    return Assessment(
        subject_kind=SubjectKind.PAPER,
        subject_id=subject_id,
        axis=Axis.EXECUTION,
        scorer=SCORER,
        scorer_version=VERSION,
        score=round(score, 2),
        low=round(low, 2),
        high=round(min(100.0, high), 2),
        parts=parts,
        evidence=evidence,
        input_hash=digest,
        validated_on=VALIDATED_ON,
    )


def _rating_percentile(reviews: Sequence[Review]) -> float | None:
    placed = [one for review in reviews for one in _placed(review)]
    if not placed:
        return None
    mean = sum(value * weight for value, weight in placed) / sum(weight for _, weight in placed)
    return float(np.interp(mean, RATING_DECILES, np.linspace(0, 100, len(RATING_DECILES))))


def _placed(review: Review) -> list[tuple[float, float]]:
    """What a review gives on the way from the lowest to the highest of its scales, 0..1, each with its weight."""
    return [
        (min(1.0, max(0.0, (value - scale[0]) / (scale[1] - scale[0]))), weight)
        for value, scale, weight in (
            (review.rating, review.rating_scale, 1.0),
            (review.execution, review.execution_scale, EXECUTION_WEIGHT),
        )
        if value is not None and scale is not None and scale[1] > scale[0]
    ]


def _evidence(
    decision: str | None, awards: Sequence[str], reviews: Sequence[Review], venue: str | None
) -> tuple[Evidence, ...]:
    where = f" at {venue}" if venue else ""
    found = [Evidence(text=f"award{where}: {award}", kind="award") for award in awards]
    if decision is not None:
        found.append(Evidence(text=f"decision{where}: {decision}", kind="decision"))
    given = [review for review in reviews if review.rating is not None and review.rating_scale is not None]
    if given:
        scale = given[0].rating_scale
        ratings = ", ".join(f"{review.rating:g}" for review in given)
        who = "one reviewer" if len(given) == 1 else f"{len(given)} reviewers"
        on = f" on {scale[0]:g}–{scale[1]:g}" if scale else ""
        found.append(Evidence(text=f"{who} rated it {ratings}{on}", kind="review"))
    return tuple(found)
