"""Watching the weeks: runs the alarm and the silence watch over the ledger, and stores what they say.

The alarm looks at mismatches by the week of the contact, as they count today; the silence watch at everything that
agents sent, in four-week periods that have ended, so that no count tells that somebody has just written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from ethics.database import now, today
from ethics.mismatches.clocks import DAYS_TO_DECIDE, monday, period
from ethics.mismatches.counted import ORDER, counted
from ethics.mismatches.meter import AMBER_FROM
from ethics.mismatches.models import Decision, Flag
from ethics.mismatches.tally import settled
from ethics.mismatches.trend import SHOWN_WEEKS
from ethics.risk import gathering
from ethics.risk.alarm import Raised, Watch, threshold, watch
from ethics.risk.evidence import judged
from ethics.risk.gathering import WEEK
from ethics.risk.models import Alarm, ClientWatch
from ethics.risk.silence import Silence, listen
from ethics.workforce import rostered
from ethics.workforce.contacts import client_contacts

Whole = NDArray[np.int64]

#: An alarm found later than this after its week was found in old data: it is history, not a task.
TASK_WEEKS: Final = 13
#: Alarms of a client closer to each other than this are one.
APART_WEEKS: Final = 8
#: So many weeks are watched; older ones have no weight in what is usual.
WATCHED_WEEKS: Final = 260
#: After so many days a flag is decided, or counts as reported.
RIPE: Final = dt.timedelta(days=DAYS_TO_DECIDE + 1)
#: The span in which the silence watch listens, and the time before it that tells what was usual: four-week periods.
LISTENED: Final = 6
BEFORE: Final = 26


def update(tx: Session) -> None:
    """Run both watches over all clients, store what they say of each, and open tasks for new alarms."""
    clients = tuple(gathering.names(tx))
    first, until = gathering.data_from(tx), gathering.data_until(tx)
    if first is None or not clients:
        tx.execute(sa.delete(ClientWatch))
        return
    first = max(first, monday(until) - WATCHED_WEEKS * WEEK)
    # A week is judged once each of its flags is decided or overdue: before that its count is too low.
    last = monday(min(until, today() - RIPE) + dt.timedelta(days=1)) - WEEK
    weeks = (last - first).days // 7 + 1
    if weeks < 1:
        tx.execute(sa.delete(ClientWatch))
        return
    counts, contacts = _weekly(tx, clients, first, weeks, until)
    known = _alarms(tx)
    limit = threshold(int((contacts.sum(axis=1) > 0).sum()))
    found = watch(
        counts, contacts, first_monday=first, threshold=limit, restarts=_restarts(known, clients, first, weeks)
    )
    watched = _Watched(clients, first, counts, contacts, found, limit)
    for one in found.alarms:
        _raise(tx, known, one, watched)
    heard = _silences(tx, clients, until)
    shown = np.arange(max(weeks - SHOWN_WEEKS, 0), weeks)
    low, high = found.usual(np.arange(len(clients))[:, None], shown)
    moment, before = now(), latest(tx)
    for k, client in enumerate(clients):
        row = before.get(client) or ClientWatch(
            client_id=client, as_of=until, computed_at=moment, statistic=0, threshold=limit
        )
        tx.add(
            row.sqlmodel_update(
                {
                    "as_of": until,
                    "computed_at": moment,
                    "statistic": round(float(found.statistic[k, -1]), 2),
                    "threshold": limit,
                    "weeks": [
                        watched.week(k, t) | {"low": _plain(low[k, i]), "high": _plain(high[k, i])}
                        for i, t in enumerate(shown.tolist())
                    ],
                    "silence": heard.get(client, {}),
                }
            )
        )
    tx.flush()


def _weekly(tx: Session, clients: tuple[int, ...], first: dt.date, weeks: int, until: dt.date) -> tuple[Whole, Whole]:
    """Mismatches and contacts by client and week since `first`; (clients, weeks)."""
    place = {client: k for k, client in enumerate(clients)}
    counts, contacts = np.zeros((len(clients), weeks), dtype=np.int64), np.zeros((len(clients), weeks), dtype=np.int64)
    flags = judged(counted(tx, since=first, until=until, judged_on=today()), today().toordinal())
    week = (flags.met - first.toordinal()) // 7
    inside = (week >= 0) & (week < weeks)
    rows = np.array([place[client] for client in flags.client.tolist()], dtype=np.int64)
    np.add.at(counts, (rows[inside], week[inside]), 1)
    for client, on, n in client_contacts(tx):
        at = (on - first).days // 7
        if client in place and 0 <= at < weeks:
            contacts[place[client], at] += n
    return counts, contacts


def _alarms(tx: Session) -> dict[int, list[Alarm]]:
    """Alarms by client, oldest first."""
    found: dict[int, list[Alarm]] = {}
    for alarm in tx.exec(select(Alarm).order_by(col(Alarm.week))):
        found.setdefault(alarm.client_id, []).append(alarm)
    return found


def _restarts(
    known: dict[int, list[Alarm]], clients: tuple[int, ...], first: dt.date, weeks: int
) -> dict[int, list[int]]:
    """Where statistics start anew: in the week in which somebody closed an alarm."""
    found: dict[int, list[int]] = {}
    for k, client in enumerate(clients):
        places = [(alarm.closed_on - first).days // 7 for alarm in known.get(client, []) if alarm.closed_on]
        if some := [place for place in places if 0 <= place < weeks]:
            found[k] = some
    return found


@dataclass(frozen=True, eq=False, slots=True)
class _Watched:
    """Weekly counts and contacts (clients, weeks) from the Monday `first` on, and what the alarm says of them."""

    clients: tuple[int, ...]
    first: dt.date
    counts: Whole
    contacts: Whole
    found: Watch
    limit: float

    def week(self, k: int, t: int) -> dict[str, Any]:
        """One week of a client, as JSON: counts, what was expected, and the statistic after it."""
        return {
            "week": (self.first + t * WEEK).isoformat(),
            "contacts": int(self.contacts[k, t]),
            "mismatches": int(self.counts[k, t]),
            "expected": _plain(self.found.mean[k, t], 2),
            "statistic": _plain(self.found.statistic[k, t], 1),
        }


def _raise(tx: Session, known: dict[int, list[Alarm]], one: Raised, watched: _Watched) -> None:
    """Store an alarm, unless it is part of one that is known: still open, closed later, or a few weeks apart."""
    client, week = watched.clients[one.client], watched.first + one.week * WEEK
    for alarm in known.get(client, []):
        near = abs((alarm.week - week).days) < 7 * APART_WEEKS
        if alarm.closed_on is not None:  # what comes after somebody has closed it is news
            if week <= alarm.closed_on and (near or week >= alarm.week):
                return
        elif near or (alarm.week <= week and not alarm.past):
            return
    alarm = Alarm(
        client_id=client,
        week=week,
        since=watched.first + one.since * WEEK,
        statistic=round(one.statistic, 1),
        threshold=watched.limit,
        weeks=[watched.week(one.client, t) for t in range(one.since, one.week + 1)],
        raised_at=now(),
        past=(today() - week).days > 7 * TASK_WEEKS,
    )
    tx.add(alarm)
    known.setdefault(client, []).append(alarm)


def _plain(value: float, decimals: int = 0) -> float | None:
    """A number that JSON holds; None for one that is not known."""
    return round(float(value), decimals) if np.isfinite(value) else None


def _silences(tx: Session, clients: tuple[int, ...], until: dt.date) -> dict[int, dict[str, Any]]:
    """What the silence watch says of each client; nothing where so few serve it that flags are withheld."""
    end = period(until)
    begin = end - 4 * LISTENED * WEEK
    recent = _sent(tx, clients, begin, end)
    earlier = _sent(tx, clients, begin - 4 * BEFORE * WEEK, begin)
    serving = rostered.by_client(tx, on=until)
    heard = listen(*recent, *earlier)
    return {
        client: asdict(said) | {"from": begin.isoformat(), "until": (end - dt.timedelta(days=1)).isoformat()}
        for client, said in zip(clients, heard, strict=True)
        if not _hidden(serving, client) and _judged(said)
    }


def _hidden(serving: dict[int, int], client: int) -> bool:
    return bool(serving) and 0 < serving.get(client, 0) < AMBER_FROM


def _judged(said: Silence) -> bool:
    return said.tail_by_size is not None or said.tail_by_history is not None


def _sent(tx: Session, clients: tuple[int, ...], since: dt.date, until: dt.date) -> tuple[Whole, Whole]:
    """Everything agents sent about contacts from `since` until before `until`, and the contacts: (clients, categories)
    and (clients,)."""
    place = {client: k for k, client in enumerate(clients)}
    flags, contacts = np.zeros((len(clients), len(ORDER)), dtype=np.int64), np.zeros(len(clients), dtype=np.int64)
    rows: Iterable[Any] = tx.execute(
        sa.select(col(Flag.client_id), col(Flag.category), sa.func.count())
        .where(col(Flag.met_on) >= since, col(Flag.met_on) < until, settled(until))
        .where(col(Flag.status) != Decision.HELD)
        .group_by(col(Flag.client_id), col(Flag.category))
    )
    for client, category, n in rows:
        flags[place[client], ORDER.index(category)] = n
    for client, _, n in client_contacts(tx, since=since, until=until - dt.timedelta(days=1)):
        if client in place:
            contacts[place[client]] += n
    return flags, contacts


def latest(tx: Session, *, client_ids: Collection[int] | None = None) -> dict[int, ClientWatch]:
    """What both watches last said, by client. Callers check who may see."""
    query = select(ClientWatch)
    if client_ids is not None:
        query = query.where(col(ClientWatch.client_id).in_(client_ids))
    return {row.client_id: row for row in tx.exec(query)}
