"""Worlds of agents, clients, mismatches and spells in which the truth is planted in exactly the dose that is analysed.

Everything an agent meets works through the shares of hours of the last four weeks: the clients' true rates of the same
four weeks, and shocks of the clients that have nothing to do with mismatches. A week has at most one onset, with a
probability that is log-linear, so that nothing bends the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ethics.wellbeing.dose import Mismatches, over_window
from ethics.workforce.panel import REACH, Panel

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

#: A calm agent's onsets a week, and the height of the yearly wave (log).
BASE, WAVE = 0.035, 0.7
CONTACTS_AN_HOUR = 6
LAST = 4
#: Mismatches of three severities: weight and share.
WEIGHTS, MIX = np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.3, 0.2])
#: No client's true rate is above this, per 1,000 contacts.
MOST = 40.0


@dataclass(frozen=True, slots=True)
class World:
    """A centre. `ratio`: true rate ratio per +10 mismatches per 1,000 contacts, reported or not.

    `permanent`, `monthly`: log-sd of the clients' shocks on illness. `feedback`: probability that an agent is moved off
    a hard client on return from a spell. `frail`: how much likelier frail agents are sent to hard clients.
    `reporting`: see `reported`; `near`: flags of agents who fall ill within two weeks are so many times likelier.
    `bad`, `bad_ratio`: so many clients have this rate ratio, whatever their mismatches.
    """

    agents: int = 300
    clients: int = 20
    weeks: int = 104
    ratio: float = 1.0
    permanent: float = 0.3
    monthly: float = 0.3
    feedback: float = 0.0
    frail: float = 2.0
    reporting: str = "full"
    near: float = 1.0
    bad: int = 0
    bad_ratio: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """One centre drawn: the panel, its confirmed mismatches, the truth.

    `truth` is the log rate ratio per +10 *confirmed* mismatches; `spells` the expected onsets above the calm level;
    `clients` the true log ratios of the clients of their own (C,), `hours` their hours.
    """

    panel: Panel
    mismatches: Mismatches
    truth: float
    spells: float
    clients: Array
    hours: Array


def draw(world: World, seed: int) -> Drawn:
    """Draw one centre. The same world and seed give the same centre."""
    rng = np.random.default_rng(seed)
    actual, hard = true_rates(world, rng)
    permanent = rng.normal(0, world.permanent, world.clients)
    month = rng.normal(0, world.monthly, (world.clients, world.weeks // 4 + 1))
    monthly = np.repeat(month, 4, axis=1)[:, : world.weeks]
    bad = np.zeros(world.clients)
    bad[rng.permutation(world.clients)[: world.bad]] = np.log(world.bad_ratio)
    slope = np.log(world.ratio) / 10
    # The mean of the same four weeks that are analysed; fewer at the start.
    recent = over_window(actual, 1, LAST) / np.maximum(over_window(np.ones_like(actual), 1, LAST), 1)
    lived = _live(world, rng, recent, permanent[:, None] + monthly + bad[:, None], slope, hard)
    met = _contacts(world, lived, np.ones((world.weeks, world.agents)))
    keener = np.zeros((world.weeks + 2, world.agents))
    keener[:-2] = lived.onset
    keener = 1 + (world.near - 1) * (keener[1:-1] + keener[2:] > 0)
    told = _contacts(world, lived, keener) if world.near != 1 else met
    share = reported(world, rng, actual, monthly)
    severity = rng.poisson((told / 1000 * actual * share)[..., None] * MIX)
    mismatches = Mismatches(severity @ WEIGHTS, severity @ WEIGHTS**2, severity.sum(axis=2).astype(np.float64), met)
    truth = 10 * slope / float((told * actual * share).sum() / (met * actual).sum())
    return Drawn(_panel(world, lived), mismatches, truth, lived.extra, bad, met.sum(axis=1))


def true_rates(world: World, rng: np.random.Generator) -> tuple[Array, NDArray[np.bool_]]:
    """Each client's true mismatches per 1,000 contacts (C, T), and which clients are hard (the worst quarter)."""
    usual = np.exp(rng.normal(np.log(4), 0.7, world.clients))
    wander = np.empty((world.clients, world.weeks))
    wander[:, 0] = rng.normal(0, 0.4, world.clients)
    step = rng.normal(0, 0.4 * np.sqrt(1 - 0.9**2), wander.shape)
    for week in range(1, world.weeks):
        wander[:, week] = 0.9 * wander[:, week - 1] + step[:, week]
    bursts = over_window((rng.random(wander.shape) < 0.015).astype(np.float64), 0, 5) > 0
    rates = usual[:, None] * np.exp(wander) * np.where(bursts, 2.0, 1.0)
    return np.minimum(rates, MOST), usual >= np.quantile(usual, 0.75)


