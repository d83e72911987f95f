"""Newton's method on the Poisson likelihood with unit effects profiled out, in blocks of units. Pure.

With those effects at their best, a unit's fitted means sum to its events whatever the other coefficients are. What is
left is concave in the time effects and beta: T + K numbers, times first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import linalg, sparse
from scipy.sparse import csgraph

from ethics.wellbeing.blocks import Array, Block, Mask, Rows, Whole

#: A column is collinear when less than this part of its variance is left beside the effects and the columns before it.
COLLINEAR: Final = 1e-9
#: Part of a column's mean square that rounding may take for variance.
ROUNDING: Final = 1e-13
#: Squared Newton decrement, in squared standard errors: after the step that follows there is nothing left to gain.
CONVERGED: Final = 1e-12
#: From here on a decrement that falls slowly means that something runs away: Newton's own fall is quadratic.
SUSPECT: Final = 1e-5
SLOW: Final = 0.1
#: A row without events runs away when its log mean falls by more than this in a step that gains nothing.
FALLING: Final = -0.5
HALVINGS: Final = 30
#: Logs of means beyond this are taken relative to the unit's largest, so that none overflows.
LARGE: Final = 300.0


@dataclass(frozen=True, eq=False, slots=True)
class Point:
    """The likelihood somewhere: its value, slope (T + K,) and information (T + K, T + K), and each number's scale."""

    value: float
    slope: Array
    information: Array
    scale: Array


