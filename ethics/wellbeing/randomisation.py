"""Circular shifts: what would the mismatches' timing show if it had nothing to do with sick leave? Pure.

Each client's rates are shifted in time by a random number of weeks, round the end, on their own. That keeps their level,
their waves and their bursts, and every client's illness, and breaks only the timing between them. So bad months of a
client do not pass for an effect, as they do when errors are clustered by agent and the workforce is large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

#: How often the rates are shifted.
TIMES: Final = 999


@dataclass(frozen=True, eq=False, slots=True)
class Shifts:
    """The statistic as it is, and as it came out with the rates shifted (B,)."""

    actual: float
    shifted: Array

    @property
    def p(self) -> float:
        """Two-sided: how rare so strong an agreement is among the shifts, the actual one counted among them."""
        return (1 + int((np.abs(self.shifted) >= abs(self.actual)).sum())) / (1 + len(self.shifted))

    @property
    def spread(self) -> float:
        """Standard deviation of the statistic under shifts."""
        return float(self.shifted.std())


def aggregate(shares: sparse.csr_array, residuals: Array, week: Whole, weeks: int) -> Array:
    """Residuals (N,) summed by client and week, by the shares (N, C) in which they belong to clients: (C, T)."""
    row = np.repeat(np.arange(len(week)), np.diff(shares.indptr))
    clients = int(shares.shape[1])
    cell = shares.indices.astype(np.int64) * weeks + week[row]
    sums = np.bincount(cell, shares.data * residuals[row], clients * weeks)
    return np.asarray(sums.reshape(clients, weeks), dtype=np.float64)


def shift(residuals: Array, rates: Array, generator: np.random.Generator, times: int = TIMES) -> Shifts:
    """Return Σ residual × rate over clients and weeks (C, T), with the rates in place and shifted `times` times.

    Only timing counts: each client's mean rate is taken out first.
    """
    weeks = residuals.shape[1]
    centred = rates - rates.mean(axis=1, keepdims=True)
    # All shifts of a client at once: its circular cross-correlation.
    spectrum = np.fft.rfft(residuals, axis=1) * np.conj(np.fft.rfft(centred, axis=1))
    by_shift = np.fft.irfft(spectrum, weeks, axis=1)
    drawn = generator.integers(weeks, size=(times, len(by_shift)))
    return Shifts(float(by_shift[:, 0].sum()), by_shift[np.arange(len(by_shift)), drawn].sum(axis=1))
