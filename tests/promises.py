"""A small promise ledger: two clients, an officer and a manager, promises written down, judged and withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from ethics.access import Actor, Role
from ethics.clients import promises
from ethics.clients.models import Client
from ethics.database import Database, now, today
from ethics.mismatches.ledger import Ledger, LedgerLine, ledger
from ethics.people.models import User
from tests.conftest import someone

DAY = today()
WEEK = dt.timedelta(days=7)
OFFICER = someone(Role.OFFICER, user_id=1)
MANAGER = someone(Role.MANAGER, user_id=2, clients=(1,))
OTHER = someone(Role.MANAGER, user_id=2, clients=(2,))
DRAFT = promises.Draft(1, "Cancel by one call", "web page", "Fibre", None, DAY - 20 * WEEK)


def build(db: Database) -> Database:
    """Two clients, an officer (1) and a manager (2)."""
    with db.write() as tx:
        for number, name in ((1, "Acme Oy"), (2, "Beta Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        for number, login in ((1, "officer"), (2, "manager")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
    return db


def write(db: Database, actor: Actor = MANAGER, **other: Any) -> int:
    with db.write() as tx:
        return promises.add(tx, actor, replace(DRAFT, **other))


def judge(db: Database, number: int, verdict: str, on: dt.date = DAY, evidence: str = "Seen on 40 invoices") -> None:
    with db.write() as tx:
        promises.judge(tx, OFFICER, number, verdict=verdict, evidence=evidence, on=on)


def withdraw(db: Database, number: int, on: dt.date = DAY) -> None:
    with db.write() as tx:
        promises.withdraw(tx, MANAGER, number, evidence="The page says so no more", on=on)


def found(db: Database, client_id: int = 1, **options: Any) -> Ledger:
    with db.read() as tx:
        return ledger(tx, OFFICER, client_id, **options)


def line(db: Database, number: int) -> LedgerLine:
    return next(line for line in found(db).lines if line.id == number)
