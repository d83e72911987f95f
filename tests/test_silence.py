"""Facts about the silence watch: its predictions are right, the quiet are heard of, and nobody is called too soon."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from ethics.mismatches.rates import integrate_hyper
from ethics.risk.silence import DRIFTS, Silence, listen
from tests.validation.silence import simulated

Array = NDArray[np.float64]

# Six clients, three categories. The last but one has gone quiet, the last never spoke much.
RECENT = np.array([[4, 1, 0], [9, 0, 2], [7, 2, 1], [30, 3, 5], [2, 0, 1], [1, 0, 0]])
RECENT_CONTACTS = np.array([2000, 3000, 2500, 9000, 4000, 3500])
EARLIER = np.array([[9, 3, 0], [15, 2, 3], [10, 5, 1], [52, 6, 9], [22, 1, 6], [4, 1, 0]])
EARLIER_CONTACTS = np.array([4000, 6500, 5000, 17_000, 7000, 7000])


def one_category(flags: list[int]) -> Array:
    """Flags of each client, all of one of twelve categories."""
    return np.array(flags, dtype=np.float64)[:, None] * (np.arange(12) == 4)


def by_size(flags: list[int], contacts: list[int]) -> tuple[Silence, ...]:
    """Ask about size only: nobody has a past."""
    nothing = np.zeros((len(flags), 12))
    return listen(one_category(flags), contacts, nothing, np.zeros(len(flags)))


def rectangle(counts: Array, thousands: Array) -> tuple[Array, Array, Array]:
    """Weight, shape and rate of the nodes of a plain rectangle over the hyper-parameters, by scipy."""
    shape, log_mean = np.exp(np.linspace(-6, 6, 81))[:, None], np.linspace(-12, 12, 241)
    rate = shape / np.exp(log_mean)
    density = stats.norm.pdf(log_mean, 0, 3) * stats.logistic.pdf(np.log(shape))
    for count, size in zip(counts, thousands, strict=True):
        density = density * stats.nbinom.pmf(count, shape, rate / (rate + size))
    kept = density > density.max() * 1e-9
    return density[kept] / density[kept].sum(), np.broadcast_to(shape, rate.shape)[kept], rate[kept]


@pytest.mark.parametrize("client", range(6))
def test_the_prediction_by_size_agrees_with_a_simulation(client: int) -> None:
    total, thousands = RECENT.sum(axis=1), RECENT_CONTACTS / 1000
    generator = np.random.default_rng(client)
    weight, shape, rate = rectangle(np.delete(total, client), np.delete(thousands, client))
    node = generator.choice(len(weight), 200_000, p=weight)
    rates = generator.gamma(shape[node]) / rate[node]
    flags = generator.poisson(rates * thousands[client])
    found = listen(RECENT, RECENT_CONTACTS, EARLIER, EARLIER_CONTACTS)[client]
    assert found.tail_by_size == pytest.approx((flags <= total[client]).mean(), abs=0.004)
    assert found.typical_by_size == pytest.approx(np.median(rates) * thousands[client], rel=0.02)
    assert found.expected_by_size == pytest.approx((weight * shape / rate).sum() * thousands[client], rel=0.01)


@cache
def earlier_nodes(category: int | None = None) -> tuple[Array, Array, Array]:
    """The rectangle's nodes after the earlier span, for one category or for all flags as one."""
    return rectangle(EARLIER.sum(axis=1) if category is None else EARLIER[:, category], EARLIER_CONTACTS / 1000)


def by_mix(client: int) -> float:
    """P(so few flags or fewer) by the client's own past, category by category, by simulation."""
    generator = np.random.default_rng(client)
    flags = np.zeros(200_000)
    for category in range(3):
        weight, shape, rate = earlier_nodes(category)
        node = generator.choice(len(weight), len(flags), p=weight)
        rates = generator.gamma(shape[node] + EARLIER[client, category])
        rates /= rate[node] + EARLIER_CONTACTS[client] / 1000
        flags += generator.poisson(rates * RECENT_CONTACTS[client] / 1000)
    return float((flags <= RECENT[client].sum()).mean())


def by_total(client: int) -> float:
    """The same with all flags as one and a drift that is learnt from the rises of other clients, on a rectangle."""
    earlier, recent = EARLIER.sum(axis=1), RECENT.sum(axis=1)
    weight, shape, rate = earlier_nodes()

    def chances(k: int, drift: float) -> tuple[float, float]:
        own = shape + earlier[k]
        mean = own / (rate + EARLIER_CONTACTS[k] / 1000) * RECENT_CONTACTS[k] / 1000
        variance = mean**2 * ((1 + 1 / own) * (1 + drift**2) - 1)
        flags = stats.nbinom(mean**2 / variance, 1 / (1 + variance / mean))
        return float(weight @ flags.pmf(recent[k])), float(weight @ flags.cdf(recent[k]))

    belief = np.exp(-DRIFTS / 0.2) * np.gradient(DRIFTS)
    for k in range(len(recent)):
        if k != client and chances(k, 0)[1] > 0.5:
            belief = belief * [chances(k, drift)[0] for drift in DRIFTS]
    return float(belief @ [chances(client, drift)[1] for drift in DRIFTS] / belief.sum())


