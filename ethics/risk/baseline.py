"""What is normal for each client: the expected weekly count, its dispersion and its season, learnt as weeks pass.

In an ordinary week client i has a negative binomial count with mean rate_i × contacts × season and variance
mean + mean² / k. The rates are the clients' own; k and the season belong to the whole portfolio.

* **Lag.** Week t is judged by weeks up to t - 8 only, so that a slow rise cannot become its own normal.
* **Rate.** Gamma prior with the portfolio's mean and the shape of one mismatch. A week counts half after a
  year. Since weekly counts vary more than Poisson, they carry less evidence: by 1 / (1 + mean / k).
* **Prediction.** The relative variances of the rate (1 / shape) and of the week (1 / k) multiply up, so
  that the predictive dispersion is 1 / (1/k + 1/shape + 1/(k shape)): a poorly known rate alarms slowly.
* **Dispersion.** How well each 1 / k on a grid would have predicted the weeks (A. P. Dawid, "Statistical
  theory: the prequential approach", JRSS A 147, 1984), pooled over clients; the grid's points are equally likely
  beforehand. The mean of 1 / k is used.
* **Season.** Two harmonics of the year, log-linear, fitted by ridge regression to whole years of pooled counts.
  So that no client makes its own trouble a season, its weight in the pool is 1 / (1 + mean / k), outliers are
  cut, and weeks of an alarm never count. Before the portfolio has a year of weeks the season is 1, and 1 / k is
  raised by what a season might do.
* **Alarms.** The weeks of an alarm are left out of rate and dispersion for a year after it. Then they enter with
  the weight of their age: either the client was repaired and they are its history, or the higher rate has been
  known for a year. Without this end one false alarm would lower the client's normal for good.

`python -m tests.validation alarm` prints what all this adds up to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LAG = 8
YEAR = 52
FORGETTING = 0.5 ** (1 / YEAR)
# Shape of the rate's prior, in mismatches: weak. With 4, clients whose rates merely exceed the others' raised false
# alarms too often (every 220 weeks where 260 were asked for; every 100 weeks with 16); with 0.5, hardly a difference.
PRIOR_SHAPE = 1.0
# A client is judged once its remembered weeks add up to this; eight weeks in a row do.
ENOUGH_WEEKS = 7.5

# The values of 1 / k that are tried.
INVERSES = np.array([0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2])
# Weeks that are judged by the same lagged past share its error, which no prediction of a single week knows. So
# the mean is taken this many of its standard errors higher.
CAUTION = 0.1
# Added to 1 / k until the season is known. A season of ±30% learnt in a trough errs by 60% at the next peak.
UNKNOWN_SEASON = 0.2

REFIT_EVERY = 4
SEASON_YEARS = 3
# Standard deviation of a harmonic's coefficient beforehand, and of the level, which is free.
SEASON_SPREAD, LEVEL_SPREAD = 0.2, 10.0
SEASON_LIMIT = np.log(2)
# For the season, a count is cut off at this many standard deviations above the usual one.
SEASON_OUTLIER = 3.0

# What is remembered of a client's week: itself, its count, its exposure, and the log-likelihood of each 1 / k.
WEEK, COUNT, EXPOSURE, FIRST_FIT = 0, 1, 2, 3


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """What one week should bring if nothing has changed.

    `mean` and `k` (the predictive dispersion) have the shape (portfolios, clients) and hold nan where nothing is
    known or there are no contacts; `judged` says where enough is known. `season` and `dispersion` (the
    portfolio's own k) are (portfolios,).
    """

    mean: Array
    k: Array
    judged: Flags
    season: Array
    dispersion: Array


class Baseline:
    """The normal of every client of several independent portfolios; ask for each week once, in order."""

    def __init__(self, counts: Array, contacts: Array, angle: Array) -> None:
        """Take counts and contacts (weeks, portfolios, clients) and the time of year (weeks,) in radians."""
        weeks, portfolios, clients = counts.shape
        self._counts, self._contacts = counts, contacts
        waves = [wave(n * angle) for n in (1, 2) for wave in (np.cos, np.sin)]
        self._harmonics = np.stack([np.ones(weeks), *waves], axis=1)
        self._coefficients = np.zeros((portfolios, self._harmonics.shape[1]))
        self._season = np.ones((weeks, portfolios))
        self._known_weeks = np.zeros(portfolios, dtype=np.int64)
        self._facts = np.zeros((weeks, FIRST_FIT + len(INVERSES), portfolios, clients))
        self._facts[:, WEEK] = 1
        self._facts[:, COUNT] = counts
        self._facts[:, EXPOSURE] = contacts
        # Which weeks are in the sums now, which an alarm keeps out, and which belong to an alarm of whatever age.
        self._entered = np.zeros(counts.shape, dtype=bool)
        self._held = np.zeros(counts.shape, dtype=bool)
        self._alarmed = np.zeros(counts.shape, dtype=bool)
        self._releases: dict[int, list[tuple[int, int, int, int]]] = {}
        self._sums = np.zeros(self._facts.shape[1:])

    def expect(self, week: int) -> Expected:
        """Learn what week `week` may know, and say what it should bring."""
        newest = week - LAG
        self._sums *= FORGETTING
        if newest >= 0:
            enters = (self._contacts[newest] > 0) & ~self._held[newest]
            self._entered[newest] = enters
            self._sums += self._facts[newest] * enters
            self._known_weeks += enters.any(axis=1)
        for portfolio, client, since, alarm in self._releases.pop(week, ()):
            self._held[since : alarm + 1, portfolio, client] = False
            self._move(portfolio, client, since, alarm, newest, entering=True)
        inverse = self._inverse_dispersion()
        if newest + 1 >= YEAR and (newest + 1) % REFIT_EVERY == 0:
            self._fit_season(newest, inverse)
        inverse = inverse + np.where(self._known_weeks < YEAR, UNKNOWN_SEASON, 0.0)
        return self._predict(week, inverse)

    def leave_out(self, portfolio: int, client: int, since: int, week: int) -> None:
        """Keep the weeks from `since` to the alarm in `week` out of the baseline for a year."""
        self._held[since : week + 1, portfolio, client] = True
        self._alarmed[since : week + 1, portfolio, client] = True
        self._move(portfolio, client, since, week - LAG, week - LAG, entering=False)
        self._releases.setdefault(week + YEAR, []).append((portfolio, client, since, week))

    def _move(self, portfolio: int, client: int, first: int, last: int, newest: int, *, entering: bool) -> None:
        """Put a client's weeks into the sums, or take out those that are in, at the weight of their age."""
        weeks = np.arange(first, last + 1)
        there = self._entered[weeks, portfolio, client]
        weeks = weeks[(self._contacts[weeks, portfolio, client] > 0) & (there != entering)]
        moved = FORGETTING ** (newest - weeks) @ self._facts[weeks, :, portfolio, client]
        self._sums[:, portfolio, client] += moved if entering else -moved
        self._entered[weeks, portfolio, client] = entering

    def _inverse_dispersion(self) -> Array:
        fit = self._sums[FIRST_FIT:].sum(axis=-1)
        weight = np.exp(fit - fit.max(axis=0))
        return np.asarray(INVERSES @ weight / weight.sum(axis=0))

    def _rates(self, inverse: Array) -> tuple[Array, Array, Array]:
        """Return shape and rate of each client's Gamma posterior, and how much evidence its counts carry."""
        # Taking weeks out leaves rounding errors, which must not become negative counts.
        weeks, count, exposure = np.maximum(self._sums[:FIRST_FIT], 0)
        pooled = (count.sum(axis=1) + 0.5) / np.maximum(exposure.sum(axis=1), 1e-9)
        prior_exposure = PRIOR_SHAPE / pooled[:, None]
        usual = (count + PRIOR_SHAPE) / (exposure + prior_exposure) * exposure / np.maximum(weeks, 1e-9)
        evidence = 1 / (1 + usual * inverse[:, None])
        return PRIOR_SHAPE + count * evidence, prior_exposure + exposure * evidence, evidence

    def _predict(self, week: int, inverse: Array) -> Expected:
        shape, rate, _ = self._rates(inverse)
        known = (self._contacts[week] > 0) & (self._known_weeks > 0)[:, None]
        high_rate = shape / rate * (1 + CAUTION / np.sqrt(shape))
        mean = np.where(known, high_rate * self._contacts[week] * self._season[week][:, None], np.nan)
        k = np.where(known, 1 / _added(inverse[:, None], 1 / shape), np.nan)
        judged = known & (self._sums[WEEK] >= ENOUGH_WEEKS)
        ks = 1 / _added(INVERSES[:, None, None], 1 / shape)
        self._facts[week, FIRST_FIT:] = np.where(judged, _log_probability(self._counts[week], mean, ks), 0)
        with np.errstate(divide="ignore"):
            return Expected(mean, k, judged, self._season[week], 1 / inverse)

    def _fit_season(self, newest: int, inverse: Array) -> None:
        """Fit the season to the whole years up to `newest`, at the rates of now, and restate the exposures."""
        shape, rate, evidence = self._rates(inverse)
        first = newest + 1 - YEAR * min(SEASON_YEARS, (newest + 1) // YEAR)
        span = slice(first, newest + 1)
        weight = evidence * (self._entered[span] & ~self._alarmed[span])
        usual = self._contacts[span] * (shape / rate)
        most = usual + SEASON_OUTLIER * np.sqrt(usual * (1 + usual * inverse[:, None]))
        observed = (np.minimum(self._counts[span], most) * weight).sum(axis=2)
        expected = (usual * weight).sum(axis=2)
        known = self._known_weeks >= YEAR
        fitted = fit_season(observed, expected, self._harmonics[span], self._coefficients)
        self._coefficients = np.where(known[:, None], fitted, 0.0)
        swing = self._harmonics[:, 1:] @ self._coefficients[:, 1:].T
        self._season = np.exp(np.clip(swing, -SEASON_LIMIT, SEASON_LIMIT))
        self._facts[:, EXPOSURE] = self._contacts * self._season[..., None]
        remembered = FORGETTING ** np.arange(newest, -1, -1)[:, None, None] * self._entered[: newest + 1]
        self._sums[EXPOSURE] = (remembered * self._facts[: newest + 1, EXPOSURE]).sum(axis=0)


def fit_season(observed: Array, expected: Array, harmonics: Array, start: Array) -> Array:
    """Return the log-linear coefficients (portfolios, harmonics) of observed over expected (weeks, portfolios).

    Poisson regression with a normal prior on each coefficient, by Newton steps from `start`; the first harmonic
    is the level.
    """
    weeks, number = harmonics.shape
    spread = np.array([LEVEL_SPREAD] + [SEASON_SPREAD] * (number - 1))
    squares = (harmonics[:, :, None] * harmonics[:, None, :]).reshape(weeks, -1)
    coefficients = start
    for _ in range(6):
        mean = expected * np.exp(harmonics @ coefficients.T)
        slope = (observed - mean).T @ harmonics - coefficients / spread**2
        curvature = (mean.T @ squares).reshape(-1, number, number) + np.diag(spread**-2)
        step = np.linalg.solve(curvature, slope[..., None])[..., 0]
        coefficients = coefficients + np.clip(step, -1, 1)
    return coefficients


def _added(first: Array, second: Array) -> Array:
    """Return the relative variance of a product whose factors have these; never so small that k overflows."""
    return np.asarray(np.maximum(first + second + first * second, 1e-9))


def _log_probability(count: Array, mean: Array, k: Array) -> Array:
    """Return the log of the negative binomial probability, without the part that does not depend on k."""
    known = gammaln(count + k) - gammaln(k)
    return np.asarray(known + count * np.log(mean / (k + mean)) - k * np.log1p(mean / k))
