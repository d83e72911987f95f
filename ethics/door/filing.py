"""Filing without a name: the same flag as at the other door, without anybody who filed it.

What is stored: the words, the week, a random key, and the two hashes of the receipt. No user, no address, no day, no
audit entry, no recomputed score: nothing that is written beside it could date it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session, col, select, update

from ethics.clients.models import Client, Status
from ethics.door import receipts
from ethics.language import Refused
from ethics.mismatches import flags, meter
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.models import Decision, Disclosed, Flag, Receipt

PERIOD: Final = dt.timedelta(weeks=4)


@dataclass(frozen=True)
class Choices:
    """How an anonymous flag is sent. `mix_in`: held to the end of the four-week period, then shown with the others.

    `withhold`: the client's name is not shown until an officer asks for it; it always is when fewer than five people
    could have written the flag. `receipt_id`: the receipt of earlier flags by the same reporter.
    """

    mix_in: bool = False
    withhold: bool = False
    receipt_id: str | None = None


def clients(tx: Session) -> dict[int, str]:
    """Names of the clients that are served now, by number, in the alphabet's order: what a flag may be about."""
    served = col(Client.status).not_in([Status.ENDED, Status.PROSPECT])
    rows = tx.exec(select(Client.id, Client.name).where(served)).all()
    return {number: name for number, name in sorted(rows, key=lambda row: row[1].casefold()) if number is not None}


def linked_clients(tx: Session, receipt_id: str | None) -> set[int]:
    """The clients that flags on this receipt are about: whoever reads them knows that one person filed them all."""
    if receipt_id is None:
        return set()
    return set(tx.exec(select(Flag.client_id).where(Flag.receipt_id == receipt_id)))


def measured(tx: Session, client_id: int, receipt_id: str | None, *, on: dt.date) -> meter.Meter:
    """The anonymity meter for one more flag about a client on a receipt; it narrows with each linked client."""
    return meter.meter(tx, {client_id, *linked_clients(tx, receipt_id)}, on=on)


def sent_before(tx: Session, token: str) -> bool:
    """True when this form has been sent: by a reload, or by a line that broke before the answer."""
    return tx.exec(select(Flag.id).where(Flag.submission == receipts.submission(token))).first() is not None


def file(tx: Session, draft: flags.Draft, token: str, secret_hash: str, choices: Choices, *, on: dt.date) -> str | None:
    """Store an anonymous flag; returns its receipt, or None when it went on an earlier one. Raises Refused.

    `draft` carries no person, day, file or contact; whatever it holds of these is dropped. `secret_hash` is
    `receipts.slow_hash` of the token's receipt, computed before the transaction.
    """
    if not receipts.is_token(token):
        raise Refused("This form is not from here, or too old. Open the page again.")
    if draft.client_id not in clients(tx):
        raise Refused("Choose the client that the flag is about.")
    week = monday(on)
    draft = replace(
        draft,
        met_on=week,
        disclosed=Disclosed.ANONYMOUS,
        contact_ref="",
        files=(),
        submission=receipts.submission(token),
    )
    flags.checked(draft, on=on, doors=(Disclosed.ANONYMOUS,))
    if sent_before(tx, token):
        return None if choices.receipt_id or not receipts.shown_again(token) else receipts.code(token)
    earlier = receipts.by_id(tx, choices.receipt_id) if choices.receipt_id else None
    if choices.receipt_id and earlier is None:
        raise Refused("This receipt is not known here, or it has been closed.")
    narrow = measured(tx, draft.client_id or 0, choices.receipt_id, on=on)
    flag = flags.built(tx, draft, on=week)
    flag.withheld = choices.withhold or narrow.withholds
    if choices.mix_in:
        flag.status, flag.met_on, flag.filed_on = Decision.HELD, period(on), period(on) + PERIOD
    new = None if earlier else receipts.code(token)
    flag.receipt_id = (earlier or receipts.store(tx, new or "", secret_hash, week=week)).id
    tx.add(flag)
    tx.flush()
    flags.exclude(tx, flag, draft.exclude)
    if narrow.withholds and earlier:
        _withhold_linked(tx, earlier)
    return new


def _withhold_linked(tx: Session, receipt: Receipt) -> None:
    """One more linked flag has left fewer than five people: the undecided flags before it lose their client's name too."""
    tx.execute(
        update(Flag)
        .where(col(Flag.receipt_id) == receipt.id, col(Flag.status).in_([Decision.OPEN, Decision.HELD]))
        .where(col(Flag.acknowledged_on).is_(None))
        .values(withheld=True)
    )


def release(tx: Session, *, on: dt.date) -> int:
    """Show the held flags whose period has ended; returns how many. They come as a group, in no order."""
    due: Collection[str] = tx.exec(select(Flag.id).where(Flag.status == Decision.HELD, Flag.filed_on <= on)).all()
    tx.execute(update(Flag).where(col(Flag.id).in_(due)).values(status=Decision.OPEN))
    return len(due)
