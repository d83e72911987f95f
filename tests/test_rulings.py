"""Triage: the queue's order, acknowledging, outcomes T1–T10 and their answers, merging; whistles and who answers them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from contextlib import suppress
from typing import Any

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import Actor, Role
from ethics.clients.models import Campaign, Client
from ethics.database import Database, now, today
from ethics.language import NotFound, Refused, reader
from ethics.mismatches import flags, own, tally
from ethics.mismatches.clocks import months_later, next_working_day
from ethics.mismatches.models import Decision, Flag, Message, WhistleAnswer
from ethics.people.models import User
from ethics.triage import answers, card, inquiries, queue, rulings, whistles
from ethics.triage.outcomes import CHOICES, OUTCOMES
from tests.conftest import someone

DAY = today()
AGENT, OTHER = someone(Role.AGENT, user_id=1), someone(Role.AGENT, user_id=3)
OFFICER, EXECUTIVE = someone(Role.OFFICER, user_id=2), someone(Role.EXECUTIVE, user_id=4)
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")
YES = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "It is as you said.")


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients with a campaign each; agents 1 and 3, officer 2, executive 4."""
    with db.write() as tx:
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        for number in (1, 2, 3, 4):
            tx.add(User(id=number, name=f"Test {number}", login=f"test{number}", password_hash="x", created_at=now()))
        tx.flush()
        for number in (1, 2):
            tx.add(Campaign(id=number, client_id=number, name="Kiitospaketti"))
    return db


def file(db: Database, actor: Actor = AGENT, **other: Any) -> str:
    with db.write() as tx:
        return flags.file(tx, actor, dataclasses.replace(DRAFT, **other))


def age(db: Database, key: str, days: int) -> None:
    with db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.filed_on = flag.met_on = DAY - dt.timedelta(days=days)


def decide(db: Database, key: str, **other: Any) -> None:
    with db.write() as tx:
        rulings.decide(tx, OFFICER, key, dataclasses.replace(YES, **other))


def heard(db: Database, actor: Actor = AGENT) -> list[str]:
    """What the officer wrote to the reporter, over all of their flags."""
    with db.read() as tx:
        return [line.text for flag in own.own(tx, actor) for line in flag.messages if line.side == "officer"]


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
        assert (flag.paused_days, flag.waiting_since) == (3, None)
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


def test_merged_flags_are_one_mismatch_and_both_reporters_hear_of_it(centre: Database) -> None:
    first, second = file(centre), file(centre, OTHER, submission="two")
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, second, first)
        assert [line.id for line in card.card(tx, OFFICER, first).merged] == [second]
    decide(centre, first, answer="It stops on Monday.")
    assert heard(centre) == ["It stops on Monday."]
    assert heard(centre, OTHER)[-1] == "It stops on Monday."
    with centre.read() as tx:
        found = list(tally.tallies(tx, since=DAY - dt.timedelta(30), until=DAY))
    assert [(t.status, t.n) for t in found] == [("confirmed", 1)]


def test_merging_into_a_merged_flag_leads_to_the_first(centre: Database) -> None:
    a, b, c = (file(centre, submission=str(k)) for k in range(3))
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, b, a)
        rulings.merge(tx, OFFICER, c, b)  # b has gone into a by now
        rulings.merge(tx, OFFICER, a, file_again := flags.file(tx, AGENT, dataclasses.replace(DRAFT, submission="d")))
        assert {line.id for line in card.card(tx, OFFICER, file_again).merged} == {a, b, c}


def test_a_decided_flag_is_not_merged_away(centre: Database) -> None:
    a, b = file(centre), file(centre, submission="two")
    decide(centre, a)
    with pytest.raises(Refused, match="decided already"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, b)


def test_a_merge_cannot_bury_a_whistle_or_what_is_graver(centre: Database) -> None:
    normal, grave, blown = (
        file(centre, severity=0),
        file(centre, submission="g", severity=4),
        blow(centre, submission="b"),
    )
    decide(centre, normal, outcome="T1", category="M01", severity=0)
    with pytest.raises(Refused, match="lesser thing"), centre.write() as tx:
        rulings.merge(tx, OFFICER, grave, normal)
    with pytest.raises(Refused, match="Answer the whistle first"), centre.write() as tx:
        rulings.merge(tx, OFFICER, blown, grave)


def test_the_graver_of_two_merged_flags_gives_the_severity(centre: Database) -> None:
    mild, grave = file(centre, severity=1), file(centre, submission="g", severity=4)
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, grave, mild)
        assert card.card(tx, OFFICER, mild).severity == 4


@pytest.mark.parametrize(
    ("merged", "kept", "stays"),
    [("proof", "heard", "proof"), ("saw", "heard", "saw"), ("heard", "saw", "saw"), ("saw", "proof", "proof")],
)
def test_the_surer_of_two_merged_flags_gives_the_certainty(
    centre: Database, merged: str, kept: str, stays: str
) -> None:
    goes, into = file(centre, certainty=merged), file(centre, submission="k", certainty=kept)
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, goes, into)
        assert card.card(tx, OFFICER, into).certainty == stays


