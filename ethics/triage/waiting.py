"""What waits for an officer, in numbers: for notices, which carry nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.mismatches.models import Decision, Flag, Message, Side
from ethics.triage import queue
from ethics.triage.handlers import open_to

DUE_SOON: Final = dt.timedelta(days=2)
GRAVEST: Final = 4
CHUNK: Final = 500


@dataclass(frozen=True)
class Waiting:
    """Open flags that nobody acknowledged, that are due within two days or late; whistles and replies to answer."""

    new: int
    due_soon: int
    late: int
    whistles: int
    replies: int


def counts_for(tx: Session, user_id: int, on: dt.date) -> Waiting:
    """What waits for one person on a day, less the flags that the person does not handle or filed. Asks no permission."""
    found = queue.dues(tx, _of_others(user_id), on)
    unread = tx.exec(
        select(func.count())
        .select_from(Message)
        .join(Flag, col(Flag.id) == Message.flag_id)
        .where(Message.side == Side.REPORTER, col(Message.seen).is_(False), _of_others(user_id))
    ).one()
    return Waiting(
        new=sum(not one.acknowledged for one in found),
        due_soon=sum(on <= one.on <= on + DUE_SOON for one in found),
        late=sum(one.on < on for one in found),
        whistles=sum(not one.later for one in found),
        replies=unread,
    )


def urgent_for(tx: Session, user_id: int) -> dict[str, bool]:
    """Open whistles and flags of the gravest severity that nobody was told of, for one person: key → is it a whistle."""
    urgent = sa.or_(col(Flag.whistle), col(Flag.severity) == GRAVEST)
    return dict(
        tx.exec(
            select(Flag.id, Flag.whistle).where(
                Flag.status == Decision.OPEN, col(Flag.alerted).is_(False), urgent, _of_others(user_id)
            )
        ).all()
    )


def untold(tx: Session) -> set[str]:
    """The keys of all open whistles and flags of the gravest severity that nobody was told of."""
    urgent = sa.or_(col(Flag.whistle), col(Flag.severity) == GRAVEST)
    return set(tx.exec(select(Flag.id).where(Flag.status == Decision.OPEN, col(Flag.alerted).is_(False), urgent)))


def told(tx: Session, flag_ids: set[str]) -> None:
    """Note that these flags need no urgent notice any more. No time is kept."""
    keys = sorted(flag_ids)
    for first in range(0, len(keys), CHUNK):
        tx.execute(sa.update(Flag).where(col(Flag.id).in_(keys[first : first + CHUNK])).values(alerted=True))


def _of_others(user_id: int) -> sa.ColumnElement[bool]:
    """The condition on flags that this person handles and did not file."""
    return sa.and_(open_to(user_id), sa.or_(col(Flag.reporter_id).is_(None), col(Flag.reporter_id) != user_id))
