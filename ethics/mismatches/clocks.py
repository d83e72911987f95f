"""The clocks of a flag, counted from filing: seven days to acknowledge and decide, three months to answer.

They stand still while the reporter is asked, at most fourteen days for a question: a question that nobody answers must
not hide a flag. A flag undecided for more than seven days counts as reported: silence must not lower a risk. A whistle
is answered within one working day.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final

DAYS_TO_DECIDE: Final = 7
MONTHS_TO_ANSWER: Final = 3
LONGEST_PAUSE: Final = 14
SATURDAY: Final = 5


@dataclass(frozen=True)
class Clock:
    """What a flag's clocks are read from. `week_only`: the day of filing is not known, `filed_on` is its Monday."""

    filed_on: dt.date
    acknowledged_on: dt.date | None = None
    waiting_since: dt.date | None = None
    paused_days: int = 0
    whistle: bool = False
    week_only: bool = False


def pause(waiting_since: dt.date | None, on: dt.date) -> int:
    """Days that the present question has stopped the clocks until `on`."""
    return min(max((on - waiting_since).days, 0), LONGEST_PAUSE) if waiting_since is not None else 0


def started(clock: Clock, on: dt.date) -> dt.date:
    """The day of filing, moved by the days that the clocks stood still until `on`."""
    return clock.filed_on + dt.timedelta(days=clock.paused_days + pause(clock.waiting_since, on))


def due_on(clock: Clock, on: dt.date) -> dt.date:
    """The day by which something has to be done: answer a whistle, acknowledge, or answer."""
    if clock.whistle:
        if clock.week_only:  # filed on some day of that week: due now, and late once the next week has begun
            return min(on, clock.filed_on + dt.timedelta(weeks=1))
        return next_working_day(clock.filed_on)
    begun = started(clock, on)
    if clock.acknowledged_on is None:
        return begun + dt.timedelta(days=DAYS_TO_DECIDE)
    return months_later(begun, MONTHS_TO_ANSWER)


def next_working_day(day: dt.date) -> dt.date:
    """The next day from Monday to Friday. Public holidays are not known here, so they never delay an answer."""
    following = day + dt.timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += dt.timedelta(days=1)
    return following


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_left(filed_on: dt.date, on: dt.date) -> int:
    """Days until the decision is due; negative when it is late. `filed_on` is moved by pauses (`started`)."""
    return DAYS_TO_DECIDE - (on - filed_on).days


def overdue(filed_on: dt.date, on: dt.date) -> bool:
    """True from the eighth day: from then an undecided flag counts in the score as reported."""
    return days_left(filed_on, on) < 0


def monday(day: dt.date) -> dt.date:
    """The Monday of the day's week: all that is kept of an anonymous reporter's time."""
    return day - dt.timedelta(days=day.weekday())


#: Four-week periods are counted from this Monday.
FIRST_PERIOD: Final = dt.date(2024, 1, 1)


def period(day: dt.date) -> dt.date:
    """The Monday on which the four-week period of `day` began."""
    return FIRST_PERIOD + dt.timedelta(weeks=4 * ((day - FIRST_PERIOD).days // 28))
