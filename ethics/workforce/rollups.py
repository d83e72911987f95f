"""Weekly roll-ups of shifts and spells, recomputed for exactly the keys that a batch touched.

`agent_week` sums `shift` by agent, week and client; `client_week` sums `agent_week`, and `agents` counts its rows;
`spell_week` counts spells for the whole company: `started` in the week, and the `days` of the week that fell within
a spell whose end is known (an open spell has started, but nobody knows its days). Whoever writes shifts or spells
notes what will be touched *before* rows go away, writes, and recomputes, all in one transaction: the roll-ups never
differ from a fresh computation (`fresh_*`), which the tests hold them to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from ethics.workforce.models import AgentWeek, ClientWeek, Shift, Spell, SpellWeek

_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_AGENT_WEEK: Final[sa.Table] = AgentWeek.__table__  # type: ignore[attr-defined]
_CLIENT_WEEK: Final[sa.Table] = ClientWeek.__table__  # type: ignore[attr-defined]
_SPELL: Final[sa.Table] = Spell.__table__  # type: ignore[attr-defined]
_SPELL_WEEK: Final[sa.Table] = SpellWeek.__table__  # type: ignore[attr-defined]


class TouchedShifts:
    """The agent-weeks and client-weeks that a batch's shifts belong to, kept until they are recomputed."""

    def __init__(self, tx: Session) -> None:
        self.tx = tx
        self.table = sa.Table(
            "touched_week", sa.MetaData(), *(sa.Column(n, _AGENT_WEEK.c[n].type, primary_key=True)
                                             for n in ("agent_id", "week_start", "client_id")),
            prefixes=["TEMPORARY"], sqlite_with_rowid=False,
        )
        self.table.create(tx.connection())

    def note(self, batch_id: int) -> None:
        """Add the keys of every shift that batch `batch_id` wrote last."""
        keys = sa.select(_SHIFT.c.agent_id, _SHIFT.c.week_start, _SHIFT.c.client_id).distinct()
        self.tx.connection().execute(sa.insert(self.table).from_select(
            ["agent_id", "week_start", "client_id"], keys.where(_SHIFT.c.batch_id == batch_id)
        ))
        if self.tx.connection().dialect.name == "postgresql":
            self.tx.connection().exec_driver_sql("ANALYZE touched_week")

    def client_ids(self) -> list[int]:
        """The clients among the noted keys."""
        return list(self.tx.connection().scalars(sa.select(self.table.c.client_id).distinct()))

    def agent_ids(self) -> list[int]:
        """The agents among the noted keys."""
        return list(self.tx.connection().scalars(sa.select(self.table.c.agent_id).distinct()))

    def recompute(self) -> None:
        """Bring `agent_week` and `client_week` up to date for the noted keys, and forget them."""
        connection, k = self.tx.connection(), self.table
        keys = sa.select(k.c.agent_id, k.c.week_start, k.c.client_id)
        connection.execute(sa.delete(_AGENT_WEEK).where(
            sa.tuple_(_AGENT_WEEK.c.agent_id, _AGENT_WEEK.c.week_start, _AGENT_WEEK.c.client_id).in_(keys)
        ))
        # The range over dates lets both engines use the primary key of `shift`; the join over the client is exact.
        sunday = sa.func.date(k.c.week_start, "+6 days") if connection.dialect.name == "sqlite" \
            else k.c.week_start + sa.literal_column("6")
        rows = sa.select(
            _SHIFT.c.agent_id, k.c.week_start, _SHIFT.c.client_id,
            sa.func.sum(_SHIFT.c.hours_hundredths), sa.func.sum(_SHIFT.c.contacts), sa.func.count(),
        ).select_from(k.join(_SHIFT, sa.and_(
            _SHIFT.c.agent_id == k.c.agent_id, _SHIFT.c.date.between(k.c.week_start, sunday),
            _SHIFT.c.client_id == k.c.client_id,
        ))).group_by(_SHIFT.c.agent_id, k.c.week_start, _SHIFT.c.client_id)
        connection.execute(sa.insert(_AGENT_WEEK).from_select([c.name for c in _AGENT_WEEK.c], rows))
        weeks = sa.select(k.c.client_id, k.c.week_start).distinct()
        connection.execute(sa.delete(_CLIENT_WEEK).where(
            sa.tuple_(_CLIENT_WEEK.c.client_id, _CLIENT_WEEK.c.week_start).in_(weeks)
        ))
        touched = weeks.subquery()
        rows = fresh_client_week().join(touched, sa.and_(
            _AGENT_WEEK.c.client_id == touched.c.client_id, _AGENT_WEEK.c.week_start == touched.c.week_start
        ))
        connection.execute(sa.insert(_CLIENT_WEEK).from_select([c.name for c in _CLIENT_WEEK.c], rows))
        k.drop(connection)


def fresh_agent_week() -> sa.Select[Any]:
    """`agent_week` computed anew from `shift`, in its column order."""
    s = _SHIFT.c
    return sa.select(
        s.agent_id, s.week_start, s.client_id, sa.func.sum(s.hours_hundredths), sa.func.sum(s.contacts), sa.func.count()
    ).group_by(s.agent_id, s.week_start, s.client_id)


def fresh_client_week() -> sa.Select[Any]:
    """`client_week` computed anew from `agent_week`, in its column order."""
    a = _AGENT_WEEK.c
    return sa.select(
        a.client_id, a.week_start, sa.func.sum(a.hours_hundredths), sa.func.sum(a.contacts), sa.func.count()
    ).select_from(_AGENT_WEEK).group_by(a.client_id, a.week_start)


def fresh_spell_week(tx: Session, weeks: Iterable[dt.date] | None = None) -> dict[dt.date, tuple[int, int]]:
    """`spell_week` computed anew from `spell`: (started, days) by Monday; only `weeks` when they are given."""
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
            if wanted is None or monday in wanted:
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
            sa.delete(_SPELL_WEEK).where(_SPELL_WEEK.c.week_start == sa.bindparam("week")), [{"week": week} for week in weeks]
        )
    if fresh:
        connection.execute(sa.insert(_SPELL_WEEK), [
            {"week_start": week, "started": started, "days": days} for week, (started, days) in sorted(fresh.items())
        ])


def weeks_of(start: dt.date, end: dt.date | None) -> list[dt.date]:
    """The Mondays of the weeks that a spell meets; of an open spell only the one it started in."""
    first = start - dt.timedelta(days=start.weekday())
    last = first if end is None else end
    return [first + dt.timedelta(days=7 * i) for i in range((last - first).days // 7 + 1)]
