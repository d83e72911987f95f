"""What agents told about a client, for those who answer for it: the words, never anything that points at who is silent.

A named flag is shown at once and with its name. Confidential and anonymous ones are shown when their four-week period
has ended, all together and in no order, dated by the period: whoever looks every day must not learn who worked when
one came. Where fewer than five people serve the client, or nobody can tell, they are not shown at all. Names and numbers of people are masked. Good news stands beside them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.access import Actor, Permission
from ethics.database import today
from ethics.masking import masking
from ethics.mismatches import flags, meter, tally
from ethics.mismatches.clocks import period
from ethics.mismatches.models import Decision, Disclosed, Flag, GoodNews
from ethics.people.models import User
from ethics.triage.handlers import open_to
from ethics.workforce import rostered

WINDOW: Final = dt.timedelta(weeks=52)
PAGE: Final = 10


@dataclass(frozen=True)
class ToldFlag:
    """What a flag says. `reporter` is empty unless somebody signed it; `period` is the Monday of four weeks."""

    category: str
    severity: int
    status: str
    text: str
    experience: str
    period: dt.date
    reporter: str


@dataclass(frozen=True)
class ToldGood:
    """Good news, without who told it."""

    kind: str
    text: str
    period: dt.date


@dataclass(frozen=True)
class Told:
    """Flags of the last year that may be shown by now (`of` in all), the latest period first; and good news."""

    flags: tuple[ToldFlag, ...]
    of: int
    good: tuple[ToldGood, ...]
    thanks: int
    turned: int


def told(tx: Session, actor: Actor, client_id: int, *, page: int = 0) -> Told:
    """What agents told about a client, a page at a time. Raises NotFound for somebody else's client."""
    actor.require(Permission.SEE_RISK)
    actor.require_client(client_id)
    day = today()
    since = day - WINDOW
    shown = sa.and_(
        col(Flag.client_id) == client_id,
        col(Flag.filed_on) >= since,
        col(Flag.withheld).is_(False),
        col(Flag.status).not_in([Decision.HELD, Decision.MERGED]),
        col(Flag.text) != "",
        _safe(tx, client_id, day),
        open_to(actor.user_id) if actor.may(Permission.TRIAGE) else sa.true(),
    )
    rows = tx.exec(select(Flag, User.name).outerjoin(User, col(User.id) == Flag.reporter_id).where(shown)).all()
    order = sorted(rows, key=lambda row: row[0].id)
    order.sort(key=lambda row: period(row[0].filed_on), reverse=True)
    good = sorted(
        tx.exec(select(GoodNews).where(GoodNews.client_id == client_id, GoodNews.filed_on >= since)),
        key=lambda row: (-period(row.filed_on).toordinal(), row.id),
    )
    counts = dict(
        tx.exec(
            select(GoodNews.kind, func.count())
            .where(GoodNews.client_id == client_id, GoodNews.filed_on >= since)
            .group_by(col(GoodNews.kind))
        ).all()
    )
    return Told(
        flags=tuple(
            ToldFlag(
                category=flag.category,
                severity=flag.severity,
                status=flag.status,
                text=_masked(tx, flag.text, flag.language),
                experience=_masked(tx, flag.experience, flag.language),
                period=period(flag.filed_on),
                reporter=(name or "") if flag.disclosed == Disclosed.NAMED else "",
            )
            for flag, name in order[page * PAGE : (page + 1) * PAGE]
        ),
        of=len(order),
        good=tuple(
            ToldGood(row.kind, _masked(tx, row.text, actor.language or "en"), period(row.filed_on))
            for row in good[:PAGE]
        ),
        thanks=counts.get("thanks", 0),
        turned=counts.get("turned", 0),
    )


def _safe(tx: Session, client_id: int, day: dt.date) -> sa.ColumnElement[bool]:
    """Signed flags, and others whose period has ended where enough people serve the client to hide who wrote them."""
    if rostered.by_client(tx, on=day).get(client_id, 0) < meter.AMBER_FROM:
        return tally.signed()
    return tally.settled(day)


def _masked(tx: Session, text: str, language: str) -> str:
    return masking.masked(text, flags.personal_data(tx, text), language) if text else ""