@dataclass(eq=False, slots=True)
class Climb:
    """A climb over the used rows of a panel, and where it stands.

    `kept` (T + K,) are the numbers that can be told apart; the others stay 0. `inverse` (T + K, T + K) is the inverse
    information, 0 for others than the kept. `falling` (N,) are rows without events whose means run to 0.
    """

    rows: Rows
    used: Mask
    theta: Array
    beta: Array
    y: Array = field(init=False)
    offset: Array = field(init=False)
    events: Array = field(init=False)
    kept: Mask = field(init=False)
    inverse: Array = field(init=False)
    parts: Whole = field(init=False)
    falling: Mask | None = None
    iterations: int = 0
    settled: bool = False

    def __post_init__(self) -> None:
        whole = bool(self.used.all())
        self.y = self.rows.y if whole else np.where(self.used, self.rows.y, 0.0)
        self.offset = self.rows.offset if whole else np.where(self.used, self.rows.offset, -np.inf)
        first = self.rows.first
        self.events = np.add.reduceat(self.y, first[:-1]) if len(first) > 1 else np.zeros(0)
        size = self.rows.times + self.rows.columns
        self.parts = np.zeros(self.rows.times, np.int64)
        self.kept, self.inverse = np.zeros(size, np.bool_), np.zeros((size, size))

    def means(self, block: Block, theta: Array, beta: Array) -> tuple[Array, float]:
        """Fitted means of a block's rows (0 on rows not used), and the block's part of the log likelihood."""
        log = self.offset[block.rows] + theta[self.rows.time[block.rows]]
        if beta.any():
            log += self.rows.product(block, beta)
        events = self.events[block.units]
        linear = float(self.y[block.rows] @ np.where(np.isfinite(log), log, 0.0))
        top = np.maximum.reduceat(log, block.starts)
        if np.abs(top[np.isfinite(top)]).max(initial=0.0) > LARGE:
            top[~np.isfinite(top)] = 0.0
            log -= block.spread(top)
        else:
            top = np.zeros(1)
        np.exp(log, out=log)
        total = block.total(log)
        total[events == 0] = 1.0
        log *= block.spread(events / total)
        return log, linear - float(events @ (np.log(total) + top))

    def begin(self) -> None:
        """Bring the time effects near, by the margins of time: it spares an iteration."""
        events, sums = np.bincount(self.rows.time, self.y, self.rows.times), np.zeros(self.rows.times)
        for block in self.rows.blocks:
            mu, _ = self.means(block, self.theta, np.zeros(self.rows.columns))
            sums += np.bincount(self.rows.time[block.rows], mu, self.rows.times)
        live = (events > 0) & (sums > 0)
        self.theta[live] = np.log(events[live] / sums[live])

    def point(self, theta: Array, beta: Array) -> Point:
        """The likelihood with its slope and information."""
        times, columns = self.rows.times, self.rows.columns
        value, slope = 0.0, np.zeros(times + columns)
        information = np.zeros((times + columns, times + columns))
        by_time, mixed, by_column = (
            information[:times, :times],
            information[times:, :times],
            information[times:, times:],
        )
        square, middle = np.zeros(columns), np.zeros(columns)
        weight = np.zeros(times)
        for block in self.rows.blocks:
            time, events = self.rows.time[block.rows], self.events[block.units]
            mu, part = self.means(block, theta, beta)
            value += part
            rest = self.y[block.rows] - mu
            safe = np.where(events > 0, events, 1.0)
            cells = self.cells(block, mu)
            weight += cells.sum(axis=0)
            cells /= np.sqrt(safe)[:, None]
            by_time -= cells.T @ cells
            slope[:times] += np.bincount(time, rest, times)
            if not columns:
                continue
            # Columns are taken from their unit's mean first: large levels would drown what is left of them.
            x = self.rows.dense(block)
            mean = block.total(x * mu) / safe
            x -= block.spread(mean)
            slope[times:] += x @ rest
            square += mean**2 @ events
            middle += mean @ events
            weighted = x * mu
            by_column += weighted @ x.T
            for k in range(columns):
                mixed[k] += np.bincount(time, weighted[k], times)
        by_time[np.diag_indices(times)] += weight
        information[:times, times:] = mixed.T
        within, total = np.diagonal(by_column), max(float(weight.sum()), 1.0)
        spread = within + np.maximum(square - middle**2 / total, 0.0) + ROUNDING * (within + square)
        return Point(value, slope, information, np.concatenate((weight, spread)))

    def cells(self, block: Block, values: Array) -> Array:
        """Values of a block's rows as a table of units by times."""
        units, times = len(block.sizes), self.rows.times
        at = np.repeat(np.arange(units) * times, block.sizes) + self.rows.time[block.rows]
        return np.asarray(np.bincount(at, values, units * times), np.float64).reshape(units, times)

    def climb(self, most: int) -> None:
        """Climb to the top: `settled` when there, with `falling` rows when part of the top is infinitely far away."""
        here = self.point(self.theta, self.beta)
        self.kept = told_apart(here)
        linked = sparse.csr_array(here.information[: self.rows.times, : self.rows.times])
        self.parts = csgraph.connected_components(linked, directed=False)[1]
        before = np.inf
        while self.iterations < most:
            self.iterations += 1
            self.inverse = invert(here, self.kept)
            step = self.inverse @ here.slope
            gain = float(step @ here.slope)
            if not np.isfinite(gain):
                return
            if gain <= SUSPECT and (gain <= CONVERGED or gain > SLOW * before):
                self.falling = self.running_away(step)
                if self.falling.any():
                    return
            if gain <= CONVERGED:
                self._move(step)
                self.settled = True
                return
            before = gain
            there = self._further(here, step)
            if there is None:
                self.settled = gain <= SUSPECT
                return
            here = there

    def levelled(self) -> Array:
        """The time effects (T,), relative to the first time of each connected part of the panel."""
        _, first = np.unique(self.parts, return_index=True)
        return np.asarray(self.theta - self.theta[first][self.parts])

    def _move(self, step: Array) -> None:
        self.theta, self.beta = self.theta + step[: self.rows.times], self.beta + step[self.rows.times :]

    def _further(self, here: Point, step: Array) -> Point | None:
        """Go along a step, or a half, a quarter … of it: as far as the likelihood does not fall."""
        floor = here.value - 1e-12 * (1.0 + abs(here.value))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for halving in range(HALVINGS):
                part = step * 0.5**halving
                there = self.point(self.theta + part[: self.rows.times], self.beta + part[self.rows.times :])
                if there.value >= floor and np.isfinite(there.information).all():
                    self._move(part)
                    return there
        return None

    def running_away(self, step: Array) -> Mask:
        """Rows without events whose log means still fall though there is nothing to gain: separated from the rest."""
        falling = np.zeros(len(self.y), np.bool_)
        for block in self.rows.blocks:
            mu, _ = self.means(block, self.theta, self.beta)
            move = step[self.rows.time[block.rows]] + self.rows.product(block, step[self.rows.times :])
            events = self.events[block.units]
            move -= block.spread(block.total(mu * move) / np.where(events > 0, events, 1.0))
            falling[block.rows] = (move < FALLING) & (self.y[block.rows] == 0)
        return falling & self.used

    def influence(self) -> Array:
        """How far each unit moves beta: (U, K)."""
        times = self.rows.times
        moved = np.zeros((len(self.events), self.rows.columns))
        for block in self.rows.blocks:
            mu, _ = self.means(block, self.theta, self.beta)
            rest = self.y[block.rows] - mu
            score = self.cells(block, rest) @ self.inverse[:times, times:]
            if self.rows.columns:
                score += block.total(self.rows.dense(block) * rest).T @ self.inverse[times:, times:]
            moved[block.units] = score
        return moved

    def fitted(self) -> Array:
        """Fitted means of all rows (N,)."""
        parts = [self.means(block, self.theta, self.beta)[0] for block in self.rows.blocks]
        return np.concatenate(parts) if parts else np.zeros(0)


def told_apart(point: Point) -> Mask:
    """Which numbers can be told apart (T + K,): the later one of a collinear set cannot."""
    scale = np.where(point.scale > 0, point.scale, 1.0)
    left = point.information / np.sqrt(np.outer(scale, scale))
    kept = np.zeros(len(scale), np.bool_)
    for k in range(len(scale)):
        pivot = left[k, k]
        if pivot > COLLINEAR:
            kept[k] = True
            left -= np.outer(left[:, k] / pivot, left[k])
    return kept


def invert(point: Point, kept: Mask) -> Array:
    """The inverse information of the kept numbers, 0 for the others."""
    at = np.flatnonzero(kept)
    scale = 1.0 / np.sqrt(point.scale[at])
    core = point.information[np.ix_(at, at)] * np.outer(scale, scale)
    inverse = np.zeros_like(point.information)
    try:
        found = linalg.cho_solve(linalg.cho_factor(core, lower=True), np.eye(len(at)))
    except linalg.LinAlgError:
        found = linalg.pinvh(core)
    inverse[np.ix_(at, at)] = found * np.outer(scale, scale)
    return inverse
