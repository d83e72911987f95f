"""Filing a flag, and following one's own.

A flag is about a client's product or way of selling, never about a colleague. The reporter's name is stored for a
named or a confidential flag and read by `reporter_of` alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.clients import clients
from ethics.clients.models import Client
from ethics.database import today
from ethics.language import Refused
from ethics.mismatches.models import Certainty, Decision, Disclosed, Flag
from ethics.mismatches.words import CATEGORIES, SEVERITIES

MAX_TEXT = 4000
#: A flag may be about a contact this long ago: older ones are hard to verify.
MAX_AGE = dt.timedelta(days=365)


@dataclass(frozen=True)
class Draft:
    """What an agent wrote, not yet checked. `submission` makes a repeated click one flag."""

    client_id: int | None
    category: str | None
    severity: int | None
    certainty: str | None
    text: str
    met_on: dt.date
    disclosed: str | None
    submission: str


@dataclass(frozen=True)
class OwnFlag:
    """One's own flag, as My flags shows it."""

    id: str
    client: str
    category: str
    filed_on: dt.date
    status: str
    answer: str
    text: str


def checked(draft: Draft, *, on: dt.date) -> None:
    """Raise Refused with the first thing that is missing or wrong in `draft`, filed on the day `on`."""
    if draft.category not in CATEGORIES:
        raise Refused("Choose what happened.")
    if draft.severity not in SEVERITIES:
        raise Refused("Choose how serious it was.")
    if draft.certainty not in set(Certainty):
        raise Refused("Choose how you know.")
    if draft.disclosed not in (Disclosed.NAMED, Disclosed.CONFIDENTIAL):
        raise Refused("Choose who may see your name.")
    if not draft.text.strip():
        raise Refused("Write what was promised and what the customer met.")
    if len(draft.text) > MAX_TEXT:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_TEXT)
    if draft.met_on > on:
        raise Refused("The day of the contact is in the future.")
    if draft.met_on < on - MAX_AGE:
        raise Refused("The contact was over a year ago. Tell the fair-play officer about it directly.")


def file(tx: Session, actor: Actor, draft: Draft) -> str:
    """Store a flag and return its key. The same submission filed twice is one flag. Raises Refused."""
    actor.require(Permission.FILE_FLAG)
    known = clients.names(tx, actor)
    clients.require_named(draft.client_id or 0, known)
    day = today()
    checked(draft, on=day)
    before = tx.exec(select(Flag).where(Flag.submission == draft.submission)).first()
    if before is not None:
        return before.id
    flag = Flag(
        client_id=draft.client_id or 0,
        category=draft.category or "",
        severity=draft.severity or 0,
        certainty=draft.certainty or "",
        text=draft.text.strip(),
        met_on=draft.met_on,
        filed_on=day,
        disclosed=draft.disclosed or "",
        reporter_id=actor.user_id,
        submission=draft.submission,
    )
    tx.add(flag)
    tx.flush()
    if draft.disclosed == Disclosed.NAMED:  # an entry beside somebody's sign-in would name a confidential reporter
        audit.record(tx, actor, "file flag", flag.id)
    changes.announce(tx, {flag.client_id})
    return flag.id


def own(tx: Session, actor: Actor) -> list[OwnFlag]:
    """The person's own flags, newest first."""
    actor.require(Permission.FILE_FLAG)
    rows = tx.exec(
        select(Flag, Client.name)
        .join(Client, col(Client.id) == Flag.client_id)
        .where(Flag.reporter_id == actor.user_id, col(Flag.reporter_id).is_not(None))
        .order_by(col(Flag.filed_on).desc(), Flag.id)
    )
    return [OwnFlag(f.id, name, f.category, f.filed_on, f.status, f.answer, f.text) for f, name in rows]


def counts(status: str, category: str) -> bool:
    """True for a decided flag that is a mismatch."""
    return status == Decision.CONFIRMED and category not in ("M01", "M02")
