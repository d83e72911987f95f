"""The planted dose: how many mismatches an agent meets at each client, week by week, and what that does to sick leave.

It is the exposure that the wellbeing room analyses, without the noise: true rates in place of counted flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ethics.imports.sample.behaviour import CATEGORIES, CONFIRMED, certainties, severities
from ethics.wellbeing.association import FIRST, LAST
from ethics.wellbeing.dose import WEIGHTS, over_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ethics.imports.sample.cast import Company

#: Log rate ratio of new spells for ten more mismatches per 1,000 contacts.
LOG_RATE_RATIO_PER_10 = float(np.log(2.4))
#: A client is burdening when its mean dose makes spells so many times as frequent.
BURDENING_RATIO = 1.1
# M01 and M02 are normal work, and never a mismatch.
_RISKS = slice(2, len(CATEGORIES))


def client_doses(companies: Sequence[Company], paths: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the dose of an agent who works for one client alone, clients × weeks.

    Confirmed mismatches per 1,000 contacts in the `FIRST` to `LAST` weeks before, as far as there were such weeks: the
    expectation under the planted rates, severities and certainties, weighted by severity so that the mean mismatch
    weighs 1. `paths`: for each client, flags filed per 1,000 contacts, days × 12.
    """
    weighted, count = (np.array(each) for each in zip(*map(_confirmed, companies, paths), strict=True))
    contacts = np.array([company.share * company.contacts_per_hour for company in companies])
    rates = weighted * float(contacts @ count.sum(axis=1)) / float(contacts @ weighted.sum(axis=1))
    known = over_window(np.ones((1, rates.shape[1])), FIRST, LAST)
    return over_window(rates, FIRST, LAST) / np.maximum(known, 1)


def _confirmed(company: Company, path: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the confirmed mismatches of a client per 1,000 contacts by week: sum of weights, and number."""
    weekly = path.reshape(-1, 7, len(CATEGORIES)).mean(axis=1)[:, _RISKS] * (certainties(company.role) @ CONFIRMED)
    chances = severities(company.role, len(weekly))[:, _RISKS]
    weighted, count = chances @ np.array(WEIGHTS), chances[..., 1:].sum(axis=-1)
    return (weekly * weighted).sum(axis=1), (weekly * count).sum(axis=1)
