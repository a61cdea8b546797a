"""A recruiter at work while a night runs: whoever comes second waits, and nobody's work is lost."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from db.engine import new_session, open_database
from db.schema import Person

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def person(number: int) -> Person:
    return Person(
        public_id=f"p-{number}",
        full_name="Ada Quill",
        name_key="ada quill",
        origins={},
        first_seen=NOW,
        last_seen=NOW,
    )


def test_who_reads_and_then_writes_waits_for_another_writer(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    engine = open_database(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.5, other.execute, ["COMMIT"])
    done.start()

    with new_session(engine, writing=True) as session:
        assert session.scalars(select(Person)).all() == []
        session.add(person(1))
        session.commit()

    done.join()
    other.close()
    with new_session(engine) as session:
        assert session.scalars(select(Person.public_id)).all() == ["p-1"]


def test_what_was_read_to_be_written_is_not_changed_by_another_in_between(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    engine = open_database(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    with new_session(engine, writing=True) as session:
        assert session.scalars(select(Person)).all() == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("DELETE FROM person")
        session.add(person(1))
        session.commit()
        assert session.scalars(select(Person.public_id)).all() == ["p-1"]
    other.close()


def test_who_only_reads_waits_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    engine = open_database(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with new_session(engine) as session:
        assert session.scalars(select(Person)).all() == []
        session.add(person(1))
        # Reading came first, so SQLite does not wait: what the sessions that write are for.
        with pytest.raises(OperationalError, match="locked"):
            session.commit()
    other.execute("COMMIT")
    other.close()
