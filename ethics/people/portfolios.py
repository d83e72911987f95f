"""Which clients each manager has been assigned."""

from __future__ import annotations

from sqlmodel import Session, select

from ethics.people.models import ClientManager


def portfolios(tx: Session) -> dict[int, set[int]]:
    """The clients of each manager, by the manager's number; also of those who cannot sign in any more."""
    found: dict[int, set[int]] = {}
    for user_id, client_id in tx.exec(select(ClientManager.user_id, ClientManager.client_id)):
        found.setdefault(user_id, set()).add(client_id)
    return found
