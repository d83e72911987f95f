"""What changed: what flags led to, client by client, for every agent. You said, we did.

Nothing here points at a reporter. Lines are an officer's own words, refused when they quote a flag or name somebody,
dated by the four-week period and shown when it has ended. Counts are shown for clients that at least ten people served
lately, and below five only as "fewer than five". Promises are the client's, so their verdicts are told as they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.clients.models import Client, Promise, Verdict
from ethics.database import today
from ethics.language import NotFound, Refused
from ethics.mismatches import flags
from ethics.mismatches.clocks import period
from ethics.mismatches.models import Decision, Flag, PublishedChange
from ethics.mismatches.words import NORMAL_WORK
from ethics.triage.inquiries import quotes
from ethics.workforce import rostered

LEAST_PEOPLE: Final = 10
LEAST_FLAGS: Final = 5
WINDOW: Final = dt.timedelta(days=365)
PERIOD: Final = dt.timedelta(weeks=4)
MIN_TEXT: Final = 3
MAX_SAID: Final = 300
MAX_DID: Final = 600


@dataclass(frozen=True)
class ChangeLine:
    """You said, we did; dated by the Monday of its four-week period."""

    id: str
    said: str
    did: str
    period: dt.date


@dataclass(frozen=True)
class PromiseNews:
    """A promise proved broken or kept, and whether it has been withdrawn since."""

    text: str
    verdict: str
    verdict_on: dt.date | None
    withdrawn_on: dt.date | None


@dataclass(frozen=True)
class ClientChanges:
    """What flags about one client led to. `answered` and `confirmed` are None where the count would show too few people.

    0 stands for "fewer than five" as well: the two must not be told apart.
    """

    client: str
    lines: tuple[ChangeLine, ...]
    promises: tuple[PromiseNews, ...]
    answered: int | None
    confirmed: int | None


def what_changed(tx: Session, actor: Actor) -> list[ClientChanges]:
    """Client by client, those with news first, then by name; clients without anything to tell are left out."""
    actor.require(Permission.SEE_CHANGES)
    day = today()
    lines: dict[int, list[ChangeLine]] = {}
    shown = select(PublishedChange).where(PublishedChange.period < period(day))
    for row in tx.exec(shown.order_by(col(PublishedChange.period).desc(), PublishedChange.id)):
        lines.setdefault(row.client_id, []).append(ChangeLine(row.id, row.said, row.did, row.period))
    promises: dict[int, list[PromiseNews]] = {}
    judged = select(Promise).where(Promise.verdict != Verdict.UNPROVEN).order_by(col(Promise.verdict_on).desc())
    for promise in tx.exec(judged):
        promises.setdefault(promise.client_id, []).append(
            PromiseNews(promise.text, promise.verdict, promise.verdict_on, promise.withdrawn_on)
        )
    answered, confirmed = _counts(tx, day, mismatches=False), _counts(tx, day, mismatches=True)
    found, served = [], rostered.by_client(tx, on=day)
    for number, name in sorted(tx.exec(select(Client.id, Client.name)), key=lambda row: row[1].casefold()):
        if number is None or not (lines.get(number) or promises.get(number) or answered.get(number)):
            continue
        counted = served.get(number, 0) >= LEAST_PEOPLE
        found.append(
            ClientChanges(
                name,
                tuple(lines.get(number, ())),
                tuple(promises.get(number, ())),
                _shown(answered.get(number, 0)) if counted else None,
                _shown(confirmed.get(number, 0)) if counted else None,
            )
        )
    return sorted(found, key=lambda changes: not (changes.lines or changes.promises))


def _shown(n: int) -> int:
    return n if n >= LEAST_FLAGS else 0


def _counts(tx: Session, day: dt.date, *, mismatches: bool) -> dict[int, int]:
    """Flags of a year by client. What was decided in the running four weeks waits for their end, or it could be dated."""
    began = dt.datetime.combine(period(day), dt.time()).astimezone()
    query = (
        select(Flag.client_id, func.count())
        .where(Flag.filed_on > day - WINDOW, Flag.filed_on < period(day), col(Flag.withheld).is_(False))
        .where(sa.or_(col(Flag.decided_at).is_(None), col(Flag.decided_at) < began))
        .group_by(col(Flag.client_id))
    )
    if mismatches:
        query = query.where(Flag.status == Decision.CONFIRMED, col(Flag.category).not_in(NORMAL_WORK))
    else:
        query = query.where(col(Flag.status).in_([Decision.CONFIRMED, Decision.DISMISSED, Decision.MERGED]))
    return dict(tx.exec(query).all())


def shown_from(on: dt.date) -> dt.date:
    """The Monday from which everybody reads a line that is published on a day: the end of its four-week period."""
    return period(on) + PERIOD


def published(tx: Session, actor: Actor, client_id: int) -> list[ChangeLine]:
    """The lines of a client, also those whose period has not ended yet: for officers, who write them."""
    actor.require(Permission.TRIAGE)
    rows = tx.exec(
        select(PublishedChange)
        .where(PublishedChange.client_id == client_id)
        .order_by(col(PublishedChange.period).desc(), PublishedChange.id)
    )
    return [ChangeLine(row.id, row.said, row.did, row.period) for row in rows]


def publish(tx: Session, actor: Actor, client_id: int, *, said: str, did: str) -> None:
    """Tell every agent what flags about a client led to, from the end of this four-week period on. Raises Refused."""
    actor.require(Permission.TRIAGE)
    if tx.get(Client, client_id) is None:
        raise NotFound("There is no such client.")
    said, did = said.strip(), did.strip()
    if len(said) < MIN_TEXT or len(did) < MIN_TEXT:
        raise Refused("Write both: what was said, and what was done.")
    if len(said) > MAX_SAID or len(did) > MAX_DID:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_SAID if len(said) > MAX_SAID else MAX_DID)
    found = flags.personal_data(tx, f"{said}\n{did}")
    if found:
        raise Refused("Leave “{text}” out: everybody reads this.", text=found[0].text)
    recent = tx.exec(
        select(Flag.text, Flag.experience).where(Flag.client_id == client_id, Flag.filed_on > today() - WINDOW)
    )
    if any(quotes(f"{text} {experience}", f"{said} {did}") for text, experience in recent):
        raise Refused("This quotes a flag word for word, so somebody could recognise its writer. Use your own words.")
    tx.add(PublishedChange(client_id=client_id, period=period(today()), said=said, did=did, published_by=actor.user_id))
    audit.record(tx, actor, "publish change", str(client_id))
    tx.flush()


def take_back(tx: Session, actor: Actor, change_id: str) -> None:
    """Take a line back. Raises NotFound."""
    actor.require(Permission.TRIAGE)
    row = tx.get(PublishedChange, change_id)
    if row is None:
        raise NotFound("There is no such line.")
    tx.delete(row)
    audit.record(tx, actor, "take back change", str(row.client_id))
    tx.flush()