@pytest.mark.parametrize("client", range(6))
def test_the_prediction_by_history_is_the_milder_of_two_that_agree_with_brute_force(client: int) -> None:
    found = listen(RECENT, RECENT_CONTACTS, EARLIER, EARLIER_CONTACTS)[client]
    assert found.tail_by_history == pytest.approx(max(by_mix(client), by_total(client)), abs=0.004)


def test_one_integration_for_all_clients_agrees_with_one_for_each() -> None:
    """Eighty clients, two of them far from the others."""
    generator = np.random.default_rng(5)
    thousands = np.exp(generator.normal(1, 1, 80))
    flags = generator.poisson(generator.gamma(3, 1.5, 80) * thousands).astype(np.float64)
    thousands[:2], flags[:2] = 12, (0, 600)
    found = listen(flags[:, None], 1000 * thousands, np.zeros((80, 1)), np.zeros(80))
    for client in (0, 1, *range(2, 80, 6)):
        others = integrate_hyper(np.delete(flags, client), np.delete(thousands, client))
        chance = others.rate / (others.rate + thousands[client])
        tail = others.weight @ stats.nbinom.cdf(flags[client], others.shape, chance)
        assert found[client].tail_by_size == pytest.approx(tail, abs=3e-4)


def test_zero_flags_where_equals_have_twenty_are_quiet() -> None:
    found = by_size([0, 19, 22, 20, 18, 23, 20, 21], [5000] * 8)
    assert found[0].quiet == "size"
    assert found[0].typical_by_size == pytest.approx(20, rel=0.1)
    assert [silence.quiet for silence in found[1:]] == [None] * 7


def test_zero_flags_where_one_was_expected_are_not_quiet() -> None:
    found = by_size([0, 19, 22, 20, 18, 23, 20, 21], [250] + [5000] * 7)
    assert found[0].typical_by_size == pytest.approx(1, rel=0.1)
    assert found[0].quiet is None


def test_a_client_that_spoke_like_no_other_and_now_like_all_others_has_gone_quiet() -> None:
    earlier = one_category([200, 40, 44, 38, 36, 41])
    recent = one_category([20, 19, 22, 20, 18, 23])
    first, *others = listen(recent, [5000] * 6, earlier, [10_000] * 6)
    assert first.quiet == "history"
    assert first.tail_by_size is not None
    assert first.tail_by_size > 0.2
    assert {silence.quiet for silence in others} == {None}


def test_when_the_whole_house_falls_silent_every_client_has_gone_quiet() -> None:
    """Drifts are learnt from rises only: a common fall is no excuse."""
    earlier = one_category([60, 80, 70, 90, 64, 75])
    recent = one_category([8, 10, 9, 12, 8, 9])
    found = listen(recent, [5000] * 6, earlier, [10_000] * 6)
    assert [silence.quiet for silence in found] == ["history"] * 6


def test_where_others_rise_by_leaps_a_fall_is_less_remarkable() -> None:
    earlier = one_category([60, 60, 60, 60, 60, 60, 60])
    steady = listen(one_category([16, 30, 33, 28, 31, 30, 29]), [5000] * 7, earlier, [10_000] * 7)[0]
    leaping = listen(one_category([16, 70, 55, 14, 80, 15, 62]), [5000] * 7, earlier, [10_000] * 7)[0]
    assert steady.tail_by_history is not None
    assert leaping.tail_by_history is not None
    assert steady.quiet == "history"
    assert leaping.tail_by_history > 3 * steady.tail_by_history


def test_one_silent_client_does_not_excuse_itself() -> None:
    earlier = one_category([60, 60, 60, 60, 60, 60])
    tails = []
    for flags in (30, 12, 0):
        recent = one_category([flags, 30, 33, 28, 31, 30])
        tails.append(listen(recent, [5000] * 6, earlier, [10_000] * 6)[0].tail_by_history)
    assert tails == sorted(tails, reverse=True)  # type: ignore[type-var]
    assert tails[2] == pytest.approx(0, abs=1e-3)


