"""The Finnish year as a contact centre feels it: public holidays, weekdays, summer leave, flu.

Weeks are counted from the first Monday of the data; a day array has shape (weeks, 7), Monday first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Contacts per hour against an average day, and how readily a shift is planned on it.
CONTACT_WEEKDAY = np.array([1.12, 1.04, 1.0, 0.99, 0.97, 0.86, 0.82])
SHIFT_WEEKDAY = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.12, 0.05])
# Spells begin on Mondays more than on other days.
SPELL_WEEKDAY = np.array([1.45, 1.05, 1.0, 0.95, 0.8, 0.8, 0.8])

_FLU_ISO_WEEK, _COLD_ISO_WEEK, _SUMMER_ISO_WEEK = 6, 39, 28


@dataclass(frozen=True)
class Season:
    """Multipliers by week, and the Mondays at which the flu waves peak."""

    contacts: NDArray[np.float64]
    absence: NDArray[np.float64]
    flu_peaks: tuple[date, ...]


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian year (Meeus, *Astronomical Algorithms*, 1991, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Return the Finnish public holidays of a year, with Midsummer Eve and Christmas Eve."""
    sunday = easter(year)
    midsummer = next(day for n in range(20, 27) if (day := date(year, 6, n)).weekday() == 5)
    saints = next(day for n in range(7) if (day := date(year, 10, 31) + timedelta(n)).weekday() == 5)
    fixed = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))
    # Good Friday, Easter, Easter Monday, Ascension Day, Whit Sunday.
    moving = [sunday + timedelta(days) for days in (-2, 0, 1, 39, 49)]
    return frozenset(
        {date(year, month, day) for month, day in fixed} | {*moving, midsummer - timedelta(1), midsummer, saints}
    )


def holiday_grid(first: date, weeks: int) -> NDArray[np.bool_]:
    """Return which days are public holidays."""
    last = first + timedelta(weeks=weeks)
    days = {day for year in range(first.year, last.year + 1) for day in public_holidays(year)}
    grid = [first + timedelta(n) in days for n in range(7 * weeks)]
    return np.array(grid, dtype=bool).reshape(weeks, 7)


def iso_weeks(first: date, weeks: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ISO year and the ISO week of each week."""
    pairs = [(first + timedelta(weeks=n)).isocalendar()[:2] for n in range(weeks)]
    years, numbers = np.array(pairs, dtype=np.int64).T
    return years, numbers


def draw_season(first: date, weeks: int, rng: np.random.Generator) -> Season:
    """Draw the seasons: each winter its own flu wave, each autumn its colds, fewer spells in summer."""
    when = np.arange(weeks)
    years, numbers = iso_weeks(first, weeks)
    log_absence = np.zeros(weeks)
    peaks: list[date] = []
    # One year on either side, so that a wave just outside the data still casts its tail into them.
    for year in range(int(years[0]) - 1, int(years[-1]) + 2):
        flu = _week_of(first, year, _FLU_ISO_WEEK) + int(rng.integers(-3, 4))
        cold = _week_of(first, year, _COLD_ISO_WEEK) + int(rng.integers(-2, 3))
        log_absence += _wave(when, flu, rng.uniform(0.5, 0.9), rng.uniform(2.5, 4.0))
        log_absence += _wave(when, cold, rng.uniform(0.2, 0.35), 3.0)
        log_absence -= _wave(when, _week_of(first, year, _SUMMER_ISO_WEEK), 0.3, 4.0)
        if 0 <= flu < weeks:
            peaks.append(first + timedelta(weeks=flu))
    contacts = 1.0 + 0.07 * np.cos(2 * np.pi * (numbers - 3) / 52) + rng.normal(0.0, 0.015, weeks)
    return Season(contacts, np.exp(log_absence), tuple(peaks))


def _week_of(first: date, year: int, number: int) -> int:
    """Return the index of an ISO week, counted from `first`."""
    return (date.fromisocalendar(year, number, 1) - first).days // 7


def _wave(when: NDArray[np.int64], peak: int, height: float, width: float) -> NDArray[np.float64]:
    return height * np.exp(-0.5 * ((when - peak) / width) ** 2)
