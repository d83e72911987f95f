"""Receipts: what lets an anonymous reporter come back, and nobody else.

32 characters of Crockford's alphabet in groups of four (160 bits). The first twelve find the receipt, as a keyed hash
(HMAC with the pepper); the other twenty prove it, against a slow one (Argon2id). Neither is stored as it is. A receipt
is computed from the random token of its form, so that a form sent twice by a broken line shows the same receipt again;
of the token only a hash is stored.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from sqlmodel import Session, select

from ethics.database import now
from ethics.mismatches.models import Receipt
from ethics.people import passwords
from ethics.settings import settings

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 32
LOOKUP: Final = 12
GROUP: Final = 4
#: Nothing longer is looked at, let alone hashed.
LONGEST_TYPED: Final = 80
TOKEN_BYTES: Final = 24
#: For so long after its form was made a receipt is shown again, to whoever sends the same form.
SHOWN_SECONDS: Final = 3600
_CROCKFORD: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_READ_AS: Final = str.maketrans("OIL", "011")


def _keyed(purpose: str, text: str) -> bytes:
    pepper = settings().receipt_pepper.get_secret_value().encode()
    return hmac.new(pepper, f"{purpose}:{text}".encode(), hashlib.sha256).digest()


def new_token() -> str:
    """A form's one-time token, signed: forms that this house did not make are told apart. 192 random bits.

    It carries the minute in which the form was made. Of the token only a hash is stored, so the minute is not.
    """
    random = f"{secrets.token_urlsafe(TOKEN_BYTES)}.{int(now().timestamp() // 60):x}"
    return f"{random}.{_keyed('form', random).hex()[:32]}"


def is_token(token: str) -> bool:
    """True for a token that this house made."""
    random, _, tag = token.rpartition(".")
    return len(token) <= 100 and hmac.compare_digest(tag, _keyed("form", random).hex()[:32])


def shown_again(token: str) -> bool:
    """True while a receipt may be shown once more: a tab left open must not give it away for ever."""
    made = int(token.split(".")[1], 16) * 60
    return is_token(token) and now().timestamp() - made < SHOWN_SECONDS


def submission(token: str) -> str:
    """What is stored of a form's token, to know it when it comes twice."""
    return hashlib.sha256(f"submission:{token}".encode()).hexdigest()


def code(token: str) -> str:
    """The receipt that belongs to a form's token: 32 characters."""
    return base64.b32encode(_keyed("receipt", token)[:20]).decode().translate(_CROCKFORD)


def grouped(receipt: str) -> str:
    """The receipt as people read it: groups of four."""
    return "-".join(receipt[k : k + GROUP] for k in range(0, len(receipt), GROUP))


def typed(text: str) -> str | None:
    """The receipt that somebody typed: capitals, spaces and dashes do not matter, O is 0, I and L are 1. None: not one."""
    if len(text) > LONGEST_TYPED:
        return None
    plain = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_READ_AS)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def _lookup(receipt: str) -> str:
    return _keyed("lookup", receipt[:LOOKUP]).hex()


def slow_hash(receipt: str) -> str:
    """The slow hash of a receipt's secret part. Takes tens of milliseconds: compute it before a transaction opens."""
    return passwords.hashed(receipt[LOOKUP:])


def store(tx: Session, receipt: str, secret_hash: str, *, week: dt.date) -> Receipt:
    """Keep what is needed to know a receipt again."""
    row = Receipt(lookup=_lookup(receipt), secret_hash=secret_hash, week=week)
    tx.add(row)
    tx.flush()
    return row


def found(tx: Session, text: str) -> Receipt | None:
    """The receipt behind what somebody typed; None for an unknown, wrong or closed one, after the same work."""
    receipt = typed(text)
    if receipt is None:
        passwords.matches(None, "")
        return None
    row = tx.exec(select(Receipt).where(Receipt.lookup == _lookup(receipt))).first()
    right = passwords.matches(row.secret_hash if row else None, receipt[LOOKUP:])
    return row if right and row is not None and not row.closed else None


def by_id(tx: Session, receipt_id: str) -> Receipt | None:
    """The open receipt of that key; None when there is none or it has been closed."""
    row = tx.get(Receipt, receipt_id)
    return row if row is not None and not row.closed else None
