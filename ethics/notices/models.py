"""The day on which each person last got the daily notice."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from ethics.database import Table


class Digest(Table, table=True):
    """`sent_on` is the day of the last daily notice; it says nothing of what was in it."""

    __tablename__ = "digest"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    sent_on: dt.date
