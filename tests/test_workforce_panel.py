"""The panel of agent-weeks: read from the roll-ups and spells, and equal to counting by hand on both engines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from ethics import changes
from ethics.access import TERMINAL
from ethics.database import Database, Table
from ethics.imports.batches import batches, undo
from ethics.workforce import gathering
from ethics.workforce.panel import REACH, Panel
from tests import files

MONDAY = dt.date(2026, 1, 5)
CLIENTS = "name\nAcme Oy\nBeta Oy\n"


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """These facts import by the hundred and ask for no score."""
    monkeypatch.setattr(changes, "_LISTENERS", [])


def day(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def shifts(*rows: tuple[str, int, str, str]) -> str:
    lines = (f"{agent},{day(n)},{client} Oy,{hours}\n" for agent, n, client, hours in rows)
    return "agent,date,client,hours\n" + "".join(lines)


def spells(*rows: tuple[str, int, int | None]) -> str:
    lines = (f"{agent},{day(first)},{'' if last is None else day(last)}\n" for agent, first, last in rows)
    return "agent,start,end\n" + "".join(lines)


def centre(db: Database, worked: str, ill: str = "") -> Database:
    files.bring(db, "clients", CLIENTS)
    assert files.bring(db, "shifts", worked).ok
    if ill:
        assert files.bring(db, "spells", ill).ok
    return db


def read(db: Database, weeks: int) -> Panel:
    with db.read() as tx:
        return gathering.panel(tx, MONDAY, day(7 * (weeks - 1)))


def test_a_row_is_a_week_in_which_the_agent_worked_or_fell_ill(db: Database) -> None:
    """A1 works in weeks 0 and 2 and is on leave in week 1; falls ill on the Monday of week 3 and never works in it."""
    worked = shifts(("A1", 0, "Acme", "8"), ("A1", 14, "Acme", "8"))
    found = read(centre(db, worked, spells(("A1", 21, 23))), weeks=5)
    assert found.week.tolist() == [0, 2, 3]
    assert found.onset.tolist() == [0, 0, 1]
    assert found.length.tolist() == [0, 0, 3]


def test_a_week_that_a_spell_takes_whole_is_no_row(db: Database) -> None:
    worked = shifts(("A1", 0, "Acme", "8"), ("A1", 7, "Acme", "8"), ("A1", 14, "Acme", "8"))
    found = read(centre(db, worked, spells(("A1", 3, 15))), weeks=3)
    assert list(zip(found.week.tolist(), found.risk.tolist(), strict=True)) == [(0, 5), (2, 3)]


def absent(db: Database, weeks: int) -> list[tuple[int, int, bool]]:
    """First and last day of each run, after the first Monday, and whether its end was told."""
    with db.read() as tx:
        runs = gathering.absences(tx, MONDAY, day(7 * weeks - 1))
    start = MONDAY.toordinal()
    return list(zip((runs.first - start).tolist(), (runs.last - start).tolist(), runs.closed.tolist(), strict=True))


def test_a_spell_without_an_end_counts_until_the_last_day_asked_for_and_has_no_length(db: Database) -> None:
    worked = shifts(("A1", 0, "Acme", "8"), ("A2", 0, "Acme", "8"))
    found = read(centre(db, worked, spells(("A1", 2, None), ("A2", 2, 5))), weeks=2)
    assert absent(db, weeks=2) == [(2, 13, False), (2, 5, True)]
    assert found.length.tolist() == [0, 4]


def test_a_spell_without_an_end_is_over_when_the_agent_works_again(db: Database) -> None:
    """Ill from Wednesday, in the middle of a shift; nobody sends the end. Back on the Tuesday of week 2, never ill again."""
    worked = shifts(("A1", 0, "Acme", "8"), ("A1", 2, "Acme", "3"), ("A1", 15, "Acme", "8"), ("A1", 21, "Acme", "8"))
    found = read(centre(db, worked, spells(("A1", 2, None))), weeks=4)
    assert absent(db, weeks=4) == [(2, 14, False)]
    assert list(zip(found.week.tolist(), found.onset.tolist(), found.risk.tolist(), strict=True)) == [
        (0, 1, 5),
        (2, 0, 4),
        (3, 0, 5),
    ]


def test_what_comes_after_the_last_week_ends_no_spell(db: Database) -> None:
    worked = shifts(("A1", 0, "Acme", "8"), ("A1", 15, "Acme", "8"))
    centre(db, worked, spells(("A1", 2, None)))
    assert absent(db, weeks=1) == [(2, 6, False)]
    assert absent(db, weeks=2) == [(2, 13, False)]


def test_of_those_who_never_come_back_a_spell_without_an_end_lasts_a_year_at_most(db: Database) -> None:
    centre(db, shifts(("A1", 0, "Acme", "8")), spells(("A1", 2, None)))
    assert absent(db, weeks=60) == [(2, 366, False)]


def test_shares_are_of_the_hours_in_the_window_and_nothing_reaches_another_agent(db: Database) -> None:
    worked = shifts(
        ("A1", 0, "Acme", "6"), ("A1", 7, "Beta", "2"), ("A1", 14, "Acme", "1"), ("A2", 0, "Beta", "5"), ("A2", 14, "Beta", "5")
    )  # fmt: skip
    found = read(centre(db, worked), weeks=3)
    shares, known = found.shares(1, 2)
    rows = list(zip(found.agent.tolist(), found.week.tolist(), shares.toarray().tolist(), known.tolist(), strict=True))
    assert [row for row in rows if row[1] == 2] == [(0, 2, [0.75, 0.25], True), (1, 2, [0.0, 1.0], True)]
    assert [row[3] for row in rows if row[1] == 0] == [False, False]
    ahead, _ = found.shares(-2, -1)
    assert ahead.toarray().tolist()[0] == [pytest.approx(1 / 3), pytest.approx(2 / 3)]


def test_hours_of_a_panel_are_those_of_its_weeks_only(db: Database) -> None:
    found = read(centre(db, shifts(("A1", 0, "Acme", "6"), ("A1", 70, "Beta", "2"))), weeks=3)
    assert found.hours.shape == (3 + REACH, 1)
    assert found.clients == (1,)


def test_a_centre_without_shifts_has_an_empty_panel(db: Database) -> None:
    files.bring(db, "clients", CLIENTS)
    with db.read() as tx:
        assert gathering.bounds(tx) is None
    assert read(db, weeks=3).agents == 0


SHIFT = st.tuples(
    st.sampled_from(["A1", "A2", "A3"]), st.integers(0, 34), st.sampled_from(["Acme", "Beta"]), st.just("8")
)
SPELL = st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 34), st.one_of(st.none(), st.integers(0, 50)))
STEP = st.one_of(
    st.tuples(st.just("shifts"), st.lists(SHIFT, min_size=1, max_size=8, unique_by=lambda s: s[:3])),
    st.tuples(st.just("spells"), st.lists(SPELL, min_size=1, max_size=3, unique_by=lambda s: s[:2])),
    st.tuples(st.just("undo"), st.sampled_from(["shifts", "spells"])),
)


@settings(max_examples=20)
@given(st.lists(STEP, min_size=1, max_size=6))
def test_after_any_imports_corrections_and_undoings_the_panel_is_what_the_rows_say(
    db: Database, steps: list[tuple[str, Any]]
) -> None:
    files.bring(db, "clients", CLIENTS)
    for kind, what in steps:
        if kind == "undo":
            _undo_newest(db, what)
        else:  # a file that is refused must change nothing either
            files.bring(db, kind, shifts(*what) if kind == "shifts" else spells(*what))
    assert _plainly(read(db, weeks=5)) == _by_hand(db, weeks=5)
    for kind in ("spells", "shifts"):
        while _undo_newest(db, kind):
            pass


def _undo_newest(db: Database, kind: str) -> bool:
    with db.write() as tx:
        standing = [b.id for b in batches(tx, TERMINAL) if b.kind == kind and b.undone_at is None]
        if standing and standing[0] is not None:
            undo(tx, TERMINAL, standing[0])
        return bool(standing)


def _plainly(panel: Panel) -> set[tuple[Any, ...]]:
    """The rows as sets of (place of the agent, week, onset, risk, length, hours by client)."""
    hours = panel.hours.toarray()
    return {
        (int(g), int(t), int(y), int(r), int(n), tuple(hours[g * (panel.weeks + REACH) + REACH + t].tolist()))
        for g, t, y, r, n in zip(panel.agent, panel.week, panel.onset, panel.risk, panel.length, strict=True)
    }


def _by_hand(db: Database, weeks: int) -> set[tuple[Any, ...]]:
    """The same from shifts and spells themselves, day by day, in pandas."""
    tables = Table.metadata.tables
    with db.read() as tx:
        worked = pd.DataFrame(tx.execute(sa.select(tables["shift"])).mappings().all())
        ill = tx.execute(sa.select(tables["spell"])).mappings().all()
    if worked.empty:
        return set()
    worked["week"] = [(one - MONDAY).days // 7 for one in worked["date"]]
    agents, clients = sorted(set(worked["agent_id"])), sorted(set(worked["client_id"]))
    found = set()
    for g, agent in enumerate(agents):
        sick: set[int] = set()
        unknown: set[int] = set()
        for spell in ill:
            if spell["agent_id"] == agent:
                first, last = spell["starts_on"], spell["ends_on"]
                if last is None:
                    later = worked[(worked["agent_id"] == agent) & (worked["date"] > first)]["date"]
                    last = min([day(7 * weeks - 1), *(one - dt.timedelta(days=1) for one in later)])
                ill_on = {(first - MONDAY).days + n for n in range((last - first).days + 1)}
                sick, unknown = sick | ill_on, unknown | (ill_on if spell["ends_on"] is None else set())
        begins = {n for n in sick if not any(m in sick for m in _since_workday(n))}
        for week in range(weeks):
            mine = worked[(worked["agent_id"] == agent) & (worked["week"] == week)]
            hours = [float(mine.loc[mine["client_id"] == client, "hours_hundredths"].sum()) for client in clients]
            days = range(7 * week, 7 * week + 7)
            onset = int(any(n in begins for n in days))
            risk = 5 - sum(n in sick and _begin(n, sick) < 7 * week for n in days[:5])
            lasting = {_begin(n, sick) for n in unknown}
            length = sum(_begin(n, sick) in days for n in sick if _begin(n, sick) not in lasting)
            if (sum(hours) or onset) and risk:
                found.add((g, week, onset, risk, length if onset else 0, tuple(hours)))
    return found


def _since_workday(n: int) -> range:
    back = n - 1
    while back % 7 > 4:
        back -= 1
    return range(back, n)


def _begin(n: int, sick: set[int]) -> int:
    while earlier := sick & set(_since_workday(n)):
        n = min(earlier)
    return n


def test_agents_are_read_in_steps_without_a_seam(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"A{n}", 7 * (n % 3), "Acme" if n % 2 else "Beta", "8") for n in range(9)]
    whole = _plainly(read(centre(lite, shifts(*rows)), weeks=3))
    monkeypatch.setattr(gathering, "_STEP", 2)
    assert _plainly(read(lite, weeks=3)) == whole
    assert len(whole) == 9


def test_an_agents_place_in_the_panel_is_not_the_agents_number(lite: Database) -> None:
    """What is handed on for a computation counts from 0: no key leads back."""
    worked = shifts(*[(f"A{n}", 0, "Acme", "8") for n in range(3)])
    with centre(lite, worked).write() as tx:
        tx.execute(sa.text("UPDATE agent_week SET agent_id = agent_id + 5000"))
    assert np.unique(read(lite, weeks=1).agent).tolist() == [0, 1, 2]
