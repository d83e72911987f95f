"""The alarm: has a client's weekly number of mismatches doubled? Shiryaev–Roberts over a learnt baseline.

Each week with contacts moves a client's statistic by how much better "the rate has doubled" explains its count
than "nothing has changed" (see `ethics.risk.baseline` for what nothing is):

    R_t = (1 + R_{t-1}) × NB(count; 2 mean, k) / NB(count; mean, k)

R is a sum over all weeks in which the change may have begun, so that a slow rise and a sudden one are both seen.
An alarm is raised when R reaches the threshold A, and R starts anew. If the baseline were known, R_t - t would
be a martingale, and the mean time to a false alarm at least A weeks per client (M. Pollak, "Average run lengths of
an optimal method of detecting a change in distribution", Annals of Statistics 15, 1987). With a learnt baseline
that is not a theorem: it holds in simulation (`python -m tests.validation alarm`).

Nothing here is random, and a week never changes what was said about earlier ones.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ethics.risk.baseline import Array, Baseline, Flags

# The change that is looked for: a doubled rate.
RATIO = 2.0
# One week cannot move the statistic further than to a number that is still finite.
LARGEST_STEP = 500.0
DAYS_OF_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm: indices of the client, of the week, and of the most likely first week of the change.

    `statistic` is the value that reached the threshold.
    """

    client: int
    week: int
    since: int
    statistic: float


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """A portfolio watched: arrays have the shape (clients, weeks) unless said otherwise.

    `statistic` is the value reached in the week, before any new start. `mean` is the expected count if nothing
    has changed (a shade high while poorly known) and `k` its predictive dispersion: variance = mean + mean² / k.
    Both are nan in a week without contacts and as long as nothing is known. `judged` says which weeks moved
    the statistic. `season` (1 = an average week) and `dispersion` (k of the portfolio; less is rougher) have
    the shape (weeks,).
    """

    statistic: Array
    mean: Array
    k: Array
    judged: Flags
    season: Array
    dispersion: Array
    alarms: tuple[Raised, ...]

    def usual(self, clients: ArrayLike, weeks: ArrayLike, *, mass: float = 0.95) -> tuple[Array, Array]:
        """Return the lowest and highest usual count of these clients in these weeks (indices, broadcast).

        At least `mass` of the ordinary weeks lie between them, with at most equal tails outside; nan where the mean
        is nan. Raises ValueError for a mass outside (0, 1).
        """
        # scipy.stats takes a while to load, and only charts need it.
        from scipy.stats import nbinom

        if not 0 < mass < 1:
            raise ValueError(f"The mass of a range must lie between 0 and 1, not {mass}.")
        where = (np.asarray(clients, dtype=np.intp), np.asarray(weeks, dtype=np.intp))
        mean, k = self.mean[where], self.k[where]
        low, high = (np.asarray(nbinom.ppf(level, k, k / (k + mean))) for level in ((1 - mass) / 2, (1 + mass) / 2))
        return low, high


def log_likelihood_ratio(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike, ratio: ArrayLike = RATIO) -> Array:
    """Return log NB(count; ratio × mean, k) - log NB(count; mean, k), where k is the dispersion.

    The variance is mean + mean² / k, and k = inf is Poisson. The four broadcast. At mean 0 the limit is taken: a
    count of 0 says nothing, and any other speaks for the larger mean by count × log(ratio).

    Raises ValueError for counts that are negative or not whole, means that are negative or not finite, and
    dispersions or ratios that are not above 0 or, for the ratio, not finite.
    """
    x, m, k, r = (np.asarray(value, dtype=np.float64) for value in (count, mean, dispersion, ratio))
    _check_counts(x)
    if not np.isfinite(m).all() or (m < 0).any():
        raise ValueError("Expected counts must be finite numbers, zero or more.")
    if not (k > 0).all():
        raise ValueError("A dispersion must be above zero.")
    if not np.isfinite(r).all() or not (r > 0).all():
        raise ValueError("A ratio must be a finite number above zero.")
    return _log_ratio(x, m, k, r)


def _log_ratio(x: Array, m: Array, k: Array, r: Array | float) -> Array:
    poisson = (r - 1) * m
    with np.errstate(invalid="ignore"):
        rough = (x + k) * np.log1p(poisson / (k + m))
    return np.asarray(x * np.log(r) - np.where(np.isinf(k), poisson, rough))


def threshold(clients: int) -> float:
    """Return the threshold A for a portfolio of this many clients: 52 for each, and never below 260.

    An ordinary client raises a false alarm once in A weeks or less often. So n clients raise at most n / A a week:
    about one a year however many there are, and a centre with one client one in five years. Raises ValueError
    for a negative number.
    """
    if clients < 0:
        raise ValueError("A portfolio cannot have fewer than no clients.")
    return float(max(260, 52 * clients))


