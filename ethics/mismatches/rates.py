"""Mismatch rates per client: a hierarchical Gamma–Poisson model whose hyper-parameters are integrated out.

For one severity, client i had E_i thousand contacts and x_i mismatches:

    x_i ~ Poisson(λ_i E_i),    λ_i ~ Gamma(shape a, mean μ),    μ and a unknown.

Putting one best guess of (μ, a) into the second line makes intervals too short when clients are few, so (μ, a)
is integrated on a grid that follows the posterior; each client's rate is then a finite mixture of Gammas. The
method is that of C. L. Christiansen and C. N. Morris, "Hierarchical Poisson regression modeling", JASA 92 (1997).

The hyper-prior is fixed, weak and knows nothing of the data:

* log μ ~ Normal(0, 3²): the typical client meets between one mismatch in 360,000 contacts and one in three;
* log a ~ Logistic(0, 1): the shape and its inverse are equally likely, which makes the shrinkage a / (a + 1)
  of a client with one expected mismatch uniform on (0, 1).

Because the prior is fixed, two facts are theorems: one more mismatch never lowers the client's own mean or limits,
and one more contact never raises them (the posterior has a monotone likelihood ratio in both).

Conventions: contacts go in as contacts, rates come out as events per 1,000 contacts; the first axis is always
clients, the second (if any) severities, and each severity is a model of its own. Nothing here is random except
`Rates.draws`: the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammainc, gammaln, ndtr, ndtri

Array = NDArray[np.float64]

LOG_MEAN_SPREAD = 3.0
LOG_SHAPE_LIMIT = 9.0

# Below 1e-300 events per 1,000 contacts a rate is printed, and meant, as zero.
LOG_RATE_RANGE = (-690.0, 690.0)
NEGLIGIBLE = 1e-8


@dataclass(frozen=True, eq=False, slots=True)
class Hyper:
    """Posterior of the hyper-parameters of one severity: K nodes (arrays of shape (K,)), weights adding up to 1.

    `shape` is a; `rate` is a / μ in thousands of contacts.
    """

    weight: Array
    shape: Array
    rate: Array


@dataclass(frozen=True, eq=False, slots=True)
class Rates:
    """Posterior of each client's mismatch rate, in events per 1,000 contacts.

    `mean`, `low` and `high` have the shape of the counts; [low, high] holds `mass` of the posterior with equal
    tails. `hyper` has one entry per severity. A rate too small for a number (below 1e-300) is 0.
    """

    mean: Array
    low: Array
    high: Array
    mass: float
    counts: Array
    contacts: Array
    hyper: tuple[Hyper, ...]

    def draws(self, size: int, generator: np.random.Generator) -> Array:
        """Draw `size` joint samples of all rates: shape (size, *counts.shape).

        One draw uses one pair of hyper-parameters for all clients of a severity, so that differences and ranks of
        clients, computed draw by draw, are right.
        """
        counts = self.counts.reshape(len(self.contacts), -1)
        drawn = np.empty((size, *counts.shape))
        for column, hyper in enumerate(self.hyper):
            node = generator.choice(len(hyper.weight), size, p=hyper.weight)
            shape = hyper.shape[node, None] + counts[:, column]
            drawn[:, :, column] = generator.gamma(shape) / (hyper.rate[node, None] + self.contacts / 1000)
        return drawn.reshape(size, *self.counts.shape)


def posterior_rates(counts: ArrayLike, contacts: ArrayLike, *, mass: float = 0.95) -> Rates:
    """Estimate each client's mismatch rate per 1,000 contacts, borrowing strength from the other clients.

    counts: whole numbers of mismatches, shape (clients,) or (clients, severities).
    contacts: number of contacts (not thousands), shape (clients,).
    mass: probability inside [low, high], between 0 and 1.

    A client without contacts gets the distribution of a client about whom nothing is known: the mean over the
    hyper-parameters, a wide interval. With few clients that mean is carried by its long tail; show the interval.

    Raises ValueError, saying what is wrong, for other shapes, no clients, counts that are negative, broken or
    fractional, contacts that are negative or not finite, mismatches without contacts, or a mass outside (0, 1).
    """
    x, exposure = _checked(counts, contacts, mass)
    columns = x.reshape(len(exposure), -1)
    hypers = tuple(_integrate_hyper(column, exposure) for column in columns.T)
    tail = (1 - mass) / 2
    mean, low, high = (np.empty_like(columns) for _ in range(3))
    for j, hyper in enumerate(hypers):
        shape = columns[:, j, None] + hyper.shape
        rate = exposure[:, None] + hyper.rate
        mean[:, j] = (hyper.weight * shape / rate).sum(axis=1)
        low[:, j] = _mixture_quantile(tail, hyper.weight, shape, rate)
        high[:, j] = _mixture_quantile(1 - tail, hyper.weight, shape, rate)
    frozen = [_frozen(values.reshape(x.shape)) for values in (mean, low, high, x)]
    return Rates(*frozen[:3], mass, frozen[3], _frozen(exposure * 1000), hypers)


def _checked(counts: ArrayLike, contacts: ArrayLike, mass: float) -> tuple[Array, Array]:
    """Return counts and thousands of contacts as new float arrays, or raise ValueError."""
    x, e = np.array(counts), np.array(contacts)
    if x.size and x.dtype.kind not in "iuf" or e.size and e.dtype.kind not in "iuf":
        raise ValueError("Counts and contacts must be numbers.")
    x, e = x.astype(np.float64), e.astype(np.float64)
    if x.ndim not in (1, 2):
        raise ValueError(f"Counts must have the shape (clients,) or (clients, severities), not {x.shape}.")
    if e.shape != x.shape[:1]:
        raise ValueError(f"Contacts must have one number per client: counts are {x.shape}, contacts {e.shape}.")
    if x.size == 0:
        raise ValueError("There are no clients or no severities to estimate rates for.")
    if not np.isfinite(x).all() or (x < 0).any() or (x != np.floor(x)).any():
        raise ValueError("Counts must be whole numbers, zero or more.")
    if not np.isfinite(e).all() or (e < 0).any():
        raise ValueError("Contacts must be finite numbers, zero or more.")
    if (x.reshape(len(e), -1).sum(axis=1)[e == 0] > 0).any():
        raise ValueError("A client has mismatches but no contacts: a rate needs the contacts they came from.")
    if not 0 < mass < 1:
        raise ValueError(f"The mass of an interval must lie between 0 and 1, not {mass}.")
    return x, e / 1000


def _integrate_hyper(x: Array, exposure: Array) -> Hyper:
    """Put a grid over the posterior of (log a, log μ) of one severity and return its nodes that matter.

    For a given shape the posterior of log μ is log-concave, so its mode is unique and Newton finds it; the grid
    runs along that ridge, in units of the ridge's own width. Trapezoidal sums converge exponentially for such
    integrands once the step is below one standard deviation (L. N. Trefethen and J. A. C. Weideman, SIAM Review
    56, 2014), which is why so few nodes are exact to many digits.
    """
    # Clients without contacts say nothing; leaving them out also keeps log(0) away.
    x, exposure = x[exposure > 0], exposure[exposure > 0]
    log_shape = np.linspace(-LOG_SHAPE_LIMIT, LOG_SHAPE_LIMIT, 73)
    while True:
        mode, width = _ridge(log_shape, x, exposure)
        step = min(0.8, 1 / float(width.max()))
        z = np.arange(-np.floor(10 / step), np.floor(10 / step) + 1) * step
        log_mean = mode[:, None] + z * width[:, None]
        density = _log_posterior(log_shape[:, None], log_mean, x, exposure) + np.log(width)[:, None]
        weight = np.exp(density - density.max())
        marginal = weight.sum(axis=1) / weight.sum()
        spacing = log_shape[1] - log_shape[0]
        centre = float(marginal @ log_shape)
        spread = float(np.sqrt(marginal @ (log_shape - centre) ** 2))
        if spacing <= max(0.3, 0.8 * spread) and spacing <= max(0.8 * spread, 1e-6):
            break
        # Keep whatever is not hopeless, one step more on each side, and look closer.
        alive = np.flatnonzero(np.log(np.maximum(marginal, 1e-300)) > np.log(marginal.max()) - 40)
        low = log_shape[max(alive[0] - 1, 0)]
        high = log_shape[min(alive[-1] + 1, len(log_shape) - 1)]
        log_shape = np.linspace(low, high, 41)
    flat, shape = weight.ravel(), np.repeat(np.exp(log_shape), z.size)
    order = np.argsort(flat, kind="stable")
    kept = np.sort(order[np.cumsum(flat[order]) > NEGLIGIBLE * flat.sum()])
    return Hyper(
        _frozen(flat[kept] / flat[kept].sum()),
        _frozen(shape[kept]),
        _frozen(shape[kept] / np.exp(log_mean.ravel()[kept])),
    )
