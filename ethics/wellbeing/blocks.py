"""The rows of a panel in blocks of whole units, so that sums over them need little memory. Pure.

Rows lie unit after unit. Sums are taken block after block in that order, so the same rows always give the same sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Some whole units: their place among the rows and the units, where each starts, how many rows it has."""

    rows: slice
    units: slice
    starts: Whole
    sizes: Whole

    def spread(self, values: Array) -> Array:
        """Values of units, repeated on their rows (along the last axis)."""
        return np.repeat(values, self.sizes, axis=-1)

    def total(self, values: Array) -> Array:
        """Sums over each unit's rows (along the last axis)."""
        return np.add.reduceat(values, self.starts, axis=-1)


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Rows in order of unit. `order` says where they stood before, None when they were in order already.

    `y` (N,), `x` (N, K) dense or CSR, `time` (N,), `offset` (N,); `first` (U + 1,) is where each unit starts and, last,
    N; `names` (U,) are the units' own numbers; `times` is T.
    """

    y: Array
    x: Any
    time: Whole
    offset: Array
    first: Whole
    names: Whole
    times: int
    order: Whole | None
    blocks: tuple[Block, ...]

    @property
    def columns(self) -> int:
        """K."""
        return int(self.x.shape[1])

    def product(self, block: Block, beta: Array) -> Array:
        """x @ beta on the rows of a block."""
        return np.asarray(_part(self.x, block.rows) @ beta, dtype=np.float64)

    def dense(self, block: Block) -> Array:
        """The columns of a block, dense and each in one piece: (K, rows), to be overwritten freely."""
        part = _part(self.x, block.rows)
        if sparse.issparse(part):
            return np.asarray(part.T.toarray(), dtype=np.float64, order="C")
        return np.array(part.T, dtype=np.float64, order="C")

    def as_given(self, values: Array | Mask) -> Any:
        """Values of the rows, in the order in which the rows were given."""
        if self.order is None:
            return values
        back = np.empty_like(values)
        back[self.order] = values
        return back

    def informative(self, used: Mask) -> Mask:
        """Those of the used rows that can tell something.

        A unit or a time without events, or with a single row, is fitted exactly whatever the coefficients are.
        """
        units = np.repeat(np.arange(len(self.names)), np.diff(self.first))
        while True:
            kept = used.astype(np.float64)
            events = self.y * kept
            good = np.ones(len(used), np.bool_)
            for group, size in ((units, len(self.names)), (self.time, self.times)):
                if size > 1:
                    telling = np.bincount(group, events, size) > 0
                    telling &= np.bincount(group, kept, size) > 1
                    good &= telling[group]
            good &= used
            if (good == used).all():
                return used
            used = good


def order_rows(y: Any, x: Any, unit: Any, time: Any, offset: Any, block_rows: int) -> Rows:
    """Check what was given and cut it into blocks. Raises ValueError; rows in order of unit are not copied."""
    unit, y = np.asarray(unit), np.asarray(y)
    if y.ndim != 1 or unit.shape != y.shape or x.ndim != 2 or x.shape[0] != len(y):
        raise ValueError("y (N,), x (N, K) and unit (N,) must have the same N")
    if not np.issubdtype(unit.dtype, np.integer):
        raise ValueError("unit must hold whole numbers")
    y = np.asarray(y, dtype=np.float64)
    offset = np.zeros(len(y)) if offset is None else np.asarray(offset, dtype=np.float64)
    time = np.zeros(len(y), np.int64) if time is None else np.asarray(time)
    if offset.shape != y.shape or time.shape != y.shape:
        raise ValueError("time and offset must be as long as y")
    if not np.issubdtype(time.dtype, np.integer) or (len(time) and time.min() < 0):
        raise ValueError("time must hold whole numbers from 0 on")
    if not np.isfinite(offset).all() or not np.isfinite(y).all() or (y < 0).any():
        raise ValueError("y must be finite and not negative, offset finite")
    if sparse.issparse(x):
        x = sparse.csr_array(x)
    if not np.isfinite(x.data if sparse.issparse(x) else x).all():
        raise ValueError("x must be finite")
    order = None
    if (np.diff(unit) < 0).any():
        order = np.argsort(unit, kind="stable")
        y, x, unit, time, offset = y[order], x[order], unit[order], time[order], offset[order]
    new = np.flatnonzero(np.diff(unit)) + 1
    first = np.concatenate(([0], new, [len(y)])) if len(y) else np.zeros(1, np.int64)
    times = int(time.max()) + 1 if len(time) else 0
    blocks = tuple(_cut(first, block_rows, times + int(x.shape[1])))
    names = unit[first[:-1]].astype(np.int64)
    return Rows(y, x, np.ascontiguousarray(time, np.int64), offset, first, names, times, order, blocks)


def _cut(first: Whole, block_rows: int, width: int) -> Iterator[Block]:
    """Blocks of whole units: about `block_rows` rows, and not so many units that a table of them by time is large."""
    unit, units, most = 0, len(first) - 1, max(1, 4 * block_rows // max(width, 1))
    while unit < units:
        end = int(np.searchsorted(first, first[unit] + block_rows, side="right")) - 1
        end = min(max(end, unit + 1), unit + most, units)
        rows = slice(int(first[unit]), int(first[end]))
        yield Block(rows, slice(unit, end), first[unit:end] - rows.start, np.diff(first[unit : end + 1]))
        unit = end


def _part(x: Any, rows: slice) -> Any:
    """Some rows of x; CSR parts share the data."""
    if not sparse.issparse(x):
        return x[rows]
    start, stop = x.indptr[rows.start], x.indptr[rows.stop]
    pointers = x.indptr[rows.start : rows.stop + 1] - start
    return sparse.csr_array((x.data[start:stop], x.indices[start:stop], pointers), (len(pointers) - 1, x.shape[1]))
