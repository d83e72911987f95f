"""A house worth a backup, what it holds, a copy of it, and an empty house to bring it to."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from ethics import audit, backup
from ethics.access import TERMINAL, Role
from ethics.clients.models import Client
from ethics.database import Database, today
from ethics.mismatches.models import Flag
from ethics.people import accounts
from tests.conftest import someone

ADMIN = someone(Role.ADMINISTRATOR)


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


def made(lite: Database, tmp_path: Path) -> Path:
    """The backup of a furnished house."""
    furnish(lite)
    backup.back_up(lite, tmp_path / "copy")
    return tmp_path / "copy"


def empty_house(tmp_path: Path) -> Database:
    (tmp_path / "new").mkdir()
    return Database(f"sqlite:///{tmp_path / 'new' / 'reilu.db'}")
