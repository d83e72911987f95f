"""Who handles a flag: officers, less those whom a reporter, they themselves or a conflict of interest keep out."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.language import NotFound, Refused
from ethics.mismatches import flags
from ethics.mismatches.models import Conflict, Decision, Exclusion, Flag


def open_to(user_id: int | None) -> sa.ColumnElement[bool]:
    """The condition on flags that this officer may handle: shown by now, not excluded, no conflict with the client."""
    shown: sa.ColumnElement[bool] = sa.not_(col(Flag.status) == Decision.HELD)
    if user_id is None:
        return shown
    excluded = sa.exists().where(col(Exclusion.flag_id) == col(Flag.id), col(Exclusion.user_id) == user_id)
    # A withheld flag is no conflict yet: that it vanished for somebody would tell whose client it is.
    conflict = sa.and_(
        sa.exists().where(col(Conflict.client_id) == col(Flag.client_id), col(Conflict.user_id) == user_id),
        col(Flag.withheld).is_(False),
    )
    return sa.and_(shown, ~excluded, ~conflict)


def handled(tx: Session, actor: Actor, flag_id: str) -> Flag:
    """The flag, for an officer who may handle it. Raises NotFound for all others: excluded and absent sound alike."""
    actor.require(Permission.TRIAGE)
    flag = tx.exec(select(Flag).where(Flag.id == flag_id, open_to(actor.user_id))).first()
    if flag is None:
        raise NotFound("There is no such flag.")
    return flag


def acted_on(tx: Session, actor: Actor, flag_id: str) -> Flag:
    """The flag, for an officer who may act on it: not one's own. Raises NotFound, Refused."""
    handled(tx, actor, flag_id)
    mine = select(Flag).where(Flag.id == flag_id).with_for_update().execution_options(populate_existing=True)
    flag = tx.exec(mine).one()  # as it is now that nobody else can change it
    if flag.reporter_id is not None and flag.reporter_id == actor.user_id:
        raise Refused("You filed this flag yourself; another officer decides on it.")
    return flag


def step_aside(tx: Session, actor: Actor, flag_id: str) -> None:
    """Leave a flag to the other officers. Raises Refused when there is no other."""
    flag = handled(tx, actor, flag_id)
    out = set(tx.exec(select(Exclusion.user_id).where(Exclusion.flag_id == flag.id)))
    out |= set(tx.exec(select(Conflict.user_id).where(Conflict.client_id == flag.client_id)))
    if actor.user_id is None or not set(flags.officers(tx)) - out - {actor.user_id}:
        raise Refused("Somebody has to handle the flag: leave at least one officer.")
    tx.add(Exclusion(flag_id=flag.id, user_id=actor.user_id))
    audit.record(tx, actor, "step aside", flag.id)
    tx.flush()


def _orphans(tx: Session, client_id: int, left: set[int]) -> bool:
    """True when an undecided flag about the client excludes everybody who is left."""
    excluded: dict[str, set[int]] = {}
    rows = tx.exec(
        select(Exclusion.flag_id, Exclusion.user_id)
        .join(Flag, col(Flag.id) == Exclusion.flag_id)
        .where(Flag.client_id == client_id, col(Flag.status).in_([Decision.OPEN, Decision.HELD]))
    )
    for flag_id, user_id in rows:
        excluded.setdefault(flag_id, set()).add(user_id)
    return any(not left - out for out in excluded.values())


def conflicts(tx: Session, actor: Actor) -> dict[int, str]:
    """The clients that the officer has declared a conflict with, by number."""
    actor.require(Permission.TRIAGE)
    rows = tx.exec(
        select(Client.id, Client.name)
        .join(Conflict, col(Conflict.client_id) == Client.id)
        .where(Conflict.user_id == actor.user_id)
        .order_by(Client.name)
    )
    return {number: name for number, name in rows if number is not None}


def declare_conflicts(tx: Session, actor: Actor, client_ids: set[int]) -> None:
    """Set the clients whose flags the officer does not handle. Raises Refused when one would be left without handler."""
    actor.require(Permission.TRIAGE)
    if actor.user_id is None:
        raise Refused("Only an officer who has signed in can declare a conflict of interest.")
    before = set(tx.exec(select(Conflict.client_id).where(Conflict.user_id == actor.user_id)))
    known = set(tx.exec(select(Client.id).where(col(Client.id).in_(client_ids))))
    if client_ids - known:
        raise NotFound("There is no such client.")
    others = set(flags.officers(tx)) - {actor.user_id}
    for client_id in sorted(client_ids - before):
        away = set(tx.exec(select(Conflict.user_id).where(Conflict.client_id == client_id)))
        if not others - away or _orphans(tx, client_id, others - away):
            raise Refused("Somebody has to handle the flag: leave at least one officer.")
        tx.add(Conflict(user_id=actor.user_id, client_id=client_id, since=today()))
    tx.execute(
        sa.delete(Conflict).where(
            col(Conflict.user_id) == actor.user_id, col(Conflict.client_id).in_(before - client_ids)
        )
    )
    if client_ids != before:
        audit.record(tx, actor, "declare conflicts", str(actor.user_id), clients=sorted(client_ids))
    tx.flush()
