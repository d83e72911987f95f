"""A backup holds everything and nothing deleted, is for its owner alone, and overwrites nothing."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from ethics import backup, postgres
from ethics.database import Database, today
from ethics.language import Refused
from ethics.mismatches.models import Flag
from tests.backups import flag, furnish


@pytest.fixture
def lived_in(db: Database) -> Database:
    """A house with people, clients, flags and an audit trail."""
    furnish(db)
    return db


def test_a_backup_is_for_its_owner_alone_and_tells_no_time(lived_in: Database, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        backup.back_up(lived_in, tmp_path / "copy")
    finally:
        os.umask(mask)
    found = (tmp_path / "copy").stat()
    assert stat.S_IMODE(found.st_mode) == 0o600
    moment = dt.datetime.fromtimestamp(found.st_mtime).astimezone()
    assert (moment.date(), moment.time()) == (today(), dt.time())
    assert found.st_atime == found.st_mtime


def test_a_backup_never_overwrites(lived_in: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(Refused, match="never overwrites"):
        backup.back_up(lived_in, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_link_is_not_followed(lived_in: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="never overwrites"):
        backup.back_up(lived_in, tmp_path / "copy")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_said(lived_in: Database, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        backup.back_up(lived_in, tmp_path / "nowhere" / "copy")


def test_what_registers_itself_runs_before_the_copy_and_once(
    lived_in: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_BEFORE", {})

    def tidied(db: Database) -> None:
        with db.write() as tx:
            tx.add(flag(100))

    backup.before(backup.before(tidied))
    backup.back_up(lived_in, tmp_path / "copy")
    with lived_in.read() as tx:
        assert len(tx.exec(select(Flag)).all()) == 41
    if lived_in.is_sqlite:
        with closing(sqlite3.connect(tmp_path / "copy")) as copy:
            assert copy.execute("SELECT count(*) FROM flag").fetchone() == (41,)


def test_a_hook_that_fails_leaves_no_file(lived_in: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_db: Database) -> None:
        raise RuntimeError

    monkeypatch.setattr(backup, "_BEFORE", {"broken": broken})
    with pytest.raises(RuntimeError):
        backup.back_up(lived_in, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_nothing_deleted_lies_in_the_copy(lite: Database, tmp_path: Path) -> None:
    """Freed pages of the database still hold what was deleted; the copy is written anew without them."""
    furnish(lite)
    lite.dispose()
    with closing(sqlite3.connect(tmp_path / "reilu.db")) as careless:  # some builds of SQLite wipe by themselves
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("DELETE FROM flag")
        careless.commit()
    backup.back_up(lite, tmp_path / "copy")
    assert b"Havainto 7" in (tmp_path / "reilu.db").read_bytes()
    assert b"Havainto 7" not in (tmp_path / "copy").read_bytes()


def test_people_may_work_while_the_copy_is_made(lite: Database, tmp_path: Path) -> None:
    """Flags keep coming in; each copy is whole, and none of the writers is refused."""
    furnish(lite)
    wrong, enough = [], threading.Event()

    def work() -> None:
        while not enough.is_set():
            try:
                with lite.write() as tx:
                    tx.add(flag(0))
            except OperationalError as error:
                wrong.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for number in range(5):
            backup.back_up(lite, tmp_path / f"copy{number}")
    finally:
        enough.set()
        for worker in workers:
            worker.join()
    sizes = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"copy{number}")) as copy:
            sizes.append(copy.execute("SELECT count(*) FROM flag").fetchone()[0])
    assert wrong == []
    assert sizes == sorted(sizes)
    assert sizes[0] >= 40


def test_a_copy_that_lacks_something_is_not_kept(
    lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(lite)
    real = backup._state

    def more(tx: Session) -> backup.State:
        counts, head = real(tx)
        return {**counts, "flag": counts["flag"] + 1}, head

    monkeypatch.setattr(backup, "_state", more)
    with pytest.raises(Refused, match="does not hold"):
        backup.back_up(lite, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_passwords_reach_postgresql_by_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database("postgresql+psycopg://reilu:hush%40hush@db.example:5433/reilu?sslmode=require")
    conninfo, environment = postgres.connection(db)
    assert environment["PGPASSWORD"] == "hush@hush"
    assert "hush" not in conninfo
    assert set(conninfo.split()) == {"user=reilu", "dbname=reilu", "host=db.example", "port=5433", "sslmode=require"}
    assert "hush" not in postgres.restoring(db, Path("copy"))
    db.dispose()


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # SQLite needs no program
def test_an_old_or_missing_pg_dump_is_said(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("shutil.which", lambda name, **_: str(old))
    with pytest.raises(Refused, match="pg_dump of PostgreSQL"):
        backup.back_up(db, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
