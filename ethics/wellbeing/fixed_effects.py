"""Poisson regression with an effect for every unit and every time: log E y = offset + unit + time + x @ beta. Pure.

Unit effects are profiled out exactly, so their number costs little; time effects and beta are found together by
Newton's method. The covariance is clustered by unit, with the factor G / (G - 1) for G used units and no other.
All is computed by numpy and scipy; threadpoolctl computes nothing, but keeps their matrix library at one thread during
a fit, which neither of them can do in a running process.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from ethics.wellbeing.blocks import Array, Mask, Rows, Whole, order_rows
from ethics.wellbeing.newton import Climb

#: Rows of a block: a block's columns fit in the processor's cache.
BLOCK_ROWS: Final = 16_384

NO_EVENTS: Final = "no-events"
ONE_UNIT: Final = "one-unit"
COLLINEAR: Final = "collinear"
SEPARATED: Final = "separated"
NOT_CONVERGED: Final = "not-converged"


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """What was fitted. N rows, K columns, T times, G units that could tell something.

    `beta` (K,), `covariance` (K, K) clustered by unit = G / (G - 1) * influence.T @ influence, `model_covariance`
    (K, K) the inverse information: NaN for columns left out, and everywhere with a `problem`. `influence` (G, K) is how
    far each unit moves beta, `units` (G,) whose it is. `rows` (N,) were used: those of units and times with events and
    more than one row, and not separated. `mu` (N,) are fitted means, 0 on other rows. `time_effects` (T,) are logs,
    NaN for times not used; the first used time (of each connected part of the panel) is 0.

    `problem` is "" when all is well, else "no-events", "one-unit" (fewer than two can tell anything), "collinear" or
    "separated" (no column is left), or "not-converged". `dropped` are the columns left out, the later one of a
    collinear set; `separated` those of them whose coefficient would be infinite. Rows without events that they predict
    exactly are left out with them.
    """

    beta: Array
    covariance: Array
    model_covariance: Array
    influence: Array
    units: Whole
    rows: Mask
    mu: Array
    time_effects: Array
    problem: str
    dropped: tuple[int, ...]
    separated: tuple[int, ...]
    iterations: int

    def error(self, k: int = 0) -> float:
        """Standard error of a column's coefficient, clustered by unit."""
        return float(np.sqrt(self.covariance[k, k]))

    def effective_clusters(self, contrast: Any) -> float:
        """How many equal units would carry as much for `contrast` (K,): (Σu²)² / Σu⁴; NaN when nothing does."""
        weights = np.asarray(contrast, dtype=np.float64)
        square = (self.influence[:, weights != 0] @ weights[weights != 0]) ** 2
        fourth = float(square @ square)
        return float(square.sum()) ** 2 / fourth if fourth > 0 else float("nan")


def fit_poisson(
    y: Any,
    x: Any,
    unit: Any,
    time: Any = None,
    offset: Any = None,
    *,
    start: Fit | None = None,
    most_iterations: int = 50,
    block_rows: int = BLOCK_ROWS,
) -> Fit:
    """Fit log E y = offset + unit effect + time effect + x @ beta; standard errors clustered by unit.

    `y` (N,) counts; `x` (N, K) dense or sparse CSR, K may be 0; `unit` (N,) whole numbers, best in order (other rows
    are copied); `time` (N,) whole numbers 0 to T - 1, or None for no time effects; `offset` (N,) log exposure. `start`
    is an earlier fit with the same times to begin from; its beta is used when it has as many columns. Raises
    ValueError for lengths that differ, negative y, and values that are not finite.
    """
    with _threads().limit(limits=1, user_api="blas"):
        rows = order_rows(y, x, unit, time, offset, block_rows)
        return _fit(rows, start, most_iterations, time is not None)


@functools.cache
def _threads() -> ThreadpoolController:
    """The matrix library's threads. Blocks are small: on a busy machine its threads would wait for each other.

    With one thread the same rows also give the same bytes on any machine of a kind.
    """
    return ThreadpoolController()


def _fit(rows: Rows, start: Fit | None, most_iterations: int, timed: bool) -> Fit:
    """Climb; leave out what runs away, and climb again."""
    used = rows.informative(np.ones(len(rows.y), np.bool_))
    collinear: Mask | None = None
    iterations = 0
    while True:
        climb = Climb(rows, used, np.zeros(rows.times), np.zeros(rows.columns))
        if (climb.events > 0).sum() < 2:
            return _report(climb, ONE_UNIT if rows.y.any() else NO_EVENTS, collinear, iterations, timed)
        _begin(climb, start)
        climb.climb(most_iterations - iterations)
        iterations += climb.iterations
        if climb.falling is None or not climb.falling.any():
            break
        # Without the rows that ran away, what ran away with them is collinear with the effects and is left out.
        collinear = ~climb.kept[rows.times :] if collinear is None else collinear
        used, start = rows.informative(used & ~climb.falling), None
    problem = "" if climb.settled else NOT_CONVERGED
    return _report(climb, problem, collinear, iterations, timed)


def _begin(climb: Climb, start: Fit | None) -> None:
    """Start from an earlier fit where there is one, from the margins otherwise."""
    if start is None or start.time_effects.shape != climb.theta.shape:
        climb.begin()
        return
    climb.theta = np.nan_to_num(start.time_effects)
    if start.beta.shape == climb.beta.shape:
        climb.beta = np.nan_to_num(start.beta)


def _report(climb: Climb, problem: str, collinear: Mask | None, iterations: int, timed: bool) -> Fit:
    """The fit as others read it. `collinear` were left out before any row ran away; None when no row did."""
    rows: Rows = climb.rows
    times, columns = rows.times, rows.columns
    left_out = ~climb.kept[times:]
    separated = left_out & ~collinear if collinear is not None else np.zeros(columns, np.bool_)
    if columns and left_out.all() and problem != NOT_CONVERGED:
        if separated.any():
            problem = SEPARATED
        elif not problem:
            problem = COLLINEAR
    unknown = left_out if not problem else np.ones(columns, np.bool_)
    beta, model = np.where(unknown, np.nan, climb.beta), climb.inverse[times:, times:].copy()
    live = climb.events > 0
    influence = climb.influence()[live]
    clusters = len(influence)
    covariance = influence.T @ influence * (clusters / (clusters - 1) if clusters > 1 else np.nan)
    for matrix in (model, covariance):
        matrix[unknown] = matrix[:, unknown] = np.nan
    seen = np.bincount(rows.time, climb.used, times) > 0
    effects = np.where(seen, climb.levelled(), np.nan)
    return Fit(
        beta,
        covariance,
        model,
        influence,
        rows.names[live],
        rows.as_given(climb.used),
        rows.as_given(climb.fitted()),
        effects if timed else np.zeros(0),
        problem,
        tuple(np.flatnonzero(left_out).tolist()) if problem not in {NO_EVENTS, ONE_UNIT} else (),
        tuple(np.flatnonzero(separated).tolist()),
        iterations,
    )
