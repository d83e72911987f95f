"""Finding out: the reporter is asked and the clocks stand still, the client is asked and learns of nobody, checks are noted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import Actor
from ethics.database import Database
from ethics.language import NotFound, Refused
from ethics.mismatches import own
from ethics.mismatches.clocks import LONGEST_PAUSE
from ethics.mismatches.models import Disclosed, Flag
from ethics.triage import card, handlers, inquiries, queue
from ethics.triage.models import ClientQuestion
from tests.centre import AGENT, DAY, MANAGER, OFFICER, SECOND, build, file

WEEK = dt.timedelta(days=7)
LONG = "Asiakkaalle luvattiin puhelimessa sama hinta koko kahden vuoden ajaksi ja lasku nousi heti."


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


def days_left(db: Database, key: str) -> int:
    with db.read() as tx:
        return card.card(tx, OFFICER, key).days


def change(db: Database, key: str, **values: Any) -> None:
    with db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        for name, value in values.items():
            setattr(flag, name, value)


def ask_client(db: Database, key: str, text: str, due: dt.date = DAY + WEEK, by: Actor = OFFICER) -> str:
    with db.write() as tx:
        return inquiries.ask_client(tx, by, key, text, due)


def test_a_question_to_the_reporter_stops_the_clock_and_the_reply_starts_it_again(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "Which page was it?")
        assert queue.queue(tx, OFFICER)[0].waiting
    before = days_left(centre, key)
    change(centre, key, filed_on=DAY - dt.timedelta(days=5), waiting_since=DAY - dt.timedelta(days=5))
    assert days_left(centre, key) == before  # five days passed, all of them waiting
    with centre.write() as tx:
        own.reply(tx, AGENT, key, "The order page.")
    with centre.read() as tx:
        row = queue.queue(tx, OFFICER)[0]
    assert (row.waiting, row.unread, row.days) == (False, 1, before)
    with centre.read() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        assert flag.paused_days == 5


def test_an_unanswered_question_hides_a_flag_for_fourteen_days_at_most(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "Which page was it?")
    before = days_left(centre, key)
    change(centre, key, filed_on=DAY - dt.timedelta(days=60), waiting_since=DAY - dt.timedelta(days=60))
    with centre.read() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        late = (flag.filed_on - DAY).days + LONGEST_PAUSE
    assert before + late - 3 <= days_left(centre, key) <= before + late + 3  # months differ by up to three days


def test_asking_the_reporter_again_does_not_start_the_pause_anew(centre: Database) -> None:
    key = file(centre)
    change(centre, key, waiting_since=DAY - WEEK)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "And which day?")
        flag = tx.get(Flag, key)
        assert flag is not None
        assert flag.waiting_since == DAY - WEEK


def test_who_asks_has_read_the_flag(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "Which page was it?")
        assert card.card(tx, OFFICER, key).acknowledged_on == DAY


@pytest.mark.parametrize(
    ("text", "closed", "disclosed", "says"),
    [
        ("  a ", False, "confidential", "few words"),
        ("x" * 4001, False, "confidential", "too long"),
        ("Which page?", True, "confidential", "closed this flag"),
        ("Which page?", False, "imported", "came from a file"),
    ],
)
def test_a_question_that_reaches_nobody_is_refused(
    centre: Database, text: str, closed: bool, disclosed: str, says: str
) -> None:
    key = file(centre)
    change(centre, key, closed=closed, disclosed=disclosed)
    with centre.write() as tx, pytest.raises(Refused, match=says):
        inquiries.ask_reporter(tx, OFFICER, key, text)


def test_a_question_to_the_client_has_a_day_and_its_answer_is_noted(centre: Database) -> None:
    key = file(centre)
    question = ask_client(centre, key, "Is the price the same for 24 months?")
    with centre.read() as tx:
        assert [(line.days, line.answered_on) for line in card.card(tx, OFFICER, key).questions] == [(7, None)]
    with centre.write() as tx:
        inquiries.note_client_answer(tx, SECOND, question, "It rises in month four.")
    with centre.read() as tx:
        line = card.card(tx, OFFICER, key).questions[0]
    assert (line.days, line.answer, line.answered_on) == (None, "It rises in month four.", DAY)


def test_a_corrected_answer_of_the_client_keeps_the_day_on_which_it_came(centre: Database) -> None:
    key, came = file(centre), DAY - dt.timedelta(days=3)
    question = ask_client(centre, key, "Is the price the same for 24 months?")
    with centre.write() as tx:
        inquiries.note_client_answer(tx, OFFICER, question, "It rises in mouth four.")
        asked = tx.get(ClientQuestion, question)
        assert asked is not None
        asked.answered_on = came
    with centre.write() as tx:
        inquiries.note_client_answer(tx, SECOND, question, "It rises in month four.")
        line = card.card(tx, OFFICER, key).questions[0]
    assert (line.answer, line.answered_on) == ("It rises in month four.", came)


@pytest.mark.parametrize("due", [DAY, DAY - WEEK, DAY + dt.timedelta(days=91)])
def test_the_clients_answer_is_due_within_ninety_days(centre: Database, due: dt.date) -> None:
    key = file(centre)
    with pytest.raises(Refused, match="within the next 90 days"):
        ask_client(centre, key, "Is the price the same?", due)


@pytest.mark.parametrize(
    "text",
    [
        "Our TEST  agent says that the price rises.",
        "We were told: luvattiin puhelimessa sama hinta koko kahden vuoden ajaksi. Is it so?",
        f"“{LONG}”",
    ],
)
def test_a_question_to_the_client_points_at_nobody(centre: Database, text: str) -> None:
    """Neither the reporter's name nor eight of the reporter's words in a row."""
    key = file(centre, text=LONG)
    with pytest.raises(Refused, match="names the reporter or quotes"):
        ask_client(centre, key, text)


def test_the_promise_itself_may_be_quoted_to_the_client(centre: Database) -> None:
    key = file(centre, text=LONG)
    assert ask_client(centre, key, "Pitääkö lupaus “sama hinta koko kahden vuoden ajaksi”?")


def test_a_client_whose_name_is_withheld_is_not_asked(centre: Database) -> None:
    key = file(centre)
    change(centre, key, withheld=True)
    with pytest.raises(Refused, match="Ask for the client's name first"):
        ask_client(centre, key, "Is the price the same?")


def test_a_question_of_a_flag_that_one_does_not_handle_is_not_found(centre: Database) -> None:
    question = ask_client(centre, file(centre), "Is the price the same?")
    with centre.write() as tx:
        handlers.declare_conflicts(tx, SECOND, {1})
    for key in (question, "0" * 32):
        with centre.write() as tx, pytest.raises(NotFound):
            inquiries.note_client_answer(tx, SECOND, key, "Yes.")


def test_a_check_has_a_method_a_result_and_a_day(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.verify(
            tx, OFFICER, key, method="purchase", result="supports", text="Invoice: 34.90 €", done_on=DAY - WEEK
        )
        found = card.card(tx, SECOND, key).verifications
    assert [(line.method, line.result, line.text, line.done_on) for line in found] == [
        ("purchase", "supports", "Invoice: 34.90 €", DAY - WEEK)
    ]


@pytest.mark.parametrize(
    ("change_of", "says"),
    [
        ({"method": "rumour"}, "offered"),
        ({"result": "maybe"}, "offered"),
        ({"text": ""}, "few words"),
        ({"text": "x" * 2001}, "too long"),
        ({"done_on": DAY + dt.timedelta(days=1)}, "in the future"),
    ],
)
def test_an_incomplete_check_is_refused(centre: Database, change_of: dict[str, Any], says: str) -> None:
    key = file(centre)
    whole = {"method": "document", "result": "unclear", "text": "Read the terms", "done_on": DAY}
    with centre.write() as tx, pytest.raises(Refused, match=says):
        inquiries.verify(tx, OFFICER, key, **{**whole, **change_of})


def test_a_private_note_is_read_by_officers_and_by_nobody_else(centre: Database) -> None:
    key = file(centre, disclosed=Disclosed.NAMED)
    with centre.write() as tx:
        inquiries.add_note(tx, OFFICER, key, "Same as in October; NOTEWORDS")
    with centre.read() as tx:
        assert [(note.text, note.by) for note in card.card(tx, SECOND, key).notes] == [
            ("Same as in October; NOTEWORDS", "Test officer")
        ]
        assert "NOTEWORDS" not in repr(own.own(tx, AGENT))
        for other in (AGENT, MANAGER):
            with pytest.raises(Refused, match="Your roles do not allow this"):
                card.card(tx, other, key)
            with pytest.raises(Refused, match="Your roles do not allow this"):
                inquiries.add_note(tx, other, key, "Let me in")


def test_the_audit_trail_holds_no_word_of_what_was_asked_or_found(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "SECRETWORDS one")
        question = inquiries.ask_client(tx, OFFICER, key, "SECRETWORDS two", DAY + WEEK)
        inquiries.note_client_answer(tx, OFFICER, question, "SECRETWORDS three")
        inquiries.verify(tx, OFFICER, key, method="document", result="unclear", text="SECRETWORDS", done_on=DAY)
        inquiries.add_note(tx, OFFICER, key, "SECRETWORDS four")
        trail = "\n".join(entry.body for entry in tx.exec(select(audit.AuditEntry)))
    for act in ("ask reporter", "ask client", "note client answer", "verify flag"):
        assert f'"{act}"' in trail
    assert "SECRETWORDS" not in trail
