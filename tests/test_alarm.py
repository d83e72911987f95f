"""Facts about the alarm: it is the textbook's recursion, it rarely cries wolf, and it finds what doubles."""

from __future__ import annotations

import datetime as dt
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from ethics.risk.alarm import Raised, Watch, log_likelihood_ratio, threshold, watch
from ethics.risk.baseline import fit_season
from tests.validation.alarm import World, delays, drawn, run_lengths

MONDAY = dt.date(2024, 1, 1)
GRID = [0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2]
Array = NDArray[np.float64]


def watched(counts: object, contacts: object, limit: float = 260.0, **more: object) -> Watch:
    return watch(counts, contacts, first_monday=MONDAY, threshold=limit, **more)  # type: ignore[arg-type]


def portfolio(clients: int, weeks: int, *, k: float = 4.0, seed: int = 0, season: float = 0.0) -> tuple[Array, Array]:
    counts, contacts = drawn(World(k, season, clients=clients, portfolios=1), weeks, seed=seed)
    return counts[0], contacts[0]


def same(one: Watch, other: Watch, **tolerance: float) -> bool:
    arrays = ("statistic", "mean", "k", "judged", "season", "dispersion")
    return one.alarms == other.alarms and all(
        np.allclose(getattr(one, name), getattr(other, name), equal_nan=True, **tolerance) for name in arrays
    )


