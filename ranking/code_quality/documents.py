"""What the README and the files beside it let a stranger do.

The questions are those of the ML code completeness checklist (https://github.com/paperswithcode/releasing-research-code)
and of artifact evaluation: install, data, train, evaluate, weights, results, licence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ranking.code_quality.authored import foreign_folder
from ranking.code_quality.evaluating import Evaluating, read_evaluating
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.nested import licence_of, nested_projects
from ranking.code_quality.readme_topics import Topic, is_heading, topics_of
from ranking.code_quality.tree import SourceTree
from ranking.code_quality.wording import Wording, read_wording

_MAX_README = 120_000
_MOST_GUIDES = 25
_MOST_READMES = 6
# A line that somebody would paste into a shell.
_SHELL = re.compile(
    r"^[\s>`*+-]{0,12}(?:\d+[.)] ?)?[`\s]*(?:[$%] ?)?(?:(?:[A-Z_]+=\S+|sudo|time|nohup) )*"
    r"(?:(?:python[\d.]*|ipython|bash|sh|torchrun|accelerate|deepspeed|mpirun|horovodrun|Rscript|julia|matlab|octave|java|node"
    r"|pip3?|conda|mamba|poetry|uv|docker(?:-compose)?|git|wget|curl|gdown|unzip|tar|make|cmake|cargo|go|npm|yarn|mvn"
    r"|gradle|srun|sbatch|jupyter|cd|mkdir|export|source|apt(?:-get)?|brew|chmod) +[-\w./~$<{\"'+]|\./[\w./-]+)",
)
_COMMAND = re.compile(
    r"(?:python3?|bash|sh|torchrun[^\n]*?|accelerate launch[^\n]*?)\s+(?:-\w\s+)?([\w./-]+\.(?:py|sh))\b"
    r"|\./([\w./-]+\.sh)\b"
)
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
# A table with these holds what is required, not what came out.
_VERSIONS = re.compile(r"python|cuda|torch|tensorflow|numpy|version|ubuntu|\bgcc\b|driver|[<>=]=", re.I)
_TRAINING_MENTION = re.compile(r"\b(?:pre-?)?train", re.I)
_BADGE = re.compile(r"shields\.io|badge|travis-ci|codecov|readthedocs|circleci|coveralls", re.I)
_PROMISE = re.compile(
    r"(?:code|repo(?:sitory)?|implementation|more|everything)[^\n]{0,60}"
    r"(?:coming soon|will be (?:released|available|uploaded|made))|coming soon|under construction",
    re.I,
)


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
    docs_files: int = 0


def main_readme(tree: SourceTree) -> str | None:
    """Path of the README a visitor sees first."""
    candidates = [
        file.path
        for file in tree.readable()
        if file.path.lower().rpartition("/")[2].startswith("readme") and role_of(file.path) is Role.DOCUMENT
    ]
    order = {"": 0, ".github": 1, "docs": 2}
    return min(
        candidates,
        key=lambda p: (
            p.count("/"),
            order.get(p.rpartition("/")[0].lower(), 3),
            not p.lower().endswith(".md"),
            p,
        ),
        default=None,
    )


def read_documents(tree: SourceTree) -> Documents:
    """Read the README, other READMEs for topics it lacks, and the licence."""
    readme = main_readme(tree)
    licence = next((f for f in tree.files if role_of(f.path) is Role.LICENCE and "/" not in f.path), None)
    licence_text = (licence.content or b"").decode("utf-8", "replace") if licence else ""
    docs_files = sum(
        f.path.lower().endswith((".md", ".rst", ".ipynb"))
        and f.path.lower().startswith(("docs/", "doc/", "documentation/"))
        for f in tree.files
    )
    guides = _guide_paths(tree)
    if readme is None:
        return Documents(
            licence=licence.path if licence else None,
            licence_name=licence_of(licence_text),
            docs_files=docs_files,
            guides=_guides(tree, guides),
        )
    text = _text(tree, readme)
    lines = text.split("\n")
    topics = topics_of(readme, lines)
    others = [
        f.path for f in tree.readable()
        if f.path != readme and role_of(f.path) is Role.DOCUMENT and f.path.count("/") <= 2
        and not foreign_folder(f.path)
    ]  # fmt: skip
    for path in sorted(others, key=lambda p: (p.count("/"), p))[:12]:
        for name, topic in topics_of(path, _text(tree, path).split("\n")).items():
            if name not in topics or topic.value > topics[name].value:
                topics[name] = topic
    commands, missing = _commands(tree, lines)
    readmes = _readmes(tree, [readme, *(path for path in guides if path != readme)])
    promise = next(
        (
            (line.strip()[:100], number)
            for number, line in enumerate(lines, 1)
            if len(line) < 400 and _PROMISE.search(line)
        ),
        None,
    )
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
        guides=_guides(tree, guides),
        evaluating=read_evaluating(
            (path, lines, frozenset(i for i in range(len(lines)) if is_heading(lines, i)))
            for path, lines in readmes
        ),
        wording=read_wording(readmes),
        promise=promise,
        licence=licence.path if licence else None,
        licence_name=licence_of(licence_text),
        docs_files=docs_files,
    )


def _guide_paths(tree: SourceTree) -> list[str]:
    projects = nested_projects(tree)
    paths = [
        f.path
        for f in tree.readable()
        if role_of(f.path) is Role.DOCUMENT
        and _GUIDE.search(f.path)
        and not foreign_folder(f.path)
        and not any(f.path.startswith(project + "/") for project in projects)
    ]
    return sorted(paths, key=lambda p: (p.count("/"), p))[:_MOST_GUIDES]


def _readmes(tree: SourceTree, guides: list[str]) -> list[tuple[str, list[str]]]:
    """Path and lines of the README and those beside it; other guides too often tell of what is not of here."""
    return [
        (path, _text(tree, path).split("\n"))
        for path in [p for p in guides if p.lower().rpartition("/")[2].startswith("readme")][:_MOST_READMES]
    ]


def _guides(tree: SourceTree, paths: list[str]) -> Guides:
    shell: set[str] = set()
    blocks = mentions = durations = rows = 0
    places: dict[str, tuple[str, int]] = {}
    for path in paths:
        text = _text(tree, path)
        blocks += text.count("```") // 2
        for number, line in enumerate(text.split("\n"), start=1):
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
            cells = line if "<td" in line else line.partition("|")[2]
            rows += _DECIMAL.search(cells) is not None and not _VERSIONS.search(line)
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


def _text(tree: SourceTree, path: str) -> str:
    return (tree.by_path[path].content or b"")[:_MAX_README].decode("utf-8", "replace")


def _commands(tree: SourceTree, lines: list[str]) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    names = {file.path.rpartition("/")[2] for file in tree.files}
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if len(line) < 1500:
            for match in _COMMAND.finditer(line):
                found.setdefault((match.group(1) or match.group(2)).removeprefix("./"), number)
    missing = tuple((path, line) for path, line in found.items() if path.rpartition("/")[2] not in names)
    return tuple(found), missing
