"""Is a client getting worse? Two stretches of weeks compared, honestly about chance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from scipy.stats import binomtest

from ethics.mismatches.clocks import DAYS_TO_DECIDE

#: Eight weeks against the eight before: long enough for a few mismatches, short enough to act on.
SPAN_WEEKS: Final = 8
#: One-sided level in each direction: of 40 steady clients about one looks worse by chance.
LEVEL: Final = 0.025


#: How many weeks a trend shows.
SHOWN_WEEKS: Final = 26


def shown_weeks(day: dt.date) -> list[dt.date]:
    """The Mondays of the weeks that a trend until `day` shows; a week that has just begun is left out."""
    last = day - dt.timedelta(days=day.weekday())
    if day.weekday() < 6:
        last -= dt.timedelta(weeks=1)
    return [last - dt.timedelta(weeks=back) for back in range(SHOWN_WEEKS - 1, -1, -1)]


def ripe(monday: dt.date, day: dt.date) -> bool:
    """True when each flag of that week's contacts has been decided by `day`, or counts as overdue.

    Before that a week holds fewer mismatches than it will, and the latest weeks would always look better.
    """
    return monday + dt.timedelta(days=6 + DAYS_TO_DECIDE + 1) <= day


@dataclass(frozen=True)
class Trend:
    """Mismatches per 1,000 contacts in the late and the early stretch; `direction` is worse, better or steady."""

    late: float
    early: float
    direction: str


def trend(late: tuple[int, int], early: tuple[int, int]) -> Trend | None:
    """Compare (mismatches, contacts) of two stretches; None when either had no contacts.

    Given their sum, the late count of two Poisson counts with equal rates is binomial with the share of contacts
    (Przyborowski & Wilenski 1940), so the test is exact for small counts.
    """
    (x, n), (y, m) = late, early
    if n <= 0 or m <= 0:
        return None
    direction = "steady"
    if x + y > 0:
        for name, alternative in (("worse", "greater"), ("better", "less")):
            if binomtest(x, x + y, n / (n + m), alternative=alternative).pvalue < LEVEL:
                direction = name
    return Trend(1000 * x / n, 1000 * y / m, direction)
