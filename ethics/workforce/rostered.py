"""How many people worked for a client lately: what an anonymity promise is measured by. A number, never a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.workforce.models import AgentWeek

WEEKS: Final = 4
#: With shifts older than this nobody can say who works where now.
STALE: Final = dt.timedelta(weeks=8)


def people(tx: Session, client_ids: Collection[int], *, on: dt.date) -> int | None:
    """How many agents worked for every one of these clients in the newest four weeks of shifts.

    None when there are no shifts, or none of the last eight weeks before `on`: nobody can tell then.
    """
    newest = _newest(tx, on)
    if newest is None or not client_ids:
        return None
    served = (
        sa.select(col(AgentWeek.agent_id))
        .where(
            col(AgentWeek.week_start) > newest - dt.timedelta(weeks=WEEKS),
            col(AgentWeek.week_start) <= newest,
            col(AgentWeek.hours_hundredths) > 0,
            col(AgentWeek.client_id).in_(set(client_ids)),
        )
        .group_by(col(AgentWeek.agent_id))
        .having(sa.func.count(sa.distinct(col(AgentWeek.client_id))) == len(set(client_ids)))
        .subquery()
    )
    return int(tx.execute(sa.select(sa.func.count()).select_from(served)).scalar_one())


def by_client(tx: Session, *, on: dt.date) -> dict[int, int]:
    """How many agents worked for each client in those weeks; empty when nobody can tell."""
    newest = _newest(tx, on)
    if newest is None:
        return {}
    rows = tx.execute(
        sa.select(col(AgentWeek.client_id), sa.func.count(sa.distinct(col(AgentWeek.agent_id))))
        .where(col(AgentWeek.week_start) > newest - dt.timedelta(weeks=WEEKS), col(AgentWeek.week_start) <= newest)
        .where(col(AgentWeek.hours_hundredths) > 0)
        .group_by(col(AgentWeek.client_id))
    )
    return dict(rows.tuples().all())


def _newest(tx: Session, on: dt.date) -> dt.date | None:
    """The newest week of shifts; None when there is none, or none recent enough."""
    worked = select(func.max(AgentWeek.week_start)).where(AgentWeek.week_start <= on, AgentWeek.hours_hundredths > 0)
    newest = tx.exec(worked).one()  # a roster of weeks to come tells who is planned, not who has worked
    return newest if newest is not None and newest >= on - STALE else None