def test_a_proof_is_not_merged_into_a_dismissed_flag_that_had_none(centre: Database) -> None:
    dismissed, heard_too, proof = (
        file(centre, submission=str(k), certainty=certainty) for k, certainty in enumerate(("heard", "heard", "proof"))
    )
    decide(centre, dismissed, outcome="T10")
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, heard_too, dismissed)
    with pytest.raises(Refused, match="lesser thing"), centre.write() as tx:
        rulings.merge(tx, OFFICER, proof, dismissed)


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # SQLite lets one writer in at a time anyway
def test_two_officers_who_merge_crosswise_at_once_keep_one_flag(centre: Database) -> None:
    for k in range(5):
        a, b = file(centre, submission=f"a{k}"), file(centre, submission=f"b{k}")
        at_once = threading.Barrier(2)

        def merge(one: str, other: str, gate: threading.Barrier = at_once) -> None:
            with suppress(Refused), centre.write() as tx:
                gate.wait(5)
                rulings.merge(tx, OFFICER, one, other)

        both = [threading.Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(20)
        with centre.read() as tx:
            assert sorted(str(tx.get(Flag, key).status) for key in (a, b)) == ["merged", "open"]  # type: ignore[union-attr]


def test_flags_about_two_clients_cannot_be_merged(centre: Database) -> None:
    a, b = file(centre), file(centre, submission="two", client_id=2)
    with pytest.raises(Refused, match="same client"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, b)
    with pytest.raises(Refused, match="same client"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, a)


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


# Whistles


def blow(db: Database, **other: Any) -> str:
    return file(db, whistle=True, campaign_id=1, severity=4, certainty="proof", **other)


def test_a_whistle_reaches_officer_and_executive_at_once_without_its_reporter(centre: Database) -> None:
    key = blow(centre)
    with centre.read() as tx:
        for actor in (OFFICER, EXECUTIVE):
            line = whistles.whistles(tx, actor)[0]
            assert (line.id, line.client, line.campaign) == (key, "Lumikki Oy", "Kiitospaketti")
            assert "Test 1" not in repr(line)
        assert line.days == (next_working_day(DAY) - DAY).days
        assert queue.queue(tx, OFFICER)[0].id == key


def test_a_whistle_comes_before_everything_that_is_late(centre: Database) -> None:
    late, blown = file(centre), blow(centre, submission="two")
    age(centre, late, 30)
    with centre.write() as tx:
        assert [row.id for row in queue.queue(tx, OFFICER)] == [blown, late]
        whistles.answer(tx, OFFICER, blown, decided="remedy", text="Two weeks.")
        assert [row.id for row in queue.queue(tx, OFFICER)] == [late, blown]


def test_a_whistle_is_for_grave_things(centre: Database) -> None:
    with pytest.raises(Refused, match="serious and grave"):
        file(centre, whistle=True, severity=2)


def test_the_executives_answer_reaches_the_reporter_and_stands_once(centre: Database) -> None:
    key = blow(centre)
    with centre.write() as tx:
        whistles.answer(tx, EXECUTIVE, key, decided="paused", text="Sales stop today.")
    assert heard(centre) == ["Sales stop today."]
    with centre.write() as tx:
        assert own.own(tx, AGENT)[0].whistle_decided == "paused"
        assert whistles.whistles(tx, OFFICER)[0].days is None
        with pytest.raises(Refused, match="has an answer already"):
            whistles.answer(tx, OFFICER, key, decided="goes_on", text="No.")


@pytest.mark.parametrize(("decided", "text", "says"), [("", "Why", "what was decided"), ("paused", " ", "Write why")])
def test_an_answer_says_what_and_why(centre: Database, decided: str, text: str, says: str) -> None:
    key = blow(centre)
    with pytest.raises(Refused, match=says), centre.write() as tx:
        whistles.answer(tx, EXECUTIVE, key, decided=decided, text=text)
    with centre.read() as tx:
        assert tx.exec(select(WhistleAnswer)).all() == []


def test_who_blew_the_whistle_does_not_answer_it(centre: Database) -> None:
    both = Actor(name="Both", roles=frozenset({Role.AGENT, Role.EXECUTIVE}), user_id=1)
    key = blow(centre)
    with pytest.raises(Refused, match="somebody else"), centre.write() as tx:
        whistles.answer(tx, both, key, decided="paused", text="Mine")


def test_a_proposed_pause_waits_with_the_whistles(centre: Database) -> None:
    key = file(centre)
    decide(centre, key, outcome="T6")
    with centre.write() as tx:
        line = whistles.whistles(tx, EXECUTIVE)[0]
        assert (line.id, line.proposed) == (key, True)
        whistles.answer(tx, EXECUTIVE, key, decided="remedy", text="Two weeks to repair it.")
        assert whistles.whistles(tx, EXECUTIVE)[0].decided == "remedy"


def test_a_plain_flag_is_no_whistle(centre: Database) -> None:
    key = file(centre)
    with pytest.raises(NotFound), centre.write() as tx:
        whistles.answer(tx, EXECUTIVE, key, decided="paused", text="Because")