def test_the_log_ratio_is_that_of_scipys_negative_binomial() -> None:
    count = np.array([0, 1, 2, 7, 60])[:, None, None, None]
    mean = np.array([0.01, 0.5, 3, 40])[:, None, None]
    k = np.array([0.1, 1, 4, 1e3, 1e7])[:, None]
    ratio = np.array([0.5, 1, 2, 3.5])
    log_pmf = stats.nbinom.logpmf
    expected = log_pmf(count, k, k / (k + ratio * mean)) - log_pmf(count, k, k / (k + mean))
    # scipy loses digits of its log-gammas when k is large; ours has no log-gamma.
    assert np.allclose(log_likelihood_ratio(count, mean, k, ratio), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("k", [math.inf, 1e12])
def test_an_infinite_dispersion_is_poisson_and_a_huge_one_nearly(k: float) -> None:
    count, mean = np.arange(30)[:, None], np.array([0.2, 1, 15])
    expected = stats.poisson.logpmf(count, 2 * mean) - stats.poisson.logpmf(count, mean)
    assert np.allclose(log_likelihood_ratio(count, mean, k), expected, atol=1e-8)


def test_at_mean_nought_the_limit_is_taken() -> None:
    assert log_likelihood_ratio(0, 0, 4) == 0
    assert log_likelihood_ratio([3, 3], [0, 1e-12], [4, math.inf]) == pytest.approx(3 * math.log(2))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, 2, 4), "whole numbers"),
        ((1.5, 2, 4), "whole numbers"),
        ((math.nan, 2, 4), "whole numbers"),
        ((1, -2, 4), "Expected counts"),
        ((1, math.inf, 4), "Expected counts"),
        ((1, 2, 0), "dispersion"),
        ((1, 2, math.nan), "dispersion"),
        ((1, 2, 4, 0), "ratio"),
        ((1, 2, 4, math.inf), "ratio"),
    ],
)
def test_a_senseless_ratio_is_refused(arguments: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        log_likelihood_ratio(*arguments)


def test_a_portfolio_of_any_size_has_at_most_one_false_alarm_a_year() -> None:
    assert [threshold(clients) for clients in (0, 1, 5, 6, 100)] == [260, 260, 260, 312, 5200]
    with pytest.raises(ValueError, match="fewer than no clients"):
        threshold(-1)


def slowly(counts: Array, contacts: Array, limit: float) -> tuple[Array, Array, Array, list[Raised]]:
    """The first 59 weeks (so without a season) by the book: everything is summed again for each client and week."""
    clients, weeks = counts.shape
    forgetting = 0.5 ** (1 / 52)
    value, means, ks = (np.full(counts.shape, np.nan) for _ in range(3))
    log_ratio = np.zeros(counts.shape)
    fits: dict[tuple[int, int], list[float]] = {}
    alarms: list[Raised] = []
    begun = [0] * clients
    r = [0.0] * clients
    for t in range(weeks):
        remembered = [
            {
                u: forgetting ** (t - 8 - u)
                for u in range(t - 7)
                if contacts[i, u] > 0
                and not any(a.client == i and a.since <= u <= a.week and a.week < t < a.week + 52 for a in alarms)
            }
            for i in range(clients)
        ]
        total = [sum(w * fits[i, u][g] for i in range(clients) for u, w in remembered[i].items()) for g in range(8)]
        weight = [math.exp(fit - max(total)) for fit in total]
        inverse = sum(w * q for w, q in zip(weight, GRID, strict=True)) / sum(weight)
        learnt = len({u for u in range(t - 7) if (contacts[:, u] > 0).any()})
        inverse += 0.2 if learnt < 52 else 0
        sums = [
            [
                sum(w * column[i, u] for u, w in remembered[i].items())
                for column in (np.ones_like(counts), counts, contacts)
            ]
            for i in range(clients)
        ]
        for i in range(clients):
            fits[i, t] = [0.0] * 8
            value[i, t] = r[i]
            if contacts[i, t] == 0 or learnt == 0:
                continue
            n, x, e = sums[i]
            prior = sum(s[2] for s in sums) / (sum(s[1] for s in sums) + 0.5)
            evidence = 1 / (1 + inverse * (x + 1) / (e + prior) * e / n) if n else 1.0
            shape = 1 + x * evidence
            mean = shape / (prior + e * evidence) * (1 + 0.1 / math.sqrt(shape)) * contacts[i, t]
            k = 1 / ((1 + inverse) * (1 + 1 / shape) - 1)
            means[i, t], ks[i, t] = mean, k
            if n < 7.5:
                continue
            for g, q in enumerate(GRID):
                tried = 1 / ((1 + q) * (1 + 1 / shape) - 1)
                fits[i, t][g] = float(stats.nbinom.logpmf(counts[i, t], tried, tried / (tried + mean)))
            log_ratio[i, t] = stats.nbinom.logpmf(counts[i, t], k, k / (k + 2 * mean))
            log_ratio[i, t] -= stats.nbinom.logpmf(counts[i, t], k, k / (k + mean))
            r[i] = value[i, t] = (1 + r[i]) * math.exp(log_ratio[i, t])
            if r[i] >= limit:
                starts = range(begun[i], t + 1)
                since = max(starts, key=lambda s: log_ratio[i, s : t + 1].sum())
                alarms.append(Raised(i, t, since, r[i]))
                r[i], begun[i] = 0.0, t + 1
    return value, means, ks, alarms


def test_the_recursion_is_that_of_the_book() -> None:
    counts, contacts = portfolio(4, 59, seed=3)
    contacts[1, 20:24] = contacts[3, :30] = 0
    counts[contacts == 0] = 0
    counts[2, 40:50] *= 3
    fast = watched(counts, contacts, 40.0)
    value, means, ks, alarms = slowly(counts, contacts, 40.0)
    assert len(alarms) >= 2
    assert [(a.client, a.week, a.since) for a in fast.alarms] == [(a.client, a.week, a.since) for a in alarms]
    assert np.allclose(fast.statistic, value, rtol=1e-8)
    assert np.allclose(fast.mean, means, rtol=1e-9, equal_nan=True)
    assert np.allclose(fast.k, ks, rtol=1e-9, equal_nan=True)


def test_the_weeks_of_an_alarm_come_back_after_a_year() -> None:
    """Ten mismatches a week, once forty for five weeks: they lift the expected count only a year after the alarm."""
    counts, contacts = np.full((1, 160), 10.0), np.full((1, 160), 1000.0)
    counts[0, 60:65] = 40
    seen = watched(counts, contacts)
    (alarm,) = seen.alarms[:1]
    year = alarm.week + 52
    assert (alarm.since, alarm.week <= 62) == (60, True)
    assert seen.mean[0, alarm.week + 8 : year].max() > seen.mean[0, year - 1]
    assert seen.mean[0, year] > 1.02 * seen.mean[0, year - 1]


def test_the_season_is_the_best_one_under_its_prior() -> None:
    angle = 2 * np.pi * np.arange(104) / 52.18
    harmonics = np.stack([np.ones(104), *(w(n * angle) for n in (1, 2) for w in (np.cos, np.sin))], axis=1)
    observed = np.random.default_rng(1).poisson(5 * np.exp(0.3 * np.sin(angle))).astype(float)
    expected = np.full(104, 4.5)
    spread = np.array([10, 0.2, 0.2, 0.2, 0.2])

    def descent(b: Array) -> Array:
        return np.asarray((observed - expected * np.exp(harmonics @ b)) @ harmonics - b / spread**2)

    best = optimize.root(descent, np.zeros(5), tol=1e-12).x
    assert np.allclose(fit_season(observed[:, None], expected[:, None], harmonics, np.zeros((1, 5)))[0], best)


@pytest.mark.parametrize("begins", [0, 13, 26, 39])
def test_the_season_of_a_portfolio_is_learnt_and_raises_no_alarm(begins: int) -> None:
    """Twelve clients, 4 to 26 mismatches in an average week, all with 30% more in summer and less in winter."""
    wave = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(260) + begins) / 52.18)
    seen = watched(np.round(np.arange(4, 28, 2)[:, None] * wave), np.full((12, 260), 900.0))
    late = seen.season[156:] / seen.season[156:].mean()
    assert np.all(seen.season[:59] == 1)
    assert np.abs(late - wave[156:]).max() < 0.08
    assert seen.alarms == ()


