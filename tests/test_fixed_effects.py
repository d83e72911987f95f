"""The fixed-effects engine says what others say, however the rows are laid out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize

from ethics.wellbeing.fixed_effects import fit_poisson
from tests import fitting
from tests.fitting import Drawn, say_the_same, small, with_column


def one_column() -> Drawn:
    return fitting.draw(80, 40, shares=False, seed=4)


def sparse_shares() -> Drawn:
    return fitting.draw(250, 52, shares=True, seed=5)


def uneven() -> Drawn:
    """Some units come for two weeks and some for all; exposures differ a hundredfold."""
    drawn = fitting.draw(120, 60, shares=False, seed=6)
    rng = np.random.default_rng(6)
    kept = drawn.time < rng.integers(2, 61, 120)[drawn.unit]
    offset = drawn.offset + np.log(rng.uniform(0.1, 10, len(drawn.y)))
    y = rng.poisson(np.exp(offset - 4 + 0.3 * drawn.x[:, 0]))
    return Drawn(y[kept], drawn.x[kept], drawn.unit[kept], drawn.time[kept], offset[kept])


def overdispersed() -> Drawn:
    """Large, uneven counts; columns with few values, alike for many rows."""
    drawn = small(7)
    rng = np.random.default_rng(7)
    y = rng.poisson(np.exp(1 + 0.4 * np.round(drawn.x[:, 0])) * rng.gamma(0.3, 3, len(drawn.y)))
    return replace(drawn, x=np.round(drawn.x), y=y)


SHAPES = {"one column": one_column, "19 shares": sparse_shares, "uneven": uneven, "overdispersed": overdispersed}


@pytest.mark.parametrize("shape", SHAPES)
def test_coefficients_and_errors_are_those_of_pyfixest(shape: str) -> None:
    drawn = SHAPES[shape]()
    ours, theirs = drawn.fit(), fitting.peer(drawn, iwls_tol=1e-12)()
    assert not ours.problem
    assert ours.rows.sum() == theirs._N
    np.testing.assert_allclose(ours.beta, theirs.coef(), atol=1e-6, rtol=0)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.se(), rtol=1e-3)


def test_without_time_effects_they_are_those_of_pyfixest_too() -> None:
    drawn = small()
    ours, theirs = (
        fit_poisson(drawn.y, drawn.x, drawn.unit, None, drawn.offset),
        fitting.peer(drawn, "unit", iwls_tol=1e-12)(),
    )
    np.testing.assert_allclose(ours.beta, theirs.coef(), atol=1e-6, rtol=0)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.se(), rtol=1e-3)
    assert ours.time_effects.shape == (0,)


# How the rows are laid out does not matter.


def test_rows_in_any_order_give_the_same_fit() -> None:
    drawn = small()
    order = np.random.default_rng(1).permutation(len(drawn.y))
    mixed = Drawn(drawn.y[order], drawn.x[order], drawn.unit[order], drawn.time[order], drawn.offset[order])
    fit, straight = mixed.fit(), drawn.fit()
    say_the_same(fit, straight)
    np.testing.assert_allclose(fit.mu, straight.mu[order], atol=1e-12)
    assert (fit.rows == straight.rows[order]).all()


def test_names_of_units_do_not_matter() -> None:
    drawn = small()
    named = replace(drawn, unit=(drawn.unit * 7919 + 13) % 10_007 - 5000)
    fit, straight = named.fit(), drawn.fit()
    say_the_same(fit, straight)
    assert set(fit.units) == set((straight.units * 7919 + 13) % 10_007 - 5000)


def test_a_constant_in_the_offset_goes_into_the_unit_effects() -> None:
    drawn = small()
    say_the_same(replace(drawn, offset=drawn.offset + 900).fit(), drawn.fit())


@pytest.mark.parametrize("factor", [1e-8, 12.5, 1e7])
def test_a_column_times_c_has_a_coefficient_divided_by_c(factor: float) -> None:
    drawn = small()
    scaled, straight = replace(drawn, x=drawn.x * factor).fit(), drawn.fit()
    np.testing.assert_allclose(scaled.beta * factor, straight.beta, rtol=1e-9)
    assert scaled.error(0) * factor == pytest.approx(straight.error(0), rel=1e-9)


def test_the_level_of_a_column_does_not_matter() -> None:
    drawn = small()
    np.testing.assert_allclose(replace(drawn, x=drawn.x + 1e7).fit().beta, drawn.fit().beta, atol=1e-7)


def test_counts_a_million_times_as_large_have_the_same_coefficients() -> None:
    drawn = small()
    np.testing.assert_allclose(replace(drawn, y=drawn.y * 1_000_000).fit().beta, drawn.fit().beta, rtol=1e-8)


@pytest.mark.parametrize("block_rows", [1, 50, 777, 10**6])
def test_the_size_of_blocks_does_not_matter(block_rows: int) -> None:
    drawn = sparse_shares()
    fit = fit_poisson(drawn.y, drawn.x, drawn.unit, drawn.time, drawn.offset, block_rows=block_rows)
    say_the_same(fit, drawn.fit(), 1e-11)


def test_sparse_columns_fit_as_dense_ones_do() -> None:
    drawn = sparse_shares()
    say_the_same(drawn.fit(), replace(drawn, x=drawn.x.toarray()).fit(), 1e-12)


def test_the_same_rows_give_the_same_bytes() -> None:
    drawn = sparse_shares()
    assert drawn.fit().covariance.tobytes() == drawn.fit().covariance.tobytes()


def test_what_was_given_is_left_as_it_was() -> None:
    drawn, same = small(), small()
    with_column(drawn, 1, drawn.y == 0)
    drawn.fit()
    assert (drawn.x == same.x).all() and (drawn.offset == same.offset).all() and (drawn.y == same.y).all()


def test_an_earlier_fit_is_a_shorter_way() -> None:
    drawn = small()
    cold = drawn.fit()
    warm = fit_poisson(drawn.y, drawn.x, drawn.unit, drawn.time, drawn.offset, start=cold)
    assert warm.iterations < cold.iterations
    say_the_same(warm, cold, 1e-7)


# What a fit tells.


def test_a_single_count_in_two_weeks_has_the_textbook_answer() -> None:
    # Each unit: 1 event of 4 in the first week without, 3 in the second with: beta = log 3, variance 1/1 + 1/3 a unit.
    y, x = np.tile([1, 3], 10), np.tile([0.0, 1.0], 10)[:, None]
    fit = fit_poisson(y, x, np.repeat(np.arange(10), 2))
    assert fit.beta[0] == pytest.approx(np.log(3))
    assert fit.model_covariance[0, 0] == pytest.approx((1 + 1 / 3) / 10)
    assert fit.covariance[0, 0] == pytest.approx(0, abs=1e-20)


def test_means_sum_to_the_events_of_each_unit_and_each_time() -> None:
    drawn = small()
    fit = drawn.fit()
    for group in (drawn.unit, drawn.time):
        np.testing.assert_allclose(np.bincount(group, fit.mu), np.bincount(group, drawn.y), atol=1e-8)
    assert fit.time_effects[0] == 0


def test_the_covariance_is_made_of_the_influence() -> None:
    fit = small().fit()
    clusters = len(fit.units)
    np.testing.assert_allclose(fit.covariance, fit.influence.T @ fit.influence * clusters / (clusters - 1))
    assert fit.error(1) == pytest.approx(fit.covariance[1, 1] ** 0.5)


def test_influence_is_how_far_the_estimate_moves_when_a_unit_goes() -> None:
    drawn = small()
    fit = drawn.fit()
    which = int(np.argmax(np.abs(fit.influence[:, 0])))
    stay = drawn.unit != fit.units[which]
    without = fit_poisson(drawn.y[stay], drawn.x[stay], drawn.unit[stay], drawn.time[stay], drawn.offset[stay])
    assert fit.beta[0] - without.beta[0] == pytest.approx(fit.influence[which, 0], rel=0.25)


def test_equal_units_count_in_full_and_one_that_outweighs_the_rest_counts_as_one() -> None:
    fit = small().fit()
    level = replace(fit, influence=np.tile([[1.0, 0, 0], [-1.0, 0, 0]], (20, 1)))
    assert level.effective_clusters([1, 0, 0]) == pytest.approx(40)
    lone = replace(fit, influence=np.array([[100.0, 0, 0], *[[0.1, 0, 0]] * 39]))
    assert lone.effective_clusters([1, 0, 0]) == pytest.approx(1, abs=0.01)
    assert 1 < fit.effective_clusters([1, 0, 0]) < 60


# Against explicit dummies, on panels so small that most things that can go wrong do.


def dummies(drawn: Drawn) -> Any:
    return np.hstack([drawn.x, np.eye(drawn.unit.max() + 1)[drawn.unit], np.eye(drawn.time.max() + 1)[drawn.time]])


def predicted_exactly(drawn: Drawn, design: Any) -> Any:
    """Rows without events that a combination of all columns separates from the rest, by linear programmes."""
    found = np.zeros(len(drawn.y), bool)
    while True:
        zero, more = design[(drawn.y == 0) & ~found], design[drawn.y > 0]
        if not len(zero):
            return found
        # Make the sum over rows without events as low as can be; none may rise, rows with events stand still.
        best = optimize.linprog(
            zero.sum(axis=0),
            A_ub=np.vstack([zero, -zero]),
            b_ub=np.concatenate([np.zeros(len(zero)), np.ones(len(zero))]),
            A_eq=more if len(more) else None,
            b_eq=np.zeros(len(more)) if len(more) else None,
            bounds=(None, None),
        )
        falls = zero @ best.x < -1e-6
        if not falls.any():
            return found
        found[np.flatnonzero((drawn.y == 0) & ~found)[falls]] = True


def fitted_densely(design: Any, y: Any, offset: Any) -> Any:
    """Fitted means by iterated least squares on all columns."""
    log = np.log(y + 0.1)
    for _ in range(200):
        mu = np.exp(log)
        root = np.sqrt(mu)
        working = root * (log - offset + (y - mu) / mu)
        log = offset + design @ np.linalg.lstsq(design * root[:, None], working, rcond=1e-12)[0]
    return np.exp(log)


@st.composite
def tiny(draw: st.DrawFn) -> Drawn:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    units, times, columns = draw(st.integers(2, 8)), draw(st.integers(2, 6)), draw(st.integers(1, 3))
    unit, time = np.nonzero(rng.random((units, times)) < draw(st.sampled_from([0.6, 1.0])))
    x = rng.integers(-1, 2, (len(unit), columns)) * (rng.random((len(unit), columns)) < draw(st.floats(0.1, 1)))
    y = rng.poisson(draw(st.sampled_from([0.15, 0.6, 4.0])), len(unit))
    assume(len(unit) > 0)
    return Drawn(y, x.astype(float), unit, time, rng.normal(0, 0.5, len(unit)))


@given(tiny())
@settings(max_examples=150, deadline=None)
def test_the_fit_is_that_of_explicit_dummies(drawn: Drawn) -> None:
    fit, design = drawn.fit(), dummies(drawn)
    if fit.problem in {"no-events", "one-unit"}:
        return
    assert fit.problem != "not-converged"
    exact = predicted_exactly(drawn, design)
    assert not fit.rows[exact].any()
    mu = np.zeros(len(drawn.y))
    mu[~exact] = fitted_densely(design[~exact], drawn.y[~exact], drawn.offset[~exact])
    np.testing.assert_allclose(fit.mu[fit.rows], mu[fit.rows], atol=1e-6)
    # Other rows were left out because the effects fit them exactly.
    np.testing.assert_allclose(mu[~fit.rows], drawn.y[~fit.rows], atol=1e-6)
    kept = [k for k in range(drawn.x.shape[1]) if k not in fit.dropped]
    effects = design[fit.rows][:, drawn.x.shape[1] :]
    ranks = [np.linalg.matrix_rank(np.hstack([drawn.x[fit.rows][:, c], effects])) for c in ([], kept, slice(None))]
    assert ranks[1] == ranks[2] == ranks[0] + len(kept)
