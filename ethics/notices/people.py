"""Who gets notices: active officers and executives, with the address and the language they read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from ethics.access import ALLOWED, Permission, Role
from ethics.language import Reader, reader
from ethics.people.models import User, UserRole


@dataclass(frozen=True)
class Recipient:
    """Somebody with an address. `triages`: an officer; the others hear of whistles only."""

    user_id: int
    to: str
    t: Reader
    triages: bool

    @property
    def page(self) -> str:
        """Where a notice leads: officers to their queue, executives to the whistles."""
        return "triage" if self.triages else "whistles"


def recipients(tx: Session) -> list[Recipient]:
    """Everybody active with an address who triages or answers whistles."""
    found: dict[int, Recipient] = {}
    rows = tx.exec(
        select(User.id, User.email, User.language, UserRole.role)
        .join(UserRole, col(UserRole.user_id) == User.id)
        .where(User.active, col(User.email).is_not(None), col(UserRole.role).in_(_roles()))
        .order_by(col(User.id))
    )
    for number, email, language, role in rows:
        user_id, known = number or 0, found.get(number or 0)
        triages = Role(role) in ALLOWED[Permission.TRIAGE] or (known is not None and known.triages)
        found[user_id] = Recipient(user_id, email or "", reader(language or "en"), triages)
    return list(found.values())


def _roles() -> frozenset[Role]:
    return ALLOWED[Permission.TRIAGE] | ALLOWED[Permission.ANSWER_WHISTLE]
