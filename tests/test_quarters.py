"""Calendar quarters, and who belonged to which team in one."""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.database import Database
from ethics.language import Refused
from ethics.workforce.quarters import Quarter, Roster, roster
from tests import files

QUARTER = Quarter(2026, 1)
CLIENTS = "name\nAcme Oy\nBeta Oy\n"


def centre(db: Database, shifts: str, spells: str = "") -> Roster:
    """The roster of the first quarter of 2026, from lines of files without their headings."""
    files.bring(db, "clients", CLIENTS)
    assert files.bring(db, "shifts", "agent,date,client,hours,team\n" + shifts).ok
    if spells:
        assert files.bring(db, "spells", "agent,start,end\n" + spells).ok
    with db.read() as tx:
        return roster(tx, QUARTER)


@pytest.mark.parametrize(
    ("text", "first", "last", "following"),
    [
        ("2026Q1", dt.date(2026, 1, 1), dt.date(2026, 3, 31), "2026Q2"),
        ("2024-q2", dt.date(2024, 4, 1), dt.date(2024, 6, 30), "2024Q3"),
        (" 2025Q4 ", dt.date(2025, 10, 1), dt.date(2025, 12, 31), "2026Q1"),
    ],
)
def test_a_quarter_is_written_with_its_year(text: str, first: dt.date, last: dt.date, following: str) -> None:
    quarter = Quarter.read(text)
    assert (quarter.first, quarter.last, str(quarter.next)) == (first, last, following)
    assert {Quarter.of(first), Quarter.of(last)} == {quarter}
    assert quarter.months[0][0] == first
    assert quarter.months[2][1] == last


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "1999Q1", "Q1/2026", "2026Q11"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is no quarter"):
        Quarter.read(text)


def test_an_agent_belongs_to_the_team_of_most_days_and_a_team_to_the_client_of_most_hours(db: Database) -> None:
    """A1: two days in North, one in South. North works 16 hours for Acme and 8 for Beta, South 9 for Beta."""
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,8,North\nA1,2026-01-06,Acme Oy,8,North\nA1,2026-01-07,Beta Oy,9,South\n"
        "A2,2026-03-31,Beta Oy,8,North\n",
    )
    assert found.team.tolist() == [1, 1]
    assert found.client_of == {1: 1}


def test_without_teams_people_are_counted_by_client(db: Database) -> None:
    found = centre(db, "A1,2026-01-05,Acme Oy,8,\nA1,2026-01-06,Beta Oy,8,\nA1,2026-01-07,Beta Oy,8,\n")
    assert found.team.tolist() == [-2]
    assert found.client_of == {-2: 2}


def test_days_are_calendar_days_within_the_quarter_and_within_each_month(db: Database) -> None:
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,8,North\nA2,2026-03-05,Acme Oy,8,North\n",
        "A1,2025-12-20,2026-01-02\nA1,2026-01-30,2026-02-02\nA2,2026-03-30,\n",
    )
    assert found.days.tolist() == [2 + 4, 2]
    assert found.months.tolist() == [[2 + 2, 2, -1], [-1, -1, 2]]


def test_a_spell_without_an_end_is_over_when_the_agent_works_again(db: Database) -> None:
    """A1 is ill from 28 January, works again on 9 February, and is not counted as ill since."""
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,8,North\nA1,2026-02-09,Acme Oy,8,North\nA1,2026-03-09,Acme Oy,8,North\n",
        "A1,2026-01-28,\n",
    )
    assert found.days.tolist() == [4 + 8]
    assert found.months.tolist() == [[4, 8, 0]]


def test_who_left_ill_and_never_closed_the_spell_is_gone_after_a_year(db: Database) -> None:
    """A1's spell counts until 15 January, its 365th day; A2's, a month older, ended in the year before."""
    worked = "A1,2025-01-13,Acme Oy,8,North\nA2,2024-12-09,Acme Oy,8,North\nA3,2026-01-05,Acme Oy,8,North\n"
    found = centre(db, worked, "A1,2025-01-16,\nA2,2024-12-10,\n")
    assert found.days.tolist() == [15, 0]


def test_who_was_away_all_quarter_counts_where_they_worked_last(db: Database) -> None:
    found = centre(db, "A1,2025-11-05,Beta Oy,8,South\nA2,2026-01-05,Acme Oy,8,North\n", "A1,2025-12-01,2026-05-01\n")
    assert sorted(zip(found.team.tolist(), found.days.tolist(), strict=True)) == [(1, 90), (2, 0)]
    assert found.client_of == {1: 2, 2: 1}


def test_who_never_worked_or_left_before_does_not_count(db: Database) -> None:
    found = centre(
        db,
        "A1,2025-11-05,Acme Oy,8,North\nA2,2026-01-05,Acme Oy,8,North\nA3,2026-04-01,Acme Oy,8,North\n",
        "A9,2026-01-05,2026-01-06\n",
    )
    assert len(found.team) == 1


def test_a_quarter_without_shifts_has_nobody(db: Database) -> None:
    found = centre(db, "A1,2025-11-05,Acme Oy,8,North\n")
    assert (len(found.team), dict(found.client_of), found.months.shape) == (0, {}, (0, 3))
