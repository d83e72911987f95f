"""Tables of work and absence. Agents are pseudonyms; no table here knows a name, a reason or a flag.

`week_start` is the Monday of the ISO week. Hours are integer hundredths, so that sums are exact.
"""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, Index

from ethics.database import Table


class Agent(Table, table=True):
    """A pseudonym: keyed BLAKE2b of an employee number. The key is in the settings, never here."""

    __tablename__ = "agent"

    id: int | None = Field(default=None, primary_key=True)
    pseudonym: str = Field(max_length=32, unique=True)
    key_version: int = 1


class Team(Table, table=True):
    """A team as the shift files name it."""

    __tablename__ = "team"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=80, unique=True)


class Shift(Table, table=True):
    """Hours and contacts of one agent for one client on one date: the big table, never written through the ORM.

    It has no foreign keys: each would cost a look-up for every row of every import. The import writes batch, agents,
    teams and clients in the same transaction, and clients are only ever deleted after asking this table.
    """

    __tablename__ = "shift"
    __table_args__ = (
        # A batch lies together: on PostgreSQL a block-range index finds it at a thousandth of the size.
        Index("ix_shift_batch", "batch_id", postgresql_using="brin"),
        {"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (date)"},
    )

    agent_id: int = Field(primary_key=True)
    date: dt.date = Field(primary_key=True)
    client_id: int = Field(primary_key=True)
    hours_hundredths: int
    contacts: int
    team_id: int | None = None
    week_start: dt.date
    batch_id: int


class ShiftBefore(Table, table=True):
    """What a batch overwrote, so that undoing it brings the old figures back."""

    __tablename__ = "shift_before"
    __table_args__ = ({"sqlite_with_rowid": False},)

    by_batch_id: int = Field(foreign_key="import_batch.id", primary_key=True)
    agent_id: int = Field(primary_key=True)
    date: dt.date = Field(primary_key=True)
    client_id: int = Field(primary_key=True)
    hours_hundredths: int
    contacts: int
    team_id: int | None = None
    week_start: dt.date
    batch_id: int


class Spell(Table, table=True):
    """One run of sick leave, both days included; `ends_on` is empty while it lasts. No reason, ever."""

    __tablename__ = "spell"

    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    starts_on: dt.date = Field(primary_key=True)
    ends_on: dt.date | None = None
    batch_id: int = Field(foreign_key="import_batch.id", index=True)


class SpellBefore(Table, table=True):
    """What a batch overwrote of spells. Apart from other kinds' rows, so that retention finds it."""

    __tablename__ = "spell_before"

    by_batch_id: int = Field(foreign_key="import_batch.id", primary_key=True)
    agent_id: int = Field(primary_key=True)
    starts_on: dt.date = Field(primary_key=True)
    ends_on: dt.date | None = None
    batch_id: int


class ContactWeek(Table, table=True):
    """Contacts of a client in a week, as a file gave them; they win over the contacts in shifts."""

    __tablename__ = "contact_week"

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    week_start: dt.date = Field(primary_key=True)
    contacts: int
    batch_id: int = Field(foreign_key="import_batch.id", index=True)


class AgentWeek(Table, table=True):
    """Roll-up of shifts: one agent, one week, one client."""

    __tablename__ = "agent_week"
    __table_args__ = (Index("ix_agent_week_client", "client_id", "week_start"), {"sqlite_with_rowid": False})

    agent_id: int = Field(primary_key=True)
    week_start: dt.date = Field(primary_key=True)
    client_id: int = Field(primary_key=True)
    hours_hundredths: int
    contacts: int
    shifts: int


class ClientWeek(Table, table=True):
    """Roll-up of shifts: one client, one week; `agents` is how many people worked there."""

    __tablename__ = "client_week"
    __table_args__ = ({"sqlite_with_rowid": False},)

    client_id: int = Field(primary_key=True)
    week_start: dt.date = Field(primary_key=True)
    hours_hundredths: int
    contacts: int
    agents: int


class SpellWeek(Table, table=True):
    """Roll-up of spells for the whole company: how many started in the week, how many of its days ended spells took."""

    __tablename__ = "spell_week"

    week_start: dt.date = Field(primary_key=True)
    started: int
    days: int
