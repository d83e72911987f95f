"""Sick leave is kept no longer than HR confirmed; of a file whose sick leave is gone nothing is kept that tells of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from ethics import rounds
from ethics import settings as house
from ethics.access import TERMINAL
from ethics.audit import AuditEntry
from ethics.database import Database, today
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.language import Refused
from ethics.wellbeing import terms
from ethics.workforce import retention
from tests import files


@pytest.fixture(autouse=True)
def _no_settings_stay() -> Iterator[None]:
    yield
    house.settings.cache_clear()


def keep(monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    """The setting as an administrator changes it."""
    monkeypatch.setenv("REILU_ABSENCE_MONTHS", str(months))
    house.settings.cache_clear()


def confirm(db: Database, *, sample: bool = False) -> None:
    with db.write() as tx:
        terms.confirm(tx, TERMINAL, heard_on=dt.date(2026, 1, 2), assessment="DPIA 1", sample=sample)


def since(db: Database) -> dt.date:
    with db.read() as tx:
        return retention.absence_since(tx)


@pytest.mark.parametrize(
    ("confirmed", "setting", "kept"),
    [([], 30, 30), ([24], 60, 24), ([24], 12, 12), ([60, 24], 60, 24), ([24, 60], 60, 60)],
    ids=["nothing", "less", "more", "less of late", "more of late"],
)
def test_sick_leave_is_kept_by_the_setting_and_no_longer_than_was_confirmed_last(
    db: Database, monkeypatch: pytest.MonkeyPatch, confirmed: list[int], setting: int, kept: int
) -> None:
    for months in confirmed:
        keep(monkeypatch, months)
        confirm(db)
    keep(monkeypatch, setting)
    assert since(db) == retention.kept_since(kept)


def test_what_was_said_for_the_sample_centre_shortens_nothing(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, 24)
    confirm(lite, sample=True)
    keep(monkeypatch, 60)
    assert since(lite) == retention.kept_since(60)


@pytest.mark.parametrize(("confirmed", "left"), [(24, 0), (60, 1)])
def test_a_setting_that_was_raised_after_hr_confirmed_keeps_nothing_longer(
    db: Database, monkeypatch: pytest.MonkeyPatch, confirmed: int, left: int
) -> None:
    """Sick leave of 30 months ago, sent in when HR had confirmed so many months; the setting is 60 now."""
    keep(monkeypatch, confirmed)
    old = retention.kept_since(30) + dt.timedelta(days=3)
    monkeypatch.setattr(retention, "today", lambda: old + dt.timedelta(days=40))
    assert files.bring(db, "spells", f"agent,start,end\nE1,{old},{old}\n").ok
    monkeypatch.setattr(retention, "today", today)
    keep(monkeypatch, 60)
    rounds.run_all(db)
    with db.read() as tx:
        assert tx.connection().scalar(sa.text("SELECT count(*) FROM spell")) == left
        assert tx.connection().scalar(sa.text("SELECT count(*) FROM spell_week")) == left


# Files


def spells(db: Database, *lines: str) -> int:
    outcome = files.bring(db, "spells", "agent,start,end\n" + "".join(f"{line}\n" for line in lines))
    assert outcome.ok, outcome.errors
    return outcome.batch_id or 0


def after(db: Database, monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    """So many months pass, and the house's rounds with them."""
    day = retention.kept_since(-months)
    monkeypatch.setattr(retention, "today", lambda: day)
    assert rounds.run_all(db) == []


def known(db: Database, number: int) -> tuple[str, bool, dict[str, Any], int]:
    """What is kept of a file: its name, whether its fingerprint, its mapping, its count of rows."""
    with db.read() as tx:
        batch = tx.exec(select(Batch).where(Batch.id == number)).one()
        return batch.file_name, bool(batch.sha256), batch.mapping, batch.rows


def test_when_its_sick_leave_is_gone_a_file_is_a_number_and_a_count(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 months are kept; the file is of today."""
    content = f"agent,alku,end\nE1,{today()},{today()}\n"
    mapping = Mapping(columns={"start": "alku"})
    number = files.bring(db, "spells", content, mapping=mapping).batch_id or 0
    business = files.bring(db, "clients", files.CLIENTS).batch_id or 0
    after(db, monkeypatch, 60)
    assert known(db, number) == ("spells.csv", True, {"columns": {"start": "alku"}}, 1)
    after(db, monkeypatch, 61)
    assert known(db, number) == ("–", False, {}, 1)
    assert known(db, business)[:2] == ("clients.csv", True)
    with db.read() as tx:
        told = [body for body in tx.exec(select(AuditEntry.body)) if "delete old" in body]
    assert '"files":1' in told[-1]
    assert "spells.csv" not in "".join(told)


def test_a_file_keeps_its_name_while_some_of_its_sick_leave_is_kept_or_can_be_put_back(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is open and lasts; the second closes the first's, whose row is then the second's."""
    lasts = today() + dt.timedelta(days=100)
    opens = spells(db, f"E1,{today()},")
    closes = spells(db, f"E1,{today()},{lasts}")
    after(db, monkeypatch, 61)
    assert [known(db, number)[0] for number in (opens, closes)] == ["spells.csv", "spells.csv"]
    after(db, monkeypatch, 65)
    assert [known(db, number)[0] for number in (opens, closes)] == ["–", "–"]


def test_a_file_that_brought_nothing_new_is_not_told_from_others_by_its_name(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = spells(db, f"E1,{today()},{today()}", f"E2,{today()},{today()}")
    known_already = spells(db, f"E1,{today()},{today()}")
    after(db, monkeypatch, 60)
    assert [known(db, number)[0] for number in (first, known_already)] == ["spells.csv", "spells.csv"]


def test_a_file_without_a_name_is_undone_in_its_turn(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = spells(db, f"E1,{today()},{today()}")
    after(db, monkeypatch, 61)
    monkeypatch.setattr(retention, "today", today)
    newer = spells(db, f"E1,{today()},{today()}")
    assert newer != number
    with pytest.raises(Refused, match="came after it"):
        files.take_back(db, number)
    files.take_back(db, newer)
    files.take_back(db, number)
    with db.read() as tx:
        assert tx.connection().scalar(sa.text("SELECT count(*) FROM spell")) == 0
