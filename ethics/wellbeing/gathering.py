"""Counting mismatches by client and week, beside a panel's clients and weeks. Flags are counted, never read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from ethics import bulk
from ethics.mismatches.models import Decision, Flag
from ethics.mismatches.words import NORMAL_WORK
from ethics.wellbeing.dose import WEIGHTS, Mismatches
from ethics.workforce.contacts import client_contacts
from ethics.workforce.gathering import panel
from ethics.workforce.panel import Panel

#: Weeks before a row's own that its dose is made of.
WINDOW: Final = (1, 4)
#: A client's week of which more than this part of the flags is still undecided is not counted yet: nor is one whose only
#: flag waits, or it would pass for calm.
MOST_UNDECIDED: Final = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """A panel with the mismatches of its clients and weeks, and which of these are not counted yet."""

    panel: Panel
    mismatches: Mismatches


def evidence(tx: Session, first: dt.date, last: dt.date) -> Evidence:
    """What the association of the weeks that begin on the Mondays `first` to `last` is computed from."""
    people = panel(tx, first, last)
    return Evidence(people, _mismatches(tx, first, people))


def _mismatches(tx: Session, first: dt.date, people: Panel) -> Mismatches:
    """Confirmed mismatches by client and week; weeks with too many undecided flags are not counted."""
    shape = (len(people.clients), people.weeks)
    last = first + dt.timedelta(days=7 * people.weeks - 1)
    query = (
        sa.select(col(Flag.client_id), col(Flag.met_on), col(Flag.severity), col(Flag.status))
        .where(col(Flag.met_on) >= first, col(Flag.met_on) <= last)
        .where(col(Flag.status).in_([Decision.CONFIRMED, Decision.OPEN]), col(Flag.withheld).is_(False))
        .where(col(Flag.category).not_in(NORMAL_WORK), col(Flag.severity) > 0)
    )
    client, met, severity, status = bulk.fetch(tx, query, 4)
    place = {number: k for k, number in enumerate(people.clients)}
    known = np.array([number in place for number in client], dtype=bool)
    row = np.array([place.get(number, 0) for number in client], dtype=np.int64)
    week = (bulk.ordinals(met) - first.toordinal()) // 7
    weight = np.array(WEIGHTS, dtype=np.float64)[np.array(severity, dtype=np.int64)]
    confirmed = np.array([one == Decision.CONFIRMED for one in status], dtype=bool)

    def summed(chosen: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
        at = row[chosen] * shape[1] + week[chosen]
        return np.bincount(at, values[chosen], shape[0] * shape[1]).astype(np.float64).reshape(shape)

    contacts = np.zeros(shape)
    met_contacts = client_contacts(tx, client_ids=people.clients, since=first, until=last)
    for number, monday, n in met_contacts:
        contacts[place[number], (monday - first).days // 7] = n
    one, chosen = np.ones(len(weight)), known & confirmed
    count, waiting = summed(chosen, one), summed(known & ~confirmed, one)
    return Mismatches(
        summed(chosen, weight),
        summed(chosen, weight**2),
        count,
        contacts,
        counted=waiting <= MOST_UNDECIDED * (count + waiting),
    )
