"""Files are read in a child process under limits, and a crash is brought home to the file that caused it.

CPython's parser can exhaust the stack or take tens of seconds on hostile text, and no exception handler helps
against either. The child answers file by file, so the first file without an answer is the culprit: it is
set aside with a reason, and a new child goes on after it. That finds it in one step where bisection would
take a dozen.
"""

from __future__ import annotations

import json
import math
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
from typing import Any

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.isolation.process_limits import ProcessLimits, limited
from ranking.code_quality.tree import Skipped, SourceFile

_ROOT = Path(__file__).resolve().parents[3]  # the folder that holds the package ``ranking``
_WORKER = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
runpy.run_module("ranking.code_quality.isolation.worker", run_name="__main__")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """Bounds on reading one repository. Seconds are processor time, so a busy machine changes no score.

    With ``memory_bytes`` for the child, it and the process that judges stay below 500 MB together.
    ``wall_factor`` bounds the wall-clock time at that many times the processor time, for a child that sleeps.
    """

    memory_bytes: int = 384 << 20
    file_s: float = 3.0
    total_s: float = 10.0
    wall_factor: float = 20.0
    most_crashes: int = 20


def read_files(
    files: Sequence[SourceFile], limits: ReadingLimits | None = None
) -> tuple[list[FileFacts], list[Skipped]]:
    """Facts of all files in a language we read, and the files that had to be set aside, with the reason."""
    limits = limits or ReadingLimits()
    waiting = [file for file in files if file.content is not None]
    found: list[FileFacts] = []
    aside: list[Skipped] = []
    left_s = limits.total_s
    while waiting:
        ended = _one_child(waiting, limits, left_s)
        found += [FileFacts.from_json(answer) for answer in ended.answers if answer is not None]
        waiting = waiting[len(ended.answers) :]
        left_s -= ended.cpu_s
        if not waiting:
            break
        if left_s <= 0.5 or len(aside) >= limits.most_crashes:
            why = f"the {limits.total_s:g} s of processor time for one repository were used up"
            if len(aside) >= limits.most_crashes:
                why = "too many files of this repository could not be read"
            aside += [Skipped(path=file.path, reason=why) for file in waiting]
            break
        aside.append(Skipped(path=waiting[0].path, reason=ended.reason))
        waiting = waiting[1:]
    return found, aside


@dataclass(frozen=True, slots=True)
class _Ended:
    answers: list[dict[str, Any] | None]
    reason: str
    cpu_s: float


def _one_child(files: Sequence[SourceFile], limits: ReadingLimits, total_s: float) -> _Ended:
    """Answers until the child ends, why it ended where some are missing, and the time it took."""
    with tempfile.TemporaryFile() as frames:
        for file in files:
            path, content = file.path.encode("utf-8", "replace"), file.content or b""
            frames.write(f"{len(path)} {len(content)}\n".encode() + path + content)
        frames.seek(0)
        child = subprocess.Popen(
            limited(
                [sys.executable, "-I", "-S", "-c", _WORKER, str(_ROOT), str(limits.file_s)],
                ProcessLimits(
                    memory_bytes=limits.memory_bytes, cpu_s=max(1, math.ceil(total_s)), file_bytes=0
                ),
            ),
            stdin=frames,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", "")},
            start_new_session=True,
        )
        slow = False
        try:
            answers, slow = _answers(child, len(files), total_s * limits.wall_factor)
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(child.pid, signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.stdout is not None:
                child.stdout.close()
    reason = "it made the reading process end"
    if slow or child.returncode == -signal.SIGXCPU:
        reason = f"reading it took longer than {limits.file_s:g} s"
    return _Ended(answers, reason, usage.ru_utime + usage.ru_stime)


def _answers(
    child: subprocess.Popen[bytes], count: int, wall_s: float
) -> tuple[list[dict[str, Any] | None], bool]:
    """What the child said until it had said all, ended, or the time was up (then the second value is true)."""
    if child.stdout is None:
        raise RuntimeError("the reading process was started without a pipe")
    pipe = child.stdout.fileno()
    deadline = time.monotonic() + wall_s
    answers: list[dict[str, Any] | None] = []
    rest = b""
    while len(answers) < count:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return answers, True
        chunk = os.read(pipe, 1 << 16)
        if not chunk:
            return answers, False
        *whole, rest = (rest + chunk).split(b"\n")
        answers += [json.loads(line) for line in whole]
    return answers, False
