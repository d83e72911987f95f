"""The table of reviews: the evidence about a client, frozen and numbered."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from ethics.database import Moment, Table
from ethics.imports import models as _imports  # noqa: F401 - tables that foreign keys here and below lead to
from ethics.people import models as _people  # noqa: F401


class Review(Table, table=True):
    """A review. `snapshot` is canonical JSON; every PDF is made from it alone, and `sha256` is its hash."""

    __tablename__ = "review"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=12, unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    as_of: dt.date
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: int | None = Field(default=None, foreign_key="user_account.id")
    snapshot: str
    sha256: str = Field(max_length=64)
