"""Gathering the client file from the ledger: one verb, read by the Client page and by reviews alike."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlmodel import Session, col, select

from checklists.lists import checklists
from ethics.access import Actor
from ethics.clients import clients
from ethics.clients.models import Campaign, Client, Product, Promise, PromiseEvent, Verdict
from ethics.clients.standing import Act, known_on
from ethics.masking import masking
from ethics.mismatches import tally
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.risk import gathering, policies, scores
from ethics.risk.models import CheckResult, StoredScore
from ethics.workforce.contacts import client_contacts
from reports import risk_lines, wellbeing_lines
from reports.client_file import (
    CategoryLine,
    CheckLine,
    ClientFile,
    EarlierReview,
    EventLine,
    PromiseLine,
    Quote,
    from_json,
)
from reports.models import Review

QUOTES = 3


def client_file(tx: Session, actor: Actor, client_id: int, *, as_of: dt.date | None = None) -> ClientFile:
    """Everything known of a client, as of its present picture or of the date asked. Raises NotFound."""
    client = clients.one(tx, actor, client_id)
    stored = scores.latest(tx, client_ids={client_id}).get(client_id)
    if as_of is not None and (stored is None or stored.as_of != as_of):
        score = scores.at(tx, as_of, client_ids={client_id}).get(client_id)
    else:
        score = stored
    day = score.as_of if score is not None else (as_of or gathering.data_until(tx))
    rules = policies.current(tx)
    since, until = gathering.window(day, rules)
    judged_on = score.judged_on if score is not None else day
    found = list(tally.tallies(tx, since=since, until=until, late_on=judged_on, client_ids={client_id}))
    position, of = _position(tx, client_id, score, present=score is stored)
    return ClientFile(
        name=client.name,
        business_id=client.business_id,
        sector=client.sector,
        since=client.since,
        status=client.status,
        as_of=day,
        data_from=_data_from(tx, client_id),
        policy_version=score.policy_version if score else rules.version,
        score=score.score if score else None,
        low=score.low if score else None,
        high=score.high if score else None,
        band=score.band if score else "unknown",
        band_limits=policies.band_limits(rules),
        floor=score.detail.get("floor") if score else None,
        weakest=score.detail.get("weakest") if score else None,
        dimensions=risk_lines.dimension_lines(score),
        contributions=tuple((n, p) for n, p in score.detail["contributions"]) if score else (),
        unknown=tuple(score.detail["unknown"]) if score else tuple(rules.dimensions),
        rate_mean=score.rate_mean if score else 0.0,
        rate_low=score.rate_low if score else 0.0,
        rate_high=score.rate_high if score else 0.0,
        contacts=score.contacts if score else 0,
        mismatches=score.mismatches if score else 0,
        position=position,
        clients=of,
        open_flags=sum(t.n for t in found if t.status == Decision.OPEN and t.shown),
        overdue_flags=sum(t.n for t in found if t.late and t.counts),
        normal_work=sum(t.n for t in found if t.category in NORMAL_WORK and t.status != Decision.DISMISSED and t.shown),
        weeks=risk_lines.week_lines(tx, client_id, day, found),
        history=risk_lines.history_lines(tx, client_id, day),
        categories=_categories(found),
        promises=_promises(tx, client_id, day, judged_on),
        quotes=_quotes(tx, client, since, until),
        checks=_checks(tx, client_id, judged_on),
        earlier=_earlier(tx, client_id, day),
        alarms=risk_lines.alarm_marks(tx, client_id, day),
        would_change=risk_lines.change_lines(tx, score),
        silence=risk_lines.silence_line(tx, client_id) if score is stored else None,
        events=_events(tx, client_id, judged_on),
        wellbeing=wellbeing_lines.wellbeing_lines(tx, client_id, judged_on) if actor.sees_leave(client_id) else None,
    )


def _position(tx: Session, client_id: int, score: StoredScore | None, *, present: bool) -> tuple[int | None, int]:
    """Rank by score from the highest risk, among the clients that have one; on an earlier day by the week before it."""
    known = scores.standings(tx, as_of=score.as_of if score is not None and not present else None)
    if score is None or score.score is None:
        return None, len(known)
    known[client_id] = score.score
    return 1 + sum(value > score.score for number, value in known.items() if number != client_id), len(known)


def _data_from(tx: Session, client_id: int) -> dt.date | None:
    weeks = [monday for _, monday, n in client_contacts(tx, client_ids={client_id}) if n]
    return min(weeks, default=None)


def _categories(found: list[tally.Tally]) -> tuple[CategoryLine, ...]:
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for t in found:
        if t.shown:
            counted[t.category][t.status] += t.n
    return tuple(
        CategoryLine(category, by[Decision.OPEN], by[Decision.CONFIRMED], by[Decision.DISMISSED])
        for category in CATEGORIES
        if (by := counted.get(category)) is not None
    )


def _promises(tx: Session, client_id: int, day: dt.date, judged_on: dt.date) -> tuple[PromiseLine, ...]:
    """The promises made by `day`, each as it stood on `judged_on`: a later verdict was not known then."""
    ties = tally.by_promise(tx, client_id)
    steps = _steps(tx, client_id)
    order = {Verdict.BROKEN: 0, Verdict.UNPROVEN: 1, Verdict.KEPT: 2}
    rows = tx.exec(
        select(Promise, Product.name, Campaign.name)
        .join(Product, col(Product.id) == Promise.product_id, isouter=True)
        .join(Campaign, col(Campaign.id) == Promise.campaign_id, isouter=True)
        .where(Promise.client_id == client_id)
    )
    lines = []
    for promise, product, campaign in rows:
        if promise.from_date is not None and promise.from_date > day:
            continue
        number = promise.id or 0
        stood = known_on(promise, steps[number], judged_on)
        broken = stood.verdict == Verdict.BROKEN
        line = PromiseLine(
            promise.text,
            product or "",
            promise.source,
            promise.from_date,
            promise.until_date,
            stood.verdict,
            ties.get(number, 0),
            campaign or "",
            stood.still_sold,
            stood.withdrawn_on if broken else None,
            stood.verdict_on,
        )
        lines.append((order[Verdict(stood.verdict)], not stood.still_sold, -line.mismatches, number, line))
    return tuple(line for *_, line in sorted(lines, key=lambda item: item[:4]))


def _steps(tx: Session, client_id: int) -> dict[int, list[PromiseEvent]]:
    """What was done to the client's promises, by promise and in order."""
    steps: dict[int, list[PromiseEvent]] = defaultdict(list)
    rows = tx.exec(
        select(PromiseEvent)
        .join(Promise, col(Promise.id) == PromiseEvent.promise_id)
        .where(Promise.client_id == client_id)
        .order_by(col(PromiseEvent.at), col(PromiseEvent.id))
    )
    for event in rows:
        steps[event.promise_id].append(event)
    return steps


