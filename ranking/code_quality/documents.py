"""What the README and the files beside it let a stranger do.

The questions are those of the ML code completeness checklist (https://github.com/paperswithcode/releasing-research-code)
and of artifact evaluation: install, data, train, evaluate, weights, results, licence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ranking.code_quality.authored import foreign_folder, licence_of, nested_projects
from ranking.code_quality.evaluating import Evaluating, read_evaluating
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceTree

_MAX_README = 120_000
_MOST_GUIDES = 25
_MOST_READMES = 6
# What research code is commonly built on: libraries, and what runs it.
_LIBRARY = (
    "pytorch|torch(?:vision|audio)?|tensorflow|keras|jax|flax|numpy|scipy|pandas|matplotlib|scikit-learn|sklearn|cv2"
    "|opencv(?:-python)?|gym|mujoco|networkx|transformers|theano|cuda|cudnn|openssl|boost|eigen|llvm"
)
_PACKAGE = f"{_LIBRARY}|python|matlab|julia|gcc|g\\+\\+|clang|java|cmake|rust|go|node(?:\\.?js)?|docker|R"
# Each topic: headings that announce it, and lines that deliver it.
_TOPICS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "install": (
        re.compile(
            r"install|set-?\s?up|requirements?|dependenc|environment|prerequisite|getting started|build", re.I
        ),
        re.compile(
            r"pip3? install|conda (?:install|create|env)|docker (?:build|run|pull)|apt(?:-get)? install|poetry install"
            r"|uv (?:sync|pip)|python3? setup\.py|cmake|make install|\bmake\b|mamba|npm install|source .*activate"
            r"|cargo build",
            re.I,
        ),
    ),
    "requirements": (
        re.compile(r"requirements?|dependenc|prerequisite", re.I),
        re.compile(
            rf"\b(?:{_PACKAGE})\b[\s:`*(-]{{0,4}}(?:version |v|[=<>~]{{1,2}} ?)?\d+(?:\.\d+)*"
            rf"|(?:requires?|depends on|tested (?:on|with)|install)\b[^\n]{{0,60}}\b(?:{_PACKAGE})\b"
            rf"|^\W{{0,8}}(?:{_LIBRARY})\b\W{{0,3}}(?:$|[(,\]])|\b(?:{_LIBRARY})\b[ ,&`and]{{1,8}}\b(?:{_LIBRARY})\b",
            re.I,
        ),
    ),
    "train": (
        re.compile(r"train|fit|optimi[sz]|learn", re.I),
        re.compile(
            r"(?:python3?|torchrun|accelerate|deepspeed|bash|sh|srun|sbatch|\./)\W.{0,80}(?:train|pretrain|finetune|main|run)"
            r"|\.fit\(|\.train\(|trainer\.|\.learn\(",
            re.I,
        ),
    ),
    "reproduce": (
        re.compile(r"reproduc|replicat|experiment|claim|artifact|figures?|tables?|results", re.I),
        re.compile(
            r"(?:reproduc|replicat|regenerat|recreat)\w*|(?:figure|fig\.|table|section|claim|experiment) ?\(?[A-Z]?\d",
            re.I,
        ),
    ),
    "weights": (
        re.compile(r"pre-?trained|model zoo|checkpoints?|weights|trained models?|download", re.I),
        re.compile(
            r"(?:pre-?trained|checkpoints?|trained models?|model zoo|weights)[^\n]{0,200}(?:https?://|download|\.(?:pth?|ckpt|tar|zip))"
            r"|(?:download|https?://)[^\n]{0,160}(?:pre-?trained|checkpoint|weights|\.pth?\b|\.ckpt)|huggingface\.co/(?!datasets|spaces|papers)[\w-]+/[\w.-]+"
            r"|from_pretrained\(|\[(?:model|ckpt|checkpoint|weights|download)\]\(",
            re.I,
        ),
    ),
    "data": (
        re.compile(r"data|corpus|corpora|preprocess", re.I),
        re.compile(
            r"(?:data ?sets?|corpus|data)[^\n]{0,160}(?:https?://|download|wget|curl|gdown|unzip|kaggle)|(?:download|wget|gdown|unzip)[^\n]{0,120}data"
            r"|huggingface\.co/datasets/|zenodo\.org|download_data|prepare_data|data/",
            re.I,
        ),
    ),
    "results": (
        re.compile(
            r"results?|performance|benchmark|experiments?|leaderboard|comparison|accuracy|model zoo", re.I
        ),
        re.compile(
            r"\|[^|\n]*\d\.\d[^|\n]*\|[^|\n]*\d|\|[^|\n]*\d ?%[^|\n]*\||\d ?(?:±|\+/-|\+-) ?\d"
            r"|<td[^>]{0,200}>\s*\d+\.\d|(?:accuracy|bleu|map|f1|rmse|error|fid|auc|auroc|psnr|perplexity|top-?1|mrr|score|loss)\b[^\n]{0,60}?\d\.\d"
            r"|(?:!\[[^\]\n]{0,200}\]\(|<img)[^)>]{0,300}?(?:result|curve|accuracy|performance|comparison|plot|table|score)",
            re.I,
        ),
    ),
    "usage": (
        re.compile(
            r"usage|quick ?start|how to|tutorial|examples?|running|run\b|getting started|documentation", re.I
        ),
        re.compile(
            r"^\s*(?:\$ |> |>>> )?(?:python3? [\w./-]+\.py|import \w+|from \w[\w.]* import|bash |sh |\./"
            r"|docker run)",
            re.I,
        ),
    ),
    "structure": (
        re.compile(r"structure|organi[sz]ation|overview|layout|contents?|repository|directory|files", re.I),
        re.compile(
            r"[├└]──|^\s*[-*+] +`?[\w./-]+(?:/|\.(?:py|sh|ipynb|md|c|cpp|cc|rs|go|java))`?\s*[:(–-]", re.I
        ),
    ),
    "hardware": (
        re.compile(r"hardware|system requirements|resources|estimated (?:time|storage)|environment", re.I),
        re.compile(
            r"\b(?:\d+\s?(?:GB|GiB|TB) (?:of )?(?:RAM|memory|disk|storage|VRAM)|GPUs?\b[^\n]{0,40}\b"
            r"(?:A100|V100|H100|RTX|GTX|T4|2080|3090|4090|1080|K80|P100)"
            r"|(?:A100|V100|H100|RTX ?\d+|GTX ?\d+)|\d+\s?(?:human-)?(?:minutes|hours|compute-(?:minutes|hours)))",
            re.I,
        ),
    ),
    "expected": (
        re.compile(r"expected (?:results?|outputs?)|claims?|main results|outputs?", re.I),
        re.compile(
            r"expected (?:results?|outputs?)|should (?:see|output|produce|print|get|take)"
            r"|the output (?:is|will)|will (?:be saved|output|produce|generate)",
            re.I,
        ),
    ),
}
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
_TRAINING_MENTION = re.compile(r"\b(?:pre-?)?train", re.I)
_BADGE = re.compile(r"shields\.io|badge|travis-ci|codecov|readthedocs|circleci|coveralls", re.I)
_PROMISE = re.compile(
    r"(?:code|repo(?:sitory)?|implementation|more|everything)[^\n]{0,60}"
    r"(?:coming soon|will be (?:released|available|uploaded|made))|coming soon|under construction",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Where a topic is dealt with. A heading only announces it; a command, a link or a number delivers."""

    announced: bool
    delivered: bool
    path: str
    line: int

    @property
    def value(self) -> float:
        """How far a reader is helped, 0..1: most of it by the line that delivers."""
        return 0.7 * self.delivered + 0.3 * self.announced


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
    topics = _topics(readme, lines)
    others = [
        f.path for f in tree.readable()
        if f.path != readme and role_of(f.path) is Role.DOCUMENT and f.path.count("/") <= 2
        and not foreign_folder(f.path)
    ]  # fmt: skip
    for path in sorted(others, key=lambda p: (p.count("/"), p))[:12]:
        for name, topic in _topics(path, _text(tree, path).split("\n")).items():
            if name not in topics or topic.value > topics[name].value:
                topics[name] = topic
    commands, missing = _commands(tree, lines)
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
        headings=sum(_is_heading(lines, i) for i in range(len(lines))),
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
        evaluating=_evaluating(tree, [readme, *(p for p in guides if p != readme)]),
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


