"""Tables of what was computed about a client, of the policies it was computed by, and of the alarms it raised."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, Index, UniqueConstraint

from ethics.database import Moment, Table
from ethics.people import models as _people  # noqa: F401 - tables that foreign keys here lead to


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


class StoredPolicy(Table, table=True):
    """A policy that the administrator put in force, whole, with the reason; the newest version holds."""

    __tablename__ = "policy"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reason: str = Field(max_length=500)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: int | None = Field(default=None, foreign_key="user_account.id")


class StoredScore(Table, table=True):
    """A client's present picture: what pages show, computed anew when evidence changes. `detail` holds the dimensions,
    contributions, unknowns, what would change it, and the counts by week and category that go with it."""

    __tablename__ = "score"

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    as_of: dt.date
    judged_on: dt.date
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


class ScoreWeek(Table, table=True):
    """A client's score at the end of a week, as it was known then. `week` is its Sunday; the rest as in `StoredScore`.

    Nothing here is ever overwritten. When older data come in later, a new `revision` is added, and the one before gets
    the moment in `replaced_at`; when data are taken back, it gets that without a successor. `evidence` is a hash of
    everything the score was computed from: equal evidence is not scored again.
    """

    __tablename__ = "score_week"

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    week: dt.date = Field(primary_key=True)
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    score: float | None = None
    low: float | None = None
    high: float | None = None
    weakest: str | None = Field(default=None, max_length=20)
    contacts: int
    mismatches: int
    evidence: int = Field(sa_type=sa.BigInteger)
    policy_version: int
    computed_at: dt.datetime = Field(sa_type=Moment)
    replaced_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class ClientWatch(Table, table=True):
    """What the alarm and the silence watch last said of a client: recent weeks with what was expected in them."""

    __tablename__ = "client_watch"

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    as_of: dt.date
    computed_at: dt.datetime = Field(sa_type=Moment)
    statistic: float
    threshold: float
    weeks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    silence: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Alarm(Table, table=True):
    """An alarm: in the week that begins on `week` the statistic of a client passed the threshold.

    It is a task for the client's managers and the officers until somebody closes it with a reason. `since` is the
    Monday of the likely first week of the rise; `weeks` are those that raised it, as they were counted then. `past`:
    found afterwards in old data, so nobody's task. `told`: those who may close it have had a notice.
    """

    __tablename__ = "alarm"
    __table_args__ = (UniqueConstraint("client_id", "week"), Index("ix_alarm_closed", "closed_on"))

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    week: dt.date
    since: dt.date
    statistic: float
    threshold: float
    weeks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    raised_at: dt.datetime = Field(sa_type=Moment)
    past: bool = False
    told: bool = False
    closed_on: dt.date | None = None
    closed_by: int | None = Field(default=None, foreign_key="user_account.id")
    reason: str = Field(default="", max_length=2000)
