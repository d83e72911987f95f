"""People with addresses at two clients, a mail server in the settings, and what notices left in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import Session, select

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database, now
from ethics.mismatches.models import Flag
from ethics.notices import post
from ethics.notices.models import Digest
from ethics.people.models import User, UserRole
from ethics.settings import load
from tests.mailserver import Mailbox, served

DAY = dt.date(2026, 11, 18)  # a Wednesday
CLIENT, TEXT = "Lumikki Laajakaista Oy", "Luvattiin 19,90 €, laskulla 34,90 €."
FINNISH, ENGLISH, CHIEF, AGENT, MANAGER = (
    f"{name}@centre.example" for name in ("finnish", "english", "chief", "agent", "manager")
)
OFFICERS = [ENGLISH, FINNISH]
#: number, role, address, language
PEOPLE = (
    (1, Role.OFFICER, FINNISH, "fi"),
    (2, Role.OFFICER, ENGLISH, None),
    (3, Role.EXECUTIVE, CHIEF, "en"),
    (4, Role.AGENT, AGENT, "fi"),
    (5, Role.MANAGER, MANAGER, "fi"),
    (6, Role.OFFICER, None, "fi"),
)


def settle(tx: Session, people: Sequence[tuple[int, Role, str | None, str | None]]) -> None:
    """Two clients, and people by number, role, address and language."""
    for number, name in ((1, CLIENT), (2, "Oiva Lehdet Oy")):
        tx.add(Client(id=number, name=name, name_key=name.casefold()))
    for number, role, address, language in people:
        tx.add(
            User(
                id=number,
                name=f"Test {role.value}",
                login=f"person{number}",
                password_hash="x",
                email=address,
                language=language,
                created_at=now(),
            )
        )
    tx.flush()
    tx.add_all(UserRole(user_id=number, role=role) for number, role, _, _ in people)


def build(db: Database) -> Database:
    """Two clients, and people of several roles; one officer has no address."""
    with db.write() as tx:
        settle(tx, PEOPLE)
    return db


def configure(monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
    """The settings as far as notices read them."""
    given = {"smtp_security": "none", "smtp_from": "Reilu <reilu@centre.example>", **given}
    chosen = load(address="https://reilu.centre.example/", **given)
    for module in ("mail", "post"):
        monkeypatch.setattr(f"ethics.notices.{module}.settings", lambda: chosen)


def at(monkeypatch: pytest.MonkeyPatch, hour: int, day: dt.date = DAY) -> None:
    """Set the clock of the daily notice to an hour where the centre is."""
    moment = dt.datetime.combine(day, dt.time(hour)).astimezone(dt.UTC)
    monkeypatch.setattr("ethics.notices.digest.now", lambda: moment)


@contextmanager
def mailed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that takes everything, in the settings; it is ten in the morning."""
    post._FAILED.clear()
    with served() as found:
        configure(monkeypatch, smtp_host="127.0.0.1", smtp_port=found.port)
        at(monkeypatch, 10)
        yield found


def flagged(db: Database, **other: Any) -> str:
    """A confidential flag of the agent, filed on the day; `other` changes its columns."""
    flag = Flag(
        **{
            "client_id": 1,
            "category": "M05",
            "severity": 2,
            "certainty": "proof",
            "text": TEXT,
            "met_on": DAY,
            "filed_on": DAY,
            "disclosed": "confidential",
            "reporter_id": 4,
            **other,
        }
    )
    with db.write() as tx:
        tx.add(flag)
        tx.flush()
        return flag.id


def add(db: Database, *rows: Any) -> None:
    with db.write() as tx:
        tx.add_all(rows)


def alerted(db: Database) -> list[bool]:
    with db.read() as tx:
        return sorted(tx.exec(select(Flag.alerted)).all())


def looked_at(db: Database) -> dict[int, dt.date]:
    with db.read() as tx:
        return {row.user_id: row.sent_on for row in tx.exec(select(Digest))}
