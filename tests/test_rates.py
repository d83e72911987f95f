"""Facts about mismatch rates: the model is integrated right, its intervals hold, and evidence moves it."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from ethics.mismatches.rates import Rates, posterior_rates
from tests.validation.rates import coverage

# The grid leaves relative errors of about 1e-5 in a mean, and 1e-5 in the probability below a limit.
CLOSE = 1e-4

portfolios = st.lists(st.tuples(st.integers(0, 60), st.integers(50, 200_000)), min_size=1, max_size=6).map(
    lambda clients: ([count for count, _ in clients], [contacts for _, contacts in clients])
)


@pytest.mark.parametrize(("clients", "shape"), [(8, 0.5), (8, 8.0), (20, 2.0)])
def test_the_interval_of_small_clients_holds_the_truth_93_to_97_percent_of_the_time(clients: int, shape: float) -> None:
    share, error = coverage(clients, shape, repetitions=150)
    assert 0.93 - 3 * error <= share <= 0.97 + 3 * error


def by_rectangles(counts: list[int], thousands: list[float], client: int, rate: float) -> tuple[float, float]:
    """Posterior mean of a client's rate and P(rate below the given one), by scipy on a plain rectangle."""
    shape = np.exp(np.linspace(-6, 6, 361))[:, None]
    log_mean = np.linspace(-18, 18, 721)
    scale = np.exp(log_mean) / shape
    density = stats.norm.pdf(log_mean, 0, 3) * stats.logistic.pdf(np.log(shape))
    for count, size in zip(counts, thousands, strict=True):
        density = density * stats.nbinom.pmf(count, shape, 1 / (1 + size * scale))
    density[[0, -1]] /= 2
    weight = density / density.sum()
    own = stats.gamma(counts[client] + shape, scale=1 / (1 / scale + thousands[client]))
    return float((weight * own.mean()).sum()), float((weight * own.cdf(rate)).sum())


@pytest.mark.parametrize(
    ("counts", "contacts"),
    [
        ([3], [1000]),
        ([0, 12], [700, 2500]),
        ([2, 0, 30, 1], [150, 4000, 9000, 20_000]),
        ([40, 38, 45], [10_000] * 3),
        ([53, 0, 5], [103, 1324, 70_056]),
    ],
)
def test_mean_and_limits_agree_with_brute_force(counts: list[int], contacts: list[int]) -> None:
    rates = posterior_rates(counts, contacts, mass=0.9)
    thousands = [number / 1000 for number in contacts]
    for client in range(len(counts)):
        mean, below_low = by_rectangles(counts, thousands, client, float(rates.low[client]))
        _, below_high = by_rectangles(counts, thousands, client, float(rates.high[client]))
        assert rates.mean[client] == pytest.approx(mean, rel=CLOSE)
        assert (below_low, below_high) == pytest.approx((0.05, 0.95), abs=3e-5)


def test_one_client_agrees_with_adaptive_quadrature() -> None:
    """Four mismatches in 2,000 contacts; the mean is a ratio of two double integrals done by QUADPACK."""

    def integral(power: int) -> float:
        def integrand(log_mean: float, log_shape: float) -> float:
            a = math.exp(log_shape)
            rate = a / math.exp(log_mean)
            count = math.lgamma(4 + a) - math.lgamma(a) + a * math.log(rate / (rate + 2)) - 4 * math.log(rate + 2)
            prior = -(log_mean**2) / 18 - log_shape - 2 * math.log1p(math.exp(-log_shape))
            return math.exp(count + prior) * ((4 + a) / (rate + 2)) ** power

        return float(integrate.dblquad(integrand, -6, 6, -12, 15, epsabs=1e-8, epsrel=1e-6)[0])

    assert posterior_rates([4], [2000]).mean[0] == pytest.approx(integral(1) / integral(0), rel=CLOSE)


def test_draws_follow_the_reported_distribution() -> None:
    rates = posterior_rates([[2, 0], [9, 1], [0, 0]], [1500, 2500, 8000])
    draws = rates.draws(40_000, np.random.default_rng(7))
    assert draws.shape == (40_000, 3, 2)
    inside = ((draws >= rates.low) & (draws <= rates.high)).mean(axis=0)
    assert np.abs(inside - 0.95).max() < 4 * np.sqrt(0.95 * 0.05 / 40_000)


@settings(max_examples=40, deadline=None)
@given(portfolios, st.data())
def test_one_more_mismatch_never_lowers_the_clients_own_rate(
    portfolio: tuple[list[int], list[int]], data: st.DataObject
) -> None:
    counts, contacts = portfolio
    client = data.draw(st.integers(0, len(counts) - 1))
    more = [count + (k == client) for k, count in enumerate(counts)]
    before, after = posterior_rates(counts, contacts), posterior_rates(more, contacts)
    for name in ("mean", "low", "high"):
        assert getattr(after, name)[client] >= getattr(before, name)[client] * (1 - CLOSE)


