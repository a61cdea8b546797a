"""Commands that cannot outgrow their limits: a tiny launcher sets them, then becomes the command.

``subprocess``'s ``preexec_fn`` would do the same but is unsafe in a process with threads, and the crawl has
them. Children that the command starts inherit the limits.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

_LAUNCHER = """
import os, resource, sys
def limit(which, most):
    soft, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))
memory, cpu, file_bytes = map(int, sys.argv[1:4])
if sys.platform != "darwin":  # macOS refuses to limit the address space
    limit(resource.RLIMIT_AS, memory)
limit(resource.RLIMIT_CPU, cpu)
limit(resource.RLIMIT_FSIZE, file_bytes)
limit(resource.RLIMIT_CORE, 0)
os.execvp(sys.argv[4], sys.argv[4:])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Limits of one process: address space in bytes, processor seconds, bytes of any one file it writes."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 60
    file_bytes: int = 0


def limited(command: list[str], limits: ProcessLimits) -> list[str]:
    """``command`` as it must be started so that ``limits`` hold. Needs a Unix (``resource``)."""
    numbers = [str(n) for n in (limits.memory_bytes, limits.cpu_s, limits.file_bytes)]
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, *numbers, *command]
