"""What waits for an officer, in numbers: for notices, which carry nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.mismatches.clocks import Clock, due_on
from ethics.mismatches.models import Decision, Disclosed, Flag, Message, Side, WhistleAnswer
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
    rows = tx.exec(
        select(
            Flag.filed_on,
            Flag.acknowledged_on,
            Flag.waiting_since,
            Flag.paused_days,
            Flag.whistle,
            Flag.disclosed,
            WhistleAnswer.flag_id,
        )  # type: ignore[call-overload]
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == Flag.id)
        .where(Flag.status == Decision.OPEN, _of_others(user_id))
    ).all()
    dues, new, whistles = [], 0, 0
    for filed, acknowledged, since, paused, whistle, disclosed, answered in rows:
        unanswered = whistle and answered is None
        new += acknowledged is None
        whistles += unanswered
        dues.append(_due(Clock(filed, acknowledged, since, paused, unanswered, disclosed == Disclosed.ANONYMOUS), on))
    unread = tx.exec(
        select(func.count())
        .select_from(Message)
        .join(Flag, col(Flag.id) == Message.flag_id)
        .where(
            Message.side == Side.REPORTER,
            col(Message.seen).is_(False),
            Flag.status != Decision.MERGED,
            _of_others(user_id),
        )
    ).one()
    late = sum(due < on for due in dues)
    soon = sum(on <= due <= on + DUE_SOON for due in dues)
    return Waiting(new=new, due_soon=soon, late=late, whistles=whistles, replies=unread)


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


def _due(clock: Clock, on: dt.date) -> dt.date:
    return due_on(clock, on)


def _of_others(user_id: int) -> sa.ColumnElement[bool]:
    """The condition on flags that this person handles and did not file."""
    return sa.and_(open_to(user_id), sa.or_(col(Flag.reporter_id).is_(None), col(Flag.reporter_id) != user_id))
