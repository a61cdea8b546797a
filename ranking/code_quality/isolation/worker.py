"""The reading process: files come in on standard input, facts go out line by line, in the same order.

Its argument is how many seconds of processor time one file may take; over that the kernel ends the process,
which also works while the parser does not come back to Python. Frames in: ``PATH-LENGTH CONTENT-LENGTH\\n``
then both. Lines out: one JSON object a file, ``null`` for a file in no language we read. A line is written as
soon as its file is read, so whoever waits knows which file was in hand when the process ended.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from typing import BinaryIO

from ranking.code_quality.files.reader import read_file


def serve(given: BinaryIO, told: BinaryIO, file_s: float) -> None:
    """Read frames until the end of ``given``."""
    while head := given.readline():
        _allow(file_s)
        path_length, content_length = map(int, head.split())
        path = given.read(path_length).decode("utf-8")
        facts = read_file(path, given.read(content_length))
        told.write(json.dumps(None if facts is None else facts.to_json()).encode() + b"\n")
        told.flush()


def _allow(seconds: float) -> None:
    """From now on the process may use ``seconds`` more of processor time (whole seconds, rounded up)."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[-1]))
