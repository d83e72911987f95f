"""What is kept of people, for how long, and that its deletion leaves what was published as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ethics import audit, rounds
from ethics import settings as house
from ethics.access import Role
from ethics.audit import AuditEntry
from ethics.database import Database, Table, today
from ethics.wellbeing import release, releases
from ethics.wellbeing.models import StoredRelease
from ethics.workforce import retention
from ethics.workforce.pseudonyms import forget
from ethics.workforce.quality import data_quality
from ethics.workforce.rollups import fresh_spell_week
from tests import files
from tests.conftest import someone
from tests.releases import published


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The months that Reilu comes with, not those of the test run."""
    monkeypatch.delenv("REILU_ABSENCE_MONTHS")
    monkeypatch.delenv("REILU_SHIFT_MONTHS")
    monkeypatch.setattr(retention, "OPEN_FOR", retention.LONGEST)
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


def on(day: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retention and what it allows in are as they are on `day`."""
    monkeypatch.setattr(retention, "today", lambda: day)


def spells(db: Database, *lines: str) -> int:
    """Brings sick leave in as a batch of its own; returns its number."""
    outcome = files.bring(db, "spells", "agent,start,end\n" + "\n".join(lines) + "\n")
    assert outcome.ok, outcome.errors
    return outcome.batch_id or 0


def stored(db: Database, table: str) -> list[tuple[dt.date, dt.date | None]]:
    of = Table.metadata.tables[table].c
    with db.read() as tx:
        return sorted((start, end) for start, end in tx.connection().execute(sa.select(of.starts_on, of.ends_on)))


def test_what_imports_overwrote_goes_with_its_sick_leave(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed by a later file, and lengthened by one: the old end of the second is kept no longer than it would be."""
    start, soon, recent = months_ago(29, 1), months_ago(29, 20), months_ago(9, 10)
    on(start + dt.timedelta(days=40), monkeypatch)
    spells(db, f"A1,{start},", f"A2,{start},{soon}", f"A3,{recent},")
    spells(db, f"A1,{start},{soon}", f"A2,{start},{recent}", f"A3,{recent},{recent}")
    assert rows(db, "spell_before") == 3
    on(today(), monkeypatch)
    retention.delete_on_schedule(db)
    assert stored(db, "spell") == [(start, recent), (recent, recent)]
    assert stored(db, "spell_before") == [(recent, None)]


@pytest.mark.parametrize("table", ["spell_before", "shift_before"])
def test_what_was_overwritten_is_looked_for_by_itself(db: Database, table: str) -> None:
    """Left alone by an older version of Reilu: nothing else is due."""
    plant(db, (today(), None))
    old = retention.shifts_since() - dt.timedelta(days=7)
    rest = {"spell_before": {"starts_on": old, "ends_on": None}}.get(
        table, {"date": old, "client_id": 1, "hours_hundredths": 800, "contacts": 1, "week_start": old}
    )
    with db.write() as tx:
        tx.execute(Table.metadata.tables[table].insert().values(by_batch_id=1, agent_id=1, batch_id=1, **rest))
    retention.delete_on_schedule(db)
    assert (rows(db, table), rows(db, "spell")) == (0, 1)


def test_an_end_that_came_in_can_be_undone_while_its_sick_leave_is_kept(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, recent = months_ago(26, 1), months_ago(1, 10)
    on(start + dt.timedelta(days=40), monkeypatch)
    spells(db, f"A1,{start},")
    on(today(), monkeypatch)
    closing = spells(db, f"A1,{start},{recent}")
    retention.delete_on_schedule(db)
    assert stored(db, "spell_before") == [(start, None)]
    files.take_back(db, closing)
    assert (stored(db, "spell"), stored(db, "spell_before")) == ([(start, None)], [])


def test_nothing_of_a_forgotten_agent_is_left_for_who_gets_the_number_next(db: Database) -> None:
    plant(db)
    tables, day = Table.metadata.tables, today()
    with db.write() as tx:
        tx.execute(tables["agent"].insert().values(id=1, pseudonym="p1", key_version=1))
        same = {"by_batch_id": 1, "agent_id": 1, "batch_id": 1}
        tx.execute(tables["spell_before"].insert().values(**same, starts_on=day, ends_on=day))
        shift = {"date": day, "client_id": 1, "hours_hundredths": 800, "contacts": 1, "week_start": day}
        tx.execute(tables["shift_before"].insert().values(**same, **shift))
        forget(tx, [1])
    assert [rows(db, name) for name in ("agent", "spell_before", "shift_before")] == [0, 0, 0]


def test_weekly_counts_of_sick_leave_go_too_and_are_not_made_anew(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = retention.spell_weeks_since()
    assert first.weekday() == 0
    assert 0 <= (first - retention.absence_since()).days < 7
    long_ago, before, after = (first + dt.timedelta(days=n) for n in (-60, -10, 3))
    on(first, monkeypatch)
    spells(db, f"A1,{long_ago},{long_ago}", f"A2,{before},{after}")
    on(today(), monkeypatch)
    retention.delete_on_schedule(db)

    def weeks() -> list[dt.date]:
        with db.read() as tx:
            found = tx.connection().scalars(sa.select(Table.metadata.tables["spell_week"].c.week_start))
            seen = data_quality(tx, someone(Role.HR))
            known = [week.week for week in seen.weeks if week.spells is not None]
            assert {week: n[1] for week, n in fresh_spell_week(tx).items()} == {first: (after - first).days + 1}
            assert known == [first]
            return sorted(found)

    assert weeks() == [first]
    files.take_back(db, spells(db, f"A2,{before},{after + dt.timedelta(days=1)}"))
    assert weeks() == [first]


def test_where_shifts_are_kept_longer_a_week_without_sick_leave_is_not_a_gap(db: Database) -> None:
    old = retention.spell_weeks_since() - dt.timedelta(days=7)
    plant(db, shifts=(old + dt.timedelta(days=7),))
    with db.write() as tx:
        week = {"agent_id": 1, "week_start": old, "client_id": 1, "hours_hundredths": 800, "contacts": 5, "shifts": 1}
        tx.execute(Table.metadata.tables["agent_week"].insert().values(**week))
    with db.read() as tx:
        seen = data_quality(tx, someone(Role.HR)).weeks
    assert [(week.shifts, week.spells) for week in seen] == [(1, None), (1, 0)]


@pytest.mark.parametrize(("days", "ok"), [(365, True), (366, False)])
def test_sick_leave_without_an_end_comes_in_for_a_year(db: Database, days: int, ok: bool) -> None:
    start = today() - dt.timedelta(days=days)
    outcome = files.bring(db, "spells", f"agent,start,end\nA1,{start},\n")
    assert (outcome.ok, [e.column for e in outcome.errors]) == (ok, [] if ok else ["start"])


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
