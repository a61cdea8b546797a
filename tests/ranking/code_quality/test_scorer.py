"""What a recruiter sees of a repository."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_trees import NETWORK, README, careful, careless, commits, tree

from db.records import AssessmentStatus, Axis, Part
from ranking.code_quality import CodeQualityScorer, SourceFile


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def part(parts: tuple[Part, ...], name: str) -> Part:
    return next(p for p in parts if p.name == name)


def test_careful_code_scores_above_careless_code_on_every_part(scorer: CodeQualityScorer) -> None:
    good = scorer.assess("github.com/mira/pocket", careful())
    bad = scorer.assess("github.com/mira/mess", careless())
    assert good.axis is Axis.CODE_QUALITY
    assert good.score is not None
    assert bad.score is not None
    assert good.score > bad.score + 20
    assert [p.name for p in good.parts] == ["completeness", "engineering", "hygiene", "process"]
    for better, worse in zip(good.parts, bad.parts, strict=True):
        assert better.score is not None
        assert worse.score is not None
        assert better.score > worse.score, better.name


def test_the_interval_holds_the_score_and_says_what_it_was_checked_against(scorer: CodeQualityScorer) -> None:
    found = scorer.assess("github.com/mira/pocket", careful())
    assert found.low is not None
    assert found.high is not None
    assert found.score is not None
    assert 0 <= found.low < found.score < found.high <= 100
    assert "labels given by people" in (found.validated_on or "")


def test_evidence_names_file_and_line(scorer: CodeQualityScorer) -> None:
    bad = scorer.assess("github.com/mira/mess", careless())
    said = {e.text.split(" (")[0].split(":")[0]: e for p in bad.parts for e in p.evidence}
    assert said["a path of the author's own machine"].location in (
        "main.py:5",
        "main_copy.py:5",
        "old/main (1).py:5",
    )
    assert said["catches every exception, also interrupts"].location is not None
    good = scorer.assess("github.com/mira/pocket", careful())
    install = next(e for e in part(good.parts, "completeness").evidence if "install" in e.text)
    assert install.location == "README.md:8"


def test_the_order_of_files_does_not_matter(scorer: CodeQualityScorer) -> None:
    whole = careful()
    turned = replace(whole, files=tuple(reversed(whole.files)))
    assert (
        scorer.assess("github.com/mira/pocket", turned).score
        == scorer.assess("github.com/mira/pocket", whole).score
    )


def test_owner_and_name_do_not_move_the_score(scorer: CodeQualityScorer) -> None:
    one = scorer.assess("github.com/deepmind/pocket", careful())
    other = scorer.assess("github.com/nobody-at-all/x", careful())
    assert (one.score, one.low, one.high) == (other.score, other.low, other.high)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"README.md": "# Pocket\n\nCode coming soon.\n"}, "announces"),
        ({"README.md": "# Pocket\n"}, "no code yet"),
        ({"README.md": "# Pocket\n", "a.py": "x = 1\n"}, "only 1 lines of code"),
        ({"README.md": "# Pocket\n", "third_party/net.py": NETWORK * 3}, "vendored"),
    ],
)
def test_without_authored_code_there_is_no_score(
    scorer: CodeQualityScorer, files: dict[str, str | bytes], reason: str
) -> None:
    found = scorer.assess("github.com/mira/pocket", tree(files))
    assert found.status is AssessmentStatus.INSUFFICIENT
    assert (found.score, found.low, found.high) == (None, None, None)
    assert reason in (found.reason or "")


def test_vendored_code_neither_helps_nor_hurts(scorer: CodeQualityScorer) -> None:
    plain = scorer.assess("github.com/mira/mess", careless())
    whole = careless()
    copies = [f for f in careful().files if f.path.endswith(".py")]
    vendored = replace(
        whole, files=(*whole.files, *(replace(f, path=f"third_party/pocket/{f.path}") for f in copies))
    )
    found = scorer.assess("github.com/mira/mess", vendored)
    assert part(found.parts, "hygiene").score == part(plain.parts, "hygiene").score
    assert any("not counted" in e.text and "third_party" in e.text for e in found.evidence)


def test_what_a_fork_inherited_is_not_its_own(scorer: CodeQualityScorer) -> None:
    parent = careful()
    own = SourceFile(
        path="mine.py", size=len(NETWORK), content=NETWORK.replace("Pocket", "Purse").encode() * 2
    )
    fork = replace(parent, files=(*parent.files, own))
    found = scorer.assess("github.com/tomas/pocket", fork, parent=parent)
    assert any("inherited" in e.text for e in found.evidence)
    assert "in 1 files" in next(e.text for e in found.evidence if e.kind == "extent")


def test_a_squashed_release_leaves_process_unknown(scorer: CodeQualityScorer) -> None:
    squashed = replace(careful(), commits=commits(total=1, authored=1, active_weeks=1))
    found = scorer.assess("github.com/mira/pocket", squashed)
    assert part(found.parts, "process").score is None
    assert found.status is AssessmentStatus.SCORED


def test_scripts_that_the_readme_names_must_be_there(scorer: CodeQualityScorer) -> None:
    whole = careful()
    without = replace(whole, files=tuple(f for f in whole.files if f.path != "scripts/table2.sh"))
    found = scorer.assess("github.com/mira/pocket", without)
    missing = [e for e in part(found.parts, "completeness").evidence if "not there" in e.text]
    line = README.split("\n").index(next(row for row in README.split("\n") if "table2" in row)) + 1
    assert [e.location for e in missing] == [f"README.md:{line}"]
