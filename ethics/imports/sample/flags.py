"""Flags: filed in proportion to contacts, decided after some days, the latest still open.

Nothing here knows an agent: a flag has a client and a date, and no reporter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ethics.imports.sample.behaviour import (
    CATEGORIES,
    CERTAINTIES,
    CONFIRMED,
    bursts,
    certainties,
    curve,
    filed_rates,
    severities,
)
from ethics.imports.sample.cast import Role
from ethics.imports.sample.columns import date_column, name_column, text_column
from ethics.imports.sample.texts import compose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from ethics.imports.sample.cast import Company

STATUSES = ("open", "confirmed", "dismissed")
# What follows M02 in the row of categories belongs to a story; M01 and M02 do not follow its curve.
_M02 = 1
# Weeks differ more than chance alone: a gamma factor with this shape per client and week.
_EVENNESS = 16.0
# Days from filing to decision: gamma, six on average; the slow ones pass the seven days to acknowledge.
_DECISION_SHAPE, _DECISION_SCALE = 1.0, 6.0


def draw_unevenness(clients: int, weeks: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw what multiplies all of a client's rates in a week, one on average: clients × weeks."""
    return rng.gamma(_EVENNESS, 1 / _EVENNESS, (clients, weeks))


def rate_paths(
    company: Company, quality: float, outages: tuple[tuple[int, int], ...], uneven: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the planted rates of a client, flags filed per 1,000 contacts, days × 12 categories.

    `uneven`: what multiplies them, by week.
    """
    weeks = len(uneven)
    paths = np.tile(filed_rates(company.role, quality), (7 * weeks, 1))
    story = np.repeat(curve(company.role, weeks), 7)
    paths[:, _M02 + 1 :] *= story[:, None]
    if company.role is Role.OUTAGE:
        paths[:, _M02] *= bursts(outages, weeks)
    return paths * np.repeat(uneven, 7)[:, None]


def draw_flags(
    companies: Sequence[Company],
    contacts: NDArray[np.int64],
    paths: Sequence[NDArray[np.float64]],
    first: date,
    draws: Sequence[np.random.Generator],
) -> pd.DataFrame:
    """Draw the flags, ordered by date.

    `contacts`: clients × days; `paths`: for each client, flags per 1,000 contacts, days × 12; `draws`: the
    generators of counts, of details, of texts.
    """  # fmt: skip
    counting, detailing, writing = draws
    days = contacts.shape[1]
    parts: list[tuple[NDArray[np.int64], ...]] = []
    texts: list[str] = []
    for number, (company, met, path) in enumerate(zip(companies, contacts, paths, strict=True)):
        counts = counting.poisson((met / 1000)[:, None] * path)
        day, category = (np.repeat(axis, counts[counts > 0]) for axis in np.nonzero(counts))
        severity = _pick(severities(company.role, days // 7)[day // 7, category], detailing)
        certainty = _pick(np.tile(certainties(company.role), (len(day), 1)), detailing)
        status = _decide(day, certainty, days, detailing)
        parts.append((np.full(len(day), number), day, category, severity, certainty, status))
        texts += compose(company, category, certainty, writing)
    client, day, category, severity, certainty, status = (np.concatenate(column) for column in zip(*parts, strict=True))
    flags = pd.DataFrame(
        {
            "client": name_column([company.name for company in companies], client),
            "date": date_column(first, day),
            "category": name_column(CATEGORIES, category),
            "severity": severity,
            "certainty": name_column(CERTAINTIES, certainty),
            "text": text_column(texts),
            "status": name_column(STATUSES, status),
        }
    )
    # Two flags alike to the letter would be one flag filed twice: an import takes only the first.
    flags = flags.drop_duplicates(["client", "date", "category", "severity", "certainty", "text"])
    return flags.sort_values("date", kind="stable", ignore_index=True)


def _decide(
    day: NDArray[np.int64], certainty: NDArray[np.int64], days: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the positions in `STATUSES`: open while the decision would come after the last day."""
    confirmed = rng.random(len(day)) < CONFIRMED[certainty]
    decided = day + rng.gamma(_DECISION_SHAPE, _DECISION_SCALE, len(day)) < days
    return np.where(decided, np.where(confirmed, 1, 2), 0)


def _pick(chances: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return one column number per row, drawn by the row's chances."""
    passed = rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)[:, :-1]
    return np.asarray(passed.sum(axis=1), dtype=np.int64)
