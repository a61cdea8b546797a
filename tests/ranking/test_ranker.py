"""What a recruiter sees of the ranking: best works, missing evidence, bars, reasons."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Axis
from ranking.ranker import assess_candidate, rank
from ranking.role_check import remarks
from ranking.topics import fit, rarities, words_of
from ranking.works import Candidate, Role, Score, Work

RESEARCHER = Role(name="r", weights={Axis.ORIGINALITY: 0.6, Axis.CODE_QUALITY: 0.4})


def work(title: str = "A Quiet Kernel", code: float | None = None, **scores: float) -> Work:
    made = {
        Axis(axis): Score(value, max(0, value - 10), min(100, value + 10)) for axis, value in scores.items()
    }
    if code is not None:
        made[Axis.CODE_QUALITY] = Score(code, max(0, code - 10), min(100, code + 10))
    return Work(
        title=title, url=f"https://example.org/{title}", scores=made, paper_row=1, words=words_of(title),
        title_words=words_of(title), share=1.0,
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
    whole, unknown, little = (
        assess_candidate(candidate(1, replace(work(code=95), share=share)), RESEARCHER)
        for share in (0.9, None, 0.05)
    )
    assert whole.axes[Axis.CODE_QUALITY].value > unknown.axes[Axis.CODE_QUALITY].value
    assert unknown.axes[Axis.CODE_QUALITY].value > little.axes[Axis.CODE_QUALITY].value > 50


def named(title: str, row: int, code: float | None = None, **columns: Any) -> Work:
    """A paper of its own, with its repository where it has code."""
    scores = columns.pop("scores", {})
    repository = f"github.com/q/{title.split()[0].lower()}" if code is not None else None
    return replace(work(title, code, **scores), paper_row=row, repository=repository, **columns)


def why(role: Role, *works: Work) -> str:
    return assess_candidate(candidate(1, *works), role).why


def test_why_names_the_best_work_and_what_is_missing() -> None:
    said = why(RESEARCHER, work(originality=87), work("Lesser", originality=20))
    assert said == (
        "First author of “A Quiet Kernel”: more original than 87 % of comparable papers; no code found yet."
    )


def test_a_number_beside_a_title_is_that_papers_own() -> None:
    oral = named("Loud", 1, venue="ICLR 2026", decision="oral", scores={"originality": 50, "execution": 99})
    fresh = named("Fresh", 2, scores={"originality": 88})
    role = Role(name="r", weights={Axis.ORIGINALITY: 0.3, Axis.EXECUTION: 0.7})
    assert why(role, oral, fresh) == (
        "First author of “Loud” (an oral at ICLR 2026) and of “Fresh”: the latter more original than 88 % of "
        "comparable papers."
    )


def test_why_says_weak_code_with_a_but_and_speaks_of_no_refusal() -> None:
    refused = named(
        "Kernels", 1, code=20, venue="ICLR 2026", decision="withdrawn", scores={"originality": 87}
    )
    assert why(RESEARCHER, refused) == (
        "First author of “Kernels”: more original than 87 % of comparable papers; but the code, "
        "github.com/q/kernels, is less well kept than most (20 of 100)."
    )


def test_a_number_beside_a_repository_is_its_own_and_the_list_s_is_said_with_it() -> None:
    shared = named("Kernels", 1, code=20, share=None, scores={"originality": 87})
    ranked = assess_candidate(candidate(1, shared), RESEARCHER)
    assert ranked.axes[Axis.CODE_QUALITY].value == 29.0
    assert ranked.why.endswith(
        "is less well kept than most (20 of 100; counts as 29: their share of it is unknown)."
    )
    engineer = Role(name="e", weights={Axis.CODE_QUALITY: 1.0})
    well = replace(shared, scores={Axis.CODE_QUALITY: Score(90, 80, 95)})
    assert why(engineer, well) == (
        "Published github.com/q/kernels, better kept than 90 % of research code (counts as 78: their share of it is "
        "unknown), for “Kernels”."
    )
    assert "of research code (counts as 66: 20 % of the commits are theirs), for" in why(
        engineer, replace(well, share=0.2)
    )
    assert "(counts as 50: under 1 % of the commits are theirs)" in why(engineer, replace(well, share=0.002))
    for share in (0.5, 1.0):
        assert "counts" not in why(engineer, replace(well, share=share))


def test_a_number_of_the_list_that_is_another_papers_is_said() -> None:
    oral = named(
        "Loud", 1, venue="ICLR 2026", decision="oral",
        scores={"originality": 81, "importance": 72, "execution": 99},
    )  # fmt: skip
    fresh = named("Fresh", 2, scores={"originality": 88, "importance": 75.4, "execution": 10})
    role = Role(name="r", weights={Axis.ORIGINALITY: 0.3, Axis.EXECUTION: 0.6, Axis.IMPORTANCE: 0.1})
    assert why(role, oral, fresh) == (
        "First author of “Loud” (an oral at ICLR 2026): more original than 81 % of comparable papers (another of "
        "theirs: 88) and on a problem likelier to last than 72 % of topics (another of theirs: 75)."
    )
    dull, duller = (
        replace(one, scores={**one.scores, Axis.ORIGINALITY: Score(value, 0, 100)})
        for one, value in ((oral, 44), (fresh, 52))
    )
    assert "of middling originality (44 of 100; another of theirs: 52)" in why(role, dull, duller)


def test_an_engineers_sentence_begins_with_the_code() -> None:
    engineer = Role(name="e", topics=("token mixing",), weights={Axis.CODE_QUALITY: 0.7, Axis.FIT: 0.3})
    theirs = named("Token Mixing by Threads", 1, code=84)
    assert why(engineer, theirs) == (
        "Wrote github.com/q/token, better kept than 84 % of research code, for “Token Mixing by Threads”, "
        "on “token mixing”."
    )
    assert why(engineer, replace(theirs, own_repository=False)).startswith("Re-implemented “Token Mixing")
    assert why(engineer, replace(theirs, share=0.2)).startswith("Wrote part of github.com/q/token")
    manager = Role(name="pm", weights={Axis.IMPORTANCE: 1.0})
    assert "code" not in why(manager, theirs)
    assert why(manager, replace(theirs, own_repository=False)).startswith("Re-implemented “Token Mixing")


def test_nobody_is_more_original_than_everybody() -> None:
    assert "more original than 99 % of" in why(RESEARCHER, work(originality=100))


def near(text: str, role: Role) -> float:
    found = fit(work(text), role)
    assert found is not None
    return found.value


def test_topics_are_found_whole_or_in_part() -> None:
    role = Role(name="r", topics=("causal inference", "time series"))
    assert near("Inference on causal graphs", role) == 100
    assert near("A series of unfortunate events in time", role) == 100
    assert near("Vision", role) == 0
    assert fit(work("Anything"), Role(name="r")) is None


def test_what_only_the_abstract_says_counts_less_than_the_title() -> None:
    role = Role(name="r", topics=("causal inference",))
    spoken = replace(work("Vision"), words=words_of("Vision for causal inference"))
    found = fit(spoken, role)
    assert found is not None
    assert 0 < found.value < near("Causal Inference", role)


def test_empty_words_of_a_topic_do_not_count_and_rare_ones_count_more() -> None:
    assert near("Networks for Vision", Role(name="r", topics=("bound for lattices",))) == 0
    works = [words_of("inference")] * 7 + [words_of("causal inference")]
    role = Role(name="r", topics=("causal inference",), rarity=rarities(works))
    assert near("Causal Discovery", role) > near("Variational Inference", role)


def test_works_on_a_topic_to_avoid_do_not_count() -> None:
    role = Role(name="r", avoid=("recommender systems",), weights=RESEARCHER.weights)
    avoided, other = named("Recommender Systems", 1, scores={"originality": 95}), work(originality=40)
    both = assess_candidate(candidate(1, avoided, other), role)
    assert (both.axes[Axis.ORIGINALITY].value, both.excluded) == (40, None)
    alone = assess_candidate(candidate(1, avoided), role)
    assert alone.excluded == "their only work is about “recommender systems”, which the role avoids"


def test_fit_does_not_outweigh_what_weighs_more() -> None:
    role = Role(name="r", topics=("tides",), weights={Axis.ORIGINALITY: 0.45, Axis.FIT: 0.15})
    adjacent, on_topic = work("Vision", originality=75), work("Tides", originality=55)
    assert [one.person_row for one in rank([candidate(1, on_topic), candidate(2, adjacent)], role)] == [2, 1]
    equal = work("Vision", originality=55)
    assert [one.person_row for one in rank([candidate(1, equal), candidate(2, on_topic)], role)] == [2, 1]


def test_what_is_odd_about_a_role_is_said_with_numbers() -> None:
    role = Role(
        name="r",
        topics=("quantum basket weaving", "kernels"),
        weights={Axis.ORIGINALITY: 1.0, Axis.FIT: 0.25},
        minimum={Axis.CODE_QUALITY: 95, Axis.EXECUTION: 10, Axis.ORIGINALITY: 10},
    )
    people = [
        candidate(1, named("Basket Kernels", 1, code=60)),
        candidate(2, named("Kernel", 2, scores={"originality": 50})),
    ]
    assert remarks(role, people, rank(people, role)) == [
        "the weights add up to 1.25, not 1; they count in proportion: originality 80 %, fit 20 %",
        "nobody writes about “quantum basket weaving”: 0 of 2 papers have all of it "
        "(by word: “basket” 1, “quantum” 0, “weaving” 0)",
        "nobody passes the bar of 95 on code quality: the best of 1 has 60, at most 70; "
        "1 candidate of whom it is unknown stays in",
        "the bar of 10 on execution keeps nobody out: it is unknown of all 2 candidates",
    ]


def test_a_topic_that_is_also_to_be_avoided_is_said() -> None:
    role = Role(
        name="r", topics=("token mixing", "kernels"), avoid=("Mixing tokens",), weights={Axis.FIT: 1.0}
    )
    people = [candidate(1, named("Kernels for Token Mixing", 1)), candidate(2, named("Kernels", 2))]
    assert remarks(role, people, rank(people, role)) == [
        "“token mixing” is both a topic and to be avoided: works that are about it do not count"
    ]


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
