"""What a recruiter sees of a repository."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from invented_trees import NETWORK, README, careful, careless, commits, tree

from db.records import AssessmentStatus, Axis, Part
from ranking.code_quality import CodeQualityScorer, Skipped, SourceFile
from ranking.code_quality.authorship.known_functions import Origin, from_bytes, to_bytes
from ranking.code_quality.files.reader import read_file
from ranking.code_quality.issues import OutsideIssues, with_issues


def walks(*names: str) -> str:
    """Functions long enough to be recognised by their digest."""
    return "".join(
        f"def walk_{name}(values: list[float], limit: float) -> list[float]:\n"
        f"    kept_{name} = []\n    for position, value in enumerate(values):\n"
        f"        if value > limit:\n            kept_{name}.append(value - position)\n"
        f"        elif value < -limit:\n            kept_{name}.append(value + position)\n"
        f"    kept_{name}.sort()\n    kept_{name}.reverse()\n    return kept_{name}\n\n\n"
        for name in names
    )


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


def test_what_a_reviewer_would_say_first_comes_first(scorer: CodeQualityScorer) -> None:
    good, bad = (scorer.assess("github.com/mira/pocket", whole) for whole in (careful(), careless()))
    assert good.evidence[0].text.startswith("for it: ")
    assert "links trained weights" in good.evidence[0].text
    against = next(e.text for e in bad.evidence if e.text.startswith("against it: "))
    assert "not kept like a project" in against


def test_evidence_writes_numbers_as_the_rest_of_the_product_does(scorer: CodeQualityScorer) -> None:
    told = [
        evidence.text
        for made in (careful(), careless())
        for found in [scorer.assess("github.com/mira/pocket", made)]
        for evidence in (*found.evidence, *(one for part in found.parts for one in part.evidence))
    ]
    assert [one for one in told if re.search(r"\d%|\b1 (?:tests|files)\b", one)] == []
    assert [one for one in told if re.search(r"\d % of its kind", one)]


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
        ({"README.md": "# Pocket\n", "a.py": "x = 1\n"}, "only 1 line of code"),
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
    assert next(e.text for e in found.evidence if e.kind == "extent").endswith(" in 1 file")


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


def test_a_fork_that_moves_and_touches_a_file_has_not_written_it(scorer: CodeQualityScorer) -> None:
    theirs = walks("hill", "shore", "marsh", "ridge")
    parent = tree({"pocket/paths.py": theirs}, commits=commits())
    own = walks("lane", "alley", "court", "mews", "close")
    fork = tree({"net/core.py": "# ours\n" + theirs, "net/purse.py": own}, commits=commits())
    found = scorer.assess("github.com/tomas/pocket", fork, parent=parent)
    left_out = next(e for e in found.evidence if e.kind == "not counted")
    assert left_out.location == "net/core.py"
    assert "inherited" in left_out.text
    assert part(found.parts, "process").score is None  # the history is its parent's


def test_only_the_linked_folder_of_a_shared_repository_counts(scorer: CodeQualityScorer) -> None:
    inner, outer = careful(), careless()
    files = [replace(f, path=f"papers/pocket/{f.path}") for f in inner.files if f.path != "LICENSE"]
    files += [*(f for f in inner.files if f.path == "LICENSE"), *outer.files]
    shared = replace(outer, files=tuple(files))
    key = "github.com/lab/papers"
    whole = scorer.assess(key, shared)
    linked = scorer.assess(key, shared, folder="papers/pocket")
    assert linked.subject_id == "github.com/lab/papers/tree/HEAD/papers/pocket"
    assert whole.score is not None
    assert linked.score is not None
    assert linked.score > whole.score + 10
    assert part(linked.parts, "process").score is None  # whose commits these are cannot be told
    places = {e.location for p in linked.parts for e in p.evidence if e.location}
    assert "LICENSE" in places
    assert any(place.startswith("papers/pocket/README.md:") for place in places)
    # What lies beside a folder that is not there is of other papers, so none of it counts.
    gone = scorer.assess(key, shared, folder="papers/other")
    assert gone.subject_id == "github.com/lab/papers/tree/HEAD/papers/other"
    assert (gone.status, gone.score, gone.parts) == (AssessmentStatus.INSUFFICIENT, None, ())
    assert "papers/other/ is not there: it may lie on another branch, or was renamed" in (gone.reason or "")
    for changed, said in (
        (replace(shared, submodules=("papers/other",)), "is a submodule"),
        (replace(shared, partial=True), "is not among the files that were read"),
    ):
        assert said in (scorer.assess(key, changed, folder="papers/other").reason or "")


def test_every_place_in_a_linked_folder_is_named_from_the_root(scorer: CodeQualityScorer) -> None:
    repeated = "".join(f"depth_{n} = measure({n})\n" for n in range(40))
    files: dict[str, str | bytes] = {
        "papers/pocket/one.py": NETWORK + repeated,
        "papers/pocket/two.py": NETWORK.replace("Pocket", "Purse") + repeated,
    }
    linked = scorer.assess("github.com/lab/papers", tree(files), folder="papers/pocket")
    said = [e.text for e in part(linked.parts, "hygiene").evidence if "again in" in e.text]
    assert said
    assert all("again in papers/pocket/" in text for text in said)


def test_a_package_of_the_root_is_that_of_a_linked_folder_only_where_it_is_part_of_one(
    scorer: CodeQualityScorer,
) -> None:
    setup = "from setuptools import setup\n\nsetup(name='lab', install_requires=['numpy'])\n"
    code = {"net.py": "import numpy\n" + NETWORK * 3, "README.md": "# Pocket\n"}

    def said(folder: str, files: dict[str, str]) -> str:
        whole = tree({"setup.py": setup, **{f"{folder}/{path}": text for path, text in files.items()}})
        found = scorer.assess("github.com/lab/papers", whole, folder=folder)
        return " ".join(e.text for one in (found, *found.parts) for e in one.evidence)

    beside, inside = said("papers/pocket", code), said("lab/pocket", {"__init__.py": "", **code})
    assert "dependencies stated" in beside  # by what the root states for all
    assert "can be installed as a package" not in beside
    assert "of its kind (experiment code" in beside
    assert " in 1 file " in beside + " "  # setup.py is none of the paper's
    assert "can be installed as a package" in inside
    assert "of its kind (library" in inside
    assert "can be installed as a package" in said("papers/pocket", {"setup.py": setup, **code})


def test_what_the_root_ignores_is_ignored_in_a_linked_folder(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {"papers/pocket/one.py": NETWORK * 3}
    bare, kept = (
        scorer.assess("github.com/lab/papers", tree(files | more), folder="papers/pocket")
        for more in ({}, {".gitignore": "*.pyc\n"})
    )
    assert (part(kept.parts, "hygiene").score or 0) > (part(bare.parts, "hygiene").score or 0)


def test_data_left_unread_hides_no_code(scorer: CodeQualityScorer) -> None:
    readme: dict[str, str | bytes] = {"README.md": "# Pocket\n"}
    large = Skipped(path="ponds.json", reason="larger than is read")
    assert scorer.assess("github.com/m/p", tree(readme, skipped=(large,))).reason == "no code yet"
    for path in ("net.py", "src/", ""):
        hidden = replace(large, path=path)
        said = scorer.assess("github.com/m/p", tree(readme, skipped=(hidden,))).reason
        assert said == "its code could not be read: larger than is read"


def test_copied_functions_are_named_after_their_origin_wherever_they_stand(scorer: CodeQualityScorer) -> None:
    theirs = walks("hill", "shore", "marsh")
    facts = read_file("core.py", theirs.encode())
    assert facts is not None
    origin = Origin("github.com/mira/pocket", date(2025, 1, 6), frozenset(f.digest for f in facts.functions))
    knowing = replace(scorer, origins=(origin,))
    files = {"inner/core.py": theirs, "own.py": walks("lane", "alley", "court", "mews", "close")}
    later = tree(files, commits=commits(first=datetime(2025, 6, 1, tzinfo=UTC)))
    copied = next(e for e in knowing.assess("github.com/x/y", later).evidence if e.kind == "not counted")
    assert copied.text.endswith("mostly functions of github.com/mira/pocket")
    assert copied.location == "inner/core.py"
    # Neither by its name nor, where that is kept from us, by its history can an origin copy from itself.
    for key, itself in (("github.com/mira/pocket", later), ("snapshot", replace(later, commits=commits()))):
        assert not any(e.kind == "not counted" for e in knowing.assess(key, itself).evidence)
    assert from_bytes(to_bytes((origin,))) == (origin,)


def test_a_known_package_is_its_own_where_it_is_published(scorer: CodeQualityScorer) -> None:
    files = {f"timm/{name}.py": NETWORK.replace("Pocket", name) for name in ("Birch", "Aspen", "Rowan")}
    files |= {"timm/models/registry.py": "", "timm/optim/optim_factory.py": ""}  # by which it is known
    copied = scorer.assess("github.com/x/net", tree({**files, "train.py": NETWORK}))
    published = scorer.assess("github.com/x/net", tree({**files, "setup.py": "setup(name='timm')\n"}))
    assert any("a copy of timm" in e.text for e in copied.evidence)
    assert not any(e.kind == "not counted" for e in published.evidence)


def test_a_library_is_not_asked_for_what_only_experiments_owe(scorer: CodeQualityScorer) -> None:
    readme = (
        "# Pocket\n\n## Installation\n\n```\npip install pocket\n```\n\n## Usage\n\n```\n>>> import pocket\n"
        ">>> pocket.PocketNet(2, 1)\n```\n"
    )
    kept = {
        f.path: f.content or b"" for f in careful().files if "train" not in f.path and "eval" not in f.path
    }
    pages = {f"docs/page{n}.md": f"# Page {n}\n" for n in range(8)}
    more = {"README.md": readme, "pocket/more.py": "import torch\n" + NETWORK * 2}
    library = tree(kept | pages | more, commits=commits())
    dump = tree({"README.md": readme, "net.py": "import torch\n" + NETWORK * 3}, commits=commits())
    said = " ".join(
        e.text for e in part(scorer.assess("github.com/m/p", library).parts, "completeness").evidence
    )
    assert "no training command" not in said
    said = " ".join(
        e.text for e in part(scorer.assess("github.com/m/p", dump).parts, "completeness").evidence
    )
    assert "gives no training command" in said


def test_code_that_learns_nothing_is_not_asked_for_training_or_weights(scorer: CodeQualityScorer) -> None:
    def said(code: str) -> str:
        found = scorer.assess("github.com/m/p", tree({"README.md": "# A parser\n", "parse.py": code}))
        return " ".join(e.text for e in part(found.parts, "completeness").evidence)

    plain = walks("hill", "shore", "marsh", "ridge", "lane")
    assert "it learns nothing" in said(plain)
    assert "gives no training command" not in said(plain)
    assert "links no trained weights" not in said(plain)
    assert "gives no training command" in said("import torch\n" + plain)
    assert "links no trained weights" in said("import torch\n" + plain)
    assert "it learns nothing" not in said("import torch\n" + plain)


@pytest.mark.parametrize(
    ("text", "learns"),
    [
        ("Boosting for transfer learning of ponds.", True),
        ("A bandit that digs. Bandits of old dug, too.", True),
        ("Learn more on our pages; the policy of our cluster is told there, as are lessons learned.", False),
        ("Made for machine learning, among much else.", False),
    ],
)
def test_code_without_a_library_learns_where_its_readme_speaks_of_learning(
    scorer: CodeQualityScorer, text: str, learns: bool
) -> None:
    files = {"README.md": f"# Ponds\n\n{text}\n", "dig.py": walks("hill", "shore", "marsh", "ridge", "lane")}
    found = scorer.assess("github.com/m/p", tree(files))
    said = " ".join(e.text for e in part(found.parts, "completeness").evidence)
    assert ("it learns nothing" in said) is not learns


def test_without_a_readme_nothing_is_taken_for_granted(scorer: CodeQualityScorer) -> None:
    code = {"parse.py": walks("hill", "shore", "marsh", "ridge", "lane")}
    without = part(scorer.assess("github.com/m/p", tree(code)).parts, "completeness")
    short = part(scorer.assess("github.com/m/p", tree(code | {"README.md": "# A\n"})).parts, "completeness")
    assert without.score is not None
    assert short.score is not None
    assert without.score <= short.score
    assert "there is no README" in {e.text for e in without.evidence}


def test_guides_beside_the_readme_count_wherever_they_lie_unless_they_are_other_peoples(
    scorer: CodeQualityScorer,
) -> None:
    guide = (
        "# Reproduce the experiments\n\nThis takes 20 minutes.\n\n```\nwget https://example.org/traces.tar\n"
        + "".join(f"./run.sh figure{n}\n" for n in range(12))
        + "```\n"
    )
    plain = {"README.md": "# A parser\n", "parse.py": walks("hill", "shore", "marsh", "ridge", "lane")}
    own = scorer.assess("github.com/m/p", tree(plain | {"artifact/claims/REPRODUCE.md": guide}))
    foreign = scorer.assess("github.com/m/p", tree(plain | {"third_party/parser/README.md": guide}))
    without = scorer.assess("github.com/m/p", tree(plain))
    assert own.score is not None
    assert without.score is not None
    assert own.score > without.score + 5
    assert foreign.score == without.score
    places = {e.text: e.location for e in part(own.parts, "completeness").evidence}
    assert places["says how long its steps take"] == "artifact/claims/REPRODUCE.md:3"
    assert places["says how to fetch what is not in the repository"] == "artifact/claims/REPRODUCE.md:6"


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("- numpy", True),
        ("Requires Python 3.8 and PyTorch 1.4.", True),
        ("pip install torch torchvision", True),
        ("python train.py --data mnist", False),
        ("We train on images.", False),
    ],
)
def test_dependencies_in_a_readme_are_told_from_commands(
    scorer: CodeQualityScorer, line: str, stated: bool
) -> None:
    files: dict[str, str | bytes] = {
        "README.md": f"# Net\n\n{line}\n",
        "net.py": "import numpy\n" + NETWORK * 3,
    }
    found = scorer.assess("github.com/m/p", tree(files))
    said = {e.text for e in part(found.parts, "completeness").evidence}
    assert ("dependencies are not stated" not in said) is stated


def test_automation_that_came_with_a_copied_project_is_not_the_repositorys_own(
    scorer: CodeQualityScorer,
) -> None:
    files = {"README.md": README, "net.py": NETWORK * 3, "libs/fast/.travis.yml": "script: pytest\n"}
    said = " ".join(e.text for p in scorer.assess("github.com/m/p", tree(files)).parts for e in p.evidence)
    assert "continuous integration" not in said


def test_the_whole_and_every_part_say_where_they_stand_on_both_scales(scorer: CodeQualityScorer) -> None:
    for given in (careful(), careless()):
        whole = scorer.assess("github.com/m/p", given)
        for one in (whole, *whole.parts):
            [said] = [e.text for e in one.evidence if e.kind == "percentile"]
            told = re.match(
                r"better than (\d+) % of all research code, and than \d+ % of its kind \(.+\)", said
            )
            assert told
            assert one.score is not None
            assert abs(int(told.group(1)) - min(99, max(1, one.score))) <= 0.6  # the score, in words
    alone = replace(scorer, model=replace(scorer.model, groups={})).assess("github.com/m/p", careful())
    assert [e.text.partition("%")[2] for e in alone.evidence if e.kind == "percentile"] == [
        " of all research code"
    ]


def test_issues_are_shown_in_the_process_part_and_move_no_number(scorer: CodeQualityScorer) -> None:
    before = scorer.assess("github.com/mira/pocket", careful())
    issues = OutsideIssues(opened=15, answered=12, since=datetime(2026, 2, 3, tzinfo=UTC))
    after = with_issues(before, issues)
    said = "12 of 15 questions from outside were closed or commented on since 2026-02-03 (shown, not scored)"
    [process] = [part for part in after.parts if part.name == "process"]
    assert process.evidence[-1].text == said
    assert process.evidence[-1].weight is None
    assert (after.score, after.low, after.high) == (before.score, before.low, before.high)
    assert [part.score for part in after.parts] == [part.score for part in before.parts]
    assert with_issues(before, None) == before
    assert str(OutsideIssues(opened=0, answered=0)).startswith("no question from outside")


def test_the_readme_of_its_parent_says_nothing_of_a_fork(scorer: CodeQualityScorer) -> None:
    parent = careful()
    own = SourceFile(path="mine.py", size=1, content=(NETWORK.replace("Pocket", "Purse") * 3).encode())
    fork = replace(parent, files=(*parent.files, own))
    found = scorer.assess("github.com/tomas/pocket", fork, parent=parent)
    completeness = part(found.parts, "completeness")
    assert completeness.score is None
    [said] = completeness.evidence
    assert said.text == "unknown: its README is that of the repository it was forked from"
    assert said.location == "README.md"
    told = SourceFile(path="README.md", size=1, content=(README + "\nWith purses.\n").encode())
    changed = replace(fork, files=tuple(told if f.path == "README.md" else f for f in fork.files))
    again = scorer.assess("github.com/tomas/pocket", changed, parent=parent)
    assert part(again.parts, "completeness").score is not None


def test_automation_around_a_linked_folder_counts_where_the_folder_has_tests(
    scorer: CodeQualityScorer,
) -> None:
    files = {
        ".github/workflows/test.yml": "run: pytest\n", "lake/test_lake.py": "def test_it():\n    assert 1\n",
        "pond/net.py": NETWORK * 3,
    }  # fmt: skip

    def said(more: dict[str, str]) -> str:
        found = scorer.assess("github.com/lab/papers", tree(files | more), folder="pond")
        return " ".join(e.text for e in part(found.parts, "engineering").evidence)

    assert "continuous integration" not in said({})
    assert "continuous integration runs the tests" in said(
        {"pond/test_net.py": "def test_it():\n    assert 1\n"}
    )


def test_a_project_that_was_cloned_is_a_copy_though_its_setup_came_along(scorer: CodeQualityScorer) -> None:
    files = {f"timm/{name}.py": NETWORK.replace("Pocket", name) for name in ("Birch", "Aspen", "Rowan")}
    files |= {"timm/models/registry.py": "", "timm/optim/optim_factory.py": "", "train.py": NETWORK * 3}

    def copied(key: str, url: str) -> bool:
        setup = {"setup.py": f"setup(name='timm', url='https://github.com/{url}')\n"}
        found = scorer.assess(key, tree(files | setup))
        return any("a copy of timm" in e.text for e in found.evidence)

    assert copied("github.com/mira/ponds", "acme/image-models")
    assert not copied("github.com/mira/ponds", "mira/ponds")
    assert not copied("github.com/mira/image-models", "acme/image-models")  # moved to another account
    assert not copied("snapshot", "acme/image-models")  # whose it is is not known


def test_of_little_code_less_is_sure(scorer: CodeQualityScorer) -> None:
    def width(functions: int) -> float:
        names = [f"pond{number}" for number in range(functions)]
        found = scorer.assess("github.com/m/p", tree({"README.md": "# Walks\n", "walk.py": walks(*names)}))
        assert found.low is not None
        assert found.score is not None
        assert found.high is not None
        assert found.low < found.score < found.high
        return found.high - found.score

    tiny, small, large = width(9), width(90), width(900)
    assert tiny >= 10  # of 90 lines: other files of it would say something else
    assert tiny >= small > large


def test_a_part_that_is_unknown_may_be_anything_usual(scorer: CodeQualityScorer) -> None:
    parent = careful()
    own = SourceFile(path="mine.py", size=1, content=(NETWORK.replace("Pocket", "Purse") * 90).encode())
    fork = replace(parent, files=(*parent.files, own))
    told = SourceFile(path="README.md", size=1, content=(README + "\nWith purses.\n").encode())
    changed = replace(fork, files=tuple(told if f.path == "README.md" else f for f in fork.files))
    unknown, known = (scorer.assess("github.com/t/p", one, parent=parent) for one in (fork, changed))
    assert (unknown.high or 0) - (unknown.low or 0) > (known.high or 0) - (known.low or 0) + 30


def test_data_left_unread_makes_no_score_less_sure(scorer: CodeQualityScorer) -> None:
    def width(path: str) -> float:
        skipped = tuple(
            Skipped(path=path.format(number), reason="larger than is read") for number in range(9)
        )
        found = scorer.assess("github.com/m/p", replace(careful(), skipped=skipped))
        return (found.high or 0) - (found.low or 0)

    assert width("ponds/{}.json") < width("ponds/{}.py")
