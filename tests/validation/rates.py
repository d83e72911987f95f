"""Does the 95% interval of a client's mismatch rate hold the truth 95% of the time, also for small clients?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import numpy as np

from ethics.mismatches.rates import posterior_rates

CLIENTS = (8, 20, 60)
SHAPES = (0.5, 2.0, 8.0)
REQUIRED_MEAN, RARE_MEAN = 4.0, 0.2
BOUNDS = (0.93, 0.97)


def coverage(clients: int, shape: float, repetitions: int, *, mean: float = 4.0, seed: int = 1) -> tuple[float, float]:
    """How often the 95% interval of the smallest 40% of clients holds the truth, and the error of that.

    Rates are Gamma(shape) with the given mean per 1,000 contacts; contacts are log-normal around 3,000, from
    50 to 200,000. Clients of one repetition share hyper-parameters: the error is taken over repetitions.
    """
    generator = np.random.default_rng([seed, clients, int(10 * shape)])
    shares = []
    for _ in range(repetitions):
        truth = generator.gamma(shape, mean / shape, clients)
        thousands = np.exp(generator.normal(np.log(3), 1.4, clients)).clip(0.05, 200)
        rates = posterior_rates(generator.poisson(truth * thousands), 1000 * thousands)
        small = thousands <= np.quantile(thousands, 0.4)
        shares.append(((rates.low <= truth) & (truth <= rates.high))[small].mean())
    return float(np.mean(shares)), float(np.std(shares) / np.sqrt(repetitions))


def report(repetitions: int = 1000) -> tuple[str, bool]:
    """Return the coverage tables as Markdown, and whether each required share lies within the bounds."""
    cases = list(product((REQUIRED_MEAN, RARE_MEAN), CLIENTS, SHAPES))
    with ProcessPoolExecutor() as processes:
        answers = processes.map(_case, [(*case, repetitions) for case in cases])
        found = dict(zip(cases, answers, strict=True))
    held = all(BOUNDS[0] <= found[REQUIRED_MEAN, c, shape][0] <= BOUNDS[1] for c, shape in product(CLIENTS, SHAPES))
    return "\n".join(_lines(found, repetitions)), held


def _case(case: tuple[float, int, float, int]) -> tuple[float, float]:
    mean, clients, shape, repetitions = case
    return coverage(clients, shape, repetitions, mean=mean)


def _lines(found: dict[tuple[float, int, float], tuple[float, float]], repetitions: int) -> Iterator[str]:
    yield f"Coverage of the 95% interval, smallest 40% of clients, {repetitions:,} repetitions (± Monte-Carlo error)."
    for mean in (REQUIRED_MEAN, RARE_MEAN):
        required = "required: 93 to 97" if mean == REQUIRED_MEAN else "reported, not required"
        yield f"\nTrue mean {mean:g} per 1,000; {required}.\n"
        yield "| clients | " + " | ".join(f"true shape {shape:g}" for shape in SHAPES) + " |"
        yield "|---" * (1 + len(SHAPES)) + "|"
        for clients in CLIENTS:
            cells = (found[mean, clients, shape] for shape in SHAPES)
            yield f"| {clients} | " + " | ".join(f"{100 * s:.1f} ± {100 * e:.1f}" for s, e in cells) + " |"
