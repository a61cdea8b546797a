"""Tables are mapped when they are asked for; nobody who writes or looks through all of them may notice."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

import db.schema
from db.engine import new_session, open_database

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def in_a_new_process(code: str, *words: str) -> str:
    """What a program prints that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_table_is_in_a_room_and_can_be_imported() -> None:
    mapped = {mapper.class_.__name__ for mapper in db.schema.Table.registry.mappers}

    assert {table for tables in db.schema.ROOMS.values() for table in tables} == mapped
    assert {*db.schema.__all__} == {*mapped, "Table", "UtcDateTime"}
    assert all(getattr(db.schema, name) is not None for name in db.schema.__all__)


def test_whoever_asks_for_table_sees_all_of_them() -> None:
    told = in_a_new_process(
        """
        from db.schema import Ranking, Table
        print(len(Table.metadata.tables), len(Table.metadata.sorted_tables))
        """
    )

    assert told.split() == [str(len(db.schema.Table.metadata.tables))] * 2


@pytest.mark.parametrize("way", ["add", "insert"])
def test_a_row_is_written_by_one_who_knows_only_its_own_table(way: str, tmp_path: Path) -> None:
    """``ranking`` points into rooms that this program never asks for."""
    url = f"sqlite:///{tmp_path / 'one.db'}"
    person = {"public_id": "p-1", "full_name": "Ada Quill", "name_key": "ada quill", "origins": {}}
    with new_session(open_database(url)) as session:
        session.add(db.schema.Person(**person, first_seen=NOW, last_seen=NOW))
        session.commit()

    told = in_a_new_process(
        """
        import sys
        from datetime import UTC, datetime
        from sqlalchemy import insert, select
        from db.engine import new_session, open_database
        from db.schema import Ranking

        url, way = sys.argv[1:]
        row = {"role": "ml", "person_id": 1, "axes": {}, "why": "", "unknown_bars": [], "input_hash": "1"}
        row["ranked_at"] = datetime(2026, 11, 3, tzinfo=UTC)
        with new_session(open_database(url)) as session:
            assert "db.schema.repositories" not in sys.modules
            if way == "add":
                session.add(Ranking(**row))
            else:
                session.execute(insert(Ranking), [row])
            session.commit()
            print(session.scalars(select(Ranking.person_id)).all())
        """,
        url,
        way,
    )

    assert told == "[1]"
