"""The tables of flags and of what is said around them, and the words that describe a flag.

Every key here is random, and on SQLite the tables that hold anonymous flags have no row numbers: nothing in them may
tell in which order they were written (`ethics.door.mixing`). Foreign keys to a flag are checked at commit, so that
rows can be taken out and put back in another order.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from ethics.database import Moment, Table


class Certainty(StrEnum):
    """How the agent knows."""

    HEARD = "heard"
    SAW = "saw"
    PROOF = "proof"


class Disclosed(StrEnum):
    """Whom the reporter lets see the name. Anonymous and imported flags have no reporter here."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"
    IMPORTED = "imported"


class Decision(StrEnum):
    """Where a flag stands. A confirmed flag is a mismatch; a held one is not shown before its period ends."""

    HELD = "held"
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    MERGED = "merged"


class Step(StrEnum):
    """Where on the customer's journey it happened."""

    BEFORE = "before"
    PURCHASE = "purchase"
    DELIVERY = "delivery"
    INVOICE = "invoice"
    HELP = "help"
    LEAVING = "leaving"


class Channel(StrEnum):
    """How the customer was met."""

    PHONE = "phone"
    CHAT = "chat"
    EMAIL = "email"
    SOCIAL = "social"
    WEB = "web"
    VISIT = "visit"


class Frequency(StrEnum):
    """How often the reporter meets this."""

    ONCE = "once"
    REPEATED = "repeated"
    SYSTEMATIC = "systematic"


class Family(StrEnum):
    """Would you buy this for your own family?"""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Side(StrEnum):
    """Who wrote a message."""

    OFFICER = "officer"
    REPORTER = "reporter"


class Good(StrEnum):
    """Good news: a customer or a colleague thanked, or a bad contact turned to good."""

    THANKS = "thanks"
    TURNED = "turned"


def new_key() -> str:
    """A random key: it tells neither when nor in which order a row was made."""
    return uuid4().hex


def of_flag(*, primary_key: bool = False, index: bool = False) -> Any:
    """A reference to a flag, checked at commit."""
    return Field(
        sa_column=sa.Column(
            sa.String(32),
            sa.ForeignKey("flag.id", deferrable=True, initially="DEFERRED"),
            primary_key=primary_key,
            nullable=False,
            index=index,
        )
    )


_NO_ROW_NUMBERS = {"sqlite_with_rowid": False}


class Receipt(Table, table=True):
    """What proves that an anonymous reporter filed a flag: a keyed hash to find it by, a slow hash to check it.

    One receipt may cover several flags of one reporter. `week` is the Monday of the week of its first flag.
    """

    __tablename__ = "receipt"
    __table_args__ = (_NO_ROW_NUMBERS,)

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    lookup: str = Field(max_length=64, unique=True)
    secret_hash: str = Field(max_length=200)
    week: dt.date
    closed: bool = False


class Flag(Table, table=True):
    """What an agent filed. `reporter_id` is read by officers only, and never meets the workforce tables.

    `text` is what is so, `experience` what the customer believed and felt, `said` and `said_where` the promise in the
    reporter's words when the ledger has none. For an anonymous flag `met_on` and `filed_on` are the Monday of the week
    of filing; for a held one the Monday on which its four-week period ends. `withheld`: the client is not shown until
    an officer asks. `waiting_since` and `paused_days` stop the clocks while the reporter is asked.
    """

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_client_date", "client_id", "met_on"),
        Index("ix_flag_status", "status", "filed_on"),
        _NO_ROW_NUMBERS,
    )

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    client_id: int = Field(foreign_key="client.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    promise_id: int | None = Field(default=None, foreign_key="promise.id", index=True)
    category: str = Field(max_length=3)
    severity: int
    certainty: str = Field(max_length=5)
    text: str = Field(max_length=4000)
    experience: str = Field(default="", max_length=4000)
    said: str = Field(default="", max_length=1000)
    said_where: str = Field(default="", max_length=200)
    step: str | None = Field(default=None, max_length=10)
    channel: str | None = Field(default=None, max_length=10)
    frequency: str | None = Field(default=None, max_length=10)
    for_family: str | None = Field(default=None, max_length=6)
    contact_ref: str = Field(default="", max_length=64)
    language: str = Field(default="en", max_length=2)
    whistle: bool = False
    withheld: bool = False
    met_on: dt.date
    filed_on: dt.date
    disclosed: str = Field(max_length=12)
    reporter_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    receipt_id: str | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.String(32), sa.ForeignKey("receipt.id", deferrable=True, initially="DEFERRED"), nullable=True, index=True
        ),
    )
    submission: str | None = Field(default=None, max_length=64, unique=True)
    acknowledged_on: dt.date | None = None
    waiting_since: dt.date | None = None
    paused_days: int = 0
    closed: bool = False
    alerted: bool = False
    outcome: str | None = Field(default=None, max_length=3)
    merged_into: str | None = Field(default=None, max_length=32, index=True)
    status: str = Field(default=Decision.OPEN, max_length=10)
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="user_account.id")
    reason: str = Field(default="", max_length=2000)
    answer: str = Field(default="", max_length=2000)
    row_key: str | None = Field(default=None, max_length=64, unique=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class Message(Table, table=True):
    """One message of the thread between officer and reporter; `position` counts from 1 in each flag.

    `seen` by the other side. An anonymous reporter's message carries the Monday of its week, no day.
    """

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("flag_id", "position"), _NO_ROW_NUMBERS)

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    flag_id: str = of_flag()
    position: int
    side: str = Field(max_length=8)
    text: str = Field(max_length=4000)
    written_on: dt.date
    seen: bool = False


class Evidence(Table, table=True):
    """A cleaned file beside a flag. Its name was never kept; `position` counts from 1 in each flag."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("flag_id", "position"),)

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    flag_id: str = of_flag()
    position: int
    kind: str = Field(max_length=4)
    size: int
    data: bytes


class Exclusion(Table, table=True):
    """An officer who does not handle a flag: the reporter or the officer said so."""

    __tablename__ = "flag_exclusion"
    __table_args__ = (_NO_ROW_NUMBERS,)

    flag_id: str = of_flag(primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True)


class Conflict(Table, table=True):
    """An officer who stands too near a client to handle flags about it."""

    __tablename__ = "conflict"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    client_id: int = Field(foreign_key="client.id", primary_key=True)
    since: dt.date


class GoodNews(Table, table=True):
    """Thanks, or a contact that was turned to good: evidence too, never part of a risk."""

    __tablename__ = "good_news"

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    client_id: int = Field(foreign_key="client.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    kind: str = Field(max_length=8)
    text: str = Field(max_length=2000)
    filed_on: dt.date
    reporter_id: int = Field(foreign_key="user_account.id", index=True)
    submission: str = Field(max_length=64, unique=True)


class WhistleAnswer(Table, table=True):
    """What an officer or an executive answered to a whistle."""

    __tablename__ = "whistle_answer"

    flag_id: str = of_flag(primary_key=True)
    decided: str = Field(max_length=10)
    text: str = Field(max_length=2000)
    answered_on: dt.date
    answered_by: int | None = Field(default=None, foreign_key="user_account.id")


class PublishedChange(Table, table=True):
    """What flags led to, in an officer's words, for every agent: you said, we did. Dated by the four-week period."""

    __tablename__ = "published_change"

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    client_id: int = Field(foreign_key="client.id", index=True)
    period: dt.date
    said: str = Field(max_length=300)
    did: str = Field(max_length=600)
    published_by: int | None = Field(default=None, foreign_key="user_account.id")
