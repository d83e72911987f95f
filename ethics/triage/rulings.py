"""What an officer decides on a flag: acknowledge, an outcome T1–T10 with its answer, merge, show the client's name.

A decision can be changed by a later one; the audit trail keeps every step, and never a free text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from ethics import audit, changes
from ethics.access import Actor
from ethics.clients.models import Promise
from ethics.database import now, today
from ethics.language import Refused, reader
from ethics.mismatches import thread
from ethics.mismatches.models import Decision, Disclosed, Evidence, Flag, Message, Side, WhistleAnswer
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, NORMAL_WORK, SEVERITIES
from ethics.triage import answers, queue
from ethics.triage.handlers import acted_on
from ethics.triage.models import ClientQuestion, Note, Verification
from ethics.triage.outcomes import CHOICES, status

MIN_REASON: Final = 3


@dataclass(frozen=True)
class Ruling:
    """An officer's decision, with what triage corrected: category, severity, the promise it breaks."""

    outcome: str
    category: str
    severity: int
    promise_id: int | None
    reason: str
    answer: str


def acknowledge(tx: Session, actor: Actor, flag_id: str) -> None:
    """Tell the reporter that the flag has been read: stops the seven-day clock. Twice is once. Raises NotFound."""
    flag = acted_on(tx, actor, flag_id)
    if flag.acknowledged_on is not None:
        return
    if flag.disclosed != Disclosed.IMPORTED:
        thread.add(tx, flag, Side.OFFICER, received(flag.language), on=today())
    _acknowledged(flag)
    audit.record(tx, actor, "acknowledge flag", flag.id)
    tx.flush()


def received(language: str) -> str:
    """The words of the acknowledgement."""
    return reader(language)("Your flag has been read. You get an answer within three months, usually much sooner.")


def _acknowledged(flag: Flag) -> None:
    if flag.acknowledged_on is None:
        flag.acknowledged_on = today()


def decide(tx: Session, actor: Actor, flag_id: str, ruling: Ruling) -> None:
    """Give a flag its outcome. Needs a reason (for the file) and an answer (for the reporter). Raises Refused."""
    flag = acted_on(tx, actor, flag_id)
    answer = _checked(tx, flag, ruling)
    flag.outcome, flag.status = ruling.outcome, status(ruling.outcome, ruling.category)
    flag.reason, flag.answer = ruling.reason.strip()[:2000], answer
    flag.category, flag.severity, flag.promise_id = ruling.category, ruling.severity, ruling.promise_id
    flag.decided_at, flag.decided_by, flag.merged_into = now(), actor.user_id, None
    thread.go_on(tx, flag, on=today())
    _acknowledged(flag)
    if ruling.outcome == "T9":
        _forget(tx, flag)
    _answer(tx, flag, answer)
    for other in queue.merged(tx, flag.id):
        other.answer = answer
        _answer(tx, other, answer)
    audit.record(
        tx,
        actor,
        "decide flag",
        flag.id,
        outcome=ruling.outcome,
        decision=flag.status,
        category=ruling.category,
        severity=ruling.severity,
    )
    changes.announce(tx, {flag.client_id})


def _checked(tx: Session, flag: Flag, ruling: Ruling) -> str:
    """The answer to send; raises Refused with the first thing that the ruling lacks."""
    if ruling.outcome not in CHOICES:
        raise Refused("Choose what comes of the flag.")
    if flag.withheld:
        raise Refused("Ask for the client's name first: nobody can judge a promise without knowing whose it is.")
    if len(ruling.reason.strip()) < MIN_REASON:
        raise Refused("Write the reason: somebody will ask for it.")
    answer = ruling.answer.strip()[:2000]
    if flag.disclosed != Disclosed.IMPORTED and len(answer) < MIN_REASON:
        raise Refused("Write an answer to the reporter: every flag gets one.")
    if ruling.category not in CATEGORIES or ruling.severity not in SEVERITIES:
        raise Refused("Choose a category and a severity from the lists.")
    if ruling.promise_id is not None:
        promise = tx.get(Promise, ruling.promise_id)
        if promise is None or promise.client_id != flag.client_id:
            raise Refused("That promise belongs to another client.")
    asked = tx.exec(select(ClientQuestion.id).where(ClientQuestion.flag_id == flag.id).limit(1)).first()
    if ruling.outcome == "T3" and asked is None:
        raise Refused("Write the question to the client first, with the day its answer is due.")
    return answer


