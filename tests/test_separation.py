"""A flag never meets a person's absence: not in the tables, not in a query, not in what a verb returns."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlmodel import select

from ethics import rounds
from ethics.access import TERMINAL, Role
from ethics.audit import AuditEntry
from ethics.database import Database, Table
from ethics.imports import batches, command
from ethics.imports.sample import loading
from ethics.language import Refused, reader
from ethics.risk import analysis
from tests import files
from tests.conftest import someone
from tests.house import SMALL, House
from tests.test_access import VERBS

TABLES = Table.metadata.tables
#: Tables with a row for each agent: from here on it is about a person's work or absence.
PEOPLE = {"agent", "shift", "shift_before", "spell", "spell_before", "agent_week"}
ABSENCE = {"spell", "spell_before"}
#: Tables with a row for each flag, or for what somebody said about one.
FLAGS = {name for name in TABLES if name.startswith(("flag", "message", "receipt", "evidence", "inquiry", "ruling"))}
#: Ways on which everything meets everything: a client, the batch of an import.
SHARED = {"client", "import_batch"}


def test_the_words_of_this_file_are_tables() -> None:
    assert set(TABLES) >= PEOPLE | SHARED
    assert {"flag", "message", "receipt"} <= FLAGS


def test_no_key_leads_from_a_flag_or_an_account_to_an_agent() -> None:
    """Foreign keys as ways in both directions, past clients and batches, which say nothing of a person."""
    ways: dict[str, set[str]] = {name: set() for name in TABLES}
    for table in TABLES.values():
        for key in table.foreign_keys:
            ways[table.name].add(key.column.table.name)
            ways[key.column.table.name].add(table.name)
    reached, ahead = set(), set(FLAGS) | {"user_account"}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= ways[name] - reached - SHARED
    assert not reached & PEOPLE


def test_no_table_names_an_agent_beside_a_flag_or_an_account() -> None:
    for table in TABLES.values():
        columns = set(table.c.keys())
        if columns & {"agent_id", "pseudonym"}:
            assert table.name in PEOPLE
            assert not {c for c in columns if re.search("flag|user|reporter|login|email|name", c)}


def test_sick_leave_is_an_agent_and_two_days() -> None:
    assert set(TABLES["spell"].c.keys()) == {"agent_id", "starts_on", "ends_on", "batch_id"}


@contextmanager
def overheard() -> Iterator[list[set[str]]]:
    """The tables that each statement names, while the block runs."""
    heard: list[set[str]] = []
    names = re.compile(r"\b(" + "|".join(sorted(TABLES, key=len, reverse=True)) + r")\b")

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(set(names.findall(re.sub(r"'[^']*'", "", statement))))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def _walk(house: House) -> Iterator[tuple[str, Role, Any]]:
    """Every verb as every role, with what it returned; nothing stays changed."""
    for name, (call, _) in VERBS.items():
        for role in Role:
            try:
                with house.db.write() as tx:
                    found = call(tx, house.actor(role))
                    tx.rollback()
            except Refused:
                continue
            yield name, role, found


def test_no_statement_of_the_house_names_both(house: House, db: Database) -> None:
    """Loading a centre, publishing, analysing, the rounds, and every verb as every role."""
    with overheard() as heard:
        with db.write() as tx:
            loading.load(tx, **SMALL)  # type: ignore[arg-type]
            analysis.analyse(tx, TERMINAL)
        rounds.run_all(db)
        for _ in _walk(house):
            pass
    assert len(heard) > 1000
    assert any(ABSENCE & tables for tables in heard)
    assert any("flag" in tables for tables in heard)
    assert [tables for tables in heard if tables & FLAGS and tables & (PEOPLE - {"agent_week"})] == []
    assert [tables for tables in heard if tables & ABSENCE and tables & {"user_account", *FLAGS}] == []


#: Marks that no other data hold: agents' numbers, and a day long before anything else.
FIRST_NUMBER, MARK = 7_770_000, dt.date(1987, 6, 5)


def _leaves(value: Any, seen: set[int]) -> Iterator[Any]:
    """Everything that a returned value holds, down to plain values."""
    if id(value) in seen:
        return
    if isinstance(value, str | bytes | int | float | bool | dt.date | Enum) or value is None:
        yield value
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(key, seen)
            yield from _leaves(inner, seen)
    elif isinstance(value, np.ndarray):
        yield from _leaves(value.tolist(), seen)
    elif isinstance(value, pd.DataFrame | pd.Series):
        yield from _leaves(value.to_dict(), seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from _leaves(getattr(value, part.name), seen)
    elif isinstance(value, Table):
        yield from _leaves(value.model_dump(), seen)
    elif isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__next__"):
        for inner in value:
            yield from _leaves(inner, seen)
    else:
        raise AssertionError(f"{type(value).__name__}: this walk cannot look into it")


def _ways(day: dt.date) -> set[str]:
    """How a day may be written."""
    return {day.isoformat(), *(reader(language).date(day) for language in ("en", "fi"))}


def _betrayed(leaf: Any, secret: set[Any]) -> set[Any]:
    """What of `secret` a value is, or holds somewhere in its text."""
    if isinstance(leaf, bytes):
        leaf = leaf.decode("utf-8", "replace")
    if isinstance(leaf, str):
        return {word for word in secret if isinstance(word, str) and word in leaf}
    return {leaf} & secret if isinstance(leaf, int | dt.date) else set()


def _plant(house: House) -> set[Any]:
    """Number every agent anew and let everybody's first spell begin on one day; returns what must not come back."""
    with house.db.write() as tx:
        for table, column in (("agent", "id"), *((name, "agent_id") for name in sorted(PEOPLE - {"agent"}))):
            tx.execute(sa.text(f"UPDATE {table} SET {column} = {column} + {FIRST_NUMBER}"))
        tx.execute(
            sa.text(
                "UPDATE spell SET starts_on = :mark WHERE (agent_id, starts_on) IN "
                "(SELECT agent_id, min(starts_on) FROM spell GROUP BY agent_id)"
            ),
            {"mark": MARK.isoformat()},
        )
        numbers = set(tx.connection().scalars(sa.select(TABLES["agent"].c.id)))
        pseudonyms = set(tx.connection().scalars(sa.select(TABLES["agent"].c.pseudonym)))
    assert min(numbers) > FIRST_NUMBER
    return numbers | pseudonyms | {MARK} | _ways(MARK)


