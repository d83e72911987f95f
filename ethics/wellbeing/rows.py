"""The agent-weeks that an estimate is made of, each with its dose. Arrays; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ethics.wellbeing.dose import Array, Mismatches, client_rates, dose, own_parts, steadiness, unknown_parts
from ethics.workforce.panel import Panel

#: A row of whose dose more than this part is not known is left out.
MOST_UNKNOWN: Final = 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """The agent-weeks of one window: the panel's rows, the clients' rates (C, T), and for each row a dose (N,).

    `own` (N,) is the log rate ratio of falling ill that the rates tell of, if agents flag twice as often before they do
    and nothing else is so; `own_parts` (N, C) is what it gains per unit of each rate.
    """

    panel: Panel
    shares: sparse.csr_array
    rates: Array
    dose: Array
    own_parts: sparse.csr_array
    own: Array

    @classmethod
    def of(cls, panel: Panel, mismatches: Mismatches, first: int, last: int) -> Rows:
        """The rows whose whole window lies in the panel, in which the agent worked, and whose mismatches are known."""
        shares, worked = panel.shares(first, last)
        usable = worked & (panel.week >= last)
        usable &= unknown_parts(mismatches, shares, panel.week, last) <= MOST_UNKNOWN
        chosen, shares = panel.chosen(usable), sparse.csr_array(shares[usable])
        rates = client_rates(mismatches, first, last)
        usual = rates.mean(axis=1, keepdims=True)
        # By Bayes' rule: a rate above the usual tells of a keener reporter by the agent's part in it, and the more, the
        # less the client's rate varies of itself.
        parts = own_parts(chosen, shares, first, last)
        parts.data *= (steadiness(mismatches, first, last) / np.where(usual > 0, usual, np.inf))[parts.indices, 0]
        own = dose(parts, rates - usual, chosen.week)
        return cls(chosen, shares, rates, dose(shares, rates, chosen.week), parts, own)

    @property
    def during(self) -> Array:
        """The rates of the weeks from the rows' first to their last."""
        return self.within(self.rates)

    def within(self, values: Array) -> Array:
        """The columns of values (C, T) that belong to the weeks from the rows' first to their last."""
        return values[:, int(self.panel.week.min()) : int(self.panel.week.max()) + 1]