def _evaluating(tree: SourceTree, guides: list[str]) -> Evaluating:
    """From the README and those beside it; other guides tell of what is not this repository's too often."""
    texts = []
    for path in [p for p in guides if p.lower().rpartition("/")[2].startswith("readme")][:_MOST_READMES]:
        lines = _text(tree, path).split("\n")
        texts.append((path, lines, frozenset(i for i in range(len(lines)) if _is_heading(lines, i))))
    return read_evaluating(texts)


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
            rows += _DECIMAL.search(line.partition("|")[2]) is not None
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


def _is_heading(lines: list[str], index: int) -> bool:
    line = lines[index]
    if line.startswith("#") or (line.startswith("<h") and line[2:3].isdigit()):
        return True
    under = lines[index + 1].strip() if index + 1 < len(lines) else ""
    if line.strip() and len(under) >= 3 and set(under) <= set("=-~^") and len(set(under)) == 1:
        return True
    return line.startswith("**") and line.rstrip(" :").endswith("**") and len(line) < 80


def _topics(path: str, lines: list[str]) -> dict[str, Topic]:
    announced: dict[str, int] = {}
    delivered: dict[str, int] = {}
    fenced = False
    for index, line in enumerate(lines[:4000]):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            continue
        if len(line) > 1500:
            continue
        heading = not fenced and _is_heading(lines, index)
        for topic, (headline, deed) in _TOPICS.items():
            if heading and topic not in announced and headline.search(line):
                announced[topic] = index + 1
            elif topic not in delivered and deed.search(line):
                delivered[topic] = index + 1
    return {
        topic: Topic(
            announced=topic in announced,
            delivered=topic in delivered,
            path=path,
            line=delivered.get(topic) or announced[topic],
        )
        for topic in _TOPICS
        if topic in announced or topic in delivered
    }


def _commands(tree: SourceTree, lines: list[str]) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    names = {file.path.rpartition("/")[2] for file in tree.files}
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if len(line) < 1500:
            for match in _COMMAND.finditer(line):
                found.setdefault((match.group(1) or match.group(2)).removeprefix("./"), number)
    missing = tuple((path, line) for path, line in found.items() if path.rpartition("/")[2] not in names)
    return tuple(found), missing
