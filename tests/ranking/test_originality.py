"""What a reader of an originality score sees: number, interval, earlier papers, honest gaps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.records import AssessmentStatus, Axis, Review
from ranking.originality import CorpusIndex, OriginalityScorer, PaperText

FILLER = (
    "We propose a simple method and evaluate it on several benchmarks. Extensive experiments show that the approach "
    "improves over strong baselines, and an ablation study explains which of its components matter most in practice. "
)
TIDES = "Tide tables are forecast by a graph of harbours whose edges carry the hysteresis of moored hulls."
BREAD = "Sourdough fermentation is controlled by a policy that reads the smell of dough with cheap sensors."
DAY = datetime(2024, 5, 1, 12, tzinfo=UTC)


def paper(name: str, body: str = TIDES, *, days: int = 0, title: str | None = None) -> PaperText:
    return PaperText(
        id=name, title=title or f"{name} on its subject", abstract=body + " " + FILLER,
        published=DAY + timedelta(days=days),
    )  # fmt: skip


@pytest.fixture(scope="module")
def scorer() -> OriginalityScorer:
    return OriginalityScorer.load()


@pytest.fixture
def corpus(scorer: OriginalityScorer, tmp_path: Path) -> CorpusIndex:
    return CorpusIndex.open(tmp_path / "corpus", scorer.version)


def test_a_score_comes_with_interval_version_and_what_it_was_checked_against(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    (found,) = scorer.assess([paper("new")], corpus)
    assert found.axis is Axis.ORIGINALITY
    assert found.status is AssessmentStatus.SCORED
    assert found.score is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < found.score < found.high <= 100
    assert found.scorer_version == scorer.version
    assert found.validated_on is not None
    assert "rank correlation" in found.validated_on


def test_the_phrases_that_moved_the_score_are_named_with_their_points(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    (found,) = scorer.assess([paper("new")], corpus)
    phrases = [each for each in found.evidence if each.kind == "phrase"]
    assert phrases
    assert all(each.weight for each in phrases)


def test_too_little_text_is_insufficient_evidence_not_zero(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    (found,) = scorer.assess([PaperText(id="stub", title="A stub", published=DAY)], corpus)
    assert found.status is AssessmentStatus.INSUFFICIENT
    assert found.score is None
    assert found.reason is not None
    assert "too little text" in found.reason


def test_words_from_out_of_the_field_widen_the_interval_and_say_so(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    strange = (
        "Quokkas brachiate through eucalypt understoreys, whereas wombats excavate warrens in loamy riverbanks; "
        "pademelons graze tussocks at dusk. We show that the quokkas of this study and their wombats may be found "
        "in one and the same valley, and ask why. "
    )
    home, away = scorer.assess(
        [
            paper("home", FILLER),
            PaperText(id="away", title="Quokkas and wombats", abstract=strange, published=DAY),
        ],
        corpus,
    )
    assert home.low is not None
    assert home.high is not None
    assert away.low is not None
    assert away.high is not None
    assert away.high - away.low > home.high - home.low + 5
    assert any(each.kind == "field" and "interval is wider" in each.text for each in away.evidence)
    assert not any(each.kind == "field" for each in home.evidence)


def test_text_in_another_language_is_insufficient_evidence(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    body = "Wir zeigen ein neues Verfahren zur Vorhersage von Gezeiten mit gekoppelten Hafenbecken. " * 8
    (found,) = scorer.assess(
        [PaperText(id="de", title="Gezeiten im Hafen", abstract=body, published=DAY)], corpus
    )
    assert found.status is AssessmentStatus.INSUFFICIENT


def test_nearest_earlier_papers_say_what_is_shared_and_what_is_new(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    corpus.add([paper("tides", days=-10), paper("bread", BREAD, days=-10)])
    (found,) = scorer.assess([paper("new", TIDES + " Lighthouses anchor the forecast.")], corpus)
    near = [each for each in found.evidence if each.kind == "earlier paper"]
    assert "tides on its subject" in near[0].text
    assert "hysteresis" in near[0].text
    assert "lighthouses" in near[0].text


def test_only_papers_of_earlier_days_are_compared(corpus: CorpusIndex) -> None:
    corpus.add([paper("before", days=-1), paper("same-day"), paper("after", days=1)])
    (near,) = corpus.nearest_earlier([paper("new")])
    assert [each.id for each in near] == ["before"]


def test_later_papers_never_change_an_assessment(scorer: OriginalityScorer, corpus: CorpusIndex) -> None:
    corpus.add([paper("tides", days=-3), paper("bread", BREAD, days=-2)])
    before = scorer.assess([paper("new")], corpus)
    corpus.add([paper(f"later-{n}", TIDES + f" Again {n}.", days=n) for n in range(5)])
    assert scorer.assess([paper("new")], corpus) == before


BODIES = (TIDES, BREAD, "Moored dough.", "Hysteresis of the smell of hulls, and of sensors, again and again.")
ASKED_OF = 260


@pytest.fixture(scope="module")
def grown(scorer: OriginalityScorer) -> tuple[CorpusIndex, list[PaperText]]:
    """Enough earlier papers for new words and combinations to be told, and what is asked about."""
    grown = CorpusIndex(scorer.version, scorer.model.word_weights())
    grown.add(paper(f"e{number:03}", BODIES[number % 3], days=-1 - number % 40) for number in range(ASKED_OF))
    news = "Fermentation and hysteresis: fermentation with hysteresis, and quokkas beside quokkas."
    return grown, [paper("new", f"{TIDES} {news}"), paper("e005", BODIES[2], days=-6), paper("fresh", BREAD)]


@settings(max_examples=10, deadline=None)
@given(
    later=st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from(BODIES), st.text(max_size=40)), min_size=1, max_size=6
    ),
    tag=st.uuids(),
)
def test_whatever_comes_later_no_assessment_of_this_version_changes(
    scorer: OriginalityScorer,
    grown: tuple[CorpusIndex, list[PaperText]],
    later: list[tuple[int, str, str]],
    tag: object,
) -> None:
    corpus, asked = grown
    before = scorer.assess(asked, corpus)
    assert {"new term", "new combination", "earlier paper"} <= {each.kind for each in before[0].evidence}
    corpus.add(
        paper(f"l{tag}-{number}", f"{body} quokkas quokkas {text}", days=days, title=text or "later")
        for number, (days, body, text) in enumerate(later)
    )
    assert scorer.assess(asked, corpus) == before


def test_equally_near_papers_come_in_order_of_id(scorer: OriginalityScorer, tmp_path: Path) -> None:
    twins = [paper(name, days=-1, title="The same") for name in ("c", "a", "b")]
    orders = []
    for arrival in (twins, twins[::-1]):
        corpus = CorpusIndex.open(tmp_path / str(len(orders)), scorer.version)
        corpus.add(arrival)
        orders.append([each.id for each in corpus.nearest_earlier([paper("new")])[0]])
    assert orders == [["a", "b", "c"], ["a", "b", "c"]]


def test_a_known_paper_is_not_added_twice(corpus: CorpusIndex) -> None:
    assert corpus.add([paper("a", days=-1), paper("a", days=-1)]) == 1
    assert corpus.add([paper("a", BREAD, days=-1)]) == 0
    assert len(corpus) == 1
    assert corpus.missing(["a", "b"]) == ["b"]


def test_the_index_survives_on_disk(scorer: OriginalityScorer, tmp_path: Path) -> None:
    corpus = CorpusIndex.open(tmp_path, scorer.version)
    nights = [
        [paper(f"p{night}-{n}", TIDES + f" {night} {n}", days=-night) for n in range(2)]
        for night in range(1, 16)
    ]
    for night in nights:
        corpus.add(night)
        corpus.save_state(tmp_path)
    again = CorpusIndex.open(tmp_path, scorer.version)
    assert len(again) == 30
    assert again.nearest_earlier([paper("new")]) == corpus.nearest_earlier([paper("new")])
    assert len(list(tmp_path.iterdir())) < 15


def test_what_was_not_saved_is_added_again(scorer: OriginalityScorer, tmp_path: Path) -> None:
    corpus = CorpusIndex.open(tmp_path, scorer.version)
    corpus.add([paper("a", days=-1)])
    corpus.save_state(tmp_path)
    corpus.add([paper("b", days=-1)])
    stopped = CorpusIndex.open(tmp_path, scorer.version)
    assert stopped.missing(["a", "b"]) == ["b"]


def test_state_of_another_version_is_rebuilt_and_says_so(scorer: OriginalityScorer, tmp_path: Path) -> None:
    corpus = CorpusIndex.open(tmp_path, scorer.version)
    corpus.add([paper("a", days=-1)])
    corpus.save_state(tmp_path)
    newer = CorpusIndex.open(tmp_path, "another")
    assert len(newer) == 0
    assert newer.discarded is not None
    assert "version" in newer.discarded
    newer.add([paper("b", days=-1)])
    newer.save_state(tmp_path)
    assert CorpusIndex.open(tmp_path, "another").missing(["a", "b"]) == ["a"]


@pytest.mark.parametrize("name", ["manifest.json", "segment-000001.npz"])
def test_damaged_state_is_rebuilt_and_says_so(scorer: OriginalityScorer, tmp_path: Path, name: str) -> None:
    corpus = CorpusIndex.open(tmp_path, scorer.version)
    corpus.add([paper("a", days=-1)])
    corpus.save_state(tmp_path)
    (tmp_path / name).write_bytes(b"half a fi")
    found = CorpusIndex.open(tmp_path, scorer.version)
    assert len(found) == 0
    assert found.discarded is not None


def test_reviewers_novelty_scores_lead(scorer: OriginalityScorer, corpus: CorpusIndex) -> None:
    def review(novelty: float) -> Review:
        return Review(novelty=novelty, novelty_scale=(1, 4))

    praised, panned, unread = (
        scorer.assess([paper("new")], corpus, reviews=reviews)[0]
        for reviews in ({"new": [review(4)] * 4}, {"new": [review(1)] * 4}, {})
    )
    assert praised.score is not None
    assert panned.score is not None
    assert unread.score is not None
    assert panned.score < unread.score < praised.score
    assert praised.parts[0].name == "reviewers"
    assert "4, 4, 4, 4 on 1–4" in praised.evidence[0].text
    assert praised.input_hash != unread.input_hash


def test_a_paper_without_a_day_is_scored_and_has_no_earlier_papers(
    scorer: OriginalityScorer, corpus: CorpusIndex
) -> None:
    corpus.add([paper("tides", days=-3)])
    undated = PaperText(id="undated", title="On tides", abstract=TIDES + FILLER)
    assert corpus.add([undated]) == 0
    (found,) = scorer.assess([undated], corpus)
    assert found.score is not None
    assert not [each for each in found.evidence if each.kind == "earlier paper"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_no_text_breaks_the_index_and_company_does_not_matter(bodies: list[str]) -> None:
    scorer = OriginalityScorer.load()
    corpus = CorpusIndex(scorer.version, scorer.model.word_weights())
    corpus.add([paper(f"old-{n}", body, days=-1) for n, body in enumerate(bodies)])
    asked = [paper(f"new-{n}", body) for n, body in enumerate(bodies)]
    assert scorer.assess(asked, corpus) == [scorer.assess([each], corpus)[0] for each in asked]
