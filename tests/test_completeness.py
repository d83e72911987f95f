"""A quarter is published when all of it is there, and the answer is computed of the weeks of which everything is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa

from ethics.access import TERMINAL
from ethics.database import Database
from ethics.language import Refused
from ethics.wellbeing import completeness, publishing
from ethics.workforce import retention
from ethics.workforce.quarters import Quarter
from tests import files

QUARTER = Quarter(2026, 1)
DAY = dt.timedelta(days=1)
#: Mondays of the weeks that touch the quarter.
WEEKS = [dt.date(2025, 12, 29) + n * 7 * DAY for n in range(14)]
#: A sick leave in each month of the quarter.
MONTHLY = [(1, dt.date(2026, 1, 12)), (2, dt.date(2026, 2, 10)), (3, dt.date(2026, 3, 24))]


def bring(
    db: Database,
    spells: Iterable[tuple[object, dt.date]],
    *,
    agents: int = 12,
    weeks: Iterable[dt.date] = WEEKS,
    flags: Iterable[tuple[dt.date, str, str]] = (),
) -> None:
    """Agents 1 and up work every week; sick leaves of three days; flags with their category and status."""
    assert files.bring(db, "clients", "name\nAcme Oy\n").ok
    shifts = [f"{agent},{monday},Acme Oy,8,30,T" for monday in weeks for agent in range(1, agents + 1)]
    assert files.bring(db, "shifts", "agent,date,client,hours,contacts,team\n" + "\n".join(shifts)).ok
    told = [f"{agent},{first},{first + 2 * DAY}" for agent, first in spells]
    assert files.bring(db, "spells", "agent,start,end\n" + "\n".join(told)).ok
    lines = [f"Acme Oy,{met},{category},3,Not told,{status}" for met, category, status in flags]
    assert not lines or files.bring(db, "flags", "client,date,category,severity,text,status\n" + "\n".join(lines)).ok


def obstacle(db: Database) -> str | None:
    """What stands in the way of the quarter, in English."""
    with db.read() as tx:
        found = completeness.missing(tx, QUARTER)
    return str(found) if found is not None else None


def test_nothing_stands_in_the_way_of_a_quarter_that_is_all_there(db: Database) -> None:
    bring(db, MONTHLY, agents=60)
    assert obstacle(db) is None


@pytest.mark.parametrize("week", [WEEKS[0], WEEKS[5], WEEKS[-1]])
def test_no_week_that_touches_the_quarter_may_be_missing_be_it_the_first_days(lite: Database, week: dt.date) -> None:
    bring(lite, MONTHLY, weeks=[monday for monday in WEEKS if monday != week])
    assert obstacle(lite) == "Shifts of some weeks of Q1 2026 are missing."


#: Mondays of the whole weeks of the quarter, and of weeks around it.
WHOLE = WEEKS[1:-1]
BEFORE = [WEEKS[0] - n * 7 * DAY for n in range(1, 5)]


@pytest.mark.parametrize(
    ("shifts", "contacts", "waits"),
    [
        (BEFORE, WHOLE, True),
        ([WEEKS[0], WEEKS[-1]], WEEKS, True),
        ([WEEKS[-1] + 14 * DAY], WEEKS, True),
        (BEFORE, WHOLE[:-1], False),
        (BEFORE, [], False),
        (BEFORE, BEFORE, False),
        ([*BEFORE, WHOLE[3]], WHOLE, False),
        ([], WHOLE, False),
        ([WEEKS[0] - 14 * 7 * DAY], WHOLE, False),
    ],
    ids=[
        "shifts before, contacts go on",
        "only the neighbours' files",
        "shifts after",
        "contacts end",
        "no file of contacts",
        "ended before",
        "one week of shifts",
        "never any shifts",
        "shifts long ago",
    ],
)
def test_a_client_whose_contacts_go_on_without_shifts_lacks_its_file(
    db: Database, shifts: list[dt.date], contacts: list[dt.date], waits: bool
) -> None:
    """Acme has shifts every week; Beta's shifts and contacts are those of the case."""
    bring(db, MONTHLY)
    assert files.bring(db, "clients", "name\nAcme Oy\nBeta Oy\n").ok
    worked = [f"B1,{monday},Beta Oy,8" for monday in shifts]
    assert not worked or files.bring(db, "shifts", "agent,date,client,hours\n" + "\n".join(worked)).ok
    came = [f"{name} Oy,{monday},40" for monday in contacts for name in ("Acme", "Beta")]
    assert not came or files.bring(db, "contacts", "client,week,contacts\n" + "\n".join(came)).ok
    said = (
        "Beta Oy has contacts in every whole week of Q1 2026 but shifts in none: the file of its shifts may be missing."
    )
    assert obstacle(db) == (said if waits else None)


