"""One flag with everything an officer decides on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ethics.access import Actor, Permission
from ethics.clients.models import Campaign, Client, Promise
from ethics.database import today
from ethics.mismatches import evidence, thread
from ethics.mismatches.clocks import due_on, overdue, started
from ethics.mismatches.models import Decision, Disclosed, Flag, Side, WhistleAnswer
from ethics.people.models import User
from ethics.triage import queue
from ethics.triage.handlers import handled, open_to
from ethics.triage.models import ClientQuestion, Note, Verification


@dataclass(frozen=True)
class NoteLine:
    """A private note."""

    text: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class QuestionLine:
    """A question to the client; `days` are left for its answer, None once it has come."""

    id: str
    text: str
    asked_on: dt.date
    due_on: dt.date
    days: int | None
    answer: str
    answered_on: dt.date | None


@dataclass(frozen=True)
class VerificationLine:
    """What a verification showed."""

    method: str
    result: str
    text: str
    done_on: dt.date


@dataclass(frozen=True)
class MergedLine:
    """A flag that was merged into this one."""

    id: str
    text: str
    filed_on: dt.date


@dataclass(frozen=True)
class FlagCard:
    """A flag for triage. `reporter` is empty unless somebody signed it; `client` while it is withheld.

    `days` are left for what is due next; `counted` says that it counts as reported, because nobody has decided.
    `answerable` is False for imported flags: there is nobody to answer.
    """

    id: str
    client_id: int
    client: str
    withheld: bool
    campaign: str
    category: str
    severity: int
    certainty: str
    text: str
    experience: str
    said: str
    said_where: str
    step: str | None
    channel: str | None
    frequency: str | None
    for_family: str | None
    contact_ref: str
    language: str
    met_on: dt.date
    filed_on: dt.date
    days: int
    counted: bool
    acknowledged_on: dt.date | None
    waiting_since: dt.date | None
    whistle: bool
    whistle_decided: str | None
    disclosed: str
    reporter: str
    mine: bool
    answerable: bool
    closed: bool
    status: str
    outcome: str | None
    merged_into: str | None
    reason: str
    answer: str
    promise_id: int | None
    promises: tuple[tuple[int, str], ...]
    messages: tuple[thread.Line, ...]
    notes: tuple[NoteLine, ...]
    questions: tuple[QuestionLine, ...]
    verifications: tuple[VerificationLine, ...]
    merged: tuple[MergedLine, ...]
    files: tuple[evidence.EvidenceLine, ...]

    @property
    def week_only(self) -> bool:
        """True when the days are Mondays of weeks: the reporter is anonymous."""
        return self.disclosed == Disclosed.ANONYMOUS


def card(tx: Session, actor: Actor, flag_id: str) -> FlagCard:
    """Everything about one flag. Raises NotFound."""
    flag, day = handled(tx, actor, flag_id), today()
    client = tx.get(Client, flag.client_id)
    campaign = tx.get(Campaign, flag.campaign_id) if flag.campaign_id is not None else None
    whistle = tx.get(WhistleAnswer, flag.id)
    assert client is not None
    clock = queue.clock(flag, whistle_answered=whistle is not None)
    return FlagCard(
        id=flag.id,
        client_id=flag.client_id,
        client="" if flag.withheld else client.name,
        withheld=flag.withheld,
        campaign=campaign.name if campaign and not flag.withheld else "",
        category=flag.category,
        severity=flag.severity,
        certainty=flag.certainty,
        text=flag.text,
        experience=flag.experience,
        said=flag.said,
        said_where=flag.said_where,
        step=flag.step,
        channel=flag.channel,
        frequency=flag.frequency,
        for_family=flag.for_family,
        contact_ref=flag.contact_ref,
        language=flag.language,
        met_on=flag.met_on,
        filed_on=flag.filed_on,
        days=(due_on(clock, day) - day).days,
        counted=flag.status == Decision.OPEN and overdue(started(clock, day), day),
        acknowledged_on=flag.acknowledged_on,
        waiting_since=flag.waiting_since,
        whistle=flag.whistle,
        whistle_decided=whistle.decided if whistle else None,
        disclosed=flag.disclosed,
        reporter=_reporter(tx, actor, flag),
        mine=flag.reporter_id is not None and flag.reporter_id == actor.user_id,
        answerable=flag.disclosed != Disclosed.IMPORTED,
        closed=flag.closed,
        status=flag.status,
        outcome=flag.outcome,
        merged_into=flag.merged_into,
        reason=flag.reason,
        answer=flag.answer,
        promise_id=flag.promise_id,
        promises=() if flag.withheld else _promises(tx, flag),
        messages=thread.lines(tx, flag),
        notes=_notes(tx, flag.id),
        questions=_questions(tx, flag.id, day),
        verifications=tuple(
            VerificationLine(row.method, row.result, row.text, row.done_on)
            for row in tx.exec(
                select(Verification)
                .where(Verification.flag_id == flag.id)
                .order_by(col(Verification.done_on), Verification.id)
            )
        ),
        merged=tuple(
            MergedLine(other.id, other.text, other.filed_on)
            for other in queue.merged(tx, flag.id, open_to(actor.user_id))
        ),
        files=tuple(evidence.listed(tx, flag.id)),
    )


def read(tx: Session, actor: Actor, flag_id: str) -> None:
    """Note that an officer has read what the reporter wrote. Raises NotFound."""
    thread.seen(tx, handled(tx, actor, flag_id), by=Side.OFFICER)


def file(tx: Session, actor: Actor, evidence_id: str) -> tuple[int, str, bytes]:
    """Position, kind and content of a file beside a flag. Raises NotFound, also where the officer may not handle it."""
    actor.require(Permission.TRIAGE)
    flag_id, kind, data = evidence.content(tx, evidence_id)
    handled(tx, actor, flag_id)
    position = next((line.position for line in evidence.listed(tx, flag_id) if line.id == evidence_id), 1)
    return position, kind, data


def _reporter(tx: Session, actor: Actor, flag: Flag) -> str:
    if flag.reporter_id is None or not (flag.disclosed == Disclosed.NAMED or actor.may(Permission.SEE_REPORTER)):
        return ""
    user = tx.get(User, flag.reporter_id)
    return user.name if user else ""


def _promises(tx: Session, flag: Flag) -> tuple[tuple[int, str], ...]:
    rows = tx.exec(select(Promise.id, Promise.text).where(Promise.client_id == flag.client_id).order_by(Promise.text))
    return tuple((number, text) for number, text in rows if number is not None)


def _notes(tx: Session, flag_id: str) -> tuple[NoteLine, ...]:
    rows = tx.exec(
        select(Note, User.name)
        .outerjoin(User, col(User.id) == Note.written_by)
        .where(Note.flag_id == flag_id)
        .order_by(col(Note.written_at))
    )
    return tuple(NoteLine(note.text, name or "", note.written_at) for note, name in rows)


def _questions(tx: Session, flag_id: str, day: dt.date) -> tuple[QuestionLine, ...]:
    rows = tx.exec(
        select(ClientQuestion)
        .where(ClientQuestion.flag_id == flag_id)
        .order_by(col(ClientQuestion.asked_on), ClientQuestion.id)
    )
    return tuple(
        QuestionLine(
            row.id,
            row.text,
            row.asked_on,
            row.due_on,
            None if row.answered_on else (row.due_on - day).days,
            row.answer,
            row.answered_on,
        )
        for row in rows
    )
