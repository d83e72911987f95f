"""A small centre for the tests of triage: two clients and their people, flags on request, and what becomes of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from ethics.access import Actor, Role
from ethics.clients.models import Campaign, Client
from ethics.database import Database, now, today
from ethics.mismatches import flags, own
from ethics.mismatches.models import Flag
from ethics.people.models import User, UserRole
from ethics.triage import rulings
from tests.conftest import someone

DAY = today()
AGENT, MANAGER = someone(Role.AGENT, user_id=1), someone(Role.MANAGER, user_id=4, clients=(1, 2))
OFFICER, SECOND = someone(Role.OFFICER, user_id=2), someone(Role.OFFICER, user_id=3)
OTHER, EXECUTIVE = someone(Role.AGENT, user_id=3), someone(Role.EXECUTIVE, user_id=4)
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")
YES = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "It is as you said.")
#: By number: an agent, two officers, a manager.
PEOPLE = {
    1: ("Test agent", Role.AGENT),
    2: ("Test officer", Role.OFFICER),
    3: ("Test second", Role.OFFICER),
    4: ("Test manager", Role.MANAGER),
}


def build(db: Database, people: Mapping[int, tuple[str, Role]] = PEOPLE) -> Database:
    """Clients 1 and 2 with a campaign each, and people by their numbers."""
    with db.write() as tx:
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        for number, (name, _) in people.items():
            tx.add(User(id=number, name=name, login=f"test{number}", password_hash="x", created_at=now()))
        tx.flush()
        for number, (_, role) in people.items():
            tx.add(UserRole(user_id=number, role=role))
        for number in (1, 2):
            tx.add(Campaign(id=number, client_id=number, name="Kiitospaketti"))
    return db


def build_of_two(db: Database) -> Database:
    """The same with two agents, 1 and 3, officer 2 and executive 4."""
    roles = {1: Role.AGENT, 2: Role.OFFICER, 3: Role.AGENT, 4: Role.EXECUTIVE}
    return build(db, {number: (f"Test {number}", role) for number, role in roles.items()})


def file(db: Database, actor: Actor = AGENT, **other: Any) -> str:
    """A flag of the actor's; `other` are fields of the draft."""
    with db.write() as tx:
        return flags.file(tx, actor, dataclasses.replace(DRAFT, **other))


def blow(db: Database, **other: Any) -> str:
    """A whistle of the agent's about a campaign."""
    return file(db, whistle=True, campaign_id=1, severity=4, certainty="proof", **other)


def age(db: Database, key: str, days: int) -> None:
    """The flag was met and filed so many days ago."""
    with db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.filed_on = flag.met_on = DAY - dt.timedelta(days=days)


def decide(db: Database, key: str, **other: Any) -> None:
    """The officer confirms a flag; `other` are fields of the ruling."""
    with db.write() as tx:
        rulings.decide(tx, OFFICER, key, dataclasses.replace(YES, **other))


def heard(db: Database, actor: Actor = AGENT) -> list[str]:
    """What the officer wrote to the reporter, over all of their flags."""
    with db.read() as tx:
        return [line.text for flag in own.own(tx, actor) for line in flag.messages if line.side == "officer"]
