"""The audit trail: append-only, each entry chained to the one before by a keyed hash.

`hash = HMAC-SHA256(audit key, previous hash + body)`; the body is canonical JSON. Triggers on both engines refuse
updates and deletions; the key keeps somebody with the database alone from writing the trail anew; the head printed
in every review shows a cut tail. Bodies hold who, what and which row, never free text, receipts or absence.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Field, Session, col, select

from ethics.access import Actor, Permission
from ethics.database import Table, now
from ethics.settings import settings

FIRST: Final = "0" * 64
CHAIN_LOCK: Final = 0x5E111


class AuditEntry(Table, table=True):
    """One thing that somebody did."""

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str
    prev: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)


def _hash(prev: str, body: str) -> str:
    key = settings().audit_key.get_secret_value().encode()
    return hmac.new(key, (prev + body).encode(), hashlib.sha256).hexdigest()


def record(tx: Session, actor: Actor, act: str, subject: str = "", **facts: Any) -> None:
    """Append one entry in the caller's transaction, so that deed and record stand or fall together."""
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = tx.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    seq, prev = (last.seq + 1, last.hash) if last else (1, FIRST)
    who = "terminal" if actor.terminal else actor.user_id
    body = json.dumps(
        {"seq": seq, "at": now().isoformat(timespec="seconds"), "actor": who, "act": act, "subject": subject, **facts},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    tx.add(AuditEntry(seq=seq, body=body, prev=prev, hash=_hash(prev, body)))
    tx.flush()


def head(tx: Session) -> tuple[int, str]:
    """Number and hash of the newest entry; (0, zeros) when there is none."""
    last = tx.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, FIRST)


def first_broken(tx: Session, actor: Actor, *, expected: tuple[int, str] | None = None) -> int | None:
    """Number of the first entry that does not fit the chain; None when the whole trail holds.

    `expected` is a head seen earlier (printed in a review): a trail that no longer contains it was cut or rewritten.
    """
    actor.require(Permission.READ_AUDIT)
    prev, number = FIRST, 0
    for entry in tx.exec(select(AuditEntry).order_by(col(AuditEntry.seq)).execution_options(yield_per=10_000)):
        number += 1
        if entry.seq != number or entry.prev != prev or not hmac.compare_digest(entry.hash, _hash(prev, entry.body)):
            return number
        prev = entry.hash
        if expected and entry.seq == expected[0] and entry.hash != expected[1]:
            return number
    return expected[0] if expected and expected[0] > number else None
