"""Files in and out again: counted, repeatable, undoable, all or nothing, on both engines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from ethics.clients.models import Client
from ethics.database import Database, Table, now
from ethics.imports.kinds import KINDS
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.imports.outcome import Outcome
from ethics.language import NotFound, Refused
from ethics.mismatches.models import Evidence, Exclusion, Flag, Message, WhistleAnswer
from ethics.people.models import User
from ethics.triage.models import ClientQuestion, Note, Verification
from tests.files import CLIENTS, FILES, LATER, bring, everything, ready, take_back
from tests.ledgers import flag


def told(kind: str, added: int, changed: int, unchanged: int) -> tuple[int, int, int]:
    """The counts that an outcome tells: none of sick leave."""
    return (0, 0, 0) if KINDS[kind].about_absence else (added, changed, unchanged)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_adds_its_rows(db: Database, kind: str) -> None:
    ready(db, kind)
    outcome = bring(db, kind, FILES[kind])
    assert (outcome.errors, outcome.rows, counts(outcome)) == ((), 2, told(kind, 2, 0, 0))
    with db.read() as tx:
        batch = tx.get(Batch, outcome.batch_id)
        assert batch is not None
        assert (batch.kind, batch.rows, batch.imported_by) == (kind, 2, "terminal")
        assert (batch.added, batch.changed, batch.unchanged) == counts(outcome)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_twice_changes_nothing(db: Database, kind: str) -> None:
    ready(db, kind)
    first = bring(db, kind, FILES[kind])
    before = everything(db)
    again = bring(db, kind, FILES[kind])
    assert (again.already, again.batch_id, again.added, again.changed) == (first.batch_id, None, 0, 0)
    reordered = bring(db, kind, FILES[kind].replace("\n", "\r\n"))
    assert counts(reordered) == told(kind, 0, 0, 2)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_overlapping_file_changes_what_differs_and_undoing_it_restores_every_row(db: Database, kind: str) -> None:
    ready(db, kind)
    bring(db, kind, FILES[kind])
    before = everything(db)
    later = bring(db, kind, LATER[kind])
    assert (later.errors, counts(later)) == ((), told(kind, 1, 1, 1))
    assert everything(db) != before
    take_back(db, later.batch_id)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_the_only_file_leaves_nothing_of_it(db: Database, kind: str) -> None:
    ready(db, kind)
    before = everything(db)
    take_back(db, bring(db, kind, FILES[kind]).batch_id)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_undone_file_may_be_imported_again(db: Database, kind: str) -> None:
    ready(db, kind)
    take_back(db, bring(db, kind, FILES[kind]).batch_id)
    before = everything(db)
    again = bring(db, kind, FILES[kind])
    assert (again.already, counts(again)) == (None, told(kind, 2, 0, 0))
    assert everything(db) != before


@pytest.mark.parametrize("kind", KINDS)
def test_a_dry_run_tells_the_counts_and_writes_nothing(db: Database, kind: str) -> None:
    ready(db, kind)
    bring(db, kind, FILES[kind])
    before = everything(db)
    outcome = bring(db, kind, LATER[kind], dry_run=True)
    assert (outcome.dry_run, outcome.batch_id, counts(outcome)) == (True, None, told(kind, 1, 1, 1))
    assert everything(db) == before
    assert counts(bring(db, kind, LATER[kind])) == counts(outcome)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "clients"])
def test_one_wrong_row_among_good_ones_and_nothing_is_written(db: Database, kind: str) -> None:
    ready(db, kind)
    before = everything(db)
    first, *rest = FILES[kind].splitlines()
    outcome = bring(
        db,
        kind,
        "\n".join([first, *rest, rest[0].replace("Acme Oy", "Acne Oy").replace("A1,2026-01-12", "A1,2026-13-12")]),
    )
    assert (outcome.ok, outcome.error_count, outcome.batch_id, outcome.errors[0].row) == (False, 1, None, 4)
    assert everything(db) == before


def test_an_unknown_client_is_refused_with_the_name_it_was_probably_meant_to_be(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    (wrong,) = bring(db, "contacts", "client,week,contacts\nAcne Oy,2026-W01,1\n").errors
    assert (wrong.row, wrong.column, wrong.value) == (2, "client", "Acne Oy")
    assert (
        str(wrong.what)
        == "There is no client “Acne Oy”. Did you mean “Acme Oy”? Correct the name, or import the client first."
    )


def test_a_mapping_may_allow_new_clients_and_undoing_takes_them_away(db: Database) -> None:
    mapping = Mapping(create_clients=True)
    outcome = bring(db, "contacts", FILES["contacts"], mapping=mapping)
    assert outcome.new_clients == 2
    changed = bring(db, "clients", CLIENTS)
    with pytest.raises(Refused, match="changed clients that this one added"):
        take_back(db, outcome.batch_id)
    take_back(db, changed.batch_id)
    take_back(db, outcome.batch_id)
    with db.read() as tx:
        assert tx.exec(select(Client)).all() == []


# Undoing


def test_batches_of_a_kind_are_undone_newest_first(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    first, second = bring(db, "contacts", FILES["contacts"]), bring(db, "contacts", LATER["contacts"])
    with pytest.raises(Refused, match=f"Batch {second.batch_id}, “contacts.csv”, came after it"):
        take_back(db, first.batch_id)
    take_back(db, second.batch_id)
    take_back(db, first.batch_id)
    with pytest.raises(Refused, match="undone already"):
        take_back(db, first.batch_id)
    with pytest.raises(NotFound):
        take_back(db, 99)


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("clients", "spells")])
def test_clients_that_something_refers_to_are_not_undone(db: Database, kind: str) -> None:
    clients = bring(db, "clients", CLIENTS)
    bring(db, kind, FILES[kind])
    before = everything(db)
    with pytest.raises(Refused, match=r"“(Acme|Beta) Oy” came with this batch and is in use"):
        take_back(db, clients.batch_id)
    assert everything(db) == before


def test_clients_that_were_only_changed_by_a_batch_do_not_stand_in_its_way(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "contacts", FILES["contacts"])
    take_back(db, bring(db, "clients", CLIENTS.replace("1000", "2000")).batch_id)


def test_what_people_have_decided_is_neither_changed_nor_undone(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    flags = bring(db, "flags", FILES["flags"])
    with db.write() as tx:
        officer = User(name="Oona", login="oona", password_hash="x", created_at=now())
        tx.add(officer)
        tx.flush()
        for flag in tx.exec(select(Flag)):
            flag.status, flag.decided_by, flag.decided_at = "dismissed", officer.id, now()
    outcome = bring(db, "flags", FILES["flags"].replace("open", "confirmed"))
    assert (outcome.changed, outcome.unchanged) == (0, 2)
    with db.read() as tx:
        assert {f.status for f in tx.exec(select(Flag))} == {"dismissed"}
    take_back(db, outcome.batch_id)
    with pytest.raises(Refused, match="have been decided since"):
        take_back(db, flags.batch_id)


def referring(key: str, table: str) -> Any:
    """A row of a table that refers to the flag `key`."""
    day = dt.date(2026, 1, 9)
    rows: dict[str, Any] = {
        "message": Message(flag_id=key, position=1, side="officer", text="Which page?", written_on=day),
        "evidence": Evidence(flag_id=key, position=1, kind="png", size=1, data=b"x"),
        "flag_exclusion": Exclusion(flag_id=key, user_id=1),
        "whistle_answer": WhistleAnswer(flag_id=key, decided="no", text="Not here.", answered_on=day),
        "triage_note": Note(flag_id=key, text="Ask the team.", written_by=1, written_at=now()),
        "client_question": ClientQuestion(
            flag_id=key, text="Is it so?", asked_on=day, due_on=day + dt.timedelta(days=7), asked_by=1
        ),
        "verification": Verification(
            flag_id=key, method="purchase", result="supports", text="It is so.", done_on=day, done_by=1
        ),
    }
    return rows[table]


def flagged(db: Database) -> tuple[int | None, str]:
    """A batch of two flags with the key of one of them, and an officer who is user 1."""
    bring(db, "clients", CLIENTS)
    batch = bring(db, "flags", FILES["flags"]).batch_id
    with db.write() as tx:
        tx.add(User(id=1, name="Test officer", login="test", password_hash="x", created_at=now()))
        return batch, tx.exec(select(Flag.id).limit(1)).one()


_TO_FLAGS = sorted(
    name
    for name, table in Table.metadata.tables.items()
    for key in table.foreign_keys
    if key.column.table.name == "flag"
)


@pytest.mark.parametrize("table", _TO_FLAGS)
def test_flags_that_somebody_works_on_are_not_undone(db: Database, table: str) -> None:
    batch, key = flagged(db)
    with db.write() as tx:
        tx.add(referring(key, table))
    before = everything(db)
    with pytest.raises(Refused, match="have been worked on since"):
        take_back(db, batch)
    assert everything(db) == before


def test_a_flag_that_another_was_merged_into_is_not_undone(db: Database) -> None:
    batch, key = flagged(db)
    with db.write() as tx:
        about = tx.exec(select(Flag.client_id).where(Flag.id == key)).one()
        flag(tx, about, dt.date(2026, 1, 9), status="merged", merged_into=key)
    with pytest.raises(Refused, match="have been worked on since"):
        take_back(db, batch)


def test_work_on_a_flag_does_not_hold_the_batch_that_only_changed_it(db: Database) -> None:
    first, key = flagged(db)
    second = bring(db, "flags", FILES["flags"].replace("open", "confirmed"))
    assert second.changed == 2
    with db.write() as tx:
        tx.add(referring(key, "triage_note"))
    take_back(db, second.batch_id)
    with db.read() as tx:
        assert {one.status for one in tx.exec(select(Flag))} == {"open"}
    with pytest.raises(Refused, match="have been worked on since"):
        take_back(db, first)


def test_promises_that_were_judged_are_not_undone(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    promises = bring(db, "promises", FILES["promises"])
    with db.write() as tx:
        tx.execute(text("UPDATE promise SET verdict = 'broken' WHERE text = 'Free'"))
    with pytest.raises(Refused, match="judged or flagged"):
        take_back(db, promises.batch_id)
