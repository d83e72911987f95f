"""Months of absence beside their quarter, and attacks on what is told of both."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from ethics.disclosure import Figures
from tests.attacks import CAP, World, broken, large


@dataclass(frozen=True)
class Months:
    """A quarter by months: (N, 3) days, -1 where the agent was not employed; and each manager's clients."""

    team: tuple[int, ...]
    client_of: dict[int, int]
    by_month: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    known: tuple[frozenset[int], ...] = ()


def split(of: World, *, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """A world's days, each put into a month by chance."""
    return np.random.default_rng(seed).multinomial(of.days, [1 / 3] * 3)


@st.composite
def months(draw: st.DrawFn) -> Months:
    """A company of 15 to 120 agents in a few teams, with few, some or many long absences."""
    seed = draw(st.integers(0, 2**32))
    chance = np.random.default_rng(seed)
    of = large(draw(st.sampled_from([15, 40, 120])), draw(st.integers(1, 3)), draw(st.integers(3, 4)), seed=seed)
    by_month = split(of, seed=seed)
    by_month = np.minimum(by_month, draw(st.sampled_from([60, 60, 5, 3])))
    for _ in range(draw(st.integers(0, 3))):
        by_month[chance.integers(len(by_month))] = chance.integers(0, 22, 3)
    habit = draw(st.sampled_from(["none", "one month each", "everybody", "mostly the first"]))
    if habit == "one month each":
        by_month[chance.random(len(by_month)) < 0.5] *= chance.permutation([0, 0, 1])
    if habit == "everybody":
        by_month[by_month.sum(axis=1) == 0, chance.integers(3)] = 2
    if habit == "mostly the first":
        late = np.flatnonzero(by_month[:, 0] == 0)
        by_month[late, 1:] = 0
        by_month[late[:4], 1:] = chance.choice([[0, 9], [1, 0], [1, 1], [0, 1]], min(len(late), 4))
        by_month[by_month[:, 0] > 0, 0] = chance.choice([3, 10, 12], (by_month[:, 0] > 0).sum())
    by_month[chance.random(len(by_month)) < 0.05, chance.integers(3)] = -1
    known = draw(st.lists(st.frozensets(st.integers(0, 2), min_size=2), max_size=1))
    return Months(of.team, of.client_of, by_month, tuple(known))


def _late() -> Months:
    """Whoever was away after the first month had reached the cap in it, except three agents."""
    early = [(12, m % 5 + 1, 3 * (m % 2)) for m in range(10)] + [(m, 0, 0) for m in (2, 3, 4, 5, 6, 7)]
    late = [(0, 9, 0), (0, 1, 0), (0, 0, 1)]
    rows = early + late + [(0, 0, 0)] * 21
    return Months((1,) * len(rows), {1: 1}, np.array(rows))


def _calm() -> Months:
    """A manager knows two clients of three; at the third nobody was away in the first month."""
    client = [1] * 20 + [2] * 20 + [3] * 20
    rows = [(2, 4, 0), (12, 0, 2), (3, 12, 1), (1, 2, 12), (0, 5, 5), *[(0, 0, 0)] * 5] * 6
    rows[40:] = [(0, b, c) for _, b, c in rows[40:]]
    return Months(tuple(client), {1: 1, 2: 2, 3: 3}, np.array(rows), (frozenset({1, 2}),))


def _lone() -> Months:
    """In the last month one agent was away."""
    rows = [(2, 4, 0), (12, 3, 0), (3, 12, 0), (1, 12, 0), (0, 5, 0), (5, 0, 0), *[(0, 0, 0)] * 4] * 6 + [(2, 2, 4)]
    return Months((1,) * len(rows), {1: 1}, np.array(rows))


MONTH_EXAMPLES = (_late(), _calm(), _lone())


def nonnegative() -> list[tuple[int, ...]]:
    """Weights from -1 to 1 for the quarter and its months that give no agent less than nothing, whatever he or she had."""
    days = np.array(list(itertools.product((0, 1, 4, 5, 9, 10, 15), repeat=3)))
    rows = np.column_stack([np.minimum(days.sum(axis=1), CAP), np.minimum(days, CAP)])
    weights = [w for w in itertools.product((-1, 0, 1), repeat=4) if any(w)]
    return [w for w in weights if (rows @ np.array(w) >= 0).all()]


def months_are_all_or_none(of: Months, told: list[Figures | None]) -> None:
    """No month is missing beside others, and those shown are true."""
    if any(told):
        here = of.by_month >= 0
        for m, figures in enumerate(told):
            capped = np.minimum(of.by_month[here[:, m], m], CAP)
            assert figures == Figures(len(capped), int((capped > 0).sum()), int(capped.sum()))


def no_difference_tells_of_few(of: Months, told: list[Figures | None]) -> None:
    """Rows of months and quarter, added and subtracted so that no agent counts less than nothing, concern no few."""
    if not any(told):
        return
    days = np.maximum(of.by_month, 0)
    told_days = np.column_stack([np.minimum(days.sum(axis=1), CAP), np.minimum(days, CAP)])
    told_leave = np.column_stack([days.sum(axis=1) > 0, days > 0]).astype(np.int64)
    for number, rows in enumerate((told_days, told_leave)):
        for weights in nonnegative():
            values = sorted((rows @ np.array(weights)).tolist(), reverse=True)
            assert sum(v > 0 for v in values) >= 3, weights
            assert 5 * sum(values[2:]) >= values[0], weights
            # Days: whoever knows who was away, and one of them, is not told another's.
            assert number or any(v > 1 for v in values[2:]), weights


def every_month_follows_the_rules(of: Months, told: list[Figures | None]) -> None:
    """Each month and the quarter break no rule as a cell, insiders included."""
    if not any(told):
        return
    days = np.maximum(of.by_month, 0)
    for column, here in [(days.sum(axis=1), days[:, 0] >= 0), *zip(days.T, (of.by_month >= 0).T, strict=True)]:
        one = World(of.team, of.client_of, tuple(column.tolist()), of.known)
        assert not broken(one, frozenset(np.flatnonzero(here).tolist()))


MONTH_ATTACKS = (months_are_all_or_none, no_difference_tells_of_few, every_month_follows_the_rules)