def test_a_client_without_contacts_in_the_span_is_unknown_and_teaches_nobody() -> None:
    contacts = RECENT_CONTACTS * [1, 1, 1, 1, 1, 0]
    first = listen(RECENT, contacts, EARLIER, EARLIER_CONTACTS)
    louder = RECENT + np.array([0, 0, 0, 0, 0, 1])[:, None] * 50
    assert first[5].observed == 1
    assert (first[5].tail_by_size, first[5].tail_by_history, first[5].expected_by_size, first[5].quiet) == (None,) * 4
    assert listen(louder, contacts, EARLIER, EARLIER_CONTACTS)[:5] == first[:5]


def test_with_fewer_than_four_others_size_says_nothing() -> None:
    assert by_size([0, 30, 30, 30], [5000] * 4)[0] == Silence(0, None, None, None, None, None, None)
    assert by_size([0, 30, 30, 30, 30], [5000] * 5)[0].tail_by_size is not None


@pytest.mark.parametrize(("flags", "contacts", "known"), [(5, 2500, True), (4, 2500, False), (50, 2400, False)])
def test_a_past_of_few_flags_or_few_contacts_is_not_a_past(flags: int, contacts: int, known: bool) -> None:
    earlier = one_category([flags, 40, 44, 38, 36])
    found = listen(one_category([9, 20, 20, 20, 20]), [5000] * 5, earlier, [contacts] + [10_000] * 4)[0]
    assert (found.tail_by_history is not None) is known


clients = st.tuples(
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.integers(50, 20_000),
    st.lists(st.integers(0, 50), min_size=3, max_size=3),
    st.integers(50, 40_000),
)
portfolios = st.lists(clients, min_size=5, max_size=8)


def heard(portfolio: list[Any]) -> tuple[Silence, ...]:
    recent, contacts, earlier, earlier_contacts = zip(*portfolio, strict=True)
    return listen(recent, contacts, earlier, earlier_contacts)


@settings(max_examples=8, deadline=None)
@given(portfolios, st.integers(0, 2))
def test_one_flag_fewer_never_makes_a_client_less_quiet(portfolio: list[Any], category: int) -> None:
    recent, *rest = portfolio[0]
    more = [count + (k == category) for k, count in enumerate(recent)]
    fewer, before = heard(portfolio)[0], heard([(more, *rest), *portfolio[1:]])[0]
    for name in ("tail_by_size", "tail_by_history"):
        less, greater = getattr(fewer, name), getattr(before, name)
        assert (less is None) == (greater is None)
        assert less is None or less <= greater + 2e-4
    assert fewer.quiet or not before.quiet


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_clients_does_not_matter(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(6)
    straight = listen(RECENT, RECENT_CONTACTS, EARLIER, EARLIER_CONTACTS)
    shuffled = listen(RECENT[order], RECENT_CONTACTS[order], EARLIER[order], EARLIER_CONTACTS[order])
    for place, k in enumerate(order):
        assert shuffled[place].quiet == straight[k].quiet
        for name in ("tail_by_size", "tail_by_history", "expected_by_size", "expected_by_history"):
            assert getattr(shuffled[place], name) == pytest.approx(getattr(straight[k], name), rel=1e-6)


def test_calm_clients_are_seldom_called_quiet_and_a_silent_one_is_found() -> None:
    false, _, calls = simulated("calm", 12, 16.0, 6, seed=2)
    assert np.mean(false) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / (6 * 12))
    silent = [call for call in calls if call.left == 0 and call.expected > 10]
    assert len(silent) >= 2
    assert all(call.by_history for call in silent)


def test_a_thousand_clients_take_less_than_two_seconds() -> None:
    generator = np.random.default_rng(3)
    thousands = np.exp(generator.normal(0, 0.8, 1000))
    rates = generator.gamma(2 / 12, 4, (1000, 12))
    recent, earlier = generator.poisson(rates * thousands[:, None]), generator.poisson(rates * 2 * thousands[:, None])
    start = time.process_time()
    assert len(listen(recent, 1000 * thousands, earlier, 2000 * thousands)) == 1000
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("recent", "contacts", "earlier", "level", "says"),
    [
        ([[1, 0]], [10], [[1]], 0.05, "alike"),
        ([1], [10], [1], 0.05, "alike"),
        ([[-1]], [10], [[1]], 0.05, "whole numbers, zero or more"),
        ([[1]], [10], [[0.5]], 0.05, "whole numbers"),
        ([[1]], [-10], [[1]], 0.05, "Contacts must be finite"),
        ([[1]], [10, 10], [[1]], 0.05, "one number per client"),
        ([], [], [], 0.05, "no clients"),
        ([[1]], [10], [[1]], 0.0, "between 0 and 1"),
        ([[1]], [10], [[1]], float("nan"), "between 0 and 1"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    recent: object, contacts: list[int], earlier: object, level: float, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        listen(recent, contacts, earlier, [10] * len(contacts[:1]), level=level)  # type: ignore[arg-type]
