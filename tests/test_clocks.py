"""The clocks of a flag, day by day."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from ethics.mismatches.clocks import (
    LONGEST_PAUSE,
    Clock,
    days_left,
    due_on,
    monday,
    months_later,
    next_working_day,
    overdue,
    pause,
    period,
    started,
)

#: A Wednesday.
DAY = dt.date(2026, 11, 4)


@pytest.mark.parametrize(("days_ago", "left", "late"), [(0, 7, False), (7, 0, False), (8, -1, True)])
def test_seven_days_to_decide(days_ago: int, left: int, late: bool) -> None:
    filed = DAY - dt.timedelta(days=days_ago)
    assert (days_left(filed, DAY), overdue(filed, DAY)) == (left, late)


def test_an_unread_flag_is_due_after_seven_days_and_a_read_one_after_three_months() -> None:
    assert due_on(Clock(DAY), DAY) == dt.date(2026, 11, 11)
    assert due_on(Clock(DAY, acknowledged_on=DAY), DAY) == dt.date(2027, 2, 4)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 30), dt.date(2028, 2, 29)),
        (dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
        (dt.date(2026, 9, 30), dt.date(2026, 12, 30)),
    ],
)
def test_three_months_end_on_a_day_that_exists(day: dt.date, later: dt.date) -> None:
    assert months_later(day, 3) == later


@pytest.mark.parametrize(("waited", "stood"), [(0, 0), (1, 1), (13, 13), (14, 14), (15, 14), (90, 14)])
def test_a_question_stops_the_clock_but_not_for_longer_than_fourteen_days(waited: int, stood: int) -> None:
    assert pause(DAY, DAY + dt.timedelta(days=waited)) == stood
    assert LONGEST_PAUSE == 14


def test_an_unanswered_question_does_not_hide_a_flag_for_ever() -> None:
    clock = Clock(DAY, waiting_since=DAY)
    assert not overdue(started(clock, DAY + dt.timedelta(days=21)), DAY + dt.timedelta(days=21))
    assert overdue(started(clock, DAY + dt.timedelta(days=22)), DAY + dt.timedelta(days=22))


def test_pauses_add_up() -> None:
    clock = Clock(DAY, waiting_since=DAY + dt.timedelta(days=5), paused_days=3)
    assert started(clock, DAY + dt.timedelta(days=7)) == DAY + dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (dt.date(2026, 11, 4), dt.date(2026, 11, 5)),
        (dt.date(2026, 11, 6), dt.date(2026, 11, 9)),
        (dt.date(2026, 11, 7), dt.date(2026, 11, 9)),
    ],
)
def test_a_whistle_is_answered_by_the_next_working_day(day: dt.date, following: dt.date) -> None:
    assert next_working_day(day) == following
    assert due_on(Clock(day, whistle=True), day) == following


def test_an_anonymous_whistle_is_due_now_because_nobody_knows_its_day() -> None:
    assert due_on(Clock(monday(DAY), whistle=True, week_only=True), DAY) == DAY


def test_an_anonymous_whistle_is_late_when_its_week_is_over() -> None:
    told = Clock(monday(DAY), whistle=True, week_only=True)
    later = monday(DAY) + dt.timedelta(days=10)
    assert due_on(told, later) == monday(DAY) + dt.timedelta(weeks=1) < later


def test_periods_are_four_weeks_from_a_monday() -> None:
    starts = {period(DAY + dt.timedelta(days=k)) for k in range(56)}
    assert all(start.weekday() == 0 for start in starts)
    ordered = sorted(starts)
    assert {b - a for a, b in itertools.pairwise(ordered)} == {dt.timedelta(weeks=4)}
    assert period(period(DAY)) == period(DAY) <= DAY
