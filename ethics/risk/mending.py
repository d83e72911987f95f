"""What could be put right with each client, as the ledger stands: what `would_change` tries one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.database import today
from ethics.mismatches import tally
from ethics.mismatches.clocks import Clock, overdue, started
from ethics.mismatches.counted import ORDER, counted
from ethics.mismatches.models import Decision, Flag
from ethics.risk import gathering
from ethics.risk.policy import Policy
from ethics.risk.would_change import Mended
from ethics.triage.models import ClientQuestion

#: Client, category, severity and day of the contact.
Alike = tuple[int, str, int, dt.date]

PROMISE, QUESTION, REQUIREMENTS, FLAGS = "promise", "question", "requirements", "flags"


def mended(
    tx: Session,
    as_of: dt.date,
    rules: Policy,
    flags: Collection[tally.Tally],
    *,
    judged_on: dt.date,
    clients: Collection[int],
    withdrawn: Mapping[int, Iterable[tuple[int, int]]],
) -> Iterator[Mended]:
    """Everything that could be put right, by the present ledger; `flags` are those of the window.

    `withdrawn`: from when until when promises were withdrawn, by promise, as `gathering.matters` tells.
    """
    yield from _promises(tx, as_of, rules, judged_on, clients)
    yield from _questions(tx, rules, judged_on, clients)
    for client, lists in gathering.failed_knockouts(tx, judged_on, clients).items():
        items = sorted(item for items in lists.values() for item in items)
        yield Mended(client, REQUIREMENTS, ", ".join(items), floorless=True)
    day = judged_on.toordinal()
    away = {promise: since for promise, spells in withdrawn.items() for since, until in spells if since <= day < until}
    yield from _undecided(flags, _halved(tx, away, as_of, judged_on), 1 - rules.withdrawn_weight)


def _promises(
    tx: Session, as_of: dt.date, rules: Policy, judged_on: dt.date, clients: Collection[int]
) -> Iterator[Mended]:
    """Promises proved broken and still sold: their mismatches would count less, and a matter would be settled."""
    sold = [
        (promise.id, promise.client_id, spell.broken_on)
        for promise, spell in gathering.broken_spells(tx, clients)
        if spell.broken_on <= judged_on
        and (spell.withdrawn_on is None or judged_on < spell.withdrawn_on)
        and (spell.until is None or judged_on < spell.until)
    ]
    if not sold:
        return
    since, until = gathering.window(as_of, rules)
    flags = counted(tx, since=since, until=until, judged_on=judged_on, client_ids={client for _, client, _ in sold})
    less = 1 - rules.withdrawn_weight
    for number, client, broken_on in sold:
        day = judged_on.toordinal()
        # What is met on the day of the withdrawal or later counts whole, so it would be spared nothing.
        tied = flags.chosen((flags.promise == number) & (flags.since <= day) & (day < flags.until) & (flags.met < day))
        spared = tuple(
            (ORDER[category], severity, dt.date.fromordinal(met), less)
            for category, severity, met in zip(
                tied.category.tolist(), tied.severity.tolist(), tied.met.tolist(), strict=True
            )
        )
        graced = judged_on <= broken_on + dt.timedelta(days=rules.response.grace_days)
        wrong, matters = (0.0, 1.0) if graced else (rules.response.late - 1, 0.0)
        yield Mended(client, PROMISE, str(number), spared, wrong, matters)


def _questions(tx: Session, rules: Policy, judged_on: dt.date, clients: Collection[int]) -> Iterator[Mended]:
    """Questions that nobody had answered on `judged_on`: an answer on that day settles them."""
    waiting = tx.exec(
        select(col(ClientQuestion.id), col(Flag.client_id), col(ClientQuestion.due_on))
        .join(Flag, col(Flag.id) == ClientQuestion.flag_id)
        .where(col(ClientQuestion.asked_on) <= judged_on, col(Flag.client_id).in_(clients))
        .where(tally.public(today()), col(Flag.withheld).is_(False))
        .where(sa.or_(col(ClientQuestion.answered_on).is_(None), col(ClientQuestion.answered_on) > judged_on))
        .order_by(col(ClientQuestion.id))
    )
    for key, client, due in waiting:
        in_time = judged_on <= due
        wrong, matters = (0.0, 1.0) if in_time else (rules.response.late - 1, 0.0)
        yield Mended(client, QUESTION, key, (), wrong, matters)


def _undecided(flags: Collection[tally.Tally], halved: Counter[Alike], less: float) -> Iterator[Mended]:
    """Flags that count only because nobody has decided: they may turn out to be no mismatches."""
    late: dict[int, Counter[Alike]] = defaultdict(Counter)
    for one in flags:
        if one.late and one.counts:
            late[one.client_id][one.client_id, one.category, one.severity, one.met_on] += one.n
    for client, some in sorted(late.items()):
        spared = tuple((*alike[1:], n - less * halved[alike]) for alike, n in some.items())
        yield Mended(client, FLAGS, str(some.total()), spared)


def _halved(tx: Session, withdrawn: Mapping[int, int], as_of: dt.date, judged_on: dt.date) -> Counter[Alike]:
    """Undecided flags that are overdue and count less already: their promise has been withdrawn, on the day given."""
    columns = (Flag.client_id, Flag.category, Flag.severity, Flag.met_on, Flag.filed_on, Flag.waiting_since)
    query = (
        sa.select(
            *(col(column) for column in (*columns, Flag.paused_days, Flag.status, Flag.decided_at, Flag.promise_id))
        )
        .where(col(Flag.promise_id).in_(withdrawn), col(Flag.filed_on) <= as_of)
        .where(col(Flag.status) != Decision.HELD, col(Flag.withheld).is_(False))
    )
    found: Counter[Alike] = Counter()
    for client, category, severity, met, filed, waiting, paused, status, decided, promise in tx.execute(query):
        if met.toordinal() >= withdrawn[promise]:
            continue
        later = decided is not None and decided.astimezone().date() > judged_on
        begun = started(Clock(filed, waiting_since=waiting, paused_days=paused), judged_on)
        if (status == Decision.OPEN or later) and overdue(begun, judged_on):
            found[client, category, severity, met] += 1
    return found
