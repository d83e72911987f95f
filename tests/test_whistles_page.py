"""The whistles' page: what waits for an answer, who answers it, and that nobody learns who blew."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.database import today
from ethics.mismatches import flags, own
from ethics.mismatches.models import Flag, WhistleAnswer
from ethics.triage import rulings
from tests.apps import ROOT, opened, words
from tests.house import House

PAGE = "ethics/triage/pages/whistles.py"
DAY = today()
DRAFT = flags.Draft(1, "M12", 4, "proof", "The script tells what is not so.", DAY, "confidential", "one", whistle=True)


def blow(house: House, **other: Any) -> str:
    with house.db.write() as tx:
        draft = dataclasses.replace(DRAFT, client_id=house.client_ids[0])
        return flags.file(tx, house.actor(Role.AGENT), dataclasses.replace(draft, **other))


def change(house: House, key: str, **values: Any) -> None:
    with house.db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        for name, value in values.items():
            setattr(flag, name, value)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EXECUTIVE])
def test_without_whistles_the_page_says_what_they_are(house: House, role: Role) -> None:
    at = opened(house, role, PAGE)
    assert at.title[0].value == "No whistle waits for an answer"
    assert "Agents blow it when a campaign should stop now" in words(at)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EXECUTIVE])
def test_a_whistle_shows_what_was_met_and_never_by_whom(house: House, role: Role) -> None:
    blow(house)
    blow(house, disclosed="named", submission="two")
    at = opened(house, role, PAGE)
    assert at.title[0].value == "2 whistles wait for an answer"
    assert "The script tells what is not so" in words(at)
    assert "Test agent" not in words(at)


def test_the_executive_answers_and_the_agent_reads_it(house: House) -> None:
    key = blow(house)
    at = opened(house, Role.EXECUTIVE, PAGE)
    at.radio(key=f"{key}_decided").set_value("paused")
    at.text_area(key=f"{key}_whistle").set_value("Sales stop until the script is right.")
    at.button(key=f"{key}_whistle_go").click().run()
    assert not at.error, at.error
    assert at.title[0].value == "No whistle waits for an answer"
    assert at.header[0].value == "Answered"
    shown = words(at)
    assert "The campaign is paused" in shown
    assert "Sales stop until the script is right" in shown
    with house.db.read() as tx:
        mine = own.own(tx, house.actor(Role.AGENT))
        answer = tx.get(WhistleAnswer, key)
    assert [line.text for line in mine[0].messages] == ["Sales stop until the script is right."]
    assert answer is not None
    assert (answer.decided, answer.answered_by) == ("paused", house.user_ids[Role.EXECUTIVE])


@pytest.mark.parametrize(
    ("decided", "text", "says"), [(None, "Because", "Choose what was decided."), ("remedy", " ", "Write why")]
)
def test_an_incomplete_answer_says_what_is_missing(house: House, decided: str | None, text: str, says: str) -> None:
    key = blow(house)
    at = opened(house, Role.OFFICER, PAGE)
    if decided:
        at.radio(key=f"{key}_decided").set_value(decided)
    at.text_area(key=f"{key}_whistle").set_value(text)
    at.button(key=f"{key}_whistle_go").click().run()
    assert says in at.error[0].value
    with house.db.read() as tx:
        assert tx.exec(select(WhistleAnswer)).all() == []


def test_a_late_whistle_comes_first_and_says_so(house: House) -> None:
    fresh, late = blow(house), blow(house, submission="two", text="Late one.")
    change(house, late, filed_on=DAY - dt.timedelta(days=8), met_on=DAY - dt.timedelta(days=8))
    at = opened(house, Role.EXECUTIVE, PAGE)
    order = [str(button.key) for button in at.button if str(button.key).endswith("_whistle_go")]
    assert order == [f"{late}_whistle_go", f"{fresh}_whistle_go"]
    assert "days late" in words(at)


def test_a_pause_that_triage_proposed_waits_here_too(house: House) -> None:
    key = blow(house, whistle=False)
    with house.db.write() as tx:
        ruling = rulings.Ruling("T6", "M04", 4, None, "No product in three purchases", "We propose a pause.")
        rulings.decide(tx, house.actor(Role.OFFICER), key, ruling)
    at = opened(house, Role.EXECUTIVE, PAGE)
    assert at.title[0].value == "1 whistle waits for an answer"
    assert "Proposed by triage" in words(at)


def test_a_withheld_client_and_an_anonymous_reporters_day_stay_hidden(house: House) -> None:
    key = blow(house)
    change(house, key, disclosed="anonymous", reporter_id=None, withheld=True, filed_on=dt.date(2026, 11, 16))
    shown = words(opened(house, Role.EXECUTIVE, PAGE))
    assert "Client withheld" in shown
    assert "week 47/2026" in shown
    assert "16 Nov" not in shown


def test_whoever_blew_the_whistle_does_not_answer_it(house: House) -> None:
    key = blow(house)
    change(house, key, reporter_id=house.user_ids[Role.OFFICER])
    at = opened(house, Role.OFFICER, PAGE)
    at.radio(key=f"{key}_decided").set_value("goes_on")
    at.text_area(key=f"{key}_whistle").set_value("All is well.")
    at.button(key=f"{key}_whistle_go").click().run()
    assert at.error[0].value == "You blew this whistle yourself; somebody else answers it."


def test_triage_leads_to_the_whistle_and_shows_its_answer(house: House) -> None:
    key = blow(house)
    at = opened(house, Role.OFFICER, "ethics/triage/pages/triage.py")
    at.session_state["triage_flag"] = key
    at.run()
    assert [link.proto.label for link in at.get("page_link")] == ["Answer the whistle"]
    with house.db.write() as tx:
        tx.add(WhistleAnswer(flag_id=key, decided="remedy", text="By Friday", answered_on=DAY))
    at.run()
    assert "The whistle has its answer: It is repaired with the client." in words(at)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICER, Role.EXECUTIVE)])
def test_nobody_else_reads_whistles(house: House, role: Role) -> None:
    blow(house)
    at = AppTest.from_file(str(ROOT / PAGE), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    assert "not for your roles" in at.title[0].value
    assert "The script tells" not in words(at)
