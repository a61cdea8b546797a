"""Git, run so that nothing a repository contains can run.

Only plumbing is called: it starts no hook, filter, pager, editor or text conversion. On top of that, no
settings of the user or the machine are read, no transport is allowed but the one asked for (which also stops a
partial clone from fetching what is missing behind our back), nothing is asked at a terminal, no credential
helper exists, and every process has limits and a deadline.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ranking.code_quality.isolation.process_limits import ProcessLimits, limited

# What git may learn from our environment: where programs are, and how this network is left.
_KEPT = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "NO_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.helper": "",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # one pack, so that the limit on a file's size is the limit on the download
    "pack.threads": "1",
    "pack.windowMemory": "64m",
    "core.packedGitLimit": "256m",
    "core.bigFileThreshold": "16m",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "log.showSignature": "false",
}


class GitError(Exception):
    """Git ended badly: ``kind`` is ``failed``, ``timeout`` or ``limit``; ``message`` is what it printed."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)
        self.kind = kind
        self.message = message


def environment(home: Path, transport: str) -> dict[str, str]:
    """The whole environment of a git process. ``transport`` is the one protocol allowed, or ``none``."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept |= {name.lower(): os.environ[name.lower()] for name in _KEPT[-3:] if name.lower() in os.environ}
    fixed = {
        "HOME": str(home),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": transport,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }
    for number, (key, value) in enumerate(_SETTINGS.items()):
        fixed[f"GIT_CONFIG_KEY_{number}"] = key
        fixed[f"GIT_CONFIG_VALUE_{number}"] = value
    return kept | fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git on one repository, until ``deadline`` (seconds of :func:`time.monotonic`)."""

    git_dir: Path
    home: Path
    deadline: float
    memory_bytes: int
    file_bytes: int = 0
    transport: str = "none"

    def run(self, *arguments: str, most: int = 1 << 20) -> bytes:
        """Run to the end and return what it printed, ``most`` bytes at most.

        Raises:
            GitError: it failed, was too slow, or printed more.
        """
        with self.stream(*arguments) as chunks:
            found = bytearray()
            for chunk in chunks:
                found += chunk
                if len(found) > most:
                    raise GitError("limit", f"git {arguments[0]} printed more than {most} bytes")
        return bytes(found)

    @contextmanager
    def stream(self, *arguments: str, lines: Sequence[str] = ()) -> Iterator[Iterator[bytes]]:
        """What it prints, in chunks, while it runs; ``lines`` are its input. Leaving early kills it."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise GitError("timeout", "the time is used up")
        limits = ProcessLimits(
            memory_bytes=self.memory_bytes, cpu_s=max(1, int(seconds) + 1), file_bytes=self.file_bytes
        )
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
            given.write("".join(f"{line}\n" for line in lines).encode())
            given.seek(0)
            process = subprocess.Popen(
                limited(["git", "--no-pager", f"--git-dir={self.git_dir}", *arguments], limits),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=complaints,
                cwd=self.home,
                env=environment(self.home, self.transport),
                start_new_session=True,
            )
            alarm = threading.Timer(seconds, _kill, [process])
            alarm.daemon = True
            alarm.start()
            if process.stdout is None:
                raise RuntimeError("git was started without a pipe")
            pipe = process.stdout.fileno()
            finished = False
            try:
                yield iter(lambda: os.read(pipe, 1 << 16), b"")
                finished = os.read(pipe, 1) == b""
            finally:
                if not finished:
                    _kill(process)
                code = process.wait()
                alarm.cancel()
                _kill(process)  # what it started and left behind
                process.stdout.close()
            if finished and code != 0:
                complaints.seek(0)
                raise self._failure(code, complaints.read(4000).decode("utf-8", "replace"))

    def _failure(self, code: int, message: str) -> GitError:
        if time.monotonic() >= self.deadline or -code in (signal.SIGXCPU,):
            return GitError("timeout", message)
        outgrown = ("signal 25", "File too large", "Out of memory", "out of memory", "malloc", "mmap failed")
        if -code == signal.SIGXFSZ or any(word in message for word in outgrown):
            return GitError("limit", message)
        return GitError("failed", message)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its session."""
    with suppress(ProcessLookupError, PermissionError):  # already gone: that is what is wanted
        os.killpg(process.pid, signal.SIGKILL)
