"""An officer at the triage page: a flag filed behind it, opened on it, and what came of a click."""

from __future__ import annotations

import dataclasses
from typing import Any

from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.mismatches import flags, own
from ethics.mismatches.models import Flag
from tests.apps import opened
from tests.centre import DRAFT
from tests.house import House

PAGE = "ethics/triage/pages/triage.py"


def file(house: House, **other: Any) -> str:
    with house.db.write() as tx:
        draft = dataclasses.replace(DRAFT, client_id=house.client_ids[0])
        return flags.file(tx, house.actor(Role.AGENT), dataclasses.replace(draft, **other))


def flag_of(house: House, key: str) -> Flag:
    with house.db.read() as tx:
        flag = tx.get(Flag, key)
    assert flag is not None
    return flag


def at_flag(house: House, key: str) -> AppTest:
    """The officer at the page, with this flag open."""
    at = opened(house, Role.OFFICER, PAGE)
    at.session_state["triage_flag"] = key
    at.run()
    assert not at.exception, at.exception
    return at


def rules(house: House) -> AppTest:
    """The officer at the page, with the rules of the house open."""
    at = opened(house, Role.OFFICER, PAGE)
    at.session_state["triage_rules"] = True
    at.run()
    return at


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def heard(house: House) -> list[str]:
    """What the officer wrote to the agent."""
    with house.db.read() as tx:
        found = own.own(tx, house.actor(Role.AGENT))
    return [line.text for flag in found for line in flag.messages if line.side == "officer"]
