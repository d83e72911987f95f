"""Following a flag by its receipt: where it stands, what the officer wrote, a reply, and closing it.

The reporter's own words are not shown again: a receipt that gets lost must not tell what was said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ethics.clients.models import Client
from ethics.language import NotFound
from ethics.mismatches import thread
from ethics.mismatches.models import Decision, Flag, Receipt, Side, WhistleAnswer


@dataclass(frozen=True)
class Followed:
    """One flag of a receipt. `replies` counts what the reporter wrote, `unseen` what of it no officer has read yet."""

    id: str
    client: str
    category: str
    status: str
    outcome: str | None
    acknowledged: bool
    waiting: bool
    whistle: bool
    whistle_decided: str | None
    shown_from: dt.date | None
    messages: tuple[thread.Line, ...]
    replies: int
    unseen: int


def followed(tx: Session, receipt: Receipt) -> list[Followed]:
    """The flags of a receipt; reading notes that the officer's messages have been seen."""
    rows = tx.exec(
        select(Flag, Client.name, WhistleAnswer)
        .join(Client, col(Client.id) == Flag.client_id)
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == Flag.id)
        .where(Flag.receipt_id == receipt.id)
        .order_by(col(Flag.filed_on), Flag.id)
    ).all()
    found = []
    for flag, client, whistle in rows:
        said = thread.lines(tx, flag)
        mine = [line for line in said if line.side == Side.REPORTER]
        found.append(
            Followed(
                id=flag.id,
                client=client,
                category=flag.category,
                status=flag.status,
                outcome=flag.outcome,
                acknowledged=flag.acknowledged_on is not None,
                waiting=flag.waiting_since is not None,
                whistle=flag.whistle,
                whistle_decided=whistle.decided if whistle else None,
                shown_from=flag.filed_on if flag.status == Decision.HELD else None,
                messages=tuple(line for line in said if line.side == Side.OFFICER),
                replies=len(mine),
                unseen=sum(not line.seen for line in mine),
            )
        )
        thread.seen(tx, flag, by=Side.REPORTER)
    return found


def _of(tx: Session, receipt: Receipt, flag_id: str) -> Flag:
    flag = tx.get(Flag, flag_id)
    if flag is None or flag.receipt_id != receipt.id:
        raise NotFound("There is no such flag.")
    return flag


def reply(tx: Session, receipt: Receipt, flag_id: str, text: str, *, on: dt.date) -> None:
    """Write to the officer; only the week is kept. The same words sent twice are one reply. Raises Refused, NotFound."""
    flag = _of(tx, receipt, flag_id)
    last = thread.lines(tx, flag)[-1:]
    if not any(line.side == Side.REPORTER and line.text == text.strip() for line in last):
        thread.reply(tx, flag, text, on=on)


def close(tx: Session, receipt: Receipt, *, on: dt.date) -> None:
    """Close the receipt: its flags go their way, nothing can be read or written with it any more."""
    for flag in tx.exec(select(Flag).where(Flag.receipt_id == receipt.id)):
        thread.close(tx, flag, on=on)
    receipt.closed = True
    tx.flush()
