"""From letters to the mail server, and a word in the log when that fails.

A success is never logged, and neither is the moment of a failure: a log line dates what set it off, and an urgent
notice is set off by a flag. Failures are counted and told by an hourly round of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from ethics import rounds
from ethics.database import Database
from ethics.notices import mail
from ethics.settings import settings

log = logging.getLogger("reilu")
#: What failed since the last word in the log: a sentence about the mail server, and how often it held.
_FAILED: Final[dict[str, int]] = {}


def sent(letters: Sequence[mail.Letter]) -> bool:
    """True when the mail server took the letters, or when there is nothing to send; a failure is told later."""
    try:
        refused = mail.send(letters)
    except mail.NotSent as error:
        _failed(str(error))
        return False
    if refused:
        _failed("The mail server does not take letters to some of the addresses.")
    return True


def link(page: str = "") -> str:
    """The address of a page of this house; empty while the settings name none."""
    address = settings().address.strip().rstrip("/")
    return f"{address}/{page}".rstrip("/") if address else ""


def _failed(why: str) -> None:
    _FAILED[why] = _FAILED.get(why, 0) + 1


@rounds.every(60)
def tell_failures(_db: Database) -> None:
    """Log what kept notices from going out, once an hour at most."""
    for why in list(_FAILED):
        del _FAILED[why]
        log.warning("notices: %s", why)
