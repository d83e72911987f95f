"""Mixing: what the database keeps of the order in which anonymous flags came is rubbed out.

A database remembers more than its columns say. PostgreSQL keeps with each row the number of the transaction that wrote
it, and rows lie in the order of writing; SQLite keeps rows of a page in that order, and old pages in its log. Beside
the audit trail, which is dated, that would date a flag. So every few minutes all anonymous rows are taken out and put
back in the order of their random keys, in one transaction, whether or not anything came;
then the engine clears what it kept of the old ones. Between two rounds the machine itself could still tell: the
door's own words do not promise otherwise.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col

from ethics import backup, rounds
from ethics.database import Database, today
from ethics.door import budget, filing
from ethics.mismatches.models import Disclosed, Exclusion, Flag, Message

_TABLES: Final[dict[str, sa.Table]] = {
    name: Flag.metadata.tables[name] for name in ("flag", "receipt", "message", "flag_exclusion")
}
EVERY_MINUTES: Final = 10
#: So often a round tries to have the tables to itself, and waits so many seconds between.
TRIES: Final = 40
PATIENCE: Final = 0.25


@rounds.every(EVERY_MINUTES)
@backup.before
def mix(db: Database) -> None:
    """Show held flags whose period is over, then write the anonymous rows anew in the order of their keys."""
    for _ in range(TRIES):
        with suppress(Busy), db.write() as tx:
            alone(tx)
            filing.release(tx, on=today())
            rewrite(tx)
            break
        time.sleep(PATIENCE)
    else:
        return  # somebody writes without pause; the next round tries again
    clear(db)


class Busy(Exception):
    """Somebody is writing to these tables now."""


def alone(tx: Session) -> None:
    """Keep other writers away until the transaction ends: what they change must not be overwritten with what was read.

    On PostgreSQL the locks are taken at once or not at all, so that nobody waits for each other in a circle; SQLite
    lets one writer in anyway. Raises Busy.
    """
    if tx.get_bind().dialect.name != "postgresql":
        return
    try:
        tx.connection().exec_driver_sql(f"LOCK TABLE {', '.join(_TABLES)} IN EXCLUSIVE MODE NOWAIT")
    except sa.exc.OperationalError as error:
        raise Busy from error


@rounds.every(1)
def refill(db: Database) -> None:
    """Let the door forget a minute's worth of what came in."""
    with db.write() as tx:
        budget.refill(tx)


def rewrite(tx: Session) -> None:
    """Take all anonymous rows out and put them back in the order of their keys: also an old flag is read and replied to."""
    anonymous = col(Flag.disclosed) == Disclosed.ANONYMOUS
    keys = sa.select(col(Flag.id)).where(anonymous)
    of = {
        "flag": anonymous,
        "receipt": sa.true(),
        "message": col(Message.flag_id).in_(keys),
        "flag_exclusion": col(Exclusion.flag_id).in_(keys),
    }
    taken: dict[str, list[dict[str, Any]]] = {}
    for name, table in _TABLES.items():
        order = list(table.primary_key.columns)
        found = tx.execute(sa.select(table).where(of[name]).order_by(*order)).mappings()
        taken[name] = [dict(row) for row in found]
    for name in ("message", "flag_exclusion", "flag", "receipt"):  # whom `keys` finds goes last
        tx.execute(sa.delete(_TABLES[name]).where(of[name]))
    for name, rows in taken.items():
        if rows:
            tx.execute(sa.insert(_TABLES[name]), rows)
    tx.flush()


def clear(db: Database) -> None:
    """Let the engine drop what it kept of rows that were written anew."""
    if db.is_sqlite:
        raw = db.writer.raw_connection()  # beside SQLAlchemy: a checkpoint cannot run inside a transaction
        try:
            assert raw.driver_connection is not None
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
        return
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in _TABLES:
            connection.exec_driver_sql(f"VACUUM {name}")
