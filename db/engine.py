"""Opening a database: pragmas, migrations applied on open, and one clear error where it cannot be used."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from db.payload import Encoded

# The newest migration. Kept here so that opening an up-to-date database need not import Alembic (0.2 s); a
# test holds it equal to the head of db/migrations.
SCHEMA_VERSION = "0007"

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

BUSY_TIMEOUT_MS = 30_000


class DatabaseUnusable(Exception):  # noqa: N818 (the name says what the database is)
    """The database cannot be opened; the message is one sentence for the user."""


class DatabaseMisnamed(DatabaseUnusable):
    """The setting that names the database cannot be right."""


def open_database(url: str, *, migrate: bool = True) -> Engine:
    """Open (and, where needed, create or migrate) the database at ``url``.

    ``url`` is an SQLAlchemy URL (``sqlite:///…`` or ``postgresql+psycopg://…``). SQLite gets WAL, foreign
    keys, a busy timeout of 30 s, ``synchronous=NORMAL`` and secure delete, so that erased
    text leaves no trace in free pages; where nothing can be written, as on a backup, it is opened for reading. Raises
    :class:`DatabaseUnusable` with a sentence that says what to do, also for an SQLite file of another program's.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise DatabaseMisnamed(
                f"[database] url: {parsed.get_backend_name()} is not supported; "
                'it is "sqlite:///…" or "postgresql+psycopg://…"'
            )
        readable = parsed
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            path = Path(str(parsed.database)).expanduser()
            path.parent.mkdir(parents=True, exist_ok=True)
            _refuse_what_is_another_s(path)
            if _only_to_be_read(path):
                readable = parsed.set(database=path.absolute().as_uri(), query=_reading(path))
        engine = create_engine(readable, json_serializer=_to_json, json_deserializer=_from_json)
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseMisnamed(f"[database] url is not usable: {error}") from error
    except ModuleNotFoundError as error:
        raise DatabaseUnusable(
            f"the database driver {error.name} is not installed; PostgreSQL needs: "
            "pip install 'sourcing[postgres]'"
        ) from error
    except OSError as error:
        raise DatabaseUnusable(f"cannot make the folder of {shown(parsed)}: {error.strerror}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas if readable is parsed else _set_reading_pragmas)
        event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as connection:
            version = _schema_version(engine)
            if version == SCHEMA_VERSION:
                connection.execute(text("SELECT 1 FROM run LIMIT 1"))
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engine.dispose()
        raise DatabaseUnusable(explain(error, parsed)) from error
    if version != SCHEMA_VERSION:
        if readable is not parsed:
            engine.dispose()
            raise DatabaseUnusable(
                f"{shown(parsed)} is of another version of sourcing (schema {version or 'none'}, not {SCHEMA_VERSION}) "
                "and cannot be written to, so it is not brought up to date; copy it to where it can"
            )
        if not migrate:
            engine.dispose()
            raise DatabaseUnusable(f"{shown(parsed)} has schema {version or 'none'}, not {SCHEMA_VERSION}")
        _migrate(engine, parsed)
    return engine


def _refuse_what_is_another_s(path: Path) -> None:
    """Raise :class:`DatabaseUnusable` for an SQLite file with tables that no migration of ours has made.

    Looked at without writing: to open it as ours would already change how it is kept.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    tables: set[str] = set()
    # What cannot be read is explained where it is opened.
    how = urlencode({name: value for name, value in _reading(path).items() if name != "uri"})
    address = f"{path.absolute().as_uri()}?{how}"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        named = ", ".join(sorted(tables)[:3])
        raise DatabaseUnusable(
            f"{path} holds tables ({named}) but no version of sourcing: it is another program's, or has lost its table "
            "alembic_version. It is left as it is; name another file in [database] url, or restore a copy"
        )


def _only_to_be_read(path: Path) -> bool:
    """Whether a database is there that cannot be written to: SQLite keeps further files beside it as it writes."""
    return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _reading(path: Path) -> dict[str, str]:
    """How SQLite is asked to read only (https://www.sqlite.org/uri.html): without a log of changes beside the file
    nobody is writing, and it need not look for one."""
    log = path.with_name(f"{path.name}-wal")
    still = not log.exists() or not log.stat().st_size
    return {"uri": "true", "mode": "ro", **({"immutable": "1"} if still else {})}


def is_read_only(engine: Engine) -> bool:
    """Whether nothing can be written through ``engine``: the file is a backup, or the server a standby."""
    if engine.dialect.name == "sqlite":
        return engine.url.query.get("mode") == "ro"
    with engine.connect() as connection:
        return connection.execute(text("SHOW transaction_read_only")).scalar() == "on"


def _set_reading_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _from_json(text: str) -> Any:
    """Most lists are empty, and are read a million times a night."""
    return [] if text == "[]" else {} if text == "{}" else json.loads(text)


def _to_json(value: Any) -> str:
    if type(value) is Encoded:
        return value
    # Most lists in a row are empty; the encoder is by far the slowest part of writing them.
    if not value and isinstance(value, list | tuple | dict):
        return "{}" if isinstance(value, dict) else "[]"
    # Next come the origins of fields: names and record ids, one such mapping for each author of each paper.
    if (
        type(value) is dict
        and all(type(one) is int for one in value.values())
        and all(map(str.isidentifier, value))
    ):
        return "{" + ",".join([f'"{name}":{one}' for name, one in value.items()]) + "}"
    return _JSON.encode(value)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _set_pragmas(connection: Any, _record: object) -> None:
    # sqlite3's own transaction handling commits before DDL; with it off, a migration is all or nothing.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute("PRAGMA cache_size = -65536")
    # 32 MB: at the usual 4 MB every page of results would be written twice as it is stored.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.close()


def _schema_version(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, url: URL) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        # Of two who come at once the second waits, and finds it done.
        with engine.execution_options(writing=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        engine.dispose()
        raise DatabaseUnusable(
            f"{shown(url)} was written by a newer version of sourcing ({error}); upgrade sourcing first"
        ) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engine.dispose()
        raise DatabaseUnusable(explain(error, url)) from error


def find_damage(engine: Engine) -> str | None:
    """What is wrong inside an SQLite file, by SQLite's own check, which reads all of it; ``None`` if nothing is."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        with engine.connect() as connection:
            said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    except DatabaseError as error:
        return explain(error, engine.url)
    if said == "ok":
        return None
    where = " ".join(said.replace("*** in database main ***", "").split())
    return explain(sqlite3.DatabaseError(f"malformed: {where[:120]}"), engine.url)


def shown(url: URL) -> str:
    """A database URL fit for a log: the password is masked, an SQLite file is shown as its path."""
    if url.get_backend_name() == "sqlite" and url.database:
        # One that is only read is opened by its address.
        return unquote(urlsplit(url.database).path) if url.query.get("uri") else str(url.database)
    return url.render_as_string(hide_password=True)


def explain(error: BaseException, url: URL | str) -> str:
    """One sentence for an error of the database at ``url``, with what to do about it."""
    url = make_url(url)
    said = str(getattr(error, "orig", None) or error).lower()
    where = shown(url)
    if "not a database" in said or "malformed" in said or "file is encrypted" in said:
        return (
            f"{where} is damaged or no SQLite database ({said}); it is left as it is. Restore a copy, "
            f"or salvage it with: sqlite3 {where} .recover"
        )
    if "disk is full" in said or "disk i/o error" in said or "no space" in said:
        return f"no space left to write {where} ({said}); what was committed before is kept"
    if "read-only transaction" in said:
        return f"{where} cannot be written to ({said.splitlines()[0]}): it is a standby, or is open to be read only"
    if "readonly" in said or "unable to open" in said or "permission" in said:
        return f"cannot open {where} for writing ({said}); check the folder and its permissions"
    if "locked" in said:
        return f"another program is writing to {where}; what was committed is kept, try again when it is done"
    if isinstance(error, OperationalError) and url.get_backend_name() != "sqlite":
        return f"cannot reach the database {where}: {said.splitlines()[0] if said else 'no answer'}"
    return f"{where}: {said}"


def new_session(engine: Engine, *, writing: bool = False) -> Session:
    """A session whose objects stay readable after a commit.

    One that is ``writing`` asks SQLite for the right to write before it reads anything, and waits for whoever has it.
    Otherwise it may not write what it decided upon by reading: SQLite refuses at once, without waiting, when somebody
    else writes just then or has written since (https://www.sqlite.org/isolation.html).
    """
    return Session(engine.execution_options(writing=True) if writing else engine, expire_on_commit=False)
