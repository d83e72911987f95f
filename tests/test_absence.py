"""Runs of sick leave: what is one run, what it takes of a week, how many days fall into a quarter."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethics.workforce.absence import Runs

MONDAY = dt.date(2026, 1, 5).toordinal()
FRIDAY, SATURDAY, SUNDAY, NEXT_MONDAY, NEXT_TUESDAY = (MONDAY + n for n in (4, 5, 6, 7, 8))


def runs(*spells: tuple[int, int, int], closed: tuple[bool, ...] | None = None) -> Runs:
    """Runs of (agent, first day, last day), days counted from the Monday; all of them closed when left out."""
    rows = np.array(spells, dtype=np.int64).reshape(-1, 3)
    known = np.ones(len(rows), dtype=bool) if closed is None else np.array(closed, dtype=bool)
    return Runs.joined(rows[:, 0], MONDAY + rows[:, 1], MONDAY + rows[:, 2], known)


def listed(found: Runs) -> list[tuple[int, int, int]]:
    rows = zip(found.agent, found.first - MONDAY, found.last - MONDAY, strict=True)
    return [(int(agent), int(first), int(last)) for agent, first, last in rows]


@pytest.mark.parametrize(
    ("first_until", "second_from", "one_run"),
    [(2, 3, True), (2, 4, False), (4, 7, True), (4, 8, False), (5, 7, True), (6, 7, True), (3, 7, False)],
    ids=["next day", "a day between", "Friday, Monday", "Friday, Tuesday", "Saturday, Monday", "Sunday", "Thursday"],
)
def test_a_spell_without_a_workday_since_the_last_goes_on_with_it(
    first_until: int, second_from: int, one_run: bool
) -> None:
    assert len(runs((1, 0, first_until), (1, second_from, 9)).agent) == (1 if one_run else 2)


def test_spells_of_two_agents_are_never_one_run() -> None:
    assert listed(runs((2, 3, 4), (1, 0, 2))) == [(1, 0, 2), (2, 3, 4)]


def test_a_short_spell_within_a_long_one_does_not_shorten_it() -> None:
    assert listed(runs((1, 0, 20), (1, 2, 3), (1, 21, 21))) == [(1, 0, 21)]


def test_without_spells_there_are_no_runs_and_everybody_has_five_days_at_risk() -> None:
    onset, risk, length = runs().by_week(np.array([7]), MONDAY, 2)
    assert (onset.tolist(), risk.tolist(), length.tolist()) == ([[0, 0]], [[5, 5]], [[0, 0]])


def test_the_week_of_an_onset_keeps_its_five_days_and_the_next_loses_what_the_run_takes() -> None:
    """Ill from Thursday until Tuesday: the first week has all its workdays at risk, the second three."""
    onset, risk, length = runs((7, 3, 8)).by_week(np.array([7]), MONDAY, 3)
    assert onset.tolist() == [[1, 0, 0]]
    assert risk.tolist() == [[5, 3, 5]]
    assert length.tolist() == [[6, 0, 0]]


def test_a_run_begun_before_the_first_week_is_no_onset_and_takes_its_days() -> None:
    onset, risk, length = runs((7, -3, 1)).by_week(np.array([7]), MONDAY, 2)
    assert (onset.tolist(), risk.tolist(), length.tolist()) == ([[0, 0]], [[3, 5]], [[0, 0]])


def test_a_run_whose_end_nobody_told_takes_its_days_and_has_no_length() -> None:
    """Agents 7 and 9 fall ill on Thursday; what 7 has until Tuesday is not known to end there."""
    onset, risk, length = runs((7, 3, 8), (9, 3, 8), closed=(False, True)).by_week(np.array([7, 9]), MONDAY, 2)
    assert onset.tolist() == [[1, 0], [1, 0]]
    assert risk.tolist() == [[5, 3], [5, 3]]
    assert length.tolist() == [[0, 0], [6, 0]]


@pytest.mark.parametrize("closed", [(True, False), (False, True), (True, True)])
def test_a_run_is_closed_when_each_of_its_spells_is(closed: tuple[bool, bool]) -> None:
    found = runs((1, 0, 2), (1, 3, 4), (2, 0, 2), closed=(*closed, True)).closed
    assert found.tolist() == [all(closed), True]


def test_days_of_a_quarter_are_those_inside_it() -> None:
    found = runs((1, -2, 1), (1, 10, 30), (2, 40, 50), (9, 0, 5))
    assert found.days_within(np.array([1, 2, 3]), MONDAY, MONDAY + 20).tolist() == [2 + 11, 0, 0]


SPELL = st.tuples(st.integers(1, 3), st.integers(-20, 40), st.integers(0, 25)).map(lambda s: (s[0], s[1], s[1] + s[2]))


@given(st.lists(SPELL, max_size=8))
def test_weeks_agree_with_counting_day_by_day(spells: list[tuple[int, int, int]]) -> None:
    """Sick days as sets of dates; a run begins on a sick day with no sick day since the last workday before it."""
    onset, risk, _ = runs(*spells).by_week(np.array([1, 2, 3]), MONDAY, 5)
    for agent in (1, 2, 3):
        sick = {day for who, first, last in spells if who == agent for day in range(first, last + 1)}
        begins = {day for day in sick if not sick & set(_since_workday(day))}
        for week in range(5):
            days = range(7 * week, 7 * week + 7)
            assert onset[agent - 1, week] == bool(begins & set(days))
            started_before = {day for day in days if day in sick and _begin(day, sick) < 7 * week}
            assert risk[agent - 1, week] == 5 - len({day for day in started_before if day % 7 < 5})


def _since_workday(day: int) -> range:
    """The days from the last workday before `day` until the day before it."""
    back = day - 1
    while back % 7 > 4:
        back -= 1
    return range(back, day)


def _begin(day: int, sick: set[int]) -> int:
    """The first day of the run that a sick day belongs to."""
    while True:
        earlier = sick & set(_since_workday(day))
        if not earlier:
            return day
        day = min(earlier)
