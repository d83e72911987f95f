"""Panels of any size for the fixed-effects engine, and how long it takes beside pyfixest: tests and `make bench`."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ethics import settings as house
from ethics.wellbeing.fixed_effects import Fit, fit_poisson

CLIENTS = 20


@dataclass(frozen=True)
class Drawn:
    """A panel drawn from a known model: `x` is dense, or sparse for client shares."""

    y: NDArray[np.int64]
    x: Any
    unit: NDArray[np.int64]
    time: NDArray[np.int64]
    offset: NDArray[np.float64]

    def fit(self) -> Fit:
        return fit_poisson(self.y, self.x, self.unit, self.time, self.offset)


def draw(agents: int, weeks: int, *, shares: bool, seed: int = 1, present: float = 0.92) -> Drawn:
    """Agents ill in about 3% of the weeks that they work: with one dose, or with shares of all clients but one."""
    rng = np.random.default_rng(seed)
    here = rng.random((agents, weeks)) < present
    unit, week = np.nonzero(here)
    count = len(unit)
    offset = np.log(rng.integers(3, 6, count))
    flu = 0.4 * np.sin(np.arange(weeks) / 8)
    log = offset - 4.9 + rng.normal(0, 0.7, agents)[unit] + flu[week]
    # An agent works for two clients at a time and is moved now and then.
    team = rng.integers(0, CLIENTS, (agents, 1 + weeks // 26, 2))[unit, week // 26]
    if shares:
        first = rng.beta(2, 1, count)
        data, columns = np.stack((first, 1 - first), axis=1).ravel(), team.ravel()
        whole = sparse.csr_array((data, columns, np.arange(0, 2 * count + 1, 2)), (count, CLIENTS))
        whole.sum_duplicates()
        x: Any = whole[:, 1:]
        log += x @ np.linspace(-0.3, 0.3, CLIENTS - 1)
    else:
        rates = rng.gamma(2, 0.5, (CLIENTS, weeks))
        x = rates[team[:, 0], week][:, None]
        log += 0.2 * x[:, 0]
    return Drawn(rng.poisson(np.exp(log)), x, unit, week, offset)


def small(seed: int = 3, columns: int = 3) -> Drawn:
    """60 units in 30 times; the first column matters."""
    rng = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(60), 30), np.tile(np.arange(30), 60)
    x = rng.normal(size=(1800, columns))
    offset = np.log(rng.integers(1, 6, 1800))
    log = offset - 3 + 0.3 * x[:, 0] + rng.normal(0, 0.6, 60)[unit] + 0.4 * np.sin(time)
    return Drawn(rng.poisson(np.exp(log)), x, unit, time, offset)


def with_column(drawn: Drawn, k: int, values: Any) -> Drawn:
    x = drawn.x.copy()
    x[:, k] = values
    return replace(drawn, x=x)


def without_column(drawn: Drawn, k: int) -> Drawn:
    return replace(drawn, x=np.delete(drawn.x, k, axis=1))


def say_the_same(one: Fit, other: Fit, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(one.beta, other.beta, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=tolerance * 10)
    np.testing.assert_allclose(one.model_covariance, other.model_covariance, rtol=tolerance * 10)


def peer(drawn: Drawn, effects: str = "unit + time", **options: Any) -> Callable[[], Any]:
    """The same fit by pyfixest with the same factor, G / (G - 1) alone; its data frame is made ready."""
    import pandas as pd
    import pyfixest as pf

    dense = drawn.x.toarray() if sparse.issparse(drawn.x) else drawn.x
    names = [f"x{k}" for k in range(dense.shape[1])]
    frame = pd.DataFrame(dense, columns=names).assign(
        y=drawn.y, unit=drawn.unit, time=drawn.time, exposure=drawn.offset
    )
    formula = f"y ~ {' + '.join(names)} | {effects}"
    # What costs time and is not the fit stays out: no copy of the data, nothing stored.
    options |= {"copy_data": False, "store_data": False, "lean": True, "vcov": {"CRV1": "unit"}}
    return lambda: pf.fepois(formula, frame, offset="exposure", ssc=pf.ssc(k_adj=False, G_adj=True), **options)


def fastest(work: Callable[[], object], rounds: int = 3) -> float:
    """The best of a few runs, in seconds: whoever else uses the machine only ever adds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def beside_pyfixest(agents: int = 5000, weeks: int = 156, *, shares: bool) -> float:
    """How many times as long pyfixest takes."""
    peer(draw(60, 30, shares=shares))()
    drawn = draw(agents, weeks, shares=shares)
    return fastest(peer(drawn)) / fastest(drawn.fit)


LARGE = "from tests import fitting; fitting.report_large()"


def largest_memory() -> int:
    """MB that this process has held at most. On Linux the usual counter starts with what the parent held."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2


def report_large() -> None:
    """Print seconds of a fit of 50,000 agents × 156 weeks × 19 clients, and the process's largest memory in MB."""
    drawn = draw(50_000, 156, shares=True)
    print(f"{fastest(drawn.fit, 1):.1f} {largest_memory()}")


def large_elsewhere() -> tuple[float, int]:
    """Seconds and MB of the largest fit, in a process of its own; the data are in the MB."""
    run = subprocess.run([sys.executable, "-c", LARGE], cwd=house.ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    seconds, peak = run.stdout.split()
    return float(seconds), int(peak)
