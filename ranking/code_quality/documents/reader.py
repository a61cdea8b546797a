"""What the README and the files beside it let a stranger do.

The questions are those of the ML code completeness checklist (https://github.com/paperswithcode/releasing-research-code)
and of artifact evaluation: install, data, train, evaluate, weights, results, licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ranking.code_quality.authorship.foreign_places import foreign_folder
from ranking.code_quality.authorship.licences import licence_of
from ranking.code_quality.authorship.nested import nested_projects
from ranking.code_quality.documents.evaluating import Evaluating, read_evaluating
from ranking.code_quality.documents.given_weights import Title
from ranking.code_quality.documents.languages_of_prose import in_english
from ranking.code_quality.documents.promises import promised_code
from ranking.code_quality.documents.readme_topics import (
    Topic,
    columns_above,
    holds_versions,
    is_heading,
    topics_of,
)
from ranking.code_quality.documents.stated_licence import StatedLicence, stated_licence
from ranking.code_quality.documents.wording import Wording, read_wording
from ranking.code_quality.layout import Role, folders_of, role_of
from ranking.code_quality.tree import SourceTree

_MAX_README = 120_000
# Characters read over all documents: what comes later adds little, and reading is not free.
MOST_CHARACTERS = 400_000
_MOST_GUIDES = 25
_MOST_READMES = 6
# A line that somebody would paste into a shell.
_SHELL = re.compile(
    r"^[\s>`*+-]{0,12}(?:\d{1,6}[.)] ?)?[`\s]{0,40}(?:[$%] ?)?(?:(?:[A-Z_]{1,60}=\S{1,200}|sudo|time|nohup) ){0,8}"
    r"(?:(?:python[\d.]*|ipython|bash|sh|torchrun|accelerate|deepspeed|mpirun|horovodrun|Rscript|julia|matlab|octave|java|node"
    r"|pip3?|conda|mamba|poetry|uv|docker(?:-compose)?|git|wget|curl|gdown|unzip|tar|make|cmake|cargo|go|npm|yarn|mvn"
    r"|gradle|srun|sbatch|jupyter|cd|mkdir|export|source|apt(?:-get)?|brew|chmod) +[-\w./~$<{\"'+]|\./[\w./-]+)",
)
# A script, and what stands before it where it is run.
_SCRIPT = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.(?:py|sh)\b")
_INTERPRETER = re.compile(r"(?:python3?|bash|sh)\s{1,8}(?:-\w\s{1,8})?\Z")
_LAUNCHER = re.compile(r"\btorchrun\b|\baccelerate launch\b")
# Files beside the README that tell how to use what is there; large artifacts keep their instructions in several.
_GUIDE = re.compile(
    r"(?:^|/)(?:readme[^/]*"
    r"|(?:artifact|ae\b|reproduc|replicat|install|getting.?started|instruction|experiment|usage|tutorial|how.?to|setup"
    r"|build|eval)[^/]*\.(?:md|rst|txt|markdown|org|adoc))\Z",
    re.I,
)
_RESULT_MENTION = re.compile(r"reproduc|replicat|experiment|figure|results", re.I)
_DURATION = re.compile(r"\d\s?(?:human-|compute-)?(?:minutes?|mins?|hours?|seconds?|days?)\b", re.I)
_DOWNLOAD = re.compile(r"zenodo|figshare|\bwget\b|\bgdown\b", re.I)
_DECIMAL = re.compile(r"\d\.\d")
_TRAINING_MENTION = re.compile(r"\b(?:pre-?)?train", re.I)
_BADGE = re.compile(r"shields\.io|badge|travis-ci|codecov|readthedocs|circleci|coveralls", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """Counted over the README and the guides beside it, wherever in the repository they lie.

    ``shell_lines`` counts different lines that can be pasted into a shell, ``result_mentions`` how often
    experiments, figures or results are spoken of, ``durations`` the times stated, ``table_rows`` rows of tables
    that hold a decimal number. ``shell_line``, ``duration`` and ``download`` are the first places.
    """

    files: int = 0
    shell_lines: int = 0
    code_blocks: int = 0
    result_mentions: int = 0
    durations: int = 0
    table_rows: int = 0
    shell_line: tuple[str, int] | None = None
    duration: tuple[str, int] | None = None
    download: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """``topics`` maps each topic that is dealt with to the place that does most for it.

    ``commands`` are scripts that the README tells to run, ``missing`` those of them that are not there;
    ``shell_lines`` counts the different lines of it that can be pasted into a shell, ``result_mentions`` and
    ``training_mentions`` how often it speaks of results and of training. ``guides`` is counted over all guides.
    ``english`` is false where no README is in English, so that words were looked for in vain; ``unread`` names
    documents that were left unread for their length.
    """

    readme: str | None = None
    words: int = 0
    headings: int = 0
    code_blocks: int = 0
    badges: int = 0
    topics: dict[str, Topic] = field(default_factory=dict)
    shell_lines: int = 0
    result_mentions: int = 0
    training_mentions: int = 0
    guides: Guides = Guides()
    evaluating: Evaluating = field(default_factory=Evaluating)
    wording: Wording = field(default_factory=Wording)
    commands: tuple[str, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    promise: tuple[str, int] | None = None
    licence: str | None = None
    licence_name: str | None = None
    licence_stated: StatedLicence | None = None
    docs_files: int = 0
    english: bool = True
    unread: tuple[str, ...] = ()


class _Texts:
    """Documents by path, as lines, as far as the allowance goes."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._lines: dict[str, list[str]] = {}
        self._left = MOST_CHARACTERS
        self.unread: list[str] = []

    def lines(self, path: str) -> list[str]:
        """The first 120,000 bytes; nothing once the allowance is used up."""
        if path not in self._lines:
            text = (self._tree.by_path[path].content or b"")[:_MAX_README].decode("utf-8", "replace")
            if len(text) > self._left:
                self.unread.append(path)
                text = text[: self._left]
            self._left -= len(text)
            self._lines[path] = text.split("\n")
        return self._lines[path]


