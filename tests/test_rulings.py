"""Triage: the queue's order, acknowledging, outcomes T1–T10 and their answers, and what stays out of the audit."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlmodel import select

from ethics import audit
from ethics.database import Database, today
from ethics.language import Refused, reader
from ethics.mismatches import own, tally
from ethics.mismatches.clocks import months_later
from ethics.mismatches.models import Decision, Flag, Message
from ethics.triage import answers, card, inquiries, queue, rulings
from ethics.triage.outcomes import CHOICES, OUTCOMES
from tests.centre import AGENT, DAY, OFFICER, YES, age, build_of_two, decide, file, heard


@pytest.fixture
def centre(db: Database) -> Database:
    return build_of_two(db)


def test_acknowledging_tells_the_reporter_and_starts_the_three_months(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, key)
        rulings.acknowledge(tx, OFFICER, key)
    assert heard(centre) == [rulings.received("en")]
    with centre.read() as tx:
        assert queue.queue(tx, OFFICER)[0].days > 80


def test_the_acknowledgement_comes_in_the_language_of_the_form(centre: Database) -> None:
    key = file(centre, language="fi")
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, key)
    assert heard(centre) == [reader("fi")(rulings.received("en"))] != [rulings.received("en")]


def test_what_is_due_first_comes_first_and_the_late_before_all(centre: Database) -> None:
    fresh, late, read, graver = (file(centre, submission=str(k), severity=s) for k, s in enumerate((1, 1, 1, 4)))
    age(centre, late, 9)
    age(centre, read, 9)
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, read)
        assert [row.id for row in queue.queue(tx, OFFICER)] == [late, graver, fresh, read]
        state = queue.count(tx, OFFICER)
    assert (state.open, state.late, state.next_due) == (4, 1, DAY + dt.timedelta(days=7))


def test_reading_a_flag_does_not_stop_it_from_counting_as_reported(centre: Database) -> None:
    """Acknowledging is not deciding: silence must not lower a risk."""
    key = file(centre)
    age(centre, key, 9)
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, key)
        found = list(tally.tallies(tx, since=DAY - dt.timedelta(30), until=DAY))
        assert [(t.late, t.counts) for t in found] == [(True, True)]
        assert card.card(tx, OFFICER, key).counted


def test_a_question_to_the_reporter_stops_the_counting_until_the_reply(centre: Database) -> None:
    key = file(centre)
    age(centre, key, 8)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "Which script?")
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.waiting_since = DAY - dt.timedelta(days=3)
        tx.flush()
        assert not card.card(tx, OFFICER, key).counted
        own.reply(tx, AGENT, key, "The autumn one.")
        assert (flag.paused_days, flag.waiting_since) == (3, None)  # type: ignore[comparison-overlap]
        assert card.card(tx, OFFICER, key).days == (months_later(DAY - dt.timedelta(days=5), 3) - DAY).days


@pytest.mark.parametrize(
    ("outcome", "category", "status"),
    [
        ("T1", "M01", "confirmed"),
        ("T1", "M02", "confirmed"),
        ("T1", "M05", "dismissed"),
        ("T2", "M09", "confirmed"),
        ("T4", "M05", "open"),
        ("T5", "M05", "confirmed"),
        ("T6", "M05", "confirmed"),
        ("T7", "M05", "confirmed"),
        ("T9", "M05", "dismissed"),
        ("T10", "M05", "dismissed"),
    ],
)
def test_each_outcome_leaves_the_flag_somewhere_and_answers(
    centre: Database, outcome: str, category: str, status: str
) -> None:
    key = file(centre)
    decide(centre, key, outcome=outcome, category=category, answer="This is what we found.")
    with centre.read() as tx:
        mine = own.own(tx, AGENT)[0]
    assert (mine.status, mine.outcome) == (status, outcome)
    assert heard(centre) == ["This is what we found."]


def test_every_outcome_has_words_in_both_languages_for_its_answer(centre: Database) -> None:
    assert list(OUTCOMES) == [f"T{k}" for k in range(1, 11)]
    assert set(CHOICES) == set(OUTCOMES) - {"T8"}
    with centre.read() as tx:
        for code in OUTCOMES:
            english, finnish = (answers.template(tx, OFFICER, code, language) for language in ("en", "fi"))
            assert english != finnish
            assert len(finnish) > 40


def test_asking_the_client_needs_the_question_first(centre: Database) -> None:
    key = file(centre)
    with pytest.raises(Refused, match="question to the client first"):
        decide(centre, key, outcome="T3")
    with centre.write() as tx:
        inquiries.ask_client(tx, OFFICER, key, "What does the offer say?", DAY + dt.timedelta(days=10))
    decide(centre, key, outcome="T3")
    with centre.read() as tx:
        assert card.card(tx, OFFICER, key).status == Decision.OPEN


def test_a_flag_comes_back_when_the_clients_answer_is_due(centre: Database) -> None:
    asked, other = file(centre), file(centre, submission="two")
    with centre.write() as tx:
        question = inquiries.ask_client(tx, OFFICER, asked, "What does the offer say?", DAY + dt.timedelta(days=3))
    decide(centre, asked, outcome="T3")
    with centre.write() as tx:
        assert [(row.id, row.days) for row in queue.queue(tx, OFFICER)] == [(asked, 3), (other, 7)]
        inquiries.note_client_answer(tx, OFFICER, question, "It was a mistake.")
        assert [row.id for row in queue.queue(tx, OFFICER)] == [other, asked]


def test_handing_over_deletes_the_details_here(centre: Database) -> None:
    key = file(centre, experience="Asiakas itki.", said="Ilmainen", contact_ref="c-1")
    with centre.write() as tx:
        own.reply(tx, AGENT, key, "Tiimiesimies sanoi niin.")
        inquiries.add_note(tx, OFFICER, key, "Esimiehen nimi on tiedossa")
        inquiries.ask_client(tx, OFFICER, key, "Onko lupaus voimassa?", today() + dt.timedelta(days=3))
        inquiries.verify(tx, OFFICER, key, method="purchase", result="supports", text="Ostettiin", done_on=today())
    with centre.read() as tx:
        before = card.card(tx, OFFICER, key)
        assert [len(kept) for kept in (before.notes, before.questions, before.verifications)] == [1, 1, 1]
    decide(centre, key, outcome="T9", category="M09", reason="HR's matter")
    with centre.read() as tx:
        shown = card.card(tx, OFFICER, key)
        assert (shown.text, shown.experience, shown.said, shown.contact_ref) == ("", "", "", "")
        stored = " ".join(m.text for m in tx.exec(select(Message)))
        assert (shown.notes, shown.questions, shown.verifications) == ((), (), ())
    assert "Tiimiesimies" not in stored


def test_an_officer_words_the_answers_for_the_house_and_can_go_back(centre: Database) -> None:
    with centre.write() as tx:
        built_in = answers.template(tx, OFFICER, "T5", "fi")
        answers.change_template(tx, OFFICER, "T5", "fi", "Kiitos! Korjataan.")
        assert answers.template(tx, OFFICER, "T5", "fi") == "Kiitos! Korjataan."
        assert answers.template(tx, OFFICER, "T5", "en") != "Kiitos! Korjataan."
        answers.change_template(tx, OFFICER, "T5", "fi", " ")
        assert answers.template(tx, OFFICER, "T5", "fi") == built_in


def test_nothing_that_anybody_wrote_is_in_the_audit_trail(centre: Database) -> None:
    key = file(centre, disclosed="named")
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, key)
        inquiries.ask_reporter(tx, OFFICER, key, "QUESTIONWORDS")
        own.reply(tx, AGENT, key, "REPLYWORDS")
        inquiries.ask_client(tx, OFFICER, key, "CLIENTWORDS", DAY + dt.timedelta(days=3))
        inquiries.verify(tx, OFFICER, key, method="purchase", result="supports", text="VERIFYWORDS", done_on=DAY)
        inquiries.add_note(tx, OFFICER, key, "NOTEWORDS")
        rulings.decide(tx, OFFICER, key, dataclasses.replace(YES, reason="REASONWORDS", answer="ANSWERWORDS"))
        trail = " ".join(entry.body for entry in tx.exec(select(audit.AuditEntry)))
    assert "WORDS" not in trail
    assert "decide flag" in trail
