"""A house in which people file signed and anonymous flags and an officer asks back; and its tables as they then lie."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database, Table, now, today
from ethics.mismatches import flags
from ethics.mismatches.models import Disclosed, Flag
from ethics.people import passwords
from ethics.people.models import User, UserRole
from ethics.triage import inquiries
from tests.conftest import someone
from tests.house import PASSWORD

WORDS = "SECRETWORDS"
#: Four people: two agents, an officer, another agent whose browser stays signed in at the door.
LOGINS = {1: "agent.one", 2: "agent.two", 3: "officer", 4: "agent.four"}


@dataclass
class Filed:
    """What the test knows and nobody else may: when each anonymous visit was, its receipt; and when others did something."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    deeds: list[tuple[float, float]] = field(default_factory=list)
    named: int = 0


def people(db: Database) -> None:
    with db.write() as tx:
        hashed = passwords.hashed(PASSWORD)
        for number, login in LOGINS.items():
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash=hashed, created_at=now()))
        for number in range(1, 6):
            tx.add(Client(id=number, name=f"Client {number} Oy", name_key=f"client {number} oy"))
        tx.flush()
        for number in LOGINS:
            tx.add(UserRole(user_id=number, role="officer" if number == 3 else "agent"))


def anonymous(browser: TestClient, filed: Filed, number: int, *, held: bool) -> None:
    """One visit: the form, what was written, the receipt."""
    began = time.time()
    form = browser.post("/flag", data={"act": "form", "client": str(1 + number % 5), "language": "fi"})
    token = re.search(r'name="token" value="([^"]+)"', form.text)
    assert token, form.text
    text = f"{WORDS} {number}: luvattu toimitus ei tullut"
    answer = browser.post(
        "/flag",
        data={
            "act": "send",
            "language": "fi",
            "client": str(1 + number % 5),
            "token": token[1],
            "text": text,
            "category": "M06",
            "severity": str(number % 4),
            "certainty": "saw",
            "when": "mix" if held else "now",
        },
    )
    groups = re.findall(r"<span>([0-9A-HJKMNP-TV-Z]{4})</span>", answer.text)
    assert answer.status_code == 200
    assert len(groups) == 8, answer.text
    assert "set-cookie" not in form.headers
    assert "set-cookie" not in answer.headers
    filed.spans.append((began, time.time()))
    filed.receipts.append("-".join(groups))
    filed.tokens.append(token[1])
    filed.texts.append(text)


def signed(db: Database, filed: Filed, number: int) -> None:
    """A flag by name or in confidence."""
    user_id, began = 1 + number % 2, time.time()
    with db.write() as tx:
        flags.file(
            tx,
            someone(Role.AGENT, user_id=user_id),
            flags.Draft(
                1 + number % 5,
                "M05",
                2,
                "saw",
                f"Signed {number}",
                today(),
                "named" if number % 3 else "confidential",
                f"s{number}",
            ),
        )
    filed.deeds.append((began, time.time()))
    filed.named += 1


def read_and_write_back(db: Database, browser: TestClient, filed: Filed) -> None:
    """An officer asks on some anonymous flag; its reporter answers by receipt."""
    officer, began = someone(Role.OFFICER, user_id=3), time.time()
    with db.write() as tx:
        asked = tx.exec(
            select(Flag).where(Flag.disclosed == Disclosed.ANONYMOUS, Flag.status == "open").order_by(Flag.id).limit(1)
        ).first()
        if asked is None:
            return
        inquiries.ask_reporter(tx, officer, asked.id, "Which script?")
        text = asked.text
    filed.deeds.append((began, time.time()))
    began = time.time()
    page = browser.post("/follow", data={"receipt": filed.receipts[filed.texts.index(text)], "language": "fi"})
    fields = dict(re.findall(r'name="(handle|flag)" value="([^"]+)"', page.text))
    assert fields, page.text
    answer = browser.post("/follow", data={**fields, "act": "reply", "reply": f"{WORDS} reply", "language": "fi"})
    assert answer.status_code == 200
    filed.spans.append((began, time.time()))


def rows(db: Database, name: str) -> list[dict[str, Any]]:
    """A table as it lies in the database."""
    with db.read() as tx:
        return [dict(row) for row in tx.execute(sa.select(Table.metadata.tables[name])).mappings()]


def dump(db: Database) -> str:
    return "\n".join(f"{name}: {row}" for name in Table.metadata.tables for row in rows(db, name))


def keys(db: Database) -> dict[str, str]:
    """Keys of the anonymous flags by their text, by which only this test can tell the order in which they came."""
    with db.read() as tx:
        return dict(tx.exec(select(Flag.text, Flag.id).where(Flag.disclosed == Disclosed.ANONYMOUS)).all())
