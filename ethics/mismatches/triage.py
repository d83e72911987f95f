"""Triage: the officer's queue, and the decision on a flag.

Confirming makes a flag a mismatch; dismissing says why not. Both answer the reporter. A decision can be changed by a
later one; the audit trail keeps every step.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, func, select

from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.clients.models import Client, Promise
from ethics.database import now, today
from ethics.language import NotFound, Refused
from ethics.mismatches.clocks import days_left
from ethics.mismatches.models import Decision, Disclosed, Flag
from ethics.mismatches.words import CATEGORIES, SEVERITIES
from ethics.people.models import User

PAGE: Final = 10
MIN_REASON: Final = 3


@dataclass(frozen=True)
class QueueRow:
    """A flag in the queue; `days` are left to decide, negative when late."""

    id: str
    client: str
    category: str
    severity: int
    certainty: str
    disclosed: str
    filed_on: dt.date
    days: int


@dataclass(frozen=True)
class FlagCard:
    """A flag with everything an officer decides on. `reporter` is empty unless somebody signed it."""

    id: str
    client_id: int
    client: str
    category: str
    severity: int
    certainty: str
    text: str
    met_on: dt.date
    filed_on: dt.date
    days: int
    disclosed: str
    reporter: str
    status: str
    reason: str
    answer: str
    promise_id: int | None
    promises: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class QueueCount:
    """How many flags wait, how many of them are late, when the next is due (None: nothing waits)."""

    open: int
    late: int
    decided: int
    next_due: dt.date | None


def count(tx: Session, actor: Actor) -> QueueCount:
    """The state of the queue."""
    actor.require(Permission.TRIAGE)
    limit = today() - dt.timedelta(days=7)
    waiting = tx.exec(select(func.count()).select_from(Flag).where(Flag.status == Decision.OPEN)).one()
    late = tx.exec(
        select(func.count()).select_from(Flag).where(Flag.status == Decision.OPEN, Flag.filed_on < limit)
    ).one()
    total = tx.exec(select(func.count()).select_from(Flag)).one()
    first = tx.exec(select(func.min(Flag.filed_on)).where(Flag.status == Decision.OPEN, Flag.filed_on >= limit)).one()
    return QueueCount(waiting, late, total - waiting, first + dt.timedelta(days=7) if first else None)


def queue(tx: Session, actor: Actor, *, decided: bool = False, page: int = 0) -> list[QueueRow]:
    """One page of flags: what is due first comes first; among the decided, the latest decision."""
    actor.require(Permission.TRIAGE)
    query = select(Flag, Client.name).join(Client, col(Client.id) == Flag.client_id)
    if decided:
        query = query.where(Flag.status != Decision.OPEN).order_by(
            func.coalesce(Flag.decided_at, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).desc(),
            col(Flag.filed_on).desc(),
            Flag.id,
        )
    else:
        query = query.where(Flag.status == Decision.OPEN).order_by(
            col(Flag.filed_on), col(Flag.severity).desc(), col(Flag.id)
        )
    day = today()
    return [
        QueueRow(f.id, name, f.category, f.severity, f.certainty, f.disclosed, f.filed_on, days_left(f.filed_on, day))
        for f, name in tx.exec(query.offset(page * PAGE).limit(PAGE))
    ]


def card(tx: Session, actor: Actor, flag_id: str) -> FlagCard:
    """Everything about one flag. Raises NotFound."""
    actor.require(Permission.TRIAGE)
    row = tx.exec(
        select(Flag, Client.name).join(Client, col(Client.id) == Flag.client_id).where(Flag.id == flag_id)
    ).first()
    if row is None:
        raise NotFound("There is no such flag.")
    flag, client = row
    promises = tx.exec(
        select(Promise.id, Promise.text).where(Promise.client_id == flag.client_id).order_by(Promise.text)
    ).all()
    return FlagCard(
        id=flag.id,
        client_id=flag.client_id,
        client=client,
        category=flag.category,
        severity=flag.severity,
        certainty=flag.certainty,
        text=flag.text,
        met_on=flag.met_on,
        filed_on=flag.filed_on,
        days=days_left(flag.filed_on, today()),
        disclosed=flag.disclosed,
        reporter=_reporter(tx, actor, flag),
        status=flag.status,
        reason=flag.reason,
        answer=flag.answer,
        promise_id=flag.promise_id,
        promises=tuple((number, text) for number, text in promises if number is not None),
    )


def _reporter(tx: Session, actor: Actor, flag: Flag) -> str:
    if flag.reporter_id is None or not (flag.disclosed == Disclosed.NAMED or actor.may(Permission.SEE_REPORTER)):
        return ""
    user = tx.get(User, flag.reporter_id)
    return user.name if user else ""


@dataclass(frozen=True)
class Ruling:
    """An officer's decision, with what triage corrected: category, severity, the promise it breaks."""

    decision: str
    category: str
    severity: int
    promise_id: int | None
    reason: str
    answer: str


def decide(tx: Session, actor: Actor, flag_id: str, ruling: Ruling) -> None:
    """Confirm or dismiss a flag. Needs a reason (for the file) and an answer (for the reporter). Raises Refused."""
    actor.require(Permission.TRIAGE)
    flag = tx.get(Flag, flag_id)
    if flag is None:
        raise NotFound("There is no such flag.")
    if flag.reporter_id is not None and flag.reporter_id == actor.user_id:
        raise Refused("You filed this flag yourself; another officer decides on it.")
    if ruling.decision not in (Decision.CONFIRMED, Decision.DISMISSED):
        raise Refused("Choose whether the flag is confirmed or dismissed.")
    if len(ruling.reason.strip()) < MIN_REASON:
        raise Refused("Write the reason: somebody will ask for it.")
    if flag.reporter_id is not None and len(ruling.answer.strip()) < MIN_REASON:
        raise Refused("Write an answer to the reporter: every flag gets one.")
    if ruling.category not in CATEGORIES or ruling.severity not in SEVERITIES:
        raise Refused("Choose a category and a severity from the lists.")
    if ruling.promise_id is not None:
        promise = tx.get(Promise, ruling.promise_id)
        if promise is None or promise.client_id != flag.client_id:
            raise Refused("That promise belongs to another client.")
    flag.status, flag.reason, flag.answer = ruling.decision, ruling.reason.strip()[:2000], ruling.answer.strip()[:2000]
    flag.category, flag.severity, flag.promise_id = ruling.category, ruling.severity, ruling.promise_id
    flag.decided_at, flag.decided_by = now(), actor.user_id
    audit.record(
        tx, actor, "decide flag", flag.id, decision=ruling.decision, category=ruling.category, severity=ruling.severity
    )
    changes.announce(tx, {flag.client_id})