def _quotes(tx: Session, client: Client, since: dt.date, until: dt.date) -> tuple[Quote, ...]:
    """What agents wrote, with the personal data in it masked: reviews are read outside the house."""
    if client.id is None:
        return ()
    products = tx.exec(select(Product.name).where(Product.client_id == client.id))
    campaigns = tx.exec(select(Campaign.name).where(Campaign.client_id == client.id))
    ours = (client.name, *products, *campaigns)
    return tuple(
        Quote(
            flag.category,
            flag.severity,
            flag.met_on - dt.timedelta(days=flag.met_on.weekday()),
            masking.masked(flag.text, masking.find(flag.text, ignore=ours), flag.language),
        )
        for flag in tally.quotable(tx, client.id, since=since, until=until, limit=QUOTES)
    )


def _events(tx: Session, client_id: int, day: dt.date) -> tuple[EventLine, ...]:
    """What was done about the client until `day`, in its order: verdicts, withdrawals, checks and reviews."""
    found = []
    kinds = {Act.JUDGED: "broken", Act.WITHDRAWN: "withdrawn"}
    texts = dict(tx.exec(select(Promise.id, Promise.text).where(Promise.client_id == client_id)).all())
    for number, steps in _steps(tx, client_id).items():
        for step in steps:
            if step.act in kinds and step.facts.get("verdict", Verdict.BROKEN) == Verdict.BROKEN:
                on = dt.date.fromisoformat(step.facts["on"])
                found.append(EventLine(on, kinds[Act(step.act)], texts.get(number, "")))
    for result in tx.exec(select(CheckResult).where(CheckResult.client_id == client_id)):
        found.append(EventLine(result.done_on, "check", result.checklist))
    for review in tx.exec(select(Review).where(Review.client_id == client_id)):
        found.append(EventLine(review.as_of, "review", review.number))
    return tuple(sorted((event for event in found if event.day <= day), key=lambda e: (e.day, e.kind, e.text)))


def _checks(tx: Session, client_id: int, day: dt.date) -> tuple[CheckLine, ...]:
    latest: dict[str, CheckResult] = {}
    for row in tx.exec(
        select(CheckResult)
        .where(CheckResult.client_id == client_id, CheckResult.done_on <= day)
        .order_by(col(CheckResult.done_on), col(CheckResult.id))
    ):
        latest[row.checklist] = row
    return tuple(_check(result) for _, result in sorted(latest.items()))


def _check(result: CheckResult) -> CheckLine:
    known = checklists().get(result.checklist)
    questions = {item.id: item.question for item in known.items} if known else {}
    return CheckLine(
        checklist=result.checklist,
        done_on=result.done_on,
        share=result.share,
        answered=result.answered,
        of=result.of,
        failed_knockouts=tuple(result.failed_knockouts),
        conclusion=result.conclusion,
        title=dict(known.title) if known else {},
        failed_questions=tuple(dict(questions.get(item, {})) for item in result.failed_knockouts),
    )


def _earlier(tx: Session, client_id: int, day: dt.date) -> EarlierReview | None:
    import json

    row = tx.exec(
        select(Review)
        .where(Review.client_id == client_id, Review.as_of < day)
        .order_by(col(Review.as_of).desc(), col(Review.id).desc())
    ).first()
    if row is None:
        return None
    file = from_json(json.loads(row.snapshot)["file"])
    return EarlierReview(row.number, file.as_of, file.score, file.band, file.rate_mean)
