"""The alarm in simulation: how long until a false alarm, and how long until a true one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ethics.risk.alarm import Watch, watch_portfolios

Array = NDArray[np.float64]

SIZES = np.array([0.5, 1.0, 2.0, 5.0, 10.0])
FIRST_MONDAY = dt.date(2024, 1, 1)
#: Nobody is judged before this week: eight weeks to learn from, and the lag.
FIRST_JUDGED = 16
#: Run lengths are cut off at this many thresholds, so that their means are too low, never too high.
CAP = 4
#: Mean time to a false alarm, in thresholds.
REQUIRED = 0.95
#: So long is waited for a true alarm; what comes later, or never, counts as this.
PATIENCE = 150
YEAR = 52
KS = (np.inf, 4.0, 2.0, 1.0)


@dataclass(frozen=True, slots=True)
class World:
    """Portfolios in which nothing changes, or only what `rise` says; clients have the five sizes in turn.

    k: dispersion of weekly counts (inf is Poisson). season: amplitude of a yearly wave that begins anywhere.
    unlike: shape of the Gamma of the clients' rates (inf: all alike). Sizes are differences in contacts, or, if
    `rates_differ`, in rates. learnt: weeks before the statistic starts.
    """

    k: float
    season: float = 0.0
    learnt: int = 8
    clients: int = 5
    threshold: float = 260.0
    portfolios: int = 120
    unlike: float = 2.0
    rates_differ: bool = False


def drawn(world: World, weeks: int, *, seed: int, change: Array | float = 1.0) -> tuple[Array, Array]:
    """Draw counts and contacts (portfolios, clients, weeks); contacts vary by ±30% from week to week.

    `change` multiplies the means.
    """
    generator = np.random.default_rng(seed)
    number, clients = world.portfolios, world.clients
    size = np.resize(SIZES, clients)[:, None]
    shape = world.unlike
    rate = generator.gamma(shape, 1 / shape, (number, clients, 1)) if np.isfinite(shape) else np.ones(1)
    busy = generator.uniform(0.7, 1.3, (number, clients, weeks))
    phase = generator.uniform(0, 2 * np.pi, (number, 1, 1))
    wave = 1 + world.season * np.sin(2 * np.pi * 7 * np.arange(weeks) / 365.2425 + phase)
    mean = rate * size * busy * wave * change
    if np.isfinite(world.k):
        mean = generator.gamma(world.k, mean / world.k)
    return generator.poisson(mean).astype(np.float64), 1000 * busy * (1.0 if world.rates_differ else size)


def first_alarms(watches: list[Watch], start: int) -> Array:
    """Return the week of each client's first alarm from week `start` on, inf if none: (portfolios, clients)."""
    first = np.full((len(watches), len(watches[0].statistic)), np.inf)
    for row, watched in zip(first, watches, strict=True):
        for alarm in watched.alarms:
            if alarm.week >= start:
                row[alarm.client] = min(row[alarm.client], alarm.week)
    return first


def run_lengths(world: World, *, seed: int = 1) -> Array:
    """Return weeks until each client's first false alarm, cut off at CAP thresholds: (portfolios, clients).

    They count from the first week that is judged after `learnt` weeks.
    """
    start, longest = max(world.learnt, FIRST_JUDGED), int(CAP * world.threshold)
    counts, contacts = drawn(world, start + longest, seed=seed)
    anew = {client: frozenset({start}) for client in range(world.clients)}
    watches = watch_portfolios(counts, contacts, first_monday=FIRST_MONDAY, threshold=world.threshold, restarts=anew)
    return np.asarray(np.minimum(first_alarms(watches, start) - start + 1, longest))


def delays(world: World, rise: int, *, seed: int = 2) -> list[Array]:
    """Return, for each size, weeks from the start of a doubling to the alarm; one client of each portfolio rises.

    After `learnt` weeks the rate doubles at once, or evenly (on a log scale) over `rise` weeks. Clients that had a
    false alarm in the quarter before are left out.
    """
    weeks = world.learnt + PATIENCE
    rows = np.arange(world.portfolios)
    risen = rows % world.clients
    change = np.ones((world.portfolios, world.clients, weeks))
    change[rows, risen, world.learnt :] = 2 ** np.minimum(1.0, np.arange(1, PATIENCE + 1) / max(rise, 1))
    counts, contacts = drawn(world, weeks, seed=seed, change=change)
    watches = watch_portfolios(counts, contacts, first_monday=FIRST_MONDAY, threshold=world.threshold)
    lengths = np.minimum(first_alarms(watches, world.learnt) - world.learnt + 1, PATIENCE)[rows, risen]
    disturbed = np.array(
        [
            any(alarm.client == client and world.learnt - 13 <= alarm.week < world.learnt for alarm in watched.alarms)
            for watched, client in zip(watches, risen, strict=True)
        ]
    )
    return [lengths[~disturbed & (risen % len(SIZES) == size)] for size in range(len(SIZES))]


