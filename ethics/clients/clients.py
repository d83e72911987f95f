"""Clients as people may see them: names for everybody who files flags, the rest for who may see the client."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ethics.access import Actor, Permission
from ethics.clients.models import Client, Status
from ethics.clients.names import key, nearest
from ethics.language import NotFound, Refused


def names(tx: Session, actor: Actor) -> dict[int, str]:
    """Names of the clients that are served now, by number, in the alphabet's order: what a flag may be about."""
    actor.require(Permission.FILE_FLAG)
    return _names(tx, active_only=True)


def all_names(tx: Session, actor: Actor) -> dict[int, str]:
    """Names of every client, for the administrator who assigns them."""
    actor.require(Permission.MANAGE_PEOPLE)
    return _names(tx, active_only=False)


def _names(tx: Session, *, active_only: bool) -> dict[int, str]:
    query = select(Client.id, Client.name)
    if active_only:
        query = query.where(col(Client.status).not_in([Status.ENDED, Status.PROSPECT]))
    rows: Sequence[tuple[int | None, str]] = tx.exec(query).all()
    return {number: name for number, name in sorted(rows, key=lambda row: row[1].casefold()) if number is not None}


def visible(tx: Session, actor: Actor) -> list[Client]:
    """The clients that the person sees, in the alphabet's order."""
    actor.require(Permission.SEE_RISK)
    query = select(Client)
    if not actor.may(Permission.SEE_ALL_CLIENTS):
        query = query.where(col(Client.id).in_(actor.client_ids))
    return sorted(tx.exec(query).all(), key=lambda client: client.name.casefold())


def one(tx: Session, actor: Actor, client_id: int) -> Client:
    """The client; raises NotFound also for one that the person may not see."""
    actor.require_client(client_id)
    client = tx.get(Client, client_id)
    if client is None:
        raise NotFound("There is no such client.")
    return client


def by_name(tx: Session, actor: Actor, name: str) -> Client:
    """The client of that name, however it is spelled in capitals and spaces. Raises NotFound."""
    client = tx.exec(select(Client).where(Client.name_key == key(name))).first()
    if client is None or client.id is None or not actor.sees(client.id):
        near = nearest(name, [c.name for c in visible(tx, actor)])
        if near:
            raise NotFound("There is no client “{name}”. Did you mean “{near}”?", name=name[:80], near=near)
        raise NotFound("There is no client “{name}”.", name=name[:80])
    return client


def require_named(client_id: int, known: dict[int, str]) -> str:
    """The name of a client out of `names`; raises Refused when it is not there."""
    if client_id not in known:
        raise Refused("Choose the client that the flag is about.")
    return known[client_id]
