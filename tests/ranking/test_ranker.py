"""What a recruiter sees of the ranking: best works, missing evidence, bars, reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Axis
from ranking.ranker import Candidate, Role, Score, Work, assess_candidate, fit, rank, words_of

RESEARCHER = Role(name="r", weights={Axis.ORIGINALITY: 0.6, Axis.CODE_QUALITY: 0.4})


def work(title: str = "A Quiet Kernel", code: float | None = None, **scores: float) -> Work:
    made = {
        Axis(axis): Score(value, max(0, value - 10), min(100, value + 10)) for axis, value in scores.items()
    }
    if code is not None:
        made[Axis.CODE_QUALITY] = Score(code, max(0, code - 10), min(100, code + 10))
    return Work(
        title=title, url=f"https://example.org/{title}", scores=made, paper_row=1, words=words_of(title), share=1.0,
        repository="github.com/q/k" if code is not None else None,
    )  # fmt: skip


def candidate(row: int, *works: Work) -> Candidate:
    return Candidate(person_row=row, works=works)


def test_one_strong_work_beats_many_middling_ones() -> None:
    one = candidate(1, work(originality=90))
    many = candidate(2, *(work(title=f"{n}", originality=60) for n in range(20)))
    assert [ranked.person_row for ranked in rank([many, one], RESEARCHER)] == [1, 2]


def test_a_weaker_second_work_does_not_lower_the_score() -> None:
    alone = assess_candidate(candidate(1, work(originality=90)), RESEARCHER)
    both = assess_candidate(candidate(1, work(originality=90), work("Other", originality=10)), RESEARCHER)
    assert both.score == alone.score


def test_missing_evidence_is_neither_zero_nor_a_bonus() -> None:
    low, none, high = (
        assess_candidate(candidate(1, work(originality=80, code=code)), RESEARCHER) for code in (5, None, 95)
    )
    assert low.score < none.score < high.score
    assert Axis.CODE_QUALITY not in none.axes
    assert none.high - none.low > high.high - high.low


def test_a_bar_excludes_only_on_evidence() -> None:
    role = Role(name="r", weights=RESEARCHER.weights, minimum={Axis.CODE_QUALITY: 50})
    missed = assess_candidate(candidate(1, work(originality=90, code=20)), role)
    unsure = assess_candidate(candidate(1, work(originality=90, code=45)), role)
    unknown = assess_candidate(candidate(1, work(originality=90)), role)
    assert missed.excluded == "code quality 20 (at most 30) is below the bar of 50"
    assert unsure.excluded is None
    assert (unknown.excluded, unknown.unknown_bars) == (None, (Axis.CODE_QUALITY,))


def test_excluded_people_come_last() -> None:
    role = Role(name="r", weights=RESEARCHER.weights, minimum={Axis.CODE_QUALITY: 50})
    strong_but_out = candidate(1, work(originality=99, code=5))
    weak_but_in = candidate(2, work(originality=10, code=60))
    assert [ranked.person_row for ranked in rank([strong_but_out, weak_but_in], role)] == [2, 1]


def test_a_repository_counts_less_for_who_wrote_little_of_it() -> None:
    from dataclasses import replace

    whole, unknown, little = (
        assess_candidate(candidate(1, replace(work(code=95), share=share)), RESEARCHER)
        for share in (0.9, None, 0.05)
    )
    assert whole.axes[Axis.CODE_QUALITY].value > unknown.axes[Axis.CODE_QUALITY].value
    assert unknown.axes[Axis.CODE_QUALITY].value > little.axes[Axis.CODE_QUALITY].value > 50


def test_why_names_the_best_work_and_what_is_missing() -> None:
    said = assess_candidate(
        candidate(1, work(originality=87), work("Lesser", originality=20)), RESEARCHER
    ).why
    assert said == (
        "First author of “A Quiet Kernel”, more original than 87 % of comparable papers, no code found yet."
    )


def test_topics_and_what_to_avoid() -> None:
    role = Role(name="r", topics=("causal inference", "time series"), avoid=("recommender systems",))
    near, half, far = (
        fit(words_of(text), role)
        for text in ("Inference on causal graphs", "A series of unfortunate events in time", "Vision")
    )
    assert near is not None
    assert half is not None
    assert far is not None
    assert near.value == 100
    assert half.value == 100
    assert far.value == 0
    avoided = fit(words_of("Causal inference for recommender systems"), role)
    assert avoided is not None
    assert avoided.value == 0
    assert fit(words_of("Anything"), Role(name="r")) is None


scores = st.floats(0, 100)


@given(st.lists(st.tuples(scores, st.one_of(st.none(), scores)), min_size=1, max_size=6), st.randoms())
def test_the_order_of_candidates_does_not_matter(
    found: list[tuple[float, float | None]], random: object
) -> None:
    people = [candidate(row, work(originality=o, code=c)) for row, (o, c) in enumerate(found)]
    expected = rank(people, RESEARCHER)
    shuffled = people[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, RESEARCHER) == expected
    for one in expected:
        assert 0 <= one.low <= one.score <= one.high <= 100


@pytest.mark.parametrize("weights", [{}, {Axis.FIT: 1.0}])
def test_a_role_that_weighs_nothing_known_is_all_uncertainty(weights: dict[Axis, float]) -> None:
    one = assess_candidate(candidate(1, work(originality=90)), Role(name="r", weights=weights))
    assert (one.score, one.low, one.high) == (50, 5, 95)
