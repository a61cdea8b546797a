"""Repositories that mean harm: each ends in a sentence, and nothing of it is left behind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from git_histories import MIRA, bare, commit_tree, git, stream, tree_of

from db.records import Assessment, AssessmentStatus
from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.isolation.supervisor import ReadingLimits
from sourcing.checkout import CheckoutError, CheckoutLimits, fetch_snapshot, read_bare, read_folder
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository, World

LIMITS = CheckoutLimits(max_files=300, max_text_bytes=4_000_000, max_depth=20, timeout_s=30)
GOOD = "".join(
    f'def layer_{n}(width: int) -> int:\n    """Width of layer {n}."""\n'
    f"    wider = width + {n}\n    return wider * 2\n\n\n"
    for n in range(20)
)
NOW = datetime(2026, 11, 10, tzinfo=UTC)
Made = dict[str, str | bytes]


def notebook(output: str) -> str:
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "source": "x = 1\n",
        "outputs": [{"output_type": "stream", "text": output}],
    }
    return json.dumps({"cells": [cell], "nbformat": 4})


class Nothing(str):
    """Why there is nothing to say of a repository: nothing in it was set aside."""

    __slots__ = ()


# Each with what has to be said of it, or why it is simply read.
FILES: dict[str, tuple[Made, str]] = {
    "one line of 200 KB": ({"a.py": "x = " + "a.b" * 70_000 + "\n"}, "a line is longer than"),
    "brackets 100,000 deep": ({"a.py": "(" * 100_000 + ")" * 100_000}, "a line is longer than"),
    "unary minus 50,000 deep": ({"a.py": "x = " + "-" * 15_000 + "1\n"}, "to parse"),
    "nested calls": ({"a.py": "f(" * 900 + ")" * 900 + "\n"}, "it does not parse"),
    "null bytes": ({"a.py": b"x = 1\0\n" * 100}, "null bytes"),
    "not text": ({"a.py": bytes(range(256)) * 200}, "null bytes"),
    "Python 2": ({"a.py": 'print "hello"\nexcept ValueError, e:\n'}, "Python 2"),
    "conflict marks": ({"a.py": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n"}, "it does not parse"),
    "a notebook with a bomb of an output": ({"a.ipynb": notebook("A" * 9_000_000)}, "over the limit"),
    "a notebook nested 100,000 deep": ({"a.ipynb": "[" * 100_000}, "nested too deeply to be read"),
    "a notebook of another shape": ({"a.ipynb": '{"cells": {"0": [null, 3]}}'}, "it has no cells"),
    "a source file of 2 MB": ({"a.py": "x = 1\n" * 350_000}, "over the limit"),
    "one thousand files": ({f"data/{n}.py": "x = 1\n" for n in range(1_000)}, "more than 300 files"),
    "a folder 60 deep": ({"/".join(["d"] * 60) + "/a.py": "x = 1\n"}, "nested too deeply"),
    "more text than is read": ({f"m{n}.py": f"x = {n}\n" * 90_000 for n in range(8)}, "more text than is read"),
    "regular expressions' worst case": (
        {"a.c": "void " + "a " * 140 + "(\n" + ("int " * 70 + "x(y)\n") * 400, "README.md": "download " * 20_000},
        "one line of it over 1,500 characters not read",
    ),
    "control characters in names": (
        {"a\x1b[2Jb.py": "x = 1\n"},
        Nothing("the file is read as any other; its name is shown with the character written out"),
    ),
    "a hook and an attribute": (
        {".gitattributes": "* filter=run diff=run\n", "hooks/post-checkout": "touch /tmp/ran", ".gitconfig": "[alias]"},
        Nothing("they are files like others: git takes its hooks and settings from elsewhere, and checks nothing out"),
    ),
    "a submodule's address": (
        {".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch /tmp/ran"\n'},
        Nothing("no commit of a submodule is in the tree, so there is none to fetch"),
    ),
    "settings of linters": (
        {"pyproject.toml": '[tool.ruff]\nextend = "/etc/passwd"\n', "setup.py": "open('/tmp/ran', 'w')\n"},
        Nothing("settings are read as text and code is parsed: no linter is started and nothing is installed"),
    ),
}  # fmt: skip


def processes() -> set[str]:
    """Command lines of our descendants that read repositories."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = place.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            command = place.joinpath("cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        if parent == str(os.getpid()) and (b"git" in command or b"worker" in command):
            found.add(place.name)
    return found


def assess(make: Callable[[], Assessment]) -> Assessment:
    before = processes()
    found = make()
    assert processes() <= before
    return found


def _repository(number: int, files: Made) -> Repository:
    history = stream([(MIRA, "Begin", {_quoted(p): c for p, c in ({"good.py": GOOD} | files).items()})])
    return Repository(full_name=f"mallory/bomb-{number}", history=history)