def reported(world: World, rng: np.random.Generator, actual: Array, monthly: Array) -> Array | float:
    """Return the share of mismatches that is reported (C, T).

    full: all. alike: .35. varied: .15 to .6 by client. drifting: varied, and wandering over the months.
    less-when-many: falls as mismatches rise. with-burden, against-burden: rises or falls with the clients' monthly
    shocks, which have nothing to do with mismatches.
    """
    if world.reporting == "full":
        return 1.0
    if world.reporting == "alike":
        return 0.35
    varied = rng.uniform(0.15, 0.6, (world.clients, 1))
    if world.reporting == "varied":
        return varied
    if world.reporting == "drifting":
        steps = rng.normal(0, 0.08, actual.shape).cumsum(axis=1)
        return np.clip(varied * np.exp(steps - steps.mean(axis=1, keepdims=True)), 0.05, 1.0)
    if world.reporting == "less-when-many":
        return np.clip(0.35 * (actual / np.median(actual)) ** -0.5, 0.02, 1.0)
    sign = {"with-burden": 1.0, "against-burden": -1.0}[world.reporting]
    return np.clip(0.35 * np.exp(2 * sign * monthly), 0.02, 1.0)


@dataclass(eq=False, slots=True)
class _Lived:
    """What happened, (T, agents) each: two clients and their hours in hundredths, onsets, days at risk, days ill."""

    one: Whole
    two: Whole
    hours_one: Whole
    hours_two: Whole
    onset: Whole
    risk: Whole
    days: Whole
    extra: float = 0.0


def _live(
    world: World, rng: np.random.Generator, recent: Array, shock: Array, slope: float, hard: NDArray[np.bool_]
) -> _Lived:
    weeks, agents = world.weeks, world.agents
    lived = _Lived(*(np.zeros((weeks, agents), np.int64) for _ in range(7)))
    usual = 1 / np.arange(1, world.clients + 1) ** 0.7
    usual = np.cumsum(rng.permutation(usual / usual.sum()))
    weight = np.diff(usual, prepend=0.0)
    sent = np.cumsum(weight * np.where(hard, world.frail, 1.0))
    sent /= sent[-1]
    spared = np.cumsum(weight * ~hard)
    spared /= spared[-1]
    own = rng.normal(0, 0.5, agents)
    health = rng.normal(0, 0.3, agents)
    one, two = _chosen(rng, usual, agents), _chosen(rng, usual, agents)
    carried, was_ill = np.zeros(agents, np.int64), np.zeros(agents, bool)
    effect, week_of_year = slope * recent + shock, np.arange(weeks) % 52
    wave = WAVE * np.exp(-0.5 * ((week_of_year - 6) / 4.0) ** 2)
    chance = rng.random((weeks, 6, agents))
    length = np.minimum(np.exp(rng.normal(1.0, 0.9, (weeks, agents))).astype(np.int64) + 1, 60)
    doses, means = np.zeros((weeks, agents)), np.zeros((weeks, agents))
    for week in range(weeks):
        u = chance[week]
        back = was_ill & (carried == 0) & hard[one] & (u[0] < world.feedback)
        moved = ~back & (u[1] < 0.02)
        anywhere = np.where(own > 0.15, np.searchsorted(sent, u[2]), np.searchsorted(usual, u[2]))
        one = np.where(back, np.searchsorted(spared, u[2]), np.where(moved, anywhere, one))
        one = np.minimum(one, world.clients - 1)
        two = np.where(u[3] < 0.03, np.minimum(np.searchsorted(usual, u[3] / 0.03), world.clients - 1), two)
        health = 0.9 * health + rng.normal(0, 0.3 * np.sqrt(1 - 0.81), agents)
        risk = 5 - np.minimum(carried, 5)
        felt, met = _felt(lived, week, effect, recent)
        mean = BASE * np.exp(own + health + wave[week] + felt) * risk / 5
        onset = u[4] < np.minimum(mean, 0.95)
        start = (u[5] * risk).astype(np.int64)
        worked = np.where(onset, start, risk)
        hours = worked * 800
        lived.hours_one[week] = hours * rng.uniform(0.5, 1.0, agents)
        lived.hours_two[week] = hours - lived.hours_one[week]
        lived.one[week], lived.two[week], lived.onset[week], lived.risk[week] = one, two, onset, risk
        lived.days[week] = np.where(onset, length[week], 0)
        doses[week], means[week] = met, np.where(np.isnan(met), 0.0, mean)
        was_ill = onset | (carried > 0)
        carried = np.where(onset, np.maximum(0, length[week] - (risk - start)), np.maximum(carried - 5, 0))
    usable = ~np.isnan(doses[LAST:])
    dose, mean = doses[LAST:][usable], means[LAST:][usable]
    above = np.maximum(dose - np.quantile(dose, 0.1), 0)
    lived.extra = float((mean * -np.expm1(-slope * above)).sum())
    return lived


