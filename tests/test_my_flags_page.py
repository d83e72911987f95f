"""My flags: what is new, the thread with the officer, where a flag stands, and nobody else's."""

from __future__ import annotations

import re

import pytest

from ethics.access import Role
from ethics.mismatches import own
from ethics.mismatches.models import Flag
from ethics.people import accounts
from ethics.triage import inquiries, rulings, whistles
from tests.agent import ENGLISH, MINE, TEXT, mine, thread_opened
from tests.apps import opened, words
from tests.house import House
from tests.test_own import picture


def test_other_peoples_flags_are_not_shown(house: House) -> None:
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        other, _ = accounts.add_person(tx, admin, name="Test other", login="other", roles=[Role.AGENT])
        actor = accounts.actor_of(tx, other)
        assert actor is not None
    key = mine(house, text="Somebody else's words")
    with house.db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.reporter_id = other
    at = opened(house, Role.AGENT, MINE)
    assert "Somebody else" not in words(at)
    assert at.title[0].value == "You have not flagged anything yet"


def test_the_title_counts_what_is_new_and_opening_a_thread_reads_it(house: House) -> None:
    keys = [mine(house) for _ in range(3)]
    with house.db.write() as tx:
        rulings.acknowledge(tx, house.actor(Role.OFFICER), keys[1])
    at = opened(house, Role.AGENT, MINE)
    assert at.title[0].value == "1 of your 3 flags has a new answer"
    assert "Your flag has been read" not in words(at)
    thread_opened(at, keys[1])
    assert "Your flag has been read" in words(at)
    at.run()
    assert at.title[0].value == "3 of your 3 flags wait for a decision"
    with house.db.read() as tx:
        assert own.unread(tx, house.actor(Role.AGENT)) == 0


def test_a_reply_lets_the_officer_go_on_and_is_marked_as_not_yet_seen(house: House) -> None:
    key = mine(house)
    with house.db.write() as tx:
        inquiries.ask_reporter(tx, house.actor(Role.OFFICER), key, "On which day?\n\nAnd by whom?")
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    assert "The officer asks you" in words(at)
    at.text_area(key=f"reply_{key}_1_0_text").set_value("On Tuesday, <b>twice</b>.")
    at.button(key=f"reply_{key}_1_0_send").click().run()
    assert not at.error
    assert "not yet seen by the officer" in words(at)
    assert "On Tuesday, \\<b\\>twice" in words(at)
    assert "The officer asks you" not in words(at)
    assert at.text_area(key=f"reply_{key}_2_0_text").value == ""


def test_an_empty_reply_is_refused_and_evidence_alone_is_not(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert [error.value for error in at.error] == ["Write a message first."]
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert not at.error
    assert "1 file" in words(at)


def test_a_closed_flag_takes_no_reply(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.button(key=f"close_{key}").click().run()
    assert "Closed by you" in words(at)
    assert not [area for area in at.text_area if str(area.key).startswith("reply_")]


@pytest.mark.parametrize(
    ("outcome", "state"), [("T5", "Decided: confirmed"), ("T1", "Decided: not a mismatch"), ("T4", "is finding out")]
)
def test_where_a_flag_stands_is_said_in_plain_words(house: House, outcome: str, state: str) -> None:
    key = mine(house)
    with house.db.write() as tx:
        ruling = rulings.Ruling(outcome, "M05", 3, None, "Because of the invoice", "This is the answer.")
        rulings.decide(tx, house.actor(Role.OFFICER), key, ruling)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    assert state in words(at)
    assert words(at).replace("\\", "").count("This is the answer.") == 1


def test_what_was_decided_on_a_whistle_is_on_its_card(house: House) -> None:
    key = mine(house, whistle=True)
    at = opened(house, Role.AGENT, MINE)
    assert "The whistle waits for an answer" in words(at)
    with house.db.write() as tx:
        whistles.answer(tx, house.actor(Role.EXECUTIVE), key, decided="paused", text="It stands still from today.")
    at.run()
    assert "The campaign is paused" in words(at)


def test_many_flags_come_in_parts(house: House) -> None:
    for _ in range(11):
        mine(house)
    at = opened(house, Role.AGENT, MINE)
    assert words(at).count(TEXT[:9]) == 10
    at.button(key="my_flags_more").click().run()
    assert words(at).count(TEXT[:9]) == 11


def test_my_flags_speaks_finnish_with_its_threads_open(house: House) -> None:
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.AGENT], "fi")
    keys = [mine(house, whistle=True), mine(house)]
    with house.db.write() as tx:
        inquiries.ask_reporter(tx, house.actor(Role.OFFICER), keys[0], "Milloin?")
    at = opened(house, Role.AGENT, MINE)
    for key in keys:
        at.session_state[f"thread_{key}"] = True
    at.run()
    assert "Vastaava kysyy sinulta" in words(at)
    assert not re.findall(ENGLISH, words(at))
