"""Files are read in a child process under limits, and a crash is brought home to the file that caused it.

CPython's parser can exhaust the stack or take tens of seconds on hostile text, and no exception handler helps
against either. The child answers file by file, so the first file without an answer is the culprit: it is
set aside with a reason, and a new child goes on after it. That finds it in one step where bisection would
take a dozen.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ranking.code_quality.facts import FileFacts
from ranking.code_quality.process_limits import ProcessLimits, limited
from ranking.code_quality.tree import Skipped, SourceFile

_ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the package ``ranking``
_WORKER = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
runpy.run_module("ranking.code_quality.worker", run_name="__main__")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """Bounds on reading one repository. Seconds are wall-clock time; ``file_s`` holds for each file."""

    memory_bytes: int = 768 << 20
    file_s: float = 4.0
    total_s: float = 60.0
    most_crashes: int = 20


def read_files(
    files: Sequence[SourceFile], limits: ReadingLimits | None = None
) -> tuple[list[FileFacts], list[Skipped]]:
    """Facts of all files in a language we read, and the files that had to be set aside."""
    limits = limits or ReadingLimits()
    waiting = [file for file in files if file.content is not None]
    found: list[FileFacts] = []
    aside: list[Skipped] = []
    deadline = time.monotonic() + limits.total_s
    while waiting:
        answers, reason = _one_child(waiting, limits, deadline)
        found += [FileFacts.from_json(answer) for answer in answers if answer is not None]
        if len(answers) == len(waiting):
            break
        if time.monotonic() >= deadline or len(aside) >= limits.most_crashes:
            rest = waiting[len(answers) :]
            why = "the time for reading this repository was used up"
            if len(aside) >= limits.most_crashes:
                why = "too many files of this repository could not be read"
            aside += [Skipped(path=file.path, reason=why) for file in rest]
            break
        aside.append(Skipped(path=waiting[len(answers)].path, reason=reason))
        waiting = waiting[len(answers) + 1 :]
    return found, aside


def _one_child(
    files: Sequence[SourceFile], limits: ReadingLimits, deadline: float
) -> tuple[list[dict[str, object] | None], str]:
    """Answers until the child ends, and why it ended where some are missing."""
    cpu_s = max(1, int(limits.total_s) + 1)
    with tempfile.TemporaryFile() as frames:
        for file in files:
            path, content = file.path.encode("utf-8", "replace"), file.content or b""
            frames.write(f"{len(path)} {len(content)}\n".encode() + path + content)
        frames.seek(0)
        child = subprocess.Popen(
            limited(
                [sys.executable, "-I", "-S", "-c", _WORKER, str(_ROOT)],
                ProcessLimits(memory_bytes=limits.memory_bytes, cpu_s=cpu_s, file_bytes=0),
            ),
            stdin=frames,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", "")},
            start_new_session=True,
        )
        try:
            return _answers(child, len(files), limits, deadline)
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _answers(
    child: subprocess.Popen[bytes], count: int, limits: ReadingLimits, deadline: float
) -> tuple[list[dict[str, object] | None], str]:
    if child.stdout is None:
        raise RuntimeError("the reading process was started without a pipe")
    pipe = child.stdout.fileno()
    answers: list[dict[str, object] | None] = []
    rest = b""
    while len(answers) < count:
        patience = min(limits.file_s, deadline - time.monotonic())
        ready, _, _ = select.select([pipe], [], [], max(0.0, patience))
        if not ready:
            return answers, f"reading it took longer than {limits.file_s:g} s"
        chunk = os.read(pipe, 1 << 16)
        if not chunk:
            return answers, "it made the reading process end"
        *whole, rest = (rest + chunk).split(b"\n")
        answers += [json.loads(line) for line in whole]
    return answers, ""
