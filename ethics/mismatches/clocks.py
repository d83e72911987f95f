"""The clocks of a flag: seven days to decide, as a house rule; silence must not lower a risk."""

from __future__ import annotations

import datetime as dt
from typing import Final

DAYS_TO_DECIDE: Final = 7


def days_left(filed_on: dt.date, on: dt.date) -> int:
    """Days until the decision is due; negative when it is late."""
    return DAYS_TO_DECIDE - (on - filed_on).days


def overdue(filed_on: dt.date, on: dt.date) -> bool:
    """True from the eighth day: from then an undecided flag counts in the score as reported."""
    return days_left(filed_on, on) < 0
