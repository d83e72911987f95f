"""Facts about circular shifts: they keep each client's level and waves, and break only the timing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ethics.wellbeing.randomisation import aggregate, shift


def test_residuals_are_gathered_by_share_client_and_week() -> None:
    shares = sparse.csr_array(np.array([[0.25, 0.75], [1.0, 0], [0.5, 0.5]]))
    sums = aggregate(shares, np.array([1.0, -2, 4]), np.array([0, 0, 2]), 3)
    assert sums.tolist() == [[0.25 - 2, 0, 2], [0.75, 0, 2]]


def test_every_shift_is_a_rotation_of_each_clients_rates() -> None:
    rng = np.random.default_rng(0)
    residuals, rates = rng.normal(size=(2, 5)), rng.normal(size=(2, 5))
    centred = rates - rates.mean(axis=1, keepdims=True)
    possible = {
        round(float((residuals[0] * np.roll(centred[0], a) + residuals[1] * np.roll(centred[1], b)).sum()), 9)
        for a in range(5)
        for b in range(5)
    }
    shifts = shift(residuals, rates, np.random.default_rng(1), times=2000)
    assert {round(float(value), 9) for value in shifts.shifted} == possible
    assert shifts.actual == pytest.approx((residuals * centred).sum())


def test_the_level_of_rates_means_nothing_to_the_shifts() -> None:
    rng = np.random.default_rng(0)
    residuals, rates = rng.normal(size=(3, 20)), rng.normal(size=(3, 20))
    one, other = (shift(residuals, rates + level, np.random.default_rng(1)) for level in (0.0, 9.0))
    assert other.p == one.p
    assert other.spread == pytest.approx(one.spread)


def test_p_is_uniform_when_timing_means_nothing_and_never_nought() -> None:
    rng = np.random.default_rng(0)
    ps = [shift(rng.normal(size=(4, 60)), rng.normal(size=(4, 60)), rng, times=199).p for _ in range(400)]
    assert min(ps) >= 1 / 200
    assert np.mean(np.array(ps) <= 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(np.array(ps) <= 0.5) == pytest.approx(0.5, abs=0.08)
    same = rng.normal(size=(4, 60))
    assert shift(same, same, rng).p == 0.001
