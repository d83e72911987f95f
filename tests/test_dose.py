"""Facts about the dose: rates shrink to the client's own mean, and an agent meets those of the clients worked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from ethics.wellbeing.dose import (
    WEIGHTS,
    Array,
    Mismatches,
    client_rates,
    controls,
    dose,
    over_window,
    own_parts,
    steadiness,
    unknown_parts,
)
from ethics.workforce.panel import REACH, Panel
from tests.validation.worlds import World, draw


def plain(counts: object, contacts: object) -> Mismatches:
    """Mismatches of weight 1."""
    flags = np.array(counts, dtype=np.float64)
    return Mismatches(flags, flags, flags, np.broadcast_to(np.array(contacts, dtype=np.float64), flags.shape))


def rates_by_hand(mismatches: Mismatches, first: int, last: int) -> Array:
    """The specification, sentence by sentence and loop by loop."""
    clients, weeks = mismatches.count.shape
    mean_weight = mismatches.weighted.sum() / mismatches.count.sum()
    weighted, thousands = mismatches.weighted / mean_weight, mismatches.contacts / 1000
    phi = mismatches.squares.sum() / mismatches.count.sum() / mean_weight**2
    rho = weighted.sum() / thousands.sum()
    m = [(weighted[c].sum() + rho) / (thousands[c].sum() + 1) for c in range(clients)]
    f, n = np.zeros((clients, weeks)), np.zeros((clients, weeks))
    for t in range(weeks):
        for lag in range(first, last + 1):
            if 0 <= t - lag < weeks:
                f[:, t] += weighted[:, t - lag]
                n[:, t] += thousands[:, t - lag]
    cells = [(c, t) for c in range(clients) for t in range(weeks)]
    above = sum((f[c, t] - m[c] * n[c, t]) ** 2 - phi * m[c] * n[c, t] for c, t in cells)
    k = 1 / max(0.001, above / sum((m[c] * n[c, t]) ** 2 for c, t in cells))
    return np.array([[(f[c, t] / phi + k) / (n[c, t] / phi + k / m[c]) for t in range(weeks)] for c in range(clients)])


@given(st.integers(0, 10_000), st.sampled_from([(1, 4), (1, 2), (0, 0), (1, 8)]))
def test_rates_are_those_of_the_specification(seed: int, window: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    severity = rng.poisson(rng.gamma(1.0, 2.0, (3, 12, 1)) * np.array([0.5, 0.3, 0.2, 0.05]))
    severity[0, 0, 0] += 1
    weights = np.array(WEIGHTS[1:])
    contacts = rng.uniform(100, 2000, (3, 12))
    drawn = Mismatches(severity @ weights, severity @ weights**2, severity.sum(axis=2), contacts)
    assert client_rates(drawn, *window) == pytest.approx(rates_by_hand(drawn, *window))


def test_a_window_holds_the_weeks_before_and_nothing_from_outside() -> None:
    assert over_window(np.array([[1.0, 10, 100, 1000]]), 1, 2).tolist() == [[0, 1, 11, 110]]
    assert over_window(np.array([[1.0, 10, 100, 1000]]), 0, 0).tolist() == [[1, 10, 100, 1000]]


def test_weights_count_relative_to_their_mean() -> None:
    flags = np.array([[3.0, 0, 1, 2], [0, 5, 1, 0]])
    contacts = np.full((2, 4), 500.0)
    light, heavy = Mismatches(flags, flags, flags, contacts), Mismatches(8 * flags, 64 * flags, flags, contacts)
    assert client_rates(heavy) == pytest.approx(client_rates(light))
    assert heavy.overdispersion == pytest.approx(1)


def test_unequal_weights_are_noise_and_pull_rates_to_the_mean() -> None:
    even = plain([[0, 30, 0, 30, 0, 30]], 1000)
    uneven = Mismatches(even.weighted, 3 * even.squares, even.count, even.contacts)
    assert uneven.overdispersion == 3
    assert client_rates(uneven, 1, 1).std() < client_rates(even, 1, 1).std()


def test_steady_counts_are_shrunk_to_the_clients_own_mean_not_the_portfolios() -> None:
    rng = np.random.default_rng(1)
    rates = client_rates(plain(rng.poisson([[2.0], [20.0]], (2, 200)), 1000))
    assert rates[:, 4:].mean(axis=1) == pytest.approx([2, 20], rel=0.1)
    assert (rates[:, 4:].std(axis=1) < 0.05 * rates.mean(axis=1)).all()


def test_a_real_wave_is_followed() -> None:
    wave = np.where(np.arange(40) < 20, 100.0, 400.0)[None]
    assert client_rates(plain(wave, 10_000))[0, [10, 35]] == pytest.approx([10, 40], rel=0.03)


def test_without_mismatches_all_rates_are_nought() -> None:
    assert client_rates(plain(np.zeros((2, 5)), 1000)).tolist() == np.zeros((2, 5)).tolist()


def test_without_contacts_in_the_window_the_rate_is_the_clients_mean() -> None:
    rates = client_rates(plain([[4, 4, 4, 0, 0, 0]], [[1000, 1000, 1000, 0, 0, 0]]), 1, 2)
    assert rates[0, 5] == pytest.approx((12 + 4) / (3 + 1))


def test_mismatches_of_weeks_without_contacts_do_not_count() -> None:
    """A file of contacts that begins in week 2, or ends before it: what was met in the other weeks is not held against it."""
    flags = [[9, 9, 4, 4, 9, 9], [2, 2, 2, 2, 2, 2]]
    contacts = np.array([[0, 0, 1000, 1000, 0, 0], [1000] * 6])
    found, cleared = plain(flags, contacts), plain(np.where(contacts > 0, flags, 0), contacts)
    assert client_rates(found, 1, 2).tolist() == client_rates(cleared, 1, 2).tolist()
    assert client_rates(found, 1, 2)[0].max() < 5
    assert found.known.tolist() == (contacts > 0).tolist()


def test_mismatches_of_weeks_that_are_not_counted_yet_do_not_count_nor_do_their_contacts() -> None:
    flags, contacts = np.array([[4.0, 4, 4, 0, 0]]), np.full((1, 5), 1000.0)
    waiting = Mismatches(flags, flags, flags, contacts, counted=np.array([[True, True, True, False, False]]))
    assert client_rates(waiting, 1, 2)[0, 4] == pytest.approx(4, rel=0.01)
    assert client_rates(plain(flags, contacts), 1, 2)[0, 4] < 3.7


def test_weights_of_mismatches_that_do_not_count_are_no_noise() -> None:
    flags, contacts = np.array([[4.0, 4, 4]]), np.array([[1000.0, 1000, 0]])
    assert Mismatches(flags * [1, 1, 8], flags * [1, 1, 64], flags, contacts).overdispersion == 1
    assert client_rates(Mismatches(flags * [1, 1, 8], flags * [1, 1, 64], flags, contacts)) == pytest.approx(
        client_rates(plain(flags, contacts))
    )


def test_a_client_without_contacts_has_the_rate_of_all() -> None:
    rates = client_rates(plain([[90, 90, 90, 90], [4, 4, 4, 4]], [[0, 0, 0, 0], [1000] * 4]))
    assert rates[0] == pytest.approx(4)


def test_what_is_unknown_of_a_row_is_weighed_by_its_shares() -> None:
    """Of client 1 week 2 of four is not counted yet; client 2 has no contacts; the third is known."""
    counted = np.array([[True, True, False, True], [True] * 4, [True] * 4])
    contacts = np.array([[1000.0] * 4, [0] * 4, [1000] * 4])
    found = Mismatches(contacts / 100, contacts / 100, contacts / 100, contacts, counted=counted)
    shares = sparse.csr_array(np.array([[1.0, 0, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75], [1.0, 0, 0]]))
    # Week 3 looks back to 1, 2 and 3; week 1 to 0 and 1.
    assert unknown_parts(found, shares, np.array([3, 3, 1, 1]), 2) == pytest.approx([1 / 3, 1 / 6 + 1 / 4, 1 / 4, 0])


def test_when_all_is_counted_and_served_nothing_is_unknown() -> None:
    shares = sparse.csr_array(np.array([[0.5, 0.5]]))
    assert unknown_parts(plain([[0, 0], [0, 1]], 1000), shares, np.array([1]), 4).tolist() == [0]


def test_the_dose_is_the_shares_times_the_rates_of_the_week() -> None:
    shares = sparse.csr_array(np.array([[0.25, 0.75], [1.0, 0], [0, 0]]))
    rates = np.array([[1.0, 10], [3, 30]])
    assert dose(shares, rates, np.array([0, 1, 1])).tolist() == [0.25 + 2.25, 10, 0]


def test_own_parts_are_the_agents_hours_among_the_clients_hours() -> None:
    # Two agents, three weeks: the first works 30 and 10 hours for two clients each week, the second 10 and 0.
    hours = np.zeros((2, REACH + 3, 2), np.int64)
    hours[0, REACH:], hours[1, REACH:] = [3000, 1000], [1000, 0]
    matrix = sparse.csr_array(hours.reshape(-1, 2))
    whole = np.ones(2, np.int64)
    panel = Panel(np.array([0, 1]), 2 * whole, 0 * whole, 5 * whole, 0 * whole, matrix, (1, 2), 3)
    shares, _ = panel.shares(1, 2)
    assert own_parts(panel, shares, 1, 2).toarray().tolist() == [[0.75, 1], [0.25, 0]]


def test_own_parts_of_a_client_add_up_to_one_each_week() -> None:
    panel = draw(World(agents=30, clients=6, weeks=20), 1).panel
    shares, _ = panel.shares(0, 0)
    parts = own_parts(panel, shares, 0, 0).toarray()
    sums = np.array([parts[panel.week == week].sum(axis=0) for week in range(20)])
    assert ((np.abs(sums - 1) < 1e-9) | (sums == 0)).all()


def test_the_client_with_most_hours_has_no_control() -> None:
    shares = sparse.csr_array(np.array([[0.2, 0.7, 0.1, 0], [0.3, 0.6, 0.1, 0]]))
    assert controls(shares).toarray().tolist() == [[0.2, 0.1], [0.3, 0.1]]


def test_beyond_forty_controls_small_clients_share_one() -> None:
    sizes = np.arange(50, 0, -1.0)
    shares = sparse.csr_array((sizes / sizes.sum())[None])
    found = controls(shares).toarray()[0]
    assert len(found) == 41
    assert found[-1] == pytest.approx(sizes[41:].sum() / sizes.sum())


def test_rates_that_vary_are_less_steady() -> None:
    rng = np.random.default_rng(1)
    calm = plain(rng.poisson(50.0, (5, 200)), 10_000)
    wild = plain(rng.poisson(50.0 * rng.gamma(4, 0.25, (5, 50)).repeat(4, axis=1)), 10_000)
    assert steadiness(calm, 1, 1) > 100
    # A Gamma of shape 4.
    assert steadiness(wild, 1, 1) == pytest.approx(4, rel=0.35)
