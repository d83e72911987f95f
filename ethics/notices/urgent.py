"""The notice that does not wait: a whistle, or a flag of the gravest severity.

`flag.alerted` says that nobody needs to be told any more. It is set after the letters went out, or at once where no
mail server is set or nobody has an address. No time is kept, no audit entry made, no success logged: each would date
an anonymous flag.
"""

from __future__ import annotations

from ethics import rounds
from ethics.database import Database
from ethics.notices import letters, mail, post
from ethics.notices.people import recipients
from ethics.triage.waiting import told, untold, urgent_for


@rounds.every(1)
def send_urgent(db: Database) -> None:
    """Tell officers of what is urgent, and executives of whistles. One letter for each, however many flags there are."""
    written = []
    with db.read() as tx:
        keys = untold(tx)
        for who in recipients(tx) if keys and mail.configured() else ():
            mine = urgent_for(tx, who.user_id)
            whistles = sum(mine.values())
            gravest = len(mine) - whistles if who.triages else 0
            written.append(letters.urgent(who.t, who.to, whistles=whistles, gravest=gravest, link=post.link(who.page)))
    if not keys or not post.sent([letter for letter in written if letter is not None]):
        return
    with db.write() as tx:
        told(tx, keys)
