"""Contacts by client and week: what mismatches are counted against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session

from ethics import bulk
from ethics.workforce.models import ClientWeek, ContactWeek

_CONTACT_WEEK: Final[sa.Table] = ContactWeek.__table__  # type: ignore[attr-defined]
_CLIENT_WEEK: Final[sa.Table] = ClientWeek.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ClientContacts:
    """Three arrays of one length, in the order of client and week: ids, Mondays, contacts in the week."""

    clients: NDArray[np.int64]
    weeks: NDArray[np.datetime64]
    contacts: NDArray[np.int64]

    def __iter__(self) -> Iterator[tuple[int, dt.date, int]]:
        """One (client, Monday, contacts) after the other."""
        return zip(self.clients.tolist(), self.weeks.tolist(), self.contacts.tolist(), strict=True)


def client_contacts(
    tx: Session, client_ids: Collection[int] | None = None, since: dt.date | None = None, until: dt.date | None = None
) -> ClientContacts:
    """Contacts of each client-week that has a record; of all clients unless `client_ids` names some.

    From the first week of a client's own contact rows on, those alone count, whatever weeks are asked for; before it,
    and for a client without any, the contacts in its shifts. `since` and `until` bound the Mondays, both included.
    """
    own = sa.exists().where(
        _CONTACT_WEEK.c.client_id == _CLIENT_WEEK.c.client_id, _CONTACT_WEEK.c.week_start <= _CLIENT_WEEK.c.week_start
    )
    parts: list[sa.Select[Any]] = []
    for table in (_CONTACT_WEEK, _CLIENT_WEEK):
        part = sa.select(table.c.client_id, table.c.week_start, table.c.contacts)
        if client_ids is not None:
            part = part.where(table.c.client_id.in_(client_ids))
        if since is not None:
            part = part.where(table.c.week_start >= since)
        if until is not None:
            part = part.where(table.c.week_start <= until)
        parts.append(part if table is _CONTACT_WEEK else part.where(~own))
    ids, weeks, contacts = bulk.fetch(tx, sa.union_all(*parts), 3)
    client, week = np.array(ids, dtype=np.int64), np.array(weeks, dtype="datetime64[D]")
    order = np.lexsort((week, client))
    return ClientContacts(client[order], week[order], np.array(contacts, dtype=np.int64)[order])
