"""What those who answer for a client read of what agents told: the words, and nobody who wanted to stay unnamed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import delete, select

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database, now, today
from ethics.language import NotFound
from ethics.mismatches import flags
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.models import Exclusion, Flag
from ethics.people.models import User
from ethics.triage.told import told
from ethics.workforce.models import Agent, AgentWeek
from tests.conftest import someone

DAY = today()
BEFORE = period(DAY) - dt.timedelta(days=3)
AGENT, MANAGER = someone(Role.AGENT, user_id=1), someone(Role.MANAGER, user_id=2, clients=(1,))


@pytest.fixture
def centre(db: Database) -> Database:
    with db.write() as tx:
        for number in (1, 2):
            tx.add(User(id=number, name=f"Test {number}", login=f"t{number}", password_hash="x", created_at=now()))
            tx.add(Client(id=number, name=f"Client {number}", name_key=f"client {number}"))
    serve(db, 6)
    return db


def serve(db: Database, people: int) -> None:
    """So many people, and nobody else, worked for client 1 last week."""
    week = monday(DAY) - dt.timedelta(weeks=1)
    with db.write() as tx:
        tx.exec(delete(AgentWeek))
        for number in range(1, people + 1):
            tx.merge(Agent(id=number, pseudonym=f"{number:032d}"))
        tx.flush()
        for number in range(1, people + 1):
            tx.add(AgentWeek(agent_id=number, week_start=week, client_id=1, hours_hundredths=750, contacts=9, shifts=1))


def file(db: Database, name: str, *, filed: dt.date, **other: Any) -> None:
    """A flag filed on a day of the past, its text the name."""
    with db.write() as tx:
        key = flags.file(tx, AGENT, flags.Draft(1, "M05", 3, "saw", name, filed, "confidential", name))
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.filed_on = filed
        for column, value in other.items():
            setattr(flag, column, value)


def words(db: Database) -> dict[str, str]:
    """Text and reporter of what the manager reads."""
    with db.read() as tx:
        return {flag.text: flag.reporter for flag in told(tx, MANAGER, 1).flags}


def test_a_confidential_flag_is_shown_when_its_period_has_ended_and_without_a_name(centre: Database) -> None:
    file(centre, "old", filed=BEFORE)
    file(centre, "new", filed=DAY)
    assert words(centre) == {"old": ""}


@pytest.mark.parametrize("people", [0, 1, 4])
def test_where_few_people_serve_only_signed_flags_are_shown(centre: Database, people: int) -> None:
    """Whoever manages one agent would know who wrote."""
    serve(centre, people)
    file(centre, "quiet", filed=BEFORE)
    file(centre, "signed", filed=BEFORE, disclosed="named")
    assert words(centre) == {"signed": "Test 1"}


def test_an_officer_who_is_kept_out_does_not_read_it_here_either(centre: Database) -> None:
    officer = someone(Role.OFFICER, user_id=2)
    file(centre, "old", filed=BEFORE)
    with centre.write() as tx:
        assert len(told(tx, officer, 1).flags) == 1
        tx.add(Exclusion(flag_id=tx.exec(select(Flag.id)).one(), user_id=2))
        tx.flush()
        assert told(tx, officer, 1).flags == ()


def test_a_named_flag_is_shown_at_once_with_its_name(centre: Database) -> None:
    file(centre, "mine", filed=DAY, disclosed="named")
    assert words(centre) == {"mine": "Test 1"}


@pytest.mark.parametrize("hidden", [{"withheld": True}, {"status": "held"}, {"status": "merged"}, {"text": ""}])
def test_what_is_withheld_held_merged_or_handed_over_is_not_shown(centre: Database, hidden: dict[str, Any]) -> None:
    file(centre, "hidden", filed=BEFORE, **hidden)
    assert words(centre) == {}


def test_only_the_period_dates_a_flag(centre: Database) -> None:
    file(centre, "old", filed=BEFORE)
    with centre.read() as tx:
        assert told(tx, MANAGER, 1).flags[0].period == period(BEFORE)


def test_people_in_the_text_are_masked(centre: Database) -> None:
    file(centre, "Soita 040 123 4567 tai matti.virtanen@example.com", filed=BEFORE, language="fi")
    assert list(words(centre)) == ["Soita [puhelin] tai [sähköposti]"]


def test_good_news_is_counted_and_shown_without_who_told_it(centre: Database) -> None:
    with centre.write() as tx:
        flags.tell_good_news(tx, AGENT, flags.GoodDraft(1, "thanks", "A customer sent cake", "a"))
        flags.tell_good_news(tx, AGENT, flags.GoodDraft(1, "turned", "Angry at first, laughed at last", "b"))
        flags.tell_good_news(tx, AGENT, flags.GoodDraft(1, "turned", "Angry at first, laughed at last", "b"))
        found = told(tx, MANAGER, 1)
    assert (found.thanks, found.turned, len(found.good)) == (1, 1, 2)
    assert "Test 1" not in repr(found)


def test_another_managers_client_is_not_found(centre: Database) -> None:
    with pytest.raises(NotFound), centre.read() as tx:
        told(tx, MANAGER, 2)
