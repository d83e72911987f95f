"""Tables of wellbeing: what HR confirmed, what a day of sick leave costs, and what was published. No person is in them."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from ethics.database import Moment, Table
from ethics.people import models as _people  # noqa: F401 - tables that foreign keys here lead to


class AbsenceTerms(Table, table=True):
    """HR's word, before the first sick leave came in: staff were heard on a day, and an impact assessment exists.

    Append-only; the newest holds. `version` is that of the terms as they were shown, `months` how long sick leave was to
    be kept. `sample`: said for the sample centre, in which nobody is real; it lets no file in.
    """

    __tablename__ = "absence_terms"

    id: int | None = Field(default=None, primary_key=True)
    version: int
    heard_on: dt.date
    assessment: str = Field(max_length=200)
    months: int
    sample: bool = False
    confirmed_at: dt.datetime = Field(sa_type=Moment)
    confirmed_by: int | None = Field(default=None, foreign_key="user_account.id")


class DayCost(Table, table=True):
    """What a day of sick leave costs the centre, in cents, as HR put it. Append-only; the newest holds."""

    __tablename__ = "day_cost"

    id: int | None = Field(default=None, primary_key=True)
    cents: int
    set_at: dt.datetime = Field(sa_type=Moment)
    set_by: int | None = Field(default=None, foreign_key="user_account.id")


class StoredRelease(Table, table=True):
    """A quarter as it was published: canonical JSON and its SHA-256. Triggers keep it from ever being changed.

    `ratios_of` is the calendar year whose client ratios it brought, if it did.
    """

    __tablename__ = "wellbeing_release"

    quarter: str = Field(primary_key=True, max_length=6)
    published_on: dt.date
    published_by: int | None = Field(default=None, foreign_key="user_account.id")
    ratios_of: int | None = None
    content: str
    sha256: str = Field(max_length=64)
