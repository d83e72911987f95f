"""How often does the silence watch call a calm client quiet, and how often does it find one that fell silent?

Clients' contacts are log-normal (spread 0.7) and the earlier span has twice the contacts of the recent one. Worlds:

* calm: category k has rates Gamma(SHAPE * its share) on one scale, so that both models of the watch are true;
* frank: every client has the same mix, and its rates of all categories are high or low together;
* drifting: as calm, but each client's rates change between the spans, log-normally with a spread of 0.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from ethics.risk.silence import listen

CLIENTS = (12, 60)
MEANS = (0.5, 2.0, 8.0, 30.0)
WORLDS = ("calm", "frank", "drifting")
LEVEL = 0.05
SHAPE = 2.0
SHARES = np.array([0.2, 0.06, 0.1, 0.02, 0.2, 0.08, 0.1, 0.06, 0.02, 0.06, 0.02, 0.08])
# A client's true expected number of flags, were it not for its silence.
EXPECTED = (1.0, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Call:
    """One client whose flags fell: expected flags, what is left of them, whether each question found it quiet."""

    clients: int
    expected: float
    left: float
    by_size: bool
    by_history: bool


def simulated(
    world: str, clients: int, mean: float, repetitions: int, seed: int = 1
) -> tuple[list[float], list[float], list[Call]]:
    """Shares of clients called quiet though nothing changed, of those with 5 or more flags expected, and calls.

    `mean` is the typical client's expected number of flags in the span. One share per repetition. In each calm
    repetition every twelfth client falls to a third, then to nothing, while all others stay as they are.
    """
    generator = np.random.default_rng([seed, WORLDS.index(world), clients, int(10 * mean)])
    false, false_of_large, calls = [], [], []
    for _ in range(repetitions):
        size = np.exp(generator.normal(0, 0.7, clients))
        if world == "frank":
            rates = generator.gamma(SHAPE, 1 / SHAPE, clients)[:, None] * SHARES
        else:
            rates = generator.gamma(SHAPE * SHARES, 1 / SHAPE, (clients, len(SHARES)))
        drift = np.exp(generator.normal(-(0.3**2) / 2, 0.3, clients)) if world == "drifting" else np.ones(clients)
        expected = mean * size[:, None] * rates
        earlier, recent = generator.poisson(2 * expected), generator.poisson(expected * drift[:, None])
        contacts = 1000 * size
        quiet = np.array([s.quiet is not None for s in listen(recent, contacts, earlier, 2 * contacts, level=LEVEL)])
        false.append(float(quiet.mean()))
        large = expected.sum(axis=1) >= 5
        false_of_large.extend(quiet[large].tolist())
        if world != "calm":
            continue
        for client, left in product(range(0, clients, 12), (1 / 3, 0.0)):
            fallen = recent.copy()
            fallen[client] = generator.poisson(left * expected[client])
            found = listen(fallen, contacts, earlier, 2 * contacts, level=LEVEL)[client]
            tails = (found.tail_by_size, found.tail_by_history)
            size_found, history_found = (tail is not None and tail < LEVEL / 2 for tail in tails)
            calls.append(Call(clients, float(expected[client].sum()), left, size_found, history_found))
    return false, false_of_large, calls


def report(repetitions: int = 150) -> tuple[str, bool]:
    """Return the tables as Markdown, and whether at most 5% (and Monte-Carlo error) are called without reason.

    `repetitions` is for 12 clients; larger portfolios get fewer, so that as many clients are asked.
    """
    cases = list(product(WORLDS, CLIENTS, MEANS))
    with ProcessPoolExecutor() as processes:
        work = processes.map(_case, [(*case, repetitions * 12 // case[1]) for case in cases])
        found = dict(zip(cases, work, strict=True))
    shares = {case: _share(false) for case, (false, _, _) in found.items()}
    held = all(share <= LEVEL + 2 * error for share, error in shares.values())
    large = {w: [quiet for case in cases if case[0] == w for quiet in found[case][1]] for w in WORLDS}
    calls = [call for _, _, calls in found.values() for call in calls]
    return "\n".join([*_false_calls(shares, {w: _share(q) for w, q in large.items()}), "", *_power(calls)]), held


def _case(case: tuple[str, int, float, int]) -> tuple[list[float], list[float], list[Call]]:
    return simulated(*case)


def _share(values: list[float]) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values) / np.sqrt(len(values)))


def _percent(share: tuple[float, float]) -> str:
    return f"{100 * share[0]:.1f} ± {100 * share[1]:.1f}"


def _false_calls(
    shares: dict[tuple[str, int, float], tuple[float, float]], large: dict[str, tuple[float, float]]
) -> Iterator[str]:
    yield ("Clients called quiet though their reporters are not, percent (± Monte-Carlo error). Required: at most 5.\n")
    heads = [f"{mean:g} flags" for mean in MEANS]
    yield "| world | clients | " + " | ".join(heads) + " | all clients with 5 or more expected |"
    yield "|---" * (3 + len(MEANS)) + "|"
    for world, clients in product(WORLDS, CLIENTS):
        cells = [_percent(shares[world, clients, mean]) for mean in MEANS]
        last = _percent(large[world]) if clients == CLIENTS[0] else ""
        yield f"| {world} | {clients} | " + " | ".join(cells) + f" | {last} |"


def _power(calls: list[Call]) -> Iterator[str]:
    yield "Clients found when one falls silent, percent: by either question (by size, by history).\n"
    columns = list(product(CLIENTS, (1 / 3, 0.0)))
    heads = [f"{clients} clients, to {'nothing' if left == 0 else 'a third'}" for clients, left in columns]
    yield "| flags expected | " + " | ".join(heads) + " |"
    yield "|---" * (1 + len(columns)) + "|"
    for low, high in pairwise(EXPECTED):
        cells = []
        for clients, left in columns:
            chosen = [c for c in calls if (c.clients, c.left) == (clients, left) and low <= c.expected < high]
            either = 100 * np.mean([c.by_size or c.by_history for c in chosen])
            size, history = 100 * np.mean([c.by_size for c in chosen]), 100 * np.mean([c.by_history for c in chosen])
            cells.append(f"{either:.0f} ({size:.0f}, {history:.0f}); n = {len(chosen)}")
        yield f"| {low:g} to {high:g} | " + " | ".join(cells) + " |"
