"""What the fixed-effects engine cannot tell it leaves out or says so: columns, units, events, steps, wrong rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ethics.wellbeing.fixed_effects import fit_poisson
from tests.fitting import Drawn, say_the_same, small, with_column, without_column


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (lambda d: d.unit % 7, "constant within units"),
        (lambda d: np.sin(d.time) * 50, "purely a matter of time"),
        (lambda d: np.full(len(d.y), 3.7e9), "constant"),
        (lambda d: np.zeros(len(d.y)), "empty"),
        (lambda d: 2 * d.x[:, 0] - d.x[:, 1] + d.unit - 3 * d.time, "made of the others and the effects"),
    ],
)
def test_a_column_that_tells_nothing_of_its_own_is_left_out(values: Callable[[Drawn], Any], why: str) -> None:
    drawn = small()
    fit, rest = with_column(drawn, 2, values(drawn)).fit(), without_column(drawn, 2).fit()
    assert (fit.problem, fit.dropped, fit.separated) == ("", (2,), ()), why
    np.testing.assert_allclose(fit.beta[:2], rest.beta, rtol=1e-8)
    assert np.isnan(fit.beta[2]) and np.isnan(fit.error(2)) and not np.isnan(fit.error(0))


def test_of_two_equal_columns_the_later_one_is_left_out() -> None:
    drawn = small()
    assert with_column(drawn, 2, drawn.x[:, 0]).fit().dropped == (2,)


def test_two_columns_that_differ_by_a_thousandth_are_still_told_apart() -> None:
    drawn = small()
    fit = with_column(drawn, 2, drawn.x[:, 0] + drawn.x[:, 2] / 1000).fit()
    assert fit.dropped == ()
    assert fit.beta[2] == pytest.approx(drawn.fit().beta[2] * 1000, rel=1e-6)


def test_a_column_met_only_without_events_is_named_and_its_rows_go_with_it() -> None:
    drawn = small()
    met = (drawn.y == 0) & (np.arange(len(drawn.y)) % 9 == 0)
    fit = with_column(drawn, 1, np.where(met, np.arange(len(met)) % 5 + 0.5, 0)).fit()
    assert (fit.problem, fit.dropped, fit.separated) == ("", (1,), (1,))
    assert not fit.rows[met].any() and not fit.mu[met].any()
    rest = without_column(drawn, 1)
    alone = fit_poisson(rest.y[~met], rest.x[~met], rest.unit[~met], rest.time[~met], rest.offset[~met])
    np.testing.assert_allclose(fit.beta[[0, 2]], alone.beta, rtol=1e-8)
    assert fit.error(0) == pytest.approx(alone.error(0), rel=1e-6)


def test_what_runs_away_is_seen_before_it_is_far_away() -> None:
    drawn = small()
    met = (drawn.y == 0) & (np.arange(len(drawn.y)) % 9 == 0)
    assert with_column(drawn, 1, met).fit().iterations <= 25


def test_a_unit_left_with_a_single_row_by_separation_is_no_cluster() -> None:
    drawn = small()
    y = np.where(drawn.unit == 5, (drawn.time == 3) * 4, drawn.y)
    fit = with_column(replace(drawn, y=y), 1, (drawn.unit == 5) & (y == 0)).fit()
    assert (fit.problem, fit.separated) == ("", (1,))
    assert 5 not in fit.units


def test_columns_that_only_together_predict_no_events_lose_the_later_one() -> None:
    drawn = small()
    met = (drawn.y == 0) & (np.arange(len(drawn.y)) % 9 == 0)
    fit = with_column(drawn, 2, drawn.x[:, 1] - met).fit()
    assert (fit.problem, fit.separated) == ("", (2,))


def test_when_every_column_predicts_no_events_nothing_is_claimed() -> None:
    drawn = small(columns=1)
    fit = with_column(drawn, 0, drawn.y == 0).fit()
    assert (fit.problem, fit.separated) == ("separated", (0,))
    assert np.isnan(fit.beta).all() and np.isnan(fit.covariance).all()


def test_when_the_effects_explain_every_column_the_fit_says_collinear() -> None:
    drawn = small(columns=1)
    assert with_column(drawn, 0, drawn.unit).fit().problem == "collinear"


def test_units_and_times_without_events_are_left_out() -> None:
    drawn = small()
    y = np.where((drawn.unit == 5) | (drawn.time == 0) | (drawn.time == 9), 0, drawn.y)
    fit = replace(drawn, y=y).fit()
    assert 5 not in fit.units
    assert not fit.rows[(drawn.unit == 5) | (drawn.time == 9)].any()
    assert np.isnan(fit.time_effects[[0, 9]]).all() and fit.time_effects[1] == 0
    kept = (drawn.unit != 5) & (drawn.time != 0) & (drawn.time != 9)
    alone = fit_poisson(y[kept], drawn.x[kept], drawn.unit[kept], drawn.time[kept], drawn.offset[kept])
    say_the_same(fit, alone)


def test_a_unit_with_a_single_row_is_no_cluster() -> None:
    drawn = small()
    kept = (drawn.unit != 5) | (drawn.time == 3)
    y = np.where(drawn.unit == 5, 4, drawn.y)
    fit = fit_poisson(y[kept], drawn.x[kept], drawn.unit[kept], drawn.time[kept], drawn.offset[kept])
    assert 5 not in fit.units
    assert not fit.rows[drawn.unit[kept] == 5].any()


def test_parts_of_a_panel_that_share_no_time_are_each_measured_from_their_first() -> None:
    drawn = small()
    apart = (drawn.unit < 30) == (drawn.time < 15)
    fit = fit_poisson(drawn.y[apart], drawn.x[apart], drawn.unit[apart], drawn.time[apart], drawn.offset[apart])
    assert not fit.problem
    assert fit.time_effects[0] == 0 and fit.time_effects[15] == 0 and (fit.time_effects != 0).sum() == 28


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: replace(d, y=d.y * 0), "no-events"),
        (lambda d: replace(d, y=np.where(d.unit == 3, d.y, 0)), "one-unit"),
        (
            lambda d: replace(d, y=d.y[:0], x=d.x[:0], unit=d.unit[:0], time=d.time[:0], offset=d.offset[:0]),
            "no-events",
        ),
    ],
)
def test_without_events_of_two_units_there_is_no_fit(change: Callable[[Drawn], Drawn], problem: str) -> None:
    fit = change(small()).fit()
    assert fit.problem == problem
    assert np.isnan(fit.beta).all() and np.isnan(fit.covariance).all() and len(fit.beta) == 3


def test_too_few_iterations_are_told_and_leave_no_numbers() -> None:
    drawn = small()
    fit = fit_poisson(drawn.y, drawn.x, drawn.unit, drawn.time, drawn.offset, most_iterations=1)
    assert fit.problem == "not-converged"
    assert np.isnan(fit.beta).all() and np.isnan(fit.covariance).all()


def test_a_steep_slope_is_climbed_though_a_whole_step_would_fall() -> None:
    rng = np.random.default_rng(8)
    unit, x = np.repeat(np.arange(50), 40), rng.standard_cauchy((2000, 1))
    y = rng.poisson(np.minimum(np.exp(-3 + 2 * np.clip(x[:, 0], -6, 4)), 1e6))
    fit = fit_poisson(y, np.clip(x, -6, 4), unit)
    assert not fit.problem
    assert fit.beta[0] == pytest.approx(2, abs=0.02)


def test_without_columns_the_means_are_those_of_the_effects() -> None:
    drawn = small()
    fit = replace(drawn, x=drawn.x[:, :0]).fit()
    assert (fit.problem, fit.beta.shape, fit.covariance.shape) == ("", (0,), (0, 0))
    np.testing.assert_allclose(np.bincount(drawn.time, fit.mu), np.bincount(drawn.time, drawn.y), atol=1e-8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"y": np.array([1.0, -1.0, 0.0])},
        {"y": np.array([1.0, np.nan, 0.0])},
        {"y": np.ones(2)},
        {"x": np.array([[1.0], [np.inf], [0.0]])},
        {"x": np.ones(3)},
        {"x": sparse.csr_array(np.array([[1.0], [np.nan], [0.0]]))},
        {"unit": np.array([0.5, 1.0, 2.0])},
        {"time": np.array([0, -1, 1])},
        {"time": np.zeros(2, int)},
        {"offset": np.array([0.0, -np.inf, 0.0])},
        {"offset": np.zeros(4)},
    ],
)
def test_what_cannot_be_rows_is_a_programmers_error(wrong: dict[str, Any]) -> None:
    right = {"y": np.ones(3), "x": np.ones((3, 1)), "unit": np.arange(3), "time": np.arange(3), "offset": np.zeros(3)}
    with pytest.raises(ValueError, match=r"must"):
        fit_poisson(**{**right, **wrong})
