"""What goes wrong where: how often agents flag what, how grave it is, and when it changes.

Rates are flags filed per 1,000 contacts, in a calm week; a curve (by week) and bursts multiply them.
Agents flag a few per cent of what they meet, so these are far below what customers live through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ethics.imports.sample.cast import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATEGORIES = tuple(f"M{n:02d}" for n in range(1, 13))
CERTAINTIES = ("heard", "saw", "proof")
# How often triage confirms a flag of that certainty: about half in all (NAVEX 2025: 46 % substantiated).
CONFIRMED = np.array([0.34, 0.52, 0.80])

BACKGROUND = dict(
    zip(CATEGORIES, (0.11, 0.06, 0.025, 0.0, 0.025, 0.045, 0.02, 0.01, 0.08, 0.035, 0.01, 0.01), strict=True)
)
STORY: dict[Role, dict[str, float]] = {
    Role.HIDDEN_TERMS: {"M01": 0.2, "M03": 0.12, "M05": 0.75, "M07": 0.5, "M10": 0.12, "M12": 0.05},
    Role.NO_PRODUCT: {"M03": 0.25, "M04": 3.5, "M06": 0.2, "M09": 0.1, "M10": 0.5, "M12": 0.25},
    Role.SALES_PRESSURE: {"M05": 0.2, "M07": 0.2, "M08": 1.65, "M11": 0.6, "M12": 0.6},
    Role.DISAPPOINTED: {"M01": 3.8},
    Role.OUTAGE: {"M02": 0.12},
    Role.REMEDIED: {"M06": 1.0, "M09": 0.2, "M10": 0.5},
}
_CERTAINTY_MIX = np.array([0.50, 0.35, 0.15])
_CERTAINTY_STORY = np.array([0.40, 0.36, 0.24])

# Severity 0–4. A background flag is never a 4: one proven 4 alone would mark a good client.
_MILD: dict[str, tuple[float, ...]] = {
    "M01": (0.9, 0.1, 0, 0, 0),
    "M02": (0.65, 0.35, 0, 0, 0),
    "M09": (0, 0.7, 0.3, 0, 0),
    "M12": (0, 0, 0.4, 0.6, 0),
}
_MILD_ELSE = (0, 0.35, 0.58, 0.07, 0)
_GRAVE: dict[str, tuple[float, ...]] = {
    "M03": (0, 0, 0.6, 0.4, 0),
    "M04": (0, 0, 0, 0.15, 0.85),
    "M05": (0, 0, 0.35, 0.65, 0),
    "M06": (0, 0, 0.75, 0.25, 0),
    "M07": (0, 0, 0.3, 0.7, 0),
    "M08": (0, 0, 0.5, 0.38, 0.12),
    "M10": (0, 0, 0.6, 0.4, 0),
    "M11": (0, 0, 0.55, 0.45, 0),
    "M12": (0, 0, 0, 0.85, 0.15),
}

WORSENING_WEEKS = 10
REMEDY_WEEKS = 26
_WORSE, _WORST = 4.0, 8.0
_AFTER_REMEDY = 0.15
_BURST = 100.0
# Campaigns came and went before the last half year: the weeks of each quiet time and each campaign by turns, newest
# first. Their lengths are uneven, and other ones at each client, so that a course shifted in time is like no other.
PRESENT_WEEKS = 26
_CAMPAIGNS: dict[Role, tuple[int, ...]] = {
    Role.NO_PRODUCT: (14, 7, 10, 7, 18, 7, 9, 6),
    Role.SALES_PRESSURE: (0, 9, 13, 8, 10, 7, 19, 12),
    Role.REMEDIED: (11, 8, 13, 6, 9, 9, 13, 9),
}
# How much of the present is flagged then; the mean is about 1.
_QUIET, _CAMPAIGN = 0.12, 2.6


def filed_rates(role: Role, quality: float) -> NDArray[np.float64]:
    """Return the 12 rates of a client. `quality` multiplies its background (1 = usual)."""
    story = STORY.get(role, {})
    return np.array([story.get(name, BACKGROUND[name] * quality) for name in CATEGORIES])


def severities(role: Role, weeks: int) -> NDArray[np.float64]:
    """Return the chances of severity 0–4, shape (weeks, 12, 5). Between campaigns less is at stake."""
    story = STORY.get(role, {}) if role is not Role.REMEDIED else {}
    mild = np.array([_MILD.get(name, _MILD_ELSE) for name in CATEGORIES], dtype=np.float64)
    grave = mild.copy()
    for name in _GRAVE.keys() & story.keys():
        grave[CATEGORIES.index(name)] = _GRAVE[name]
    return np.where(_quiet(role, weeks)[:, None, None], mild, grave)


def certainties(role: Role) -> NDArray[np.float64]:
    """Return the chances of heard, saw, proof. Where promises break daily, agents have more in hand."""
    bad = (Role.HIDDEN_TERMS, Role.NO_PRODUCT, Role.SALES_PRESSURE)
    return _CERTAINTY_STORY if role in bad else _CERTAINTY_MIX


def worsening(weeks: int) -> int:
    """Return how many last weeks the hidden-terms client gets worse."""
    return min(WORSENING_WEEKS, weeks // 3)


def remedied(weeks: int) -> int:
    """Return how many last weeks the remedied client is better."""
    return min(REMEDY_WEEKS, weeks // 2)


def curve(role: Role, weeks: int) -> NDArray[np.float64]:
    """Return the multiplier by week of the story's categories (all of the client's but M01 and M02)."""
    shape = np.ones(weeks)
    if role in _CAMPAIGNS:
        past = max(weeks - PRESENT_WEEKS, 0)
        shape[:past] = np.where(_quiet(role, weeks)[:past], _QUIET, _CAMPAIGN)
    if role is Role.HIDDEN_TERMS:
        last = worsening(weeks)
        shape[weeks - last :] = np.linspace(_WORSE, _WORST, last)
    elif role is Role.REMEDIED:
        shape[weeks - remedied(weeks) :] = _AFTER_REMEDY
    return shape


def _quiet(role: Role, weeks: int) -> NDArray[np.bool_]:
    """Return the weeks between campaigns; the present is none of them. In a longer past the same comes again."""
    quiet = np.zeros(weeks, dtype=bool)
    if role in _CAMPAIGNS:
        lengths, past = _CAMPAIGNS[role], max(weeks - PRESENT_WEEKS, 0)
        newest_first = np.repeat(np.arange(len(lengths)) % 2 == 0, lengths)
        quiet[:past] = np.resize(newest_first, past)[::-1]
    return quiet


def draw_outages(weeks: int, rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Draw the first and last day of each outage: one in about ten weeks, two to four days, apart."""
    count = max(1, round(weeks / 10))
    slot = 7 * weeks // count
    start = np.arange(count) * slot + rng.integers(0, slot - 10, count)
    length = rng.integers(2, 5, count)
    return tuple((int(s), int(s + n - 1)) for s, n in zip(start, length, strict=True))


def bursts(outages: tuple[tuple[int, int], ...], weeks: int) -> NDArray[np.float64]:
    """Return the multiplier of M02 by day at the outage client."""
    shape = np.ones(7 * weeks)
    for first, last in outages:
        shape[first : last + 1] = _BURST
    return shape
