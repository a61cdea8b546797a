"""The sample world holds what the tour promises, and nothing that could be anybody's."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sourcing.demo.git_store import GitStore, git_environment
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.world import Repository, announcement

WORLD = sample_world()
IN_NIGHTS = [paper for paper in WORLD.papers if not paper.background]
COMMIT_IDS = {
    "isolberg/tidegraph": "644743751946dc9cbb357cd2632ec34c242d1a27",
    "kbaptiste/diffusion-policy": "bcfcef544528eec910da5faac3e44b5e7ff95b1d",
    "quietlab/slowlight": "407b3ccedd1241fa04bbd0e614c37356d52478f9",
}
LIVE = [repository for repository in WORLD.repositories if repository.status == "live"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> GitStore:
    return GitStore(WORLD, tmp_path_factory.mktemp("git"))


def text_of(store: GitStore, repository: Repository, path: str, night: int = 3) -> str:
    now = NIGHTS[night - 1]
    return store.content(repository, now, store.files(repository, now)[path][0]).decode()


def test_a_week_of_nights_and_a_past() -> None:
    assert [len(WORLD.new_papers(night)) for night in range(1, 8)] == [24, 20, 16, 4, 4, 4, 4]
    assert len(IN_NIGHTS) == 76
    assert sum(paper.background for paper in WORLD.papers) == 240
    for field in ("arxiv_id", "title", "abstract"):
        assert len({getattr(paper, field) for paper in WORLD.papers}) == len(WORLD.papers), field
    assert max(p.versions[0].announced for p in WORLD.papers if p.background) < NIGHTS[0]


def test_every_version_is_announced_when_arxiv_would() -> None:
    for paper in WORLD.papers:
        assert [v.announced for v in paper.versions] == [announcement(v.submitted) for v in paper.versions]
        assert [v.submitted for v in paper.versions] == sorted(v.submitted for v in paper.versions)


def test_the_hard_cases_are_there() -> None:
    printed = {
        name: {a.person for p in IN_NIGHTS for a in p.authors if a.printed == name} for name in ("Min Zhao",)
    }
    assert printed == {"Min Zhao": {"zhao-lake", "zhao-harbour"}}
    forms = {a.printed for p in IN_NIGHTS for a in p.authors if a.person == "ferrandiz"}
    assert forms == {"María José Ferrándiz", "M. J. Ferrandiz", "Maria José Ferrándiz Olmo"}
    joint = [p for p in IN_NIGHTS if sum(a.joint_first for a in p.authors) == 2]
    assert [p.authors[1].person for p in joint] == ["brandt"]
    assert [person.key for person in WORLD.people if person.suppressed] == ["vossberg"]
    assert [p.title for p in IN_NIGHTS if p.withdrawn] == [
        "Federated Learning with Adaptive Client Sampling for Non-IID Data"
    ]
    assert "0" in [p.title for p in IN_NIGHTS]


def test_nobody_in_it_can_be_real() -> None:
    for person in WORLD.people:
        for address in (person.homepage, person.email):
            assert address is None or re.search(r"\.example/?$", address), person.key
        if person.orcid:
            assert person.orcid < "0000-0001-5000-0007"
    keys = Counter(person.key for person in WORLD.people)
    assert max(keys.values()) == 1
    orcids = [person.orcid for person in WORLD.people if person.orcid]
    assert len(set(orcids)) == len(orcids)


def test_orcid_check_digits_are_right() -> None:
    for person in WORLD.people:
        if person.orcid:
            total = 0
            *digits, check = person.orcid.replace("-", "")
            for digit in digits:
                total = (total + int(digit)) * 2
            assert (total + (10 if check == "X" else int(check))) % 11 == 1, person.orcid


def test_each_printed_repository_exists_in_the_world() -> None:
    for paper in IN_NIGHTS:
        if paper.repository:
            assert paper.repository.lower() in WORLD.repository_by_name, paper.title
        for name in re.findall(r"github\.com/([\w-]+/[\w-]+)", f"{paper.abstract} {paper.comment}"):
            assert name.lower() in WORLD.repository_by_name, name


@pytest.mark.parametrize("repository", LIVE, ids=lambda repository: repository.full_name)
def test_histories_are_real_and_older_than_the_nights(store: GitStore, repository: Repository) -> None:
    now = NIGHTS[2]
    assert store.tip(repository, now)
    pushed = store.pushed(repository, now)
    assert pushed is not None
    assert repository.created is not None
    assert repository.created <= pushed < now
    for path in store.files(repository, now):
        if path.endswith(".py") and repository.full_name != "pvargas/gapkernel":
            ast.parse(text_of(store, repository, path))


def test_commit_ids_do_not_depend_on_the_machine(store: GitStore) -> None:
    ids = {name: store.tip(WORLD.repository_by_name[name], NIGHTS[2]) for name in COMMIT_IDS}
    assert ids == COMMIT_IDS


def test_promised_code_comes_on_the_third_night(store: GitStore) -> None:
    slowlight = WORLD.repository_by_name["quietlab/slowlight"]
    assert set(store.files(slowlight, NIGHTS[1])) == {"README.md"}
    assert "coming soon" in text_of(store, slowlight, "README.md", night=2)
    assert "slowlight/shutter.py" in store.files(slowlight, NIGHTS[2])


def test_a_fork_continues_its_parent_and_a_copy_is_a_copy(store: GitStore) -> None:
    parent = WORLD.repository_by_name["open-policy/diffusion-policy"]
    fork = WORLD.repository_by_name["kbaptiste/diffusion-policy"]
    now = NIGHTS[0]
    assert store.files(parent, now).items() < store.files(fork, now).items()
    blobs = {blob for blob, _ in store.files(parent, now).values()}
    vendored = store.files(WORLD.repository_by_name["takumi-sato/night-pyramid"], now)
    copied = [path for path, (blob, _) in vendored.items() if blob in blobs]
    assert copied
    assert all(path.startswith("third_party/") for path in copied)


@pytest.mark.parametrize("name", ["isolberg/tidegraph", "lkowalski/halflife"])
def test_the_good_code_passes_its_own_tests(store: GitStore, name: str, tmp_path: Path) -> None:
    """These two are ours to run: they are part of this project, unlike what a crawl fetches."""
    folder = store.prepared(WORLD.repository_by_name[name], NIGHTS[2])
    subprocess.run(
        ["git", "clone", "--quiet", str(folder), str(tmp_path / "clone")], check=True, env=git_environment()
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "pythonpath=src ."],
        cwd=tmp_path / "clone",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
