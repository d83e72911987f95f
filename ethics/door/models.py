"""The door's one table: how much has been sent lately, by slot. No address, no time."""

from __future__ import annotations

from sqlmodel import Field

from ethics.database import Table


class DoorSlot(Table, table=True):
    """How much came in lately from one of few slots that addresses fall into by a key that only this process knows."""

    __tablename__ = "door_slot"

    slot: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    taken: int
