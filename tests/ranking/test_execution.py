"""What a venue said of a paper, and "unknown" where it said nothing."""

import pytest

from db.records import AssessmentStatus, Review
from ranking.execution import assess_execution


def score(**known: object) -> float:
    found = assess_execution("arXiv:2406.01234", **known).score  # type: ignore[arg-type]
    assert found is not None
    return found


def reviews(*ratings: float, scale: tuple[float, float] = (1, 10)) -> tuple[Review, ...]:
    return tuple(Review(rating=rating, rating_scale=scale) for rating in ratings)


def test_nothing_known_is_insufficient_evidence() -> None:
    found = assess_execution("arXiv:2406.01234", venue="ICLR")
    assert found.status is AssessmentStatus.INSUFFICIENT
    assert found.score is None
    assert found.reason == "no decision, award or rating is known"


def test_decisions_come_in_the_order_of_their_rarity() -> None:
    decisions = ("reject", "poster", "spotlight", "oral")
    placed = [score(decision=decision) for decision in decisions]
    assert placed == sorted(placed)
    assert score(decision="oral", awards=("Outstanding paper",)) > placed[-1]


def test_an_accepted_paper_of_unknown_kind_has_a_wide_interval() -> None:
    found = assess_execution("x", decision="accept")
    assert (found.low, found.high) == (69.0, 100.0)


def test_ratings_move_a_paper_only_within_its_decision() -> None:
    weak, strong = (
        score(decision="poster", reviews=reviews(3, 3)),
        score(decision="poster", reviews=reviews(9, 9)),
    )
    assert score(decision="reject") < weak < strong < score(decision="spotlight")


def test_ratings_alone_are_a_wide_guess() -> None:
    found = assess_execution("x", reviews=reviews(8, 8, 6))
    assert found.score is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > 20
    assert any("8, 8, 6 on 1–10" in each.text for each in found.evidence)


def test_soundness_counts_more_than_the_overall_rating() -> None:
    sound = (Review(rating=5, rating_scale=(1, 10), execution=4, execution_scale=(1, 4)),)
    shaky = (Review(rating=5, rating_scale=(1, 10), execution=1, execution_scale=(1, 4)),)
    assert score(reviews=sound) > score(reviews=reviews(5)) > score(reviews=shaky)


@pytest.mark.parametrize("broken", [Review(rating=5), Review(rating=5, rating_scale=(5, 5))])
def test_a_rating_without_a_scale_says_nothing(broken: Review) -> None:
    assert assess_execution("x", reviews=(broken,)).status is AssessmentStatus.INSUFFICIENT


def test_a_review_without_a_number_makes_nothing_surer() -> None:
    one = assess_execution("x", reviews=reviews(6))
    more = assess_execution("x", reviews=(*reviews(6), Review(), Review()))
    assert (one.score, one.low, one.high) == (more.score, more.low, more.high)
    assert [each.text for each in more.evidence] == ["one reviewer rated it 6 on 1–10"]
