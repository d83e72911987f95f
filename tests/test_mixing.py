"""Mixing lays the flags in the order of their keys, loses nothing, and overwrites nothing that changes meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

from ethics.access import Role
from ethics.database import Database, today
from ethics.door import mixing
from ethics.mismatches.clocks import monday
from ethics.mismatches.models import Disclosed, Flag, Receipt
from ethics.triage import inquiries, rulings
from tests.conftest import someone
from tests.visits import dump, people


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # on SQLite these tables have no row numbers
def test_the_proof_would_notice_rows_that_lie_in_the_order_of_filing(db: Database) -> None:
    """Without mixing, PostgreSQL tells: rows lie as they came, each with the number of its own transaction."""
    people(db)
    with db.write() as tx:
        tx.add(Receipt(id="f" * 32, lookup="l", secret_hash="s", week=monday(today())))
    for key in ("b", "a"):
        with db.write() as tx:
            tx.add(
                Flag(
                    id=key * 32,
                    client_id=1,
                    category="M06",
                    severity=1,
                    certainty="saw",
                    text=key,
                    met_on=monday(today()),
                    filed_on=monday(today()),
                    disclosed=Disclosed.ANONYMOUS,
                    receipt_id="f" * 32,
                )
            )

    def lies() -> list[Any]:
        with db.read() as tx:
            return list(tx.connection().exec_driver_sql("SELECT id, xmin::text FROM flag ORDER BY ctid").all())

    before = lies()
    assert [key[0] for key, _ in before] == ["b", "a"]
    assert len({xmin for _, xmin in before}) == 2
    mixing.mix(db)
    after = lies()
    assert [key[0] for key, _ in after] == ["a", "b"]
    assert len({xmin for _, xmin in after}) == 1


def test_mixing_loses_nothing_and_leaves_what_is_older_alone(db: Database) -> None:
    """Flags with all that hangs on them, before and after: the same rows."""
    people(db)
    officer = someone(Role.OFFICER, user_id=3)
    week = monday(today())
    with db.write() as tx:
        for k, start in enumerate((week, week - dt.timedelta(weeks=1), week - dt.timedelta(weeks=2))):
            tx.add(Receipt(id=str(k) * 32, lookup=str(k), secret_hash="s", week=start))
            tx.flush()
            tx.add(
                Flag(
                    id=f"a{k}" * 16,
                    client_id=1,
                    category="M06",
                    severity=1,
                    certainty="saw",
                    text=f"ä € {k}",
                    met_on=start,
                    filed_on=start,
                    disclosed=Disclosed.ANONYMOUS,
                    receipt_id=str(k) * 32,
                )
            )
        tx.flush()
        for k in range(3):
            inquiries.ask_reporter(tx, officer, f"a{k}" * 16, "Which?")
            inquiries.add_note(tx, officer, f"a{k}" * 16, "Looked at it")
            rulings.acknowledge(tx, officer, f"a{k}" * 16)
    before = sorted(dump(db).splitlines())
    mixing.mix(db)
    mixing.mix(db)
    assert sorted(dump(db).splitlines()) == before


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # SQLite lets one writer in at a time anyway
def test_mixing_does_not_overwrite_what_somebody_changes_meanwhile(db: Database) -> None:
    """An officer's change is under way when the round begins: the round waits, and the change stays."""
    people(db)
    with db.write() as tx:
        tx.add(Receipt(id="f" * 32, lookup="l", secret_hash="s", week=monday(today())))
        tx.flush()
        tx.add(
            Flag(
                id="a" * 32,
                client_id=1,
                category="M06",
                severity=1,
                certainty="saw",
                text="before",
                met_on=monday(today()),
                filed_on=monday(today()),
                disclosed=Disclosed.ANONYMOUS,
                receipt_id="f" * 32,
            )
        )
    round_ = threading.Thread(target=mixing.mix, args=(db,))
    with db.write() as tx:
        flag = tx.get(Flag, "a" * 32)
        assert flag is not None
        flag.text = "after"
        tx.flush()
        round_.start()
        round_.join(0.5)
        assert round_.is_alive()
    round_.join(20)
    assert not round_.is_alive()
    with db.read() as tx:
        kept = tx.get(Flag, "a" * 32)
        assert kept is not None
        assert kept.text == "after"
