"""The triage page as an officer reads it: the queue, the card of a flag, questions, checks and notes."""

from __future__ import annotations

import datetime as dt

from sqlmodel import select

from ethics.access import Role
from ethics.mismatches import own
from ethics.mismatches.models import Flag
from ethics.triage import card
from tests.apps import opened, words
from tests.centre import DAY
from tests.house import House
from tests.officer import PAGE, at_flag, click, file, flag_of, heard


def test_the_title_is_the_answer(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    assert "flags are late" in at.title[0].value
    with house.db.write() as tx:
        for flag in tx.exec(select(Flag).where(Flag.status == "open")):
            flag.filed_on = flag.met_on = DAY
    due = DAY + dt.timedelta(days=7)
    at = opened(house, Role.OFFICER, PAGE)
    assert at.title[0].value == f"Nothing is late; the next is due {due.day} {due:%b} {due.year}".replace(
        "Sep ", "Sept "
    )


def test_the_first_flag_of_the_queue_is_open_and_another_is_read_by_a_click(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    reads = [button for button in at.button if str(button.key).startswith("read_")]
    assert [button.disabled for button in reads][:2] == [True, False]
    click(at, str(reads[1].key))
    assert at.button(key=str(reads[1].key)).disabled
    assert not at.button(key=str(reads[0].key)).disabled


def test_everything_that_the_reporter_wrote_is_on_the_card(house: House) -> None:
    key = file(
        house,
        experience="The customer felt cheated",
        said="The same price for two years",
        said_where="On the phone",
        step="invoice",
        channel="phone",
        frequency="systematic",
        for_family="no",
        contact_ref="K-1",
    )
    shown = words(at_flag(house, key)).replace("\\", "")
    for part in (
        "Luvattiin 19,90 €, laskulla 34,90 €.",
        "The customer felt cheated",
        "The same price for two years",
        "On the phone",
        "I have proof · It is how it is sold · On the invoice · Phone · would buy it for the family: No · contact K-1",
        "You see the name, nobody else does: Test agent.",
    ):
        assert part in shown


def test_an_officer_tells_that_the_flag_has_been_read_once(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_acknowledge")
    assert flag_of(house, key).acknowledged_on == DAY
    assert not [button for button in at.button if button.key == f"{key}_acknowledge"]


def test_opening_a_flag_marks_the_replies_as_read(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_ask").set_value("Which page was it?")
    click(at, f"{key}_ask_go")
    assert at.text_area(key=f"{key}_ask").value == ""
    with house.db.write() as tx:
        own.reply(tx, house.actor(Role.AGENT), key, "The order page, REPLYWORDS.")
        assert [line.seen for line in card.card(tx, house.actor(Role.OFFICER), key).messages] == [False, False]
    assert "REPLYWORDS" in words(at_flag(house, key))
    with house.db.read() as tx:
        assert [line.seen for line in card.card(tx, house.actor(Role.OFFICER), key).messages] == [False, True]


def test_an_empty_question_is_refused_and_nothing_is_sent(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_ask_go")
    assert at.error[0].value == "Write a few words first."
    assert heard(house) == []


def test_the_client_is_asked_and_its_answer_noted(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_client").set_value("Is the price the same for two years?")
    click(at, f"{key}_client_go")
    with house.db.read() as tx:
        question = card.card(tx, house.actor(Role.OFFICER), key).questions[0]
    assert [code.value for code in at.code] == ["Is the price the same for two years?"]
    assert question.days == 14
    at.text_area(key=f"{question.id}_heard").set_value("It rises.")
    click(at, f"heard_{question.id}")
    assert "It rises" in words(at)


def test_a_question_that_quotes_the_flag_is_refused_and_stays_to_be_mended(house: House) -> None:
    said = "the seller promised me that nothing would ever change in the price"
    key = file(house, text=said)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_client").set_value(f"We heard: {said}.")
    click(at, f"{key}_client_go")
    assert "quotes the flag" in at.error[0].value
    assert at.text_area(key=f"{key}_client").value == f"We heard: {said}."


def test_a_check_and_a_private_note_are_kept(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_method").select("recording")
    at.button_group(key=f"{key}_result").set_value("supports")
    at.text_area(key=f"{key}_seen").set_value("Five of ten say so")
    click(at, f"{key}_verify_go")
    at.text_area(key=f"{key}_note").set_value("As in October")
    click(at, f"{key}_note_go")
    shown = words(at)
    for part in ("Supports the flag", "Recording sample", "Five of ten say so", "As in October", "Test officer"):
        assert part in shown
    click(at, f"{key}_note_go")
    assert at.error[0].value == "Write a few words first."
