"""Counts of flags: what the score, the pages and the review are told about them. Never a text, never a reporter.

A flag counts when it is confirmed, or when it has waited undecided for more than seven days: silence must not lower
a risk. Disappointments (M01) and open outages (M02) are normal work and never count. A flag merged with another is
the other's; a held one, and one whose client is withheld, is not there yet. Weeks are Mondays.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics.database import today
from ethics.mismatches.clocks import DAYS_TO_DECIDE, LONGEST_PAUSE, Clock, overdue, period, started
from ethics.mismatches.meter import AMBER_FROM
from ethics.mismatches.models import Certainty, Decision, Disclosed, Flag
from ethics.mismatches.words import NORMAL_WORK
from ethics.workforce import rostered

#: Standings in which a flag is no count of its own.
UNCOUNTED: Final = (Decision.HELD, Decision.MERGED)
#: Flags whose coming need not be hidden: somebody signed them, or a file brought them.
SIGNED: Final = (Disclosed.NAMED, Disclosed.IMPORTED)


def signed() -> sa.ColumnElement[bool]:
    """The condition on flags that nobody wants hidden."""
    return col(Flag.disclosed).in_(SIGNED)


def settled(day: dt.date) -> sa.ColumnElement[bool]:
    """The condition on flags that may be shown beyond triage: signed, or of a four-week period that has ended."""
    return sa.or_(signed(), col(Flag.filed_on) < period(day))


def public(day: dt.date) -> sa.ColumnElement[bool]:
    """The condition on flags of which something may be told beyond triage on `day`: settled, decided, or overdue."""
    waited = sa.and_(col(Flag.waiting_since).is_(None), col(Flag.paused_days) == 0)
    overdue_since = day - dt.timedelta(days=DAYS_TO_DECIDE + 1)
    longest = overdue_since - dt.timedelta(days=LONGEST_PAUSE)
    late = sa.or_(sa.and_(waited, col(Flag.filed_on) <= overdue_since), col(Flag.filed_on) <= longest)
    return sa.or_(settled(day), col(Flag.status) != Decision.OPEN, late)


@dataclass(frozen=True)
class Tally:
    """`n` flags alike; `late` when they are undecided and overdue on the day of the count.

    `shown` is False for undecided unsigned flags of the running four weeks: a count that grows the moment somebody
    sends one would date it. From day eight they count as reported, and show.
    """

    client_id: int
    category: str
    severity: int
    status: str
    proof: bool
    met_on: dt.date
    late: bool
    n: int
    shown: bool = True

    @property
    def counts(self) -> bool:
        """True when these raise the risk."""
        grave = self.category not in NORMAL_WORK and self.severity > 0
        return grave and (self.status == Decision.CONFIRMED or self.late)

    @property
    def week_start(self) -> dt.date:
        """The Monday of the contact's week."""
        return self.met_on - dt.timedelta(days=self.met_on.weekday())


def tallies(
    tx: Session,
    *,
    since: dt.date,
    until: dt.date,
    late_on: dt.date | None = None,
    client_ids: Collection[int] | None = None,
) -> Iterator[Tally]:
    """Flags about contacts from `since` to `until` (both included) that had been filed by `until`.

    An undecided flag is late as of `late_on` (`until` when left out): a house whose newest data are of last week
    still has to decide on its flags today. What was decided later than that day was undecided then, and says so.
    """
    alike = [
        col(c)
        for c in (
            Flag.client_id,
            Flag.category,
            Flag.severity,
            Flag.status,
            Flag.certainty,
            Flag.met_on,
            Flag.filed_on,
            Flag.waiting_since,
            Flag.paused_days,
            Flag.disclosed,
            Flag.decided_at,
        )
    ]
    query = (
        sa.select(*alike, sa.func.count())
        .where(col(Flag.met_on) >= since, col(Flag.met_on) <= until, col(Flag.filed_on) <= until)
        .where(col(Flag.status) != Decision.HELD, col(Flag.withheld).is_(False))
        .group_by(*alike)
    )
    if client_ids is not None:
        query = query.where(col(Flag.client_id).in_(client_ids))
    day = late_on or until
    for row in tx.execute(query):
        client_id, category, severity, found, certainty, met_on, filed_on, waiting, paused, disclosed, decided, n = row
        later = decided is not None and decided.astimezone().date() > day
        status = Decision.OPEN.value if later else found
        if status == Decision.MERGED:
            continue
        begun = started(Clock(filed_on, waiting_since=waiting, paused_days=paused), day)
        late = status == Decision.OPEN and overdue(begun, day)
        seen = disclosed in SIGNED or filed_on < period(day) or late or status != Decision.OPEN
        yield Tally(client_id, category, severity, status, certainty == Certainty.PROOF, met_on, late, n, seen)


def by_week(found: Collection[Tally]) -> Counter[tuple[int, dt.date]]:
    """Mismatches by client and week: a Counter, so that a week without any reads as 0."""
    weeks: Counter[tuple[int, dt.date]] = Counter()
    for tally in found:
        if tally.counts:
            weeks[tally.client_id, tally.week_start] += tally.n
    return weeks


def by_promise(tx: Session, client_id: int) -> dict[int, int]:
    """Confirmed mismatches by the promise they were tied to."""
    rows = tx.exec(
        select(Flag.promise_id, func.count())
        .where(Flag.client_id == client_id, Flag.status == Decision.CONFIRMED, col(Flag.promise_id).is_not(None))
        .where(col(Flag.category).not_in(NORMAL_WORK))
        .group_by(col(Flag.promise_id))
    )
    return {promise_id: n for promise_id, n in rows if promise_id is not None}


def last_day(tx: Session) -> dt.date | None:
    """The last day that flags reach, by those that may be shown beyond triage.

    An unsigned one reaches to the end of its week: the date of a score must not tell the day on which it was sent.
    """
    there = sa.and_(col(Flag.status).not_in(UNCOUNTED), col(Flag.withheld).is_(False))
    own = tx.exec(select(func.max(Flag.filed_on)).where(there, signed())).one()
    others = tx.exec(select(func.max(Flag.filed_on)).where(there, sa.not_(signed()), public(today()))).one()
    days = [own] if own is not None else []
    if others is not None:
        days.append(min(others + dt.timedelta(days=6 - others.weekday()), today()))
    return max(days, default=None)


def quotable(tx: Session, client_id: int, *, since: dt.date, until: dt.date, limit: int) -> list[Flag]:
    """Confirmed mismatches with words, gravest and latest first: what a review may quote without its writer.

    Unsigned ones only of periods that have ended, and only where enough people serve the client to hide who wrote.
    """
    hidden = rostered.by_client(tx, on=until).get(client_id, 0) >= AMBER_FROM
    return list(
        tx.exec(
            select(Flag)
            .where(Flag.client_id == client_id, Flag.status == Decision.CONFIRMED, Flag.text != "")
            .where(col(Flag.category).not_in(NORMAL_WORK), Flag.met_on >= since, Flag.met_on <= until)
            .where(settled(until) if hidden else signed())
            .order_by(col(Flag.severity).desc(), col(Flag.met_on).desc(), Flag.id)
            .limit(limit)
        )
    )
