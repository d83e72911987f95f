"""An agent at the page for a flag and at My flags: a desktop's link, filled answers, threads, what was stored."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Campaign, Client
from ethics.database import today
from ethics.mismatches import flags, own
from ethics.mismatches.models import Flag
from tests.house import House

FLAG = "ethics/mismatches/pages/flag.py"
MINE = "ethics/mismatches/pages/my_flags.py"
TEXT = "Luvattiin 19,90 € kahdeksi vuodeksi, laskulla 34,90 €."
REPLY = "Soittaja oli numerosta 040 123 4567, lasku tuli osoitteesta asiakas@example.com."
#: Small words that give English away on a Finnish page.
ENGLISH = r"\b(the|and|with|not|is|are|of|your|this|from)\b"


def link_of(house: House) -> dict[str, str]:
    """What an agent desktop's button carries: a client and one of its running campaigns."""
    with house.db.read() as tx:
        client, campaign = tx.exec(select(Client, Campaign).join(Campaign).order_by(Campaign.id)).first() or ({}, {})  # type: ignore[arg-type]
    assert isinstance(client, Client)
    assert isinstance(campaign, Campaign)
    return {"client": client.name.upper(), "campaign": campaign.name}


def stored(house: House) -> list[Flag]:
    """The flags that the agent of the house has filed, as they are stored."""
    with house.db.read() as tx:
        return list(tx.exec(select(Flag).where(Flag.reporter_id == house.user_ids[Role.AGENT])))


def filled(at: AppTest, **other: Any) -> AppTest:
    """The answers of a flag that may be sent."""
    at.button_group(key="flag_category").set_value("M05")
    at.text_area(key="flag_text").set_value(other.get("text", TEXT))
    at.button_group(key="flag_severity").set_value(3)
    at.button_group(key="flag_certainty").set_value("proof")
    return at.run()


def mine(house: House, **other: Any) -> str:
    """A flag of the agent, filed behind the page."""
    draft = {"text": TEXT, "disclosed": "confidential", "whistle": False, **other}
    with house.db.write() as tx:
        return flags.file(
            tx,
            house.actor(Role.AGENT),
            flags.Draft(house.client_ids[0], "M05", 3, "proof", met_on=today(), submission=uuid4().hex, **draft),
        )


def thread_opened(at: AppTest, key: str) -> AppTest:
    """My flags with the thread of a flag opened."""
    at.session_state[f"thread_{key}"] = True
    return at.run()


def replies(house: House) -> list[str]:
    with house.db.read() as tx:
        return [line.text for flag in own.own(tx, house.actor(Role.AGENT)) for line in flag.messages]
