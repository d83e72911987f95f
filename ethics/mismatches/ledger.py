"""The promise ledger as pages show it: each promise with its verdict and the flags that were tied to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, func, select

from ethics.access import Actor, Permission
from ethics.clients import clients
from ethics.clients.models import Campaign, Product, Promise, PromiseEvent, Verdict
from ethics.clients.standing import still_sold
from ethics.database import today
from ethics.language import NotFound, Sentence, counted, sentence
from ethics.mismatches import tally
from ethics.mismatches.models import Decision, Flag
from ethics.people.models import User

_ORDER: Final = {Verdict.BROKEN: 1, Verdict.UNPROVEN: 2, Verdict.KEPT: 3}


@dataclass(frozen=True)
class LedgerLine:
    """One promise. `evidence` is what its verdict rests on; `mismatches` are confirmed, `open_flags` still undecided.

    `from_file`: it came in from a file; `steps` counts what people have done with it since.
    """

    id: int
    text: str
    product: str
    campaign_id: int | None
    campaign: str
    source: str
    from_date: dt.date | None
    until_date: dt.date | None
    verdict: str
    verdict_on: dt.date | None
    evidence: str
    still_sold: bool
    withdrawn_on: dt.date | None
    withdrawn_evidence: str
    mismatches: int
    open_flags: int
    from_file: bool
    steps: int


@dataclass(frozen=True)
class Ledger:
    """A client's promises, the broken ones that are still sold first, and how many there are of each."""

    client_id: int
    client: str
    lines: tuple[LedgerLine, ...]
    broken: int
    still_sold: int
    unproven: int
    kept: int

    @property
    def answer(self) -> Sentence:
        """The ledger in one sentence."""
        return answer(len(self.lines), self.broken, self.still_sold)


@dataclass(frozen=True)
class Event:
    """One step in a promise's history. `who` is empty for what the machine or the terminal did."""

    on: dt.datetime
    who: str
    act: str
    facts: Mapping[str, Any]


def ledger(tx: Session, actor: Actor, client_id: int, *, campaign_id: int | None = None) -> Ledger:
    """The client's promises, or those of one of its campaigns. Raises NotFound for a client that is not seen."""
    actor.require(Permission.SEE_RISK)
    client = clients.one(tx, actor, client_id)
    query = (
        select(Promise, Product.name, Campaign.name)
        .join(Product, col(Product.id) == Promise.product_id, isouter=True)
        .join(Campaign, col(Campaign.id) == Promise.campaign_id, isouter=True)
        .where(Promise.client_id == client_id)
    )
    if campaign_id is not None:
        query = query.where(Promise.campaign_id == campaign_id)
    tied, waiting, steps = tally.by_promise(tx, client_id), _waiting(tx, client_id), _steps(tx, client_id)
    lines = [
        LedgerLine(
            id=p.id or 0,
            text=p.text,
            product=product or "",
            campaign_id=p.campaign_id,
            campaign=campaign or "",
            source=p.source,
            from_date=p.from_date,
            until_date=p.until_date,
            verdict=p.verdict,
            verdict_on=p.verdict_on,
            evidence=p.verdict_evidence,
            still_sold=still_sold(p.verdict, p.withdrawn_on),
            withdrawn_on=p.withdrawn_on if p.verdict == Verdict.BROKEN else None,
            withdrawn_evidence=p.withdrawn_evidence if p.verdict == Verdict.BROKEN else "",
            mismatches=tied.get(p.id or 0, 0),
            open_flags=waiting.get(p.id or 0, 0),
            from_file=p.batch_id is not None,
            steps=steps.get(p.id or 0, 0),
        )
        for p, product, campaign in tx.exec(query)
    ]
    lines.sort(key=lambda x: (0 if x.still_sold else _ORDER[Verdict(x.verdict)], -x.mismatches, -x.open_flags, x.id))
    return Ledger(
        client_id=client_id,
        client=client.name,
        lines=tuple(lines),
        broken=sum(line.verdict == Verdict.BROKEN for line in lines),
        still_sold=sum(line.still_sold for line in lines),
        unproven=sum(line.verdict == Verdict.UNPROVEN for line in lines),
        kept=sum(line.verdict == Verdict.KEPT for line in lines),
    )


def answer(promises: int, broken: int, sold: int) -> Sentence:
    """How many of a client's promises are broken, and how many of these are still sold."""
    if not promises:
        return sentence("No promises in the ledger")
    if not broken:
        return counted("The one promise is not proved broken", "None of {n} promises is proved broken", promises)
    if broken == 1:
        if sold:
            return sentence("1 of {all} promises is broken and still sold", all=promises)
        return sentence("1 of {all} promises is broken; it is not sold any more", all=promises)
    if not sold:
        return sentence(
            "{broken} of {all} promises are broken; none of them is sold any more", broken=broken, all=promises
        )
    if sold == broken:
        return sentence("{broken} of {all} promises are broken and still sold", broken=broken, all=promises)
    return counted(
        "{broken} of {all} promises are broken, {n} of them is still sold",
        "{broken} of {all} promises are broken, {n} of them are still sold",
        sold,
        broken=broken,
        all=promises,
    )


def _waiting(tx: Session, client_id: int) -> dict[int, int]:
    """Undecided flags by promise; unsigned ones when their period has ended, withheld ones not at all."""
    rows = tx.exec(
        select(Flag.promise_id, func.count())
        .where(Flag.client_id == client_id, Flag.status == Decision.OPEN, col(Flag.withheld).is_(False))
        .where(col(Flag.promise_id).is_not(None), tally.settled(today()))
        .group_by(col(Flag.promise_id))
    )
    return {promise_id: n for promise_id, n in rows if promise_id is not None}


def _steps(tx: Session, client_id: int) -> dict[int, int]:
    rows = tx.exec(
        select(PromiseEvent.promise_id, func.count())
        .join(Promise, col(Promise.id) == PromiseEvent.promise_id)
        .where(Promise.client_id == client_id)
        .group_by(col(PromiseEvent.promise_id))
    )
    return dict(rows.all())


def history(tx: Session, actor: Actor, promise_id: int) -> list[Event]:
    """What people have done with a promise, the newest first. Raises NotFound."""
    actor.require(Permission.SEE_RISK)
    promise = tx.get(Promise, promise_id)
    if promise is None or not actor.sees(promise.client_id):
        raise NotFound("There is no such promise.")
    rows = tx.exec(
        select(PromiseEvent, User.name)
        .join(User, col(User.id) == PromiseEvent.by, isouter=True)
        .where(PromiseEvent.promise_id == promise_id)
        .order_by(col(PromiseEvent.at).desc(), col(PromiseEvent.id).desc())
    )
    return [Event(event.at, name or "", event.act, event.facts) for event, name in rows]
