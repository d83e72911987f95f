"""Flags as arrays: which of them count, from which day until which, so that any past day can be counted again.

The rules are those of `tally`: a flag counts from the day it was confirmed, or from its eighth undecided day, whichever
came first; one that is dismissed, or merged with another, until that day. What somebody decided on a later day was
not known before it. A correction of what a flag says (its category, its severity) and a pause that has ended do reach
back: only the present flag is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from ethics import bulk
from ethics.mismatches.clocks import DAYS_TO_DECIDE, LONGEST_PAUSE
from ethics.mismatches.models import Certainty, Decision, Flag
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK

Whole = NDArray[np.int64]

#: Later than any day: what has no end ends here.
NEVER: Final = dt.date.max.toordinal()
#: Categories by the number that `Counted.category` holds.
ORDER: Final = tuple(CATEGORIES)


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """One entry per flag that counts on some day; arrays of one length, days as proleptic ordinals.

    It counts on the days from `since` until before `until`, for contacts of the day `met`. `category` is a place in
    `ORDER`; `promise` is 0 when it is tied to none; `proved`: a confirmed one with proof, from `proved_since`.
    """

    client: Whole
    category: Whole
    severity: Whole
    promise: Whole
    met: Whole
    since: Whole
    until: Whole
    proved_since: Whole

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Counted:
        """Some of the entries."""
        return Counted(*(getattr(self, part.name)[which] for part in fields(self)))


def counted(
    tx: Session,
    *,
    since: dt.date | None = None,
    until: dt.date,
    judged_on: dt.date | None = None,
    client_ids: Collection[int] | None = None,
) -> Counted:
    """Every flag about a contact from `since` to `until`, filed by `until`, that counts on some day until `judged_on`.

    A pause that is still running is taken as it stands on `judged_on` (`until` when left out).
    """
    columns = (
        Flag.client_id,
        Flag.category,
        Flag.severity,
        Flag.promise_id,
        Flag.met_on,
        Flag.filed_on,
        Flag.status,
        Flag.certainty,
        Flag.waiting_since,
        Flag.paused_days,
        Flag.decided_at,
    )
    query = (
        sa.select(*(col(column) for column in columns))
        .where(col(Flag.met_on) <= until, col(Flag.filed_on) <= until)
        .where(col(Flag.status) != Decision.HELD, col(Flag.withheld).is_(False))
        .where(col(Flag.category).not_in(NORMAL_WORK), col(Flag.severity) > 0)
    )
    if since is not None:
        query = query.where(col(Flag.met_on) >= since)
    if client_ids is not None:
        query = query.where(col(Flag.client_id).in_(client_ids))
    client, category, severity, promise, met, filed, status, certainty, waiting, paused, decided = bulk.fetch(
        tx, query, len(columns)
    )
    day = (judged_on or until).toordinal()
    met_day, filed_day = bulk.ordinals(met), bulk.ordinals(filed)
    overdue = filed_day + np.array(paused, dtype=np.int64) + DAYS_TO_DECIDE + 1
    overdue = _paused(overdue, waiting, day)
    state = np.array(status, dtype=object)
    confirmed = state == Decision.CONFIRMED
    gone = (state == Decision.DISMISSED) | (state == Decision.MERGED)
    settled = _settled(decided)
    starts = np.where(confirmed, np.minimum(overdue, np.maximum(settled, filed_day)), overdue)
    ends = np.where(gone, settled, NEVER)
    first = np.maximum(starts, np.maximum(met_day, filed_day))
    proof = confirmed & (np.array(certainty, dtype=object) == Certainty.PROOF)
    places = {code: place for place, code in enumerate(ORDER)}
    found = Counted(
        client=np.array(client, dtype=np.int64),
        category=np.array([places[code] for code in category], dtype=np.int64),
        severity=np.array(severity, dtype=np.int64),
        promise=np.array([number or 0 for number in promise], dtype=np.int64),
        met=met_day,
        since=first,
        until=ends,
        proved_since=np.where(proof, np.maximum(settled, first), NEVER),
    )
    return found.chosen((first < ends) & (first <= day))


def _paused(overdue: Whole, waiting: Sequence[Any], day: int) -> Whole:
    """The days from which flags are overdue, moved by pauses that run on `day`: one that was overdue before stays so."""
    moved = overdue.copy()
    running = [place for place, since in enumerate(waiting) if since is not None]
    since = bulk.ordinals([waiting[place] for place in running])
    before = overdue[running]
    moved[running] = np.where(before > since, before + np.clip(day - since, 0, LONGEST_PAUSE), before)
    return moved


def _settled(decided: Sequence[Any]) -> Whole:
    """The days of decisions. A file's flag comes decided: it has no day, and was so from the start."""
    days = np.zeros(len(decided), dtype=np.int64)
    for place, moment in enumerate(decided):
        if moment is not None:
            known = moment if isinstance(moment, dt.datetime) else dt.datetime.fromisoformat(moment)
            aware = known if known.tzinfo is not None else known.replace(tzinfo=dt.UTC)
            days[place] = aware.astimezone().toordinal()
    return days
