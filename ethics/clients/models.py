"""Tables of the other side: clients, campaigns, products and the promises made to end customers."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Final

from sqlmodel import JSON, Field, UniqueConstraint

from ethics.database import Moment, Table
from ethics.language import mark


class Status(StrEnum):
    """The ladder of a partnership."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    WATCH = "watch"
    REMEDY = "remedy"
    PAUSED = "paused"
    LEAVING = "leaving"
    ENDED = "ended"


STATUS_NAMES: Final = {
    Status.PROSPECT: mark("prospect"),
    Status.ACTIVE: mark("active"),
    Status.WATCH: mark("on watch"),
    Status.REMEDY: mark("in remedy"),
    Status.PAUSED: mark("paused"),
    Status.LEAVING: mark("leaving"),
    Status.ENDED: mark("ended"),
}


#: Lines of business that files often name; any other is shown as the file wrote it.
SECTORS: Final = (
    mark("banking"),
    mark("construction"),
    mark("energy"),
    mark("health"),
    mark("household"),
    mark("insurance"),
    mark("media"),
    mark("optics"),
    mark("retail"),
    mark("telecom"),
    mark("travel"),
)


class Verdict(StrEnum):
    """What is known of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    UNPROVEN = "unproven"


VERDICT_NAMES: Final = {Verdict.KEPT: mark("Kept"), Verdict.BROKEN: mark("Broken"), Verdict.UNPROVEN: mark("Unproven")}


class Client(Table, table=True):
    """A company whose customers the centre serves. `name_key` is the name as files may spell it (`names.key`)."""

    __tablename__ = "client"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120, unique=True)
    business_id: str | None = Field(default=None, max_length=20)
    sector: str | None = Field(default=None, max_length=60)
    since: dt.date | None = None
    monthly_revenue_cents: int | None = None
    status: str = Field(default=Status.ACTIVE, max_length=12)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class Campaign(Table, table=True):
    """A line of work for a client: what is sold, where and when."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    name: str = Field(max_length=120)
    channel: str | None = Field(default=None, max_length=20)
    from_date: dt.date | None = None
    until_date: dt.date | None = None


class Product(Table, table=True):
    """What a client sells."""

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    name: str = Field(max_length=120)


class Promise(Table, table=True):
    """One claim made to end customers, word for word, with its source and dates (both ends included).

    A promise proved broken is still sold until `withdrawn_on` says that somebody has shown otherwise.
    """

    __tablename__ = "promise"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    product_id: int | None = Field(default=None, foreign_key="product.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    text: str = Field(max_length=2000)
    source: str = Field(default="", max_length=200)
    from_date: dt.date | None = None
    until_date: dt.date | None = None
    verdict: str = Field(default=Verdict.UNPROVEN, max_length=10)
    verdict_on: dt.date | None = None
    verdict_evidence: str = Field(default="", max_length=2000)
    withdrawn_on: dt.date | None = None
    withdrawn_evidence: str = Field(default="", max_length=2000)
    row_key: str = Field(max_length=64, unique=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class PromiseEvent(Table, table=True):
    """One step in a promise's history: added, changed, judged, withdrawn. `facts` holds what it set."""

    __tablename__ = "promise_event"

    id: int | None = Field(default=None, primary_key=True)
    promise_id: int = Field(foreign_key="promise.id", index=True)
    at: dt.datetime = Field(sa_type=Moment)
    by: int | None = Field(default=None, foreign_key="user_account.id")
    act: str = Field(max_length=10)
    facts: dict[str, Any] = Field(sa_type=JSON)
