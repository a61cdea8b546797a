"""Failures that a user can act on, and the exit codes that scripts act on."""

from __future__ import annotations

import sys
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


def as_failure(error: BaseException, database_url: str) -> Failure | None:
    """What a user is told of an error that is known; ``None`` for one that is a fault of ours.

    Rooms that nothing has imported yet cannot have raised it, and are not imported for its sake.
    """
    if isinstance(error, Failure):
        return error
    settings = sys.modules.get("sourcing.settings.load")
    if settings is not None and isinstance(error, settings.SettingsError):
        return Failure(str(error), ExitCode.USAGE)
    engine = sys.modules.get("db.engine")
    if engine is not None:
        if isinstance(error, engine.DatabaseUnusable):
            misnamed = isinstance(error, engine.DatabaseMisnamed)
            return Failure(str(error), ExitCode.USAGE if misnamed else ExitCode.FAILED)
        import sqlite3

        from sqlalchemy.exc import DBAPIError

        if isinstance(error, DBAPIError) and not isinstance(error.orig, sqlite3.ProgrammingError):
            return Failure(engine.explain(error, database_url))
    if isinstance(error, OSError) and error.strerror:
        return Failure(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return None