def _readmes_by_place(tree: SourceTree) -> list[str]:
    """Paths of READMEs, the one that a visitor sees first at the beginning."""
    candidates = [
        file.path
        for file in tree.readable()
        if file.path.lower().rpartition("/")[2].startswith("readme") and role_of(file.path) is Role.DOCUMENT
    ]
    order = {"": 0, ".github": 1, "docs": 2}
    return sorted(
        candidates,
        key=lambda p: (
            p.count("/"),
            order.get(p.rpartition("/")[0].lower(), 3),
            not p.lower().endswith(".md"),
            p,
        ),
    )


def _main_readme(tree: SourceTree, texts: _Texts) -> tuple[str | None, bool]:
    """Path of the README a visitor sees first, or of one in English beside it, and whether it is in English."""
    places = _readmes_by_place(tree)
    if not places:
        return None, True
    folder = places[0].rpartition("/")[0]
    beside = [path for path in places if path.rpartition("/")[0] == folder][:_MOST_READMES]
    english = next((path for path in beside if in_english(texts.lines(path))), None)
    return english or places[0], english is not None


def read_documents(tree: SourceTree) -> Documents:
    """Read the README, other READMEs for topics it lacks, and the licence."""
    texts = _Texts(tree)
    readme, english = _main_readme(tree, texts)
    licence = next((f for f in tree.files if role_of(f.path) is Role.LICENCE and "/" not in f.path), None)
    licence_text = (licence.content or b"").decode("utf-8", "replace") if licence else ""
    docs_files = sum(
        f.path.lower().endswith((".md", ".rst", ".ipynb"))
        and f.path.lower().startswith(("docs/", "doc/", "documentation/"))
        for f in tree.files
    )
    lines = texts.lines(readme) if readme else []
    guides = _guide_paths(tree)
    counted = _guides(texts, guides)
    stated = None if licence else stated_licence(tree, readme, lines)
    if readme is None:
        return Documents(
            licence=licence.path if licence else None,
            licence_name=licence_of(licence_text),
            licence_stated=stated,
            docs_files=docs_files,
            guides=counted,
            unread=tuple(texts.unread),
        )
    text = "\n".join(lines)
    title = Title.of(lines)
    topics = topics_of(readme, lines, title)
    others = [
        f.path for f in tree.readable()
        if f.path != readme and role_of(f.path) is Role.DOCUMENT and f.path.count("/") <= 2
        and not foreign_folder(f.path)
    ]  # fmt: skip
    for path in sorted(others, key=lambda p: (p.count("/"), p))[:12]:
        for name, topic in topics_of(path, texts.lines(path), title).items():
            if name not in topics or topic.value > topics[name].value:
                topics[name] = topic
    commands, missing = _commands(tree, lines)
    readmes = _readmes(texts, [readme, *(path for path in guides if path != readme)])
    return Documents(
        readme=readme,
        words=len(text.split()),
        headings=sum(is_heading(lines, i) for i in range(len(lines))),
        code_blocks=text.count("```") // 2
        + sum(line.startswith("    $") for line in lines)
        + text.count(".. code"),
        badges=len(_BADGE.findall("\n".join(lines[:30]))),
        topics=topics,
        commands=commands,
        missing=missing,
        shell_lines=len({line.strip() for line in lines if len(line) < 1500 and _SHELL.match(line)}),
        result_mentions=len(_RESULT_MENTION.findall(text)),
        training_mentions=len(_TRAINING_MENTION.findall(text)),
        guides=counted,
        evaluating=read_evaluating(
            (path, lines, frozenset(i for i in range(len(lines)) if is_heading(lines, i)))
            for path, lines in readmes
        ),
        wording=read_wording(readmes),
        promise=promised_code(lines),
        licence=licence.path if licence else None,
        licence_name=licence_of(licence_text),
        licence_stated=stated,
        docs_files=docs_files,
        english=english,
        unread=tuple(texts.unread),
    )


