"""Filing a flag: what both doors ask, checked alike. Following one's own is `own`, deciding is `ethics.triage`.

A flag is about a client's product or way of selling, never about a colleague. The reporter's number is stored for a
named or a confidential flag; the anonymous door (`ethics.door`) builds the same flag without any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ethics import audit, changes
from ethics.access import Actor, Permission, Role
from ethics.clients import clients
from ethics.clients.models import Campaign, Client, Product, Promise
from ethics.database import today
from ethics.language import LANGUAGES, Refused
from ethics.masking import masking
from ethics.mismatches import evidence
from ethics.mismatches.models import (
    Certainty,
    Channel,
    Conflict,
    Disclosed,
    Exclusion,
    Family,
    Flag,
    Frequency,
    GoodNews,
    Step,
)
from ethics.mismatches.words import CATEGORIES, GOOD, SEVERITIES, WHISTLE_SEVERITIES
from ethics.people.models import User, UserRole

MAX_TEXT = 4000
MAX_SAID = 1000
MAX_WHERE = 200
MAX_GOOD = 2000
#: A flag may be about a contact this long ago: older ones are hard to verify.
MAX_AGE = dt.timedelta(days=365)


@dataclass(frozen=True)
class Draft:
    """What a reporter wrote, not yet checked. `submission` makes a repeated click one flag.

    `text` is what is so, `experience` what the customer believed and felt. The promise is one of the ledger
    (`promise_id`), or `said` and `said_where` in the reporter's words. `exclude` are officers who must not handle it;
    `files` are cleaned before the transaction that files the flag.
    """

    client_id: int | None
    category: str | None
    severity: int | None
    certainty: str | None
    text: str
    met_on: dt.date
    disclosed: str | None
    submission: str
    campaign_id: int | None = None
    promise_id: int | None = None
    said: str = ""
    said_where: str = ""
    experience: str = ""
    step: str | None = None
    channel: str | None = None
    frequency: str | None = None
    for_family: str | None = None
    contact_ref: str = ""
    language: str = "en"
    whistle: bool = False
    exclude: tuple[int, ...] = ()
    files: tuple[evidence.Cleaned, ...] = ()


def checked(draft: Draft, *, on: dt.date, doors: Collection[str] = (Disclosed.NAMED, Disclosed.CONFIDENTIAL)) -> None:
    """Raise Refused with the first thing that is missing or wrong in `draft`, filed on the day `on` at one of `doors`."""
    if draft.category not in CATEGORIES:
        raise Refused("Choose what happened.")
    if draft.severity not in SEVERITIES:
        raise Refused("Choose how serious it was.")
    if draft.certainty not in set(Certainty):
        raise Refused("Choose how you know.")
    if draft.disclosed not in doors:
        raise Refused("Choose who may see your name.")
    if draft.whistle and draft.severity not in WHISTLE_SEVERITIES:
        raise Refused("The whistle is for serious and grave things. Send this as a flag instead.")
    if not draft.text.strip():
        raise Refused("Write what was promised and what the customer met.")
    _check_details(draft)
    if draft.met_on > on:
        raise Refused("The day of the contact is in the future.")
    if draft.met_on < on - MAX_AGE:
        raise Refused("The contact was over a year ago. Tell the fair-play officer about it directly.")


def _check_details(draft: Draft) -> None:
    for text, longest in (
        (draft.text, MAX_TEXT),
        (draft.experience, MAX_TEXT),
        (draft.said, MAX_SAID),
        (draft.said_where, MAX_WHERE),
        (draft.contact_ref, 64),
    ):
        if len(text) > longest:
            raise Refused("The text is too long: {n} characters at most.", n=longest)
    for given, known in ((draft.step, Step), (draft.channel, Channel), (draft.frequency, Frequency)):
        if given is not None and given not in set(known):
            raise Refused("Choose one of the answers that are offered.")
    if draft.for_family is not None and draft.for_family not in set(Family):
        raise Refused("Choose one of the answers that are offered.")


def built(tx: Session, draft: Draft, *, on: dt.date) -> Flag:
    """The flag that a checked draft makes, not yet added; campaign and promise must be the client's. Raises Refused."""
    campaign = tx.get(Campaign, draft.campaign_id) if draft.campaign_id is not None else None
    promise = tx.get(Promise, draft.promise_id) if draft.promise_id is not None else None
    for number, found in ((draft.campaign_id, campaign), (draft.promise_id, promise)):
        if number is not None and (found is None or found.client_id != draft.client_id):
            raise Refused("That campaign or promise belongs to another client.")
    return Flag(
        client_id=draft.client_id or 0,
        campaign_id=draft.campaign_id,
        promise_id=draft.promise_id,
        category=draft.category or "",
        severity=draft.severity or 0,
        certainty=draft.certainty or "",
        text=draft.text.strip(),
        experience=draft.experience.strip(),
        said=draft.said.strip(),
        said_where=draft.said_where.strip(),
        step=draft.step,
        channel=draft.channel,
        frequency=draft.frequency,
        for_family=draft.for_family,
        contact_ref=draft.contact_ref.strip(),
        language=draft.language if draft.language in LANGUAGES else "en",
        whistle=draft.whistle,
        met_on=draft.met_on,
        filed_on=on,
        disclosed=draft.disclosed or "",
        submission=draft.submission,
    )


