"""The ladder: evidence on each rung, weak evidence as weak, nothing held against anybody."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.records import Axis
from ranking.ladder import Achievement, Rung, Seen, Step, ladder
from ranking.topics import words_of
from ranking.works import Role, Score, Work

ROLE = Role(name="r", topics=("quiet kernels",))


def paper(
    title: str, row: int = 1, code: float | None = None, original: float | None = None, **more: object
) -> Work:
    scores = {
        axis: Score(value, value, value)
        for axis, value in ((Axis.CODE_QUALITY, code), (Axis.ORIGINALITY, original))
        if value is not None
    }
    made = Work(
        title=title, url=f"https://example.org/{row}", scores=scores, paper_row=row, words=words_of(title),
        title_words=words_of(title), published=datetime(2026, 1, row, tzinfo=UTC), areas=("cs.LG",),
        repository=f"github.com/q/{row}" if code is not None else None,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def climbed(*works: Work, done: tuple[Achievement, ...] = ()) -> dict[Step, Rung]:
    return {rung.step: rung for rung in ladder(works, done, ROLE)}


def seen(*works: Work, done: tuple[Achievement, ...] = ()) -> list[Seen]:
    return [rung.seen for rung in climbed(*works, done=done).values()]


def test_nothing_seen_is_five_empty_rungs_in_order() -> None:
    rungs = ladder((), (), ROLE)
    assert [rung.name for rung in rungs] == [
        "interest", "software skills", "breadth", "finished projects", "creativity",
    ]  # fmt: skip
    assert {rung.seen for rung in rungs} == {Seen.UNSEEN}
    assert not any(rung.signs for rung in rungs)


def test_strong_works_are_seen_on_every_rung() -> None:
    best = paper("Quiet Kernels", code=80, original=90, venue="ICLR 2026", decision="oral")
    rungs = climbed(best, paper("Robots", 2, areas=("cs.RO",)))
    assert {rung.seen for rung in rungs.values()} == {Seen.CLEAR}
    assert [rungs[step].signs[0].text for step in Step] == [
        "“Quiet Kernels” speaks of “quiet kernels”",
        "github.com/q/1: better kept than 80 % of research code",
        "cs.RO: “Robots”",
        "“Quiet Kernels”: an oral at ICLR 2026, with its code in github.com/q/1",
        "“Quiet Kernels”: more original than 90 % of comparable papers",
    ]


def test_weak_evidence_is_weak_and_still_shown() -> None:
    rungs = climbed(paper("Robots", code=20, original=20, areas=("cs.RO", "cs.LG"), repository=None))
    assert seen(paper("Robots", original=20, areas=("cs.RO", "cs.LG"))) == [
        Seen.WEAK, Seen.UNSEEN, Seen.WEAK, Seen.WEAK, Seen.WEAK,
    ]  # fmt: skip
    assert "beside the role's topics" in rungs[Step.INTEREST].signs[0].text
    assert rungs[Step.FINISHED].signs[0].text == "“Robots”: a paper without code"


def test_a_reimplementation_shows_interest_and_skill_but_is_no_paper_of_ones_own() -> None:
    again = paper("Robots", code=70, original=99, own_repository=False)
    assert seen(again) == [Seen.CLEAR, Seen.CLEAR, Seen.UNSEEN, Seen.UNSEEN, Seen.UNSEEN]
    assert climbed(again)[Step.INTEREST].signs[0].text == "re-implemented “Robots” unasked"


@pytest.mark.parametrize("step", Step)
def test_an_achievement_is_evidence_for_the_rung_it_names(step: Step) -> None:
    done = (Achievement(step.value, "3rd of 900", "https://k.example"),)
    rungs = climbed(done=done)
    assert [rung.step for rung in rungs.values() if rung.seen is Seen.CLEAR] == [step]
    assert rungs[step].signs[0].url == "https://k.example"


def test_a_refused_paper_is_no_finished_project_and_an_award_is_creativity() -> None:
    refused = paper("Robots", venue="ICLR 2026", decision="reject")
    assert climbed(refused)[Step.FINISHED].seen is Seen.WEAK
    awarded = paper("Robots", original=10, awards=("best paper",))
    assert climbed(awarded)[Step.CREATIVITY].signs[0].text == "“Robots”: best paper"
    assert climbed(awarded)[Step.CREATIVITY].seen is Seen.CLEAR


def test_code_that_is_gone_is_evidence_still_and_no_link() -> None:
    own = paper("Quiet Kernels", code=80, gone_since=datetime(2026, 11, 9, tzinfo=UTC))
    rungs = climbed(own)
    (sign,) = rungs[Step.SOFTWARE].signs
    assert sign.text == "github.com/q/1: better kept than 80 % of research code, gone since 2026-11-09"
    assert sign.url is None
    assert rungs[Step.FINISHED].signs[0].url == own.url, "the paper is still there"
    again = replace(own, own_repository=False, url="https://github.com/q/1")
    assert [sign.url for sign in climbed(again)[Step.INTEREST].signs] == [None, None]
