"""Loading the sample centre: through the same imports as a real centre's files, then the verdicts of its officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from ethics import audit, changes
from ethics.access import Actor
from ethics.clients.models import Client, Promise, PromiseEvent, Verdict
from ethics.clients.standing import Act
from ethics.database import today
from ethics.imports import conditions
from ethics.imports.batches import import_table
from ethics.imports.sample.cast import Role
from ethics.imports.sample.centre import Centre, generate
from ethics.language import Refused, mark
from ethics.mismatches.models import Decision, Flag
from ethics.wellbeing import publishing, terms
from ethics.workforce.models import Agent

#: Who brings the sample in: not a person, and the audit trail says so.
LOADER: Final = Actor(name=conditions.SAMPLE, terminal=True)
#: Nobody real is in the sample, so nobody's data need an assessment.
ASSESSMENT: Final = "sample centre"
#: What a day of sick leave costs the sample centre, in cents.
DAY_COST: Final = 37_000
#: The order matters: what names a client comes after the clients.
_STEPS: Final = (
    ("clients", mark("Clients and promises…")),
    ("promises", mark("Clients and promises…")),
    ("shifts", mark("Two years of shifts…")),
    ("contacts", mark("Two years of shifts…")),
    ("spells", mark("Sick leave…")),
    ("flags", mark("Flags, and the scores they lead to…")),
)
#: Which promise, in the order of the file, confirmed flags of a category broke.
_BROKEN: Final = {
    Role.HIDDEN_TERMS: {"M05": 0, "M07": 2},
    Role.NO_PRODUCT: {"M04": 0, "M03": 1},
    Role.SALES_PRESSURE: {"M08": 0, "M12": 0, "M05": 0},
    Role.REMEDIED: {"M06": 0},
}
#: What the officers saw, by role and place of the promise; and what showed them that a kept one is kept.
_SEEN: Final = {
    (Role.HIDDEN_TERMS, 0): "Laskuilla hinta nousee neljännestä kuukaudesta alkaen. Tarkistettu 40 laskua.",
    (Role.HIDDEN_TERMS, 2): "Irtisanomisesta on veloitettu kuluja. Verkkosivulla niistä ei kerrota.",
    (Role.NO_PRODUCT, 0): "Yhtään asennusta ei löydy. Varasto ei ole koskaan saanut laitteita.",
    (Role.NO_PRODUCT, 1): "Valvomoon soitettiin kuutena eri aikana. Kukaan ei vastannut.",
    (Role.SALES_PRESSURE, 0): "Tallenteilla asiakas kieltäytyy, ja tilaus tulee silti. Se ei pääty itsestään.",
    (Role.REMEDIED, 0): "Toimitukset kestivät 6–21 arkipäivää. Tarkistettu 60 tilausta.",
}
_SEEN_KEPT: Final = "Tarkistettu kymmenestä sopimuksesta: lupaus pitää."
_REPAIRED: Final = "Verkkosivulla luvataan nyt viisi arkipäivää."


def last_sunday(day: dt.date) -> dt.date:
    """The Sunday that ended the last complete week before `day`."""
    return day - dt.timedelta(days=day.isoweekday())


def load(
    tx: Session,
    *,
    tell: Callable[[str], None] = lambda _step: None,
    clients: int = 12,
    agents: int = 320,
    weeks: int = 104,
    seed: int = 1,
    until: dt.date | None = None,
    publish: bool = True,
) -> list[int]:
    """Generate and bring in a sample centre; returns its clients' numbers. `tell` hears each step.

    The data end on `until`, a Sunday; on the last one when left out. Every quarter that can be published is, unless
    `publish` is false. Raises Refused when the house is not empty: made-up work must not mix with real work.
    """
    if tx.exec(select(func.count()).select_from(Client)).one():
        raise Refused("There are clients here already. The sample centre goes into an empty house only.")
    if tx.exec(select(func.count()).select_from(Agent)).one():
        raise Refused("There is sick leave here already. The sample centre goes into an empty house only.")
    try:
        centre = generate(clients=clients, agents=agents, weeks=weeks, seed=seed, until=until or last_sunday(today()))
    except ValueError as wrong:
        raise Refused("The sample centre cannot be made like this: {why}", why=str(wrong)) from None
    terms.confirm(tx, LOADER, heard_on=today(), assessment=ASSESSMENT, sample=True)
    with changes.held(tx):
        for kind, step in _STEPS:
            tell(step)
            outcome = import_table(tx, LOADER, kind, getattr(centre, kind), name=f"sample-{kind}")
            assert outcome.ok, outcome.errors[:3]
        _rule(tx, centre)
        if publish:
            tell(mark("Published sick leave…"))
            _publish(tx)
        audit.record(tx, LOADER, "load sample", seed=seed, clients=clients, agents=agents, weeks=weeks)
    numbers = tx.exec(select(Client.id).where(col(Client.name).in_(centre.clients["name"].tolist()))).all()
    return [number for number in numbers if number is not None]


def _publish(tx: Session) -> None:
    """Publish every quarter that can be, with what a day costs. News are held: a published year moves scores as well."""
    terms.set_day_cost(tx, LOADER, DAY_COST)
    for standing in publishing.standings(tx, LOADER):
        if standing.obstacle is None:
            publishing.publish(tx, LOADER, publishing.prepare(tx, LOADER, standing.quarter))


def _rule(tx: Session, centre: Centre) -> None:
    """The verdicts that the sample's officers have reached, and the mismatches they tied to promises."""
    for role, names in centre.truth.clients.items():
        broken = _BROKEN.get(role, {})
        for name in names:
            # In the order of the file, which `_BROKEN` counts by; the database has an order of its own.
            texts = centre.promises.loc[centre.promises["client"] == name, "text"].tolist()
            found = tx.exec(
                select(Promise).join(Client, col(Client.id) == Promise.client_id).where(Client.name == name)
            )
            by_text = {promise.text: promise for promise in found}
            for place in dict.fromkeys(broken.values()):
                promise = by_text[texts[place]]
                _judge(tx, promise, Verdict.BROKEN, _SEEN[role, place], _found_on(promise, centre.truth.until))
                if promise.until_date is not None:
                    promise.withdrawn_on, promise.withdrawn_evidence = promise.until_date, _REPAIRED
                    _tell(tx, promise, Act.WITHDRAWN, promise.until_date, on=promise.until_date, evidence=_REPAIRED)
            for category, place in broken.items():
                promise = by_text[texts[place]]
                tx.execute(
                    update(Flag)
                    .where(
                        col(Flag.client_id) == promise.client_id,
                        col(Flag.category) == category,
                        col(Flag.status) == Decision.CONFIRMED,
                    )
                    .values(promise_id=promise.id)
                )
            if not broken and texts:
                _judge(tx, by_text[texts[0]], Verdict.KEPT, _SEEN_KEPT, centre.truth.until)
    tx.flush()


def _found_on(promise: Promise, until: dt.date) -> dt.date:
    """When the officers found a promise broken: eight weeks before the data end, or before it was withdrawn."""
    ended = promise.until_date
    return until - dt.timedelta(weeks=8) if ended is None else ended - dt.timedelta(weeks=4)


def _judge(tx: Session, promise: Promise, verdict: Verdict, evidence: str, on: dt.date) -> None:
    promise.verdict, promise.verdict_on, promise.verdict_evidence = verdict, on, evidence
    _tell(tx, promise, Act.JUDGED, on, verdict=str(verdict), on=on, evidence=evidence)


def _tell(tx: Session, promise: Promise, act: Act, day: dt.date, *, on: dt.date, **facts: str) -> None:
    """A step in the promise's history."""
    assert promise.id is not None
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    tx.add(PromiseEvent(promise_id=promise.id, at=at, act=act, facts={**facts, "on": on.isoformat()}))
    tx.flush()