def _answer(tx: Session, flag: Flag, answer: str) -> None:
    if flag.disclosed != Disclosed.IMPORTED and answer:
        thread.add(tx, flag, Side.OFFICER, answer, on=today())


def _forget(tx: Session, flag: Flag) -> None:
    """Not about a product: the details are handed over and deleted here; what is left says only that it was so."""
    for one in (flag, *queue.merged(tx, flag.id)):
        one.text = one.experience = one.said = one.said_where = one.contact_ref = ""
        for table in (Evidence, Note, ClientQuestion, Verification):
            tx.execute(delete(table).where(col(table.flag_id) == one.id))
        tx.execute(update(Message).where(col(Message.flag_id) == one.id).values(text=""))


def merge(tx: Session, actor: Actor, flag_id: str, into_id: str) -> None:
    """Outcome T8: handle a flag together with another about the same client; its reporter hears of both. Raises Refused."""
    locked = {
        key: acted_on(tx, actor, key) for key in sorted({flag_id, into_id})
    }  # in one order: nobody waits in a circle
    flag, into = locked[flag_id], locked[into_id]
    if flag.status != Decision.OPEN:
        raise Refused("This flag has been decided already.")
    if flag.whistle and tx.get(WhistleAnswer, flag.id) is None:
        raise Refused("Answer the whistle first.")
    if into.merged_into is not None:
        into = acted_on(tx, actor, into.merged_into)
    if into.id == flag.id or into.client_id != flag.client_id or flag.withheld or into.withheld:
        raise Refused("Only two flags about the same client can be merged.")
    if into.status != Decision.OPEN and (flag.severity > into.severity or into.category in NORMAL_WORK):
        raise Refused("The other flag was decided as a lesser thing. Decide on this one by itself.")
    surest = max(into.certainty, flag.certainty, key=list(CERTAINTIES).index)
    if into.status == Decision.DISMISSED and surest != into.certainty:
        # Nobody has looked at what this one knows: dismissed with the other, it would never be looked at.
        raise Refused("The other flag was decided as a lesser thing. Decide on this one by itself.")
    into.severity, into.certainty = max(into.severity, flag.severity), surest
    for other in queue.merged(tx, flag.id):  # no chains: whoever was merged with this one follows
        other.merged_into = into.id
    flag.status, flag.outcome, flag.merged_into = Decision.MERGED, "T8", into.id
    flag.decided_at, flag.decided_by = now(), actor.user_id
    thread.go_on(tx, flag, on=today())
    _acknowledged(flag)
    flag.answer = answers.wording(tx, "T8", flag.language)
    _answer(tx, flag, flag.answer)
    if into.status != Decision.OPEN and into.answer:
        _answer(tx, flag, into.answer)
    audit.record(tx, actor, "merge flag", flag.id, into=into.id)
    changes.announce(tx, {flag.client_id})


def show_client(tx: Session, actor: Actor, flag_id: str, reason: str) -> None:
    """Ask for the client's name that a flag withholds; the audit trail keeps who asked. Raises Refused, NotFound."""
    flag = acted_on(tx, actor, flag_id)
    if not flag.withheld:
        return
    if len(reason.strip()) < MIN_REASON:
        raise Refused("Write the reason: somebody will ask for it.")
    flag.withheld = False
    audit.record(tx, actor, "show withheld client", flag.id)
    changes.announce(tx, {flag.client_id})
