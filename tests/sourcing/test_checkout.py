"""Repositories become plain values: from a folder, from git objects, from a host."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from git_histories import MIRA, TOMAS, bare, git, stream
from pytest_httpserver import HTTPServer

from ranking.code_quality import candidate_share
from sourcing.checkout import (
    CheckoutError,
    CheckoutLimits,
    Refusal,
    fetch_snapshot,
    read_bare,
    read_folder,
    read_path,
)
from sourcing.checkout.git_process import Git, GitError
from sourcing.demo.faults import status
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository, World

HISTORY = stream(
    [
        (MIRA, "Begin", {"README.md": "# Pocket\n", "net.py": "x = 1\n"}),
        (
            TOMAS,
            "Train in mixed precision\n\nHalves the memory at no loss of accuracy.",
            {"train.py": "y = 2\n"},
        ),
        (MIRA, "Add files via upload", {"data/big.bin": b"\0" * 3_000_000, "net.py": "x = 3\n"}),
        (MIRA, "update", {"docs/use.md": "Use it.\n"}),
        (MIRA, "Test the network", {"tests/test_net.py": "def test_net(): ...\n"}),
    ],
    tags=["v1.0", "paper", "v1.1.0"],
)
NOW = datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    repositories = (
        Repository(full_name="mira/pocket", history=HISTORY, former_names=("mira/purse",)),
        Repository(full_name="mira/empty"),
        Repository(full_name="mira/gone", history=HISTORY, status="missing"),
        Repository(full_name="mira/blocked", history=HISTORY, status="blocked"),
    )
    with DemoUpstream(World(nights=(NOW,), repositories=repositories)) as running:
        yield running


@pytest.fixture
def bases(upstream: DemoUpstream) -> Iterator[Mapping[str, str]]:
    yield {"github.com": upstream.urls["github_git"]}
    upstream.faults.clear()


def nothing_left(quarantine: Path) -> bool:
    return not quarantine.exists() or list(quarantine.iterdir()) == []


def test_a_snapshot_holds_text_and_lists_the_rest(bases: Mapping[str, str], tmp_path: Path) -> None:
    tree = fetch_snapshot("https://github.com/mira/pocket", quarantine=tmp_path / "q", bases=bases)
    assert tree.by_path["net.py"].content == b"x = 3\n"
    assert tree.by_path["data/big.bin"].content is None
    assert set(tree.by_path) == {
        "README.md",
        "net.py",
        "train.py",
        "data/big.bin",
        "docs/use.md",
        "tests/test_net.py",
    }
    assert nothing_left(tmp_path / "q")


def test_the_log_is_counted_and_no_address_is_kept(bases: Mapping[str, str], tmp_path: Path) -> None:
    tree = fetch_snapshot("github.com/mira/pocket", quarantine=tmp_path / "q", bases=bases)
    facts = tree.commits
    assert facts is not None
    assert (facts.total, facts.authored, facts.complete, facts.span_days) == (5, 5, True, 4)
    assert facts.releases == ("v1.0", "v1.1.0")
    assert [(a.names, a.share, a.logins) for a in facts.authors] == [
        (("Mira Lindqvist",), 0.8, ()),
        (("Tomás Okafor",), 0.2, ("tomok",)),
    ]
    assert facts.plain_messages == pytest.approx(0.4)
    assert facts.web_uploads == pytest.approx(0.2)
    assert "@" not in repr(tree)
    assert candidate_share(tree, "Mira Lindqvist") == pytest.approx(0.8)


def test_the_same_repository_read_from_a_host_and_from_disk_is_the_same(
    bases: Mapping[str, str], tmp_path: Path
) -> None:
    fetched = fetch_snapshot("github.com/mira/pocket", quarantine=tmp_path / "q", bases=bases)
    local = read_bare(bare(tmp_path / "pocket.git", HISTORY))
    assert fetched.revision == local.revision
    assert {f.path: f.content for f in fetched.files} == {f.path: f.content for f in local.files}
    assert fetched.commits == local.commits


def test_a_renamed_repository_is_followed(bases: Mapping[str, str], tmp_path: Path) -> None:
    tree = fetch_snapshot("github.com/mira/purse", quarantine=tmp_path / "q", bases=bases)
    assert "net.py" in tree.by_path
    assert tree.commits is not None


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("gone", Refusal.MISSING, "no such public repository"),
        ("blocked", Refusal.BLOCKED, "legal reasons"),
        ("empty", Refusal.EMPTY, "no commit yet"),
    ],
)
def test_a_repository_that_cannot_be_had_is_one_sentence(
    bases: Mapping[str, str], tmp_path: Path, name: str, reason: Refusal, said: str
) -> None:
    with pytest.raises(CheckoutError, match=rf"^github\.com/mira/{name}: .*{said}.*\.$") as caught:
        fetch_snapshot(f"github.com/mira/{name}", quarantine=tmp_path / "q", bases=bases)
    assert caught.value.reason is reason
    assert nothing_left(tmp_path / "q")


def test_a_host_in_trouble_is_named_as_such(
    upstream: DemoUpstream, bases: Mapping[str, str], tmp_path: Path
) -> None:
    upstream.faults.add("github_git", status(503))
    with pytest.raises(CheckoutError) as caught:
        fetch_snapshot("github.com/mira/pocket", quarantine=tmp_path / "q", bases=bases)
    assert caught.value.reason is Refusal.UNREACHABLE
    assert nothing_left(tmp_path / "q")


def test_a_download_over_the_limit_is_refused(bases: Mapping[str, str], tmp_path: Path) -> None:
    noise = stream([(MIRA, "Begin", {f"{n}.py": os.urandom(60_000) for n in range(20)})])
    world = World(nights=(NOW,), repositories=(Repository(full_name="mira/noise", history=noise),))
    with DemoUpstream(world) as running, pytest.raises(CheckoutError) as caught:
        fetch_snapshot(
            "github.com/mira/noise",
            quarantine=tmp_path / "q",
            bases={"github.com": running.urls["github_git"]},
            limits=CheckoutLimits(max_bytes=400_000),
        )
    assert caught.value.reason is Refusal.TOO_LARGE
    assert nothing_left(tmp_path / "q")


def test_where_all_is_too_much_the_small_files_are_fetched(tmp_path: Path) -> None:
    history = stream(
        [(MIRA, "Begin", {"net.py": "x = 1\n", **{f"{n}.npy": os.urandom(300_000) for n in range(4)}})]
    )
    world = World(nights=(NOW,), repositories=(Repository(full_name="mira/heavy", history=history),))
    with DemoUpstream(world) as running:
        tree = fetch_snapshot(
            "github.com/mira/heavy",
            quarantine=tmp_path / "q",
            bases={"github.com": running.urls["github_git"]},
            limits=CheckoutLimits(max_bytes=500_000),
        )
    assert tree.by_path["net.py"].content == b"x = 1\n"
    assert tree.by_path["0.npy"].size is None
    assert tree.partial
    assert "too large to fetch whole" in tree.notes[0]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/mira/pocket",
        "ext::sh -c touch% /tmp/pwned",
        "file:///etc/passwd",
        "ssh://git@internal/mira/pocket",
        "http://169.254.169.254/latest/meta-data",
        "--upload-pack=touch /tmp/pwned",
        "https://gitlab.com/mira/pocket",
    ],
)
def test_only_known_hosts_are_spoken_to(bases: Mapping[str, str], tmp_path: Path, address: str) -> None:
    with pytest.raises(CheckoutError) as caught:
        fetch_snapshot(address, quarantine=tmp_path / "q", bases=bases)
    assert caught.value.reason is Refusal.NOT_ALLOWED
    assert nothing_left(tmp_path / "q")


@pytest.mark.parametrize(
    "base", ["file:///tmp", "ssh://github.com", "https://user:secret@github.com", "ext::sh"]
)
def test_a_base_must_be_plain_http(tmp_path: Path, base: str) -> None:
    with pytest.raises(CheckoutError, match="http and https only") as caught:
        fetch_snapshot("github.com/mira/pocket", quarantine=tmp_path / "q", bases={"github.com": base})
    assert "secret" not in str(caught.value)


def test_a_revision_is_read_as_it_stood(tmp_path: Path) -> None:
    folder = bare(tmp_path / "pocket.git", HISTORY)
    first = git(folder, "rev-list", "--max-parents=0", "main")
    tree = read_path(folder, first)
    assert {f.path: f.content for f in tree.files} == {"README.md": b"# Pocket\n", "net.py": b"x = 1\n"}
    assert tree.revision == first
    with pytest.raises(CheckoutError, match="no revision"):
        read_path(folder, "no-such-branch")
    with pytest.raises(CheckoutError, match="plain name"):
        read_path(folder, "--output=/tmp/pwned")


def test_a_work_tree_is_read_as_it_lies_with_the_history_of_its_clone(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    subprocess.run(
        ["git", "clone", "--quiet", str(bare(tmp_path / "pocket.git", HISTORY)), str(folder)], check=True
    )
    (folder / "new.py").write_text("z = 4\n")
    (folder / "elsewhere").symlink_to("/etc")
    tree = read_path(folder)
    assert tree.by_path["new.py"].content == b"z = 4\n"
    assert tree.links == ("elsewhere",)
    assert tree.commits is not None
    assert tree.commits.authored == 5


def test_a_folder_without_history_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert read_folder(tmp_path).commits is None
    with pytest.raises(CheckoutError, match="no such folder"):
        read_folder(tmp_path / "absent")


def test_git_that_prints_too_much_ends_in_its_own_error(tmp_path: Path) -> None:
    """Raised inside the stream, where an exception that cannot be written to would come out as another one."""
    folder = bare(tmp_path, HISTORY)
    reader = Git(git_dir=folder, home=tmp_path, deadline=time.monotonic() + 20, memory_bytes=1 << 30)
    with pytest.raises(GitError) as caught:
        reader.run("for-each-ref", most=10)
    assert caught.value.kind == "limit"


def test_a_host_that_sends_us_on_twice_is_refused(httpserver: HTTPServer, tmp_path: Path) -> None:
    for old, new in (("a", "b"), ("b", "c")):
        moved = {"Location": f"/mira/{new}.git/info/refs?service=git-upload-pack"}
        httpserver.expect_request(f"/mira/{old}.git/info/refs").respond_with_data(status=301, headers=moved)
    with pytest.raises(CheckoutError, match="from place to place") as caught:
        fetch_snapshot(
            "https://github.com/mira/a",
            quarantine=tmp_path / "q",
            bases={"github.com": httpserver.url_for("").rstrip("/")},
        )
    assert caught.value.reason is Refusal.NOT_ALLOWED
    assert nothing_left(tmp_path / "q")


def test_a_host_that_falls_silent_after_a_redirect_does_not_answer(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/mira/a.git/info/refs").respond_with_data(
        status=301, headers={"Location": "/b"}
    )

    def silent(*_: object, **__: object) -> None:
        raise requests.ConnectionError("gone")

    monkeypatch.setattr(requests, "get", silent)
    with pytest.raises(CheckoutError) as caught:
        fetch_snapshot(
            "https://github.com/mira/a",
            quarantine=tmp_path / "q",
            bases={"github.com": httpserver.url_for("").rstrip("/")},
        )
    assert caught.value.reason is Refusal.UNREACHABLE
