"""Scores as they are stored and read: the present picture of each client, and its weekly history.

Computed after imports, after triage decisions and checks (`ethics.changes`), and by `python -m ethics analyse`;
pages and reviews read what is stored. The present picture is of the last day that the data reach, judged by what is
late and known today. It is written anew with every change; the end of each week stays for good (`ethics.risk.history`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.database import today
from ethics.language import Refused
from ethics.risk import gathering, picture, policies
from ethics.risk.models import ScoreWeek, StoredScore


def compute(tx: Session, *, client_ids: Collection[int] | None = None) -> dt.date:
    """Bring the stored pictures of `client_ids` (every client's when None) up to date; returns their date."""
    day = gathering.data_until(tx)
    others = {}
    if client_ids is not None:
        rows = tx.exec(select(StoredScore.client_id, StoredScore.mismatches, StoredScore.contacts))
        others = {number: (mismatches, contacts) for number, mismatches, contacts in rows}
    found = picture.pictures(tx, day, policies.current(tx), judged_on=today(), client_ids=client_ids, others=others)
    known = latest(tx, client_ids=client_ids)
    for number, row in found.items():
        if number in known:
            known[number].sqlmodel_update(row.model_dump())
        else:
            tx.add(row)
    tx.flush()
    return day


def at(tx: Session, as_of: dt.date, *, client_ids: Collection[int] | None = None) -> dict[int, StoredScore]:
    """Pictures of any day, computed for the moment and not stored. The present day is judged by today, so that asking
    for it by its date does not take back that undecided flags have become late since. Raises Refused for the future."""
    if as_of > today():
        raise Refused("{day} is in the future; a score needs what has happened.", day=as_of)
    judged_on = today() if as_of == gathering.data_until(tx) else as_of
    others = {}
    if client_ids is not None:
        others = {row.client_id: (row.mismatches, row.contacts) for row in _weeks_until(tx, as_of)}
    return picture.pictures(tx, as_of, policies.current(tx), judged_on=judged_on, client_ids=client_ids, others=others)


def latest(tx: Session, *, client_ids: Collection[int] | None = None) -> dict[int, StoredScore]:
    """The present picture of each client, by its number.

    Callers check who may see: this is read by the verbs of `reports`.
    """
    query = select(StoredScore)
    if client_ids is not None:
        query = query.where(col(StoredScore.client_id).in_(client_ids))
    return {row.client_id: row for row in tx.exec(query)}


def standings(tx: Session, *, as_of: dt.date | None = None) -> dict[int, float]:
    """The bare score of every client that has one, now or at the last week's end until `as_of`."""
    if as_of is None:
        rows = tx.exec(select(StoredScore.client_id, StoredScore.score))
        return {number: score for number, score in rows if score is not None}
    return {row.client_id: row.score for row in _weeks_until(tx, as_of) if row.score is not None}


def _weeks_until(tx: Session, as_of: dt.date) -> Sequence[ScoreWeek]:
    """Each client's row of the last week that had ended by `as_of`."""
    newest = (
        sa.select(col(ScoreWeek.client_id), sa.func.max(ScoreWeek.week).label("week"))
        .where(col(ScoreWeek.week) <= as_of, col(ScoreWeek.replaced_at).is_(None))
        .group_by(col(ScoreWeek.client_id))
        .subquery()
    )
    same = (col(ScoreWeek.client_id) == newest.c.client_id) & (col(ScoreWeek.week) == newest.c.week)
    return tx.exec(select(ScoreWeek).join(newest, same).where(col(ScoreWeek.replaced_at).is_(None))).all()
