"""Weekly roll-ups of shifts and spells, recomputed for exactly the keys that a batch touched.

`agent_week` sums `shift` by agent, week and client; `client_week` sums `agent_week`, and `agents` counts its rows;
`spell_week` counts spells for the whole company: `started` in the week, and the `days` of the week that fell within
a spell whose end is known (an open spell has started, but nobody knows its days), in the weeks that are kept. Whoever writes shifts or spells
notes what will be touched *before* rows go away, writes, and recomputes, all in one transaction: the roll-ups never
differ from a fresh computation (`fresh_*`), which the tests hold them to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from ethics.workforce import retention
from ethics.workforce.models import AgentWeek, ClientWeek, Shift, Spell, SpellWeek

_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_AGENT_WEEK: Final[sa.Table] = AgentWeek.__table__  # type: ignore[attr-defined]
_CLIENT_WEEK: Final[sa.Table] = ClientWeek.__table__  # type: ignore[attr-defined]
_SPELL: Final[sa.Table] = Spell.__table__  # type: ignore[attr-defined]
_SPELL_WEEK: Final[sa.Table] = SpellWeek.__table__  # type: ignore[attr-defined]


class TouchedShifts:
    """The agent-weeks and client-weeks that some shifts belong to, kept until they are recomputed."""

    def __init__(self, tx: Session) -> None:
        self.tx = tx
        self._agents = self._table("touched_agent_week", "agent_id")
        self._clients = self._table("touched_client_week", "client_id")

    def _table(self, name: str, who: str) -> sa.Table:
        table = sa.Table(
            name,
            sa.MetaData(),
            sa.Column(who, sa.Integer, primary_key=True),
            sa.Column("week_start", sa.Date, primary_key=True),
            prefixes=["TEMPORARY"],
            sqlite_with_rowid=False,
        )
        table.create(self.tx.connection())
        return table

    def note(self, shifts: sa.Table, batch_id: int | None = None) -> None:
        """Remember the keys of `shifts` (a table with agent, client and week), or those of a batch among them."""
        connection = self.tx.connection()
        for table, who in ((self._agents, "agent_id"), (self._clients, "client_id")):
            keys = sa.select(shifts.c[who], shifts.c.week_start).distinct()
            if batch_id is not None:
                keys = keys.where(shifts.c.batch_id == batch_id)
            connection.execute(sa.insert(table).from_select([who, "week_start"], keys))
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"ANALYZE {table.name}")

    def client_ids(self) -> set[int]:
        """The clients among the noted keys."""
        return set(self.tx.connection().scalars(sa.select(self._clients.c.client_id).distinct()))

    def first_week(self) -> dt.date | None:
        """The first week among the noted keys; None when there are none."""
        first: dt.date | None = self.tx.connection().scalar(sa.select(sa.func.min(self._clients.c.week_start)))
        return first

    def agent_ids(self) -> set[int]:
        """The agents among the noted keys."""
        return set(self.tx.connection().scalars(sa.select(self._agents.c.agent_id).distinct()))

    def known(self) -> bool:
        """True when an agent of the noted keys has shifts in the same week that the roll-ups know of already."""
        k, a = self._agents.c, _AGENT_WEEK.c
        same = sa.and_(a.agent_id == k.agent_id, a.week_start == k.week_start)
        found = sa.select(a.agent_id).select_from(self._agents.join(_AGENT_WEEK, same)).limit(1)
        return self.tx.connection().execute(found).first() is not None

    def days_over(self, hundredths: int) -> sa.Select[Any]:
        """Agent, date and hours of each day of the noted weeks on which an agent's shifts exceed `hundredths`."""
        s = _SHIFT.c
        hours = sa.func.sum(s.hours_hundredths)
        days = sa.select(s.agent_id, s.date, hours).select_from(self._shifts()).group_by(s.agent_id, s.date)
        return days.having(hours > hundredths)

    def recompute(self) -> None:
        """Bring `agent_week` and `client_week` up to date for the noted keys, and forget them."""
        connection, k, a = self.tx.connection(), self._agents.c, _AGENT_WEEK.c
        connection.execute(
            sa.delete(_AGENT_WEEK).where(sa.tuple_(a.agent_id, a.week_start).in_(sa.select(k.agent_id, k.week_start)))
        )
        rows = (
            sa.select(
                k.agent_id,
                k.week_start,
                _SHIFT.c.client_id,
                sa.func.sum(_SHIFT.c.hours_hundredths),
                sa.func.sum(_SHIFT.c.contacts),
                sa.func.count(),
            )
            .select_from(self._shifts())
            .group_by(k.agent_id, k.week_start, _SHIFT.c.client_id)
        )
        connection.execute(sa.insert(_AGENT_WEEK).from_select([c.name for c in _AGENT_WEEK.c], rows))
        c, w = self._clients.c, _CLIENT_WEEK.c
        connection.execute(
            sa.delete(_CLIENT_WEEK).where(
                sa.tuple_(w.client_id, w.week_start).in_(sa.select(c.client_id, c.week_start))
            )
        )
        rows = fresh_client_week().where(sa.tuple_(a.client_id, a.week_start).in_(sa.select(c.client_id, c.week_start)))
        connection.execute(sa.insert(_CLIENT_WEEK).from_select([c.name for c in _CLIENT_WEEK.c], rows))
        self._agents.drop(connection)
        self._clients.drop(connection)

    def _shifts(self) -> sa.FromClause:
        """The shifts of the noted agent-weeks. Their dates are said twice over, so that only they are read: PostgreSQL
        wants to know the months beforehand, SQLite finds each week through the primary key of `shift`."""
        k, s = self._agents.c, _SHIFT.c
        same = [s.agent_id == k.agent_id, s.week_start == k.week_start]
        if self.tx.connection().dialect.name == "sqlite":
            same += [s.date >= k.week_start, s.date <= sa.func.date(k.week_start, "+6 days")]
        else:
            first, last = (
                self.tx.connection().execute(sa.select(sa.func.min(k.week_start), sa.func.max(k.week_start))).one()
            )
            same += [s.date.between(first, last + dt.timedelta(days=6))] if first else []
        return self._agents.join(_SHIFT, sa.and_(*same))


