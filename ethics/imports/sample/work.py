"""Shifts and sick leave, week by week, because a spell depends on the work of the four weeks before.

The plan (`_Plan`), the contacts and the spells draw from generators of their own: a spell removes shifts,
and changes nothing else. Days are counted from the first Monday; hours are in quarters until the end.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ethics.imports.sample.seasons import CONTACT_WEEKDAY, SHIFT_WEEKDAY, SPELL_WEEKDAY
from ethics.wellbeing.association import LAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ethics.imports.sample.roster import Roster
    from ethics.imports.sample.seasons import Season

WEEKLY_HAZARD = 0.042
FRAILTY_SD = 0.4
_HOLIDAY_STAFFING = 0.15
_SPLIT_DAYS = 0.06
_LONGEST_SHIFT = 48
_LONGEST_SPELL = 60


@dataclass(frozen=True)
class Shifts:
    """One row per agent, day and client, in that order of day, agent, client (all by number)."""

    agent: NDArray[np.int32]
    day: NDArray[np.int32]
    client: NDArray[np.int32]
    quarters: NDArray[np.int32]
    contacts: NDArray[np.int32]


@dataclass(frozen=True)
class Spells:
    """One row per spell; `end` is the last day away."""

    agent: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


@dataclass(frozen=True)
class Draws:
    """The generators of this module, one for each thing drawn."""

    plan: np.random.Generator
    contacts: np.random.Generator
    frailty: np.random.Generator
    spells: np.random.Generator


@dataclass(frozen=True)
class _Plan:
    """A week as planned, agents × 7: quarters at the client of the day and at the other one."""

    agent: NDArray[np.int64]
    client: NDArray[np.int32]
    quarters: NDArray[np.int64]
    other: NDArray[np.int32]
    other_quarters: NDArray[np.int64]


def work(
    *,
    roster: Roster,
    season: Season,
    holidays: NDArray[np.bool_],
    pace: NDArray[np.float64],
    burden: NDArray[np.float64],
    draws: Draws,
) -> tuple[Shifts, Spells]:
    """Draw every shift and every spell.

    `holidays`: weeks × 7; `pace`: contacts an hour by client; `burden`: log rate ratio of a new spell by client and
    week, for an agent who worked there alone in the `FIRST` to `LAST` weeks before.
    """
    agents, weeks = len(roster.team), len(season.contacts)
    frailty = np.exp(draws.frailty.normal(0.0, FRAILTY_SD, agents))
    worked = np.zeros((LAST, agents, len(pace)))
    away_until = np.full(agents, -2, dtype=np.int64)
    shifts: list[Shifts] = []
    spells: list[Spells] = []
    for week in range(weeks):
        plan = _plan_week(roster, week, holidays[week], draws.plan)
        hazard = WEEKLY_HAZARD * frailty * season.absence[week] * np.exp(_carried(worked, burden[:, week]))
        before = away_until.copy()
        fresh = _fall_ill(plan=plan, week=week, hazard=hazard, roster=roster, away_until=away_until, rng=draws.spells)
        spells.append(fresh)
        onset = np.full(agents, 7 * weeks, dtype=np.int64)
        onset[fresh.agent] = fresh.start
        day = 7 * week + np.arange(7)
        present = (day > before[plan.agent, None]) & (day < onset[plan.agent, None])
        present |= day > away_until[plan.agent, None]
        met = _meet(plan, week, present, pace * season.contacts[week], draws.contacts)
        shifts.append(met)
        place = met.agent.astype(np.int64) * len(pace) + met.client
        worked[week % LAST] = np.bincount(place, met.quarters, agents * len(pace)).reshape(agents, -1)
    order = np.lexsort((np.concatenate([s.agent for s in spells]), np.concatenate([s.start for s in spells])))
    return Shifts(*_joined(shifts)), Spells(*(column[order] for column in _joined(spells)))


def _carried(worked: NDArray[np.float64], burden: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each agent's burden: the clients', by their shares of the hours worked (weeks × agents × clients)."""
    hours = worked.sum(axis=0)
    whole = hours.sum(axis=1)
    carried: NDArray[np.float64] = np.divide(hours @ burden, whole, out=np.zeros(len(whole)), where=whole > 0)
    return carried


