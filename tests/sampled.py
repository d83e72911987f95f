"""The sample centre as tests of it read it: its last day, its categories of risk, its rows by week."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from ethics.imports.sample import Centre

SUNDAY: Final = dt.date(2026, 11, 15)
RISKS: Final = [f"M{n:02d}" for n in range(3, 13)]


def by_week(centre: Centre, table: pd.DataFrame, day: str) -> pd.DataFrame:
    """The table with the number of the week, 0 for the first, in `week`."""
    return table.assign(week=(table[day] - pd.Timestamp(centre.truth.first_week)).dt.days // 7)
