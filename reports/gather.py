"""Gathering the client file from the ledger: one verb, read by the Client page and by reviews alike."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlmodel import Session, col, select

from checklists.lists import checklists
from ethics.access import Actor
from ethics.clients import clients
from ethics.clients.models import Campaign, Client, Product, Promise, PromiseEvent, Verdict
from ethics.clients.standing import known_on
from ethics.mismatches import masking, tally
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.risk import scores
from ethics.risk.models import CheckResult, StoredScore
from ethics.workforce.contacts import client_contacts
from reports.client_file import (
    TREND_WEEKS,
    CategoryLine,
    CheckLine,
    ClientFile,
    DimensionLine,
    EarlierReview,
    HistoryLine,
    PromiseLine,
    Quote,
    WeekLine,
    from_json,
)
from reports.models import Review

QUOTES = 3


def client_file(tx: Session, actor: Actor, client_id: int, *, as_of: dt.date | None = None) -> ClientFile:
    """Everything known of a client, as of its newest stored score or of the date asked. Raises NotFound."""
    client = clients.one(tx, actor, client_id)
    newest = scores.latest(tx, client_ids={client_id}).get(client_id)
    if as_of is not None and (newest is None or newest.as_of != as_of):
        newest = scores.at(tx, client_id, as_of)
    day = newest.as_of if newest is not None else (as_of or scores.data_until(tx))
    rules = scores.policy()
    since, until = scores.window(day, rules)
    judged_on = scores.judged_on(newest, day)
    found = list(tally.tallies(tx, since=since, until=until, late_on=judged_on, client_ids={client_id}))
    position, of = _position(tx, client_id, day, newest)
    return ClientFile(
        name=client.name,
        business_id=client.business_id,
        sector=client.sector,
        since=client.since,
        status=client.status,
        as_of=day,
        data_from=_data_from(tx, client_id),
        policy_version=newest.policy_version if newest else rules.version,
        score=newest.score if newest else None,
        low=newest.low if newest else None,
        high=newest.high if newest else None,
        band=newest.band if newest else "unknown",
        band_limits=scores.band_limits(),
        floor=newest.detail.get("floor") if newest else None,
        weakest=newest.detail.get("weakest") if newest else None,
        dimensions=_dimensions(newest),
        contributions=tuple((n, p) for n, p in newest.detail["contributions"]) if newest else (),
        unknown=tuple(newest.detail["unknown"]) if newest else tuple(rules.dimensions),
        rate_mean=newest.rate_mean if newest else 0.0,
        rate_low=newest.rate_low if newest else 0.0,
        rate_high=newest.rate_high if newest else 0.0,
        contacts=newest.contacts if newest else 0,
        mismatches=newest.mismatches if newest else 0,
        position=position,
        clients=of,
        open_flags=sum(t.n for t in found if t.status == Decision.OPEN and t.shown),
        overdue_flags=sum(t.n for t in found if t.late),
        normal_work=sum(t.n for t in found if t.category in NORMAL_WORK and t.status != Decision.DISMISSED and t.shown),
        weeks=_weeks(tx, client_id, day, found),
        history=_history(tx, client_id, day),
        categories=_categories(found),
        promises=_promises(tx, client_id, day, judged_on),
        quotes=_quotes(tx, client, since, until),
        checks=_checks(tx, client_id, judged_on),
        earlier=_earlier(tx, client_id, day),
    )


def _dimensions(score: StoredScore | None) -> tuple[DimensionLine, ...]:
    if score is None:
        return ()
    points = dict(score.detail["contributions"])
    return tuple(
        DimensionLine(name, line.get("score"), line.get("low"), line.get("high"), points.get(name, 0.0))
        for name, line in score.detail["dimensions"].items()
    )


def _position(tx: Session, client_id: int, day: dt.date, score: StoredScore | None) -> tuple[int | None, int]:
    """Rank by score from the highest risk, among the clients that have one."""
    known = scores.standings(tx, as_of=day)
    if score is None or score.score is None:
        return None, len(known)
    known[client_id] = score.score
    return 1 + sum(value > score.score for number, value in known.items() if number != client_id), len(known)


def _data_from(tx: Session, client_id: int) -> dt.date | None:
    weeks = [monday for _, monday, n in client_contacts(tx, client_ids={client_id}) if n]
    return min(weeks, default=None)


def trend_mondays(day: dt.date) -> list[dt.date]:
    """The Mondays of the weeks that a trend until `day` shows; a week that has just begun is left out."""
    last = day - dt.timedelta(days=day.weekday())
    if day.weekday() < 6:
        last -= dt.timedelta(weeks=1)
    return [last - dt.timedelta(weeks=back) for back in range(TREND_WEEKS - 1, -1, -1)]


def _weeks(tx: Session, client_id: int, day: dt.date, found: list[tally.Tally]) -> tuple[WeekLine, ...]:
    mondays = trend_mondays(day)
    contacts = {monday: n for _, monday, n in client_contacts(tx, client_ids={client_id}, since=mondays[0], until=day)}
    mismatches = tally.by_week(found)
    lines = tuple(WeekLine(monday, contacts.get(monday, 0), mismatches[client_id, monday]) for monday in mondays)
    begun = next((k for k, line in enumerate(lines) if line.contacts or line.mismatches), len(lines))
    return lines[begun:]


def _history(tx: Session, client_id: int, day: dt.date) -> tuple[HistoryLine, ...]:
    return tuple(
        HistoryLine(row.as_of, row.score, row.low, row.high) for row in scores.history(tx, client_id, until=day)
    )


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
