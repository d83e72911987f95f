"""What could be put right with each client, as the ledger stands: what `would_change` tries one by one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlmodel import Session, col, select

from ethics.clients.models import Promise, Verdict
from ethics.mismatches import tally
from ethics.mismatches.counted import ORDER, counted
from ethics.mismatches.models import Flag
from ethics.risk import gathering
from ethics.risk.policy import Policy
from ethics.risk.would_change import Mended
from ethics.triage.models import ClientQuestion

PROMISE, QUESTION, REQUIREMENTS, FLAGS = "promise", "question", "requirements", "flags"


def mended(
    tx: Session,
    as_of: dt.date,
    rules: Policy,
    flags: Collection[tally.Tally],
    *,
    judged_on: dt.date,
    clients: Collection[int],
) -> Iterator[Mended]:
    """Everything that could be put right, by the present ledger; `flags` are those of the window."""
    yield from _promises(tx, as_of, rules, judged_on, clients)
    yield from _questions(tx, rules, judged_on, clients)
    for client, lists in gathering.failed_knockouts(tx, judged_on, clients).items():
        items = sorted(item for items in lists.values() for item in items)
        yield Mended(client, REQUIREMENTS, ", ".join(items), floorless=True)
    yield from _undecided(flags)


def _promises(
    tx: Session, as_of: dt.date, rules: Policy, judged_on: dt.date, clients: Collection[int]
) -> Iterator[Mended]:
    """Promises proved broken and still sold: their mismatches would count less, and a matter would be settled."""
    sold = tx.exec(
        select(col(Promise.id), col(Promise.client_id), col(Promise.verdict_on))
        .where(Promise.verdict == Verdict.BROKEN, col(Promise.withdrawn_on).is_(None))
        .where(col(Promise.client_id).in_(clients))
        .order_by(col(Promise.id))
    ).all()
    if not sold:
        return
    since, until = gathering.window(as_of, rules)
    flags = counted(tx, since=since, until=until, judged_on=judged_on, client_ids={client for _, client, _ in sold})
    less = 1 - rules.withdrawn_weight
    for number, client, broken_on in sold:
        if number is None or broken_on is None or broken_on > judged_on:
            continue
        day = judged_on.toordinal()
        tied = flags.chosen((flags.promise == number) & (flags.since <= day) & (day < flags.until))
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
    """Questions that nobody has answered: an answer today settles them."""
    waiting = tx.exec(
        select(col(ClientQuestion.id), col(Flag.client_id), col(ClientQuestion.due_on))
        .join(Flag, col(Flag.id) == ClientQuestion.flag_id)
        .where(col(ClientQuestion.answered_on).is_(None), col(Flag.client_id).in_(clients))
        .order_by(col(ClientQuestion.id))
    )
    for key, client, due in waiting:
        in_time = judged_on <= due
        wrong, matters = (0.0, 1.0) if in_time else (rules.response.late - 1, 0.0)
        yield Mended(client, QUESTION, key, (), wrong, matters)


def _undecided(flags: Collection[tally.Tally]) -> Iterator[Mended]:
    """Flags that count only because nobody has decided: they may turn out to be no mismatches."""
    late: dict[int, list[tally.Tally]] = defaultdict(list)
    for one in flags:
        if one.late and one.counts:
            late[one.client_id].append(one)
    for client, some in sorted(late.items()):
        spared = tuple((one.category, one.severity, one.met_on, float(one.n)) for one in some)
        yield Mended(client, FLAGS, str(sum(one.n for one in some)), spared)
