"""Handles: what the pages behind a receipt carry instead of the receipt itself.

Signed with a key that only this process knows and good for half an hour, so a page left open on a shared machine soon
opens nothing. The time stands in the handle alone; it is never stored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from ethics.database import now

LASTS: Final = dt.timedelta(minutes=30)
LONGEST: Final = 120
_KEY: Final = secrets.token_bytes(32)


def _tag(receipt_id: str, until: str) -> str:
    return hmac.new(_KEY, f"{receipt_id}.{until}".encode(), hashlib.sha256).hexdigest()


def seal(receipt_id: str) -> str:
    """A handle on the receipt of that key, good for half an hour in this process."""
    until = str(int((now() + LASTS).timestamp()))
    return f"{receipt_id}.{until}.{_tag(receipt_id, until)}"


def opened(handle: str) -> str | None:
    """The key of the receipt behind a handle; None for an expired, foreign or damaged one."""
    parts = handle.split(".")
    if len(handle) > LONGEST or not handle.isascii() or len(parts) != 3:
        return None
    receipt_id, until, tag = parts
    if not hmac.compare_digest(tag, _tag(receipt_id, until)):
        return None
    return receipt_id if now().timestamp() <= int(until) else None
