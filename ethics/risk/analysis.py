"""Analysing: everything that is computed of the clients, in one go. Imports, decisions, nights and people start it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics import changes, rounds
from ethics.access import Actor, Permission
from ethics.database import Database, today
from ethics.mismatches.clocks import monday
from ethics.risk import gathering, history, scores, watching
from ethics.risk import notice as _notice  # noqa: F401 - tells of the alarms that are raised here
from ethics.risk.gathering import WEEK
from ethics.risk.models import ScoreWeek, StoredScore


def analyse(tx: Session, actor: Actor) -> dt.date:
    """Compute and store every result anew; weeks whose evidence has not changed stay. Returns the date of the data."""
    actor.require(Permission.ANALYSE)
    return _everything(tx)


#: One computation at a time on PostgreSQL, as SQLite's single writer has it anyway: two would write the same weeks, and
#: one that began before a decision was committed would put an older score over a newer.
_LOCK: Final = 0x5C0E5


def _alone(tx: Session) -> None:
    if tx.connection().dialect.name == "postgresql":
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _everything(tx: Session) -> dt.date:
    _alone(tx)
    history.bring_up_to_date(tx)
    day = scores.compute(tx)
    watching.update(tx)
    return day


@changes.listen
def recompute(tx: Session, client_ids: Collection[int], since: dt.date | None) -> None:
    """Bring results up to date after evidence changed.

    A decision or an answer is about today: the pictures of its clients alone are computed, so that nobody waits. What
    reaches back (a file, its undoing) is computed from that day on, and for everybody once the data end in another week.
    """
    _alone(tx)
    newest = tx.exec(select(func.max(StoredScore.as_of))).one()
    if newest is None:
        _everything(tx)
    elif since is None:
        scores.compute(tx, client_ids=client_ids)
    else:
        other = monday(newest) != monday(gathering.data_until(tx))
        whose = None if other else client_ids
        history.bring_up_to_date(tx, client_ids=whose, since=min(since, newest))
        scores.compute(tx, client_ids=whose)
        watching.update(tx)


@rounds.every(60)
def analyse_daily(db: Database) -> None:
    """Once a day, and when a week has ended: undecided flags become late without anybody's click, and what stands is
    checked against the data."""
    with db.read() as tx:
        due = _due(tx)
    if due:
        with db.write() as tx:
            _everything(tx)


def _due(tx: Session) -> bool:
    clients = len(gathering.names(tx))
    computed, oldest, newest = tx.exec(
        select(func.count(), func.min(StoredScore.computed_at), func.max(StoredScore.as_of))
    ).one()
    if computed < clients or oldest is None or newest is None:
        return clients > 0
    week = tx.exec(select(func.max(ScoreWeek.week)).where(col(ScoreWeek.replaced_at).is_(None))).one()
    return oldest.astimezone().date() < today() or (week is not None and week + WEEK <= newest)
