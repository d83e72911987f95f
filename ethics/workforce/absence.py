"""Runs of sick leave as arrays, and what they are worth in a week, a month or a quarter. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethics.workforce.panel import WORKDAYS

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Runs:
    """Runs of sick leave in order of agent and day; first and last day as proleptic ordinals, both included.

    `closed`: whether the end was told; else `last` is how far the run is taken to reach.
    """

    agent: Whole
    first: Whole
    last: Whole
    closed: NDArray[np.bool_]

    @classmethod
    def joined(cls, agent: Whole, first: Whole, last: Whole, closed: NDArray[np.bool_]) -> Runs:
        """Spells as runs: one that begins before the agent had a workday (Monday to Friday) between goes on.

        A certificate for each week, or one until Friday and the next from Monday, is one run of sick leave. A run is
        closed when all of its spells are.
        """
        order = np.lexsort((first, agent))
        agent, first, last, closed = agent[order], first[order], last[order], closed[order]
        if not len(agent):
            return cls(agent, first, last, closed)
        # The latest day so far of the same agent: agents are set apart by more days than there are.
        apart = np.cumsum(np.append(0, agent[1:] != agent[:-1])) * (int(last.max()) + 1)
        until = np.maximum.accumulate(last + apart) - apart
        # The next workday after a day: a Friday's, Saturday's and Sunday's is Monday. Ordinal 1 was a Monday.
        weekday = (until - 1) % 7
        back = until + np.where(weekday == 4, 3, np.where(weekday == 5, 2, 1))
        goes_on = np.append(False, (agent[1:] == agent[:-1]) & (first[1:] <= back[:-1]))
        starts = np.flatnonzero(~goes_on)
        ends = np.append(starts[1:], len(agent)) - 1
        return cls(agent[starts], first[starts], until[ends], np.logical_and.reduceat(closed, starts))

    def chosen(self, which: NDArray[np.bool_]) -> Runs:
        """Some of the runs."""
        return Runs(self.agent[which], self.first[which], self.last[which], self.closed[which])

    def by_week(self, agents: Whole, start: int, weeks: int) -> tuple[Whole, Whole, Whole]:
        """Of each of `agents` (sorted) in each of `weeks` weeks from the Monday `start`: three arrays (agents, weeks).

        1 when a run began in the week; workdays that no run begun before the week takes; days of the closed runs begun in it.
        """
        onset = np.zeros((len(agents), weeks), dtype=np.int64)
        risk = np.full((len(agents), weeks), WORKDAYS, dtype=np.int64)
        length = np.zeros((len(agents), weeks), dtype=np.int64)
        who = np.searchsorted(agents, self.agent)
        began = (self.first - start) // 7
        inside = (began >= 0) & (began < weeks)
        onset[who[inside], began[inside]] = 1
        whole = inside & self.closed
        np.add.at(length, (who[whole], began[whole]), (self.last - self.first + 1)[whole])
        until = (self.last - start) // 7
        span = np.clip(until - began, 0, None)
        # One entry for each later week that a run reaches into.
        each = np.repeat(np.arange(len(who)), span)
        nth = np.arange(len(each)) - np.repeat(np.cumsum(span) - span, span) + 1
        week = began[each] + nth
        taken = np.clip(self.last[each] - (start + 7 * week) + 1, 0, WORKDAYS)
        kept = (week >= 0) & (week < weeks)
        np.subtract.at(risk, (who[each[kept]], week[kept]), taken[kept])
        return onset, np.maximum(risk, 0), length

    def days_within(self, agents: Whole, first: int, last: int) -> Whole:
        """Days of sick leave of each of `agents` (sorted) from the day `first` to the day `last`: (agents,)."""
        days = np.clip(np.minimum(self.last, last) - np.maximum(self.first, first) + 1, 0, None)
        place = np.searchsorted(agents, self.agent)
        known = (place < len(agents)) & (agents[np.minimum(place, max(len(agents) - 1, 0))] == self.agent)
        return np.bincount(place[known], weights=days[known], minlength=len(agents)).astype(np.int64)
