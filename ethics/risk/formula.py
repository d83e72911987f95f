"""The score's formula over arrays: one row for each client, or for each client and week.

What the formula is, and why it is monotone, `ethics.risk.score` says. A dimension's load is a sum of Gamma quantiles
read off one table, two lines of it for each severity: that makes a batch of clients one product of a sparse matrix
with the table, which is what lets five years of weeks be scored at once. Draws have single precision: that moves a
score by some 0.00001 points.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtri

from ethics.risk.points import POINTS, TAIL, Array, gamma_table, order
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy

SEVERITIES: Final = 4
#: So many rows' draws stay in the processor's cache.
BATCH: Final = 256
#: Fewer batches than this are not worth a second thread.
WORTH_SHARING: Final = 8

Whole = NDArray[np.int64]
DRAWS: Final = np.float32
Draws = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Evidence of N rows. `contacts` (N,) decayed, not thousands; `counts` (N, 4, 4) decayed mismatches by dimension
    (in the order of MISMATCH_DIMENSIONS) and severity 1–4; `readings` (N, 2, 3) low, score and high of response and
    agent burden, NaN when unknown; `floor` (N,) the points to which a floor lifts the score, 0 without one."""

    contacts: Array
    counts: Array
    readings: Array
    floor: Array

    def part(self, rows: slice) -> Columns:
        """Some of the rows."""
        return Columns(self.contacts[rows], self.counts[rows], self.readings[rows], self.floor[rows])


@dataclass(frozen=True, eq=False, slots=True)
class Results:
    """Scores of N rows, in points. By dimension (N, 6) in the policy's order: whether it is known, posterior mean,
    interval (zeros unless asked for), share of the weighted mean, and points of the score. `score`, `low` and `high`
    are before any floor; they mean nothing in a row where no dimension is known."""

    known: NDArray[np.bool_]
    mean: Array
    low_of: Array
    high_of: Array
    share: Array
    parts: Array
    score: Array
    low: Array
    high: Array
    floor: Array

    @property
    def worst(self) -> NDArray[np.intp]:
        """The number of the weakest dimension, the earlier of equals."""
        return np.asarray(np.argmax(np.where(self.known, self.mean, -1), axis=1))

    def tenths(self) -> tuple[Whole, Whole, Whole]:
        """Low, score and high in tenths of a point, floors applied; with nothing known and no floor, all are -1.

        A floor is a rule, not an estimate: whatever the true rates, the score would be lifted. So low and high are
        lifted as well, and an interval that lay wholly below the floor has no width. With nothing known but the
        floor, the score may be anything from there on.
        """
        some, floor = self.known.any(axis=1), tenths(self.floor)
        low = np.where(some, tenths(self.low), 0)
        score = np.where(some, tenths(self.score), 0)
        high = np.where(some, tenths(self.high), 1000)
        nothing = ~some & (floor == 0)
        low, score, high = (np.where(nothing, -1, np.maximum(points, floor)) for points in (low, score, high))
        return low, score, high


def tenths(points: Array) -> Whole:
    """Points in whole tenths, halves upwards."""
    return np.asarray(np.floor(10 * points + 0.5), dtype=np.int64)


def evaluate(columns: Columns, policy: Policy, *, intervals: bool = False) -> Results:
    """Evaluate the formula for every row by itself; `intervals` adds those of the single dimensions.

    The rows are shared among threads when they are many: the numbers are the same whoever computes them.
    """
    n = len(columns.contacts)
    batches = [columns.part(slice(start, start + BATCH)) for start in range(0, n, BATCH)]
    _tables(policy.severity_weights[1:])
    if len(batches) < WORTH_SHARING:
        parts = [_evaluate(batch, policy, intervals) for batch in batches]
    else:
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            parts = list(pool.map(lambda batch: _evaluate(batch, policy, intervals), batches))
    if not parts:
        parts = [_evaluate(columns, policy, intervals)]
    return Results(*(np.concatenate([getattr(part, name) for part in parts]) for name in Results.__slots__))


