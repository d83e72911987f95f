"""Changed policies for tests, and centres to put them in force: one with two scored clients, one with nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ethics.access import Actor, Role
from ethics.clients.models import Client
from ethics.database import Database, now, today
from ethics.imports.models import Batch
from ethics.mismatches import flags
from ethics.people.models import User
from ethics.risk import history, policies, policy_change, policy_fields, scores
from ethics.triage import rulings
from ethics.workforce.models import ContactWeek
from tests.conftest import someone

MONDAY = today() - dt.timedelta(days=today().weekday())
LAST_SUNDAY = MONDAY - dt.timedelta(days=1)
AGENT, OFFICER = someone(Role.AGENT, user_id=1), someone(Role.OFFICER, user_id=2)
ADMIN = someone(Role.ADMINISTRATOR, user_id=3)
REASON = "The board wants to hear of it earlier."
CONFIRM = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "Thank you: it is as you said.")


def build(db: Database) -> Database:
    """Two clients, 2,000 contacts a week until last Sunday; a serious mismatch of the first met three weeks ago."""
    with db.write() as tx:
        tx.add(Batch(id=1, kind="clients", file_name="f", sha256="0", rows=2, imported_by="t", imported_at=now()))
        for number, login in ((1, "agent"), (2, "officer"), (3, "administrator")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
        tx.flush()
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
            tx.flush()
            for week in range(1, 7):
                monday = MONDAY - dt.timedelta(weeks=week)
                tx.add(ContactWeek(client_id=number, week_start=monday, contacts=2_000, batch_id=1))
        tx.flush()
        met = MONDAY - dt.timedelta(days=20)
        draft = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", met, "confidential", "one")
        rulings.decide(tx, OFFICER, flags.file(tx, AGENT, draft), CONFIRM)
        history.bring_up_to_date(tx)
        scores.compute(tx)
    return db


def administered(db: Database) -> Database:
    """Nobody but the administrator."""
    with db.write() as tx:
        tx.add(User(id=3, name="Test administrator", login="administrator", password_hash="x", created_at=now()))
    return db


def changed(db: Database, **values: Any) -> dict[str, object]:
    """The policy in force with other values in its fields; `bands__watch=40` is 40 in "bands.watch"."""
    with db.read() as tx:
        rules = policies.current(tx)
    return policy_fields.content(rules, {name.replace("__", "."): value for name, value in values.items()})


def put(db: Database, content: dict[str, object], reason: str = REASON, based_on: int = 3, actor: Actor = ADMIN) -> int:
    with db.write() as tx:
        return policy_change.put_in_force(tx, actor, content, reason, based_on=based_on)
