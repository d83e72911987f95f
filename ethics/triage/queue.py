"""The officers' queue: what is due first comes first, and how the whole of it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.mismatches.clocks import Clock, due_on
from ethics.mismatches.models import Decision, Disclosed, Flag, Message, Side, WhistleAnswer
from ethics.triage.handlers import open_to
from ethics.triage.models import ClientQuestion

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
    """How many flags wait, how many are late, when the next is due (None: nothing waits), how many whistles wait."""

    open: int
    late: int
    decided: int
    next_due: dt.date | None
    whistles: int = 0


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


@dataclass(frozen=True, order=True)
class Due:
    """An undecided flag in the order of the queue: whistles that nobody answered, then what is due first, then severity."""

    later: bool
    on: dt.date
    milder: int
    id: str
    acknowledged: bool = field(compare=False)


def dues(tx: Session, condition: sa.ColumnElement[bool], on: dt.date) -> list[Due]:
    """Every undecided flag that meets the condition, the first due first; a client's answer is due as well."""
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
    asked = (
        sa.select(sa.func.min(col(ClientQuestion.due_on)))
        .where(col(ClientQuestion.flag_id) == col(Flag.id), col(ClientQuestion.answered_on).is_(None))
        .scalar_subquery()
    )
    rows = tx.execute(
        sa.select(*(col(column) for column in wanted), asked)
        .select_from(Flag)
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == col(Flag.id))
        .where(col(Flag.status) == Decision.OPEN, condition)
    )
    found = []
    for key, severity, filed, acknowledged, waits, paused, blown, disclosed, answered, client_due in rows:
        waiting = blown and not answered
        told = Clock(filed, acknowledged, waits, paused, waiting, disclosed == Disclosed.ANONYMOUS)
        due = due_on(told, on)
        found.append(
            Due(not waiting, min(due, client_due) if client_due else due, -severity, key, acknowledged is not None)
        )
    return sorted(found)


def count(tx: Session, actor: Actor) -> QueueCount:
    """The state of the queue."""
    actor.require(Permission.TRIAGE)
    day = today()
    undecided = dues(tx, open_to(actor.user_id), day)
    waiting = [due.on for due in undecided]
    decided = tx.exec(
        select(func.count()).select_from(Flag).where(Flag.status != Decision.OPEN, open_to(actor.user_id))
    ).one()
    late = sum(due < day for due in waiting)
    return QueueCount(
        len(waiting),
        late,
        decided,
        min((due for due in waiting if due >= day), default=None),
        sum(not due.later for due in undecided),
    )


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
        found = dues(tx, open_to(actor.user_id), day)[page * PAGE : (page + 1) * PAGE]
        due = {one.id: one.on for one in found}
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


def merged(tx: Session, flag_id: str, condition: sa.ColumnElement[bool] | None = None) -> list[Flag]:
    """The flags that were merged into this one; those that meet the condition when there is one."""
    query = select(Flag).where(Flag.merged_into == flag_id).order_by(Flag.id)
    return list(tx.exec(query if condition is None else query.where(condition)))
