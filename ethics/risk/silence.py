"""Silence watch: clients about whom fewer flags came in than their size, or their own past, lead one to expect.

Every flag counts here: dismissed ones, disappointments (M01) and open outages (M02) too, because the question is
whether people speak, not whether they are right. Two questions are asked of each client and span of time:

* quieter than others: the rate of all flags follows the Gamma–Poisson model of `ethics.mismatches.rates`, learnt
  from the OTHER clients' same span. The flags of a client of this size then follow a mixture of negative binomials.
* gone quiet: the client's own earlier span predicts this one, in two ways, and the milder answer stands: the
  smaller mean, the larger tail.
  - Category by category: each has a model of its own, learnt from everybody's earlier span and sharpened by the
    client's own earlier flags; flags of all categories together follow the convolution of the categories' mixtures
    of negative binomials. So a client is held to its own mix.
  - All flags as one, because some clients are franker about everything, which categories on their own do not see,
    and because no rate stands still. How far rates drift between spans is learnt from the other clients, and from
    rises only, so that neither a silent client nor a silent house excuses itself.

The answer to each is a tail, P(so few flags or fewer) if nothing has changed. Two questions are two chances of a
false call: a client is quiet when a tail is below level / 2, so that at most `level` of the clients of whom
nothing is wrong are called quiet. A client that can be asked only one question is held to the same level / 2. One
flag fewer never raises a tail.

A quiet client is a reason to go and ask, not a finding: silence has many causes. Nothing here is random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln

from ethics.mismatches.rates import Array, Hyper, checked, integrate_hyper, mixture_quantile

Clients = NDArray[np.intp]

# Fewer other clients say too little about what is usual.
OTHERS = 4
# A past with fewer flags, or with less than this share of the span's contacts, is not a past to be held to.
EARLIER_FLAGS = 5
EARLIER_SHARE = 0.5

# Reweighted nodes stand in for a new integration while they are worth at least this share of their number. Nodes
# that the grid has dropped then weigh at most sqrt(rates.NEGLIGIBLE / LEAST_WORTH), about 0.00014.
LEAST_WORTH = 0.5
# Nodes of one category that together weigh less are left out; each category adds as much to a tail's error at most.
TRIFLING = 1e-5
# Typical relative changes of a rate between two spans, and how likely each is before any data: exponential, mean 0.2.
DRIFTS = np.array([0.0, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9])
DRIFT_PRIOR = np.exp(-DRIFTS / 0.2) * np.gradient(DRIFTS)
# So many standard deviations above its mean a category is cut off.
REACH = 12
# So many clients are convolved at once; more would not fit the processor's cache.
BATCH = 8
# Stands in for a chance too small for a number.
LEAST_CHANCE = 1e-300


@dataclass(frozen=True, slots=True)
class Silence:
    """What was heard about one client in a span, and what was to be expected; counts are flags in the span.

    `expected_by_size` is the mean for a client of this size, `typical_by_size` the median: half of such clients
    lead one to expect fewer. With few other clients the mean is carried by its long tail; then show the median.
    `expected_by_history` is the mean by the client's own past, the smaller of two. Tails are probabilities. What cannot be judged is
    None: by size without contacts in the span or with fewer than 4 other clients that have some; by history
    without contacts, with fewer than 5 earlier flags, or with earlier contacts below half of the span's.

    `quiet` names the question that found the client quiet, the one with the smaller tail if both did.
    """

    observed: int
    expected_by_size: float | None
    typical_by_size: float | None
    expected_by_history: float | None
    tail_by_size: float | None
    tail_by_history: float | None
    quiet: Literal["size", "history"] | None


def listen(
    recent: ArrayLike,
    recent_contacts: ArrayLike,
    earlier: ArrayLike,
    earlier_contacts: ArrayLike,
    *,
    level: float = 0.05,
) -> tuple[Silence, ...]:
    """Compare each client's flags in a span with the other clients' and with its own earlier span.

    recent, earlier: numbers of flags, shape (clients, categories); the earlier span ends before the recent one.
    recent_contacts, earlier_contacts: contacts (not thousands), shape (clients,). The spans may differ in length:
    flags are compared per contact.
    level: share of calm clients that may be called quiet, between 0 and 1.

    Raises ValueError, saying what is wrong, for other shapes, no clients, counts that are negative, not finite or
    fractional, contacts that are negative or not finite, or a level outside (0, 1).
    """
    now, thousands = checked(recent, recent_contacts)
    past, past_thousands = checked(earlier, earlier_contacts)
    if now.ndim != 2 or past.shape != now.shape:
        raise ValueError(f"Both spans must be (clients, categories) alike: recent {now.shape}, earlier {past.shape}.")
    if not 0 < level < 1:
        raise ValueError(f"The level must lie between 0 and 1, not {level}.")
    heard = np.asarray(recent).sum(axis=1)
    total = now.sum(axis=1)

    by_size = np.full((3, len(total)), np.nan)
    here = np.flatnonzero(thousands > 0)
    if len(here) > OTHERS:
        by_size[:, here] = _by_size(total[here], thousands[here])
    by_history = np.full((2, len(total)), np.nan)
    enough = (past.sum(axis=1) >= EARLIER_FLAGS) & (past_thousands >= EARLIER_SHARE * thousands)
    remembered = np.flatnonzero((thousands > 0) & enough)
    if len(remembered):
        by_mix = _by_mix(total, thousands, past, past_thousands, remembered)
        by_total = _by_total(total, thousands, past, past_thousands, remembered)
        by_history[0, remembered] = np.minimum(by_mix[0], by_total[0])
        by_history[1, remembered] = np.maximum(by_mix[1], by_total[1])

    return tuple(
        Silence(
            observed=int(heard[i]),
            expected_by_size=_known(by_size[0, i]),
            typical_by_size=_known(by_size[1, i]),
            expected_by_history=_known(by_history[0, i]),
            tail_by_size=_known(by_size[2, i]),
            tail_by_history=_known(by_history[1, i]),
            quiet=_quiet(float(by_size[2, i]), float(by_history[1, i]), level / 2),
        )
        for i in range(len(total))
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _quiet(size: float, history: float, limit: float) -> Literal["size", "history"] | None:
    """Return the question with the smaller tail, if that is below the limit; nan is not below anything."""
    if size < limit and not history < size:
        return "size"
    return "history" if history < limit else None


def _by_size(total: Array, thousands: Array) -> Array:
    """Return mean, median and tail of each client's flags by the other clients; shape (3, clients).

    One integration over all clients serves nearly all of them: without client i, the posterior of the
    hyper-parameters is the posterior with it, divided by the likelihood of i at each node. Where that shifts the
    weights too far, as it does for every client of a small portfolio, the others are integrated anew.
    """
    hyper = integrate_hyper(total, thousands)
    x, scale = total[:, None], thousands[:, None] / hyper.rate
    weight = np.log(hyper.weight) - _log_chance(x, hyper.shape, scale)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    worth = 1 / (weight**2 / hyper.weight).sum(axis=1)

    answer = _asked(total, thousands, weight, hyper)
    for i in np.flatnonzero(worth < LEAST_WORTH):
        others = integrate_hyper(np.delete(total, i), np.delete(thousands, i))
        answer[:, [i]] = _asked(total[[i]], thousands[[i]], others.weight[None], others)
    return answer


def _asked(total: Array, thousands: Array, weight: Array, hyper: Hyper) -> Array:
    """Return mean, median and tail by the nodes of `hyper`, weighted anew; weight has the shape (clients, nodes)."""
    e = thousands[:, None]
    shape = np.broadcast_to(hyper.shape, weight.shape)
    rate = np.broadcast_to(hyper.rate, weight.shape)
    mean = (weight * shape / rate).sum(axis=1) * thousands
    median = mixture_quantile(0.5, weight, shape, rate) * thousands
    tail = (weight * betainc(shape, total[:, None] + 1, rate / (rate + e))).sum(axis=1)
    return np.array([mean, median, tail])


def _by_total(total: Array, thousands: Array, past: Array, past_thousands: Array, clients: Clients) -> Array:
    """Return mean and tail of the given clients' flags by their own past, all categories as one; shape (2, clients).

    The model is learnt from the earlier span of all clients, this one included: what is predicted is later. Given
    the past and a node, the rate of the span is Gamma with the posterior's mean; a drift widens its variance.
    """
    hyper = _coarser(integrate_hyper(past.sum(axis=1), past_thousands))
    x = total[clients, None]
    shape = past[clients].sum(axis=1)[:, None] + hyper.shape
    mean = shape * thousands[clients, None] / (hyper.rate + past_thousands[clients, None])
    tails, logs = (np.empty((len(clients), len(DRIFTS))) for _ in range(2))
    for k, drift in enumerate(DRIFTS):
        a = 1 / (1 / shape + drift**2 * (1 + 1 / shape))
        p = a / (a + mean)
        tails[:, k] = (hyper.weight * betainc(a, x + 1, p)).sum(axis=1)
        logs[:, k] = np.log((hyper.weight * np.exp(_log_chance(x, a, mean / a))).sum(axis=1) + LEAST_CHANCE)
    logs[tails[:, 0] <= 0.5] = 0
    weight = np.log(DRIFT_PRIOR) + logs.sum(axis=0) - logs
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    return np.array([(hyper.weight * mean).sum(axis=1), (weight * tails).sum(axis=1) / weight.sum(axis=1)])


def _log_chance(x: Array, shape: Array, scale: Array) -> Array:
    """Return the log of the negative binomial with mean shape * scale at x; the three broadcast."""
    gammas = betaln(shape, x + 1) + np.log(shape + x)
    return np.asarray(x * (np.log(scale) - np.log1p(scale)) - shape * np.log1p(scale) - gammas)


def _by_mix(total: Array, thousands: Array, past: Array, past_thousands: Array, clients: Clients) -> Array:
    """Return mean and tail of the given clients' flags by their own past, category by category; shape (2, clients).

    As in `_by_total` the models are learnt from everybody's earlier span.
    """
    answer = np.empty((2, len(clients)))
    hypers = [_coarser(integrate_hyper(column, past_thousands)) for column in past.T]
    # Clients with about as many flags share one batch, so that none is carried further than it needs.
    order = np.argsort(total[clients], kind="stable")
    for places in np.split(order, range(BATCH, len(order), BATCH)):
        batch = clients[places]
        most = int(total[batch].max())
        growth = thousands[batch, None]
        parts, means = [], np.zeros(len(batch))
        for hyper, counts in zip(hypers, past[batch].T, strict=True):
            shape = counts[:, None] + hyper.shape
            scale = growth / (hyper.rate + past_thousands[batch, None])
            mean = (hyper.weight * shape * scale).sum(axis=1)
            square = (hyper.weight * shape * scale * (1 + scale + shape * scale)).sum(axis=1)
            reach = float((mean + REACH * (1 + np.sqrt(square - mean**2))).max())
            parts.append(_mixture(hyper.weight, shape, scale, min(most, int(reach))))
            means += mean
        answer[:, places] = means, _convolved(parts, total[batch].astype(np.intp))
    return answer


def _coarser(hyper: Hyper) -> Hyper:
    """Return the heaviest nodes, all but TRIFLING of the weight."""
    order = np.argsort(hyper.weight, kind="stable")
    kept = np.sort(order[np.cumsum(hyper.weight[order]) > TRIFLING])
    weight = hyper.weight[kept]
    return Hyper(weight / weight.sum(), hyper.shape[kept], hyper.rate[kept])


def _mixture(weight: Array, shape: Array, scale: Array, most: int) -> Array:
    """Return the probabilities of 0 to `most` flags of one category, shape (clients, most + 1).

    shape and scale are (clients, nodes). Each probability is the one before times (shape + n) / (n + 1) times
    scale / (1 + scale); it is summed in logs, because that of no flags may be too small for a number.
    """
    n = np.arange(most)
    logs = np.empty((*shape.shape, most + 1))
    logs[:, :, 0] = -shape * np.log1p(scale)
    np.log((shape[:, :, None] + n) / (n + 1.0), out=logs[:, :, 1:])
    logs[:, :, 1:] += (np.log(scale) - np.log1p(scale))[:, :, None]
    np.cumsum(logs, axis=2, out=logs)
    return np.asarray(np.einsum("k,ikn->in", weight, np.exp(logs, out=logs)))


def _convolved(parts: list[Array], observed: Clients) -> Array:
    """Return P(sum of the categories <= observed) of each client; what a part leaves out lies above its end."""
    length = sum(part.shape[1] for part in parts)
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for part in parts:
        spectrum = spectrum * np.fft.rfft(part, length, axis=1)
    below = np.cumsum(np.fft.irfft(spectrum, length, axis=1), axis=1)
    return np.asarray(np.clip(below[np.arange(len(observed)), np.minimum(observed, length - 1)], 0, 1))