def test_one_clients_rise_does_not_become_the_season_of_the_others() -> None:
    """A client with five mismatches a week has sixty more in one quarter; no alarm keeps those weeks away."""
    counts, contacts = portfolio(12, 160, seed=5)
    counts[3, 40:53] += 60
    seen = watched(counts, contacts, 1e9)
    assert not np.all(seen.season == 1)
    assert np.abs(seen.season - 1).max() < 0.2


def test_false_alarms_are_as_rare_as_the_threshold_says() -> None:
    """True rates, dispersion and season unknown; weeks to a false alarm, cut off at four times the threshold of 60."""
    lengths = run_lengths(World(4.0, 0.3, learnt=26, portfolios=40, threshold=60.0))
    assert lengths.mean() >= 60 * 0.95


def test_a_doubled_rate_is_found_within_months() -> None:
    """Median weeks for clients with 0.5, 1, 2, 5 and 10 mismatches a week."""
    found = delays(World(4.0, learnt=104, portfolios=100, unlike=math.inf), 0)
    assert all(np.median(weeks) <= most for weeks, most in zip(found, (26, 16, 12, 9, 8), strict=True))


def test_a_slow_rise_is_found_before_it_becomes_normal() -> None:
    """Doubling evenly over half a year."""
    found = delays(World(4.0, learnt=104, portfolios=75, unlike=math.inf), 26)
    assert np.median(np.concatenate(found[2:])) <= 26


def test_a_week_without_contacts_changes_nothing() -> None:
    counts, contacts = portfolio(3, 80, seed=2)
    contacts[1, 40:50] = 0
    quiet, loud = counts.copy(), counts.copy()
    quiet[1, 40:50], loud[1, 40:50] = 0, 500
    one, other = watched(quiet, contacts), watched(loud, contacts)
    assert same(one, other, rtol=0)
    assert np.all(one.statistic[1, 40:50] == one.statistic[1, 39])
    assert np.isnan(one.mean[1, 40:50]).all()
    assert not one.judged[1, 40:50].any()


def test_nobody_is_judged_before_eight_weeks_are_known_and_eight_more_have_passed() -> None:
    counts, contacts = np.full((2, 30), 5), np.full((2, 30), 900)
    contacts[1, :6] = 0
    judged = watched(counts, contacts).judged
    assert [int(row.argmax()) for row in judged] == [15, 21]
    assert not watched(counts, np.zeros((2, 30))).judged.any()


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.integers(1, 129))
def test_later_weeks_never_change_earlier_ones(seed: int, weeks: int) -> None:
    counts, contacts = portfolio(3, 130, seed=seed, k=1.0)
    whole, part = watched(counts, contacts, 20.0), watched(counts[:, :weeks], contacts[:, :weeks], 20.0)
    for name in ("statistic", "mean", "k", "judged"):
        assert np.array_equal(getattr(whole, name)[:, :weeks], getattr(part, name), equal_nan=name != "judged")
    assert np.array_equal(whole.season[:weeks], part.season)
    assert tuple(alarm for alarm in whole.alarms if alarm.week < weeks) == part.alarms


