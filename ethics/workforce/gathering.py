"""Reading agent-weeks and agent-quarters for one computation. What comes back is arrays in memory: it is never stored,
and never handed to a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from scipy import sparse
from sqlmodel import Session

from ethics import bulk
from ethics.workforce.absence import Runs
from ethics.workforce.models import AgentWeek, ClientWeek, Shift, Spell
from ethics.workforce.panel import REACH, Panel
from ethics.workforce.retention import LONGEST

Whole = NDArray[np.int64]

_AGENT_WEEK: Final[sa.Table] = AgentWeek.__table__  # type: ignore[attr-defined]
_CLIENT_WEEK: Final[sa.Table] = ClientWeek.__table__  # type: ignore[attr-defined]
_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_SPELL: Final[sa.Table] = Spell.__table__  # type: ignore[attr-defined]
#: Agents whose weeks are read at once: rows pass through Python objects, which take ten times the arrays' memory.
_STEP: Final = 2_000


@dataclass(frozen=True, eq=False)
class _Weeks:
    """Agent-weeks by client, in order of agent and week."""

    agent: Whole
    week: Whole
    client: Whole
    hours: Whole


def bounds(tx: Session) -> tuple[dt.date, dt.date] | None:
    """The Mondays of the first and the last week with shifts of people; None without any."""
    first, last = (
        tx.connection()
        .execute(sa.select(sa.func.min(_CLIENT_WEEK.c.week_start), sa.func.max(_CLIENT_WEEK.c.week_start)))
        .one()
    )
    return (first, last) if first is not None else None


def panel(tx: Session, first: dt.date, last: dt.date) -> Panel:
    """The panel of the weeks that begin on the Mondays `first` to `last`, both included.

    Nothing that comes after the last week is known.
    """
    start, count = first.toordinal(), (last - first).days // 7 + 1
    weeks = _agent_weeks(tx, first, last)
    runs = absences(tx, first, last + dt.timedelta(days=6))
    numbers = np.unique(weeks.agent)
    clients = np.unique(weeks.client)
    agent = np.searchsorted(numbers, weeks.agent)
    row = agent * (count + REACH) + REACH + weeks.week
    hours = sparse.csr_array(
        (weeks.hours.astype(np.float64), (row, np.searchsorted(clients, weeks.client))),
        shape=(len(numbers) * (count + REACH), len(clients)),
    )
    onset, risk, length = runs.chosen(np.isin(runs.agent, numbers)).by_week(numbers, start, count)
    worked = np.asarray(hours.sum(axis=1)).reshape(len(numbers), count + REACH)[:, REACH:] > 0
    at_risk = (worked | (onset > 0)) & (risk > 0)
    who, when = np.nonzero(at_risk)
    return Panel(
        agent=who,
        week=when,
        onset=onset[at_risk].astype(np.int64),
        risk=risk[at_risk].astype(np.int64),
        length=np.where(onset[at_risk] > 0, length[at_risk], 0).astype(np.int64),
        hours=hours,
        clients=tuple(clients.tolist()),
        weeks=count,
    )


def absences(tx: Session, first: dt.date, last: dt.date) -> Runs:
    """Everybody's runs of sick leave that meet the days `first` to `last`.

    The spells before are read too: one that follows another without a workday between goes on with it. One without an
    end lasts until the day before the agent works again, else until `last`, and for LONGEST at most: of those who left,
    nobody sends an end.
    """
    s, worked = _SPELL.c, _SHIFT.c
    again = (
        sa.select(sa.func.min(worked.date))
        .where(worked.agent_id == s.agent_id, worked.date > s.starts_on, worked.date <= last)
        .where(worked.hours_hundredths > 0)
        .scalar_subquery()
    )
    query = sa.select(s.agent_id, s.starts_on, s.ends_on, sa.case((s.ends_on.is_(None), again))).where(
        s.starts_on <= last, sa.or_(s.ends_on.is_(None), s.ends_on >= first - dt.timedelta(days=14))
    )
    agent, starts, ends, back = bulk.fetch(tx, query, 4)
    closed = np.array([end is not None for end in ends], dtype=bool)
    start, after = bulk.ordinals(starts), last + dt.timedelta(days=1)
    longest = start + LONGEST.days - 1
    reached = np.minimum(bulk.ordinals([day or after.isoformat() for day in back]) - 1, longest)
    end = np.where(closed, bulk.ordinals([end or last.isoformat() for end in ends]), reached)
    return Runs.joined(np.array(agent, dtype=np.int64), start, end, closed)


def _agent_weeks(tx: Session, first: dt.date, last: dt.date) -> _Weeks:
    parts = [part for part in _read(tx, first, last) if len(part.agent)]
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return _Weeks(nothing, nothing, nothing, nothing)
    return _Weeks(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("agent", "week", "client", "hours"))
    )


def _read(tx: Session, first: dt.date, last: dt.date) -> Iterator[_Weeks]:
    """The agent-weeks of some agents after the others'."""
    a = _AGENT_WEEK.c
    lowest, highest = tx.connection().execute(sa.select(sa.func.min(a.agent_id), sa.func.max(a.agent_id))).one()
    for low in range(lowest, highest + 1, _STEP) if lowest is not None else ():
        query = (
            sa.select(a.agent_id, a.week_start, a.client_id, a.hours_hundredths)
            .where(a.agent_id >= low, a.agent_id < low + _STEP)
            .where(a.week_start >= first, a.week_start <= last, a.hours_hundredths > 0)
            .order_by(a.agent_id, a.week_start, a.client_id)
        )
        agent, week, client, hours = bulk.fetch(tx, query, 4)
        yield _Weeks(
            np.array(agent, dtype=np.int64),
            (bulk.ordinals(week) - first.toordinal()) // 7,
            np.array(client, dtype=np.int64),
            np.array(hours, dtype=np.int64),
        )
