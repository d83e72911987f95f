"""What is kept of people, for how long, and that its deletion leaves what was published as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ethics import audit, rounds
from ethics import settings as house
from ethics.audit import AuditEntry
from ethics.database import Database, Table, today
from ethics.wellbeing import release, releases
from ethics.wellbeing.models import StoredRelease
from ethics.workforce import retention
from tests import files
from tests.releases import published


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The months that Reilu comes with, not those of the test run."""
    monkeypatch.delenv("REILU_ABSENCE_MONTHS")
    monkeypatch.delenv("REILU_SHIFT_MONTHS")
    house.settings.cache_clear()
    yield
    house.settings.cache_clear()


def months_ago(n: int, day: int) -> dt.date:
    return retention.kept_since(n).replace(day=day)


def rows(db: Database, table: str) -> int:
    with db.read() as tx:
        return tx.connection().scalar(sa.select(sa.func.count()).select_from(Table.metadata.tables[table])) or 0


def plant(db: Database, *spells: tuple[dt.date, dt.date | None], shifts: tuple[dt.date, ...] = ()) -> Database:
    """Rows as they lie there after years: an agent each."""
    files.bring(db, "clients", "name\nAcme Oy\n")
    tables = Table.metadata.tables
    with db.write() as tx:
        number = tx.connection().scalar(sa.select(sa.func.max(tables["import_batch"].c.id)))
        for k, (first, last) in enumerate(spells, start=1):
            tx.execute(tables["agent"].insert().values(id=k, pseudonym=f"p{k}", key_version=1))
            tx.execute(tables["spell"].insert().values(agent_id=k, starts_on=first, ends_on=last, batch_id=number))
    for k, day in enumerate(shifts):
        if day >= retention.shifts_since():
            files.bring(db, "shifts", f"agent,date,client,hours\nS{k},{day},Acme Oy,8\n")
        else:
            with db.write() as tx:
                monday = day - dt.timedelta(days=day.weekday())
                same = {"agent_id": 900 + k, "client_id": 1, "hours_hundredths": 800, "contacts": 5}
                tx.execute(tables["agent"].insert().values(id=900 + k, pseudonym=f"s{k}", key_version=1))
                tx.execute(tables["agent_week"].insert().values(**same, week_start=monday, shifts=1))
                weekly = {"client_id": 1, "hours_hundredths": 800, "contacts": 5, "agents": 1}
                tx.execute(tables["client_week"].insert().values(**weekly, week_start=monday))
                if not db.is_sqlite:
                    from ethics.workforce import months

                    months.ensure(tx, [day.replace(day=1)])
                tx.execute(tables["shift"].insert().values(**same, date=day, week_start=monday, batch_id=number))
    return db


@pytest.mark.parametrize(
    ("months", "day", "since"),
    [
        (24, dt.date(2026, 11, 22), dt.date(2024, 11, 1)),
        (24, dt.date(2026, 1, 31), dt.date(2024, 1, 1)),
        (11, dt.date(2026, 11, 1), dt.date(2025, 12, 1)),
        (12, dt.date(2024, 2, 29), dt.date(2023, 2, 1)),
    ],
)
def test_whole_months_are_kept(months: int, day: dt.date, since: dt.date) -> None:
    assert retention.kept_since(months, day) == since


def test_sick_leave_that_ended_before_the_kept_months_goes_with_its_agent(db: Database) -> None:
    """Ended the day before the first kept day; on that day; and one that began long before and ended after."""
    first = retention.absence_since()
    eve = first - dt.timedelta(days=1)
    plant(db, (eve, eve), (eve, first), (first - dt.timedelta(days=300), today()))
    rounds.run_all(db)
    assert (rows(db, "spell"), rows(db, "agent")) == (2, 2)


def test_a_spell_without_an_end_is_kept_a_year_longer(db: Database) -> None:
    edge = retention.absence_since() - retention.LONGEST
    plant(db, (edge, None), (edge - dt.timedelta(days=1), None))
    with db.write() as tx:
        assert retention.delete_old(tx) == (1, 0)


def test_shifts_go_in_whole_weeks_and_weekly_counts_of_clients_stay(db: Database) -> None:
    first = retention.shifts_since()
    assert first.weekday() == 0
    plant(db, shifts=(first - dt.timedelta(days=1), first))
    with db.write() as tx:
        assert retention.delete_old(tx) == (0, 1)
    assert [rows(db, name) for name in ("shift", "agent_week", "agent", "client_week")] == [1, 1, 1, 2]


def test_what_imports_overwrote_goes_as_well(db: Database) -> None:
    plant(db, (today(), None))
    old = months_ago(30, 1)
    with db.write() as tx:
        tx.execute(
            Table.metadata.tables["spell_before"]
            .insert()
            .values(by_batch_id=1, agent_id=1, starts_on=old, ends_on=old, batch_id=1)
        )
        retention.delete_old(tx)
    assert rows(db, "spell_before") == 0


def test_the_audit_trail_hears_of_it_once_and_names_nobody(db: Database) -> None:
    old = months_ago(30, 3)
    plant(db, (old, old), (old, old))
    for _ in range(2):
        rounds.run_all(db)
    with db.read() as tx:
        told = [e.body for e in tx.exec(sa.select(AuditEntry)).scalars() if "delete old" in e.body]
        assert len(told) == 1
        assert '"spells":2' in told[0]
        assert old.isoformat() not in told[0]
        assert audit.head(tx)[0] > 0


def test_what_was_published_stays_byte_for_byte(db: Database) -> None:
    old = months_ago(30, 3)
    plant(db, (old, old))
    with db.write() as tx:
        published(tx)
        before = tx.exec(sa.select(StoredRelease.content, StoredRelease.sha256)).all()
    rounds.run_all(db)
    with db.read() as tx:
        assert tx.exec(sa.select(StoredRelease.content, StoredRelease.sha256)).all() == before
        assert releases.latest(tx) == release.read(before[0][0])


@pytest.mark.parametrize(
    ("kind", "line", "column"), [("spells", "A1,{old},{old}", "end"), ("shifts", "A1,{older},Acme Oy,8", "date")]
)
def test_a_file_cannot_bring_back_what_would_be_deleted_at_once(
    db: Database, kind: str, line: str, column: str
) -> None:
    files.bring(db, "clients", "name\nAcme Oy\n")
    head = {"spells": "agent,start,end\n", "shifts": "agent,date,client,hours\n"}[kind]
    eves = {"old": retention.absence_since(), "older": retention.shifts_since()}
    days = {name: first - dt.timedelta(days=1) for name, first in eves.items()}
    outcome = files.bring(db, kind, head + line.format(**days) + "\n")
    assert [(e.column, "is kept from" in str(e.what)) for e in outcome.errors] == [(column, True)]
    assert files.bring(db, kind, head + line.format(**eves) + "\n").ok


def test_an_undone_batch_whose_rows_are_gone_is_undone_quietly(db: Database) -> None:
    files.bring(db, "clients", "name\nAcme Oy\n")
    number = files.bring(db, "spells", f"agent,start,end\nA1,{today()},{today()}\n").batch_id
    with db.write() as tx:
        old = months_ago(30, 3)
        tx.execute(Table.metadata.tables["spell"].update().values(starts_on=old, ends_on=old))
        assert retention.delete_old(tx)[0] == 1
    files.take_back(db, number)
    assert rows(db, "spell") == 0


def test_shifts_may_not_be_kept_for_less_time_than_sick_leave() -> None:
    with pytest.raises(house.BadSettings, match="SHIFT_MONTHS"):
        house.load(home=house.home(), absence_months=30, shift_months=24)
