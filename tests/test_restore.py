"""What is restored is what was backed up; nothing lived in, running, damaged or newer is restored."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from ethics import audit, backup, postgres
from ethics.access import TERMINAL, Role
from ethics.clients.models import Client
from ethics.database import Database, migrate
from ethics.language import Refused
from ethics.people import accounts
from ethics.settings import settings
from tests.backups import ADMIN, empty_house, furnish, made, state
from tests.test_commands import run


@pytest.fixture
def lived_in(db: Database) -> Database:
    """A house with people, clients, flags and an audit trail."""
    furnish(db)
    return db


@pytest.fixture
def second(db: Database, tmp_path: Path) -> Iterator[Database]:
    """Another database of the same engine: not there yet on SQLite, empty on PostgreSQL."""
    if db.is_sqlite:
        found = Database(f"sqlite:///{tmp_path / 'second' / 'reilu.db'}")
        (tmp_path / "second").mkdir()
        yield found
        found.dispose()
        return
    name = f"second_{os.getpid()}"
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        own = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"CREATE DATABASE {name}"))
    found = Database(db.url.replace(f"/{own}?", f"/{name}?"))
    yield found
    found.dispose()
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def restored(second: Database, file: Path) -> None:
    if second.is_sqlite:
        backup.restore(second, file)
        return
    words = shlex.split(postgres.restoring(second, file))
    subprocess.run([str(postgres.program(second, "pg_restore")), *words[1:]], check=True, capture_output=True)


def test_what_is_restored_equals_what_was_backed_up(lived_in: Database, second: Database, tmp_path: Path) -> None:
    """Counts of every table and the audit trail's head, on both engines; the trail still holds with the same key."""
    before = state(lived_in)
    backup.back_up(lived_in, tmp_path / "copy")
    restored(second, tmp_path / "copy")
    assert state(second) == before
    assert (before[0]["flag"], before[1][0], before[2]) == (40, 5, None)
    assert state(lived_in) == before


def test_a_restored_house_goes_on(lived_in: Database, second: Database, tmp_path: Path) -> None:
    backup.back_up(lived_in, tmp_path / "copy")
    restored(second, tmp_path / "copy")
    migrate(second)
    with second.write() as tx:
        accounts.add_person(tx, ADMIN, name="Test officer", login="officer", roles=[Role.OFFICER])
        assert audit.first_broken(tx, TERMINAL) is None
        with pytest.raises(Exception, match="append-only"):
            tx.execute(text("DELETE FROM audit_entry"))


def test_a_restored_database_is_for_its_owner_alone_and_leaves_nothing_beside_it(
    lite: Database, tmp_path: Path
) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    backup.restore(new, copy)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["reilu.db"]
    assert stat.S_IMODE((tmp_path / "new" / "reilu.db").stat().st_mode) == 0o600


def test_a_house_that_was_only_set_up_takes_a_backup(lite: Database, tmp_path: Path) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    migrate(new)
    with new.write() as tx:
        accounts.new_setup_code(tx)
    backup.restore(new, copy)
    assert state(new) == state(lite)


def test_a_house_that_is_lived_in_is_not_overwritten(lite: Database, tmp_path: Path) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    migrate(new)
    with new.write() as tx:
        tx.add(Client(id=1, name="Oiva Lehdet Oy", name_key="oiva lehdet oy"))
    with pytest.raises(Refused, match="lived in"):
        backup.restore(new, copy)
    with new.read() as tx:
        assert tx.exec(select(Client.name)).all() == ["Oiva Lehdet Oy"]


def test_a_house_that_is_running_is_not_restored_into(lite: Database, tmp_path: Path) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    migrate(new)
    running = Database(new.url)
    with running.read() as tx:
        tx.execute(text("SELECT * FROM client"))
        with pytest.raises(Refused, match="running"):
            backup.restore(new, copy)
    running.dispose()
    backup.restore(new, copy)


@pytest.mark.parametrize("damage", ["cut", "scribbled", "text", "empty", "other", "missing"])
def test_a_damaged_file_is_refused_and_the_house_stays_empty(lite: Database, tmp_path: Path, damage: str) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    whole = copy.read_bytes()
    if damage == "cut":
        copy.write_bytes(whole[: len(whole) // 2])
    elif damage == "scribbled":
        at = whole.index(b"Havainto 7")
        copy.write_bytes(whole[: at - 3000] + b"\xff" * 3000 + whole[at:])
    elif damage == "text":
        copy.write_text("Not a database\n" * 100)
    elif damage == "empty":
        copy.write_bytes(b"")
    elif damage == "other":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as other:
            other.execute("CREATE TABLE things (a)")
    else:
        copy.unlink()
    with pytest.raises(Refused, match="no file" if damage == "missing" else "damaged, or not a backup"):
        backup.restore(new, copy)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_backup_of_a_newer_reilu_is_refused(lite: Database, tmp_path: Path) -> None:
    copy, new = made(lite, tmp_path), empty_house(tmp_path)
    with closing(sqlite3.connect(copy)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    with pytest.raises(Refused, match="newer Reilu"):
        backup.restore(new, copy)
    assert list((tmp_path / "new").iterdir()) == []


def test_the_commands_back_up_and_restore(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "copy"
    for home in (old, new):
        home.mkdir(mode=0o700)
        shutil.copy2(settings().home / "secrets.env", home)
    lived_in = Database(f"sqlite:///{old / 'reilu.db'}")
    migrate(lived_in)
    furnish(lived_in)
    lived_in.dispose()
    made = run(old, "ethics", "backup", str(file))
    assert (made.returncode, "secrets.env" in made.stdout) == (0, True), made.stderr
    assert run(old, "ethics", "backup", str(file)).returncode == 2
    assert run(old, "ethics", "restore", str(file)).returncode == 2
    again = run(new, "ethics", "restore", str(file))
    assert (again.returncode, again.stdout) == (0, run(old, "ethics", "audit").stdout), again.stderr


def test_restoring_with_other_secrets_is_said(lite: Database, tmp_path: Path) -> None:
    copy = made(lite, tmp_path)
    run(tmp_path / "new", "ethics", "secrets")
    answer = run(tmp_path / "new", "ethics", "restore", str(copy))
    assert (answer.returncode, "old secrets.env" in answer.stderr) == (1, True)
