"""Checks: filling a checklist in for a client, draft by draft, and writing its result into the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from checklists.assessment import Answer, Assessment, Given, assess, ready
from checklists.lists import Checklist, checklists
from checklists.models import Check
from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.clients import clients
from ethics.database import now, today
from ethics.language import NotFound, Refused
from ethics.people.models import User
from ethics.risk.models import CheckResult

MAX_EVIDENCE = 1000


@dataclass(frozen=True)
class OpenCheck:
    """A check being filled in; `id` is None until something has been saved."""

    id: int | None
    checklist: Checklist
    given: dict[str, Given]
    assessment: Assessment


@dataclass(frozen=True)
class DoneCheck:
    """A finished check as lists show it."""

    checklist: str
    done_on: dt.date
    by: str
    share: float | None
    conclusion: str
    failed_knockouts: tuple[str, ...]


def _checklist(checklist_id: str) -> Checklist:
    found = checklists().get(checklist_id)
    if found is None:
        raise NotFound("There is no such checklist.")
    return found


def _draft(tx: Session, client_id: int, checklist: Checklist) -> Check | None:
    return tx.exec(
        select(Check).where(
            Check.client_id == client_id,
            Check.checklist == checklist.id,
            Check.version == checklist.version,
            col(Check.done_at).is_(None),
        )
    ).first()


def open_check(tx: Session, actor: Actor, client_id: int, checklist_id: str) -> OpenCheck:
    """The check being filled in for a client; an empty one when nobody has begun. Raises NotFound."""
    actor.require(Permission.FILL_CHECK)
    clients.one(tx, actor, client_id)
    checklist = _checklist(checklist_id)
    draft = _draft(tx, client_id, checklist)
    given = _read(draft.answers) if draft else {}
    return OpenCheck(draft.id if draft else None, checklist, given, assess(checklist, given))


def _read(answers: Mapping[str, Mapping[str, str]]) -> dict[str, Given]:
    return {item: Given(Answer(a["answer"]), a.get("evidence", "")) for item, a in answers.items()}


def save(tx: Session, actor: Actor, client_id: int, checklist_id: str, given: Mapping[str, Given]) -> Assessment:
    """Save answers as they stand; a check may be left and gone on with. Raises NotFound, Refused."""
    return _save(tx, actor, client_id, checklist_id, given)[1]


def _save(
    tx: Session, actor: Actor, client_id: int, checklist_id: str, given: Mapping[str, Given]
) -> tuple[Check, Assessment]:
    actor.require(Permission.FILL_CHECK)
    clients.one(tx, actor, client_id)
    checklist = _checklist(checklist_id)
    if set(given) - {item.id for item in checklist.items}:
        raise NotFound("There is no such item in this checklist.")
    if any(len(g.evidence) > MAX_EVIDENCE for g in given.values()):
        raise Refused("The evidence of one item is too long: {n} characters at most.", n=MAX_EVIDENCE)
    draft = _draft(tx, client_id, checklist)
    if draft is None:
        draft = Check(
            client_id=client_id, checklist=checklist.id, version=checklist.version, started_at=now(), saved_at=now()
        )
    draft.answers = {item: {"answer": g.answer, "evidence": g.evidence.strip()} for item, g in given.items()}
    draft.saved_at, draft.filled_by = now(), actor.user_id
    tx.add(draft)
    tx.flush()
    return draft, assess(checklist, given)


def finish(tx: Session, actor: Actor, client_id: int, checklist_id: str, given: Mapping[str, Given]) -> Assessment:
    """Finish a check: it never changes again, and its result goes into the ledger for the score. Raises Refused."""
    ready(_checklist(checklist_id), given)
    draft, result = _save(tx, actor, client_id, checklist_id, given)
    stored = CheckResult(
        client_id=client_id,
        checklist=draft.checklist,
        version=draft.version,
        done_on=today(),
        recorded_at=now(),
        share=result.share,
        answered=result.answered,
        of=result.of,
        failed_knockouts=list(result.failed_knockouts),
        conclusion=result.conclusion,
    )
    tx.add(stored)
    tx.flush()
    draft.done_at, draft.result_id = now(), stored.id
    audit.record(
        tx,
        actor,
        "finish check",
        str(draft.id),
        client=client_id,
        checklist=draft.checklist,
        conclusion=result.conclusion,
    )
    changes.announce(tx, {client_id})
    return result


def done(tx: Session, actor: Actor, client_id: int) -> list[DoneCheck]:
    """Finished checks of a client, newest first."""
    actor.require(Permission.FILL_CHECK)
    clients.one(tx, actor, client_id)
    rows = tx.exec(
        select(CheckResult, User.name)
        .join(Check, col(Check.result_id) == CheckResult.id)
        .join(User, col(User.id) == Check.filled_by, isouter=True)
        .where(CheckResult.client_id == client_id)
        .order_by(col(CheckResult.recorded_at).desc(), col(CheckResult.id).desc())
    )
    return [
        DoneCheck(r.checklist, r.done_on, name or "", r.share, r.conclusion, tuple(r.failed_knockouts))
        for r, name in rows
    ]