def fresh_agent_week() -> sa.Select[Any]:
    """`agent_week` computed anew from `shift`, in its column order."""
    s = _SHIFT.c
    return sa.select(
        s.agent_id, s.week_start, s.client_id, sa.func.sum(s.hours_hundredths), sa.func.sum(s.contacts), sa.func.count()
    ).group_by(s.agent_id, s.week_start, s.client_id)


def fresh_client_week() -> sa.Select[Any]:
    """`client_week` computed anew from `agent_week`, in its column order."""
    a = _AGENT_WEEK.c
    return (
        sa.select(a.client_id, a.week_start, sa.func.sum(a.hours_hundredths), sa.func.sum(a.contacts), sa.func.count())
        .select_from(_AGENT_WEEK)
        .group_by(a.client_id, a.week_start)
    )


def fresh_spell_week(tx: Session, weeks: Iterable[dt.date] | None = None) -> dict[dt.date, tuple[int, int]]:
    """`spell_week` computed anew from `spell`: (started, days) by Monday; only `weeks` when they are given.

    Weeks that are no longer kept have no count, also where a spell that is kept reaches back into them.
    """
    since = retention.spell_weeks_since(tx)
    wanted = None if weeks is None else set(weeks)
    query = sa.select(_SPELL.c.starts_on, _SPELL.c.ends_on)
    if wanted is not None:
        if not wanted:
            return {}
        query = query.where(
            _SPELL.c.starts_on <= max(wanted) + dt.timedelta(days=6),
            sa.or_(_SPELL.c.ends_on.is_(None), _SPELL.c.ends_on >= min(wanted)),
        )
    found: dict[dt.date, tuple[int, int]] = {}
    for start, end in tx.connection().execute(query):
        for monday in weeks_of(start, end):
            if monday >= since and (wanted is None or monday in wanted):
                started, days = found.get(monday, (0, 0))
                within = (min(end, monday + dt.timedelta(days=6)) - max(start, monday)).days + 1 if end else 0
                found[monday] = (started + (monday <= start), days + within)
    return found


def recompute_spell_weeks(tx: Session, weeks: Iterable[dt.date]) -> None:
    """Bring `spell_week` up to date for the weeks that begin on `weeks`."""
    weeks = sorted(set(weeks))
    connection = tx.connection()
    fresh = fresh_spell_week(tx, weeks)
    if weeks:
        connection.execute(
            sa.delete(_SPELL_WEEK).where(_SPELL_WEEK.c.week_start == sa.bindparam("week")),
            [{"week": week} for week in weeks],
        )
    if fresh:
        connection.execute(
            sa.insert(_SPELL_WEEK),
            [{"week_start": week, "started": started, "days": days} for week, (started, days) in sorted(fresh.items())],
        )


def weeks_of(start: dt.date, end: dt.date | None) -> list[dt.date]:
    """The Mondays of the weeks that a spell meets; of an open spell only the one it started in."""
    first = start - dt.timedelta(days=start.weekday())
    last = first if end is None else end
    return [first + dt.timedelta(days=7 * i) for i in range((last - first).days // 7 + 1)]
