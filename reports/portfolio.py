"""The portfolio: every client that the person sees, highest risk first, from stored scores and weekly counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from ethics.access import Actor
from ethics.clients import clients
from ethics.mismatches import tally
from ethics.mismatches.trend import SPAN_WEEKS, Trend, trend
from ethics.risk import scores
from ethics.workforce.contacts import client_contacts
from reports.gather import trend_mondays
from reports.models import Review


@dataclass(frozen=True)
class PortfolioLine:
    """One client. `weekly` are mismatches per 1,000 contacts; `trend` compares the last 8 weeks with the 8 before."""

    client_id: int
    name: str
    status: str
    score: float | None
    low: float | None
    high: float | None
    band: str
    weakest: str | None
    rate: float
    rate_low: float
    rate_high: float
    contacts: int
    mismatches: int
    weekly: tuple[float, ...]
    trend: Trend | None
    open_flags: int
    last_review: dt.date | None
    categories: dict[str, int]


@dataclass(frozen=True)
class Portfolio:
    """The lines and their frame."""

    lines: tuple[PortfolioLine, ...]
    as_of: dt.date
    contacts: int
    band_limits: tuple[float, float, float]
    policy_version: int


def portfolio(tx: Session, actor: Actor) -> Portfolio:
    """The portfolio of who asks."""
    seen = clients.visible(tx, actor)
    ids = {client.id for client in seen if client.id is not None}
    stored = scores.latest(tx, client_ids=ids)
    day = max((row.as_of for row in stored.values()), default=None) or scores.data_until(tx)
    rules = scores.policy()
    since, _ = scores.window(day, rules)
    mondays = trend_mondays(day)
    judged_on = max((scores.judged_on(row, day) for row in stored.values()), default=day)
    found = list(tally.tallies(tx, since=since, until=day, late_on=judged_on, client_ids=ids))
    weekly = tally.by_week(found)
    worked = {
        (number, monday): n for number, monday, n in client_contacts(tx, client_ids=ids, since=mondays[0], until=day)
    }
    reviewed = dict(tx.exec(select(Review.client_id, func.max(Review.as_of)).group_by(col(Review.client_id))).all())
    waiting: dict[int, int] = {}
    categories: dict[int, dict[str, int]] = {}
    for t in found:
        if t.status == "open" and t.shown:
            waiting[t.client_id] = waiting.get(t.client_id, 0) + t.n
        if t.counts:
            by = categories.setdefault(t.client_id, {})
            by[t.category] = by.get(t.category, 0) + t.n
    lines = []
    for client in seen:
        number = client.id or 0
        row = stored.get(number)
        cells = [(weekly[number, monday], worked.get((number, monday), 0)) for monday in mondays]
        lines.append(
            PortfolioLine(
                client_id=number,
                name=client.name,
                status=client.status,
                score=row.score if row else None,
                low=row.low if row else None,
                high=row.high if row else None,
                band=row.band if row else "unknown",
                weakest=row.detail["weakest"] if row else None,
                rate=row.rate_mean if row else 0.0,
                rate_low=row.rate_low if row else 0.0,
                rate_high=row.rate_high if row else 0.0,
                contacts=row.contacts if row else 0,
                mismatches=row.mismatches if row else 0,
                weekly=_rates(cells),
                trend=_trend(cells),
                open_flags=waiting.get(number, 0),
                last_review=reviewed.get(number),
                categories=categories.get(number, {}),
            )
        )
    lines.sort(key=lambda line: (-(line.score if line.score is not None else -1), line.name.casefold()))
    return Portfolio(tuple(lines), day, sum(line.contacts for line in lines), scores.band_limits(), rules.version)


def _rates(cells: list[tuple[int, int]]) -> tuple[float, ...]:
    return tuple(round(1000 * n / contacts, 2) if contacts else 0.0 for n, contacts in cells)


def _trend(cells: list[tuple[int, int]]) -> Trend | None:
    def total(part: list[tuple[int, int]]) -> tuple[int, int]:
        return sum(n for n, _ in part), sum(contacts for _, contacts in part)

    return trend(total(cells[-SPAN_WEEKS:]), total(cells[-2 * SPAN_WEEKS : -SPAN_WEEKS]))
