"""Whistles: whom they reach and when, who answers them and how often, and that a proposed pause waits with them."""

from __future__ import annotations

import pytest
from sqlmodel import select

from ethics.access import Actor, Role
from ethics.database import Database
from ethics.language import NotFound, Refused
from ethics.mismatches import own
from ethics.mismatches.clocks import next_working_day
from ethics.mismatches.models import WhistleAnswer
from ethics.triage import queue, whistles
from tests.centre import AGENT, DAY, EXECUTIVE, OFFICER, age, blow, build_of_two, decide, file, heard


@pytest.fixture
def centre(db: Database) -> Database:
    return build_of_two(db)


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