def test_weeks_without_a_contact_do_not_tell_that_a_file_is_missing(lite: Database) -> None:
    """Beta's file of contacts goes on, with none in it from the third whole week."""
    bring(lite, MONTHLY)
    assert files.bring(lite, "clients", "name\nAcme Oy\nBeta Oy\n").ok
    assert files.bring(lite, "shifts", f"agent,date,client,hours\nB1,{BEFORE[0]},Beta Oy,8\n").ok
    came = [f"Beta Oy,{monday},{0 if monday >= WHOLE[2] else 40}" for monday in WHOLE]
    assert files.bring(lite, "contacts", "client,week,contacts\n" + "\n".join(came)).ok
    assert obstacle(lite) is None


def test_without_any_sick_leave_none_has_come_in_yet(db: Database) -> None:
    bring(db, MONTHLY)
    with db.write() as tx:
        tx.execute(sa.text("DELETE FROM spell"))
    assert obstacle(db) == "No sick leave has come in yet."


def test_in_a_company_of_fifty_somebody_falls_ill_every_month(db: Database) -> None:
    without = [MONTHLY[0], MONTHLY[2]]
    bring(db, without, agents=50)
    assert obstacle(db) == "No sick leave begins between 1 Feb 2026 and 28 Feb 2026: its file may be missing."


def test_in_a_smaller_one_a_month_without_is_no_wonder_a_quarter_is(lite: Database) -> None:
    bring(lite, MONTHLY[2:], agents=49)
    assert obstacle(lite) is None
    with lite.write() as tx:
        tx.execute(sa.text("UPDATE spell SET starts_on = '2026-04-02', ends_on = '2026-04-03'"))
    assert obstacle(lite) == "No sick leave begins between 1 Jan 2026 and 31 Mar 2026: its file may be missing."


def test_a_file_that_ends_a_month_early_is_waited_for(lite: Database) -> None:
    bring(lite, MONTHLY[:2])
    assert obstacle(lite) == "Sick leave until the end of Q1 2026 is missing."


