"""What the signed-in form offers and says before anything is sent: names to choose from, dates, what to mask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlmodel import Session

from ethics.access import Actor, Permission
from ethics.clients import campaigns, clients, promises
from ethics.clients.names import key
from ethics.database import today
from ethics.masking import masking
from ethics.mismatches import clocks, evidence, flags
from ethics.mismatches.flags import Draft, GoodDraft
from ethics.mismatches.meter import Meter, meter
from ethics.mismatches.words import CATEGORIES

MAX_CONTACT = 64
FILES = evidence.MAX_FILES
MEGABYTES = evidence.MAX_BYTES // 1_000_000


@dataclass(frozen=True)
class Reply:
    """What a reporter writes to the officer in the thread of a flag, with cleaned files."""

    text: str
    files: tuple[evidence.Cleaned, ...] = ()


Written = TypeVar("Written", Draft, GoodDraft, Reply)


@dataclass(frozen=True)
class Choices:
    """Names by number. Campaigns, promises and the meter are the chosen client's; without one there are none."""

    clients: dict[int, str]
    campaigns: dict[int, str]
    promises: dict[int, str]
    officers: dict[int, str]
    meter: Meter | None


@dataclass(frozen=True)
class Asked:
    """What a prefilled link asks for."""

    client_id: int | None
    campaign_id: int | None
    category: str | None
    contact_ref: str


@dataclass(frozen=True)
class Dates:
    """By when a flag of today has been read and answered, and a whistle answered."""

    read: dt.date
    answer: dt.date
    whistle: dt.date


@dataclass(frozen=True)
class Piece:
    """Personal data that stands in a text, once: a `masking.Kind` and the words."""

    kind: masking.Kind
    text: str


def choices(tx: Session, actor: Actor, client_id: int | None, campaign_id: int | None) -> Choices:
    """What the form offers. A client or campaign that is not offered counts as not chosen."""
    actor.require(Permission.FILE_FLAG)
    known, officers = clients.names(tx, actor), flags.officers(tx)
    if client_id not in known:
        return Choices(known, {}, {}, officers, None)
    running = campaigns.running_for(tx, today()).get(client_id, {})
    made = promises.for_flags(tx, client_id, campaign_id if campaign_id in running else None, on=today())
    return Choices(known, running, made, officers, meter(tx, {client_id}, on=today()))


def asked(tx: Session, actor: Actor, *, client: str, campaign: str, category: str, contact: str) -> Asked:
    """Match a link's names with what is known here; what is not known, or not offered, is left out."""
    actor.require(Permission.FILE_FLAG)
    number = _named(client, clients.names(tx, actor))
    running = campaigns.running_for(tx, today()).get(number, {}) if number is not None else {}
    return Asked(
        number,
        _named(campaign, running),
        category.upper() if category.upper() in CATEGORIES else None,
        contact.strip()[:MAX_CONTACT],
    )


def _named(name: str, known: dict[int, str]) -> int | None:
    wanted = key(name)
    return next((number for number, its in known.items() if wanted and key(its) == wanted), None)


def dates(on: dt.date) -> Dates:
    """The dates that a flag filed on the day `on` may expect."""
    clock = clocks.Clock(on)
    read = clocks.due_on(clock, on)
    return Dates(
        read, clocks.due_on(replace(clock, acknowledged_on=on), on), clocks.due_on(replace(clock, whistle=True), on)
    )


def to_mask(tx: Session, actor: Actor, draft: Draft | GoodDraft | Reply) -> tuple[Piece, ...]:
    """Personal data in what a person is about to send, each piece once. Raises Refused for an incomplete flag."""
    actor.require(Permission.FILE_FLAG)
    if not isinstance(draft, Reply):
        clients.require_named(draft.client_id or 0, clients.names(tx, actor))
    if isinstance(draft, Draft):
        flags.checked(draft, on=today())
    found = (Piece(one.kind, one.text) for text in _texts(draft).values() for one in flags.personal_data(tx, text))
    return tuple(dict.fromkeys(found))


def without(tx: Session, actor: Actor, draft: Written, pieces: Collection[Piece], language: str) -> Written:
    """The draft with these pieces masked in the words of `language`; other personal data stays."""
    actor.require(Permission.FILE_FLAG)
    if not pieces:
        return draft
    texts = {
        name: masking.masked(
            text, [one for one in flags.personal_data(tx, text) if Piece(one.kind, one.text) in pieces], language
        )
        for name, text in _texts(draft).items()
    }
    return replace(draft, **texts)  # type: ignore[arg-type]


def with_files(draft: Written, files: Sequence[bytes]) -> Written:
    """The draft with these files, cleaned: seconds of work, so never in a transaction. Good news takes none.

    Raises Refused.
    """
    return draft if isinstance(draft, GoodDraft) else replace(draft, files=evidence.cleaned(files))


def _texts(draft: Draft | GoodDraft | Reply) -> dict[str, str]:
    """The free texts of a draft, by field."""
    if isinstance(draft, Draft):
        return {"text": draft.text, "experience": draft.experience, "said": draft.said}
    return {"text": draft.text}
