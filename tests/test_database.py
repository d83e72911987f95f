"""The database keeps its promises on both engines."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

import checklists.models  # noqa: F401
import ethics.audit
import ethics.clients.models
import ethics.door.models
import ethics.imports.models
import ethics.mismatches.models
import ethics.notices.models
import ethics.people.models
import ethics.risk.models
import ethics.triage.models
import ethics.wellbeing.models
import ethics.workforce.models
import reports.models  # noqa: F401
from ethics import audit
from ethics.access import TERMINAL
from ethics.database import Database, Table, migrate
from ethics.language import Refused


def test_the_migrations_make_exactly_the_tables_of_the_models(db: Database) -> None:
    with db.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_twice_changes_nothing(db: Database) -> None:
    assert migrate(db) == migrate(db)


def test_a_database_of_a_newer_reilu_is_refused(lite: Database) -> None:
    with lite.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="newer Reilu"):
        migrate(lite)


def _start(url: str) -> str:
    return migrate(Database(url))


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_four_processes_may_start_at_once_on_an_empty_database(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests of pages leave a page as the main module; the processes would run it first, die of it, and be started again.
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    if engine == "postgres":
        address = request.getfixturevalue("postgres")
        admin = Database(address)
        with admin.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS four_at_once"))
            connection.execute(text("CREATE DATABASE four_at_once"))
        admin.dispose()
        url = address.replace("/postgres?", "/four_at_once?")
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_start, [url] * 4))) == 1


def test_what_is_deleted_is_overwritten_whatever_this_machines_sqlite_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.dbapi2.connect

    def careless(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)
        connection.execute("PRAGMA secure_delete=OFF")  # some builds of SQLite wipe by themselves
        return connection

    monkeypatch.setattr(sqlite3.dbapi2, "connect", careless)
    path = tmp_path / "reilu.db"
    db = Database(f"sqlite:///{path}")
    with db.write() as tx:
        tx.execute(text("CREATE TABLE about (word)"))
        tx.execute(text("INSERT INTO about VALUES ('Suopursu')"))
    before = (path.read_bytes() + (tmp_path / "reilu.db-wal").read_bytes()).count(b"Suopursu")
    with db.write() as tx:
        tx.execute(text("DELETE FROM about"))
    db.dispose()  # the last connection brings the log into the file
    assert (before, b"Suopursu" in path.read_bytes()) == (1, False)


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as tx:
        audit.record(tx, TERMINAL, "test")
        raise RuntimeError
    with db.read() as tx:
        assert audit.head(tx) == (0, audit.FIRST)


def test_reading_sees_one_moment_whatever_is_committed_meanwhile(db: Database) -> None:
    with db.read() as tx:
        first = audit.head(tx)
        with db.write() as other:
            audit.record(other, TERMINAL, "test")
        tx.expire_all()
        assert audit.head(tx) == first
    with db.read() as tx:
        assert audit.head(tx)[0] == 1


def test_moments_come_back_in_utc(db: Database) -> None:
    summer = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    with db.write() as tx:
        tx.add(ethics.people.models.FailedSignIn(account_hash="a", source_hash="s", at=summer))
    with db.read() as tx:
        row = tx.get(ethics.people.models.FailedSignIn, 1)
        assert row is not None
        assert row.at == summer
        assert row.at.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE audit_entry SET body = 'x'", "DELETE FROM audit_entry WHERE seq = 1", "DELETE FROM audit_entry"],
)
def test_the_audit_trail_cannot_be_changed(db: Database, tampering: str) -> None:
    with db.write() as tx:
        audit.record(tx, TERMINAL, "test")
    with pytest.raises(DBAPIError, match="append-only"), db.write() as tx:
        tx.execute(text(tampering))


def test_a_replaced_audit_entry_is_refused_on_sqlite(lite: Database) -> None:
    with lite.write() as tx:
        audit.record(tx, TERMINAL, "test")
    with pytest.raises(DBAPIError, match="append-only"), lite.write() as tx:
        tx.execute(text("INSERT OR REPLACE INTO audit_entry VALUES (1, 'x', 'y', 'z')"))


def test_verifying_names_the_first_entry_that_somebody_altered(lite: Database) -> None:
    with lite.write() as tx:
        for number in range(5):
            audit.record(tx, TERMINAL, "test", str(number))
    with lite.write() as tx:
        tx.execute(text("DROP TRIGGER audit_no_update"))
        tx.execute(text("UPDATE audit_entry SET body = replace(body, '\"2\"', '\"9\"') WHERE seq = 3"))
    with lite.read() as tx:
        assert audit.first_broken(tx, TERMINAL) == 3


def test_a_cut_tail_shows_against_a_head_seen_earlier(lite: Database) -> None:
    with lite.write() as tx:
        audit.record(tx, TERMINAL, "one")
        audit.record(tx, TERMINAL, "two")
        seen = audit.head(tx)
    with lite.write() as tx:
        tx.execute(text("DROP TRIGGER audit_no_delete"))
        tx.execute(text("DELETE FROM audit_entry WHERE seq = 2"))
    with lite.read() as tx:
        assert audit.first_broken(tx, TERMINAL) is None
        assert audit.first_broken(tx, TERMINAL, expected=seen) == 2


def test_no_column_joins_a_reporter_with_an_absence(lite: Database) -> None:
    """A flag's table knows no agent; a spell's table knows no account and no flag."""
    columns = {
        table: {c["name"] for c in inspect(lite.writer).get_columns(table)}
        for table in ("flag", "spell", "user_account")
    }
    assert not {"agent_id", "pseudonym"} & columns["flag"]
    assert not {"user_id", "reporter_id", "flag_id"} & columns["spell"]
    assert not {"agent_id", "pseudonym", "employee_number"} & columns["user_account"]
