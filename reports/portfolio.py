"""The portfolio: every client that the person sees, highest risk first, from stored results alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session, col, func, select

from ethics.access import Actor
from ethics.clients import clients
from ethics.clients.models import Client, Promise, Verdict
from ethics.mismatches.trend import SPAN_WEEKS, Trend, ripe, shown_weeks, trend
from ethics.risk import alarms, gathering, policies, scores, watching
from ethics.risk.alarms import AlarmLine
from ethics.risk.models import ClientWatch, StoredScore
from reports.client_file import SilenceLine
from reports.models import Review
from reports.risk_lines import silence_of

#: So many clients stand on one page of the table.
PAGE: Final = 50


@dataclass(frozen=True)
class PortfolioLine:
    """One client. `weekly` are mismatches per 1,000 contacts; `trend` compares the last 8 weeks with the 8 before.

    `alarm` is its open alarm, `alarm_at` its place in `weekly`; `still_sold` counts promises proved broken that nobody
    has withdrawn: what is open with the client.
    """

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
    alarm: AlarmLine | None = None
    alarm_at: int | None = None
    still_sold: int = 0
    silence: SilenceLine | None = None

    @property
    def worse(self) -> bool:
        """True when more goes wrong lately than chance would explain."""
        return self.trend is not None and self.trend.direction == "worse"

    @property
    def change(self) -> float | None:
        """Mismatches per 1,000 contacts: the last 8 weeks less the 8 before."""
        return self.trend.late - self.trend.early if self.trend else None


@dataclass(frozen=True)
class Portfolio:
    """The lines and their frame."""

    lines: tuple[PortfolioLine, ...]
    as_of: dt.date
    contacts: int
    band_limits: tuple[float, float, float]
    policy_version: int
    alarms: tuple[AlarmLine, ...] = field(default=())

    @property
    def top_rate(self) -> float:
        """The highest weekly rate of all clients; above zero."""
        return max((rate for line in self.lines for rate in line.weekly), default=0) or 1

    def first(self, n: int) -> tuple[PortfolioLine, ...]:
        """The clients to look at first, without those that have an alarm: getting worse, then in a grave band."""
        rest = [line for line in self.lines if line.alarm is None]
        grave = [line for line in rest if line.band in ("remedy", "no_thanks") and not line.worse]
        return tuple([*(line for line in rest if line.worse), *grave][:n])

    def named(self, part: str) -> tuple[PortfolioLine, ...]:
        """The lines whose client's name has `part` in it; all of them for an empty one."""
        wanted = part.strip().casefold()
        return tuple(line for line in self.lines if wanted in line.name.casefold())

    def quiet(self) -> tuple[PortfolioLine, ...]:
        """The lines of whom one hears too little, those that lack most flags first."""
        some = [line for line in self.lines if line.silence is not None]
        return tuple(
            sorted(some, key=lambda line: line.silence.observed - line.silence.expected if line.silence else 0)
        )


def pages(lines: Sequence[PortfolioLine]) -> list[tuple[PortfolioLine, ...]]:
    """The lines in pages of the table; one empty page when there are none."""
    return [tuple(lines[start : start + PAGE]) for start in range(0, len(lines), PAGE)] or [()]


def portfolio(tx: Session, actor: Actor) -> Portfolio:
    """The portfolio of who asks."""
    seen = clients.visible(tx, actor)
    ids = {client.id for client in seen if client.id is not None}
    stored = scores.latest(tx, client_ids=ids)
    watched = watching.latest(tx, client_ids=ids)
    day = max((row.as_of for row in stored.values()), default=None) or gathering.data_until(tx)
    rules = policies.current(tx)
    raised = tuple(alarms.waiting(tx, actor))
    open_alarms = {alarm.client_id: alarm for alarm in raised}
    reviewed = dict(tx.exec(select(Review.client_id, func.max(Review.as_of)).group_by(col(Review.client_id))).all())
    sold = dict(
        tx.exec(
            select(Promise.client_id, func.count())
            .where(Promise.verdict == Verdict.BROKEN, col(Promise.withdrawn_on).is_(None))
            .group_by(col(Promise.client_id))
        ).all()
    )
    lines = [
        _line(
            client,
            stored.get(client.id or 0),
            watched.get(client.id or 0),
            open_alarms.get(client.id or 0),
            sold.get(client.id or 0, 0),
            reviewed.get(client.id or 0),
        )
        for client in seen
    ]
    lines.sort(key=lambda line: (-(line.score if line.score is not None else -1), line.name.casefold()))
    return Portfolio(
        tuple(lines), day, sum(line.contacts for line in lines), policies.band_limits(rules), rules.version, raised
    )


def _line(
    client: Client,
    row: StoredScore | None,
    watch: ClientWatch | None,
    alarm: AlarmLine | None,
    sold: int,
    reviewed: dt.date | None,
) -> PortfolioLine:
    cells = [(mismatches, contacts) for contacts, mismatches in row.detail["weeks"]] if row else []
    mondays = shown_weeks(row.as_of) if row else []
    return PortfolioLine(
        client_id=client.id or 0,
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
        trend=_trend(
            [cell for monday, cell in zip(mondays, cells, strict=True) if row and ripe(monday, row.judged_on)]
        ),
        open_flags=row.detail["open"] if row else 0,
        last_review=reviewed,
        categories=row.detail["categories"] if row else {},
        alarm=alarm,
        alarm_at=mondays.index(alarm.week) if alarm and alarm.week in mondays else None,
        still_sold=sold,
        silence=silence_of(watch.silence) if watch else None,
    )


def _rates(cells: list[tuple[int, int]]) -> tuple[float, ...]:
    return tuple(round(1000 * n / contacts, 2) if contacts else 0.0 for n, contacts in cells)


def _trend(cells: list[tuple[int, int]]) -> Trend | None:
    def total(part: list[tuple[int, int]]) -> tuple[int, int]:
        return sum(n for n, _ in part), sum(contacts for _, contacts in part)

    return trend(total(cells[-SPAN_WEEKS:]), total(cells[-2 * SPAN_WEEKS : -SPAN_WEEKS]))
