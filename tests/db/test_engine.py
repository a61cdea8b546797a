"""Opening a database: what is promised of it, and one sentence when it cannot be used."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

import db.engine
from db.engine import SCHEMA_VERSION, DatabaseUnusable, explain, new_session, open_database
from db.schema import Repository, Run, Snapshot, Table
from db.search_index import INDEXED

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_the_known_version_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(db.engine.__file__).parent / "migrations"))
    assert scripts.get_current_head() == SCHEMA_VERSION


def test_migrations_make_exactly_the_schema(tmp_path: Path) -> None:
    engine = open_database(url(tmp_path / "a.db"))
    searched = {indexed.index for indexed in INDEXED}

    def is_ours(item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or not any(str(name).startswith(index) for index in searched)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_a_database_of_the_first_version_keeps_its_repositories_and_asks_for_them_again(
    tmp_path: Path,
) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(db.engine.__file__).parent / "migrations"))
    engine = create_engine(url(tmp_path / "a.db"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO repository (key, url, status, topics, origins, first_seen, last_seen, etag) "
                "VALUES ('github.com/quill/slow', 'u', 'live', '[]', '{}', :at, :at, 'W/1')"
            ),
            {"at": "2026-11-02 03:00:00.000000"},
        )
    engine.dispose()
    engine = open_database(url(tmp_path / "a.db"))
    with new_session(engine) as session:
        row = session.scalars(select(Repository)).one()
        assert (row.key, row.etag, row.has_issues) == ("github.com/quill/slow", None, None)
        assert (row.issues_outside, row.issues_answered, row.issues_since) == (None, None, None)
    engine.dispose()


def test_of_two_who_bring_a_database_up_to_date_the_second_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a night begins in the moment in which somebody looks, after an upgrade."""
    upgrade = command.upgrade

    def while_another_comes(config: Config, revision: str) -> None:
        with (
            closing(sqlite3.connect(tmp_path / "a.db", timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        upgrade(config, revision)

    monkeypatch.setattr(command, "upgrade", while_another_comes)
    open_database(url(tmp_path / "a.db")).dispose()


def test_a_standby_says_that_it_cannot_be_written_to() -> None:
    refused = OperationalError("INSERT", {}, Exception("cannot execute INSERT in a read-only transaction"))
    said = explain(refused, "postgresql+psycopg://robin:secret@db.example/people")
    assert "db.example/people cannot be written to" in said
    assert "secret" not in said


def test_pragmas(tmp_path: Path) -> None:
    engine = open_database(url(tmp_path / "a.db"))
    with engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "secure_delete")
        }
    engine.dispose()
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "secure_delete": 1}


def test_foreign_keys_are_held(tmp_path: Path) -> None:
    engine = open_database(url(tmp_path / "a.db"))
    with new_session(engine) as session:
        session.add(Snapshot(repository_id=99, commit="c", status="read", taken_at=NOW))
        with pytest.raises(IntegrityError):
            session.commit()
    engine.dispose()


def test_times_come_back_aware_and_naive_ones_are_refused(tmp_path: Path) -> None:
    engine = open_database(url(tmp_path / "a.db"))
    with new_session(engine) as session:
        session.add(Run(verb="x", arguments={}, status="done", counts={}, started_at=NOW))
        session.commit()
        session.expire_all()
        assert session.scalars(select(Run.started_at)).one() == NOW
        naive = NOW.replace(tzinfo=None)
        session.add(Run(verb="x", arguments={}, status="done", counts={}, started_at=naive))
        with pytest.raises(StatementError, match="naive"):
            session.commit()
    engine.dispose()


def test_the_search_index_follows_its_table(tmp_path: Path) -> None:
    engine = open_database(url(tmp_path / "a.db"))
    found = text("SELECT count(*) FROM repository_fts WHERE repository_fts MATCH :words")
    with new_session(engine) as session:
        row = Repository(
            key="github.com/quill/slow", url="u", status="live", topics=[], origins={},
            description="Élan vital networks", first_seen=NOW, last_seen=NOW,
        )  # fmt: skip
        session.add(row)
        session.commit()
        assert session.scalar(found, {"words": "elan"}) == 1
        row.description = "something else"
        session.commit()
        assert session.scalar(found, {"words": "elan"}) == 0
        session.delete(row)
        session.commit()
        assert session.scalar(found, {"words": "something"}) == 0
    engine.dispose()


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sourcing.db"
    path.write_bytes(b"this is a letter to my aunt, not a database\n" * 50)
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable, match=r"sourcing\.db is damaged or no SQLite database"):
        open_database(url(path))
    assert path.read_bytes() == before


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "browser.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable, match=r"holds tables \(bookmark\) but no version of sourcing"):
        open_database(url(path))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["browser.db"]


def test_a_database_without_its_version_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_database(url(path)).dispose()
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE alembic_version")
    with pytest.raises(DatabaseUnusable, match="has lost its table alembic_version"):
        open_database(url(path))


def test_what_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a ?%20.db"
    engine = open_database(URL.create("sqlite", database=str(path)).render_as_string())
    with new_session(engine) as session:
        session.add(Run(verb="rank", arguments={}, status="done", counts={}, started_at=NOW))
        session.commit()
    engine.dispose()
    before = path.read_bytes()
    monkeypatch.setattr("db.engine.os.access", lambda path, mode: False)
    engine = open_database(URL.create("sqlite", database=str(path)).render_as_string())
    with new_session(engine) as session:
        assert session.scalars(select(Run.verb)).all() == ["rank"]
        session.commit()
        session.add(Run(verb="x", arguments={}, status="done", counts={}, started_at=NOW))
        with pytest.raises(OperationalError, match="readonly"):
            session.commit()
    engine.dispose()
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnusable, match="cannot make the folder"):
        open_database(url(tmp_path / "file" / "sourcing.db"))


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_database(url(path)).dispose()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnusable, match="newer version"):
        open_database(url(path))


@pytest.mark.parametrize("wrong", ["nonsense", "sqlte:///x.db", "oracle+nothing://x", "mysql://x/y"])
def test_a_wrong_url_is_explained(wrong: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"\[database\] url"):
        open_database(wrong)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(DatabaseUnusable) as failure:
        open_database("postgresql+psycopg://me:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(failure.value)
