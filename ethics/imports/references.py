"""Clients that a batch added, when it is undone: they may go only while nothing else knows them.

What refers to a client (or, for `ethics.imports.business`, to a flag) is asked of the database itself, so that tables of features above this one count as well.
Stored scores are computed, not known: they go with their client.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.clients.models import Client
from ethics.database import Table
from ethics.imports.models import Batch, BatchBefore
from ethics.language import Refused
from ethics.risk import models as _computed  # noqa: F401 - the tables named below
from ethics.workforce.models import Shift

_CLIENT: Final[sa.Table] = Client.__table__  # type: ignore[attr-defined]
_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_COMPUTED: Final[tuple[sa.Table, ...]] = tuple(
    Table.metadata.tables[name] for name in ("score", "score_week", "client_watch", "alarm")
)


def added_by(tx: Session, batch_id: int) -> dict[int, str]:
    """Names by id of the clients that batch `batch_id` added. Raises Refused when a later batch changed one of them."""
    changes = tx.exec(
        select(Batch.id, BatchBefore.before)
        .join(BatchBefore, col(BatchBefore.batch_id) == Batch.id)
        .where(Batch.kind == "clients", col(Batch.undone_at).is_(None))
    ).all()
    own = {before["name_key"] for number, before in changes if number == batch_id}
    for number, before in changes:
        if number != batch_id and before["batch_id"] == batch_id:
            raise Refused(
                "Batch {newest} changed clients that this one added. Undo that one first.", newest=str(number)
            )
    rows = tx.exec(select(Client.id, Client.name, Client.name_key).where(Client.batch_id == batch_id))
    return {number: name for number, name, name_key in rows if number is not None and name_key not in own}


def referring(tx: Session, to: sa.Table) -> list[tuple[str, str]]:
    """Every place of the database that refers to a row of `to`: the table and its column."""
    inspector = sa.inspect(tx.connection())
    return [
        (table, key["constrained_columns"][0])
        for table in inspector.get_table_names()
        if not table.startswith("shift_month_")
        for key in inspector.get_foreign_keys(table)
        if key["referred_table"] == to.name
    ]


def require_unused(tx: Session, clients: dict[int, str]) -> None:
    """Raise Refused with the name of the first of `clients` (by id) that something refers to."""
    connection = tx.connection()
    places = referring(tx, _CLIENT)
    if (_SHIFT.name, "client_id") not in places:
        places.append((_SHIFT.name, "client_id"))
    for table, column in places:
        if table in {computed.name for computed in _COMPUTED}:
            continue
        place = sa.table(table, sa.column(column))
        used = (
            connection.scalar(sa.select(place.c[column]).where(place.c[column].in_(clients)).limit(1))
            if clients
            else None
        )
        if used is not None:
            raise Refused(
                "“{client}” came with this batch and is in use by now. Undo the batches that brought its other data first; "
                "a client that people have worked on cannot be undone.",
                client=clients[used],
            )


def remove(tx: Session, clients: Collection[int]) -> None:
    """Delete clients and what was computed for them."""
    if clients:
        for table in _COMPUTED:
            tx.connection().execute(sa.delete(table).where(table.c.client_id.in_(clients)))
        tx.connection().execute(sa.delete(_CLIENT).where(_CLIENT.c.id.in_(clients)))


def existing(tx: Session, client_ids: Collection[int]) -> set[int]:
    """Those of `client_ids` that are still there."""
    if not client_ids:
        return set()
    return set(tx.connection().scalars(sa.select(_CLIENT.c.id).where(_CLIENT.c.id.in_(client_ids))))
