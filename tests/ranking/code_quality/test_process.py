"""History speaks for a repository; a short one hardly against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from invented_trees import careful, commits

from db.records import Assessment, Part
from ranking.code_quality import AuthorShare, CodeQualityScorer, CommitFacts
from ranking.code_quality.model import shipped_model
from ranking.code_quality.parts.process import USUAL

BEGUN = datetime(2025, 1, 6, tzinfo=UTC)
ALONE = (AuthorShare(names=("Mira Lindqvist",), commits=9, share=1.0),)


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def history(count: int, days: int, **more: object) -> CommitFacts:
    """``count`` commits in ``days`` days, of one author, poorly kept."""
    poor = {"plain_messages": 1.0, "web_uploads": 0.75, "explained": 0.0, "releases": (), "authors": ALONE}
    weeks = max(1, min(count, days // 7))
    facts = {"total": count, "authored": count, "active_weeks": weeks, "first": BEGUN}
    return commits(**(facts | {"last": BEGUN + timedelta(days=days)} | poor | more))


def judged(scorer: CodeQualityScorer, found: CommitFacts | None) -> tuple[Assessment, Part]:
    whole = scorer.assess("github.com/mira/pocket", replace(careful(), commits=found))
    return whole, next(part for part in whole.parts if part.name == "process")


def test_a_short_history_never_lowers_the_score(scorer: CodeQualityScorer) -> None:
    squashed, _ = judged(scorer, history(1, 0))
    assert squashed.score is not None
    for count, days in ((4, 3), (19, 200), (300, 14)):
        found, process = judged(scorer, history(count, days))
        assert found.score == squashed.score
        assert process.score is None
        (said,) = [e.text for e in process.evidence]
        assert said.startswith(f"unknown: a short history, {count} commits by 1 person in {days} days: ")


def test_what_a_short_history_shows_well_raises_the_score(scorer: CodeQualityScorer) -> None:
    squashed, _ = judged(scorer, history(1, 0))
    explained = history(6, 5, plain_messages=0.0, web_uploads=0.0, explained=0.5)
    found, process = judged(scorer, explained)
    assert found.score is not None
    assert squashed.score is not None
    assert found.score > squashed.score
    assert process.score is not None
    assert process.score > 50
    said = [e.text for e in process.evidence if e.text.startswith("a short history, 6 commits")]
    assert [one.endswith("counts only where it speaks for the code") for one in said] == [True]


def test_more_of_the_same_history_changes_the_score_step_by_step(scorer: CodeQualityScorer) -> None:
    scores = [judged(scorer, history(count, 10 * count))[0].score or 0.0 for count in range(18, 64, 3)]
    assert max(abs(one - other) for one, other in pairwise(scores)) < 1.5


def test_a_long_history_of_empty_messages_speaks_against_it_in_words(scorer: CodeQualityScorer) -> None:
    _, process = judged(scorer, history(120, 300))
    said = {e.text: e.weight or 0.0 for e in process.evidence}
    assert said["100 % of the commit messages say nothing"] < 0
    assert said["75 % of the commits were made in the browser"] < 0
    assert "a history of 120 commits by 1 person in 300 days" in said


def test_one_release_is_one_release(scorer: CodeQualityScorer) -> None:
    _, process = judged(scorer, history(120, 300, releases=("v1.0",)))
    assert "1 release" in {e.text for e in process.evidence}


def test_what_is_usual_is_what_the_reference_has() -> None:
    typical = shipped_model().typical
    for facet, usual in USUAL.items():
        assert typical[f"process/{facet}"] == pytest.approx(usual, abs=0.1)
