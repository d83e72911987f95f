"""The notice of a new alarm: to the officers, and to the managers of the client. It names nobody; a link leads on."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session, col, select

from ethics import rounds
from ethics.access import ALLOWED, Permission
from ethics.database import Database
from ethics.language import reader
from ethics.notices import letters, mail, post
from ethics.people.models import ClientManager, User, UserRole
from ethics.risk.models import Alarm

PAGE = "portfolio"


@rounds.every(10)
def send_alarms(db: Database) -> None:
    """Tell of alarms that nobody was told of yet: one letter for each person, however many they are."""
    with db.read() as tx:
        new = _untold(tx)
        written = _letters(tx, new) if new and mail.configured() else []
    if not new or not post.sent(written):
        return
    with db.write() as tx:
        for alarm in tx.exec(select(Alarm).where(col(Alarm.id).in_([*new]))):
            alarm.told = True


def _untold(tx: Session) -> dict[int, int]:
    """The client of each open alarm that nobody was told of."""
    rows = tx.exec(
        select(Alarm.id, Alarm.client_id).where(
            col(Alarm.told).is_(False), col(Alarm.past).is_(False), col(Alarm.closed_on).is_(None)
        )
    )
    return {number: client_id for number, client_id in rows if number is not None}


def _letters(tx: Session, new: dict[int, int]) -> list[mail.Letter]:
    """One letter for each active person with an address who may close one of these alarms."""
    of_everyone = {
        user_id
        for user_id, role in tx.exec(select(UserRole.user_id, UserRole.role))
        if role in ALLOWED[Permission.CLOSE_ALARM] & ALLOWED[Permission.SEE_ALL_CLIENTS]
    }
    closers = select(UserRole.user_id).where(col(UserRole.role).in_(ALLOWED[Permission.CLOSE_ALARM]))
    own = Counter(
        user_id
        for user_id, client_id in tx.exec(select(ClientManager.user_id, ClientManager.client_id))
        for alarmed in new.values()
        if alarmed == client_id
    )
    people = tx.exec(
        select(User).where(User.active, col(User.email).is_not(None), col(User.id).in_(closers)).order_by(col(User.id))
    )
    written = []
    for user in people:
        n = len(new) if user.id in of_everyone else own[user.id or 0]
        if n:
            t = reader(user.language or "en")
            written.append(letters.alarm(t, user.email or "", n, post.link(PAGE)))
    return written
