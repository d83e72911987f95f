"""Calendar quarters, and who belonged to which team in one."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from ethics.database import Database
from ethics.language import Refused
from ethics.workforce.quarters import Quarter, Roster, roster
from tests import files

QUARTER = Quarter(2026, 1)
CLIENTS = "name\nAcme Oy\nBeta Oy\n"


def centre(db: Database, shifts: str, spells: str = "") -> Roster:
    """The roster of the first quarter of 2026, from lines of files without their headings."""
    files.bring(db, "clients", CLIENTS)
    if shifts:
        assert files.bring(db, "shifts", "agent,date,client,hours,team\n" + shifts).ok
    if spells:
        assert files.bring(db, "spells", "agent,start,end\n" + spells).ok
    with db.read() as tx:
        return roster(tx, QUARTER)


def teams(db: Database, found: Roster) -> list[str]:
    """The name of each person's team."""
    with db.read() as tx:
        names = dict(tx.execute(sa.text("SELECT id, name FROM team")).tuples().all())
    return [names[one] for one in found.team.tolist()]


def frozen(found: Roster) -> tuple[object, ...]:
    """A roster's bytes."""
    return found.team.tobytes(), dict(found.client_of), found.days.tobytes(), found.months.tobytes(), found.months.shape


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


def test_the_team_of_most_days_counts_a_day_for_two_clients_once(db: Database) -> None:
    """Two days in North, each for two clients and of twelve hours; three days in South."""
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,6,North\nA1,2026-01-05,Beta Oy,6,North\n"
        "A1,2026-01-06,Acme Oy,6,North\nA1,2026-01-06,Beta Oy,6,North\n"
        "A1,2026-01-07,Beta Oy,1,South\nA1,2026-01-08,Beta Oy,1,South\nA1,2026-01-09,Beta Oy,1,South\n",
    )
    assert teams(db, found) == ["South"]


@pytest.mark.parametrize(
    ("north", "south", "team"), [("8", "7.5", "North"), ("7.5", "8", "South"), ("8", "8", "North")]
)
def test_of_teams_of_as_many_days_the_one_of_more_hours_counts_then_the_first(
    lite: Database, north: str, south: str, team: str
) -> None:
    found = centre(lite, f"A1,2026-01-06,Acme Oy,{north},North\nA1,2026-01-05,Acme Oy,{south},South\n")
    assert teams(lite, found) == [team]


def test_days_are_calendar_days_within_the_quarter_and_each_month_has_the_quarters_people(db: Database) -> None:
    """A1 is seen in January only and A2 in March: both are people of all three months."""
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,8,North\nA2,2026-03-05,Acme Oy,8,North\n",
        "A1,2025-12-20,2026-01-02\nA1,2026-01-30,2026-02-02\nA2,2026-03-30,\n",
    )
    assert found.months.tolist() == [[2 + 2, 2, 0], [0, 0, 2]]
    assert found.days.tolist() == [2 + 4, 2]


def test_a_spell_without_an_end_is_over_when_the_agent_works_again(db: Database) -> None:
    """A1 is ill from 28 January, works again on 9 February, and is not counted as ill since."""
    found = centre(
        db,
        "A1,2026-01-05,Acme Oy,8,North\nA1,2026-02-09,Acme Oy,8,North\nA1,2026-03-09,Acme Oy,8,North\n",
        "A1,2026-01-28,\n",
    )
    assert found.days.tolist() == [4 + 8]
    assert found.months.tolist() == [[4, 8, 0]]


def test_a_spell_that_nobody_closed_is_over_after_a_year(db: Database) -> None:
    """Both work again in March: A1's spell counts until 15 January, its 365th day; A2's, a month older, ended before."""
    worked = "A1,2025-01-13,Acme Oy,8,North\nA2,2024-12-09,Acme Oy,8,North\n"
    again = "A1,2026-03-02,Acme Oy,8,North\nA2,2026-03-02,Acme Oy,8,North\n"
    found = centre(db, worked + again, "A1,2025-01-16,\nA2,2024-12-10,\n")
    assert found.days.tolist() == [15, 0]


#: A9 works before the quarter: in a team of others, in one of its own until the last day, after the quarter too, in none.
ELSEWHERE = [
    "A9,2025-12-10,Acme Oy,8,North\n",
    "A9,2025-12-31,Beta Oy,8,West\n",
    "A9,2025-12-10,Acme Oy,8,North\nA9,2026-04-01,Acme Oy,8,North\n",
    "A9,2025-12-10,Beta Oy,8,\n",
]


@pytest.mark.parametrize("spells", ["A9,2025-12-11,2026-04-20\n", "A9,2025-12-11,\n", "A9,2026-02-10,2026-02-12\n"])
@pytest.mark.parametrize("shifts", ELSEWHERE)
def test_an_agent_without_shifts_in_the_quarter_changes_nothing_ill_or_not(
    lite: Database, shifts: str, spells: str
) -> None:
    without = centre(
        lite, "A1,2026-01-05,Acme Oy,8,North\nA2,2026-03-05,Acme Oy,8,South\n", "A1,2026-01-30,2026-02-02\n"
    )
    well = centre(lite, shifts)
    ill = centre(lite, "", spells)
    assert frozen(without) == frozen(well) == frozen(ill)
    assert without.months.tolist() == [[2, 2, 0], [0, 0, 0]]


def test_a_team_whose_last_person_was_away_all_quarter_is_not_listed(db: Database) -> None:
    """B1 was the last of West, which worked for Beta until December."""
    found = centre(db, "A1,2026-01-05,Acme Oy,8,North\nB1,2025-12-10,Beta Oy,8,West\n", "B1,2025-12-11,2026-04-20\n")
    assert (teams(db, found), found.days.tolist(), list(found.client_of.values())) == (["North"], [0], [1])


def test_who_never_worked_or_left_before_does_not_count(db: Database) -> None:
    found = centre(
        db,
        "A1,2025-11-05,Acme Oy,8,North\nA2,2026-01-05,Acme Oy,8,North\nA3,2026-04-01,Acme Oy,8,North\n",
        "A9,2026-01-05,2026-01-06\n",
    )
    assert len(found.team) == 1


def test_a_quarter_without_shifts_has_nobody(db: Database) -> None:
    found = centre(db, "A1,2025-11-05,Acme Oy,8,North\n", "A1,2026-01-05,2026-01-06\n")
    assert (len(found.team), dict(found.client_of), found.months.shape) == (0, {}, (0, 3))
