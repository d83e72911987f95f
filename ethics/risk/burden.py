"""The burden of working for a client, as a reading: of the sick-leave spells begun there, the share that goes with it.

It is made of the yearly ratios that were published, one decimal as they are, and of nothing finer. A ratio of chance is
drawn towards 1: its logarithm has a normal prior around 0, whose spread the policy fixes. A ratio r above 1 scores
100 × (1 − 1 / r), one of 1 or less scores 0. Points are told in steps of ten: officers read the score, and what was
published must not be worked back from it. Days are proleptic ordinals.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ethics.risk.policy import BurdenRules
from ethics.wellbeing.releases import YearPublished
from ethics.wellbeing.results import ESTIMATED, ClientRatio, Ratio

Array = NDArray[np.float64]

#: Half of a 95% interval in standard errors.
REACH: Final = 1.96
#: What is published as 0.0 may have been as much.
LEAST: Final = 0.05
#: Standard deviation of a number that was rounded to a tenth.
ROUNDED: Final = 0.1 / math.sqrt(12)
#: Points are told in such steps.
STEP: Final = 10
#: What arithmetic adds to a whole step is not another one.
ROUNDING: Final = 1e-9


def in_force(years: Sequence[YearPublished], day: dt.date, rules: BurdenRules) -> YearPublished | None:
    """The newest year that had been published by `day`; None before the first, and when that year is long over."""
    known = [one for one in years if one.published_on <= day]
    newest = max(known, key=lambda one: one.ratios.year, default=None)
    if newest is None or day.year > newest.ratios.year + rules.longest_years:
        return None
    return newest


def shown(year: YearPublished | None, client: int) -> ClientRatio | None:
    """The ratio that was published of a client; None without one."""
    lines = () if year is None else year.ratios.lines
    return next(
        (line for line in lines if line.client == client and line.status == ESTIMATED and line.ratio is not None), None
    )


def reading(ratio: Ratio, rules: BurdenRules) -> tuple[float, float, float]:
    """Low, score and high in points, of a published ratio: the score to the nearest step, the interval outwards."""
    low, score, high = (end / STEP for end in exact(ratio, rules))
    return STEP * math.floor(low + ROUNDING), STEP * round(score), STEP * math.ceil(high - ROUNDING)


def exact(ratio: Ratio, rules: BurdenRules) -> tuple[float, float, float]:
    """Low, score and high (95%) in points, before they are told in steps."""
    middle = math.log(max(ratio.rate_ratio, LEAST))
    error = math.hypot(_error(ratio, middle), ROUNDED / max(ratio.rate_ratio, LEAST))
    kept = rules.prior_sd**2 / (rules.prior_sd**2 + error**2)
    mean, reach = kept * middle, REACH * error * math.sqrt(kept)
    return _points(mean - reach), _points(mean), _points(mean + reach)


def readings(years: Sequence[YearPublished], clients: Sequence[int], days: Sequence[int], rules: BurdenRules) -> Array:
    """The readings of clients on days, (clients, days, 3); NaN where no ratio of the client was in force."""
    place = {client: k for k, client in enumerate(clients)}
    found = np.full((len(clients), len(days), 3), np.nan)
    on = [in_force(years, dt.date.fromordinal(day), rules) for day in days]
    for year in years:
        which = [t for t, one in enumerate(on) if one is year]
        for line in year.ratios.lines if which else ():
            known = shown(year, line.client) if line.client in place else None
            if known is not None and known.ratio is not None:
                found[place[line.client], which] = reading(known.ratio, rules)
    return found


def _error(ratio: Ratio, middle: float) -> float:
    """The standard error of the log ratio, by its interval; by the upper half alone where the lower end is nought."""
    high = math.log(max(ratio.high, LEAST))
    if ratio.low <= 0:
        return max(high - middle, 0.0) / REACH
    return max(high - math.log(ratio.low), 0.0) / (2 * REACH)


def _points(log_ratio: float) -> float:
    return 100 * max(-math.expm1(-log_ratio), 0.0)