def _evaluate(columns: Columns, policy: Policy, intervals: bool) -> Results:
    n, dimensions = len(columns.contacts), len(policy.dimensions)
    mean, low_of, high_of = (np.zeros((n, dimensions)) for _ in range(3))
    # Whoever has met one mismatch has looked at them all: the next one, of another kind, must not dilute the first.
    seen = (columns.contacts > 0) | (columns.counts > 0).any(axis=(1, 2))
    mismatches = np.repeat(seen[:, None], len(MISMATCH_DIMENSIONS), axis=1)
    known = np.concatenate([mismatches, ~np.isnan(columns.readings[:, :, 1])], axis=1)
    weight = known * np.array([dimension.weight for dimension in policy.dimensions.values()])
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    usual, worst = np.zeros((n, POINTS), DRAWS), np.zeros((n, POINTS), DRAWS)
    for d in np.flatnonzero(known.any(axis=0)).tolist():
        if d < len(MISMATCH_DIMENSIONS):
            values = _mismatch_draws(d, columns, policy)
            mean[:, d] = values.sum(axis=1) / POINTS
        else:
            reading = np.nan_to_num(columns.readings[:, d - len(MISMATCH_DIMENSIONS)])
            # Each dimension takes the points in an order of its own; that is what makes dimensions independent.
            values = _reading_draws(reading)[:, order(SEVERITIES * d)]
            mean[:, d] = reading[:, 1]
        if intervals:
            low_of[:, d], high_of[:, d] = _interval(values.copy(), mean[:, d])
        if not known[:, d].all():
            values *= known[:, d, None]
        np.maximum(worst, values, out=worst)
        values *= ((1 - policy.weakest_link) * share[:, d, None]).astype(DRAWS)
        usual += values
    mean *= known
    score = (1 - policy.weakest_link) * (share * mean).sum(axis=1) + policy.weakest_link * mean.max(axis=1)
    worst *= policy.weakest_link
    usual += worst
    low, high = _interval(usual, score)
    parts = (1 - policy.weakest_link) * share * mean
    weakest = np.argmax(np.where(known, mean, -1), axis=1)
    parts[np.arange(n), weakest] += policy.weakest_link * mean[np.arange(n), weakest]
    return Results(known, mean, low_of, high_of, share, parts, score, low, high, columns.floor)


def _interval(values: Draws, centre: Array) -> tuple[Array, Array]:
    """The central 95% of each row by order statistics, widened to hold the centre. Reorders `values`."""
    values.partition((TAIL, POINTS - 1 - TAIL), axis=1)
    return np.minimum(values[:, TAIL], centre), np.maximum(values[:, POINTS - 1 - TAIL], centre)


def _mismatch_draws(d: int, columns: Columns, policy: Policy) -> Draws:
    """Posterior draws of a mismatch dimension's score, shape (N, POINTS)."""
    reference = policy.dimensions[MISMATCH_DIMENSIONS[d]].reference or math.inf
    prior, weights = policy.prior, policy.severity_weights[1:]
    typical_weight = sum(share * weight for share, weight in zip(prior.severity_shares, weights, strict=True))
    prior_mismatches = prior.rate * reference / typical_weight * prior.contacts / 1000
    shape = columns.counts[:, d] + np.array(prior.severity_shares) * prior_mismatches
    values: Draws = _lines(shape) @ _tables(weights)[d]
    values /= ((prior.contacts + columns.contacts)[:, None] / 1000).astype(DRAWS)
    # 100 - 100 reference / (reference + r), not 100 r / (r + reference): this form cannot fall when r rises.
    values += reference
    np.divide(-100 * reference, values, out=values)
    values += 100
    return values


def _lines(shape: Array) -> sparse.csr_matrix:
    """Where each of the (N, 4) shapes lies in the table: two lines for each, with their parts.

    Straight lines between the tabulated shapes keep the mean exactly the shape and every draw rising with it; beyond
    the table, where a Gamma is all but certain, draws grow in proportion.
    """
    shapes, _ = gamma_table()
    inside = np.minimum(shape, shapes[-1])
    left = np.minimum(np.searchsorted(shapes, inside, side="right") - 1, len(shapes) - 2)
    along = (inside - shapes[left]) / (shapes[left + 1] - shapes[left])
    beyond = np.maximum(shape / shapes[-1], 1)
    part = np.stack([(1 - along) * beyond, along * beyond], axis=-1)
    line = np.stack([left, left + 1], axis=-1) + (np.arange(SEVERITIES) * len(shapes))[:, None]
    ends = np.arange(0, part.size + 1, 2 * SEVERITIES)
    return sparse.csr_matrix(
        (part.ravel().astype(DRAWS), line.ravel().astype(np.int32), ends.astype(np.int32)),
        shape=(len(shape), SEVERITIES * len(shapes)),
    )


@cache
def _tables(weights: tuple[float, ...]) -> tuple[Draws, ...]:
    """For each mismatch dimension the Gamma table of the four severities one below the other, weighted, each at its own
    coordinate of the lattice."""
    _, table = gamma_table()
    rows = [weight * table[:, order(k)] for k, weight in enumerate(weights)]
    whole = np.concatenate(rows)
    return tuple(
        np.ascontiguousarray(whole[:, order(SEVERITIES * d)], dtype=DRAWS) for d in range(len(MISMATCH_DIMENSIONS))
    )


def _reading_draws(readings: Array) -> Draws:
    """Draws of (N, 3) readings, shape (N, POINTS): half a normal on each side, cut off at low and high.

    The cut keeps every draw rising with each of the three numbers.
    """
    low, score, high = readings.T[:, :, None]
    normal = ndtri((np.arange(POINTS) + 0.5) / POINTS) / ndtri(0.975)
    up, down = np.clip(normal, 0, 1), np.clip(-normal, 0, 1)
    draws = np.where(normal > 0, (1 - up) * score + up * high, (1 - down) * score + down * low)
    return np.asarray(draws, dtype=DRAWS)
