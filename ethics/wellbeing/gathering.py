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
#: A week of which more of the flags than this are still undecided is not counted yet.
MOST_UNDECIDED: Final = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """A panel with the mismatches of its clients and weeks. Rows whose mismatches are not all counted yet are left out."""

    panel: Panel
    mismatches: Mismatches


def evidence(tx: Session, first: dt.date, last: dt.date) -> Evidence:
    """What the association of the weeks that begin on the Mondays `first` to `last` is computed from."""
    people = panel(tx, first, last)
    counts, undecided = _mismatches(tx, first, people)
    rows = np.ones(len(people.week), dtype=bool)
    for lag in range(WINDOW[0], WINDOW[1] + 1):
        week = people.week - lag
        rows &= ~((week >= 0) & undecided[np.maximum(week, 0)])
    return Evidence(people.chosen(rows), counts)


def _mismatches(tx: Session, first: dt.date, people: Panel) -> tuple[Mismatches, NDArray[np.bool_]]:
    """Confirmed mismatches by client and week, and which weeks have too many undecided flags."""
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
    chosen = known & confirmed

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        at = row[chosen] * shape[1] + week[chosen]
        return np.bincount(at, values[chosen], shape[0] * shape[1]).astype(np.float64).reshape(shape)

    contacts = np.zeros(shape)
    met_contacts = client_contacts(tx, client_ids=people.clients, since=first, until=last)
    for number, monday, n in met_contacts:
        contacts[place[number], (monday - first).days // 7] = n
    open_flags = np.bincount(week[known & ~confirmed], minlength=shape[1])
    all_flags = np.bincount(week[known], minlength=shape[1])
    found = Mismatches(summed(weight), summed(weight**2), summed(np.ones(len(weight))), contacts)
    return found, open_flags > MOST_UNDECIDED * all_flags