def test_the_order_of_the_clients_does_not_matter() -> None:
    counts, contacts = portfolio(6, 150, seed=4)
    order = np.array([3, 0, 5, 1, 4, 2])
    straight, mixed = watched(counts, contacts, 50.0), watched(counts[order], contacts[order], 50.0)
    assert np.allclose(mixed.statistic, straight.statistic[order])
    alarms = {(int(order[alarm.client]), alarm.week, alarm.since) for alarm in mixed.alarms}
    assert alarms == {(alarm.client, alarm.week, alarm.since) for alarm in straight.alarms} != set()


def test_a_closed_alarm_starts_the_statistic_anew() -> None:
    counts, contacts = portfolio(2, 60, seed=8)
    before, after = watched(counts, contacts, 1e9), watched(counts, contacts, 1e9, restarts={1: [40, 500]})
    step = log_likelihood_ratio(counts[1, 40], after.mean[1, 40], after.k[1, 40])
    assert before.statistic[1, 39] > 0
    assert after.statistic[1, 40] == pytest.approx(math.exp(step))
    assert np.array_equal(after.statistic[0], before.statistic[0])
    assert np.array_equal(after.statistic[1, :40], before.statistic[1, :40])


def test_after_an_alarm_the_statistic_starts_anew_by_itself() -> None:
    counts, contacts = np.full((1, 60), 4), np.full((1, 60), 800)
    counts[0, 40:] = 20
    seen = watched(counts, contacts)
    alarm = seen.alarms[0]
    step = log_likelihood_ratio(20, seen.mean[0, alarm.week + 1], seen.k[0, alarm.week + 1])
    assert alarm.since == 40
    assert seen.statistic[0, alarm.week] == alarm.statistic >= 260
    assert seen.statistic[0, alarm.week + 1] == pytest.approx(math.exp(step))


def test_an_absurd_week_still_has_a_finite_statistic() -> None:
    counts, contacts = np.ones((1, 40)), np.full((1, 40), 1000)
    counts[0, 35] = 1_000_000
    seen = watched(counts, contacts)
    assert np.isfinite(seen.statistic).all()
    assert seen.alarms[0].week == 35


def test_the_usual_range_holds_at_least_its_share_of_ordinary_weeks() -> None:
    counts, contacts = portfolio(12, 300, seed=6)
    seen = watched(counts, contacts, 1e9)
    low, high = seen.usual(np.arange(12)[:, None], np.arange(100, 300))
    ordinary = counts[:, 100:]
    assert low.shape == (12, 200)
    assert 0.94 <= ((low <= ordinary) & (ordinary <= high)).mean() <= 0.995
    assert np.isnan(seen.usual(0, 2)[0])
    with pytest.raises(ValueError, match="between 0 and 1"):
        seen.usual(0, 50, mass=1.0)


def test_a_portfolio_without_clients_or_weeks_has_no_alarms() -> None:
    assert watched(np.zeros((0, 40)), np.zeros((0, 40))).alarms == ()
    assert watched(np.zeros((3, 0)), np.zeros((3, 0))).statistic.shape == (3, 0)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"counts": [[1, -1]]}, "whole numbers"),
        ({"counts": [[1, 0.5]]}, "whole numbers"),
        ({"counts": [[1, math.nan]]}, "whole numbers"),
        ({"counts": [1, 2]}, "clients, weeks"),
        ({"contacts": [[5, 5, 5]]}, "clients, weeks"),
        ({"contacts": [[5, -5]]}, "Contacts"),
        ({"contacts": [[5, math.inf]]}, "Contacts"),
        ({"first_monday": dt.date(2024, 1, 2)}, "Monday"),
        ({"threshold": 0.0}, "threshold"),
        ({"threshold": math.inf}, "threshold"),
        ({"restarts": {1: [0]}}, "restart"),
        ({"restarts": {0: [-1]}}, "restart"),
    ],
)
def test_senseless_input_is_refused(more: dict[str, object], words: str) -> None:
    usual: dict[str, object] = {"counts": [[1, 2]], "contacts": [[5, 5]], "first_monday": MONDAY, "threshold": 260.0}
    with pytest.raises(ValueError, match=words):
        watch(**(usual | more))  # type: ignore[arg-type]


def test_a_thousand_clients_are_watched_for_five_years_in_moments() -> None:
    counts, contacts = portfolio(1000, 260, seed=1)
    times = []
    for _ in range(2):
        start = time.process_time()
        watched(counts, contacts, threshold(1000))
        times.append(time.process_time() - start)
    assert min(times) < 2
