"""Whether lasting problems stand above trends, whatever comes later, and what is said when too little is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.records import Assessment, AssessmentStatus
from ranking.importance import assess_importance, version
from ranking.importance.history import (
    FEATURES,
    TopicHistory,
    dump_history,
    needs_in,
    parse_history,
    shipped_history,
    topic_tokens,
    topics_in,
)
from ranking.originality.corpus import CorpusIndex, shipped_weights
from ranking.originality.text import PaperText

DAY = datetime(2026, 11, 2, tzinfo=UTC)
LASTING = (
    "We ask how overfitting comes about in high dimensional regression, and show that a smoothing of the statistic "
    "limits it. Robustness to noisy sensors in healthcare remains a challenge; our heuristic helps navigation, too."
)
TREND = (
    "We fine-tune a large reasoning model with GRPO and test-time scaling. Chain of thought distilled from LLaMA and "
    "retrieval augmented generation with a smaller KV cache improve LLM reasoning after direct preference optimization."
)


def paper(abstract: str, day: datetime | None = DAY, title: str = "A Quiet Result") -> PaperText:
    return PaperText(id="arXiv:2611.00001", title=title, abstract=abstract, published=day)


def empty() -> CorpusIndex:
    return CorpusIndex("test", shipped_weights())


def assessed(asked: PaperText, corpus: CorpusIndex | None = None, **more: TopicHistory) -> Assessment:
    return assess_importance([asked], corpus or empty(), **more)[0]


def test_a_lasting_problem_beats_a_trend() -> None:
    lasting, trend = assessed(paper(LASTING)), assessed(paper(TREND))
    assert lasting.score is not None
    assert trend.score is not None
    assert lasting.score > trend.score + 20


def test_a_burst_alone_lowers_the_score() -> None:
    history = shipped_history()
    place = history.places["overfitting"]
    counts = history.papers.copy()
    counts[place, :-1], counts[place, -1] = 0, 0.14 * history.totals[-1]
    burst = replace(history, papers=counts)
    before, after = assessed(paper(LASTING)), assessed(paper(LASTING), history=burst)
    assert before.score is not None
    assert after.score is not None
    assert after.score < before.score


def test_it_says_in_words_and_numbers_what_it_rests_on() -> None:
    found = assessed(paper(TREND))
    assert [part.name for part in found.parts] == [
        "little crowded", "no burst", "long worked on", "needed by others", "beside many topics",
    ]  # fmt: skip
    assert sum(part.weight or 0 for part in found.parts) == pytest.approx(1, abs=0.001)
    for part in found.parts:
        assert part.score is not None
        assert 0 <= part.score <= 100
        assert part.evidence
    said = " ".join(each.text for part in found.parts for each in part.evidence)
    assert "is growing fast: " in said
    assert "% of the conference papers of 2025" in said
    assert "years counted, since" in said
    assert "named as a need or a difficulty in" in said
    assert found.low is not None
    assert found.high is not None
    assert found.score is not None
    assert 0 <= found.low <= found.score <= found.high <= 100
    assert found.validated_on is not None
    assert "AUROC 0." in found.validated_on


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (paper(LASTING, None), "its year is unknown"),
        (paper(LASTING, datetime(2018, 5, 1, tzinfo=UTC)), "its year is 2018"),
        (paper("Tea and biscuits.", title="On Tea"), "names 0 of the"),
    ],
)
def test_too_little_known_is_insufficient_evidence(asked: PaperText, reason: str) -> None:
    found = assessed(asked)
    assert found.status is AssessmentStatus.INSUFFICIENT
    assert found.score is None
    assert reason in str(found.reason)
    assert all(part.score is None for part in found.parts)


def test_years_from_the_paper_s_own_on_are_not_looked_at() -> None:
    history = shipped_history()
    later = history.years.index(2023)
    changed = {
        name: getattr(history, name).copy() for name in ("papers", "needs", "breadth", "needed_by", "totals")
    }
    for counts in changed.values():
        counts[..., later:] = counts[..., later:][..., ::-1] + 7
    asked = paper(LASTING, datetime(2023, 1, 1, tzinfo=UTC))
    was, now = assessed(asked), assessed(asked, history=replace(history, **changed))
    assert (was.score, was.parts, was.evidence) == (now.score, now.parts, now.evidence)


EARLIER = [
    PaperText(
        id=f"e{number}", title=f"Overfitting and the heuristic {number}", abstract="Overfitting of sensors.",
        published=DAY - timedelta(days=number % 300 + 1),
    )
    for number in range(900)
]  # fmt: skip


@pytest.fixture(scope="module")
def grown() -> CorpusIndex:
    corpus = empty()
    corpus.add(EARLIER)
    return corpus


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(0, 900), min_size=1, max_size=8),
    abstract=st.sampled_from([LASTING, TREND, "Tea."]),
    tag=st.uuids(),
)
def test_later_papers_never_change_an_assessment(
    grown: CorpusIndex, days: list[int], abstract: str, tag: object
) -> None:
    asked = paper(LASTING)
    before = assessed(asked, grown)
    grown.add(
        PaperText(
            id=f"l{tag}-{at}", title="Overfitting", abstract=abstract, published=DAY + timedelta(days=later)
        )
        for at, later in enumerate(days)
    )
    assert assessed(asked, grown) == before


def test_crowding_in_the_corpus_is_counted_and_not_scored(grown: CorpusIndex) -> None:
    alone, among = assessed(paper(LASTING)), assessed(paper(LASTING), grown)
    assert alone.score == among.score
    said = [each.text for each in among.evidence if each.kind == "crowding"]
    assert any("papers of the half year before it name it" in text for text in said)
    assert not any(each.kind == "crowding" for each in alone.evidence)


def test_the_file_gives_back_what_was_written_and_equal_histories_equal_bytes() -> None:
    history = shipped_history()
    body = dump_history(history)
    again = parse_history(body)
    assert dump_history(again) == body
    assert again.version == history.version == version()
    assert again.topics == history.topics
    assert np.array_equal(again.papers, history.papers)
    assert len(body) < 1 << 20


def test_another_format_is_refused() -> None:
    body = dump_history(shipped_history())
    changed = body.replace(b"format.npy", b"farmot.npy")
    with pytest.raises((KeyError, ValueError)):
        parse_history(changed)


def test_no_weight_speaks_against_its_meaning() -> None:
    weights = dict(zip(FEATURES, shipped_history().outlook.weights.tolist(), strict=True))
    assert max(weights[name] for name in ("share", "growth", "decline", "unrest")) <= 0
    assert min(weights[name] for name in ("age", "need", "needed_by", "breadth")) >= 0
    assert weights["growth"] < 0 < weights["age"]


def test_plurals_and_hyphens_meet() -> None:
    assert topic_tokens("Biases and long-range dependencies") == [
        "bias",
        "and",
        "long",
        "range",
        "dependency",
    ]
    places = {"graph neural network": 0, "long range": 1}
    assert topics_in("Graph neural networks over long-range hops", places) == set(places)


def test_a_need_is_what_stands_in_a_sentence_of_need() -> None:
    places = {"calibration": 0, "segmentation": 1}
    asked = paper("Calibration remains a bottleneck. We use segmentation.", title="On Seeing")
    assert needs_in(asked, places) == {"calibration"}
