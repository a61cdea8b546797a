"""What a README deals with: for each topic the heading that announces it and the line that delivers it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ranking.code_quality.documents.commands import is_run
from ranking.code_quality.documents.given_weights import Given, Title, weights_given
from ranking.code_quality.documents.headings import lines_in_sections
from ranking.code_quality.documents.promises import without_what_is_withheld
from ranking.code_quality.documents.tables import columns_above, holds_versions

# What research code is commonly built on: libraries, and what runs it.
_LIBRARY = (
    "pytorch|torch(?:vision|audio)?|tensorflow|keras|jax|flax|numpy|scipy|pandas|matplotlib|scikit-learn|sklearn|cv2"
    "|opencv(?:-python)?|gym|mujoco|networkx|transformers|theano|cuda|cudnn|openssl|boost|eigen|llvm"
)
_LANGUAGE = "python|matlab|julia|gcc|g\\+\\+|clang|java|cmake|node\\.?js|docker"
# Words of every day as well: only a version with a point makes a requirement of them.
_EVERYDAY = "rust|go|node|(?-i:R)"
_PACKAGE = f"{_LIBRARY}|{_LANGUAGE}|{_EVERYDAY}"
_VERSION_NUMBER = re.compile(
    rf"\b(?:{_PACKAGE}|versions?|ubuntu|driver)\b[\s`*:(=<>~v-]{{0,6}}\d{{1,4}}(?:\.\d{{1,4}}){{1,3}}", re.I
)
# Each topic: headings that announce it, and lines that deliver it.
_TOPICS: dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]] = {
    "install": (
        re.compile(
            r"install|set-?\s?up|requirements?|dependenc|environment|prerequisite|getting started|build", re.I
        ),
        re.compile(
            r"pip3? install|conda (?:install|create|env)|docker (?:build|run|pull)|apt(?:-get)? install|poetry install"
            r"|uv (?:sync|pip)|python3? setup\.py|cmake|make install|npm install|source .{0,200}activate|cargo build"
            r"|mamba (?:install|create|env|activate|update)|install_github\(|install\.packages\("
            r"|\bPkg\.(?:add|develop|instantiate)\(|\bpkg> ?add "
            # as a command, for in prose something is made in every other line
            r"|(?:^\s{0,12}|[`$;&] ?)make(?: +-?[\w./=-]{1,60}){0,4} {0,8}(?:$|[`;&])",
            re.I,
        ),
    ),
    "requirements": (
        re.compile(r"requirements?|dependenc|prerequisite", re.I),
        re.compile(
            rf"\b(?:{_LIBRARY}|{_LANGUAGE})(?:\b|(?=\d))[\s:`*(-]{{0,4}}(?:version |v|[=<>~]{{1,2}} ?)?\d+(?:\.\d+)*"
            rf"|\b(?:{_EVERYDAY})\b[\s:`*(-]{{0,4}}(?:version |v|[<>~]=? ?|== ?)?\d+\.\d"
            rf"|(?:requires?|depends on|tested (?:on|with)|install)\b[^\n]{{0,60}}"
            rf"\b(?:{_LIBRARY}|{_LANGUAGE}|(?-i:Rust|Go|Node|R))\b"
            rf"|^\W{{0,8}}(?:{_LIBRARY})\b\W{{0,3}}(?:$|[(,\]])|\b(?:{_LIBRARY})\b[ ,&`and]{{1,8}}\b(?:{_LIBRARY})\b",
            re.I,
        ),
    ),
    "train": (
        re.compile(r"\b(?:pre-?)?train|\bfit(?:s|ting)?\b|\boptimi[sz]|\blearn", re.I),
        re.compile(
            # An option, a path or a file follows: "needs Python 3.8 to run" and "English training data" do not.
            r"(?<![\w-])(?:python[\d.]*|torchrun|accelerate|deepspeed|bash|sh|srun|sbatch|julia|Rscript|th|luajit)"
            r"[ \t]+(?=-|launch\b|[^\s\d]\S{0,200}?[./]\w).{0,80}(?:train|finetune|main|run)"
            r"|(?:^|[\s`$(>])\./\S{0,80}(?:train|finetune|main|run)"
            r"|\.fit\(|\.train\(|\btrainer\.\w|\.learn\(",
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
        re.compile(
            r"pre-?trained|model zoo|checkpoints?|weights|trained models?|download\w{0,6}[^\n]{0,20}models?"
            r"|models?[^\n]{0,20}download",
            re.I,
        ),
        None,  # weights_given tells
    ),
    "data": (
        re.compile(r"data|corpus|corpora|preprocess", re.I),
        re.compile(
            r"(?:data ?sets?|corpus|data)[^\n]{0,160}(?:https?://|download|wget|curl|gdown|unzip|kaggle)|(?:download|wget|gdown|unzip)[^\n]{0,120}data"
            r"|huggingface\.co/datasets/|zenodo\.org|download_data|prepare_data|(?<![^\W_])data/",
            re.I,
        ),
    ),
    "results": (
        re.compile(
            r"results?|performance|benchmark|experiments?|leaderboard|comparison|accuracy|model zoo", re.I
        ),
        re.compile(
            r"\|[^|\n]{0,300}\d\.\d[^|\n]{0,300}\|[^|\n]{0,300}\d"
            r"|\|[^|\n]{0,300}\d ?%[^|\n]{0,300}\||\d ?(?:±|\+/-|\+-) ?\d"
            r"|<td[^>]{0,200}>\s*\d+\.\d|(?:accuracy|bleu|map|f1|rmse|error|fid|auc|auroc|psnr|perplexity|top-?1|mrr|score|loss)\b[^\n]{0,60}?\d\.\d"
            r"|(?:!\[[^\[\]\n]{0,200}\]\(|<img)[^)<>\[]{0,300}?(?:result|curve|accuracy|performance|comparison|plot|table|score)",
            re.I,
        ),
    ),
    "usage": (
        re.compile(
            r"usage|quick ?start|how to|tutorial|examples?|running|run\b|getting started|documentation", re.I
        ),
        re.compile(
            r"^\s*(?:\$ |> |>>> |julia> )?(?:python3? [\w./-]+\.py|import \w+|from \w[\w.]* import|bash |sh |\./"
            r"|docker run|library\([\w.]+\)|(?-i:using [A-Z]\w+(?:, ?[A-Z]\w+)*;?\s*$)|(?:Rscript|julia) [-\w./])",
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
# What delivers below a heading that announces the topic, where the line itself need not name it.
_BELOW_HEADING: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "data": (re.compile(r"data|corpus|corpora", re.I), re.compile(r"https?://|\]\(")),
}
# What leads up to a command that trains, and what does not though it speaks of training.
_LEADS_TO_TRAINING = re.compile(r"\b(?:pre-?)?train(?:s|ing)?\b|\bfine-?tun", re.I)
_NO_TRAINING = re.compile(
    r"\btest|\beval|\binfer|\bpre-?trained|\bdownload|\bpreprocess|\bprepar|\binstall|\bconvert|\bdata\b",
    re.I,
)
# Topics of which a README may say that there is nothing, or nothing yet.
_MAY_BE_WITHHELD = frozenset({"weights", "train", "data"})
_LEAST_OF_TITLE = 4  # words; a first heading of fewer may be a chapter's, such as "Getting started"


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


def topics_of(path: str, lines: list[str], title: Title | None = None) -> dict[str, Topic]:
    """The topics that a document deals with.

    ``title`` is the README's, by which the repository's own weights are told; without it, the document's. The title of
    the root's README announces nothing: "Deep learning of ponds from data" is what it is about.
    """
    title = title or Title.of(lines)
    announced: dict[str, int] = {}
    delivered: dict[str, int] = {}
    columns = ""
    untitled = path.lower().startswith("readme")
    for number, line, heading, section, caption in lines_in_sections(lines):
        if heading and untitled:
            untitled = False
            if len(line.split()) > _LEAST_OF_TITLE:  # the mark is one of them
                continue
        columns = columns_above(columns, line)
        had = without_what_is_withheld(line)
        for topic, (headline, _) in _TOPICS.items():
            said = had if topic in _MAY_BE_WITHHELD else line
            if heading and topic not in announced and headline.search(said):
                announced[topic] = number
            elif topic in delivered:
                continue
            elif topic == "weights":
                given = weights_given(line, section=section, columns=columns, title=title)
                if given is Given.YES:
                    delivered[topic] = number
                elif given is Given.UNSURE:
                    announced.setdefault(topic, number)
            elif _delivers(topic, said, section, columns) or (
                topic == "train" and _trains(said, section, caption)
            ):
                delivered[topic] = number
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


def _trains(line: str, section: str, caption: str) -> bool:
    """Whether a line runs something, and what leads up to it says that it trains."""
    if is_run(caption):
        caption = ""
    led = f"{section}\n{caption}"
    return (
        is_run(line)
        and _LEADS_TO_TRAINING.search(led) is not None
        and not _NO_TRAINING.search(f"{caption}\n{line}")
    )


def _delivers(topic: str, line: str, section: str, columns: str) -> bool:
    """Whether a line does what the topic asks, or what the heading above it announces: a link under "Data"."""
    if topic == "results":
        if "|" in line and holds_versions(line, columns):
            return False
        line = _VERSION_NUMBER.sub(" ", line)
    told = _TOPICS[topic][1]
    if told is not None and told.search(line):
        return True
    if topic not in _BELOW_HEADING:
        return False
    headline, deed = _BELOW_HEADING[topic]
    return headline.search(section) is not None and deed.search(line) is not None
