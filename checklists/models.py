"""The table of checks: one filling-in of a checklist for a client, answer by answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import JSON, Column, Field

from ethics.database import Moment, Table


class Check(Table, table=True):
    """A check. `answers` maps an item to its answer, evidence and note; once `done_at` is set it never changes."""

    __tablename__ = "checklist_check"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    checklist: str = Field(max_length=40)
    version: int
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    started_at: dt.datetime = Field(sa_type=Moment)
    saved_at: dt.datetime = Field(sa_type=Moment)
    done_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    filled_by: int | None = Field(default=None, foreign_key="user_account.id")
    result_id: int | None = Field(default=None, foreign_key="check_result.id")
