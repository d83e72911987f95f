"""How complete people's data are: counts for HR, with those of sick leave in tens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ethics.access import NotAllowed, Role
from ethics.database import Database
from ethics.pages import look
from ethics.workforce import quality
from ethics.workforce.quality import DataQuality, WeekQuality, data_quality, in_tens
from tests import files
from tests.apps import opened
from tests.conftest import someone
from tests.house import House

MONDAY = dt.date(2026, 1, 5)
PAGE = "ethics/workforce/pages/quality.py"


def day(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def bring(db: Database, shifts: list[tuple[str, int]], spells: list[tuple[str, int, int]]) -> int | None:
    """Shifts by agent and day after the first Monday, sick leave by agent, first and last; the number of its batch."""
    files.bring(db, "clients", "name\nAcme Oy\n")
    if shifts:
        rows = "".join(f"{agent},{day(n)},Acme Oy,7\n" for agent, n in shifts)
        assert files.bring(db, "shifts", "agent,date,client,hours\n" + rows).ok
    if not spells:
        return None
    rows = "".join(f"{agent},{day(first)},{day(last)}\n" for agent, first, last in spells)
    outcome = files.bring(db, "spells", "agent,start,end\n" + rows)
    assert outcome.ok, outcome.errors
    return outcome.batch_id


def seen(db: Database) -> DataQuality:
    with db.read() as tx:
        return data_quality(tx, someone(Role.HR))


@pytest.mark.parametrize(
    ("n", "told"), [(None, 0), (0, 0), (1, 0), (9, 0), (10, 10), (14, 10), (15, 20), (1_094, 1_090), (1_095, 1_100)]
)
def test_a_number_is_told_in_tens_and_not_below_ten(n: int | None, told: int) -> None:
    assert in_tens(n) == told


def test_hr_sees_how_complete_the_data_are(db: Database) -> None:
    bring(db, [("A1", 1), ("A2", 15), ("A2", 16)], [("A1", 1, 2), ("A2", 17, 18), ("A9", 0, 3)])
    found = seen(db)
    assert (found.shifts, found.agents, found.shifts_from, found.shifts_until) == (3, 2, day(1), day(16))
    assert found.weeks_without_shifts == (day(7),)
    assert (found.spells_from, found.spells_until) == (day(0), day(18))
    assert found.weeks == (WeekQuality(day(0), 1, 9), WeekQuality(day(7), 0, 0), WeekQuality(day(14), 2, 9))
    assert [week.few for week in found.weeks] == [True, False, True]


def test_what_counts_sick_leave_is_told_in_tens(db: Database) -> None:
    """26 open ones of agents who work and 14 of agents who do not; 26 shifts on days of sick leave."""
    bring(db, [(f"A{n}", 8) for n in range(26)], [(f"B{n}", 0, 1) for n in range(14)])
    files.bring(db, "spells", "agent,start\n" + "".join(f"A{n},{day(7)}\n" for n in range(26)))
    found = seen(db)
    assert (found.spells, found.spells_open) == (40, 30)
    assert (found.spells_without_shifts, found.shifts_within_spells) == (10, 30)
    assert [(week.spells, week.few) for week in found.weeks] == [(10, False), (30, False)]


@pytest.mark.parametrize("days", [(1, 5), (21, 22)], ids=["of a week that has some", "before or after it the same"])
def test_a_file_of_one_row_changes_no_count_whether_it_was_known_or_not(db: Database, days: tuple[int, int]) -> None:
    """E7's sick leave is known, E8's is not; both have a shift in it."""
    others = [(f"A{n}", 1 + 20 * (n % 2), 2 + 20 * (n % 2)) for n in range(4)]
    bring(db, [(f"E{n}", days[0] + 1) for n in (7, 8)], [("E7", *days), *others])
    before = seen(db)
    for agent in ("E7", "E8"):
        outcome = files.bring(db, "spells", f"agent,start,end\n{agent},{day(days[0])},{day(days[1])}\n")
        assert seen(db) == before
        files.take_back(db, outcome.batch_id)


def test_ten_sick_leaves_in_a_week_are_told_and_fewer_are_not(db: Database) -> None:
    many = [*((f"A{n}", 0, 1) for n in range(10)), *((f"B{n}", 7, 8) for n in range(9)), ("C1", 14, 15)]
    bring(db, [], many)
    assert [(week.spells, week.few) for week in seen(db).weeks] == [(10, False), (9, True), (9, True)]


def test_an_empty_house_has_nothing_to_count(db: Database) -> None:
    found = seen(db)
    assert (found.shifts, found.shifts_from, found.spells, found.spells_from, found.weeks) == (0, None, 0, None, ())


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.HR])
def test_nobody_but_hr_sees_them(lite: Database, role: Role) -> None:
    with lite.read() as tx, pytest.raises(NotAllowed):
        data_quality(tx, someone(role))


# The page


@pytest.mark.parametrize(("open_now", "says"), [(0, "fewer than 10"), (1_090, "about 1,090")])
def test_the_page_tells_tens_and_why(house: House, monkeypatch: pytest.MonkeyPatch, open_now: int, says: str) -> None:
    week = MONDAY
    made = DataQuality(
        5,
        3,
        day(0),
        day(1),
        (),
        20,
        day(0),
        day(1),
        open_now,
        0,
        40,
        (WeekQuality(week, 5, 9), WeekQuality(day(7), 0, 20)),
    )
    files_of: list[tuple[Any, ...]] = []
    monkeypatch.setattr(quality, "data_quality", lambda tx, actor: made)
    monkeypatch.setattr(look, "download", lambda _t, _name, header, rows, *, key: files_of.extend([header, *rows]))
    at = opened(house, Role.HR, PAGE)
    assert [metric.value for metric in at.metric] == ["5", "3", "about 20", says]
    assert any("counted in tens" in caption.value for caption in at.caption)
    table: Any = at.table[0].value
    assert table["Found"].tolist()[-2:] == ["fewer than 10", "about 40"]
    header = ["Week", "Shifts", "Sick leaves begun, in tens"]
    assert files_of[-3:] == [header, (week, 5, "1–9"), (day(7), 0, "20")]


@pytest.mark.parametrize(
    ("without", "since", "title"),
    [
        (0, MONDAY, "Shifts and sick leave fit together"),
        (20, MONDAY, "About 20 sick leaves belong to nobody who has shifts"),
        (0, None, "Shifts are in; sick leave is not yet"),
    ],
)
def test_the_title_is_the_answer(
    house: House, monkeypatch: pytest.MonkeyPatch, without: int, since: dt.date | None, title: str
) -> None:
    made = DataQuality(5, 3, day(0), day(1), (), 0, since, since, 0, without, 0, ())
    monkeypatch.setattr(quality, "data_quality", lambda tx, actor: made)
    assert opened(house, Role.HR, PAGE).title[0].value == title
