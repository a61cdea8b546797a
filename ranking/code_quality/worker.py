"""The reading process: files come in on standard input, facts go out line by line, in the same order.

``python -m ranking.code_quality.worker``. Frames in: ``PATH-LENGTH CONTENT-LENGTH\\n`` then both. Lines out:
one JSON object a file, ``null`` for a file in no language we read. A line is written as soon as its file is
read, so whoever waits knows which file was in hand when the process ended.
"""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

from ranking.code_quality.reader import read_file


def serve(given: BinaryIO, told: BinaryIO) -> None:
    """Read frames until the end of ``given``."""
    while head := given.readline():
        path_length, content_length = map(int, head.split())
        path = given.read(path_length).decode("utf-8")
        facts = read_file(path, given.read(content_length))
        told.write(json.dumps(None if facts is None else facts.to_json()).encode() + b"\n")
        told.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
