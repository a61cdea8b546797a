"""One writer at a time: the lock that a second run meets."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from sourcing.failure import ExitCode, Failure
from sourcing.settings.model import data_dir


def lock_path(database_url: str) -> Path:
    """The lock file of a database: beside an SQLite file, in the user's data folder for a server."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).with_suffix(".lock")
    digest = hashlib.sha256(url.render_as_string(hide_password=True).encode()).hexdigest()[:16]
    return data_dir() / f"{digest}.lock"


@contextmanager
def run_lock(database_url: str) -> Iterator[None]:
    """Hold the lock of a database, or raise :class:`Failure` with exit code 4.

    The lock belongs to the process: the kernel lets go of it however the process ends, so a kill leaves nothing to
    clean up. The file itself stays and holds the process id of the last holder, for the message.
    """
    path = lock_path(database_url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("a+")
    except OSError as error:
        raise Failure(
            f"{path} cannot be written to ({error.strerror}), and whoever changes the database holds it; check the "
            "folder and its permissions. Nothing was changed."
        ) from error
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise Failure(
                f"another run{who} is working on this database; wait for it to end. Nothing was changed.",
                ExitCode.LOCKED,
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def is_running(database_url: str) -> bool:
    """Whether the last holder of a database's lock is still at work. Looks only: asking for the lock could turn away a
    run that begins at this very moment."""
    try:
        holder = int(lock_path(database_url).read_text("ascii"))
        os.kill(holder, 0)
    except (OSError, ValueError) as error:
        return isinstance(error, PermissionError)  # somebody else's process
    return True
