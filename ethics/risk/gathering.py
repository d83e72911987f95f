"""Gathering the evidence: flags, contacts, checks, what clients answered and repaired, and published sick leave.

Everything is read as it was known on each day: a decision, a verdict or an answer of a later day does not reach back.
Data that came in late do, because they say what was so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, func, select

from ethics.clients.models import Client, Promise, PromiseEvent
from ethics.clients.standing import Spell, spells
from ethics.database import today
from ethics.mismatches import tally
from ethics.mismatches.counted import NEVER, counted
from ethics.mismatches.models import Decision, Flag
from ethics.risk import burden, response
from ethics.risk.evidence import Contacts, Ledger, Panel, judged, panel, repaired
from ethics.risk.models import CheckResult
from ethics.risk.policy import Policy
from ethics.triage.models import ClientQuestion
from ethics.wellbeing import releases
from ethics.workforce.contacts import client_contacts
from ethics.workforce.models import ClientWeek, ContactWeek

WEEK: Final = dt.timedelta(weeks=1)
#: Nothing is computed of earlier days: a date misspelt in a file must not make a history of a century.
LONGEST: Final = dt.timedelta(weeks=520)


def data_until(tx: Session) -> dt.date:
    """The last day that contacts or flags reach, today at the latest; today for an empty house."""
    days = [day for day in (tally.last_day(tx), _last_contact_day(tx)) if day is not None]
    return min(max(days), today()) if days else today()


def data_from(tx: Session) -> dt.date | None:
    """The first Monday of which there are contacts or flags; None for an empty house."""
    days = [tx.exec(select(func.min(column))).one() for column in (ContactWeek.week_start, ClientWeek.week_start)]
    days.append(tx.exec(select(func.min(Flag.met_on)).where(Flag.status != Decision.HELD)).one())
    known = [day for day in days if day is not None]
    if not known:
        return None
    first = max(min(known), data_until(tx) - LONGEST)
    return first - dt.timedelta(days=first.weekday())


def _last_contact_day(tx: Session) -> dt.date | None:
    weeks = [
        tx.exec(select(func.max(table.week_start)).where(col(table.contacts) > 0)).one()
        for table in (ContactWeek, ClientWeek)
    ]
    known = [monday for monday in weeks if monday is not None]
    return max(known) + dt.timedelta(days=6) if known else None


def window(as_of: dt.date, rules: Policy) -> tuple[dt.date, dt.date]:
    """First and last day of what counts at `as_of`."""
    return as_of - rules.window_weeks * WEEK + dt.timedelta(days=1), as_of


def names(tx: Session, client_ids: Collection[int] | None = None) -> dict[int, str]:
    """Names of the clients asked for (of all when None) by number, in their order."""
    query = select(Client.id, Client.name).order_by(Client.name)
    if client_ids is not None:
        query = query.where(col(Client.id).in_(client_ids))
    return {number: name for number, name in tx.exec(query) if number is not None}


def gather(
    tx: Session,
    days: Sequence[dt.date],
    rules: Policy,
    *,
    judged_on: dt.date | None = None,
    client_ids: Collection[int] | None = None,
) -> Panel:
    """The evidence about clients (all when None) on `days`, seven days apart.

    Each day is judged by what was known on it; a single day by what is known on `judged_on`, when that is given.
    """
    clients = tuple(names(tx, client_ids))
    last = judged_on or days[-1]
    since, _ = window(days[0], rules)
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    asked = ordinals if judged_on is None else np.array([judged_on.toordinal()])
    flags = counted(tx, since=since, until=days[-1], judged_on=last, client_ids=client_ids)
    withdrawn, stretches = matters(tx, rules, client_ids)
    repairs = repaired(flags, withdrawn)
    if judged_on is not None:
        flags, repairs = judged(flags, judged_on.toordinal()), judged(repairs, judged_on.toordinal())
    read = np.full((len(clients), len(days), 2, 3), np.nan)
    wrong, weight = response.sums(stretches, clients, asked.tolist(), rules)
    read[:, :, 0] = response.readings(wrong, weight, rules.response)
    read[:, :, 1] = burden.readings(releases.years(tx), clients, asked.tolist(), rules.burden)
    worked = client_contacts(tx, client_ids=client_ids, since=since, until=days[-1])
    week = worked.weeks.astype("datetime64[D]").astype(np.int64) + dt.date(1970, 1, 1).toordinal()
    failed = _failed(tx, clients, asked)
    worked_on = Contacts(worked.clients, week, worked.contacts)
    found = panel(Ledger(clients, flags, repairs, worked_on, read, failed), ordinals, rules)
    # Of a client that nobody has served and nothing has been asked of, nothing is believed either.
    found.readings[(found.whole == 0) & (found.mismatches == 0) & (weight == 0), 0] = np.nan
    return found


def matters(
    tx: Session, rules: Policy, client_ids: Collection[int] | None
) -> tuple[dict[int, list[tuple[int, int]]], list[response.Stretch]]:
    """When promises were withdrawn, by promise; and what broken promises and questions say of each client's response."""
    withdrawn: dict[int, list[tuple[int, int]]] = {}
    stretches: list[response.Stretch] = []
    for promise, spell in broken_spells(tx, client_ids):
        broken, ended = spell.broken_on.toordinal(), spell.until.toordinal() if spell.until else NEVER
        away = spell.withdrawn_on.toordinal() if spell.withdrawn_on else None
        stretches += response.broken_promise(promise.client_id, broken, away, ended, rules.response)
        if away is not None and promise.id is not None and away < ended:
            withdrawn.setdefault(promise.id, []).append((away, ended))
    return withdrawn, stretches + _questions(tx, rules, client_ids)


