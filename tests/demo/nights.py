"""Nights as processes that can be killed."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sourcing.demo.night import demo_night
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.wire import Request, Response
from sourcing.failure import ExitCode

TIMEOUT_S = 600


def settings_with(folder: Path, upstream: DemoUpstream, *sources: str) -> Path:
    """Settings of a demo in ``folder``; without ``arxiv``'s optional companions but for ``sources``."""
    path = save_demo_settings(folder, upstream.urls)
    text = path.read_text("utf-8")
    for name in re.findall(r"\[sources\.(\w+)\]\nenabled = true", text):
        if name not in sources:
            text = text.replace(f"[sources.{name}]\nenabled = true", f"[sources.{name}]\nenabled = false")
    path.write_text(text, "utf-8")
    return path


def start_night(settings: Path, moment: datetime, **environ: str) -> subprocess.Popen[str]:
    """Begin a night; its stderr can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "sourcing.demo.night", str(settings), moment.isoformat()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **environ},
        # A shell that starts the suite in the background lets it ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def night_here(settings: Path, moment: datetime) -> ExitCode:
    """A night left alone, in this process, where all that it needs is loaded already."""
    return demo_night(settings, moment)


def whole_night(settings: Path, moment: datetime) -> tuple[int, str]:
    """A night left alone: exit code and stderr."""
    night = start_night(settings, moment)
    _, told = night.communicate(timeout=TIMEOUT_S)
    return night.returncode, told


def killed_at_request(upstream: DemoUpstream, settings: Path, moment: datetime, number: int) -> bool:
    """Kill a night without warning when it makes its ``number``-th request; False if it ended before that."""
    began = threading.Event()
    killed = threading.Event()
    night: list[subprocess.Popen[str]] = []

    def kill(_request: Request, answer: Response) -> Response:
        began.wait(TIMEOUT_S)
        night[0].send_signal(signal.SIGKILL)
        killed.set()
        return answer

    upstream.faults.add("*", kill, after=number - 1, times=1)
    night.append(start_night(settings, moment))
    began.set()
    night[0].communicate(timeout=TIMEOUT_S)
    upstream.faults.clear()
    return killed.is_set()


def killed_when_told(settings: Path, moment: datetime, wanted: Callable[[str], bool]) -> bool:
    """Kill a night without warning when it prints a line that is ``wanted``; False if it never does."""
    night = start_night(settings, moment)
    assert night.stderr is not None
    found = False
    for line in night.stderr:
        if wanted(line.rstrip("\n")):
            night.send_signal(signal.SIGKILL)
            found = True
            break
    night.communicate(timeout=TIMEOUT_S)
    return found


def killed_after(settings: Path, moment: datetime, seconds: float) -> bool:
    """Kill a night without warning after so many seconds; False if it ended before that."""
    night = start_night(settings, moment)
    try:
        night.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        night.send_signal(signal.SIGKILL)
        night.communicate(timeout=TIMEOUT_S)
        return True
    return False
