"""The promise ledger: what was promised, whether it is kept, and whether what is proved broken is still sold.

A promise's words never change; its source, dates and campaign may. Each step is kept as an event (`PromiseEvent`), so
that nothing said earlier is lost and a review can tell what was known at its date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from sqlmodel import Session, and_, col, or_, select

from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.clients.campaigns import require_order
from ethics.clients.models import Campaign, Client, Product, Promise, PromiseEvent, Verdict
from ethics.clients.names import key
from ethics.clients.standing import Act, Standing, judged
from ethics.database import now, today
from ethics.language import NotFound, Refused

MAX_TEXT: Final = 2000
MAX_SOURCE: Final = 200
MAX_NAME: Final = 120
MIN_EVIDENCE: Final = 3
MAX_EVIDENCE: Final = 2000


@dataclass(frozen=True)
class Draft:
    """A promise as somebody writes it down: word for word, both days included, everything but the text optional."""

    client_id: int
    text: str
    source: str = ""
    product: str = ""
    campaign_id: int | None = None
    from_date: dt.date | None = None
    until_date: dt.date | None = None


def add(tx: Session, actor: Actor, draft: Draft) -> int:
    """Write a promise down and return its number. Raises Refused, and NotFound for a client that is not seen."""
    actor.require(Permission.KEEP_LEDGER)
    actor.require_client(draft.client_id)
    text, source, product = tidy(draft.text), tidy(draft.source), " ".join(tidy(draft.product).split())
    if not text:
        raise Refused("Write the promise, word for word.")
    for written, longest in ((text, MAX_TEXT), (source, MAX_SOURCE), (product, MAX_NAME)):
        if len(written) > longest:
            raise Refused("The text is too long: {n} characters at most.", n=longest)
    require_order(draft.from_date, draft.until_date)
    # Two people who add at once take turns here (PostgreSQL; SQLite has one writer anyway).
    tx.exec(select(Client.id).where(Client.id == draft.client_id).with_for_update()).one()
    campaign = _campaign(tx, draft.client_id, draft.campaign_id)
    _require_new(tx, draft.client_id, text, draft.campaign_id, draft.from_date)
    promise = Promise(
        client_id=draft.client_id,
        product_id=_product(tx, draft.client_id, product),
        campaign_id=draft.campaign_id,
        text=text,
        source=source,
        from_date=draft.from_date,
        until_date=draft.until_date,
        row_key=f"manual-{uuid4().hex}",
    )
    tx.add(promise)
    tx.flush()
    assert promise.id is not None
    facts = {
        "source": source,
        "product": product,
        "campaign": campaign,
        "from": _iso(draft.from_date),
        "until": _iso(draft.until_date),
    }
    _keep(tx, actor, promise, Act.ADDED, {name: value for name, value in facts.items() if value})
    return promise.id


def change(
    tx: Session,
    actor: Actor,
    promise_id: int,
    *,
    source: str,
    from_date: dt.date | None,
    until_date: dt.date | None,
    campaign_id: int | None,
) -> None:
    """Correct where and when a promise was made; files change it no more. Raises Refused and NotFound."""
    actor.require(Permission.KEEP_LEDGER)
    promise = _one(tx, actor, promise_id)
    source = tidy(source)
    if len(source) > MAX_SOURCE:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_SOURCE)
    require_order(from_date, until_date)
    name = _campaign(tx, promise.client_id, campaign_id)
    _require_new(tx, promise.client_id, promise.text, campaign_id, from_date, but=promise_id)
    before = _campaign(tx, promise.client_id, promise.campaign_id)
    facts: dict[str, list[str | None]] = {
        "source": [promise.source, source],
        "from": [_iso(promise.from_date), _iso(from_date)],
        "until": [_iso(promise.until_date), _iso(until_date)],
        "campaign": [before, name],
    }
    facts = {field: pair for field, pair in facts.items() if pair[0] != pair[1]}
    if not facts:
        return
    promise.source, promise.campaign_id = source, campaign_id
    promise.from_date, promise.until_date = from_date, until_date
    _keep(tx, actor, promise, Act.CHANGED, facts, fields=sorted(facts))


def judge(tx: Session, actor: Actor, promise_id: int, *, verdict: str, evidence: str, on: dt.date) -> None:
    """Give a verdict with what it rests on. Found broken again after a withdrawal, the promise is sold again.

    Raises Refused without evidence (without a reason when it is set back to unproven), and NotFound.
    """
    actor.require(Permission.JUDGE_PROMISE)
    promise = _one(tx, actor, promise_id)
    evidence = tidy(evidence)
    if verdict not in set(Verdict):
        raise Refused("Choose a verdict: kept, broken or unproven.")
    if len(evidence) < MIN_EVIDENCE:
        if verdict == Verdict.UNPROVEN:
            raise Refused("Write why it is unproven again.")
        raise Refused("Write what shows it: somebody will ask for it.")
    _require_past(evidence, on)
    after = judged(Standing(promise.verdict, promise.verdict_on, promise.withdrawn_on), verdict, on)
    promise.verdict, promise.verdict_on, promise.verdict_evidence = verdict, on, evidence
    if after.withdrawn_on is None:
        promise.withdrawn_on, promise.withdrawn_evidence = None, ""
    facts = {"verdict": str(verdict), "on": on.isoformat()}
    _keep(tx, actor, promise, Act.JUDGED, {**facts, "evidence": evidence}, **facts)


def withdraw(tx: Session, actor: Actor, promise_id: int, *, evidence: str, on: dt.date) -> None:
    """Say that a promise proved broken is no longer sold, and what shows it. Raises Refused and NotFound."""
    actor.require(Permission.KEEP_LEDGER)
    promise = _one(tx, actor, promise_id)
    evidence = tidy(evidence)
    if promise.verdict != Verdict.BROKEN:
        raise Refused("Only a promise proved broken is withdrawn. For another one, set its last day.")
    if len(evidence) < MIN_EVIDENCE:
        raise Refused("Write what shows that it is no longer sold.")
    _require_past(evidence, on)
    promise.withdrawn_on, promise.withdrawn_evidence = on, evidence
    facts = {"on": on.isoformat()}
    _keep(tx, actor, promise, Act.WITHDRAWN, {**facts, "evidence": evidence}, **facts)


def for_flags(
    tx: Session, client_id: int, campaign_id: int | None = None, *, on: dt.date | None = None
) -> dict[int, str]:
    """The promises that a reporter may pick, by number: made on the day `on` (today), or proved broken and still sold.

    With a campaign: its own and those of the whole client. Callers have checked who asks and for which client.
    """
    day = on or today()
    made = and_(
        or_(col(Promise.from_date).is_(None), col(Promise.from_date) <= day),
        or_(col(Promise.until_date).is_(None), col(Promise.until_date) >= day),
    )
    sold = and_(col(Promise.verdict) == Verdict.BROKEN, col(Promise.withdrawn_on).is_(None))
    query = select(Promise.id, Promise.text).where(Promise.client_id == client_id, or_(made, sold))
    if campaign_id is not None:
        query = query.where(or_(col(Promise.campaign_id).is_(None), col(Promise.campaign_id) == campaign_id))
    rows = sorted(tx.exec(query), key=lambda row: (row[1].casefold(), row[0] or 0))
    return {number: text for number, text in rows if number is not None}


def tidy(text: str) -> str:
    """`text` without what no database and no page can hold: control characters and halves of characters."""
    return "".join(
        c for c in text if c in "\n\t" or not (c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff")
    ).strip()


def _one(tx: Session, actor: Actor, promise_id: int) -> Promise:
    """The promise, locked until the transaction ends. Not there and not for this person sound the same."""
    promise = tx.get(Promise, promise_id, with_for_update=True)
    if promise is None or not actor.sees(promise.client_id):
        raise NotFound("There is no such promise.")
    return promise


def _campaign(tx: Session, client_id: int, campaign_id: int | None) -> str:
    """The campaign's name; empty for none."""
    if campaign_id is None:
        return ""
    campaign = tx.get(Campaign, campaign_id)
    if campaign is None or campaign.client_id != client_id:
        raise Refused("That campaign belongs to another client.")
    return campaign.name


