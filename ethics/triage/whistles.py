"""Whistles: an agent proposes to stop a campaign, and an officer or an executive answers within one working day.

A triage outcome T6 (propose to pause the sales) waits here too. An executive reads what was written, never by whom.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.clients.models import Campaign, Client
from ethics.database import today
from ethics.language import NotFound, Refused
from ethics.mismatches import thread
from ethics.mismatches.clocks import due_on, next_working_day
from ethics.mismatches.models import Decision, Disclosed, Flag, Side, WhistleAnswer
from ethics.mismatches.words import WHISTLE_ANSWERS
from ethics.triage import queue
from ethics.triage.handlers import open_to

MIN_ANSWER: Final = 3
MAX_ANSWER: Final = 2000


@dataclass(frozen=True)
class WhistleLine:
    """A whistle. `days` are left to answer, None once answered; `proposed` by triage (T6) rather than blown by an agent."""

    id: str
    client: str
    campaign: str
    category: str
    severity: int
    certainty: str
    text: str
    filed_on: dt.date
    week_only: bool
    proposed: bool
    days: int | None
    decided: str | None
    answer: str
    answered_on: dt.date | None


def _open_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Flags that were blown or proposed; officers only those that they may handle."""
    grave = sa.or_(col(Flag.whistle), col(Flag.outcome) == "T6")
    gone = col(Flag.status).in_([Decision.HELD, Decision.MERGED])
    user_id = actor.user_id if actor.may(Permission.TRIAGE) and not actor.terminal else None
    return sa.and_(grave, ~gone, open_to(user_id))


def whistles(tx: Session, actor: Actor) -> list[WhistleLine]:
    """Whistles and proposed pauses: the unanswered first, by what is due; then the latest answers."""
    actor.require(Permission.ANSWER_WHISTLE)
    day = today()
    rows = tx.exec(
        select(Flag, Client.name, Campaign.name, WhistleAnswer)
        .join(Client, col(Client.id) == Flag.client_id)
        .outerjoin(Campaign, col(Campaign.id) == Flag.campaign_id)
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == Flag.id)
        .where(_open_to(actor))
    )
    found = [_line(flag, client, campaign, answer, day) for flag, client, campaign, answer in rows]
    waiting = sorted((line for line in found if line.days is not None), key=lambda line: (line.days or 0, line.id))
    done = sorted(
        (line for line in found if line.days is None), key=lambda line: (line.answered_on or day, line.id), reverse=True
    )
    return waiting + done


def _line(flag: Flag, client: str, campaign: str | None, answer: WhistleAnswer | None, day: dt.date) -> WhistleLine:
    if flag.whistle:
        due = due_on(queue.clock(flag), day)
    else:
        due = next_working_day(flag.decided_at.astimezone().date() if flag.decided_at else flag.filed_on)
    return WhistleLine(
        id=flag.id,
        client="" if flag.withheld else client,
        campaign="" if flag.withheld else campaign or "",
        category=flag.category,
        severity=flag.severity,
        certainty=flag.certainty,
        text=flag.text,
        filed_on=flag.filed_on,
        week_only=flag.disclosed == Disclosed.ANONYMOUS,
        proposed=not flag.whistle,
        days=None if answer else (due - day).days,
        decided=answer.decided if answer else None,
        answer=answer.text if answer else "",
        answered_on=answer.answered_on if answer else None,
    )


def answer(tx: Session, actor: Actor, flag_id: str, *, decided: str, text: str) -> None:
    """Answer a whistle: what was decided, and why. The reporter reads it in the flag's thread. Raises Refused, NotFound."""
    actor.require(Permission.ANSWER_WHISTLE)
    flag = tx.exec(select(Flag).where(Flag.id == flag_id, _open_to(actor))).first()
    if flag is None:
        raise NotFound("There is no such whistle.")
    if flag.reporter_id is not None and flag.reporter_id == actor.user_id:
        raise Refused("You blew this whistle yourself; somebody else answers it.")
    if decided not in WHISTLE_ANSWERS:
        raise Refused("Choose what was decided.")
    text = text.strip()
    if len(text) < MIN_ANSWER:
        raise Refused("Write why: the reporter reads it, and somebody will ask for it.")
    if len(text) > MAX_ANSWER:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_ANSWER)
    if tx.get(WhistleAnswer, flag_id) is not None:
        raise Refused("This whistle has an answer already.")
    tx.add(WhistleAnswer(flag_id=flag.id, decided=decided, text=text, answered_on=today(), answered_by=actor.user_id))
    if flag.disclosed != Disclosed.IMPORTED:
        thread.add(tx, flag, Side.OFFICER, text, on=today())
    if flag.acknowledged_on is None:
        flag.acknowledged_on = today()
    audit.record(tx, actor, "answer whistle", flag.id, decided=decided)
    changes.announce(tx, {flag.client_id})
