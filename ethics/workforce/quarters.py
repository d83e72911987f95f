"""Who belonged to which team in a calendar quarter, and how many days of it each was on sick leave. In memory only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session

from ethics import bulk
from ethics.language import Refused, Sentence, sentence
from ethics.workforce.absence import Runs
from ethics.workforce.gathering import absences
from ethics.workforce.models import Agent, Shift

Whole = NDArray[np.int64]

_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]
_AGENT: Final[sa.Table] = Agent.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A calendar quarter; `number` from 1 to 4. Written 2026Q3."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        """The quarter that a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> Quarter:
        """A quarter as it is written. Raises Refused."""
        found = re.fullmatch(r"(20\d\d)-?[Qq]([1-4])", text.strip())
        if found is None:
            raise Refused("“{text}” is no quarter. Write it like 2026Q3.", text=text[:20])
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def months(self) -> tuple[tuple[dt.date, dt.date], ...]:
        """First and last day of its three months."""
        firsts = [self.first.replace(month=self.first.month + step) for step in range(3)]
        return tuple(zip(firsts, [day - dt.timedelta(days=1) for day in [*firsts[1:], self.next.first]], strict=True))

    @property
    def named(self) -> Sentence:
        """The quarter as a reader writes it."""
        return sentence("Q{number} {year}", number=str(self.number), year=str(self.year))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """One entry per agent who worked, or was on sick leave, in the quarter: arrays of one length.

    `team`: where most of the agent's days were; a negative number stands for "no team" at the client of that number.
    `client_of`: whom each of these teams worked for most. `days`: calendar days of sick leave within the quarter;
    `months` (N, 3): within each month, -1 for who neither worked nor was on leave in it.
    """

    team: Whole
    client_of: Mapping[int, int]
    days: Whole
    months: Whole


def roster(tx: Session, quarter: Quarter) -> Roster:
    """The quarter's people. Who was away all the time counts where they worked last; who never worked does not count."""
    runs = absences(tx, quarter.first, quarter.last)
    team_of, client_of, worked = _teams(tx, quarter)
    first, last = quarter.first.toordinal(), quarter.last.toordinal()
    absent = np.unique(runs.agent[(runs.first <= last) & (runs.last >= first)]).tolist()
    for agent in absent:
        if agent not in team_of and (before := _last_team(tx, agent, quarter.first)) is not None:
            team_of[agent], client = before
            client_of.setdefault(team_of[agent], client)
    agents = np.array(sorted(team_of), dtype=np.int64)
    team = np.array([team_of[agent] for agent in agents.tolist()], dtype=np.int64)
    return Roster(
        team=team,
        client_of={one: client_of[one] for one in np.unique(team).tolist()},
        days=runs.days_within(agents, first, last),
        months=np.stack([_month(runs, agents, worked, month) for month in quarter.months], axis=1),
    )


def _month(runs: Runs, agents: Whole, worked: Mapping[int, frozenset[int]], month: tuple[dt.date, dt.date]) -> Whole:
    days = runs.days_within(agents, month[0].toordinal(), month[1].toordinal())
    there = np.array([month[0].month in worked.get(agent, ()) for agent in agents.tolist()], dtype=bool)
    return np.where(there | (days > 0), days, -1)


def _teams(tx: Session, quarter: Quarter) -> tuple[dict[int, int], dict[int, int], dict[int, frozenset[int]]]:
    """Each agent's team, each team's client, and the months in which each agent worked."""
    s = _SHIFT.c
    node = sa.func.coalesce(s.team_id, -s.client_id)
    month = sa.extract("month", s.date)
    # By agent, so that SQLite finds each one's days through the primary key instead of reading every year.
    query = (
        sa.select(s.agent_id, node, s.client_id, month, sa.func.count(), sa.func.sum(s.hours_hundredths))
        .select_from(_AGENT.join(_SHIFT, _AGENT.c.id == s.agent_id))
        .where(s.date >= quarter.first, s.date <= quarter.last, s.hours_hundredths > 0)
        .group_by(s.agent_id, node, s.client_id, month)
    )
    columns = bulk.fetch(tx, query, 6)
    agent, team, client, in_month, shifts, hours = (np.array(column, dtype=np.int64) for column in columns)
    months: dict[int, set[int]] = {}
    for who, when in zip(agent.tolist(), in_month.tolist(), strict=True):
        months.setdefault(who, set()).add(when)
    return (
        _most(agent, team, shifts, hours),
        _most(team, client, hours, hours),
        {k: frozenset(v) for k, v in months.items()},
    )


def _most(of: Whole, which: Whole, first: Whole, second: Whole) -> dict[int, int]:
    """For each number in `of` the one of `which` with the most `first`, then `second`, then the lowest number."""
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for one, other, a, b in zip(of.tolist(), which.tolist(), first.tolist(), second.tolist(), strict=True):
        x, y = sums.get((one, other), (0, 0))
        sums[one, other] = (x + a, y + b)
    best: dict[int, tuple[tuple[int, int, int], int]] = {}
    for (one, other), (x, y) in sums.items():
        rank = (x, y, -other)
        if one not in best or rank > best[one][0]:
            best[one] = (rank, other)
    return {one: other for one, (_, other) in best.items()}


def _last_team(tx: Session, agent: int, before: dt.date) -> tuple[int, int] | None:
    s = _SHIFT.c
    query: sa.Select[Any] = (
        sa.select(sa.func.coalesce(s.team_id, -s.client_id), s.client_id)
        .where(s.agent_id == agent, s.date < before)
        .order_by(s.date.desc(), s.hours_hundredths.desc(), s.client_id)
        .limit(1)
    )
    found = tx.connection().execute(query).first()
    return (int(found[0]), int(found[1])) if found is not None else None