def report() -> tuple[str, bool]:
    """Return the tables as Markdown, and whether false alarms are as rare as required wherever k is 2 or more.

    Required of every row: a mean of at least REQUIRED thresholds; of every size in it: the same but for two Monte-Carlo
    errors.
    """
    usual = [World(k, season, learnt) for k, season, learnt in product(KS, (0.0, 0.3), (8, 26, 52))]
    many = [World(k, season, clients=12, threshold=624.0, portfolios=24) for k, season in product(KS[:3], (0.0, 0.3))]
    hard = World(4.0, season=0.3)
    odd = {
        "one client, 0.5 a week": replace(hard, clients=1, portfolios=400),
        "two clients, 0.5 and 1 a week": replace(hard, clients=2, portfolios=240),
        "rates from 0.5 to 10, not contacts": replace(hard, rates_differ=True),
        "rates wholly unlike (shape 0.5)": replace(hard, unlike=0.5),
    }
    worlds = [*usual, *many, *odd.values()]
    rising = [
        (World(k, learnt=learnt, portfolios=500, unlike=np.inf, threshold=threshold), rise)
        for threshold, k, (learnt, rise) in product((260.0, 624.0), KS[:3], ((26, 0), (104, 0), (104, 26)))
    ]
    with ProcessPoolExecutor() as processes:
        # The long ones first, so that no process is left alone with one at the end.
        lengths = dict(zip(reversed(worlds), processes.map(run_lengths, reversed(worlds)), strict=True))
        found = list(processes.map(delays, *zip(*rising, strict=True)))
    held = all(_holds(world, lengths[world]) for world in worlds if world.k >= 2)
    lines = [
        f"Weeks to a false alarm of a client in whom nothing changes, cut off at {CAP} thresholds (so the true means "
        f"are higher). Required: {REQUIRED:g} × threshold, wherever k is 2 or more. Counted from week {FIRST_JUDGED} "
        "(a cold start, nobody is judged before) or from the baseline's length, if that is longer. The last "
        "column: share with a false alarm within a year; exactly at the threshold it would be 18% at 260, 8% at 624.",
        "\nFive clients, threshold 260:\n",
        *_false_alarms({_name(world): lengths[world] for world in usual}),
        "\nTwelve clients, threshold 624, cold start:\n",
        *_false_alarms({_name(world): lengths[world] for world in many}),
        "\nOdd portfolios, threshold 260, k = 4, season ±30%, cold start:\n",
        *_false_alarms({name: lengths[world] for name, world in odd.items()}),
        f"\nWeeks from the start of a doubling to the alarm: median / mean, by mean count a week before it "
        f"(what lasts longer than {PATIENCE} weeks counts as {PATIENCE}):\n",
        *_found(rising, found),
    ]
    return "\n".join(lines), held


def _holds(world: World, lengths: Array) -> bool:
    least = REQUIRED * world.threshold
    sizes = [lengths[:, size :: len(SIZES)] for size in range(min(world.clients, len(SIZES)))]
    return bool(lengths.mean() >= least and all(size.mean() + 2 * _error(size) >= least for size in sizes))


def _error(lengths: Array) -> float:
    """Clients of one portfolio share their season and dispersion: the error is taken over portfolios."""
    return float(lengths.mean(axis=1).std() / np.sqrt(len(lengths)))


def _name(world: World) -> str:
    season = f"±{100 * world.season:.0f}%" if world.season else "none"
    return f"k = {world.k:g}, season {season}, baseline {world.learnt} weeks"


def _false_alarms(rows: dict[str, Array]) -> Iterator[str]:
    yield "| | " + " | ".join(f"{size:g} a week" for size in SIZES) + " | all | in a year |"
    yield "|---" * (3 + len(SIZES)) + "|"
    for name, lengths in rows.items():
        sizes = [lengths[:, size :: len(SIZES)] for size in range(len(SIZES))]
        cells = [f"{size.mean():.0f}" if size.size else "" for size in sizes]
        all_sizes = f"{lengths.mean():.0f} ± {_error(lengths):.0f}"
        yield f"| {name} | {' | '.join(cells)} | {all_sizes} | {100 * (lengths <= YEAR).mean():.0f}% |"


def _found(rising: list[tuple[World, int]], found: list[list[Array]]) -> Iterator[str]:
    yield "| | " + " | ".join(f"{size:g}" for size in SIZES) + " |"
    yield "|---" * (1 + len(SIZES)) + "|"
    for (world, rise), sizes in zip(rising, found, strict=True):
        manner = f"over {rise} weeks" if rise else "at once"
        cells = (f"{np.median(size):.0f} / {size.mean():.1f}" for size in sizes)
        name = f"threshold {world.threshold:.0f}, k = {world.k:g}, after {world.learnt} weeks, {manner}"
        yield f"| {name} | {' | '.join(cells)} |"