def watch(
    counts: ArrayLike,
    contacts: ArrayLike,
    *,
    first_monday: dt.date,
    threshold: float,
    restarts: Mapping[int, Iterable[int]] | None = None,
) -> Watch:
    """Watch the clients of a portfolio over consecutive weeks and raise alarms.

    counts: whole numbers of mismatches, shape (clients, weeks).
    contacts: numbers of contacts, same shape. A week without any is not judged and teaches nothing.
    first_monday: the Monday of the first column; it fixes the season.
    threshold: an alarm is raised where the statistic reaches it.
    restarts: for a client, weeks from which its statistic starts anew (an alarm was closed). Weeks after the last
    column have no effect yet.

    Raises ValueError, saying what is wrong, for other shapes, counts that are negative or not whole, contacts that
    are negative or not finite, a day that is not a Monday, a threshold that is not a finite number above
    zero, and restarts of unknown clients or before the first week.
    """
    x, e = np.asarray(counts), np.asarray(contacts)
    if x.ndim != 2 or x.shape != e.shape:
        raise ValueError(f"Counts and contacts must both be (clients, weeks), not {x.shape} and {e.shape}.")
    anew = {client: frozenset(weeks) for client, weeks in (restarts or {}).items()}
    if any(not 0 <= client < len(x) for client in anew) or any(week < 0 for weeks in anew.values() for week in weeks):
        raise ValueError("A restart needs a client of the portfolio and a week that is not before the first.")
    return watch_portfolios(x[None], e[None], first_monday=first_monday, threshold=threshold, restarts=anew)[0]


def watch_portfolios(
    counts: ArrayLike,
    contacts: ArrayLike,
    *,
    first_monday: dt.date,
    threshold: float,
    restarts: Mapping[int, frozenset[int]] | None = None,
) -> list[Watch]:
    """Watch independent portfolios of one size at once: shape (portfolios, clients, weeks).

    This is `watch` for simulations. Restarts are the same in all portfolios.
    """
    # Weeks go first, because they are walked through and each should lie together in memory.
    x: Array = np.moveaxis(np.array(counts, dtype=np.float64), -1, 0).copy()
    e: Array = np.moveaxis(np.array(contacts, dtype=np.float64), -1, 0).copy()
    _check_counts(x)
    if not np.isfinite(e).all() or (e < 0).any():
        raise ValueError("Contacts must be finite numbers, zero or more.")
    if first_monday.weekday() != 0:
        raise ValueError(f"Weeks begin on a Monday, and {first_monday} is not one.")
    if not (math.isfinite(threshold) and threshold > 0):
        raise ValueError(f"A threshold must be a finite number above zero, not {threshold}.")
    x[e == 0] = 0
    angle = 2 * np.pi * (first_monday.timetuple().tm_yday + 7.0 * np.arange(len(x))) / DAYS_OF_YEAR
    baseline = Baseline(x, e, np.asarray(angle))
    record = {name: np.empty(x.shape) for name in ("statistic", "mean", "k", "judged")}
    season, dispersion = np.empty(x.shape[:2]), np.empty(x.shape[:2])
    alarms: list[list[Raised]] = [[] for _ in range(x.shape[1])]
    now = _Statistic(x.shape[1:])
    for week, count in enumerate(x):
        closed = [client for client, weeks in (restarts or {}).items() if week in weeks]
        now.start_anew(np.isin(np.arange(x.shape[2]), closed)[None])
        expected = baseline.expect(week)
        now.move(week, _log_ratio(count, expected.mean, expected.k, RATIO), expected.judged)
        record["statistic"][week], record["judged"][week] = now.value, expected.judged
        record["mean"][week], record["k"][week] = expected.mean, expected.k
        season[week], dispersion[week] = expected.season, expected.dispersion
        reached = expected.judged & (now.value >= threshold)
        for portfolio, client in np.argwhere(reached).tolist():
            since = int(now.since[portfolio, client])
            alarms[portfolio].append(Raised(client, week, since, float(now.value[portfolio, client])))
            baseline.leave_out(portfolio, client, since, week)
        now.start_anew(reached)
    return [
        Watch(
            **{name: values[:, p].T.copy() for name, values in record.items() if name != "judged"},
            judged=record["judged"][:, p].T.astype(bool),
            season=season[:, p].copy(),
            dispersion=dispersion[:, p].copy(),
            alarms=tuple(alarms[p]),
        )
        for p in range(x.shape[1])
    ]


class _Statistic:
    """R of every client, and the start of the change that makes its weeks most likely."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.value = np.zeros(shape)
        self.since = np.zeros(shape, dtype=np.int64)
        # The sum of log ratios since then. Once it is not above 0, a start in the next week is as good.
        self._best = np.zeros(shape)

    def move(self, week: int, log_ratio: Array, judged: Flags) -> None:
        step = np.where(judged, np.minimum(log_ratio, LARGEST_STEP), 0)
        self.value = np.where(judged, (1 + self.value) * np.exp(step), self.value)
        self.since = np.where(judged & (self._best <= 0), week, self.since)
        self._best = np.maximum(self._best, 0) + step

    def start_anew(self, where: Flags) -> None:
        self.value = np.where(where, 0, self.value)
        self._best = np.where(where, 0, self._best)


def _check_counts(x: Array) -> None:
    if not np.isfinite(x).all() or (x < 0).any() or (x != np.floor(x)).any():
        raise ValueError("Counts must be whole numbers, zero or more.")
