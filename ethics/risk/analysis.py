"""Analysing: everything that is computed of the clients, in one go. Imports, decisions, nights and people start it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlmodel import Session, func, select

from ethics import changes, rounds
from ethics.access import Actor, Permission
from ethics.database import Database, today
from ethics.mismatches.clocks import monday
from ethics.risk import gathering, history, scores, watching
from ethics.risk import notice as _notice  # noqa: F401 - tells of the alarms that are raised here
from ethics.risk.models import StoredScore


def analyse(tx: Session, actor: Actor) -> dt.date:
    """Compute and store every result anew; weeks whose evidence has not changed stay. Returns the date of the data."""
    actor.require(Permission.ANALYSE)
    return _everything(tx, since=None)


def _everything(tx: Session, *, since: dt.date | None) -> dt.date:
    history.bring_up_to_date(tx, since=since)
    day = scores.compute(tx)
    watching.update(tx)
    return day


@changes.listen
def recompute(tx: Session, client_ids: Collection[int], since: dt.date | None) -> None:
    """Bring results up to date after evidence changed: the picture of these clients, and what `since` reaches back to.

    When the data reach a new week everybody's week has ended, and everything from there on is computed.
    """
    newest = tx.exec(select(func.max(StoredScore.as_of))).one()
    day = gathering.data_until(tx)
    if since is None and newest is not None and monday(newest) == monday(day):
        scores.compute(tx, client_ids=client_ids)
        return
    if newest is None or since is None:
        _everything(tx, since=newest)
    else:
        _everything(tx, since=min(since, newest))


@rounds.every(60)
def analyse_daily(db: Database) -> None:
    """Once a day: undecided flags become late without anybody's click, and what stands is checked against the data."""
    with db.read() as tx:
        done = tx.exec(select(func.max(StoredScore.computed_at))).one()
        clients = gathering.names(tx)
    if clients and (done is None or done.astimezone().date() < today()):
        with db.write() as tx:
            _everything(tx, since=None)
