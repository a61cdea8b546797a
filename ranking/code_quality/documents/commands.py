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
_SCRIPT = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.(?:py|sh)\b")
_INTERPRETER = re.compile(r"(?:python3?|bash|sh)\s{1,8}(?:-\w\s{1,8})?\Z")
# Scripts of other projects, which a README tells to run once: what it has fetched, and what installs something.
_FETCHED = re.compile(
    r"https?://(?:(?!/(?:blob|tree)/)[^\s)>\"'`]){1,300}/([\w.-]{1,120}\.(?:py|sh))(?![\w.-])"
)
_INSTALLER = re.compile(
    r"(?:mini(?:conda|forge)|anaconda|mambaforge)[\w.-]*\.sh|get[-_](?:pip\.py|docker\.sh)|setup\.py", re.I
)
_LAUNCHER = re.compile(r"\btorchrun\b|\baccelerate launch\b")


def is_for_shell(line: str) -> bool:
    """Whether somebody would paste the line into a shell."""
    return len(line) < LONGEST_LINE and _SHELL.match(line) is not None


def scripts_told(
    tree: SourceTree, lines: Iterable[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Scripts that ``lines`` tell to run, and those of them that are not there, with their lines.

    Scripts of other projects are left out: an installer that was fetched, the ``setup.py`` of what was cloned.
    """
    lines = list(lines)
    names = {file.path.rpartition("/")[2] for file in tree.files}
    fetched = {name for line in lines if len(line) < LONGEST_LINE for name in _FETCHED.findall(line)}
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if len(line) < LONGEST_LINE:
            for path in _run_in(line):
                name = path.rpartition("/")[2]
                if name in names or not (name in fetched or _INSTALLER.fullmatch(name)):
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
