"""Whom the triage page keeps from what: the anonymous, withheld clients, conflicts of interest, other roles."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Client
from ethics.door import filing, receipts
from ethics.mismatches.models import Exclusion, Flag
from ethics.triage import handlers
from tests.apps import ROOT, words
from tests.centre import DAY, DRAFT
from tests.house import House, second_officer
from tests.officer import PAGE, at_flag, click, file, rules


def anonymous(house: House, **choices: Any) -> str:
    token = receipts.new_token()
    draft = dataclasses.replace(DRAFT, client_id=house.client_ids[0], disclosed="anonymous")
    with house.db.write() as tx:
        hashed = receipts.slow_hash(receipts.code(token))
        filing.file(tx, draft, token, hashed, filing.Choices(**choices), on=DAY)
        return tx.exec(select(Flag.id).where(Flag.disclosed == "anonymous")).one()


def test_of_an_anonymous_flag_only_the_week_is_told(house: House) -> None:
    key = anonymous(house)
    at = at_flag(house, key)
    year, week, _ = DAY.isocalendar()
    head = at.header[0], next(c.value for c in at.caption if "flag in" in c.value)
    assert head[1].endswith(f"flag in week {week}/{year}")
    assert "Nothing here tells who filed it" in words(at)


def test_a_withheld_client_is_shown_after_a_reason(house: House) -> None:
    key = anonymous(house, withhold=True)
    with house.db.read() as tx:
        client = tx.get(Client, house.client_ids[0])
        assert client is not None
    at = at_flag(house, key)
    head = [caption.value for caption in at.caption if "Client withheld" in caption.value]
    assert head
    assert not [button for button in at.button if button.key == f"{key}_decide"]
    click(at, f"{key}_show")
    assert at.error[0].value == "Write the reason: somebody will ask for it."
    at.text_input(key=f"{key}_why").set_value("To judge the promise")
    click(at, f"{key}_show")
    assert any(client.name in caption.value for caption in at.caption)
    assert at.button(key=f"{key}_decide")


def test_who_stands_too_near_steps_aside(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_aside")
    assert "leave at least one officer" in at.error[0].value
    second_officer(house)
    at = click(at_flag(house, key), f"{key}_aside")
    with house.db.read() as tx:
        assert tx.exec(select(Exclusion.flag_id)).all() == [key]
    assert not [button for button in at.button if str(button.key).startswith(key)]


def test_a_conflict_of_interest_hides_a_clients_flags(house: House) -> None:
    file(house)
    at = rules(house)
    at.multiselect(key="rules_conflicts").set_value([house.client_ids[0]])
    click(at, "rules_conflicts_save")
    assert "leave at least one officer" in at.error[0].value
    second_officer(house)
    click(at, "rules_conflicts_save")
    with house.db.read() as tx:
        officer = house.actor(Role.OFFICER)
        assert list(handlers.conflicts(tx, officer)) == [house.client_ids[0]]
    with house.db.read() as tx:
        name = tx.get(Client, house.client_ids[0]).name  # type: ignore[union-attr]
    assert not any(name in shown.value for shown in at.markdown if " · " in shown.value)


def test_a_flag_that_was_taken_away_meanwhile_says_so_and_the_page_goes_on(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    with house.db.write() as tx:
        tx.add(Exclusion(flag_id=key, user_id=house.user_ids[Role.OFFICER]))
    at.run()
    assert at.error[0].value == "There is no such flag."
    at.run()
    assert not at.error


def test_an_officers_own_flag_is_read_and_left_to_others(house: House) -> None:
    key = file(house)
    with house.db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.reporter_id = house.user_ids[Role.OFFICER]
    at = at_flag(house, key)
    assert at.info[0].value == "You filed this flag yourself; another officer decides on it."
    assert not [button for button in at.button if str(button.key).startswith(key)]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_nobody_else_reads_a_flag_here(house: House, role: Role) -> None:
    file(house, text="PRIVATEWORDS")
    at = AppTest.from_file(str(ROOT / PAGE), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    assert "not for your roles" in at.title[0].value
    assert "PRIVATEWORDS" not in words(at)
