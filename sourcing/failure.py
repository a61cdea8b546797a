"""Failures that a user can act on, and the exit codes that scripts act on."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a verb ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOURCE_FAILED = 3
    LOCKED = 4


class Failure(Exception):  # noqa: N818 (shown to users as "failed: …")
    """Something that ends the verb with one clear sentence and an exit code."""

    def __init__(self, sentence: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(sentence)
        self.code = code
