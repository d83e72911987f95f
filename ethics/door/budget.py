"""The door's budget: how much one place may send. It slows a flood down and can never lock everybody out.

Addresses fall into a few slots by a key that only this process knows, made anew at each start; a slot's count sinks
every minute and vanishes. So the table holds neither an address nor a time. A whole office may share one address:
within the first hundreds of forms nobody waits, beyond that answers slow down. A slot that goes on far beyond is asked
to come back in a minute, but never for a form that this house made and that sends words: nobody can shut the door on a
colleague.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from ethics.door.models import DoorSlot
from ethics.language import Refused

SLOTS: Final = 256
#: So many forms a slot sends without waiting; then each waits a little longer, up to `LONGEST_WAIT` seconds.
FREE: Final = 250
MOST: Final = 1000
PER_MINUTE: Final = 100
STEP: Final = 0.02
LONGEST_WAIT: Final = 10.0
_KEY: Final = secrets.token_bytes(32)


class TooMuch(Refused):
    """This place has sent far more than people write."""


def slot(address: str) -> int:
    """The slot of an address, by this process's own key."""
    return hmac.new(_KEY, address.encode(), hashlib.sha256).digest()[0] % SLOTS


def take(tx: Session, number: int, *, sends: bool = False) -> float:
    """Count one form of a slot; returns the seconds that its answer has to wait.

    A form that sends words (`sends`) is never refused, however much came before it: it only waits. Raises TooMuch.
    """
    row = tx.get(DoorSlot, number)
    if row is None:
        row = DoorSlot(slot=number, taken=0)
        tx.add(row)
    if row.taken >= MOST and not sends:
        raise TooMuch("Very much has come from your network in a short time. Wait a minute and send again.")
    row.taken = min(row.taken + 1, MOST)
    tx.flush()
    return min(LONGEST_WAIT, STEP * max(0, row.taken - FREE))


def refill(tx: Session) -> None:
    """One minute has passed: every slot forgets that much, and an empty one is no row any more."""
    tx.execute(sa.delete(DoorSlot).where(col(DoorSlot.taken) <= PER_MINUTE))
    tx.execute(sa.update(DoorSlot).values(taken=col(DoorSlot.taken) - PER_MINUTE))
