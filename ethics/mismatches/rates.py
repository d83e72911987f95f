"""Mismatch rates per client: a hierarchical Gamma–Poisson model whose hyper-parameters are integrated out.

For one severity, client i had E_i thousand contacts and x_i mismatches:

    x_i ~ Poisson(λ_i E_i),    λ_i ~ Gamma(shape a, mean μ),    μ and a unknown.

Putting one best guess of (μ, a) into the second line makes intervals too short when clients are few, so (μ,
a) is integrated on a grid that follows the posterior; each client's rate is then a finite mixture of Gammas.
The method is that of Christiansen and Morris, "Hierarchical Poisson regression modeling" (JASA 92, 1997).

The hyper-prior is fixed, weak and knows nothing of the data:

* log μ ~ Normal(0, 3²): the typical client meets between one mismatch in 360,000 contacts and one in three;
* log a ~ Logistic(0, 1): the shape and its inverse are equally likely, which makes the shrinkage a / (a + 1)
  of a client with one expected mismatch uniform on (0, 1). It is cut off at ±6.

Because the prior is fixed, two facts are theorems: one more mismatch never lowers the client's own mean or
limits, and one more contact never raises them (the posterior has a monotone likelihood ratio in both).

Conventions: contacts go in as contacts, rates come out as events per 1,000 contacts; the first axis is always
clients, the second (if any) severities, and each severity is a model of its own. Nothing here is random
except `Rates.draws`: the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammainc, gammaln, ndtri

Array = NDArray[np.float64]

LOG_MEAN_SPREAD = 3.0
LOG_SHAPE_LIMIT = 6.0

# Logs of all roots are sought here. A rate at the lower end, e^-690 per 1,000 contacts, is meant as 0.
ROOT_RANGE = (-690.0, 690.0)
# Newton doubles the digits at each step: after a step this small the error is beyond printing.
ROOT_STEP = 1e-8
# Weights of the trapezoidal rule near an end where the integrand has not died out (J. Gregory, 1670).
GREGORY = (3 / 8, 7 / 6, 23 / 24)
# Nodes that together weigh less than this are dropped.
NEGLIGIBLE = 1e-8


@dataclass(frozen=True, eq=False, slots=True)
class Hyper:
    """Posterior of the hyper-parameters of one severity: K nodes, each array (K,), weights adding up to 1.

    `shape` is a; `rate` is a / μ in thousands of contacts.
    """

    weight: Array
    shape: Array
    rate: Array


@dataclass(frozen=True, eq=False, slots=True)
class Rates:
    """Posterior of each client's mismatch rate, in events per 1,000 contacts.

    `mean`, `low` and `high` have the shape of the counts; [low, high] holds `mass` of the posterior with
    equal tails. `hyper` has one entry per severity. A limit too small for a number (below 1e-299) is 0.
    `counts` and `contacts` are what the rates were made of.
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

        One draw uses one pair of hyper-parameters for all clients of a severity, so that differences and
        ranks of clients, computed draw by draw, are right.
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

    A client without contacts gets the distribution of a client about whom nothing is known, whatever its
    count, because a count without contacts says nothing about a rate. With few clients the mean of that
    distribution is carried by its long tail and can exceed `high`: show such a client as unknown, do not rank
    it.

    Raises ValueError, saying what is wrong, for other shapes, no clients, counts that are negative, not
    finite or fractional, contacts that are negative or not finite, or a mass outside (0, 1).
    """
    x, exposure = checked(counts, contacts)
    if not 0 < mass < 1:
        raise ValueError(f"The mass of an interval must lie between 0 and 1, not {mass}.")
    columns = x.reshape(len(exposure), -1)
    hypers = tuple(integrate_hyper(column, exposure) for column in columns.T)
    tail = (1 - mass) / 2
    mean, low, high = (np.empty_like(columns) for _ in range(3))
    for j, hyper in enumerate(hypers):
        shape = columns[:, j, None] + hyper.shape
        rate = exposure[:, None] + hyper.rate
        mean[:, j] = (hyper.weight * shape / rate).sum(axis=1)
        low[:, j] = mixture_quantile(tail, hyper.weight, shape, rate)
        high[:, j] = mixture_quantile(1 - tail, hyper.weight, shape, rate)
    mean, low, high, x = (_frozen(values.reshape(x.shape)) for values in (mean, low, high, x))
    return Rates(mean, low, high, mass, x, _frozen(exposure * 1000), hypers)


def checked(counts: ArrayLike, contacts: ArrayLike) -> tuple[Array, Array]:
    """Return counts and thousands of contacts as new float arrays; counts without contacts become 0.

    Raises ValueError, saying what is wrong, as `posterior_rates` does.
    """
    x, e = np.array(counts), np.array(contacts)
    if any(values.size and values.dtype.kind not in "iuf" for values in (x, e)):
        raise ValueError("Counts and contacts must be numbers.")
    x, e = x.astype(np.float64), e.astype(np.float64)
    if x.ndim not in (1, 2):
        raise ValueError(f"Counts must have the shape (clients,) or (clients, severities), not {x.shape}.")
    if e.shape != x.shape[:1]:
        raise ValueError(f"Contacts must be one number per client: counts are {x.shape}, contacts {e.shape}.")
    if x.size == 0:
        raise ValueError("There are no clients or no severities to estimate rates for.")
    if not np.isfinite(x).all() or (x < 0).any() or (x != np.floor(x)).any():
        raise ValueError("Counts must be whole numbers, zero or more.")
    if not np.isfinite(e).all() or (e < 0).any():
        raise ValueError("Contacts must be finite numbers, zero or more.")
    x[e == 0] = 0
    return x, e / 1000


def integrate_hyper(x: Array, exposure: Array) -> Hyper:
    """Put a grid over the posterior of (log a, log μ) of one severity and return its nodes that matter.

    `x` and `exposure` (thousands of contacts) have the shape (clients,) and come from `checked`.

    For a given shape the posterior of log μ is log-concave, so its mode is unique and Newton finds it; the
    grid runs along that ridge, in units of the ridge's own width. Trapezoidal sums converge exponentially for
    such integrands once the step is below one standard deviation (L. N. Trefethen and J. A. C. Weideman, SIAM
    Review 56, 2014), which is why so few nodes are exact to many digits.
    """
    # Clients without contacts say nothing about the others; leaving them out also keeps log(0) away.
    x, exposure = x[exposure > 0], exposure[exposure > 0]
    log_shape = np.linspace(-LOG_SHAPE_LIMIT, LOG_SHAPE_LIMIT, 25)
    while True:
        mode, width = _ridge(log_shape, x, exposure)
        # Where the ridge is wide, a client's own distribution is the sharper one, and sets the step.
        step = min(0.8, 0.5 / float(width.max()))
        reach = np.floor(10 / step)
        log_mean = mode[:, None] + np.arange(-reach, reach + 1) * step * width[:, None]
        density = _log_posterior(log_shape[:, None], log_mean, x, exposure) + np.log(width)[:, None]
        weight = np.exp(density - density.max())
        for near, correction in enumerate(GREGORY):
            weight[[near, -1 - near]] *= correction
        marginal = weight.sum(axis=1) / weight.sum()
        centre = float(marginal @ log_shape)
        spread = float(np.sqrt(marginal @ (log_shape - centre) ** 2))
        spacing = log_shape[1] - log_shape[0]
        if spacing <= 0.8 * spread:
            break
        # Keep every shape within exp(-20) of the best, one step more on each side, and look closer. A spread
        # far below the spacing is not yet known, only small.
        alive = np.flatnonzero(marginal > marginal.max() * np.exp(-20))
        left, right = log_shape[max(alive[0] - 1, 0)], log_shape[min(alive[-1] + 1, len(log_shape) - 1)]
        nodes = np.ceil((right - left) / (0.75 * max(spread, spacing / 4)))
        log_shape = np.linspace(left, right, int(nodes) + 1)
    flat = weight.ravel() / weight.sum()
    order = np.argsort(flat, kind="stable")
    kept = np.sort(order[np.cumsum(flat[order]) > NEGLIGIBLE])
    shape = np.exp(np.repeat(log_shape, log_mean.shape[1])[kept])
    rate = shape / np.exp(log_mean.ravel()[kept])
    return Hyper(_frozen(flat[kept] / flat[kept].sum()), _frozen(shape), _frozen(rate))


def _ridge(log_shape: Array, x: Array, exposure: Array) -> tuple[Array, Array]:
    """Return mode and standard deviation (by curvature) of log μ for each shape; all one-dimensional."""
    shape = np.exp(log_shape)[:, None]

    def descent(log_mean: Array, active: NDArray[np.intp]) -> tuple[Array, Array]:
        a = shape[active]
        share = expit(log_mean[:, None] + np.log(exposure) - np.log(a))
        slope = ((a + x) * share - x).sum(axis=1) + log_mean / LOG_MEAN_SPREAD**2
        return slope, ((a + x) * share * (1 - share)).sum(axis=1) + LOG_MEAN_SPREAD**-2

    start = np.full(len(log_shape), np.log((x.sum() + 0.5) / (exposure.sum() + 0.5)))
    mode = _increasing_root(descent, start)
    curvature = descent(mode, np.arange(len(mode)))[1]
    return mode, 1 / np.sqrt(curvature)


def _log_posterior(log_shape: Array, log_mean: Array, x: Array, exposure: Array) -> Array:
    """Return the log posterior density of (log a, log μ), up to a constant; the two broadcast to a grid."""
    a = np.exp(log_shape)
    rate = np.exp(log_shape - log_mean)
    # The sum over clients is split: the costly log-gammas are needed once per shape, not once per node.
    likelihood = (gammaln(a + x) - gammaln(a)).sum(axis=-1, keepdims=True) + len(x) * a * np.log(rate)
    for count, thousands in zip(x, exposure, strict=True):
        likelihood = likelihood - (a + count) * np.log(rate + thousands)
    prior = -0.5 * (log_mean / LOG_MEAN_SPREAD) ** 2 + log_shape - 2 * np.logaddexp(0, log_shape)
    return np.asarray(likelihood + prior)


def mixture_quantile(level: float, weight: Array, shape: Array, rate: Array) -> Array:
    """Invert the distribution function of each client's Gamma mixture; shape and rate are (clients, nodes).

    `weight` has the shape (nodes,), or (clients, nodes) when each client has weights of its own.

    Newton runs on the normal score of the probability against the log of the rate, where a Gamma is nearly a
    straight line, so that four or five steps suffice.
    """
    target = ndtri(level)
    weight = np.broadcast_to(weight, shape.shape)
    log_gamma = gammaln(shape)

    def score(log_value: Array, active: NDArray[np.intp]) -> tuple[Array, Array]:
        a = shape[active]
        y = rate[active] * np.exp(log_value)[:, None]
        normal = ndtri((weight[active] * gammainc(a, y)).sum(axis=1))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            density = (weight[active] * np.exp(a * np.log(y) - y - log_gamma[active])).sum(axis=1)
            slope = density / (np.exp(-0.5 * normal**2) / np.sqrt(2 * np.pi))
        return normal - target, slope

    # The start is the quantile of the log-normal with the same mean and variance.
    mean = (weight * shape / rate).sum(axis=1)
    square = (weight * shape * (shape + 1) / rate**2).sum(axis=1)
    variance = np.log(np.maximum(square / mean**2, 1 + 1e-12))
    log_value = _increasing_root(score, np.log(mean) - variance / 2 + target * np.sqrt(variance))
    return np.where(log_value <= ROOT_RANGE[0] + 1, 0.0, np.exp(log_value))


def _increasing_root(function: Callable[[Array, NDArray[np.intp]], tuple[Array, Array]], start: Array) -> Array:
    """Solve many increasing equations at once by Newton steps that fall back on bisection.

    `function(values, active)` returns value and slope of the equations numbered `active`. The answer lies in
    ROOT_RANGE; a root outside it comes back as the nearer end.
    """
    least, most = ROOT_RANGE
    low, high = np.full(start.shape, least), np.full(start.shape, most)
    root = np.clip(start, least, most)
    end_untried = np.ones(start.shape, dtype=bool)
    active = np.arange(len(root))
    steps = 0
    while len(active):
        at = root[active]
        value, slope = function(at, active)
        low[active] = np.where(value < 0, at, low[active])
        high[active] = np.where(value >= 0, at, high[active])
        below, above = low[active], high[active]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = at - value / slope
        # Fifty steps without an answer mean that Newton creeps; halving always ends.
        inside = (newton >= below) & (newton <= above) & (steps < 50)
        # A step that leaves on the low side often means that the root is beyond the end: look there once.
        to_end = (newton < below) & end_untried[active]
        end_untried[active] &= ~to_end
        moved = np.where(inside, newton, np.where(to_end, least, (below + above) / 2))
        root[active] = moved
        active = active[np.abs(moved - at) > ROOT_STEP * np.maximum(1, np.abs(at))]
        steps += 1
    return root


def _frozen(values: Array) -> Array:
    values.flags.writeable = False
    return values
