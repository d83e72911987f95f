"""Which weeks the alarm watches, and what it makes of a crossing beside an alarm that is known."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest
from sqlmodel import Session

from ethics.access import TERMINAL
from ethics.database import Database
from ethics.risk import alarms, watching
from tests.centre import build
from tests.ledgers import WEEK, Clock, flag, work

#: The Monday of the last week with contacts.
LAST: Final = dt.date(2026, 10, 5)
DAY: Final = dt.timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, LAST + 14 * DAY)


@pytest.fixture
def house(lite: Database, clock: Clock) -> Database:
    """Client 1 with three hundred weeks of contacts."""
    with build(lite).write() as tx:
        work(tx, 1, LAST - 299 * WEEK, 300)
    return lite


def burst(tx: Session, *weeks: int) -> None:
    """Two hundred mismatches in each of the weeks, counted back from the last one."""
    for week in weeks:
        for _ in range(200):
            flag(tx, 1, LAST - week * WEEK)


def newest(tx: Session) -> dt.date:
    """The Monday of the last week that is watched."""
    watching.update(tx)
    return dt.date.fromisoformat(watching.latest(tx)[1].weeks[-1]["week"])


def raised(tx: Session) -> list[tuple[int, bool]]:
    """How many weeks before the last one alarms were raised, and whether they are past."""
    watching.update(tx)
    return [((LAST - line.week).days // 7, line.past) for line in alarms.of_client(tx, 1)]


def test_a_week_is_watched_from_the_eighth_day_after_its_sunday_on(house: Database, clock: Clock) -> None:
    """Sunday 11 October: a flag of that day is decided by the 18th, or counts on the 19th."""
    with house.write() as tx:
        for day, week in ((18, LAST - WEEK), (19, LAST)):
            clock.day = dt.date(2026, 10, day)
            assert newest(tx) == week


def test_a_crossing_is_told_once_its_week_is_ripe(house: Database, clock: Clock) -> None:
    with house.write() as tx:
        burst(tx, 0)
        clock.day = dt.date(2026, 10, 18)
        assert raised(tx) == []
        clock.day = dt.date(2026, 10, 19)
        assert raised(tx) == [(0, False)]


def test_weeks_more_than_260_back_are_not_watched(house: Database) -> None:
    with house.write() as tx:
        burst(tx, 262)
        assert raised(tx) == []
        burst(tx, 200)
        assert raised(tx) == [(200, True)]


def test_a_crossing_near_a_past_alarm_is_the_same_one(house: Database) -> None:
    with house.write() as tx:
        burst(tx, 100)
        assert raised(tx) == [(100, True)]
        burst(tx, 96)
        assert raised(tx) == [(100, True)]
        burst(tx, 60)
        assert raised(tx) == [(100, True), (60, True)]


def test_a_crossing_after_an_open_alarm_belongs_to_it_and_after_a_closed_one_is_a_new_task(
    house: Database, clock: Clock
) -> None:
    with house.write() as tx:
        burst(tx, 3)
        clock.day = LAST - WEEK  # eight days after the Sunday of that week
        assert raised(tx) == [(3, False)]
        (line,) = alarms.waiting(tx, TERMINAL)
        alarms.close(tx, TERMINAL, line.alarm_id, "Prices were wrong in the script.")
        assert raised(tx) == [(3, False)]
        burst(tx, 0)
        clock.day = LAST + 2 * WEEK
        assert raised(tx) == [(3, False), (0, False)]
        assert [line.closed_on is None for line in alarms.of_client(tx, 1)] == [False, True]
