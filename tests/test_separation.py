"""A flag never meets a person's absence: not in the tables, not in a query, not in what a verb returns."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
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
from ethics.workforce.absence import Runs
from tests import files
from tests.conftest import someone
from tests.house import SMALL, House, open_copy
from tests.leaves import betrayed, leaves, ways
from tests.served import serve
from tests.test_access import VERBS

TABLES = Table.metadata.tables


def _hanging_on(*roots: str) -> set[str]:
    """These tables, and all whose keys lead to one of them, over others too."""
    found, before = set(roots), set[str]()
    while found != before:
        before = set(found)
        found |= {t.name for t in TABLES.values() if any(k.column.table.name in found for k in t.foreign_keys)}
    return found


#: Tables with a row for each agent: from here on it is about a person's work or absence. The large ones have no keys.
PEOPLE = _hanging_on("agent") | {name for name, table in TABLES.items() if "agent_id" in table.c}
#: Sick leave, person by person and of the whole company.
ABSENCE = {name for name, table in TABLES.items() if name.startswith("spell") or "starts_on" in table.c}
#: Tables with a row for each flag, or for what somebody said about one, and the receipts that flags are followed by.
FLAGS = _hanging_on("flag", "receipt")
#: Ways on which everything meets everything: a client, the batch of an import.
SHARED = {"client", "import_batch"}


def test_the_words_of_this_file_are_tables() -> None:
    assert {"agent", "shift", "shift_before", "spell", "spell_before", "agent_week"} == PEOPLE
    assert {"spell", "spell_before", "spell_week"} == ABSENCE
    assert {
        "flag", "flag_exclusion", "message", "receipt", "evidence", "whistle_answer", "triage_note", "client_question",
        "verification",
    } == FLAGS  # fmt: skip
    assert set(TABLES) >= SHARED


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
    """Every verb as every role that it serves, with what it returned; nothing stays changed."""
    for name, (call, _) in VERBS.items():
        for role in Role:
            try:
                with house.db.write() as tx:
                    found = call(tx, house.actor(role))
                    tx.rollback()
            except Refused:
                continue
            yield name, role, found


def _name_both(heard: list[set[str]]) -> list[set[str]]:
    """The statements that name people beside flags or accounts. Whose weeks there are, a meter may count."""
    flags = [tables for tables in heard if tables & FLAGS and tables & (PEOPLE - {"agent_week"})]
    return flags + [tables for tables in heard if tables & ABSENCE and tables & {"user_account", *FLAGS}]


def test_no_statement_names_both_while_a_centre_is_loaded_published_and_analysed(db: Database) -> None:
    with overheard() as heard:
        with db.write() as tx:
            loading.load(tx, **SMALL)  # type: ignore[arg-type]
            analysis.analyse(tx, TERMINAL)
        rounds.run_all(db)
    assert any(ABSENCE & tables for tables in heard)
    assert any("flag" in tables for tables in heard)
    assert _name_both(heard) == []


#: Marks that no other data hold: agents' numbers, and a day long before anything else.
FIRST_NUMBER, MARK = 7_770_000, dt.date(1987, 6, 5)
#: Every so many agents have it: were it all, so much sick leave would hide every figure.
SOME = 5


def _plant(house: House) -> set[Any]:
    """Number every agent anew and let many a first spell begin on one day; returns what must not come back."""
    with house.db.write() as tx:
        for table, column in (("agent", "id"), *((name, "agent_id") for name in sorted(PEOPLE - {"agent"}))):
            tx.execute(sa.text(f"UPDATE {table} SET {column} = {column} + {FIRST_NUMBER}"))
        tx.execute(
            sa.text(
                "UPDATE spell SET starts_on = :mark WHERE (agent_id, starts_on) IN "
                "(SELECT agent_id, min(starts_on) FROM spell GROUP BY agent_id) AND agent_id % :some = 0"
            ),
            {"mark": MARK.isoformat(), "some": SOME},
        )
        numbers = set(tx.connection().scalars(sa.select(TABLES["agent"].c.id)))
        pseudonyms = set(tx.connection().scalars(sa.select(TABLES["agent"].c.pseudonym)))
        marked = tx.connection().scalar(sa.select(sa.func.count()).where(TABLES["spell"].c.starts_on == MARK))
    assert min(numbers) > FIRST_NUMBER
    assert marked
    return numbers | pseudonyms | {MARK, MARK.toordinal()} | ways(MARK)


@dataclass
class Walked:
    """What came of every verb as every role in a house with marks, which tables its statements named, and the marks."""

    found: list[tuple[str, Role, Any]]
    heard: list[set[str]]
    secret: set[Any]
    spells: list[dict[str, Any]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    house = serve(open_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("walked")))
    event.listen(house.db.writer, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys = OFF"))
    house.db.dispose()
    secret = _plant(house)
    with overheard() as heard:
        found = list(_walk(house))
    with house.db.read() as tx:
        spells = [dict(row) for row in tx.execute(sa.select(TABLES["spell"])).mappings()]
    house.db.dispose()
    return Walked(found, heard, secret, spells)


#: The one thing that HR is told of the days of sick leave: the first and the last of the whole company.
COMPANY = {("ethics.workforce.quality.data_quality", Role.HR)}


def _gives_something(name: str) -> bool:
    """Whether a verb is there to return anything: those that only do something say None."""
    module, verb = name.rsplit(".", 1)
    returned = inspect.signature(getattr(importlib.import_module(module), verb)).return_annotation
    assert returned is not inspect.Signature.empty
    return bool(returned != "None")


#: Verbs that have nothing to tell while all is well.
CALM = {"ethics.wellbeing.releases.altered"}


def test_the_walk_is_not_one_over_refusals(walked: Walked) -> None:
    """Every verb serves somebody, and gives something if it is there to."""
    served: dict[str, list[Any]] = {name: [] for name in VERBS}
    for name, _, found in walked.found:
        served[name].append(found)
    assert [name for name, found in served.items() if not found] == []
    empty = {name for name, found in served.items() if all(told in (None, [], (), {}) for told in found)}
    assert {name for name in empty if _gives_something(name)} == CALM
    prepared = served["ethics.wellbeing.publishing.prepare"][0].release
    assert prepared.total is not None
    assert any(client.figures for client in prepared.clients)


def test_no_verb_returns_an_agent_or_the_day_of_an_absence(walked: Walked) -> None:
    looked_at = 0
    for name, role, found in walked.found:
        for leaf in leaves(found, set()):
            looked_at += 1
            if found_out := betrayed(leaf, walked.secret):
                assert (name, role) in COMPANY, f"{name} as {role} returned {found_out}"
    assert looked_at > 1000


def test_no_statement_of_a_verb_names_both(walked: Walked) -> None:
    assert len(walked.heard) > 1000
    assert any(ABSENCE & tables for tables in walked.heard)
    assert any("flag" in tables for tables in walked.heard)
    assert _name_both(walked.heard) == []


def test_the_walk_finds_what_is_planted(walked: Walked) -> None:
    assert any(betrayed(leaf, walked.secret) for leaf in leaves({"a": [walked.spells]}, set()))
    for leaf in (
        f"It began on {reader('en').date(MARK)}.",
        f"a,{MARK}\n".encode(),
        f"Alkoi {reader('fi').date(MARK)}.",
        MARK.toordinal(),
    ):
        assert betrayed(leaf, walked.secret)
    with pytest.raises(AssertionError, match="Runs"):
        list(leaves([Runs(*[np.zeros(0, dtype=np.int64)] * 4)], set()))


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
    secret = {*KNOWN, *ways(KNOWN[0]), *ways(KNOWN[1]), *pseudonyms} - set(days.split(","))
    told = list(leaves(seen, set()))
    assert len(told) > 100
    assert [leaf for leaf in told if betrayed(leaf, secret)] == []
