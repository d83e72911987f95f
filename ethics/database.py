"""The database: one write transaction at a time, reads beside it, migrations at start.

SQLite (WAL, synchronous=FULL) is the embedded default; PostgreSQL serves larger houses. Writers on SQLite begin
IMMEDIATE, because a read that later wants to write fails at once instead of waiting; readers use a second engine,
so that they never take the write lock. Verbs take the `Session` as `tx` and never commit: the block that opened
the transaction does.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.orm import registry
from sqlalchemy.types import DateTime, TypeDecorator
from sqlmodel import Session, SQLModel

from ethics import settings as house
from ethics.language import Refused

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
#: One number for every Reilu lock on PostgreSQL: migrations and the audit chain take turns with it.
MIGRATION_LOCK: Final = 0x5E110


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """The base of every table. A registry of our own survives a module that is imported twice."""


class Moment(TypeDecorator[dt.datetime]):
    """A point in time, stored and returned in UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a time without a zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """SQLite forgets the zone; put UTC back."""
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


class Database:
    """The two engines of one database: `write()` and `read()` open a transaction each."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.writer = _engine(url, immediate=True)
        # One consistent view means one snapshot: on PostgreSQL each statement would otherwise see what was just committed.
        self.reader = (
            _engine(url, immediate=False)
            if self.is_sqlite
            else self.writer.execution_options(isolation_level="REPEATABLE READ")
        )

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, rolled back whole on any error."""
        with Session(self.writer, expire_on_commit=False) as tx, tx.begin():
            yield tx

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view; whatever is changed in it is thrown away."""
        with Session(self.reader, expire_on_commit=False) as tx:
            yield tx
            tx.expunge_all()  # rolling back would empty the rows that the caller still reads
            tx.rollback()

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


def _engine(url: str, *, immediate: bool) -> Engine:
    # Parameters stay out of error messages: they hold what people wrote, and messages end in logs.
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"options": "-c lock_timeout=60000"},
        )
    engine = create_engine(
        url, hide_parameters=True, pool_size=5, max_overflow=0, connect_args={"timeout": 30, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # Python must not begin transactions on its own
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            # What retention deletes is about people: without this, freed pages keep its bytes until they are used again.
            "secure_delete=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def migrate(database: Database) -> str:
    """Bring the database to the newest revision and return it. Several processes may call this at once.

    Raises Refused when the database was written by a newer Reilu.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(house.ROOT / "ethics" / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    with database.writer.begin() as connection:  # SQLite: BEGIN IMMEDIATE is the lock
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        now = MigrationContext.configure(connection).get_current_revision()
        if now is not None and now not in {script.revision for script in scripts.walk_revisions()}:
            raise Refused(
                "This database was made by a newer Reilu (revision {now}). Install that version or a later one.",
                now=now,
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    head = scripts.get_current_head()
    assert head is not None
    return head


@cache
def database() -> Database:
    """The database of this process, at the address in the settings."""
    chosen = house.settings()
    chosen.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Database(chosen.url)


def now() -> dt.datetime:
    """The present moment in UTC: the only clock, so that tests can set it."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today where the centre is: the machine's own calendar date."""
    return now().astimezone().date()