def broken_spells(tx: Session, client_ids: Collection[int] | None) -> Iterator[tuple[Promise, Spell]]:
    """The stretches of time in which promises stood as broken."""
    query = select(Promise).where(col(Promise.verdict_on).is_not(None))
    if client_ids is not None:
        query = query.where(col(Promise.client_id).in_(client_ids))
    promises = {promise.id: promise for promise in tx.exec(query.order_by(col(Promise.id)))}
    steps: dict[int, list[PromiseEvent]] = defaultdict(list)
    events = select(PromiseEvent).order_by(col(PromiseEvent.at), col(PromiseEvent.id))
    for event in tx.exec(events.where(col(PromiseEvent.promise_id).in_([*promises]))):
        steps[event.promise_id].append(event)
    for number, promise in promises.items():
        for spell in spells(promise, steps.get(number or 0, [])):
            yield promise, spell


def _questions(tx: Session, rules: Policy, client_ids: Collection[int] | None) -> list[response.Stretch]:
    # A question about a flag that may not be shown yet would show it.
    query = (
        select(col(Flag.client_id), col(ClientQuestion.due_on), col(ClientQuestion.answered_on))
        .join(Flag, col(Flag.id) == ClientQuestion.flag_id)
        .where(tally.public(today()), col(Flag.withheld).is_(False))
    )
    if client_ids is not None:
        query = query.where(col(Flag.client_id).in_(client_ids))
    return [
        stretch
        for client, due, answered in sorted(tx.exec(query), key=lambda row: (row[0], row[1], str(row[2])))
        for stretch in response.question(
            client, due.toordinal(), answered.toordinal() if answered else None, rules.response, NEVER
        )
    ]


def failed_knockouts(
    tx: Session, until: dt.date, client_ids: Collection[int] | None = None
) -> dict[int, dict[str, tuple[str, ...]]]:
    """Failed absolute requirements by client and checklist on a day: the latest result of each checklist speaks."""
    latest: dict[tuple[int, str], CheckResult] = {}
    for result in _results(tx, client_ids):
        if result.done_on <= until:
            latest[result.client_id, result.checklist] = result
    failed: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for (client_id, checklist), result in sorted(latest.items()):
        if result.failed_knockouts:
            failed[client_id][checklist] = tuple(result.failed_knockouts)
    return failed


def _results(tx: Session, client_ids: Collection[int] | None) -> Sequence[CheckResult]:
    query = select(CheckResult).order_by(col(CheckResult.done_on), col(CheckResult.id))
    if client_ids is not None:
        query = query.where(col(CheckResult.client_id).in_(client_ids))
    return tx.exec(query).all()


def _failed(tx: Session, clients: tuple[int, ...], days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether any absolute requirement stood as failed; (clients, days)."""
    place = {client: k for k, client in enumerate(clients)}
    by_list: dict[tuple[int, str], list[CheckResult]] = defaultdict(list)
    for result in _results(tx, clients):
        by_list[result.client_id, result.checklist].append(result)
    failed = np.zeros((len(clients), len(days)), dtype=bool)
    for (client_id, _), results in by_list.items():
        ends = [later.done_on.toordinal() for later in results[1:]] + [NEVER]
        for result, end in zip(results, ends, strict=True):
            if result.failed_knockouts:
                failed[place[client_id]] |= (days >= result.done_on.toordinal()) & (days < end)
    return failed
