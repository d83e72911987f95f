"""Roll-ups equal a fresh computation, whatever is imported, corrected and undone, on both engines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from ethics import changes
from ethics.access import TERMINAL
from ethics.database import Database
from ethics.imports.batches import batches, undo
from ethics.workforce import pseudonyms
from ethics.workforce.contacts import client_contacts
from ethics.workforce.models import Agent, AgentWeek, ClientWeek, Shift, ShiftBefore, Spell, SpellBefore, SpellWeek
from ethics.workforce.rollups import fresh_agent_week, fresh_client_week, fresh_spell_week, weeks_of
from tests import files

MONDAY = dt.date(2026, 1, 5)
CLIENTS = "name\nAcme Oy\nBeta Oy\n"


@pytest.fixture(autouse=True)
def _nothing_else_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """These facts import by the hundred and ask for no score."""
    monkeypatch.setattr(changes, "_LISTENERS", [])


def bring(db: Database, kind: str, content: str) -> int | None:
    return files.bring(db, kind, content).batch_id


def shifts(*rows: tuple[str, int, str, str, int]) -> str:
    """A file of shifts: agent, days after the first Monday, client, hours, contacts."""
    return "agent,date,client,hours,contacts\n" + "".join(
        f"{agent},{MONDAY + dt.timedelta(days=day)},{client} Oy,{hours},{contacts}\n"
        for agent, day, client, hours, contacts in rows
    )


def spells(*rows: tuple[str, int, int | None]) -> str:
    """A file of spells: agent, first and last day after the first Monday."""
    return "agent,start,end\n" + "".join(
        f"{agent},{MONDAY + dt.timedelta(days=start)},{'' if end is None else MONDAY + dt.timedelta(days=end)}\n"
        for agent, start, end in rows
    )


def differences(db: Database) -> list[Any]:
    """Rows of the roll-ups that a fresh computation lacks, and the other way round."""
    found: list[Any] = []
    with db.read() as tx:
        for model, fresh in ((AgentWeek, fresh_agent_week()), (ClientWeek, fresh_client_week())):
            stored = sa.select(*model.__table__.c)  # type: ignore[attr-defined]
            for one, other in ((stored, fresh), (fresh, stored)):
                found += tx.connection().execute(sa.except_(one, other)).all()
        kept = {w: (started, days) for w, started, days in tx.connection().execute(sa.select(*SpellWeek.__table__.c))}  # type: ignore[attr-defined]
        found += sorted(kept.items() ^ fresh_spell_week(tx).items())
    return found


def test_shifts_sum_up_by_agent_client_and_week(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(
        db,
        "shifts",
        shifts(
            ("A1", 0, "Acme", "7.5", 30),
            ("A1", 6, "Acme", "0.25", 1),
            ("A1", 7, "Acme", "4", 5),
            ("A2", 0, "Acme", "8", 9),
        ),
    )
    with db.read() as tx:
        rows = (
            tx.connection()
            .execute(
                sa.select(
                    *(ClientWeek.__table__.c[n] for n in ("week_start", "hours_hundredths", "contacts", "agents"))  # type: ignore[attr-defined]
                ).order_by("week_start")
            )
            .all()
        )
    assert rows == [(MONDAY, 1575, 40, 2), (MONDAY + dt.timedelta(days=7), 400, 5, 1)]
    assert differences(db) == []


def test_spells_count_by_week_and_an_open_one_only_where_it_starts(db: Database) -> None:
    bring(db, "spells", spells(("A1", 4, 8), ("A2", 7, None)))
    with db.read() as tx:
        assert fresh_spell_week(tx) == {MONDAY: (1, 3), MONDAY + dt.timedelta(days=7): (1, 2)}
    assert differences(db) == []


def test_a_week_that_is_corrected_away_leaves_no_empty_row(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    number = bring(db, "shifts", shifts(("A1", 0, "Acme", "7", 1)))
    assert number is not None
    with db.write() as tx:
        undo(tx, TERMINAL, number)
    with db.read() as tx:
        for table in (AgentWeek, ClientWeek):
            assert tx.connection().scalar(sa.select(sa.func.count()).select_from(table)) == 0


SHIFT = st.tuples(
    st.sampled_from(["A1", "A2"]),
    st.integers(0, 20),
    st.sampled_from(["Acme", "Beta"]),
    st.sampled_from(["0.01", "7.5", "8", "23.99"]),
    st.integers(0, 3),
)
SPELL = st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 20), st.one_of(st.none(), st.integers(0, 30)))
STEP = st.one_of(
    st.tuples(st.just("shifts"), st.lists(SHIFT, min_size=1, max_size=6, unique_by=lambda s: s[:3])),
    st.tuples(st.just("spells"), st.lists(SPELL, min_size=1, max_size=3, unique_by=lambda s: s[:2])),
    st.tuples(st.just("undo"), st.sampled_from(["shifts", "spells"])),
)


def undo_newest(db: Database, kind: str) -> bool:
    """Undo the newest standing batch of a kind; False when there is none."""
    with db.write() as tx:
        standing = [b.id for b in batches(tx, TERMINAL) if b.kind == kind and b.undone_at is None]
        if standing and standing[0] is not None:
            undo(tx, TERMINAL, standing[0])
        return bool(standing)


@settings(max_examples=25)
@given(st.lists(STEP, min_size=1, max_size=7))
def test_after_any_imports_corrections_and_undoings_the_roll_ups_are_exact(
    db: Database, steps: list[tuple[str, Any]]
) -> None:
    bring(db, "clients", CLIENTS)
    for kind, what in steps:
        if kind == "undo":
            undo_newest(db, what)
        else:  # a file that is refused (too many hours, overlapping spells) must change nothing either
            bring(db, kind, shifts(*what) if kind == "shifts" else spells(*what))
        assert differences(db) == []
    for kind in ("spells", "shifts"):
        while undo_newest(db, kind):
            assert differences(db) == []
    with db.read() as tx:
        for table in (Shift, ShiftBefore, Spell, SpellBefore, AgentWeek, ClientWeek, SpellWeek, Agent):
            assert tx.connection().scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("start", "end", "weeks"), [(0, 0, [0]), (0, 6, [0]), (6, 7, [0, 7]), (3, 17, [0, 7, 14]), (8, None, [7])]
)
def test_a_spell_meets_the_weeks_of_its_days(start: int, end: int | None, weeks: list[int]) -> None:
    def day(n: int) -> dt.date:
        return MONDAY + dt.timedelta(days=n)

    assert weeks_of(day(start), None if end is None else day(end)) == [day(w) for w in weeks]


# Contacts


def test_contact_rows_of_a_client_win_over_the_contacts_in_its_shifts_from_the_first_week_on(db: Database) -> None:
    """Acme works 30, 31 and 32 contacts in three weeks by its shifts; its own file begins in the second and skips the third."""
    weeks = [MONDAY + dt.timedelta(days=7 * n) for n in range(3)]
    worked = [("A1", 7 * n, "Acme", "7", 30 + n) for n in range(3)]
    bring(db, "clients", CLIENTS)
    bring(db, "shifts", shifts(*worked, ("A1", 1, "Beta", "7", 5)))
    with db.read() as tx:
        assert client_contacts(tx).contacts.tolist() == [30, 31, 32, 5]
    bring(db, "contacts", "client,week,contacts\nAcme Oy,2026-01-12,1000\n")
    with db.read() as tx:
        found = client_contacts(tx)
        assert found.contacts.tolist() == [30, 1000, 5]
        assert found.weeks.tolist() == [weeks[0], weeks[1], weeks[0]]
        acme, beta = int(found.clients[0]), int(found.clients[2])
        assert client_contacts(tx, client_ids=[beta]).contacts.tolist() == [5]
        assert client_contacts(tx, until=MONDAY).clients.tolist() == [acme, beta]
        assert client_contacts(tx, since=weeks[1]).contacts.tolist() == [1000]
        assert client_contacts(tx, since=weeks[2]).contacts.tolist() == []
        assert client_contacts(tx, client_ids=[]).contacts.dtype == np.int64


def test_a_file_of_contacts_changes_what_was_known_from_its_first_week_on(
    lite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(lite, "clients", CLIENTS)
    heard: list[dt.date | None] = []
    monkeypatch.setattr(changes, "_LISTENERS", [lambda _tx, _clients, since: heard.append(since)])
    for week in ("2026-01-12", "2026-01-05"):
        bring(lite, "contacts", f"client,week,contacts\nAcme Oy,{week},1000\n")
    assert heard == [MONDAY + dt.timedelta(days=7), MONDAY]


# Pseudonyms and partitions


def test_a_pseudonym_is_the_same_for_the_same_number_and_leads_back_to_nobody() -> None:
    one = pseudonyms.pseudonym("10001")
    assert one == pseudonyms.pseudonym("10001")
    assert one != pseudonyms.pseudonym("10002")
    assert len(one) == 32
    assert "10001" not in one


def test_postgresql_keeps_each_month_of_shifts_in_a_partition_of_its_own(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "shifts", shifts(("A1", 0, "Acme", "7", 1), ("A1", 27, "Acme", "7", 1)))
    bring(db, "shifts", shifts(("A1", 1, "Acme", "7", 1)))
    partitions = {n for n in inspect(db.writer).get_table_names() if n.startswith("shift_month")}
    assert partitions == (set() if db.is_sqlite else {"shift_month_2026_01", "shift_month_2026_02"})