def _chosen(rng: np.random.Generator, cumulative: Array, size: int) -> Whole:
    return np.minimum(np.searchsorted(cumulative, rng.random(size)), len(cumulative) - 1)


def _felt(lived: _Lived, week: int, effect: Array, recent: Array) -> tuple[Array, Array]:
    """What the clients of the last four weeks do to each agent now: log effect and dose (NaN without hours)."""
    span = slice(max(week - LAST, 0), week)
    one, two = lived.hours_one[span], lived.hours_two[span]
    total = (one + two).sum(axis=0)
    whole = np.where(total > 0, total, np.nan)
    sums = [
        (one * now[lived.one[span]] + two * now[lived.two[span]]).sum(axis=0) / whole
        for now in (effect[:, week], recent[:, week])
    ]
    return np.nan_to_num(sums[0]), sums[1]


def _contacts(world: World, lived: _Lived, times: Array) -> Array:
    """Contacts by client and week (C, T); each agent's hours count `times` over."""
    at = np.arange(world.weeks)[:, None]
    size = world.clients * world.weeks
    sums = np.bincount((lived.one * world.weeks + at).ravel(), (lived.hours_one * times).ravel(), size)
    sums = sums + np.bincount((lived.two * world.weeks + at).ravel(), (lived.hours_two * times).ravel(), size)
    return np.asarray(sums.reshape(world.clients, world.weeks) / 100 * CONTACTS_AN_HOUR)


def _panel(world: World, lived: _Lived) -> Panel:
    weeks, agents = world.weeks, world.agents
    at = np.arange(agents) * (weeks + REACH) + REACH + np.arange(weeks)[:, None]
    where = np.concatenate([at.ravel(), at.ravel()])
    hours = np.concatenate([lived.hours_one.ravel(), lived.hours_two.ravel()])
    client = np.concatenate([lived.one.ravel(), lived.two.ravel()])
    shape = (agents * (weeks + REACH), world.clients)
    matrix = sparse.csr_array(sparse.coo_array((hours, (where, client)), shape=shape))
    matrix.eliminate_zeros()
    rows = ((lived.risk > 0) & ((lived.onset > 0) | (lived.hours_one + lived.hours_two > 0))).T.ravel()
    agent, week = (grid.ravel()[rows] for grid in np.indices((agents, weeks)))
    onset, risk, days = (values.T.ravel()[rows] for values in (lived.onset, lived.risk, lived.days))
    return Panel(agent, week, onset, risk, days, matrix, tuple(range(1, world.clients + 1)), weeks)