@pytest.fixture
def planted(house: House) -> tuple[House, set[Any]]:
    with house.db.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    event.listen(house.db.writer, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys = OFF"))
    house.db.dispose()
    return house, _plant(house)


#: The one thing that HR is told of the days of sick leave: the first and the last of the whole company.
COMPANY = {("ethics.workforce.quality.data_quality", Role.HR)}


def test_no_verb_returns_an_agent_or_the_day_of_an_absence(planted: tuple[House, set[Any]]) -> None:
    house, secret = planted
    looked_at = 0
    for name, role, found in _walk(house):
        for leaf in _leaves(found, set()):
            looked_at += 1
            if found_out := _betrayed(leaf, secret):
                assert (name, role) in COMPANY, f"{name} as {role} returned {found_out}"
    assert looked_at > 1000


def test_the_walk_finds_what_is_planted(planted: tuple[House, set[Any]]) -> None:
    house, secret = planted
    with house.db.read() as tx:
        rows = tx.execute(sa.select(TABLES["spell"])).mappings().all()
    kept = [dict(row) for row in rows]
    assert any(_betrayed(leaf, secret) for leaf in _leaves({"a": [kept]}, set()))
    for leaf in (
        f"It began on {reader('en').date(MARK)}.",
        f"a,{MARK}\n".encode(),
        f"Alkoi {reader('fi').date(MARK)}.",
    ):
        assert _betrayed(leaf, secret)


#: A spell that is known, and days of files that overlap it: from the left, from the right, inside, around; and its
#: own first day with another last one, which only corrects it.
KNOWN = dt.date(2026, 2, 17), dt.date(2026, 3, 11)
OVERLAPPING = ("2026-02-01,2026-02-20", "2026-03-01,2026-03-20", "2026-02-20,2026-03-01", "2026-02-01,", "2026-02-17,")


@pytest.mark.parametrize("days", OVERLAPPING)
def test_a_file_of_sick_leave_hears_of_nothing_but_itself(db: Database, days: str) -> None:
    """Checked and imported, on the page and in the terminal, in both languages; and what the audit trail keeps."""
    files.bring(db, "spells", f"agent,start,end\nE-7,{KNOWN[0]},{KNOWN[1]}\n")
    with db.read() as tx:
        pseudonyms = set(tx.connection().scalars(sa.select(TABLES["agent"].c.pseudonym)))
    seen: list[Any] = []
    for dry_run in (True, False):
        outcome = files.bring(db, "spells", f"agent,start,end\nE-7,{days}\n", dry_run=dry_run)
        assert outcome.ok == days.startswith(KNOWN[0].isoformat())
        for t in (reader("en"), reader("fi")):
            seen += [outcome, command.lines(outcome, t), command.as_dict(outcome, t)]
    with db.read() as tx:
        seen += [batches.batches(tx, someone(Role.HR)), [e.body for e in tx.exec(select(AuditEntry))]]
    secret = {*KNOWN, *_ways(KNOWN[0]), *_ways(KNOWN[1]), *pseudonyms} - set(days.split(","))
    leaves = list(_leaves(seen, set()))
    assert len(leaves) > 100
    assert [leaf for leaf in leaves if _betrayed(leaf, secret)] == []
