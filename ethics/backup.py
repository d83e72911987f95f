"""Backup and restore: one file that holds the whole database, checked before anybody relies on it.

On SQLite the file is written anew, so that nothing deleted lies in it; on PostgreSQL `pg_dump` writes it. The file is
for its owner alone and carries the date, not the time. Secrets are not in it: they live in the secrets file.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import make_url, text
from sqlmodel import Session

from ethics import postgres
from ethics.database import Database, migrate, today
from ethics.language import Refused

Hook = Callable[[Database], None]
#: Number of rows of each table, and number and hash of the audit trail's newest entry.
State = tuple[dict[str, int], tuple[int, str] | None]
_BEFORE: Final[dict[str, Hook]] = {}
#: What a house may hold before anybody lives in it.
UNLIVED: Final = frozenset({"alembic_version", "setup_code", "door_slot"})
TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
HEAD: Final = "SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1"


def before(hook: Hook) -> Hook:
    """Register a function (db) that tidies up before each backup; use as a decorator. Twice is once."""
    _BEFORE[f"{hook.__module__}.{hook.__qualname__}"] = hook
    return hook


def back_up(db: Database, target: Path) -> None:
    """Write the whole database to the new file `target`, mode 600, and check it. People may work meanwhile.

    Raises Refused when the file exists or cannot be written, or when it does not hold what the database does.
    """
    _create(target)
    try:
        for hook in list(_BEFORE.values()):
            hook(db)
        if db.is_sqlite:
            _copy(db, target)
        else:
            postgres.dump(db, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        target.unlink()
        raise
    midnight = dt.datetime.combine(today(), dt.time()).timestamp()
    os.utime(target, (midnight, midnight))


def _create(target: Path) -> None:
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Refused(
            "{file} exists already. A backup never overwrites: choose another name.", file=str(target)
        ) from None
    except OSError as error:
        raise Refused("{file} cannot be written: {why}.", file=str(target), why=error.strerror or "") from None


def _copy(db: Database, target: Path) -> None:
    """SQLite writes the copy from one view of the database, and the same view is counted.

    The write lock is held only until the copying has begun: no letter waits for a large house to be copied.
    """
    failed: list[sqlite3.Error] = []

    def vacuum() -> None:
        try:
            with closing(sqlite3.connect(_path(db), timeout=30, isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            failed.append(error)

    copying = threading.Thread(target=vacuum)
    with db.read() as view:
        with db.write() as lock:
            lock.execute(text("SELECT 1"))
            view.execute(text("SELECT count(*) FROM alembic_version"))
            copying.start()
            while copying.is_alive() and target.stat().st_size == 0:
                copying.join(0.02)
        copying.join()
        if failed:
            raise Refused("{file} cannot be written: {why}.", file=str(target), why=str(failed[0]))
        if not _sound(target) or _state_of_file(target) != _state(view):
            raise Refused("The copy does not hold what the database holds. Nothing was kept; try again.")


def _state(tx: Session) -> State:
    names = [name for (name,) in tx.execute(text(TABLES))]
    counts = {name: int(tx.execute(text(_counting(name))).scalar_one()) for name in names}
    return counts, _pair(tx.execute(text(HEAD)).first())


def _state_of_file(path: Path) -> State:
    with closing(_opened(path)) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        counts = {name: int(connection.execute(_counting(name)).fetchone()[0]) for name in names}
        return counts, _pair(connection.execute(HEAD).fetchone())


def _counting(table: str) -> str:
    return f'SELECT count(*) FROM "{table}"'  # noqa: S608 - the name comes from the database's own list of tables


def _pair(row: object) -> tuple[int, str] | None:
    return (int(row[0]), str(row[1])) if row is not None else None  # type: ignore[index]


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _sound(path: Path) -> bool:
    """True for a Reilu database whose pages and indexes hold together."""
    try:
        with closing(_opened(path)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.execute(HEAD).fetchone()
            return whole and revision is not None
    except sqlite3.DatabaseError:
        return False


def _path(db: Database) -> Path:
    return Path(make_url(db.url).database or "")


def restore(db: Database, source: Path) -> None:
    """Put a backup into an empty SQLite house, mode 600, brought up to date. Nobody else may have it open.

    Raises Refused when the house is lived in or open, when the file is damaged or not a backup, or of a newer Reilu.
    """
    if not source.is_file():
        raise Refused("There is no file {file}.", file=str(source))
    target = _path(db)
    db.dispose()
    _require_empty(target)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    _create(fresh)
    try:
        shutil.copyfile(source, fresh)
        if not _sound(fresh):
            raise Refused("{file} is damaged, or not a backup of Reilu.", file=str(source))
        copy = Database(f"sqlite:///{fresh}")
        try:
            migrate(copy)
        finally:
            copy.dispose()
        fresh.replace(target)
    finally:
        for leftover in (fresh, *(fresh.with_name(fresh.name + end) for end in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)


def _require_empty(target: Path) -> None:
    """Raise Refused unless nothing would be lost. A database that is only set up loses its write-ahead log here."""
    if not target.exists() or target.stat().st_size == 0:
        return
    with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as connection:
        try:
            names = [name for (name,) in connection.execute(TABLES)]
            lived_in = any(connection.execute(_counting(name)).fetchone()[0] for name in names if name not in UNLIVED)
        except sqlite3.DatabaseError:
            lived_in = True
        if lived_in:
            raise Refused("This house is lived in. Restore into an empty one: set another REILU_HOME.")
        with suppress(sqlite3.OperationalError):
            if connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",):
                return
    raise Refused("Reilu is running here. Stop it, then restore.")
