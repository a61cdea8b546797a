"""What documents tell to type: lines for a shell, and the scripts that they run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ranking.code_quality.documents.texts import LONGEST_LINE
from ranking.code_quality.tree import SourceTree

# A line that somebody would paste into a shell.
_SHELL = re.compile(
    r"^[\s>`*+-]{0,12}(?:\d{1,6}[.)] ?)?[`\s]{0,40}(?:[$%] ?)?(?:(?:[A-Z_]{1,60}=\S{1,200}|sudo|time|nohup) ){0,8}"
    r"(?:(?:python[\d.]*|ipython|bash|sh|torchrun|accelerate|deepspeed|mpirun|horovodrun|Rscript|julia|matlab|octave|java|node"
    r"|pip3?|conda|mamba|poetry|uv|docker(?:-compose)?|git|wget|curl|gdown|unzip|tar|make|cmake|cargo|go|npm|yarn|mvn"
    r"|gradle|srun|sbatch|jupyter|cd|mkdir|export|source|apt(?:-get)?|brew|chmod) +[-\w./~$<{\"'+]|\./[\w./-]+)",
)
# A script, and what stands before it where it is run.
_SCRIPT = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.(?:py|sh|lua|jl|R)\b")
_INTERPRETER = re.compile(
    r"(?:python[\d.]{0,6}|ipython3?|bash|sh|th|lua(?:jit)?|julia|Rscript)\s{1,8}(?:--?\w[\w=.]{0,20}\s{1,8}){0,2}\Z"
)
# A line that begins with a command which runs something of the repository, however it is led up to.
_RUN = re.compile(
    r"[\s>`*+\-$%]{0,12}(?:\d{1,6}[.)] ?)?[`\s]{0,4}(?:[$%] ?)?(?:(?:[A-Z_]{1,60}=\S{1,200}|sudo|time|nohup) ){0,8}"
    r"(?:(?:python[\d.]*|ipython|bash|sh|torchrun|accelerate|deepspeed|mpirun|horovodrun|Rscript|julia|matlab|octave|java"
    r"|th|lua|luajit|caffe|srun|sbatch)\s+\S|\./[\w./-]|[\w./-]{1,200}\.(?:py|sh)\s+[-./~$\d])"
)
# Scripts of other projects, which a README tells to run once: what it has fetched, and what installs something.
_FETCHED = re.compile(
    r"https?://(?:(?!/(?:blob|tree)/)[^\s)>\"'`]){1,300}/([\w.-]{1,120}\.(?:py|sh))(?![\w.-])"
)
_INSTALLER = re.compile(
    r"(?:mini(?:conda|forge)|anaconda|mambaforge)[\w.-]*\.sh|get[-_](?:pip\.py|docker\.sh)|setup\.py", re.I
)
# A script that is named where a sentence tells to run it: "Execute `experiments.py`".
_TELLS_TO_RUN = re.compile(
    r"\b(?:run|execute|launch|start)\s{1,4}(?:the\s{1,4})?(?:(?:file|script)\s{1,4})?[`*\"(]{0,3}\Z", re.I
)
_LAUNCHER = re.compile(r"\btorchrun\b|\baccelerate launch\b")


def is_run(line: str) -> bool:
    """Whether the line begins with a command that runs a program, rather than speaks of it."""
    return _RUN.match(line) is not None


def is_for_shell(line: str) -> bool:
    """Whether somebody would paste the line into a shell."""
    return len(line) < LONGEST_LINE and _SHELL.match(line) is not None


def scripts_told(
    tree: SourceTree, lines: Iterable[str]
) -> tuple[dict[str, int], tuple[tuple[str, int], ...]]:
    """Scripts that ``lines`` tell to run, each with its first line, and those of them that are not there.

    Scripts of other projects are left out: an installer that was fetched, the ``setup.py`` of what was cloned.
    """
    lines = list(lines)
    names = {file.path.rpartition("/")[2] for file in tree.files}
    fetched = {name for line in lines if len(line) < LONGEST_LINE for name in _FETCHED.findall(line)}
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if len(line) < LONGEST_LINE:
            for path in scripts_run_in(line):
                name = path.rpartition("/")[2]
                if name in names or not (name in fetched or _INSTALLER.fullmatch(name)):
                    found.setdefault(path.removeprefix("./"), number)
    missing = tuple((path, line) for path, line in found.items() if path.rpartition("/")[2] not in names)
    return found, missing


def scripts_run_in(line: str) -> Iterator[str]:
    """Scripts that a line runs. Found from the script backwards: a launcher's options may be many."""
    launched = [match.end() for match in _LAUNCHER.finditer(line)]
    after = 0
    for match in _SCRIPT.finditer(line):
        script, start = match.group(), match.start()
        by_itself = script.endswith(".sh") and script.startswith("./")
        launcher = any(after <= end < start for end in launched) and line[start - 1].isspace()
        before = line[max(0, start - 60) : start]
        if by_itself or launcher or _INTERPRETER.search(before) or _TELLS_TO_RUN.search(before):
            after = match.end()
            yield script