@pytest.fixture(scope="module")
def upstream() -> Iterator[DemoUpstream]:
    repositories = tuple(_repository(number, files) for number, (files, _) in enumerate(FILES.values()))
    with DemoUpstream(World(nights=(NOW,), repositories=repositories)) as running:
        yield running


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_are_set_aside_and_the_rest_is_judged(
    name: str, upstream: DemoUpstream, tmp_path: Path
) -> None:
    said = FILES[name][1]
    key = f"github.com/mallory/bomb-{list(FILES).index(name)}"
    bases = {"github.com": upstream.urls["github_git"]}
    quarantine = tmp_path / "quarantine"

    def fetched() -> Assessment:
        tree = fetch_snapshot(key, quarantine=quarantine, bases=bases, limits=LIMITS)
        return CodeQualityScorer.load().assess(key, tree)

    found = assess(fetched)
    assert found.status is AssessmentStatus.SCORED
    assert list(quarantine.iterdir()) == []
    assert not Path("/tmp/ran").exists()
    unread = [e.text for e in found.evidence if e.kind in ("not read", "less sure")]
    if isinstance(said, Nothing):
        assert unread == []
    else:
        assert said in " ".join(unread)
    assert all(c.isprintable() for e in found.evidence for c in e.text + (e.location or ""))


def _quoted(path: str) -> str:
    return '"' + path.replace("\x1b", "\\033") + '"' if "\x1b" in path else path


def test_a_tree_that_leaves_its_folder_is_not_followed(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=GOOD.encode())
    link = git(folder, "hash-object", "-w", "--stdin", stdin=b"/etc/passwd")
    inner = tree_of(folder, [("100644", "passwd", blob)])
    ways_out = [("40000", "..", inner), ("40000", ".git", inner), ("120000", "link.py", link)]
    commit_tree(folder, tree_of(folder, [*ways_out, ("100644", "good.py", blob)]))
    tree = read_bare(folder, limits=LIMITS)
    assert set(tree.by_path) == {"good.py"}
    assert tree.links == ("link.py",)
    assert sum("leaves the repository" in s.reason for s in tree.skipped) == 2


def test_a_tree_that_unfolds_without_end_stops_at_the_limit(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=b"x = 1\n")
    tree = tree_of(folder, [("100644", f"f{n}.py", blob) for n in range(10)])
    for _ in range(12):  # 10^13 files in 13 objects
        tree = tree_of(folder, [("40000", f"d{n}", tree) for n in range(10)])
    commit_tree(folder, tree)
    found = read_bare(folder, limits=LIMITS)
    assert len(found.files) == 300
    assert found.partial


def test_a_submodule_is_said_to_be_left_out_and_its_address_is_not_asked(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    address = '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch /tmp/ran"\n'
    good, modules = (
        git(folder, "hash-object", "-w", "--stdin", stdin=text.encode()) for text in (GOOD, address)
    )
    entries = [("100644", ".gitmodules", modules), ("100644", "good.py", good), ("160000", "x", "1" * 40)]
    commit_tree(folder, tree_of(folder, entries))
    found = CodeQualityScorer.load().assess("github.com/mallory/x", read_bare(folder))
    assert ("x", "one submodule was not fetched") in [(e.location, e.text) for e in found.evidence]
    assert not Path("/tmp/ran").exists()


def test_undecodable_names_are_shown_escaped(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=GOOD.encode())
    commit_tree(folder, tree_of(folder, [("100644", "caf\xe9.py", blob)]))
    assert [f.path for f in read_bare(folder).files] == ["caf\\xe9.py"]


def test_settings_inside_a_repository_do_not_run(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    mark = tmp_path / "ran"
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "gpg.program",
    ):
        git(folder, "config", key, f"touch {mark}")
    git(folder, "config", "log.showSignature", "true")
    git(folder, "config", "extensions.partialClone", "evil")
    git(folder, "config", "remote.evil.url", f"ext::sh -c 'touch {mark}'")
    git(folder, "config", "remote.evil.promisor", "true")
    git(folder, "config", "protocol.ext.allow", "always")
    missing = "1" * 40
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=GOOD.encode())
    commit_tree(folder, tree_of(folder, [("100644", "gone.py", missing), ("100644", "good.py", blob)]))
    with suppress(CheckoutError):  # git up to 2.44 gives up where a promised file is missing; both are well
        assert read_bare(folder).by_path["good.py"].content == GOOD.encode()
    assert not mark.exists()


def test_a_damaged_repository_is_one_sentence(tmp_path: Path) -> None:
    folder = bare(tmp_path / "x.git", stream([(MIRA, "Begin", {"good.py": GOOD})]))
    for place in folder.glob("objects/*/*"):
        place.chmod(0o644)
        place.write_bytes(b"damaged")
    with pytest.raises(CheckoutError):
        read_bare(folder)


def test_a_file_that_ends_the_reading_process_is_set_aside_and_the_next_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = [" + "[1, 2, 3],\n" * 80_000 + "]\n")  # a tree of several hundred MB
    (tmp_path / "good.py").write_text(GOOD)
    limits = ReadingLimits(memory_bytes=100 << 20, total_s=60)
    tight = replace(CodeQualityScorer.load(), limits=limits)
    found = assess(lambda: tight.assess("github.com/mallory/large", read_folder(tmp_path)))
    assert found.status is AssessmentStatus.SCORED
    assert "too large" in str(found) or any(e.location == "a.py" for e in found.evidence)


def test_a_file_that_eats_the_processor_is_set_aside_and_the_next_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = [" + "[1, 2, 3],\n" * 80_000 + "]\n")
    (tmp_path / "good.py").write_text(GOOD)
    tight = replace(CodeQualityScorer.load(), limits=ReadingLimits(file_s=0.1))
    found = assess(lambda: tight.assess("github.com/mallory/slow", read_folder(tmp_path)))
    assert found.status is AssessmentStatus.SCORED
    assert [e.location for e in found.evidence if "took longer" in e.text] == ["a.py"]