def file(tx: Session, actor: Actor, draft: Draft) -> str:
    """Store a flag and return its key. The same submission filed twice is one flag. Raises Refused."""
    actor.require(Permission.FILE_FLAG)
    clients.require_named(draft.client_id or 0, clients.names(tx, actor))
    day = today()
    checked(draft, on=day)
    before = tx.exec(select(Flag).where(Flag.submission == draft.submission)).first()
    if before is not None:
        return before.id
    flag = built(tx, draft, on=day)
    flag.reporter_id = actor.user_id
    tx.add(flag)
    tx.flush()
    exclude(tx, flag, draft.exclude)
    evidence.store(tx, flag.id, draft.files)
    if draft.disclosed == Disclosed.NAMED:  # an entry beside somebody's sign-in would name a confidential reporter
        audit.record(tx, actor, "file flag", flag.id)
    if draft.disclosed == Disclosed.NAMED:  # so would a score of this very minute; nothing of it counts today
        changes.announce(tx, {flag.client_id})
    return flag.id


def exclude(tx: Session, flag: Flag, user_ids: Collection[int]) -> None:
    """Keep officers out of a flag. Raises Refused when nobody would be left to handle it."""
    if not user_ids:
        return
    away = set(tx.exec(select(Conflict.user_id).where(Conflict.client_id == flag.client_id)))
    if not set(officers(tx)) - away - set(user_ids) - {flag.reporter_id}:
        raise Refused("Somebody has to handle the flag: leave at least one officer.")
    tx.add_all(Exclusion(flag_id=flag.id, user_id=number) for number in sorted(set(user_ids) & set(officers(tx))))
    tx.flush()


def officers(tx: Session) -> dict[int, str]:
    """The designated handlers by number: the staff may know who they are, and choose who must not read a flag."""
    rows = tx.exec(
        select(User.id, User.name)
        .join(UserRole, col(UserRole.user_id) == User.id)
        .where(UserRole.role == Role.OFFICER, User.active)
        .order_by(User.name)
    )
    return {number: name for number, name in rows if number is not None}


def personal_data(tx: Session, text: str) -> list[masking.Found]:
    """Names, numbers and addresses of people in a text, for masking before it is sent.

    The names of those who have an account are known; those of clients, campaigns and products are nobody's.
    """
    things = [*tx.exec(select(Client.name)), *tx.exec(select(Campaign.name)), *tx.exec(select(Product.name))]
    found: list[masking.Found] = masking.find(text, people=tx.exec(select(User.name)).all(), ignore=things)
    return found


@dataclass(frozen=True)
class GoodDraft:
    """Good news, not yet checked."""

    client_id: int | None
    kind: str | None
    text: str
    submission: str
    campaign_id: int | None = None


def tell_good_news(tx: Session, actor: Actor, draft: GoodDraft) -> None:
    """Store thanks, or a contact that turned to good: evidence for the client, never part of a risk. Raises Refused."""
    actor.require(Permission.FILE_FLAG)
    clients.require_named(draft.client_id or 0, clients.names(tx, actor))
    if draft.kind not in GOOD:
        raise Refused("Choose what kind of good news it is.")
    if not draft.text.strip():
        raise Refused("Write what happened.")
    if len(draft.text) > MAX_GOOD:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_GOOD)
    if draft.campaign_id is not None:
        campaign = tx.get(Campaign, draft.campaign_id)
        if campaign is None or campaign.client_id != draft.client_id:
            raise Refused("That campaign or promise belongs to another client.")
    if tx.exec(select(GoodNews).where(GoodNews.submission == draft.submission)).first() is None:
        assert actor.user_id is not None or actor.terminal
        tx.add(
            GoodNews(
                client_id=draft.client_id or 0,
                campaign_id=draft.campaign_id,
                kind=draft.kind,
                text=draft.text.strip(),
                filed_on=today(),
                reporter_id=actor.user_id or 0,
                submission=draft.submission,
            )
        )
        tx.flush()