@pytest.mark.parametrize(
    ("astray", "ours", "waits"),
    [(3, 0, True), (2, 0, False), (3, 147, False), (3, 144, True)],
    ids=["three of six", "two are few", "three of 150 are 2%", "three of 147 are more"],
)
def test_sick_leave_of_agents_who_never_worked_tells_of_numbers_written_otherwise(
    lite: Database, astray: int, ours: int, waits: bool
) -> None:
    many = [(1 + n % 49, dt.date(2026, 1, 5) + n // 49 * 20 * DAY) for n in range(ours)]
    bring(lite, [*(many or MONTHLY), *[(f"00{n}", dt.date(2026, 3, 24)) for n in range(astray)]], agents=49)
    with lite.read() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM spell")).scalar() == len(many or MONTHLY) + astray
    said = "Sick leave of Q1 2026 belongs to agents who have no shifts: their numbers may be written in another way in its file."
    assert obstacle(lite) == (said if waits else None)


@pytest.mark.parametrize("what", ["absence_since", "shifts_since"])
def test_what_has_been_deleted_in_part_is_never_published(
    lite: Database, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(lite, MONTHLY)
    monkeypatch.setattr(retention, what, lambda *_: dt.date(2026, 1, 1))
    assert obstacle(lite) is None
    monkeypatch.setattr(retention, what, lambda *_: dt.date(2026, 1, 2))
    with lite.read() as tx:
        with pytest.raises(Refused, match="Some of Q1 2026 has been deleted"):
            publishing.prepare(tx, TERMINAL, QUARTER)
        assert publishing.standings(tx, TERMINAL) == []  # it would wait for ever


#: Shifts of two years; from September a sick leave every week, and flags from the middle of October.
LONG = [dt.date(2025, 1, 6) + n * 7 * DAY for n in range(65)]
AUTUMN = [(1 + n % 12, dt.date(2025, 9, 3) + n * 7 * DAY) for n in range(30)]


@pytest.mark.parametrize(
    ("flags", "spells", "first"),
    [
        ([], AUTUMN, dt.date(2025, 9, 8)),
        ([], [(9, dt.date(2025, 2, 3)), *AUTUMN], dt.date(2025, 9, 8)),
        ([(dt.date(2025, 10, 15), "M05", "open")], AUTUMN, dt.date(2025, 10, 13)),
        ([(dt.date(2025, 10, 15), "M05", "confirmed")], AUTUMN, dt.date(2025, 10, 13)),
        ([(dt.date(2025, 2, 3), "M05", "open")], AUTUMN, dt.date(2025, 9, 8)),
        ([(dt.date(2025, 10, 15), "M05", "dismissed"), (dt.date(2025, 10, 15), "M01", "open")], AUTUMN, dt.date(2025, 9, 8)),
        ([], [], None),
    ],
    ids=["since sick leave", "not since one long ago", "open", "confirmed", "early flags", "none that count", "nothing"],
)  # fmt: skip
def test_the_answer_is_computed_from_when_shifts_sick_leave_and_flags_are_all_known(
    lite: Database, flags: Any, spells: Any, first: dt.date | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(lite, spells or MONTHLY, weeks=LONG, flags=flags)
    if not spells:
        with lite.write() as tx:
            tx.execute(sa.text("DELETE FROM spell"))
    asked: list[dt.date] = []
    real = publishing.gathering.evidence
    monkeypatch.setattr(
        publishing.gathering, "evidence", lambda tx, since, last: asked.append(since) or real(tx, since, last)
    )
    with lite.read() as tx:
        found = publishing._headline(tx, QUARTER)
    assert asked == ([] if first is None else [first])
    assert found.reasons[0] == ("few-weeks" if first is None else "few-clients")
    assert found.weeks <= (0 if first is None else (dt.date(2026, 3, 23) - first).days // 7 + 1)


@pytest.mark.parametrize("what", ["absence_since", "shifts_since"])
def test_what_is_deleted_is_not_known(lite: Database, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lite, AUTUMN, weeks=LONG)
    monkeypatch.setattr(retention, what, lambda *_: dt.date(2025, 12, 1))
    with lite.read() as tx:
        found = completeness.known_from(tx, QUARTER.last)
    assert found == {"absence_since": dt.date(2025, 12, 8), "shifts_since": dt.date(2025, 12, 1)}[what]


@pytest.mark.parametrize(
    ("spells", "since", "known"),
    [
        (52, dt.date(2025, 1, 1), True),
        (52, dt.date(2025, 2, 1), False),
        (8, dt.date(2025, 1, 1), False),
        (43, dt.date(2025, 1, 1), False),
    ],
    ids=["whole", "January is deleted", "nothing since February", "nothing until March"],
)
def test_a_year_is_compared_while_all_of_it_is_kept_and_known(
    lite: Database, spells: int, since: dt.date, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [(1 + n % 12, dt.date(2025, 1, 8) + n * 7 * DAY) for n in range(51)]
    bring(lite, told[:8] if spells == 8 else told[-spells:], weeks=LONG)
    monkeypatch.setattr(retention, "absence_since", lambda *_: since)
    with lite.read() as tx:
        assert completeness.year_known(tx, 2025) is known


def test_a_quarter_waits_six_weeks_for_late_notes(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lite, MONTHLY)
    monkeypatch.setattr(publishing, "today", lambda: dt.date(2026, 5, 11))
    with lite.read() as tx, pytest.raises(Refused, match="Q1 2026 can be published from 12 May 2026"):
        publishing.prepare(tx, TERMINAL, QUARTER)
    monkeypatch.setattr(publishing, "today", lambda: dt.date(2026, 5, 12))
    with lite.read() as tx:
        assert publishing.prepare(tx, TERMINAL, QUARTER).release.quarter == "2026Q1"


def test_a_quarter_that_waits_is_listed_with_what_stands_in_its_way(lite: Database) -> None:
    bring(lite, MONTHLY, weeks=WEEKS[:-1])
    with lite.read() as tx:
        (standing,) = publishing.standings(tx, TERMINAL)
    assert (str(standing.quarter), str(standing.obstacle)) == ("2026Q1", "Shifts of some weeks of Q1 2026 are missing.")
