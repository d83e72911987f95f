"""How a client answers and repairs, as a reading: the share of its matters that went wrong.

A matter is a question to the client, or a promise of its proved broken. What each is worth on each day is a stretch:
nothing wrong (0), all wrong (1) or in between, from one day until another; a settled matter loses weight with age as
mismatches do, an open one does not. The share has a Beta prior that the policy fixes, so that one late answer does not
make a bad client. Days are proleptic ordinals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from ethics.risk.policy import Policy, ResponseRules
from ethics.risk.score import decay

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a matter of a client counts from the day `since` until before `until`: `wrong` from 0 to 1.

    `settled` is the day from which it loses weight; None while it is open.
    """

    client: int
    since: int
    until: int
    wrong: float
    settled: int | None = None


def question(client: int, due: int, answered: int | None, rules: ResponseRules, never: int) -> Iterator[Stretch]:
    """The stretches of a question: nothing before it is due or answered."""
    if answered is not None and answered <= due:
        yield Stretch(client, answered, never, 0.0, answered)
        return
    yield Stretch(client, due + 1, never if answered is None else answered, 1.0)
    if answered is not None:
        yield Stretch(client, answered, never, rules.late, answered)


def broken_promise(
    client: int, broken: int, withdrawn: int | None, ended: int, rules: ResponseRules
) -> Iterator[Stretch]:
    """The stretches of a promise proved broken on a day and shown withdrawn on another, or still sold.

    `ended`: the day on which the verdict was taken back, or the promise found broken anew. A promise withdrawn before
    its verdict was repaired in time.
    """
    graced = broken + rules.grace_days
    repaired = None if withdrawn is None else max(withdrawn, broken)
    if repaired is not None and repaired <= graced:
        yield Stretch(client, repaired, ended, 0.0, repaired)
        return
    yield Stretch(client, graced + 1, ended if repaired is None else min(repaired, ended), 1.0)
    if repaired is not None:
        yield Stretch(client, repaired, ended, rules.late, repaired)


def sums(
    stretches: Iterable[Stretch], clients: Sequence[int], days: Sequence[int], policy: Policy
) -> tuple[Array, Array]:
    """How much went wrong of how many matters, decayed, of each client on each day: two arrays (clients, days)."""
    place = {client: k for k, client in enumerate(clients)}
    at = np.array(days, dtype=np.int64)
    wrong, weight = np.zeros((len(clients), len(days))), np.zeros((len(clients), len(days)))
    for stretch in stretches:
        k = place.get(stretch.client)
        if k is None:
            continue
        on = np.flatnonzero((at >= stretch.since) & (at < stretch.until))
        if stretch.settled is None:
            worth = np.ones(len(on))
        else:
            weeks = (at[on] - stretch.settled) // 7
            worth = decay(weeks.astype(np.float64), policy.half_life_weeks) * (weeks < policy.window_weeks)
        weight[k, on] += worth
        wrong[k, on] += worth * stretch.wrong
    return wrong, weight


def readings(wrong: Array, weight: Array, rules: ResponseRules) -> Array:
    """Low, score and high (95%) for so much gone wrong of so many matters: one axis of 3 more.

    Without a matter it is what the policy believes beforehand. Left out, the first matter would bring the dimension in
    and could move the score the wrong way: down for an answer that never came.
    """
    a = rules.prior_matters * rules.prior_share + wrong
    b = rules.prior_matters * (1 - rules.prior_share) + weight - wrong
    mean = a / (a + b)
    # The mean of a very skewed Beta can lie outside its own interval: that is widened to hold it.
    low, high = np.minimum(beta.ppf(0.025, a, b), mean), np.maximum(beta.ppf(0.975, a, b), mean)
    return np.asarray(100 * np.stack([low, mean, high], axis=-1))
