"""The dose: how many mismatches an agent met, from the clients worked for and those clients' rates. Arrays; pure.

A client's rate in a week is shrunk to that client's own mean, by as much as its counts are noise. It holds everybody's
mismatches: leaving an agent's own out would need to know who filed what, and that is never joined with absence.
Instead, hours say how large an agent's part in a client's rate can be, whoever filed what (`own_parts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ethics.workforce.panel import REACH, Panel

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: What a mismatch counts, by severity 0 to 4.
WEIGHTS: Final = (0, 1, 2, 4, 8)
#: Rates are per so many contacts.
CONTACTS: Final = 1000
#: Clients with shares of their own in the model; the smaller ones have one together.
MOST_CONTROLS: Final = 40
#: The least that clients' rates are taken to vary over time (squared coefficient of variation).
LEAST_VARIATION: Final = 0.001


@dataclass(frozen=True, eq=False, slots=True)
class Mismatches:
    """Confirmed mismatches by client and week of contact (C, T), clients in the order of the panel's columns.

    `weighted`: sum of their weights; `squares`: sum of the squared weights; `count`: their number; `contacts`: contacts.
    `counted`: False while too many flags of the week are undecided; all weeks are counted when left out.
    """

    weighted: Array
    squares: Array
    count: Array
    contacts: Array
    counted: Mask | None = None

    @property
    def known(self) -> Mask:
        """Client-weeks that tell something of a rate: counted, and with contacts. The others' mismatches do not count."""
        served = self.contacts > 0
        return served if self.counted is None else served & self.counted

    @property
    def overdispersion(self) -> float:
        """φ = E w² / (E w)², over known mismatches: what unequal weights add to the noise; 1 without mismatches."""
        weight, squares, count = (float(sums[self.known].sum()) for sums in (self.weighted, self.squares, self.count))
        return squares * count / weight**2 if weight > 0 else 1.0


def client_rates(mismatches: Mismatches, first: int = 1, last: int = 4) -> Array:
    """Mismatches per 1,000 contacts that each client (C) had in the weeks t - `last` to t - `first`: (C, T).

    Weights are scaled so that the mean mismatch weighs 1. Gamma–Poisson, shrunk to the client's own mean over all weeks;
    that mean itself where the window holds no known contacts; the mean of all for a client without any.
    """
    seen, size, mean = _seen(mismatches, first, last)
    noise, shape = mismatches.overdispersion, steadiness(mismatches, first, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: Array = (seen / noise + shape) / (size / noise + shape / mean)
    return np.where(mean > 0, rates, 0.0)


def steadiness(mismatches: Mismatches, first: int = 1, last: int = 4) -> float:
    """How steady the clients' true rates are from week to week: the shape k of their Gamma; 1 / k is their variation."""
    seen, size, mean = _seen(mismatches, first, last)
    expected = mean * size
    squared = float((expected**2).sum())
    excess = float(((seen - expected) ** 2 - mismatches.overdispersion * expected).sum())
    return 1 / max(LEAST_VARIATION, excess / squared if squared > 0 else 0.0)


def _seen(mismatches: Mismatches, first: int, last: int) -> tuple[Array, Array, Array]:
    """Weighted mismatches and thousands of contacts of each window (C, T), and each client's mean rate (C, 1)."""
    weighted, count = (np.where(mismatches.known, sums, 0.0) for sums in (mismatches.weighted, mismatches.count))
    total = float(weighted.sum())
    weighted *= float(count.sum()) / total if total > 0 else 0.0
    thousands = np.where(mismatches.known, mismatches.contacts, 0.0) / CONTACTS
    portfolio = float(weighted.sum()) / max(float(thousands.sum()), 1.0)
    mean = ((weighted.sum(axis=1) + portfolio) / (thousands.sum(axis=1) + 1))[:, None]
    return over_window(weighted, first, last), over_window(thousands, first, last), mean


def over_window(values: Array, first: int, last: int) -> Array:
    """Sum over the weeks t - `last` to t - `first` of each row (C, T); weeks outside count nothing."""
    weeks = values.shape[1]
    sums = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
    week = np.arange(weeks)
    after = np.clip(week - first + 1, 0, weeks)
    before = np.clip(week - last, 0, weeks)
    window: Array = np.maximum(sums[:, after] - sums[:, before], 0.0)
    return window


def dose(shares: sparse.csr_array, rates: Array, week: Whole) -> Array:
    """Each row's shares (N, C) times the clients' rates (C, T) in the row's week (N,), summed: (N,)."""
    row = np.repeat(np.arange(len(week)), np.diff(shares.indptr))
    met = shares.data * rates[shares.indices, week[row]]
    total: Array = np.bincount(row, met, len(week)).astype(np.float64)
    return total


def unknown_parts(mismatches: Mismatches, shares: sparse.csr_array, week: Whole, last: int) -> Array:
    """The part of each row's dose, and of its own week, whose mismatches nobody knows: from 0 to 1 (N,).

    Of clients without any known contacts all, else the weeks from t - `last` to t that are not counted yet.
    """
    unknown = np.zeros(mismatches.contacts.shape)
    if mismatches.counted is not None:
        unknown = over_window((~mismatches.counted).astype(np.float64), 0, last) / (last + 1)
    unknown[~mismatches.known.any(axis=1)] = 1.0
    return dose(shares, unknown, week)


def own_parts(panel: Panel, shares: sparse.csr_array, first: int, last: int) -> sparse.csr_array:
    """The agent's part of all hours that each client had in the window, for rows with these shares: (N, C).

    If agents flag more (or less) before they fall ill, their own flags raise (or lower) the rates by so much, and it
    looks as if mismatches made ill. From hours alone; nobody's flags are looked at.
    """
    weeks = panel.weeks + REACH
    rows = int(panel.hours.shape[0])
    calendar = sparse.csr_array((np.ones(rows), (np.arange(rows) % weeks, np.arange(rows))), shape=(weeks, rows))
    by_client = over_window((calendar @ panel.hours).toarray().T[:, REACH:].astype(np.float64), first, last)
    by_agent = np.asarray(panel.hours.sum(axis=1), dtype=np.float64).ravel()
    worked = np.zeros(len(panel.week))
    for lag in range(first, last + 1):
        at = panel.rows_at(lag)
        worked += np.where(at >= 0, by_agent[np.maximum(at, 0)], 0.0)
    row = np.repeat(np.arange(len(worked)), np.diff(shares.indptr))
    whole = np.maximum(by_client[shares.indices, panel.week[row]], 1.0)
    return sparse.csr_array((shares.data * worked[row] / whole, shares.indices, shares.indptr), shape=shares.shape)


def controls(shares: sparse.csr_array) -> sparse.csr_array:
    """Columns of shares that hold lasting differences between clients fixed, of shares (N, C).

    The client with most hours is left out: shares add up to 1. Beyond MOST_CONTROLS, clients with few hours are one.
    """
    hours = np.asarray(shares.sum(axis=0)).ravel()
    order = np.argsort(-hours, kind="stable")
    order = order[hours[order] > 0]
    alone, rest = order[1 : MOST_CONTROLS + 1], order[MOST_CONTROLS + 1 :]
    column = np.concatenate([np.arange(len(alone)), np.full(len(rest), len(alone))])
    shape = (shares.shape[1], len(alone) + bool(len(rest)))
    chosen = sparse.csr_array((np.ones(len(column)), (np.concatenate([alone, rest]), column)), shape=shape)
    return sparse.csr_array(shares @ chosen)
