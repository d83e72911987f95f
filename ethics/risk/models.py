"""Tables of what was computed about a client, and of the evidence that other slices write down for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import JSON, Column, Field, Index, UniqueConstraint

from ethics.database import Moment, Table


class CheckResult(Table, table=True):
    """The result of a filled-in checklist: written by `checklists`, read by the score and the review."""

    __tablename__ = "check_result"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    checklist: str = Field(max_length=40)
    version: int
    done_on: dt.date
    recorded_at: dt.datetime = Field(sa_type=Moment)
    share: float | None = None
    answered: int
    of: int
    failed_knockouts: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    conclusion: str = Field(max_length=12)


class StoredScore(Table, table=True):
    """A client's score as it was computed: `detail` holds the dimensions, contributions and unknowns."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("client_id", "as_of"), Index("ix_score_as_of", "as_of"))

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    as_of: dt.date
    computed_at: dt.datetime = Field(sa_type=Moment)
    policy_version: int
    score: float | None = None
    low: float | None = None
    high: float | None = None
    band: str = Field(max_length=10)
    rate_mean: float
    rate_low: float
    rate_high: float
    contacts: int
    mismatches: int
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
