"""Numbers into canonical columns: names, texts and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

_DAY = np.timedelta64(86_400, "s")


def text_column(values: Iterable[str]) -> pd.Series[str]:
    """Return the values as a column of strings."""
    return pd.Series(list(values), dtype="str")


def name_column(names: Sequence[str], numbers: NDArray[np.signedinteger]) -> pd.Series[str]:
    """Return the name at each position in `numbers`; each name is stored once on the way."""
    return pd.Series(pd.Categorical.from_codes(numbers, pd.Index(list(names)))).astype("str")


def date_column(first: date, days: NDArray[np.signedinteger]) -> NDArray[np.datetime64]:
    """Return the dates `days` days after `first`."""
    return np.datetime64(first, "s") + days.astype(np.int64) * _DAY
