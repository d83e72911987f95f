"""A small centre for the tests of triage: two clients, an agent, two officers, and a flag on request."""

from __future__ import annotations

import dataclasses
from typing import Any

from ethics.access import Role
from ethics.clients.models import Campaign, Client
from ethics.database import Database, now, today
from ethics.mismatches import flags
from ethics.people.models import User, UserRole
from tests.conftest import someone

DAY = today()
AGENT, MANAGER = someone(Role.AGENT, user_id=1), someone(Role.MANAGER, user_id=4, clients=(1, 2))
OFFICER, SECOND = someone(Role.OFFICER, user_id=2), someone(Role.OFFICER, user_id=3)
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")


def build(db: Database) -> Database:
    """Clients 1 and 2 with a campaign each; agent 1, officers 2 and 3, manager 4."""
    with db.write() as tx:
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        people = {1: ("Test agent", Role.AGENT), 2: ("Test officer", Role.OFFICER), 3: ("Test second", Role.OFFICER)}
        people[4] = ("Test manager", Role.MANAGER)
        for number, (name, _) in people.items():
            tx.add(User(id=number, name=name, login=f"test{number}", password_hash="x", created_at=now()))
        tx.flush()
        for number, (_, role) in people.items():
            tx.add(UserRole(user_id=number, role=role))
        for number in (1, 2):
            tx.add(Campaign(id=number, client_id=number, name="Kiitospaketti"))
    return db


def file(db: Database, **other: Any) -> str:
    """A flag of the agent's; `other` are fields of the draft."""
    with db.write() as tx:
        return flags.file(tx, AGENT, dataclasses.replace(DRAFT, **other))
