"""The table of flags, and the words that describe one."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from uuid import uuid4

from sqlmodel import Field, Index

from ethics.database import Moment, Table


class Certainty(StrEnum):
    """How the agent knows."""

    HEARD = "heard"
    SAW = "saw"
    PROOF = "proof"


class Disclosed(StrEnum):
    """Whom the reporter lets see the name. Imported flags have no reporter here."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    IMPORTED = "imported"


class Decision(StrEnum):
    """What triage has made of a flag. A confirmed flag is a mismatch."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


def _key() -> str:
    return uuid4().hex


class Flag(Table, table=True):
    """What an agent filed. `reporter_id` is read by officers only, and never meets the workforce tables."""

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_client_date", "client_id", "met_on"),
        Index("ix_flag_status", "status", "filed_on"),
    )

    id: str = Field(default_factory=_key, primary_key=True, max_length=32)
    client_id: int = Field(foreign_key="client.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    promise_id: int | None = Field(default=None, foreign_key="promise.id", index=True)
    category: str = Field(max_length=3)
    severity: int
    certainty: str = Field(max_length=5)
    text: str = Field(max_length=4000)
    met_on: dt.date
    filed_on: dt.date
    disclosed: str = Field(max_length=12)
    reporter_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    submission: str | None = Field(default=None, max_length=32, unique=True)
    status: str = Field(default=Decision.OPEN, max_length=10)
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="user_account.id")
    reason: str = Field(default="", max_length=2000)
    answer: str = Field(default="", max_length=2000)
    row_key: str | None = Field(default=None, max_length=64, unique=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
