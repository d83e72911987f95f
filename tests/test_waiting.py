"""What waits for an officer is counted: new, due, late, whistles, replies, and nothing they must not handle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ethics.database import Database
from ethics.mismatches.models import Conflict, Exclusion, Message, WhistleAnswer
from ethics.triage.waiting import Waiting, counts_for
from tests.recipients import DAY, add, build, flagged


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


def counted(db: Database, user_id: int = 1, on: dt.date = DAY) -> Waiting:
    with db.read() as tx:
        return counts_for(tx, user_id, on)


@pytest.mark.parametrize(
    ("flag", "on", "waits"),
    [
        ({}, DAY, Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=4), Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=5), Waiting(new=1, due_soon=1, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=7), Waiting(new=1, due_soon=1, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=8), Waiting(new=1, due_soon=0, late=1, whistles=0, replies=0)),
        ({"acknowledged_on": DAY}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"whistle": True}, DAY, Waiting(new=1, due_soon=1, late=0, whistles=1, replies=0)),
        ({"status": "held"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"status": "merged"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"status": "confirmed"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"reporter_id": 1}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        (
            {"reporter_id": None, "disclosed": "imported"},
            DAY,
            Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0),
        ),
    ],
)
def test_what_waits_is_counted(centre: Database, flag: dict[str, Any], on: dt.date, waits: Waiting) -> None:
    flagged(centre, **flag)
    assert counted(centre, on=on) == waits


def test_an_answered_whistle_waits_as_a_flag_only(centre: Database) -> None:
    key = flagged(centre, whistle=True)
    add(centre, WhistleAnswer(flag_id=key, decided="paused", text="Tauko", answered_on=DAY))
    assert counted(centre) == Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)


@pytest.mark.parametrize(("side", "seen", "status", "replies"), [
    ("reporter", False, "open", 1),
    ("reporter", False, "confirmed", 1),
    ("reporter", False, "merged", 1),
    ("reporter", False, "held", 0),
    ("reporter", True, "open", 0),
    ("officer", False, "open", 0),
])  # fmt: skip
def test_replies_that_no_officer_has_seen_are_counted(
    centre: Database, side: str, seen: bool, status: str, replies: int
) -> None:
    key = flagged(centre, status=status)
    add(centre, Message(flag_id=key, position=1, side=side, text="Hei", written_on=DAY, seen=seen))
    assert counted(centre).replies == replies


def test_a_flag_that_an_officer_must_not_handle_is_not_counted_for_them(centre: Database) -> None:
    excluded, _ = flagged(centre), flagged(centre, client_id=2)
    add(centre, Exclusion(flag_id=excluded, user_id=1), Conflict(user_id=2, client_id=2, since=DAY))
    add(centre, Message(flag_id=excluded, position=1, side="reporter", text="Hei", written_on=DAY))
    found = {number: (counted(centre, number).new, counted(centre, number).replies) for number in (1, 2, 6)}
    assert found == {1: (1, 0), 2: (1, 1), 6: (2, 1)}
