"""What every verb works with: settings, the open database, the clock, the list of people to leave alone."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from db.engine import is_read_only, new_session, open_database
from db.schema import Suppression
from sourcing.failure import Failure
from sourcing.settings import Settings
from sourcing.settings.model import data_dir
from sourcing.terminal import fitted

if TYPE_CHECKING:
    from rich.console import Console

    from db.suppression import Suppressor

KEY_BYTES = 32


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class App:
    """The application, opened: pass it to phases, ask it for sessions and for the time."""

    settings: Settings
    engine: Engine
    clock: Callable[[], datetime] = system_clock
    user: str = field(default_factory=lambda: user_name())
    log_json: bool = False
    _console: Console | None = field(default=None, init=False, repr=False)

    @property
    def console(self) -> Console:
        """Where phases draw their progress (stderr); loaded when one does, since quick verbs draw nothing."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(stderr=True)
        return self._console

    def now(self) -> datetime:
        """The time, from the clock that was passed in."""
        return self.clock()

    @contextmanager
    def session(self, *, writing: bool = False) -> Iterator[Session]:
        """A session; what was not committed is rolled back at the end. To write what was decided upon by reading, ask
        for one that is ``writing``: see :func:`db.engine.new_session`."""
        with new_session(self.engine, writing=writing) as session:
            yield session

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written to the database, which is to be looked at all the same: a copy, a backup."""
        return is_read_only(self.engine)

    def can_write(self, otherwise: str) -> bool:
        """Whether a verb that reads may also note something; where it may not, the user is told what follows."""
        if self.read_only:
            self.say(f"this database cannot be written to: {otherwise}")
            return False
        return True

    def suppressor(self) -> Suppressor:
        """The people to leave alone, as they are in the database now."""
        from db.suppression import Suppressor

        with self.session() as session:
            return Suppressor(self.key(), frozenset(session.scalars(select(Suppression.key_hash))))

    def key(self) -> bytes:
        """The secret under which they are hashed, made where nobody is hashed yet. Raises :class:`Failure`."""
        path = key_path(self.settings)
        if _is_gone(path):
            with self.session() as session:
                lost = session.scalar(select(Suppression.id).limit(1)) is not None
            if lost:
                raise Failure(
                    f"{path}: the suppression key is gone, so nobody can tell who asked to be left alone; put it back "
                    "from your backup. If it is lost for good they can come back; only then make a new one: "
                    f"(umask 077; openssl rand -hex {KEY_BYTES} > {shlex.quote(str(path))})"
                )
        return suppression_key(self.settings)

    def say(self, line: str, **fields: Any) -> None:
        """Tell the user something that is not a result (goes to stderr).

        With ``log_json`` it is one JSON object a line: ``time`` (ISO 8601, UTC), ``message``, and ``fields`` for
        machines (``stage``, ``counts``, ``seconds``, ``source``, ``error``).
        """
        if self.log_json:
            told = {"time": self.now().isoformat(), "message": line.strip(), **fields}
            line = json.dumps(told, ensure_ascii=False, default=str)
        if self.log_json:
            sys.stderr.write(f"{line}\n")
        elif self._console is None:
            sys.stderr.write(f"{fitted(line, sys.stderr)}\n")
        else:  # a bar may be in the way
            self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    def state_dir(self, name: str) -> Path:
        """A folder for state that can be rebuilt, such as the corpus index: beside an SQLite database."""
        return data_folder(self.settings) / name

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_app(settings: Settings, *, clock: Callable[[], datetime] = system_clock) -> App:
    """Open the database of ``settings``, migrated, with its suppression key, which a copy may lie without.

    Raises :class:`db.engine.DatabaseUnusable` or :class:`Failure`.
    """
    app = App(settings=settings, engine=open_database(settings.database.url), clock=clock)
    if not app.read_only:
        app.key()
    return app


def data_folder(settings: Settings) -> Path:
    """Where state lies: the folder of an SQLite database, else the user's data folder."""
    url = make_url(settings.database.url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database).expanduser().parent
    return data_dir()


def key_path(settings: Settings) -> Path:
    """Where the secret lies under which suppressed people are hashed."""
    named = settings.privacy.suppression_key_file
    return Path(named).expanduser() if named else data_folder(settings) / "suppression.key"


def _is_gone(path: Path) -> bool:
    try:
        return not path.exists()
    except OSError:  # its folder may not be entered: that is no reason to make another
        return False


def suppression_key(settings: Settings) -> bytes:
    """The secret under which suppressed people are hashed; made on first use, readable by its owner only.

    Losing the key means that suppressed people can come back, so a key file that is there but too short is an error,
    never replaced.
    """
    path = key_path(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _save_key(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise Failure(f"{path}: the suppression key cannot be read or made: {error}") from error
    if len(key) < KEY_BYTES:
        raise Failure(f"{path}: the suppression key is damaged (shorter than {KEY_BYTES} bytes); restore it")
    return key


def _save_key(path: Path) -> None:
    """Put a new key in place, whole: nobody ever reads half of one, and whoever comes second takes the first's."""
    descriptor, whole = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(whole, path)
        except FileExistsError:
            pass
        except OSError:
            # A stick or a share may know no links. There two who come at the same moment could still differ.
            Path(whole).replace(path)
    finally:
        Path(whole).unlink(missing_ok=True)


def user_name() -> str:
    """Who is at the keyboard, for the record of decisions."""
    try:
        return os.environ.get("SOURCING_USER") or getpass.getuser()
    except (KeyError, OSError):  # no passwd entry for this uid, as in a bare container
        return "unknown"