def _guide_paths(tree: SourceTree) -> list[str]:
    projects = frozenset(nested_projects(tree))
    paths = [
        f.path
        for f in tree.readable()
        if role_of(f.path) is Role.DOCUMENT
        and _GUIDE.search(f.path)
        and not foreign_folder(f.path)
        and projects.isdisjoint(folders_of(f.path))
    ]
    return sorted(paths, key=lambda p: (p.count("/"), p))[:_MOST_GUIDES]


def _readmes(texts: _Texts, guides: list[str]) -> list[tuple[str, list[str]]]:
    """Path and lines of the README and its like; other guides tell too often of what is not this repository's."""
    return [
        (path, texts.lines(path))
        for path in [p for p in guides if p.lower().rpartition("/")[2].startswith("readme")][:_MOST_READMES]
    ]


def _guides(texts: _Texts, paths: list[str]) -> Guides:
    shell: set[str] = set()
    blocks = mentions = durations = rows = 0
    places: dict[str, tuple[str, int]] = {}
    for path in paths:
        lines = texts.lines(path)
        blocks += sum(line.count("```") for line in lines) // 2
        columns = ""
        for number, line in enumerate(lines, start=1):
            if len(line) >= 1500:
                continue
            if _SHELL.match(line):
                shell.add(line.strip())
                places.setdefault("shell line", (path, number))
            if found := len(_DURATION.findall(line)):
                durations += found
                places.setdefault("duration", (path, number))
            if "download" not in places and _DOWNLOAD.search(line):
                places["download"] = (path, number)
            mentions += len(_RESULT_MENTION.findall(line))
            columns = columns_above(columns, line)
            cells = line if "<td" in line else line.partition("|")[2]
            rows += _DECIMAL.search(cells) is not None and not holds_versions(line, columns)
    return Guides(
        files=len(paths),
        shell_lines=len(shell),
        code_blocks=blocks,
        result_mentions=mentions,
        durations=durations,
        table_rows=rows,
        shell_line=places.get("shell line"),
        duration=places.get("duration"),
        download=places.get("download"),
    )


def _commands(tree: SourceTree, lines: list[str]) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    names = {file.path.rpartition("/")[2] for file in tree.files}
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if len(line) < 1500:
            for path in _run_in(line):
                found.setdefault(path.removeprefix("./"), number)
    missing = tuple((path, line) for path, line in found.items() if path.rpartition("/")[2] not in names)
    return tuple(found), missing


def _run_in(line: str) -> Iterator[str]:
    """Scripts that a line runs. Found from the script backwards: a launcher's options may be many."""
    launched = [match.end() for match in _LAUNCHER.finditer(line)]
    after = 0
    for match in _SCRIPT.finditer(line):
        script, start = match.group(), match.start()
        by_itself = script.endswith(".sh") and script.startswith("./")
        launcher = any(after <= end < start for end in launched) and line[start - 1].isspace()
        if by_itself or launcher or _INTERPRETER.search(line, max(0, start - 30), start):
            after = match.end()
            yield script