@settings(max_examples=40, deadline=None)
@given(portfolios, st.data())
def test_more_contacts_never_raise_the_clients_own_rate(
    portfolio: tuple[list[int], list[int]], data: st.DataObject
) -> None:
    counts, contacts = portfolio
    client = data.draw(st.integers(0, len(counts) - 1))
    more = [number * 3 // 2 if k == client else number for k, number in enumerate(contacts)]
    before, after = posterior_rates(counts, contacts), posterior_rates(counts, more)
    for name in ("mean", "low", "high"):
        assert getattr(after, name)[client] <= getattr(before, name)[client] * (1 + CLOSE)


@settings(max_examples=40, deadline=None)
@given(portfolios, st.randoms(use_true_random=False))
def test_the_order_of_clients_does_not_matter(portfolio: tuple[list[int], list[int]], random: object) -> None:
    counts, contacts = portfolio
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = posterior_rates(counts, contacts)
    shuffled = posterior_rates([counts[k] for k in order], [contacts[k] for k in order])
    assert shuffled.mean == pytest.approx(straight.mean[order], rel=1e-6)
    assert shuffled.high == pytest.approx(straight.high[order], rel=1e-6)


def test_ten_times_the_contacts_give_a_tenth_of_the_rates() -> None:
    """Up to the weak prior of the mean: 3% here, where 60 mismatches speak."""
    counts, contacts = np.array([3, 14, 8, 22, 5, 8]), np.array([900, 4000, 1500, 5200, 3100, 2600])
    near, far = posterior_rates(counts, contacts), posterior_rates(counts, 10 * contacts)
    assert 10 * far.mean == pytest.approx(near.mean, rel=0.03)


def test_a_small_client_is_drawn_to_the_others_and_a_large_one_stays_where_its_evidence_is() -> None:
    rates = posterior_rates([2, 2000, 400, 390, 410], [200, 200_000, 200_000, 200_000, 200_000])
    assert 2 < rates.mean[0] < 10
    assert rates.mean[1] == pytest.approx(10, rel=0.01)


def test_severities_are_models_of_their_own() -> None:
    counts, contacts = np.array([[5, 0], [9, 1], [2, 0]]), [3000, 4000, 900]
    both = posterior_rates(counts, contacts)
    for column in (0, 1):
        assert (both.mean[:, column] == posterior_rates(counts[:, column], contacts).mean).all()


def test_no_mismatches_at_all_give_low_rates_that_are_not_zero() -> None:
    rates = posterior_rates([0] * 8, [20_000] * 8)
    assert (rates.low <= rates.mean).all()
    assert (rates.mean > 0).all()
    assert (rates.high < 3.7 / 20).all(), "less than the upper limit each client would have alone"


def test_a_client_without_contacts_is_unknown_whatever_its_count() -> None:
    rates = posterior_rates([9, 0, 6, 5], [0, 0, 2000, 2000])
    assert rates.mean[0] == rates.mean[1]
    assert rates.high[0] - rates.low[0] > 2 * (rates.high[2] - rates.low[2])
    assert rates.mean[2:] == pytest.approx(posterior_rates([6, 5], [2000, 2000]).mean)


def test_the_same_input_gives_the_same_bytes_and_the_result_cannot_be_changed() -> None:
    counts, contacts = [[5, 0], [9, 1]], [3000, 4000]
    first, second = posterior_rates(counts, contacts), posterior_rates(counts, contacts)
    for name in ("mean", "low", "high"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    with pytest.raises(ValueError, match="read-only"):
        first.mean[0] = 0


def test_a_thousand_clients_take_less_than_two_seconds() -> None:
    generator = np.random.default_rng(3)
    thousands = np.exp(generator.normal(np.log(3), 1.4, 1000)).clip(0.05, 200)
    counts = generator.poisson(generator.gamma(2, 2, 1000) * thousands)
    start = time.process_time()
    assert isinstance(posterior_rates(counts, 1000 * thousands), Rates)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("counts", "contacts", "mass", "says"),
    [
        ([-1], [10], 0.95, "whole numbers, zero or more"),
        ([1.5], [10], 0.95, "whole numbers"),
        ([np.nan], [10], 0.95, "whole numbers"),
        ([1], [-10], 0.95, "Contacts must be finite"),
        ([1], [np.inf], 0.95, "Contacts must be finite"),
        ([1, 2], [10], 0.95, "one number per client"),
        ([[[1]]], [10], 0.95, r"shape \(clients,\)"),
        (3, 10, 0.95, r"shape \(clients,\)"),
        ([], [], 0.95, "no clients"),
        (["a"], [10], 0.95, "must be numbers"),
        ([1], [10], 1.0, "between 0 and 1"),
        ([1], [10], float("nan"), "between 0 and 1"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(counts: object, contacts: object, mass: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        posterior_rates(counts, contacts, mass=mass)  # type: ignore[arg-type]
