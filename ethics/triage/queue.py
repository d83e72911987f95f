"""The officers' queue: what is due first comes first, and how the whole of it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.mismatches.clocks import Clock, due_on
from ethics.mismatches.models import Decision, Disclosed, Flag, Message, Side, WhistleAnswer
from ethics.triage.handlers import open_to

PAGE: Final = 10


@dataclass(frozen=True)
class QueueRow:
    """A flag in the queue; `days` are left for what is due next, negative when late. `client` is empty while withheld."""

    id: str
    client: str
    category: str
    severity: int
    certainty: str
    disclosed: str
    filed_on: dt.date
    days: int
    acknowledged: bool
    waiting: bool
    whistle: bool
    unread: int
    status: str
    outcome: str | None


@dataclass(frozen=True)
class QueueCount:
    """How many flags wait, how many of them are late, when the next is due (None: nothing waits)."""

    open: int
    late: int
    decided: int
    next_due: dt.date | None


def clock(flag: Flag, *, whistle_answered: bool = False) -> Clock:
    """The clock that a flag's columns describe; an answered whistle goes on as a flag."""
    return Clock(
        flag.filed_on,
        flag.acknowledged_on,
        flag.waiting_since,
        flag.paused_days,
        flag.whistle and not whistle_answered,
        flag.disclosed == Disclosed.ANONYMOUS,
    )


def dues(tx: Session, user_id: int | None, on: dt.date) -> list[tuple[dt.date, int, str]]:
    """(due, minus severity, key) of every undecided flag that the officer handles, the first due first."""
    wanted = (
        Flag.id,
        Flag.severity,
        Flag.filed_on,
        Flag.acknowledged_on,
        Flag.waiting_since,
        Flag.paused_days,
        Flag.whistle,
        Flag.disclosed,
        WhistleAnswer.flag_id,
    )
    rows = tx.execute(
        sa.select(*(col(column) for column in wanted))
        .select_from(Flag)
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == col(Flag.id))
        .where(col(Flag.status) == Decision.OPEN, open_to(user_id))
    )
    return sorted(
        (
            due_on(Clock(filed, acked, waits, paused, whistle and not answered, disclosed == Disclosed.ANONYMOUS), on),
            -severity,
            key,
        )
        for key, severity, filed, acked, waits, paused, whistle, disclosed, answered in rows
    )


def count(tx: Session, actor: Actor) -> QueueCount:
    """The state of the queue."""
    actor.require(Permission.TRIAGE)
    day = today()
    waiting = dues(tx, actor.user_id, day)
    decided = tx.exec(
        select(func.count()).select_from(Flag).where(Flag.status != Decision.OPEN, open_to(actor.user_id))
    ).one()
    late = sum(due < day for due, *_ in waiting)
    return QueueCount(len(waiting), late, decided, waiting[late][0] if late < len(waiting) else None)


def queue(tx: Session, actor: Actor, *, decided: bool = False, page: int = 0) -> list[QueueRow]:
    """One page of flags: what is due first comes first; among the decided, the latest decision."""
    actor.require(Permission.TRIAGE)
    day = today()
    if decided:
        keys = tx.exec(
            select(Flag.id)
            .where(Flag.status != Decision.OPEN, open_to(actor.user_id))
            .order_by(
                func.coalesce(Flag.decided_at, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).desc(),
                col(Flag.filed_on).desc(),
                Flag.id,
            )
            .offset(page * PAGE)
            .limit(PAGE)
        ).all()
        due = dict.fromkeys(keys, day)
    else:
        found = dues(tx, actor.user_id, day)[page * PAGE : (page + 1) * PAGE]
        due = {key: when for when, _, key in found}
    place = {key: k for k, key in enumerate(due)}
    unread = dict(
        tx.exec(
            select(Message.flag_id, func.count())
            .where(col(Message.flag_id).in_(due), Message.side == Side.REPORTER, col(Message.seen).is_(False))
            .group_by(col(Message.flag_id))
        ).all()
    )
    rows = tx.exec(
        select(Flag, Client.name).join(Client, col(Client.id) == Flag.client_id).where(col(Flag.id).in_(due))
    )
    return [
        QueueRow(
            id=flag.id,
            client="" if flag.withheld else name,
            category=flag.category,
            severity=flag.severity,
            certainty=flag.certainty,
            disclosed=flag.disclosed,
            filed_on=flag.filed_on,
            days=(due[flag.id] - day).days,
            acknowledged=flag.acknowledged_on is not None,
            waiting=flag.waiting_since is not None,
            whistle=flag.whistle,
            unread=unread.get(flag.id, 0),
            status=flag.status,
            outcome=flag.outcome,
        )
        for flag, name in sorted(rows, key=lambda row: place[row[0].id])
    ]


def merged(tx: Session, flag_id: str) -> list[Flag]:
    """The flags that were merged into this one."""
    return list(tx.exec(select(Flag).where(Flag.merged_into == flag_id).order_by(Flag.id)))