def _plan_week(roster: Roster, week: int, holiday: NDArray[np.bool_], rng: np.random.Generator) -> _Plan:
    on_duty = (roster.first <= week) & (week <= roster.last) & ~roster.leave[:, week]
    agent = np.flatnonzero(on_duty)
    shape = (len(agent), 7)
    # The largest of Gumbel-shifted log weights: a draw of days without replacement, by weight.
    keys = rng.gumbel(size=shape) * 0.7 + np.log(SHIFT_WEEKDAY)
    rank = np.argsort(np.argsort(-keys, axis=1), axis=1)
    drawn = rank < roster.days[agent, None]
    kept = drawn & (~holiday | (rng.random(shape) < _HOLIDAY_STAFFING))
    # A newcomer's first week has at least its drawn days, so that every agent has worked.
    lost = (roster.first[agent] == week) & ~kept.any(axis=1)
    kept[lost] = drawn[lost]
    stretch = rng.choice(np.array([-4, -2, -1, 0, 0, 0, 0, 1, 2, 4]), shape)
    total = np.where(kept, np.clip(roster.quarters[agent, None] + stretch, 8, _LONGEST_SHIFT), 0)
    main = np.broadcast_to(roster.main[roster.team[agent], week][:, None], shape)
    second = np.broadcast_to(roster.second[agent, week][:, None], shape)
    lent = rng.random(shape) < roster.second_share[agent, week][:, None]
    split = (rng.random(shape) < _SPLIT_DAYS) & (main != second)
    part = np.where(split, np.round(total * rng.uniform(0.2, 0.5, shape)), 0).astype(np.int64)
    return _Plan(agent, np.where(lent, second, main), total - part, np.where(lent, main, second), part)


def _fall_ill(
    *,
    plan: _Plan,
    week: int,
    hazard: NDArray[np.float64],
    roster: Roster,
    away_until: NDArray[np.int64],
    rng: np.random.Generator,
) -> Spells:
    """Draw the week's new spells and move `away_until` (last day away, by agent) in place."""
    agents = len(roster.team)
    weeks = roster.leave.shape[1]
    # Drawn for everybody, on duty or not: who is on duty must not shift the draws of the others.
    chance, length = rng.random(agents)[plan.agent], rng.lognormal(1.0, 0.85, agents)[plan.agent]
    preference = (rng.gumbel(size=(agents, 7)) + np.log(SPELL_WEEKDAY))[plan.agent]
    day = 7 * week + np.arange(7)
    planned = plan.quarters + plan.other_quarters > 0
    # Ill again on the first day back would be the same spell going on.
    free = planned & (day > away_until[plan.agent, None] + 1)
    at_risk = free.sum(axis=1) / np.maximum(planned.sum(axis=1), 1)
    at_risk[roster.first[plan.agent] == week] = 0.0
    ill = chance < hazard[plan.agent] * at_risk
    who = plan.agent[ill]
    start = 7 * week + np.argmax(np.where(free, preference, -np.inf)[ill], axis=1)
    days = np.minimum(np.ceil(length[ill]), _LONGEST_SPELL).astype(np.int64)
    last_day = np.minimum(7 * roster.last[who].astype(np.int64) + 6, 7 * weeks - 1)
    end = np.minimum(start + days - 1, last_day)
    away_until[who] = end
    return Spells(who.astype(np.int32), start.astype(np.int32), end.astype(np.int32))


def _meet(
    plan: _Plan, week: int, present: NDArray[np.bool_], pace: NDArray[np.float64], rng: np.random.Generator
) -> Shifts:
    """Return the shifts of those present, ordered by day, agent and client, with the contacts they met."""
    one = np.nonzero(present & (plan.quarters > 0))
    two = np.nonzero(present & (plan.other_quarters > 0))
    place, weekday = (np.concatenate(pair) for pair in zip(one, two, strict=True))
    client = np.concatenate([plan.client[one], plan.other[two]])
    quarters = np.concatenate([plan.quarters[one], plan.other_quarters[two]])
    order = np.lexsort((client, place, weekday))
    place, weekday, client, quarters = (column[order] for column in (place, weekday, client, quarters))
    return Shifts(
        agent=plan.agent[place].astype(np.int32),
        day=(7 * week + weekday).astype(np.int32),
        client=client.astype(np.int32),
        quarters=quarters.astype(np.int32),
        contacts=rng.poisson(quarters / 4 * pace[client] * CONTACT_WEEKDAY[weekday]).astype(np.int32),
    )


def _joined(parts: list[Shifts] | list[Spells]) -> Iterator[NDArray[np.int32]]:
    """Yield the columns of the parts, one below another."""
    for column in fields(parts[0]):
        yield np.concatenate([getattr(part, column.name) for part in parts])
