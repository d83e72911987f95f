"""A backup holds everything, is for its owner alone, overwrites nothing, and comes back as it was."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from ethics import audit, backup, postgres
from ethics.access import TERMINAL, Role
from ethics.clients.models import Client
from ethics.database import Database, migrate, today
from ethics.language import Refused
from ethics.mismatches.models import Flag
from ethics.people import accounts
from ethics.settings import settings
from tests.conftest import someone
from tests.test_commands import run

ADMIN = someone(Role.ADMINISTRATOR)


@pytest.fixture
def lived_in(db: Database) -> Database:
    """A house with people, clients, flags and an audit trail."""
    furnish(db)
    return db


def furnish(db: Database) -> None:
    with db.write() as tx:
        for number in range(1, 6):
            accounts.add_person(tx, ADMIN, name="Test agent", login=f"agent{number}", roles=[Role.AGENT])
        tx.add(Client(id=1, name="Lumikki Laajakaista Oy", name_key="lumikki laajakaista oy"))
        tx.flush()
        tx.add_all(flag(number) for number in range(40))


def flag(number: int) -> Flag:
    return Flag(
        client_id=1,
        category="M05",
        severity=2,
        certainty="saw",
        text=f"Havainto {number}",
        met_on=today(),
        filed_on=today(),
        disclosed="anonymous",
    )


def state(db: Database) -> tuple[dict[str, int], tuple[int, str], int | None]:
    """Rows of each table, the audit trail's head, and its first broken entry."""
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if db.is_sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with db.read() as tx:
        names = [name for (name,) in tx.execute(text(listed))]
        counts = {name: tx.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in sorted(names)}
        return counts, audit.head(tx), audit.first_broken(tx, TERMINAL)


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


def made(lite: Database, tmp_path: Path) -> Path:
    furnish(lite)
    backup.back_up(lite, tmp_path / "copy")
    return tmp_path / "copy"


def empty_house(tmp_path: Path) -> Database:
    (tmp_path / "new").mkdir()
    return Database(f"sqlite:///{tmp_path / 'new' / 'reilu.db'}")


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
