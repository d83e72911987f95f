"""Attacks on a release of absence with what a reader has: the figures shown and the roster. Pure.

Rows are cells that are shown, columns are teams; what is hidden together is one column, a class. `attack` asks:

- rank: does some combination of rows lie inside a hidden cell?
- integer programme: does a combination with whole weights from -2 to 2 touch fewer agents than allowed, also for a
  reader who takes away what he knows: one team, one client, or all clients of one manager?
- linear programme: how far can a hidden cell or one agent be moved with every figure met? Agents with leave and days
  are bounded together: whoever was away had 1 to `cap` days.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: Agents, agents with leave, agents without, insiders, cap, margin.
Limits = tuple[int, int, int, int, int, int]

#: The largest weight that a combination of rows gives to one of them.
WEIGHT: Final = 2
#: Slack for answers that are whole numbers.
NEAR: Final = 1e-6
INFEASIBLE: Final = 2


@dataclass(frozen=True, slots=True)
class Told:
    """A cell that is shown: its name for the log, the teams in it as a mask (T,), and its figures."""

    name: str
    members: Mask
    with_leave: int
    days: int


def attack(
    told: Sequence[Told],
    hidden: Sequence[tuple[str, Mask]],
    sizes: Whole,
    readers: Sequence[Mask],
    limits: Limits,
    until: float,
) -> list[str]:
    """What can be derived and must not be. `sizes` (T,) is the roster, `readers` the teams that each of them knows.

    `until` is on the monotonic clock. Anything that fails, contradicts itself or runs out of time is a finding too.
    """
    rows = np.array([one.members for one in told], dtype=np.int64)
    columns, at = np.unique(rows, axis=1, return_inverse=True)
    at = at.reshape(-1)
    outside = ~columns.any(axis=0)
    if outside.any():
        return ["teams are outside every cell that is shown"]
    agents = np.bincount(at, weights=sizes).astype(np.int64)
    figures = np.array([(one.with_leave, one.days) for one in told], dtype=np.float64)
    totals, _, rank, _ = np.linalg.lstsq(columns.astype(float), figures, rcond=None)
    whole = np.rint(totals).astype(np.int64)
    if rank < columns.shape[1] or (columns @ whole != figures).any():
        return ["the cells do not nest, or their figures contradict each other"]
    found = [f"{name} can be derived" for name, mask in hidden if _derivable(columns, at, mask)]
    found += _groups(columns, at, sizes, readers, agents, limits, until)
    return found + _moved(whole, at, hidden, sizes, agents, limits, until)


def _derivable(columns: Whole, at: Whole, cell: Mask) -> bool:
    """Whether a combination of rows lies inside the cell: the rank falls without the cell's columns."""
    whole = np.isin(np.arange(columns.shape[1]), at[~cell])
    # A class that keeps a team outside the cell keeps its column, and with all its columns a matrix keeps its rank.
    return bool(not whole.all() and np.linalg.matrix_rank(columns) > np.linalg.matrix_rank(columns[:, whole]))


def _groups(
    columns: Whole, at: Whole, sizes: Whole, readers: Sequence[Mask], agents: Whole, limits: Limits, until: float
) -> list[str]:
    """Groups that are too small: by the figures alone, and for readers who know some teams."""
    fewest, _, _, insiders, _, _ = limits
    known = [np.bincount(at[mine], sizes[mine], len(agents)).astype(np.int64) for mine in readers]
    found = []
    for what, below, left in (
        ("a group", fewest, [agents]),
        ("what an insider does not know", insiders, [agents - one for one in known]),
    ):
        answers = [exists(columns, unknown, below, until) for unknown in left]
        if any(answers):
            found.append(f"{what} of fewer than {below} can be derived")
        elif None in answers:
            found.append(f"{what} of fewer than {below}: not disproved in time")
    return found


