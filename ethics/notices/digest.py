"""The daily notice: from eight in the morning, once a day, to those for whom something waits.

`digest.sent_on` is set for everybody who was looked at, whether or not a letter went out, so that the table says
nothing about flags. When the mail server fails, nobody's day is set, and the next round tries again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from sqlmodel import Session, col, select

from ethics import rounds
from ethics.database import Database, now
from ethics.notices import letters, mail, post
from ethics.notices.models import Digest
from ethics.notices.people import Recipient, recipients
from ethics.triage.waiting import Waiting, counts_for

#: The hour of the day, where the centre is, from which the daily notice goes out.
MORNING: Final = 8


def waiting(tx: Session, who: Recipient, on: dt.date) -> Waiting:
    """What the daily notice counts for one person: all of it for officers, whistles alone for executives."""
    counts = counts_for(tx, who.user_id, on)
    return counts if who.triages else replace(counts, new=0, due_soon=0, late=0, replies=0)


@rounds.every(10)
def send_digest(db: Database) -> None:
    """Send today's notice to those who have not been looked at today."""
    present = now().astimezone()
    day = present.date()
    if present.hour < MORNING or not mail.configured():
        return
    with db.read() as tx:
        done = set(tx.exec(select(Digest.user_id).where(col(Digest.sent_on) >= day)))
        people = [who for who in recipients(tx) if who.user_id not in done]
        written = [letters.daily(who.t, who.to, waiting(tx, who, day), post.link(who.page)) for who in people]
    if not people or not post.sent([letter for letter in written if letter is not None]):
        return
    with db.write() as tx:
        for who in people:
            tx.merge(Digest(user_id=who.user_id, sent_on=day))
