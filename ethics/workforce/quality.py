"""How complete the shifts and spells are: counts for HR, over the whole company, about nobody in particular.

What counts spells is told in tens, because these counts are of this moment: exact ones, read before and after a file
of one row came in, would tell whose sick leave was known already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from ethics.access import Actor, Permission
from ethics.workforce import retention
from ethics.workforce.models import AgentWeek, ClientWeek, Shift, Spell, SpellWeek

_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_SPELL: Final[sa.Table] = Spell.__table__  # type: ignore[attr-defined]
_AGENT_WEEK: Final[sa.Table] = AgentWeek.__table__  # type: ignore[attr-defined]
_CLIENT_WEEK: Final[sa.Table] = ClientWeek.__table__  # type: ignore[attr-defined]
_SPELL_WEEK: Final[sa.Table] = SpellWeek.__table__  # type: ignore[attr-defined]

#: The largest number that is not told: so many and fewer are all alike.
MOST_UNTOLD: Final = 9


@dataclass(frozen=True)
class WeekQuality:
    """Counts of one week: shifts, and spells that started in it, in tens. HR looks for gaps, so none is told as none;
    1 to 9 are all told as 9 (`few`). None: sick leave of that week is no longer kept."""

    week: dt.date
    shifts: int
    spells: int | None

    @property
    def few(self) -> bool:
        """True when `spells` stands for 1 to 9."""
        return self.spells == MOST_UNTOLD


@dataclass(frozen=True)
class DataQuality:
    """What HR sees of the data's completeness. Dates are None while there is nothing.

    Whatever counts spells is rounded to tens; 0 is fewer than ten, none as well. `spells_without_shifts`: spells of
    agents who have no shift at all. `shifts_within_spells`: shifts dated on a day of a spell of the same agent; a few
    are normal (fell ill at work), many mean that the files do not fit.
    """

    shifts: int
    agents: int
    shifts_from: dt.date | None
    shifts_until: dt.date | None
    weeks_without_shifts: tuple[dt.date, ...]
    spells: int
    spells_from: dt.date | None
    spells_until: dt.date | None
    spells_open: int
    spells_without_shifts: int
    shifts_within_spells: int
    weeks: tuple[WeekQuality, ...]


def data_quality(tx: Session, actor: Actor) -> DataQuality:
    """Count what is there; needs the permission to see the quality of people's data (HR)."""
    actor.require(Permission.SEE_DATA_QUALITY)
    connection = tx.connection()
    shifts = dict(
        connection.execute(
            sa.select(_AGENT_WEEK.c.week_start, sa.func.sum(_AGENT_WEEK.c.shifts)).group_by(_AGENT_WEEK.c.week_start)
        )
        .tuples()
        .all()
    )
    w, since = _SPELL_WEEK.c, retention.spell_weeks_since(tx)
    started = dict(connection.execute(sa.select(w.week_start, w.started).where(w.week_start >= since)).tuples().all())
    s = _SPELL.c
    spells, first, last_start, last_end = connection.execute(
        sa.select(
            sa.func.count(), sa.func.min(s.starts_on), sa.func.max(s.starts_on), sa.func.max(s.ends_on)
        ).select_from(_SPELL)
    ).one()
    of_spells = sa.select(sa.func.count()).select_from(_SPELL)
    never_worked = ~sa.exists().where(_AGENT_WEEK.c.agent_id == s.agent_id)
    within = sa.select(sa.func.count()).select_from(
        _SPELL.join(
            _SHIFT,
            sa.and_(
                _SHIFT.c.agent_id == s.agent_id,
                _SHIFT.c.date >= s.starts_on,
                sa.or_(s.ends_on.is_(None), _SHIFT.c.date <= s.ends_on),
            ),
        )
    )
    weeks = _every_week(shifts.keys() | started.keys())
    worked = _every_week(shifts.keys())
    return DataQuality(
        shifts=sum(int(n) for n in shifts.values()),
        agents=connection.scalar(sa.select(sa.func.count(sa.distinct(_AGENT_WEEK.c.agent_id)))) or 0,
        shifts_from=_edge(tx, min(shifts, default=None), sa.func.min),
        shifts_until=_edge(tx, max(shifts, default=None), sa.func.max),
        weeks_without_shifts=tuple(week for week in worked if week not in shifts),
        spells=in_tens(spells),
        spells_from=first,
        spells_until=max((d for d in (last_start, last_end) if d), default=None),
        spells_open=in_tens(connection.scalar(of_spells.where(s.ends_on.is_(None)))),
        spells_without_shifts=in_tens(connection.scalar(of_spells.where(never_worked))),
        shifts_within_spells=in_tens(connection.scalar(within)),
        weeks=tuple(
            WeekQuality(week, int(shifts.get(week, 0)), _told(started.get(week, 0)) if week >= since else None)
            for week in weeks
        ),
    )


def in_tens(n: int | None) -> int:
    """A number as it is told: the nearest ten, 0 for fewer than ten."""
    return 0 if n is None or n <= MOST_UNTOLD else (n + 5) // 10 * 10


def _told(spells: int) -> int:
    """A week's number of spells as it is told: small ones all alike."""
    return in_tens(spells) or min(spells, 1) * MOST_UNTOLD


def _every_week(known: Collection[dt.date]) -> list[dt.date]:
    """Every Monday from the first to the last of `known`."""
    if not known:
        return []
    first, last = min(known), max(known)
    return [first + dt.timedelta(days=7 * i) for i in range((last - first).days // 7 + 1)]


def _edge(tx: Session, monday: dt.date | None, which: Callable[..., sa.Function[Any]]) -> dt.date | None:
    """The first or last date of shifts in a week, found through the roll-ups: `shift` has no index by date alone."""
    if monday is None:
        return None
    a, w = _AGENT_WEEK.c, _CLIENT_WEEK.c
    day: dt.date | None = tx.connection().scalar(
        sa.select(which(_SHIFT.c.date))
        .select_from(
            _CLIENT_WEEK.join(_AGENT_WEEK, sa.and_(a.client_id == w.client_id, a.week_start == w.week_start)).join(
                _SHIFT,
                sa.and_(
                    _SHIFT.c.agent_id == a.agent_id,
                    _SHIFT.c.client_id == a.client_id,
                    _SHIFT.c.date.between(monday, monday + dt.timedelta(days=6)),
                ),
            )
        )
        .where(w.week_start == monday)
    )
    return day