def _product(tx: Session, client_id: int, name: str) -> int | None:
    if not key(name):
        return None
    for known in tx.exec(select(Product).where(Product.client_id == client_id)):
        if key(known.name) == key(name):
            return known.id
    product = Product(client_id=client_id, name=name)
    tx.add(product)
    tx.flush()
    return product.id


def _require_new(
    tx: Session,
    client_id: int,
    text: str,
    campaign_id: int | None,
    from_date: dt.date | None,
    *,
    but: int | None = None,
) -> None:
    like = select(Promise.id, Promise.text).where(
        Promise.client_id == client_id,
        col(Promise.campaign_id).is_not_distinct_from(campaign_id),
        col(Promise.from_date).is_not_distinct_from(from_date),
    )
    words = " ".join(text.split()).casefold()
    if any(" ".join(known.split()).casefold() == words for number, known in tx.exec(like) if number != but):
        raise Refused("This promise is in the ledger already, with the same campaign and first day.")


def _require_past(evidence: str, on: dt.date) -> None:
    if len(evidence) > MAX_EVIDENCE:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_EVIDENCE)
    if on > today():
        raise Refused("{day} is in the future. Say when it was found.", day=on)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _keep(tx: Session, actor: Actor, promise: Promise, act: Act, facts: dict[str, Any], **audited: Any) -> None:
    """The step in the promise's history, in the audit trail (without what people wrote), and the news of it."""
    assert promise.id is not None
    tx.add(PromiseEvent(promise_id=promise.id, at=now(), by=actor.user_id, act=act, facts=facts))
    deed = {Act.ADDED: "add", Act.CHANGED: "change", Act.JUDGED: "judge", Act.WITHDRAWN: "withdraw"}[act]
    audit.record(tx, actor, f"{deed} promise", str(promise.id), client=promise.client_id, **audited)
    changes.announce(tx, {promise.client_id})
