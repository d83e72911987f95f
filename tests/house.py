"""A furnished house for tests: people of every role, and a small sample centre."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ethics.access import TERMINAL, Actor, Role
from ethics.database import Database, migrate
from ethics.imports.sample import loading
from ethics.people import accounts, sessions
from ethics.wellbeing import terms

PASSWORD = "kolme kaunista koivua"
UNTIL = dt.date(2026, 11, 15)
SMALL = {"clients": 6, "agents": 60, "weeks": 40, "seed": 1, "until": UNTIL}


@dataclass(frozen=True)
class House:
    """The database, and for each role the account's number and a live session's hash."""

    db: Database
    user_ids: dict[Role, int]
    sids: dict[Role, str]
    client_ids: list[int]

    def actor(self, role: Role) -> Actor:
        with self.db.read() as tx:
            found = accounts.actor_of(tx, self.user_ids[role])
        assert found is not None
        return found


def furnish(db: Database, *, sample: bool = True) -> House:
    """People of every role, each with one role only; the manager has the first two clients."""
    with db.write() as tx:
        client_ids = loading.load(tx, **SMALL) if sample else []  # type: ignore[arg-type]
        if sample:
            terms.confirm(tx, TERMINAL, heard_on=dt.date(2026, 1, 2), assessment="DPIA 1")
        code = accounts.new_setup_code(tx)
        admin = accounts.set_up(
            tx, code=code, name="Test administrator", login="admin", password=PASSWORD, language="en"
        )
        actor = accounts.actor_of(tx, admin)
        assert actor is not None
        ids = {Role.ADMINISTRATOR: admin}
        for role in Role:
            if role is Role.ADMINISTRATOR:
                continue
            ids[role], first = accounts.add_person(
                tx, actor, name=f"Test {role.value}", login=f"{role.value}.test", roles=[role]
            )
            accounts.change_password(tx, ids[role], old=first, new=PASSWORD)
            accounts.choose_language(tx, ids[role], "en")
        accounts.assign_clients(tx, ids[Role.MANAGER], client_ids[:2])
        sids = {role: sessions.token_hash(sessions.start(tx, user_id)) for role, user_id in ids.items()}
    return House(db, ids, sids, client_ids)


def second_officer(house: House) -> int:
    """One officer more, who has no session yet; the account's number."""
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        return accounts.add_person(tx, admin, name="Test second", login="second.test", roles=[Role.OFFICER])[0]


def open_copy(shared: Path, own: Path) -> House:
    """A copy of a furnished SQLite house that is made once a run in `shared`; changing it harms nobody."""
    template = shared / "furnished.db"
    if template not in _MADE:
        db = Database(f"sqlite:///{template}")
        migrate(db)
        _MADE[template] = furnish(db)
        db.dispose()
    made = _MADE[template]
    shutil.copy(template, own / "furnished.db")
    return replace(made, db=Database(f"sqlite:///{own / 'furnished.db'}"))


_MADE: dict[Path, House] = {}
