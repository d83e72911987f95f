"""The panel: who was at risk of falling ill in which week, and for whom they had worked. Arrays; pure.

A row is an agent-week in which the agent worked or fell ill. Agents are numbered from 0 in no order that means
anything outside; a panel lives in memory for the length of one computation and is never stored or returned to a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Whole = NDArray[np.int64]

#: Workdays of a week: what an agent who is well on Monday has at risk.
WORKDAYS: Final = 5
#: Weeks that windows may reach back or ahead of the panel.
REACH: Final = 8


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Agent-weeks (N rows) in order of agent and week, over G agents, T weeks and C clients.

    `agent` (N,) counts from 0 to G - 1 without gaps; `week` (N,) from 0 to T - 1, weeks that follow each other.
    `onset` (N,) is 1 when a new spell began in the week, else 0; `risk` (N,) the workdays not already sick at the
    week's start, 1 to 5; `length` (N,) the days of the spell that began, 0 without one or while its end is not known.
    `hours` (G × (T + REACH) rows, C columns) holds hours in hundredths: row g × (T + REACH) + REACH + t is agent g in
    week t; the REACH rows before an agent's first week are empty. It may know weeks in which the agent has no row.
    `clients` (C,) names the columns.
    """

    agent: Whole
    week: Whole
    onset: Whole
    risk: Whole
    length: Whole
    hours: sparse.csr_array
    clients: tuple[int, ...]
    weeks: int

    @property
    def agents(self) -> int:
        """G, the number of agents."""
        return int(self.hours.shape[0]) // (self.weeks + REACH)

    def rows_at(self, lag: int) -> Whole:
        """The rows of `hours` `lag` weeks before each row's week (after it when negative); -1 where there is none."""
        week = self.week - lag
        at = self.agent * (self.weeks + REACH) + REACH + week
        return np.where((week >= -REACH) & (week < self.weeks), at, -1)

    def shares(self, first: int, last: int) -> tuple[sparse.csr_array, NDArray[np.bool_]]:
        """Each client's share of the hours worked `first` to `last` weeks before (N, C), and where there were any.

        Lag 0 is the row's own week, negative lags come after it. Rows without hours have no shares.
        """
        total: Any = None
        for lag in range(first, last + 1):
            at = self.rows_at(lag)
            part = self.hours[np.maximum(at, 0)]
            if (at < 0).any():
                part = sparse.csr_array(sparse.diags_array((at >= 0).astype(np.float64)) @ part)
            total = part if total is None else total + part
        whole = np.asarray(total.sum(axis=1)).ravel()
        worked = whole > 0
        scaled = sparse.csr_array(total.astype(np.float64))
        scaled.data /= np.repeat(np.where(worked, whole, 1.0), np.diff(scaled.indptr))
        return scaled, worked

    def chosen(self, rows: NDArray[np.bool_]) -> Panel:
        """The panel with some of its rows; hours stay whole."""
        return Panel(
            self.agent[rows],
            self.week[rows],
            self.onset[rows],
            self.risk[rows],
            self.length[rows],
            self.hours,
            self.clients,
            self.weeks,
        )
