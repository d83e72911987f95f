"""Who worked in which team in a calendar quarter, and how many days of it each was on sick leave. In memory only."""

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
    """One entry per agent who worked in the quarter: arrays of one length.

    `team`: where the agent worked on most days; a negative number stands for "no team" at the client of that number.
    `client_of`: whom each of these teams worked for most. `days`: calendar days of sick leave within the quarter;
    `months` (N, 3): those within each month, so that they sum to `days`. Nobody is missing from a month.
    """

    team: Whole
    client_of: Mapping[int, int]
    days: Whole
    months: Whole


def roster(tx: Session, quarter: Quarter) -> Roster:
    """The quarter's people: who worked an hour in it.

    Who was away all the time is left out, ill or not. Only sick leave could tell that such a person still belongs to a
    team, so to count them would tell that they were ill: by one agent more, or by a team or client without any shifts.
    For the same reason the months have the quarter's people: who did not work in a month may have been ill.
    """
    team_of, client_of = _teams(tx, quarter)
    agents = np.array(sorted(team_of), dtype=np.int64)
    team = np.array([team_of[agent] for agent in agents.tolist()], dtype=np.int64)
    runs = absences(tx, quarter.first, quarter.last)
    runs = runs.chosen(np.isin(runs.agent, agents))
    each = [runs.days_within(agents, first.toordinal(), last.toordinal()) for first, last in quarter.months]
    months = np.stack(each, axis=1)
    return Roster(
        team=team,
        client_of={one: client_of[one] for one in np.unique(team).tolist()},
        days=months.sum(axis=1),
        months=months,
    )


def _teams(tx: Session, quarter: Quarter) -> tuple[dict[int, int], dict[int, int]]:
    """Each agent's team, by days and then hours, and each team's client, by hours."""
    s = _SHIFT.c
    node, hours = sa.func.coalesce(s.team_id, -s.client_id), sa.func.sum(s.hours_hundredths)

    def totals(*columns: sa.ColumnElement[Any], by: tuple[sa.ColumnElement[Any], ...]) -> list[Whole]:
        # By agent, so that SQLite finds each one's days through the primary key instead of reading every year.
        query = (
            sa.select(*by, *columns)
            .select_from(_AGENT.join(_SHIFT, _AGENT.c.id == s.agent_id))
            .where(s.date >= quarter.first, s.date <= quarter.last, s.hours_hundredths > 0)
            .group_by(*by)
        )
        return [np.array(column, dtype=np.int64) for column in bulk.fetch(tx, query, len(by) + len(columns))]

    # Days, not rows: a day on which the agent worked for two clients is one.
    agent, team, days, worked = totals(sa.func.count(s.date.distinct()), hours, by=(s.agent_id, node))
    served, client, given = totals(hours, by=(node, s.client_id))
    return _most(agent, team, days, worked), _most(served, client, given, given)


def _most(of: Whole, which: Whole, first: Whole, second: Whole) -> dict[int, int]:
    """For each number in `of` the one of `which` with the most `first`, then `second`, then the lowest number."""
    order = np.lexsort((-which, second, first, of))
    return dict(zip(of[order].tolist(), which[order].tolist(), strict=True))  # the last of each stays