def exists(columns: Whole, unknown: Whole, below: int, until: float) -> bool | None:
    """Whether a combination of rows touches at least 1 and fewer than `below` agents unknown to the reader.

    `columns` (R, J) has a row for each figure and a column for each class; `unknown` (J,) counts a class's agents whom
    the reader does not know. None when there is no answer in time. Variables of the programme: weights of rows, then
    for each class whether it is touched, then whether it proves that something unknown is.
    """
    small = unknown < below
    telling = small & (unknown > 0)
    if not telling.any():
        # Every combination touches a class, and one class is too many already or tells this reader nothing.
        return False
    left = until - time.monotonic()
    if left <= 0:
        return None
    rows, classes = columns.shape
    most = WEIGHT * np.abs(columns).sum(axis=0)
    combined, eye = sparse.csr_array(columns.T), sparse.eye_array(classes)
    bound, none, free = sparse.diags_array(most.astype(float)), sparse.csr_array((classes, classes)), np.inf
    conditions = [
        optimize.LinearConstraint(sparse.hstack([combined, -bound, none]).tocsr(), -free, 0),
        optimize.LinearConstraint(sparse.hstack([-combined, -bound, none]).tocsr(), -free, 0),
        # Signs may be turned, so one class that tells something can be asked for a positive sum.
        optimize.LinearConstraint(sparse.hstack([-combined, none, bound + eye]).tocsr(), -free, most),
        optimize.LinearConstraint(np.repeat([0, 0, 1], [rows, classes, classes])[None, :], 1, 1),
        optimize.LinearConstraint(np.concatenate([np.zeros(rows), unknown, np.zeros(classes)])[None, :], 0, below - 1),
    ]
    ones = np.ones(rows)
    answer = optimize.milp(
        np.zeros(rows + 2 * classes),
        constraints=conditions,
        bounds=optimize.Bounds(
            np.concatenate([-WEIGHT * ones, np.zeros(2 * classes)]), np.concatenate([WEIGHT * ones, small, telling])
        ),
        integrality=np.ones(rows + 2 * classes),
        options={"time_limit": left},
    )
    if answer.status == INFEASIBLE:
        return False
    return True if answer.x is not None else None


def _moved(
    totals: Whole,
    at: Whole,
    hidden: Sequence[tuple[str, Mask]],
    sizes: Whole,
    agents: Whole,
    limits: Limits,
    until: float,
) -> list[str]:
    """Classes that break a rule by their figures, and hidden cells and agents that cannot be moved far enough."""
    _, with_leave, without, _, cap, margin = limits
    found = [
        "what is hidden together has too few agents with or without leave"
        for n, (took, _) in zip(agents, totals, strict=True)
        if took < with_leave or n - took < without
    ]
    # Figures of classes are determined, so each class is a problem of its own and all are solved at once.
    parts = [(name, j, int(sizes[mask & (at == j)].sum())) for name, mask in hidden for j in np.unique(at[mask])]
    questions = [(name, j, part, 0) for name, j, part in dict.fromkeys(parts)]
    questions += [("an agent", j, 1, 0) for j in range(len(agents))]
    questions += [("an agent known to have been away", j, 1, 1) for j in range(len(agents))]
    part = np.array([one[2] for one in questions])
    away = np.array([one[3] for one in questions])
    of = np.array([one[1] for one in questions], dtype=np.int64)
    ranges = [spread(totals[of], agents[of], part, away, cap, what, until) for what in (0, 1)]
    if any(one is None for one in ranges):
        return [*found, "the figures contradict each other, or bounds were not found in time"]
    leave, days = (np.asarray(one) for one in ranges)
    for (name, _, _, is_away), moved, far in zip(questions, leave, days, strict=True):
        if far < margin - NEAR or (moved < 1 - NEAR and not is_away):
            found.append(f"{name} is known to within less than {margin} days")
    return found


def spread(
    totals: Whole, agents: Whole, part: Whole, away: Whole, cap: int, what: int, until: float
) -> NDArray[np.float64] | None:
    """How far `part` agents (Q,) of each class can be moved in agents with leave (`what` 0) or days (1).

    `totals` (Q, 2) are a class's agents with leave and days, `agents` (Q,) its size, `away` (Q,) how many of the part
    are known to have had leave. None when no world meets the figures or time runs out.
    """
    n = len(part)
    eye, none = sparse.eye_array(n), sparse.csr_array((n, n))
    # Variables: leave of the part, days of the part, leave of the others, days of the others.
    same = sparse.vstack([sparse.hstack([eye, none, eye, none]), sparse.hstack([none, eye, none, eye])])
    bounded = sparse.vstack(
        [
            sparse.hstack([eye, -eye, none, none]),
            sparse.hstack([-cap * eye, eye, none, none]),
            sparse.hstack([none, none, eye, -eye]),
            sparse.hstack([none, none, -cap * eye, eye]),
        ]
    )
    rest = agents - part
    low = np.concatenate([away, away, np.zeros(2 * n)])
    high = np.concatenate([part, cap * part, rest, cap * rest])
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(4 * n)
        goal[what * n : (what + 1) * n] = sign
        left = until - time.monotonic()
        if left <= 0:
            return None
        answer = optimize.linprog(
            goal,
            A_ub=bounded.tocsr(),
            b_ub=np.zeros(4 * n),
            A_eq=same.tocsr(),
            b_eq=totals.T.reshape(-1),
            bounds=np.column_stack([low, high]),
            method="highs",
            options={"time_limit": left},
        )
        if answer.status != 0:
            return None
        ends.append(answer.x[what * n : (what + 1) * n])
    return np.asarray(ends[1] - ends[0])
